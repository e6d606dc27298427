"""A thread of the web that takes in what waits on disk: it is there only while anything does."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock, Thread
from time import sleep

import structlog

from app.receiving import take_in_kept
from app.service import Service

EVERY_SECONDS = 1.0

log = structlog.get_logger()


class Replaying:
    """Begins when something is kept, or was found there at the start, and ends when all is in."""

    def __init__(self, service: Service, *, rest: Callable[[float], object] = sleep) -> None:
        self._service, self._rest = service, rest
        self._lock = Lock()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Watch the spool of this process."""
        self._service.spool.when_kept = self.wake
        if self._service.spool.is_waiting:
            self.wake()

    def wake(self) -> None:
        """Something waits: see to it."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="replaying", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait until nothing waits any more."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while not self._is_done():
            self._rest(EVERY_SECONDS)
            try:
                take_in_kept(self._service, datetime.now(UTC))
            except Exception:
                log.exception("kept_not_taken_in", what_to_do="it is tried again by itself")

    def _is_done(self) -> bool:
        with self._lock:  # who keeps something just now finds a thread, or begins one
            if self._service.spool.is_waiting:
                return False
            self._thread = None
            return True
