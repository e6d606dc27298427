"""What the database is asked in a story: prepared statements, and those that SQLAlchemy runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.prepared import Prepared


@contextmanager
def statements_in(session: Session) -> Iterator[list[str]]:
    """Each statement that is run in the meantime."""
    asked: list[str] = []
    bind, run = session.get_bind(), Prepared._run

    def note_prepared(prepared: Prepared, *details: Any) -> Any:
        asked.append(str(prepared.statement.compile(bind)))  # type: ignore[attr-defined]
        return run(prepared, *details)

    def note(*details: Any) -> None:
        asked.append(details[2])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "_run", note_prepared)
        event.listen(bind, "before_cursor_execute", note)
        yield asked
        event.remove(bind, "before_cursor_execute", note)
