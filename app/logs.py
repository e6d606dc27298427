"""Logs: one line of JSON per event, with no phone number and no secret address in it."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from messaging.msisdn import mask

# A number with a country's code before it, however it was escaped; ids of ours are shorter.
_NUMBER = re.compile(r"(?<![\w.-])(\+|%2B)?\d{10,15}(?![\w.-])")
_SECRET_ADDRESS = re.compile(r"(/webhooks/africastalking/)[^/\s\"']+")


def configure_logs(level: int = logging.INFO) -> None:
    """Send our events from `level` on and the libraries' warnings to stderr, in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def hide_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Mask every phone number and the secret part of a webhook's address, tracebacks included."""
    return {name: _hidden(value) for name, value in event.items()}


def _hidden(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    masked = _NUMBER.sub(lambda number: mask(number[0]), value)
    return _SECRET_ADDRESS.sub(r"\1***", masked)
