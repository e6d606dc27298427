"""Stage five: find what misspelt words were meant to be, where the rest of the text calls for it.

"Bei maziwa kitle" asks of Kitale: milk and a price want a place. A word alone, or among many that
nobody knows, is left as it is: a spammer's text is near some name too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.parser.index import Index
from handlers.parser.preference import by_preference
from handlers.parser.senses import Sense
from handlers.parser.spelling import SHORTEST, Guess, Spelling
from handlers.parser.tag import Tag

# With more unknown words than these a text is somebody's story.
MOST_UNKNOWN = 4
_MARKET_VERBS = (
    "price", "report", "subscribe", "unsubscribe", "best", "trend", "alert", "sale", "bought",
    "transport",
)  # fmt: skip
# These are about people, whose names are like anything.
_PERSONAL_VERBS = ("home", "register")
_MONEY = frozenset({"@", "/=", "/-"})


@dataclass(frozen=True)
class _Known:
    """What is clear already, and so what the text still calls for."""

    commodity: bool
    place: bool
    market_verb: bool
    personal_verb: bool
    money: bool

    @property
    def wants_commodity(self) -> bool:
        """True in a text about a market that names no thing; who registers tells names."""
        is_market = self.place or self.market_verb or self.money
        return is_market and not (self.commodity or self.personal_verb)

    @property
    def wants_place(self) -> bool:
        """True where a thing or a verb calls for a place that is not named."""
        return (self.commodity or self.market_verb or self.personal_verb) and not self.place


def mend(tags: tuple[Tag, ...], index: Index) -> tuple[Tag, ...]:
    """The tags with misspelt keywords, things and places found; each guess says how alike it is."""
    unknown = [at for at, tag in enumerate(tags) if _may_be_misspelt(tag)]
    if not unknown or len(unknown) > MOST_UNKNOWN:
        return tags
    once = _mend(tags, unknown, index)
    # Again: "limru mazwa @52" is first about milk, and only then calls for a place.
    return tags if once == tags else _mend(once, unknown, index)


def _mend(tags: tuple[Tag, ...], unknown: Sequence[int], index: Index) -> tuple[Tag, ...]:
    mended, known = list(tags), _known(tags)
    for at in unknown:
        found = None if mended[at].is_known else _find(mended, at, known, index)
        if found is not None:
            mended[at], known = found, _known(mended)
    return tuple(mended)


def _may_be_misspelt(tag: Tag) -> bool:
    return not tag.sense.is_known and len(tag.text) >= SHORTEST and tag.text.isalpha()


def _known(tags: Sequence[Tag]) -> _Known:
    signs = frozenset().union(*(tag.sense.signs for tag in tags))
    return _Known(
        commodity="commodity" in signs,
        place="place" in signs,
        market_verb=not signs.isdisjoint(_MARKET_VERBS),
        personal_verb=not signs.isdisjoint(_PERSONAL_VERBS),
        money="currency" in signs or any(tag.text in _MONEY for tag in tags),
    )


def _find(tags: Sequence[Tag], at: int, known: _Known, index: Index) -> Tag | None:
    """What this word was meant to be, the most useful thing first."""
    for names, sort in _tries(tags, at, known, index):
        guess = names.guess(tags[at].text)
        if guess is not None:
            return tags[at].meaning(_sense(guess, index, sort), guess.likeness)
    return None


def _tries(
    tags: Sequence[Tag], at: int, known: _Known, index: Index
) -> Iterator[tuple[Spelling, str]]:
    if not known.market_verb and _may_be_verb(tags, at, known):
        yield index.verbs, "roles"
    if known.wants_commodity:
        yield index.commodity_terms, "commodities"
    if known.wants_place:
        yield index.place_names, "places"


def _may_be_verb(tags: Sequence[Tag], at: int, known: _Known) -> bool:
    """True for the first word of a text that names a thing, and for a word alone."""
    if not all(tag.sense.is_padding or tag.mark for tag in tags[:at]):
        return False
    return known.commodity or all(tag.sense.is_padding or tag.mark for tag in tags[at + 1 :])


def _sense(guess: Guess, index: Index, sort: str) -> Sense:
    """All that the guessed words mean of this sort: several where they are as like each other."""
    senses = [index.senses[key] for key in guess.keys]
    if sort == "roles":
        return Sense(roles=senses[0].roles)
    if sort == "commodities":
        return Sense(commodities=senses[0].commodities, grade=senses[0].grade)
    found = dict.fromkeys(id_ for sense in senses for id_ in sense.places)
    return Sense(places=by_preference(found, index.vocabulary))
