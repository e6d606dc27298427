"""Objects on stdin and stdout, one JSON object a line, whatever they hold."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

# JSON lets them stand; who reads line by line takes them for line ends.
_LINE_ENDS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}


def json_line(value: object) -> str:
    """One line that this terminal can show: with escapes where it cannot show a letter."""
    line = json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS)
    return json.dumps(value) if shown(line) != line else line


def shown(text: str) -> str:
    """The text with escapes for what the terminal has no sign for, half a character among it."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def objects() -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Each line of stdin with its number; None where it is no object. Empty lines are skipped."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for number, line in enumerate(sys.stdin, start=1):
        line = line.strip("\ufeff \t\r\n")
        if line:
            yield number, _object(line)


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # no JSON, a number too long, brackets too deep
        return None
    return value if isinstance(value, dict) else None
