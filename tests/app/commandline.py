"""Run `bei` in a story, with a clean environment: no setting of the machine leaks in."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from app.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def bei(*arguments: str, database_url: str, stdin: str = "", **environment: str) -> Ran:
    """Run one command as its entry point does, in this process: starting one takes a second."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict("os.environ", {"DATABASE_URL": database_url, **environment}, clear=True),
        patch("sys.argv", ["bei", *arguments]),
        patch("sys.stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as left,
    ):
        main()
    code = left.value.code
    return Ran(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())
