"""Stage five: find what misspelt words were meant to be, where the rest of the text calls for it.

"Bei maziwa kitle" asks of Kitale: milk and a price want a place. A word alone, or among many that
nobody knows, is left as it is: a spammer's text is near some name too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.parser.index import Index
from handlers.parser.senses import Sense
from handlers.parser.spelling import Guess, Spelling
from handlers.parser.tags import Tag

# With more unknown words than these a text is somebody's story.
MOST_UNKNOWN = 4
_MARKET_VERBS = (
    "price", "report", "subscribe", "unsubscribe", "best", "trend", "alert", "sale", "bought",
)  # fmt: skip
# These are about people, whose names are like anything.
_PERSONAL_VERBS = ("home", "register")
_MONEY = frozenset({"@", "/=", "/-"})


@dataclass(frozen=True)
class _Wanted:
    """What the rest of the text calls for."""

    verb: bool
    commodity: bool
    place: bool


def mend(tags: Sequence[Tag], index: Index) -> tuple[Tag, ...]:
    """The tags with misspelt keywords, things and places found; each guess says how alike it is."""
    unknown = [at for at, tag in enumerate(tags) if _may_be_misspelt(tag)]
    if not unknown or len(unknown) > MOST_UNKNOWN:
        return tuple(tags)
    mended = list(tags)
    # Twice: "limru mazwa @52" is first about milk, and only then calls for a place.
    for at in (*unknown, *unknown):
        if not mended[at].is_known and (found := _find(mended, at, index)):
            mended[at] = found
    return tuple(mended)


def _may_be_misspelt(tag: Tag) -> bool:
    return not tag.is_known and tag.text.isalpha()


def _find(tags: Sequence[Tag], at: int, index: Index) -> Tag | None:
    """What this word was meant to be, the most useful thing first."""
    wanted = _wanted(tags, at)
    for names, sort in _tries(wanted, index):
        guess = names.guess(tags[at].text)
        if guess is not None:
            return tags[at].meaning(_sense(guess, index, sort), guess.likeness)
    return None


def _tries(wanted: _Wanted, index: Index) -> Iterator[tuple[Spelling, str]]:
    if wanted.verb:
        yield index.verbs, "roles"
    if wanted.commodity:
        yield index.commodity_terms, "commodities"
    if wanted.place:
        yield index.place_names, "places"


def _wanted(tags: Sequence[Tag], at: int) -> _Wanted:
    others = [tag for tag in tags if tag is not tags[at]]
    has_commodity = any(tag.commodities or tag.buys for tag in others)
    has_place = any(tag.places for tag in others)
    has_verb = any(tag.plays(*_MARKET_VERBS) for tag in others)
    is_personal = any(tag.plays(*_PERSONAL_VERBS) for tag in others)
    has_money = any(tag.currency is not None or tag.text in _MONEY for tag in others)
    is_first = all(tag.is_padding or tag.mark for tag in tags[:at])
    is_alone = is_first and all(tag.is_padding or tag.mark for tag in tags[at + 1 :])
    return _Wanted(
        verb=is_first and not has_verb and (has_commodity or is_alone),
        commodity=not (has_commodity or is_personal) and (has_place or has_verb or has_money),
        place=not has_place and (has_commodity or has_verb or is_personal),
    )


def _sense(guess: Guess, index: Index, sort: str) -> Sense:
    """All that the guessed words mean of this sort: several where they are as like each other."""
    senses = [index.senses[key] for key in guess.keys]
    if sort == "roles":
        return Sense(roles=senses[0].roles)
    if sort == "commodities":
        return Sense(commodities=senses[0].commodities, grade=senses[0].grade)
    return Sense(places=tuple(dict.fromkeys(id_ for sense in senses for id_ in sense.places)))
