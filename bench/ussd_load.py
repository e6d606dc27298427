"""Callers on real connections: HTTP/1.1 by hand, because the load shares its cores with the server.

Requests are made before the clock starts; between an answer and the next key lies nothing but the
search for the answer's end.
"""

import gc
import re
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from select import select
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

HOST = "127.0.0.1"
# The connections of the open loop: so many hops can be under way at a time.
LINES = 64
# How long somebody looks at a screen. In earnest it is longer; the server cannot tell.
READING_SECONDS = 0.25
# From the first call on until as many end as begin.
WARM_UP_SECONDS = 2.0
PATIENCE_SECONDS = 30

_LENGTH = re.compile(rb"^content-length: *(\d+)\r?$", re.IGNORECASE | re.MULTILINE)


class Heard(NamedTuple):
    """What an answer says to whoever called."""

    screen: str
    is_over: bool  # nothing can be pressed any more
    is_right: bool  # it is an answer at all


class Calling(Protocol):
    """What is posted one after the other, and how its answers are read."""

    @property
    def name(self) -> str:
        """Which kind of call it is."""

    @property
    def transcripts(self) -> Sequence[str]:
        """What is posted, hop by hop."""

    def form(self, transcript: str) -> Mapping[str, str]:
        """One hop as the gateway posts it."""

    def hear(self, body: bytes) -> Heard:
        """What the answer to a hop says."""

    def arrived(self, screens: Sequence[str]) -> bool:
        """Whether all was answered as it should be."""


@dataclass(frozen=True)
class Address:
    """Where a server of this machine takes hops or texts."""

    port: int
    path: str

    def of(self, webhook: str) -> "Address":
        """Another webhook of the same server."""
        return Address(self.port, f"{self.path.rpartition('/')[0]}/{webhook}")

    def request(self, call: Calling, transcript: str) -> bytes:
        """One hop as Africa's Talking posts it."""
        form = urlencode(call.form(transcript))
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n"
        )
        return f"{head}{form}".encode()


@dataclass(eq=False)
class Talk:
    """A call that is being made, and what was on the phone after each hop."""

    call: Calling
    requests: Sequence[bytes]
    screens: list[str] = field(default_factory=list)
    waits: bool = False  # for an answer
    is_over: bool = False  # the server hung up

    @property
    def has_more(self) -> bool:
        """Whether there is a key left to press, and somebody to hear it."""
        return not self.is_over and len(self.screens) < len(self.requests)


