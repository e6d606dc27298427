"""Stage three: give every run of words everything it may mean, the longest run first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from handlers.parser.lexicon import Lexicon
from handlers.parser.tokens import Shape, Token
from prices.kinds import Buyer, PriceType
from prices.vocabulary import Vocabulary

# "change my market to", "maziwa ya ng'ombe": no name or keyword has more words.
LONGEST = 5
# Marks inside a name: g/nuts, Ol-Kalou, St. Balikuddembe.
_SOFT = frozenset("/-.")


@dataclass(frozen=True)
class Tag:
    """A run of words, a number or a mark, with everything it may mean."""

    text: str
    start: int
    end: int
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commodities: tuple[tuple[str, str], ...] = ()  # (code, language)
    places: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    number: Decimal | None = None
    in_words: bool = False
    currency: str | None = None
    price_type: PriceType | None = None
    buyer: Buyer | None = None
    buys: str | None = None  # the commodity that this buyer is known for
    grade: str | None = None
    aside: bool = False
    mark: bool = False

    @property
    def is_known(self) -> bool:
        """True when it means anything to us at all."""
        return bool(
            self.roles
            or self.commodities
            or self.places
            or self.units
            or self.mark
            or self.aside
            or self.number is not None
            or self.is_shorthand
        )

    @property
    def is_shorthand(self) -> bool:
        """True for a currency, a price type, a buyer or a grade."""
        facts = (self.currency, self.price_type, self.buyer, self.grade)
        return any(fact is not None for fact in facts)

    def plays(self, *roles: str) -> bool:
        """True when it may play one of these parts."""
        return not self.roles.keys().isdisjoint(roles)


def tag(tokens: tuple[Token, ...], vocabulary: Vocabulary, lexicon: Lexicon) -> tuple[Tag, ...]:
    """Name every token, taking the longest run of words that is known."""
    tags: list[Tag] = []
    at = 0
    while at < len(tokens):
        found, length = _longest(tokens, at, vocabulary, lexicon)
        tags.append(found)
        at += length
    return tuple(tags)


def _longest(
    tokens: tuple[Token, ...], at: int, vocabulary: Vocabulary, lexicon: Lexicon
) -> tuple[Tag, int]:
    for end, key in reversed(_runs(tokens, at)):
        span = (tokens[at].start, tokens[end - 1].end)
        found = _look_up(key, span, vocabulary, lexicon)
        if found is not None:
            return found, end - at
    return _alone(tokens[at]), 1


def _runs(tokens: tuple[Token, ...], at: int) -> list[tuple[int, str]]:
    """The runs of words that begin here: (where it ends, the words as one key)."""
    runs: list[tuple[int, str]] = []
    key = ""
    for end in range(at, min(at + 2 * LONGEST, len(tokens))):
        token = tokens[end]
        if token.shape is Shape.MARK and token.text in _SOFT and key:
            continue
        if token.shape not in {Shape.WORD, Shape.NUMBER}:
            break
        key += ("" if _is_glued(tokens, at, end) else " ") + token.text
        runs.append((end + 1, key.strip()))
    return runs[:LONGEST]


def _is_glued(tokens: tuple[Token, ...], at: int, here: int) -> bool:
    """True for the kg of 90kg, so that it is looked up as it was written."""
    before, token = tokens[here - 1], tokens[here]
    return here > at and before.end == token.start and before.shape is Shape.NUMBER


def _look_up(
    key: str, span: tuple[int, int], vocabulary: Vocabulary, lexicon: Lexicon
) -> Tag | None:
    if not (key in lexicon.words or _is_in_catalogue(key, vocabulary)):
        meant = lexicon.shorthand.get(key)
        return None if meant is None else _look_up(meant, span, vocabulary, lexicon)
    number = lexicon.numbers.get(key)
    return Tag(
        key,
        *span,
        roles=lexicon.roles.get(key, {}),
        commodities=vocabulary.commodity_words.get(key, ()),
        places=vocabulary.place_words.get(key, ()),
        units=vocabulary.unit_words.get(key, ()),
        number=number,
        in_words=number is not None,
        currency=lexicon.currencies.get(key),
        price_type=lexicon.price_types.get(key),
        buyer=lexicon.buyers.get(key),
        buys=lexicon.bought.get(key),
        grade=lexicon.grades.get(key),
    )


def _is_in_catalogue(key: str, vocabulary: Vocabulary) -> bool:
    return (
        key in vocabulary.commodity_words
        or key in vocabulary.place_words
        or key in vocabulary.unit_words
    )


def _alone(token: Token) -> Tag:
    return Tag(
        token.text,
        token.start,
        token.end,
        number=token.number,
        aside=token.shape is Shape.ASIDE,
        mark=token.shape is Shape.MARK,
    )
