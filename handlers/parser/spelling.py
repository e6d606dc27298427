"""Words found however they are spelt: nakru, kitle, tomatos, sirajgonj.

Candidates share the consonants of what was typed, or are one slip of the thumb away; rapidfuzz
says how alike they are. A look-up costs the same whatever the number of names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

# A short word is near too many others: "sold" is not Sori, "leo" not Leso.
SHORTEST = 4
LONGEST = 30
# Four letters are matched by their consonants only, and by no fewer than these: nkru, mlma.
_ENOUGH_CONSONANTS = 3
# Alike: 2 × common letters ÷ all letters, in per cent (rapidfuzz.fuzz.ratio).
ALIKE_PER_CENT = 83
# With the same consonants in the same order the vowels matter less.
ALIKE_BY_CONSONANTS = 78
# The best must be this much more alike than the next.
MARGIN_PER_CENT = 3

_VOWELS = re.compile("[aeiouy]+")
_REPEATED = re.compile(r"(.)\1+")
_SOUNDS = str.maketrans({"z": "s", "c": "k", "q": "k", "v": "b", "w": "b"})


@dataclass(frozen=True)
class Guess:
    """What was likely meant: the likeliest words and how alike they are, 0 to 1."""

    keys: tuple[str, ...]
    likeness: float


class Spelling:
    """Names by their consonants and by their slips, built once.

    Names of several words are wanted run together, as the vocabulary holds them too: "olkalou".
    """

    def __init__(self, names: Iterable[str], *, shortest: int = SHORTEST + 1) -> None:
        self._names = tuple(name for name in names if len(name) >= shortest and " " not in name)

    @cached_property
    def _by_consonants(self) -> dict[str, list[str]]:
        return _grouped((_consonants(name), name) for name in self._names)

    @cached_property
    def _by_slip(self) -> dict[str, list[str]]:
        return _grouped((slip, name) for name in self._names for slip in set(_slips(name)))

    def guess(self, word: str) -> Guess | None:
        """The names that a word is most like; None when it is like none."""
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        likeness = {
            name: score
            for name, score in self._scores(word)
            # Nobody gets the first letter wrong: "nabaki" is no misspelt Sabaki.
            if name != word and _sound(name[0]) == _sound(word[0])
        }
        if not likeness:
            return None
        best = max(likeness.values())
        keys = [name for name, score in likeness.items() if score > best - MARGIN_PER_CENT]
        return Guess(tuple(sorted(keys, key=lambda name: -likeness[name])), best / 100)

    def _scores(self, word: str) -> Iterator[tuple[str, float]]:
        consonants = _consonants(word)
        if len(consonants) >= _ENOUGH_CONSONANTS - (len(word) > SHORTEST):
            alike = self._by_consonants.get(consonants, ())
            yield from _alike(word, alike, ALIKE_BY_CONSONANTS)
        if len(word) > SHORTEST:
            near = {name for slip in _slips(word) for name in self._by_slip.get(slip, ())}
            yield from _alike(word, near, ALIKE_PER_CENT)


def _alike(word: str, names: Iterable[str], least: int) -> Iterator[tuple[str, float]]:
    for name, score, _ in process.extract(
        word, list(names), scorer=fuzz.ratio, processor=None, score_cutoff=least, limit=None
    ):
        yield name, score


def _slips(word: str) -> Iterator[str]:
    """The word itself and with one letter left out: two that share one are a slip apart."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _sound(letter: str) -> str:
    return letter.translate(_SOUNDS)


def _consonants(word: str) -> str:
    """How a word sounds without its vowels: nakuru and nkru are nkr."""
    sounds = word.replace("ph", "f").translate(_SOUNDS)
    return _REPEATED.sub(r"\1", _VOWELS.sub("", sounds))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in pairs:
        groups[key].append(name)
    return groups