@dataclass
class Load:
    """What came of some turns of load."""

    seconds: list[float] = field(default_factory=list)  # of each hop that counts
    span: float = 0.0  # seconds in which they were counted
    lasted: float = 0.0  # with what lay before and after
    busy: float = 0.0  # seconds of a core that the load itself took
    faults: Counter[str] = field(default_factory=Counter)
    talks: list[Talk] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Hops per second."""
        return len(self.seconds) / self.span


def make_ready(
    coming: deque[Talk], address: Address, calls: Iterator[Calling], *, hops: int
) -> None:
    """Fill up the calls that are coming, until they have so many hops."""
    hops -= sum(len(talk.requests) for talk in coming)
    while hops > 0:
        call = next(calls)
        coming.append(Talk(call, [address.request(call, typed) for typed in call.transcripts]))
        hops -= len(call.transcripts)


class _Line:
    """A connection that is kept, and the call that is on it."""

    def __init__(self, address: Address) -> None:
        self.socket = socket.create_connection((HOST, address.port), timeout=PATIENCE_SECONDS)
        self.socket.settimeout(None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fileno = self.socket.fileno
        self._read = b""

    def press(self, talk: Talk, since: float, *, counts: bool = True) -> None:
        """Send the next hop of a call; its time counts from `since`."""
        self.talk, self.since, self.counts, self._read = talk, since, counts, b""
        talk.waits = True
        self.socket.sendall(talk.requests[len(talk.screens)])

    def hear(self) -> tuple[bytes, bytes] | None:
        """Head and body, once both are whole."""
        read = self.socket.recv(65_536)
        if not read:
            raise ConnectionError("the server hung up")
        self._read += read
        head, separator, body = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if separator else None
        return None if length is None or len(body) < int(length[1]) else (head, body)


def saturate(
    address: Address, load: Load, coming: deque[Talk], *, callers: int, span: float
) -> None:
    """Have so many callers press their next key as soon as they have an answer.

    What is answered within `span` seconds counts; calls under way are then made to their end.
    """
    lines = [_Line(address) for _ in range(callers)]
    with _undisturbed(load):
        start = time.perf_counter()
        end = start + span
        for line in lines:
            line.press(_next(load, coming), time.perf_counter())
        while lines:
            for line in _ringing(lines, PATIENCE_SECONDS):
                now = time.perf_counter()
                if not _take(load, line, now if now < end else None):
                    continue
                if line.talk.has_more:
                    line.press(line.talk, now)
                elif now < end:
                    line.press(_next(load, coming), now)
                else:
                    lines.remove(line)
                    line.socket.close()
    load.span += span


def _next(load: Load, coming: deque[Talk]) -> Talk:
    if not coming:
        raise RuntimeError("too few calls were made ready")
    load.talks.append(coming.popleft())
    return load.talks[-1]


def _ringing(lines: Sequence[_Line], seconds: float) -> list[_Line]:
    """The lines on which something came; none where nothing did for so long."""
    # select, because it waits for less than a millisecond where it is told to.
    found, _, _ = select(lines, (), (), seconds)
    if not found and seconds >= PATIENCE_SECONDS:
        raise TimeoutError(f"no answer for {PATIENCE_SECONDS} seconds")
    return found


def _take(load: Load, line: _Line, now: float | None) -> bool:
    """Take what came on a line; True where it was a whole answer, whose time counts `now`."""
    answer = line.hear()
    if answer is None:
        return False
    if now is not None:
        load.seconds.append(now - line.since)
    head, body = answer
    heard = line.talk.call.hear(body)
    if not (head.startswith(b"HTTP/1.1 200 ") and heard.is_right):
        load.faults[f"{head[:20]!r} {body[:60]!r}"] += 1
    line.talk.screens.append(heard.screen)
    line.talk.waits, line.talk.is_over = False, heard.is_over
    return True


class Due(NamedTuple):
    """A hop and when it is to be sent, in seconds from the start of a turn."""

    at: float
    number: int  # of its call, so that two of one moment have an order
    talk: Talk


def appointments(
    load: Load, coming: deque[Talk], *, rate: float, span: float, chance: Random
) -> list[Due]:
    """When each hop is due, so that after the warm-up there are `rate` in every second of `span`.

    Callers know nothing of one another: calls begin by chance, and hops follow by reading time.
    """
    mean_hops = sum(len(talk.requests) for talk in coming) / len(coming)
    until = WARM_UP_SECONDS + span
    due: list[Due] = []
    for _ in range(round(rate / mean_hops * until)):
        talk, at = _next(load, coming), chance.uniform(0, until)
        for _ in talk.requests:
            due.append(Due(at, len(load.talks), talk))
            at += READING_SECONDS * chance.uniform(0.5, 1.5)
    return sorted(due)


def pace(
    address: Address, load: Load, coming: deque[Talk], *, rate: float, span: float, chance: Random
) -> None:
    """Send hops when they are due, however long others take: a queue that forms is not hidden.

    A hop's time counts from when it was due. Where its caller still waits for an answer, or no line
    is free, it waits too and the clock runs.
    """
    due = deque(appointments(load, coming, rate=rate, span=span, chance=chance))
    free = deque(_Line(address) for _ in range(LINES))  # in turns: each worker has some of them
    busy: list[_Line] = []
    late: list[Due] = []
    with _undisturbed(load):
        start = time.perf_counter()
        while due or late or busy:
            while due and start + due[0].at <= time.perf_counter():
                late.append(due.popleft())
            for one in _possible(late, len(free)):
                busy.append(free.popleft())
                counts = WARM_UP_SECONDS <= one.at < WARM_UP_SECONDS + span
                busy[-1].press(one.talk, start + one.at, counts=counts)
            for line in _ringing(busy, _seconds_until_next(due, start)) if busy or due else ():
                if _take(load, line, time.perf_counter() if line.counts else None):
                    busy.remove(line)
                    free.append(line)
    load.span += span
    for line in free:
        line.socket.close()


def _seconds_until_next(due: Sequence[Due], start: float) -> float:
    if not due:
        return PATIENCE_SECONDS
    return max(0.0, start + due[0].at - time.perf_counter())


def _possible(late: list[Due], lines: int) -> list[Due]:
    """Take out what can be sent now; what is left waits. Who was hung up on presses no more."""
    found: dict[Talk, Due] = {}
    waiting: list[Due] = []
    for one in late:
        if one.talk.waits or one.talk in found or len(found) == lines:
            waiting.append(one)
        elif one.talk.has_more:
            found[one.talk] = one
    late[:] = waiting
    return list(found.values())


@contextmanager
def _undisturbed(load: Load) -> Iterator[None]:
    """Collect no garbage meanwhile, and count what the load itself costs."""
    gc.collect()
    gc.disable()
    start, busy = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        load.lasted += time.perf_counter() - start
        load.busy += time.process_time() - busy
        gc.enable()
