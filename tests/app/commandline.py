"""Run `bei` in a story, with a clean environment: no setting of the machine leaks in."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

import pytest
import structlog

from app.cli import main
from db.sealed import seal_with
from tests.cast import NUMBER_KEY


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def bei(*arguments: str, database_url: str, stdin: str = "", **environment: str) -> Ran:
    """Run one command as its entry point does, in this process: starting one takes a second."""
    out, err = io.StringIO(), io.StringIO()
    settings = {"DATABASE_URL": database_url, "BEI_NUMBER_KEY": NUMBER_KEY}
    with (
        patch.dict("os.environ", settings | environment, clear=True),
        patch("sys.argv", ["bei", *arguments]),
        patch("sys.stdin", io.StringIO(stdin)),
        logs_as_they_were(),
        sealed_as_before(),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as left,
    ):
        main()
    code = left.value.code
    return Ran(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


@contextmanager
def sealed_as_before() -> Iterator[None]:
    """A command seals with the key of its settings, and this process with the key of the tests."""
    yield
    seal_with(NUMBER_KEY)


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """A command sets up the logs of its process, which here is everybody's."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level
