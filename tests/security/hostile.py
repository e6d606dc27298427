"""Words that nobody means well, and the fields of pages they are put into: found, not listed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

from tests.security.walking import TAG

MARKUP = f"=1+\"'><{TAG} onload=alert(7)>"
# By what they are to break. Each goes into every field; those of `PRECISE` into each alone too,
# because a page that refuses its first field never looks at the second.
WORDS = {
    "a quote": "x'",
    "sql": "x' OR '1'='1' --",
    "more sql": '1"; DROP TABLE subscriber; --',
    "markup": MARKUP,
    "a script's address": "javascript:alert(7)",
    "another site": "//evil.example.org/",
    "another site by the other slash": "/\\evil.example.org/",
    "a header": "x\r\nX7: yes\r\n\r\n<html>",
    "nought": "a\0b",
    "half a letter": "a\ud800b",
    "a template": "{{7*7}}${7*7}#{7*7}",
    "a format": "%s%n%(x)s{0}",
    "a path": "../../../../etc/passwd",
    "a hidden path": "..%2f..%2fetc%2fpasswd",
    "a long word": "x" * 5_000,
    "a long figure": "9" * 400,
    "a figure Python reads not": "9" * 5_000,
    "a figure too large": str(2**63),
    "a figure a little too large": str(2**31),
    "minus": "-1",
    "no number": "NaN",
    "infinity": "1e999",
    "figures of elsewhere": "٣٤",
    "no day": "2026-13-45",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "the last moment": "9999-12-31T23:59:59+00:00",
    "a list": '["x", {"y": []}]',
    "wildcards": "%_*?",
    "letters that turn": "\u202e\u2066\ufeff\u0301" * 20,
    "a surprise": "ﷺ" * 200,
}
PRECISE = ("a quote", "nought", "a figure too large", "the last day")
# What may stand in a path besides: a slash ends the part it stands in.
PATHS = (
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd", "/etc/passwd", "..\\..\\etc\\passwd", "%c0%ae%c0%ae/etc/passwd",
    ".", "..", "%00", "bei.css%00.html", "~root", "C:\\boot.ini", "file:///etc/passwd",
)  # fmt: skip


def in_path(word: str) -> str:
    """A word as a part of an address; what is no letter as its bytes would be."""
    return quote(word.encode("utf-8", "surrogatepass"), safe="")


@contextmanager
def noting(web: Flask) -> Iterator[set[str]]:
    """Which fields a page looks for in what it is asked or sent."""
    asked: set[str] = set()

    class Noting(ImmutableMultiDict[str, Any]):
        def get(self, key: str, *args: Any, **more: Any) -> Any:
            asked.add(key)
            return super().get(key, *args, **more)

        def getlist(self, key: str, *args: Any, **more: Any) -> Any:
            asked.add(key)
            return super().getlist(key, *args, **more)

        def __getitem__(self, key: str) -> Any:
            asked.add(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            asked.add(str(key))
            return super().__contains__(key)

    class NotingRequest(Request):
        parameter_storage_class = Noting

    before, web.request_class = web.request_class, NotingRequest
    yield asked
    web.request_class = before
