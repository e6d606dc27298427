"""One event goes over the line to one receiver, who has ten seconds and is not believed much."""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Self, cast

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from messaging.hook_addresses import UnsafeAddressError, port_of, safe_addresses, split_url
from messaging.msisdn import mask_numbers

SECONDS = 10.0
# What is read of an answer; a longer one is cut off together with its line.
MOST_READ = 4096
LONGEST_WORDS = 200
GONE = 410


@dataclass(frozen=True)
class Answer:
    """What a receiver said: an HTTP status, None where there was none, and its first words."""

    code: int | None
    words: str

    @property
    def is_taken(self) -> bool:
        """Whether the event arrived."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more, ever."""
        return self.code == GONE


class Line:
    """A line to a receiver, kept open from one event to the next.

    It goes to an address that was found safe and to no other, through no proxy, and follows nobody
    who says that somewhere else would be better.
    """

    def __init__(
        self,
        url: str,
        *,
        to_loopback: bool = False,
        seconds: float = SECONDS,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._parts = split_url(url)
        self._to_loopback, self._seconds = to_loopback, seconds
        self._trust = trust
        self._wire: _Wire | None = None

    def post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Tell an event and hear what its receiver says, whatever goes wrong."""
        was_open = self._wire is not None
        try:
            return self._post(headers, body)
        except (ConnectionError, HTTPException) as fault:
            self.close()
            # Receivers hang up on lines that were quiet for a while; that says nothing of this one.
            return self.post(headers, body) if was_open else Answer(None, _in_short(fault))
        except (OSError, ValueError) as fault:  # ValueError: the name cannot even be asked for
            self.close()
            return Answer(None, _in_short(fault))

    def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.hang_up()
            self._wire = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, headers: Mapping[str, str], body: bytes) -> Answer:
        wire = self._opened()
        request = HTTPConnection(self._parts.netloc)
        request.auto_open = 0  # it would ask for the name's address anew
        request.sock = cast(socket.socket, wire)
        request.request("POST", self._path, body=body, headers=dict(headers))
        response = request.getresponse()
        answer = Answer(response.status, _first_words(response))
        if response.will_close or not response.isclosed():
            self.close()
        return answer

    @property
    def _path(self) -> str:
        query = f"?{self._parts.query}" if self._parts.query else ""
        return (self._parts.path or "/") + query

    def _opened(self) -> "_Wire":
        if self._wire is None:
            addresses = safe_addresses(self._parts, to_loopback=self._to_loopback)
            until = time.monotonic() + self._seconds  # a name server takes its own time
            self._wire = _Wire(self._connected(addresses, until))
        self._wire.until = time.monotonic() + self._seconds
        return self._wire

    def _connected(self, addresses: list[str], until: float) -> socket.socket:
        for address in addresses[:-1]:
            try:
                return self._connect(address, until)
            except OSError:
                continue
        return self._connect(addresses[-1], until)

    def _connect(self, address: str, until: float) -> socket.socket:
        plain = socket.create_connection((address, port_of(self._parts)), timeout=_left(until))
        # Headers and body are two pieces: the second must not wait until the first was heard of.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        if self._parts.scheme != "https":
            return plain
        try:
            trust = self._trust or _trusted()
            return trust.wrap_socket(plain, server_hostname=self._parts.hostname)
        except BaseException:
            plain.close()
            raise


class _Wire:
    """A socket that has until one moment for everything: a drop now and then keeps nobody."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self.until = 0.0

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(_left(self.until))
        self._socket.sendall(data)

    def read(self, into: memoryview) -> int:
        self._socket.settimeout(_left(self.until))
        return self._socket.recv_into(into)

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        """Whoever asks hangs up before the answer is read; the line does it afterwards."""

    def hang_up(self) -> None:
        self._socket.close()


class _Reading(io.RawIOBase):
    """What comes over a wire, as a file."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        return self._wire.read(into)


def _first_words(response: HTTPResponse) -> str:
    """How its answer begins; that it breaks off changes nothing of its status."""
    try:
        content = response.read(MOST_READ)
    except (OSError, HTTPException):
        content = b""
    return _shown(content.decode("utf-8", "replace"))


def _in_short(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "no answer in time"
    if isinstance(fault, UnsafeAddressError):
        return str(fault)
    return _shown(f"no answer: {type(fault).__name__}: {fault}")


def _shown(words: str) -> str:
    """As a page may show it, in one line and with no phone number."""
    plain = "".join(sign if sign.isprintable() else " " for sign in words)
    return mask_numbers(" ".join(plain.split()))[:LONGEST_WORDS]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that calls to gateways trust."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
