"""What was worked out from the reference data and published prices, kept as long as they are.

A process holds a vocabulary until the reference data or the published prices change; then it reads
another one, and all that was worked out with the old one goes with it.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast

from prices.vocabulary import Vocabulary

T = TypeVar("T")

# Of each kind and vocabulary; some hundred bytes each. What is asked most is soon there again.
MOST = 20_000


class Remembered(Generic[T]):
    """Answers of one kind, by vocabulary and by what was asked. None is an answer too.

    At `most` so many are held, and then all of them let go.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most

    def answer(self, vocabulary: Vocabulary, asked: Hashable, work_out: Callable[[], T]) -> T:
        """The answer that is held, or else the one that is worked out now."""
        held: dict[Hashable, T] = vocabulary.beside.setdefault(self, {})
        found = held.get(asked, _NOT_THERE)
        if found is _NOT_THERE:
            if len(held) >= self._most:
                held.clear()
            # Two threads may both work it out once; that costs less than making all wait for one.
            found = held[asked] = work_out()
        return cast(T, found)


_NOT_THERE = object()
