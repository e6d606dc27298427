"""What is worked out of the words of a country, worked out once for all stories of a process.

Every story reads its own database. Most find there what others found, since it is a copy of one
template, and would put the same words in the same order again. Only what rests on its arguments
alone is remembered, by all that is in them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import pytest

from handlers.parser import index
from handlers.parser.index import Index
from prices import catalogue
from prices.vocabulary import PlaceEntry, Vocabulary

# So much is held of each kind: stories that change the words would make it ever more.
MOST = 64
MOST_PLACES = 50_000

Words = dict[str, tuple[Any, ...]]
Build = Callable[[Vocabulary, tuple[str, ...]], Index]
_contents_of = attrgetter(
    *(one.name for one in fields(Vocabulary) if one.init and one.name != "country")
)


def remember_words() -> None:
    """Begin to: before the first story, and for as long as the process lives."""
    patch = pytest.MonkeyPatch()
    patch.setattr(catalogue, "PlaceEntry", lru_cache(MOST_PLACES)(PlaceEntry))
    patch.setattr(catalogue, "_spellings", cache(catalogue._spellings))
    patch.setattr(catalogue, "_index", _indexed_once(catalogue._index))
    patch.setattr(index, "_build", _built_once(index._build))


def _indexed_once(work_out: Callable[[Iterable[Any]], Words]) -> Callable[[Iterable[Any]], Words]:
    known = lru_cache(MOST)(work_out)
    return lambda words: dict(known(tuple(words)))


def _built_once(build: Build) -> Build:
    """Each vocabulary has an index of its own, made of the words of one that is equal."""
    held: defaultdict[Any, list[Index]] = defaultdict(list)

    def built(vocabulary: Vocabulary, languages: tuple[str, ...]) -> Index:
        alike = held[vocabulary.country, languages]
        contents = _contents_of(vocabulary)
        for known in alike:
            if _contents_of(known.vocabulary) == contents:
                return _with(known, vocabulary)
        # A vocabulary nobody else has: whoever lets go of theirs lets go of it.
        alike.append(build(replace(vocabulary), languages))
        del alike[:-MOST]
        return _with(alike[-1], vocabulary)

    return built


def _with(known: Index, vocabulary: Vocabulary) -> Index:
    own = replace(known, vocabulary=vocabulary)
    for spelling in ("place_names", "commodity_terms", "verbs"):
        own.__dict__[spelling] = getattr(known, spelling)
    return own
