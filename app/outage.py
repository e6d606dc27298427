"""Is the database away just now? Then nobody waits for it but who looks whether it is back."""

from collections.abc import Callable
from time import monotonic
from types import TracebackType

from db.away import is_away

# Of those who call meanwhile, one in so long a time is let through to look.
LOOK_AGAIN_SECONDS = 1.0


class AwayError(Exception):
    """The database is known to be away, and somebody else is looking whether it is back."""


class Outage:
    """What one process knows of it. Within it, as a `with`, nobody waits for what is not there.

    A caller in front of a screen hears at once that something is wrong, instead of waiting as long
    as a connection takes to fail.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._look_at: float | None = None  # None: all is well, as far as anybody knows

    def is_on(self) -> bool:
        """Whether it is known to be away. Now and then no, to whoever then looks for all."""
        if self._look_at is None:
            return False
        now = self._clock()
        if now < self._look_at:
            return True
        self._look_at = now + LOOK_AGAIN_SECONDS
        return False

    def note(self, error: BaseException) -> None:
        """Somebody failed: was it for that?"""
        if is_away(error):
            self._look_at = self._clock() + LOOK_AGAIN_SECONDS

    def over(self) -> None:
        """Somebody reached it."""
        self._look_at = None

    def __enter__(self) -> None:
        """Go on where it is there; AwayError where it is known not to be."""
        if self._look_at is not None and self.is_on():
            raise AwayError("the database is away")

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """See how it went."""
        if error is not None:
            self.note(error)
        elif self._look_at is not None:
            self.over()
