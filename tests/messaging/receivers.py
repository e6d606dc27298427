"""A receiver of webhooks on loopback, which answers as a story says and keeps what it heard."""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self


@dataclass(frozen=True)
class Heard:
    """An event as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["Bei-Event-Id"]

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.event["data"]


# What it does with an event: an HTTP status and the answer's body, or something of its own.
Manner = Callable[[BaseHTTPRequestHandler, Heard], tuple[int, str] | None]


def takes(_: BaseHTTPRequestHandler, __: Heard) -> tuple[int, str]:
    """All is well."""
    return 200, "thanks"


def says(code: int, words: str = "") -> Manner:
    """The same to everybody."""
    return lambda _, __: (code, words)


@dataclass
class Receiver:
    """Listens from `with` to its end; how it answers may change at any time."""

    manner: Manner = takes
    heard: list[Heard] = field(default_factory=list)
    lines: int = 0  # how many connections there were
    port: int = 0
    _turn: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/prices"

    def keep(self, heard: Heard) -> None:
        with self._turn:
            self.heard.append(heard)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.receiver = self
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up is no fault of the story's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.server.receiver.lines += 1
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = Heard(self.path, dict(self.headers), body)
        self.server.receiver.keep(heard)
        answered = self.server.receiver.manner(self, heard)
        if answered is None:
            self.close_connection = True
            return
        code, words = answered
        self.send_response(code)
        self.send_header("Content-Length", str(len(words.encode())))
        self.end_headers()
        self.wfile.write(words.encode())

    def do_GET(self) -> None:
        """Nobody asks; a story sees whether somebody did."""
        self.server.receiver.keep(Heard(f"GET {self.path}", dict(self.headers), b""))
        self.send_error(405)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


# These ten lines stand in docs/api.md: what a receiver does to know that an event is ours.
def is_from_bei(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    timestamp = headers["Bei-Timestamp"]
    if abs(time.time() - int(timestamp)) > 300:  # five minutes: an old one sent again
        return False
    told = timestamp.encode() + b"." + body
    expected = "v1=" + hmac.new(secret.encode(), told, sha256).hexdigest()
    return hmac.compare_digest(expected, headers["Bei-Signature"])
