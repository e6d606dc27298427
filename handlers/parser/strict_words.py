"""The words of a strict form, from its file: a verb first, then only what belongs (pure).

A form has a CSV file of words: what each means there, and in which language.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from prices.vocabulary import fold


@dataclass(frozen=True)
class Verb:
    """Words a text may begin with, what they begin, and their language."""

    words: tuple[str, ...]
    means: str
    language: str

    def behind(self, cleaned: str, around: str) -> str | None:
        """What follows these words at the beginning; None where it does not begin so."""
        said = cleaned.split(maxsplit=len(self.words))
        if len(said) < len(self.words):
            return None
        if tuple(fold(word.strip(around)) for word in said[: len(self.words)]) != self.words:
            return None
        return " ".join(said[len(self.words) :]).strip(around)


@dataclass(frozen=True)
class StrictWords:
    """The words of one form; `begins` are the meanings that begin a text of it."""

    file: Path
    begins: frozenset[str] = frozenset()

    @cached_property
    def meanings(self) -> Mapping[str, Mapping[str, str]]:
        """Folded words, what each may mean in this form, and in which language."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        with self.file.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                # A sign such as @ folds to nothing, and is a word here.
                word = fold(row["word"]) or row["word"]
                found[word].setdefault(row["means"], row["language"])
        return found

    @cached_property
    def verbs(self) -> tuple[Verb, ...]:
        """What a text of this form may begin with, the longer ones first."""
        found = [
            Verb(tuple(word.split()), means, language)
            for word, meant in self.meanings.items()
            for means, language in meant.items()
            if means in self.begins
        ]
        return tuple(sorted(found, key=lambda verb: -len(verb.words)))

    def begun(self, cleaned: str, around: str) -> Iterator[tuple[Verb, str]]:
        """The verbs that a text begins with, the longer ones first, and what follows each."""
        for verb in self._by_first_word.get(first_word(cleaned, around), ()):
            rest = verb.behind(cleaned, around)
            if rest is not None:
                yield verb, rest

    def may_begin(self, cleaned: str, around: str) -> bool:
        """Whether a text begins with the first word of a verb."""
        return first_word(cleaned, around) in self._by_first_word

    @cached_property
    def _by_first_word(self) -> Mapping[str, Sequence[Verb]]:
        """Every text is looked at, and hardly any is of this form."""
        found: defaultdict[str, list[Verb]] = defaultdict(list)
        for verb in self.verbs:
            found[verb.words[0]].append(verb)
        return found

    def may_mean(self, word: str, *meanings: str) -> bool:
        """Whether a word may stand for one of these."""
        meant = self.meanings.get(fold(word) or word, {})
        return any(one in meant for one in meanings)


def first_word(cleaned: str, around: str) -> str:
    """The first word of a text, folded, without the signs around it; "" where there is none."""
    return fold(next(iter(cleaned.split(maxsplit=1)), "").strip(around))
