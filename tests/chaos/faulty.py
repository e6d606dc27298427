"""Programs that a story starts to break something: each is killed, or kills itself.

`python -m tests.chaos.faulty lock FILE` holds a SQLite file until it is killed;
`python -m tests.chaos.faulty upgrade URL STATEMENTS` dies after so many statements of an upgrade.
`dying_web` is a web that dies once between having stored a text and saying so.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

import app
import app.short_way
from app.webhooks import keep_text
from db.session import open_database
from db.upgrade import upgrade

# Once this file is there, the next text kills.
ARMED = Path("armed")


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying_web() -> Flask:
    """The web of `bei web`, which dies when the text is stored and nobody was told."""

    def keep_and_die(*arguments: Any, **named: Any) -> str:
        said = keep_text(*arguments, **named)
        if ARMED.exists():
            ARMED.unlink()
            die()
        return said

    app.short_way.keep_text = keep_and_die
    return app.create_app()


def lock(file: str) -> None:
    """Let nobody write, nor read: as a copy or a repair of the file by hand does."""
    held = sqlite3.connect(file, isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)  # noqa: T201
    signal.pause()


def upgrade_and_die(url: str, statements: str) -> None:
    """Run the migrations until the power goes."""
    database = open_database(url)
    left = [int(statements)]

    @event.listens_for(database.engine, "after_cursor_execute")
    def _on_statement(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            die()

    upgrade(database)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["lock", file]:
            lock(file)
        case ["upgrade", url, statements]:
            upgrade_and_die(url, statements)
