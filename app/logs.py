"""Logs: one line an event, with no phone number and no secret address in it."""

import logging
import re
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.config import LogFormat
from messaging.msisdn import mask

# How a number may begin in the midst of other signs: behind what is no letter, or behind a sign
# that was escaped – %3D, \n, \xa0, \u00a0 – for those end in letters and figures.
_BEGINS = (
    r"(?:(?<![\w.])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[abfnrtv])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4}))"
)
# What may stand between its figures, where it is written for people.
_BETWEEN = r"(?:[\s.()-]|%20|\+|%2[Bb]){0,2}"
# With a plus or noughts before the country, as it is dialled there, or all figures in a row. A
# fraction and a date are none: 0.123456789, 2026-01-02 2026-01-03.
_NUMBER = re.compile(
    rf"{_BEGINS}(?:"
    rf"(?:\+|%(?:25)*2[Bb]|(?<!\d:)00){_BETWEEN}[1-9](?:{_BETWEEN}\d){{6,14}}"
    rf"|(?<!\d[:-])\(?0\d(?:{_BETWEEN}\d){{7,11}}"
    r"|\d{9,15}"
    r")(?!\d|\.\d)"
)
_NO_FIGURES = re.compile(r"%(?:25)*2[Bb]|%20|\D")
_SECRET_ADDRESS = re.compile(
    r"(webhooks/africastalking/)[^/\s\"']+|(webhooks%2Fafricastalking%2F)(?:(?!%2F)[^/\s\"'])+",
    re.IGNORECASE,
)
# A plus and seven figures: nothing that is hidden is shorter.
_SHORTEST_HIDDEN = 8
# How deep a value is looked through; what lies deeper is told as its words.
_DEEPEST = 6


def configure_logs(level: int = logging.INFO, log_format: LogFormat | None = None) -> None:
    """Send our events from `level` on and the libraries' warnings to stderr, in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_people,
    ]
    renderer = _renderer(log_format)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # A line in one go, however stderr is buffered: lines of several processes never mix.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # What nobody caught would be printed as it is, numbers and all.
    threading.excepthook = _tell_of_thread


def hide_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Mask every phone number and the secret part of a webhook's address, tracebacks included."""
    return {
        _hidden_name(name): (value if name == "timestamp" else _hidden(value))
        for name, value in event.items()
    }


@lru_cache(maxsize=1_000)  # the names are few, and the same on every line
def _hidden_name(name: str) -> str:
    return name if name == "timestamp" else _hidden_text(name)


def server_logs() -> dict[str, Any]:
    """How the web server logs: through us, so that its lines have our form and hide what ours do.

    It tells no request: their addresses hold the webhooks' secret, and may hold numbers.
    """
    through_us = {"handlers": [], "level": "INFO", "propagate": True}
    nowhere = {"handlers": [], "level": "CRITICAL", "propagate": False}
    return {"loggers": {"_granian": through_us, "granian.access": nowhere}}


def _renderer(log_format: LogFormat | None) -> Processor:
    if log_format is None:
        log_format = LogFormat.CONSOLE if sys.stderr.isatty() else LogFormat.JSON
    if log_format is LogFormat.CONSOLE:
        # A traceback is words by now, masked; it would be drawn anew, with whatever stood in it.
        return structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _hidden(value: Any, depth: int = 0) -> Any:
    """A value with nobody's number in it, however deep."""
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        # Our own ids are shorter; a number that somebody took for one is not.
        return value if abs(value) < 10**9 else _hidden_text(str(value))
    if isinstance(value, str):
        return _hidden_text(value)
    if depth == _DEEPEST:
        return _hidden_text(repr(value))
    if isinstance(value, Mapping):
        return {_hidden_text(str(key)): _hidden(held, depth + 1) for key, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(held, depth + 1) for held in value]
    return _hidden_text(str(value))


def _hidden_text(text: str) -> str:
    if len(text) < _SHORTEST_HIDDEN:
        return text
    masked = _NUMBER.sub(lambda number: _masked(number[0]), text)
    return _SECRET_ADDRESS.sub(lambda address: f"{address[1] or address[2]}***", masked)


def _masked(number: str) -> str:
    plus = "+" if number.startswith("+") else ""
    return mask(plus + _NO_FIGURES.sub("", number))


def _tell_of_thread(fault: threading.ExceptHookArgs) -> None:
    if fault.exc_type is SystemExit:
        return
    name = "" if fault.thread is None else fault.thread.name
    structlog.get_logger().error(
        "thread_failed",
        thread=name,
        exc_info=(fault.exc_type, fault.exc_value, fault.exc_traceback),
    )
