"""What the parser works out from a vocabulary lives as long as the vocabulary does."""

import gc
import weakref
from dataclasses import replace

from handlers.parser import parse
from handlers.parser.index import index_of
from tests.handlers.screens.fakes import VOCABULARY


def test_an_index_is_built_once_for_its_vocabulary() -> None:
    vocabulary = replace(VOCABULARY)
    assert index_of(vocabulary) is index_of(vocabulary)
    assert index_of(replace(vocabulary)) is not index_of(vocabulary)


def test_it_does_not_outlive_it() -> None:
    vocabulary = replace(VOCABULARY)
    parse("milk nakuru", vocabulary)
    known = weakref.ref(vocabulary)
    del vocabulary
    gc.collect()
    assert known() is None
