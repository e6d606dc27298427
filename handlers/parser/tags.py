"""Stage three: give every run of words everything it may mean, the longest run first."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from handlers.parser.index import Index
from handlers.parser.senses import ASIDE, MARK, number_sense
from handlers.parser.tag import Tag
from handlers.parser.tokens import Shape, Token
from handlers.parser.unpicking import spelt_apart, unpick

# "change my market to", "maziwa ya ng'ombe": no name or keyword has more words.
LONGEST = 5
# Marks inside a name: g/nuts, Ol-Kalou, St. Balikuddembe.
_SOFT = frozenset("/-.")


def tag(tokens: Sequence[Token], index: Index) -> tuple[Tag, ...]:
    """Name every token, taking the longest run of words that is known."""
    whole = spelt_apart(tokens, index)
    return (whole,) if whole else tuple(_tags(tokens, index))


def _tags(tokens: Sequence[Token], index: Index) -> Iterator[Tag]:
    at = 0
    while at < len(tokens):
        end, found = _longest_run(tokens, at, index)
        if found is not None:
            yield found
            at = end
        else:
            yield from _alone(tokens[at], index)
            at += 1


def _longest_run(tokens: Sequence[Token], at: int, index: Index) -> tuple[int, Tag | None]:
    """The longest known run of words that begins here, and where it ends."""
    token = tokens[at]
    if not _is_spelt(token):
        return at, None
    most = LONGEST if token.shape is Shape.NUMBER else index.longest.get(token.text, 1)
    found, found_end, key, words = None, at, "", 0
    for end in range(at, len(tokens)):
        token = tokens[end]
        if token.shape is Shape.MARK and token.text in _SOFT and key:
            continue
        if words == most or not _is_spelt(token):
            break
        is_glued = key and tokens[end - 1].end == token.start and _is_number(tokens[end - 1])
        key += token.text if is_glued or not key else " " + token.text
        words += 1
        sense = index.senses.get(key)
        if sense is not None:
            found, found_end = Tag(key, tokens[at].start, token.end, sense), end + 1
    return found_end, found


def _is_spelt(token: Token) -> bool:
    return token.shape is Shape.WORD or token.shape is Shape.NUMBER


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
            yield from unpick(token, index) or [Tag(token.text, token.start, token.end)]
