"""Words inside words: with an ending, run together, spelt apart, with a key held too long."""

import re
from collections.abc import Sequence

from handlers.parser.index import Index
from handlers.parser.tag import Tag
from handlers.parser.tokens import Token

# "PRICEmilk", "beimaziwa": each half of a word run together has at least so many letters.
_SHORTEST_HALF = 3
LONGEST_GLUED = 30
MOST_PIECES = 8
_REPEATS = re.compile(r"(.)\1+")
_WORTH_IT = frozenset({"stop", "stop_all", "help"})


def unpick(token: Token, index: Index) -> list[Tag]:
    """What is known in a word that is not known as it stands; nothing where nothing is."""
    if len(token.text) > LONGEST_GLUED:
        return []
    return (
        _without_ending(token, index)
        or _without_repeats(token, index)
        or _unglued(token.text, token.start, index)
    )


def spelt_apart(tokens: Sequence[Token], index: Index) -> Tag | None:
    """The one word of "sto p" and "S T O P": whoever wants to be left alone is understood."""
    if not 1 < len(tokens) <= MOST_PIECES:
        return None
    whole = "".join(token.text for token in tokens)
    sense = index.senses.get(whole)
    if sense is None or sense.roles.keys().isdisjoint(_WORTH_IT):
        return None
    return Tag(whole, tokens[0].start, tokens[-1].end, sense)


def _without_ending(token: Token, index: Index) -> list[Tag]:
    """Pabna where "pabnate" is said: in Pabna."""
    for ending in index.endings:
        stem = token.text.removesuffix(ending)
        if len(stem) < len(token.text) and len(stem) >= _SHORTEST_HALF:
            sense = index.senses.get(stem)
            if sense is not None and (sense.places or sense.commodities):
                return [Tag(stem, token.start, token.end, sense)]
    return []


def _without_repeats(token: Token, index: Index) -> list[Tag]:
    """Milk where a key was held: miiilk, ltrr."""
    if not _REPEATS.search(token.text):
        return []
    for most in (r"\1\1", r"\1"):
        once = _REPEATS.sub(most, token.text)
        sense = None if once == token.text else index.senses.get(once)
        if sense is not None and len(once) >= _SHORTEST_HALF:
            return [Tag(once, token.start, token.end, sense)]
    return []


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
