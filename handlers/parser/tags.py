"""Stage three: give every run of words everything it may mean, the longest run first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from handlers.parser.index import Index
from handlers.parser.senses import ASIDE, MARK, NOTHING, Sense, number_sense
from handlers.parser.tokens import Shape, Token
from prices.kinds import Buyer, PriceType

# "change my market to", "maziwa ya ng'ombe": no name or keyword has more words.
LONGEST = 5
# Marks inside a name: g/nuts, Ol-Kalou, St. Balikuddembe.
_SOFT = frozenset("/-.")
# "PRICEmilk", "beimaziwa": each half of a word run together has at least so many letters.
_SHORTEST_HALF = 3
_LONGEST_GLUED = 30


@dataclass(frozen=True, slots=True)
class Tag:
    """A run of words, a number or a mark, with everything it may mean.

    `likeness` is below 1 where the words were misspelt and what they mean is a guess.
    """

    text: str
    start: int
    end: int
    sense: Sense = NOTHING
    likeness: float = 1.0

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """The parts it may play, each with the languages it plays it in."""
        return self.sense.roles

    @property
    def commodities(self) -> tuple[tuple[str, str], ...]:
        """The things it may name: (code, language)."""
        return self.sense.commodities

    @property
    def places(self) -> tuple[int, ...]:
        """The places that bear this name."""
        return self.sense.places

    @property
    def units(self) -> tuple[str, ...]:
        """The measures it may name."""
        return self.sense.units

    @property
    def number(self) -> Decimal | None:
        """Its value, in figures or in words."""
        return self.sense.number

    @property
    def currency(self) -> str | None:
        """Money: a currency's code, or "" for whatever the country pays with."""
        return self.sense.currency

    @property
    def price_type(self) -> PriceType | None:
        """The step of the trade it names."""
        return self.sense.price_type

    @property
    def buyer(self) -> Buyer | None:
        """The kind of buyer it names."""
        return self.sense.buyer

    @property
    def buys(self) -> str | None:
        """What a buyer of this name buys."""
        return self.sense.buys

    @property
    def grade(self) -> str | None:
        """The variety or quality it names."""
        return self.sense.grade

    @property
    def aside(self) -> bool:
        """True for a date, a phone number, a code."""
        return self.sense.aside

    @property
    def mark(self) -> bool:
        """True for a mark of punctuation."""
        return self.sense.mark

    @property
    def is_known(self) -> bool:
        """True when it means anything to us at all."""
        return self.sense.is_known

    @property
    def is_padding(self) -> bool:
        """True for a greeting, a filler, a small grammar word."""
        return self.sense.is_padding

    def plays(self, *roles: str) -> bool:
        """True when it may play one of these parts."""
        return not self.sense.roles.keys().isdisjoint(roles)

    def meaning(self, sense: Sense, likeness: float = 1.0) -> "Tag":
        """The same words with another meaning."""
        return Tag(self.text, self.start, self.end, sense, likeness)

    def narrowed(self, **less: Any) -> "Tag":
        """The same words with some of their meanings ruled out."""
        return self.meaning(replace(self.sense, **less), self.likeness)


def tag(tokens: Sequence[Token], index: Index) -> tuple[Tag, ...]:
    """Name every token, taking the longest run of words that is known."""
    return tuple(_tags(tokens, index))


def _tags(tokens: Sequence[Token], index: Index) -> Iterator[Tag]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.shape is Shape.WORD or token.shape is Shape.NUMBER:
            end, found = _longest_run(tokens, at, index)
            if found is not None:
                yield found
                at = end
                continue
        yield from _alone(token, index)
        at += 1


def _longest_run(tokens: Sequence[Token], at: int, index: Index) -> tuple[int, Tag | None]:
    """The longest known run of words that begins here, and where it ends."""
    token = tokens[at]
    most = LONGEST if token.shape is Shape.NUMBER else index.longest.get(token.text, 1)
    found, found_end, key, words = None, at, "", 0
    for end in range(at, len(tokens)):
        token = tokens[end]
        if token.shape is Shape.MARK and token.text in _SOFT and key:
            continue
        if words == most or token.shape not in _SPELT:
            break
        is_glued = key and tokens[end - 1].end == token.start and _is_number(tokens[end - 1])
        key += token.text if is_glued or not key else " " + token.text
        words += 1
        sense = index.senses.get(key)
        if sense is not None:
            found, found_end = Tag(key, tokens[at].start, token.end, sense), end + 1
    return found_end, found


_SPELT = frozenset({Shape.WORD, Shape.NUMBER})


def _is_number(token: Token) -> bool:
    return token.shape is Shape.NUMBER


def _alone(token: Token, index: Index) -> Iterator[Tag]:
    """A token that nobody knows as it stands."""
    match token.shape:
        case Shape.NUMBER:
            yield Tag(token.text, token.start, token.end, number_sense(token.number or Decimal(0)))
        case Shape.MARK:
            sense = index.senses.get(token.text.casefold(), MARK)  # money has signs of its own
            yield Tag(token.text, token.start, token.end, sense)
        case Shape.ASIDE:
            yield Tag(token.text, token.start, token.end, ASIDE)
        case Shape.WORD:
            yield from _parts(token, index) or [Tag(token.text, token.start, token.end)]


def _parts(token: Token, index: Index) -> list[Tag]:
    """A word without its ending ("pabnate"), or the words that were run together ("PRICEmilk")."""
    for ending in index.endings:
        stem = token.text.removesuffix(ending)
        if len(stem) < len(token.text) and len(stem) >= _SHORTEST_HALF:
            sense = index.senses.get(stem)
            if sense is not None and (sense.places or sense.commodities):
                return [Tag(stem, token.start, token.end, sense)]
    if len(token.text) > _LONGEST_GLUED:
        return []
    return _unglued(token.text, token.start, index)


def _unglued(text: str, start: int, index: Index) -> list[Tag]:
    """A keyword or commodity and what was typed on to it without a space."""
    for cut in range(len(text) - _SHORTEST_HALF, _SHORTEST_HALF - 1, -1):
        head, tail = index.senses.get(text[:cut]), text[cut:]
        if head is None or not (head.commodities or "price" in head.roles):
            continue
        behind = index.senses.get(tail)
        first = Tag(text[:cut], start, start + cut, head)
        if behind is not None and (behind.commodities or behind.places):
            return [first, Tag(tail, start + cut, start + len(text), behind)]
        if rest := _unglued(tail, start + cut, index):
            return [first, *rest]
    return []
