"""The tables of files that are brought in at the desk."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, JsonObject


class ImportState(StrEnum):
    """How far a file is."""

    TO_CHECK = "to_check"
    CHECKING = "checking"
    CHECKED = "checked"  # somebody has to say whether it is applied
    TO_APPLY = "to_apply"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"  # the file is no such file: `fault` says why
    FAILED = "failed"  # something is wrong with us
    DISCARDED = "discarded"

    @property
    def is_busy(self) -> bool:
        """Whether the worker has it, or will."""
        return self in BUSY


WAITING = (ImportState.TO_CHECK, ImportState.TO_APPLY)
AT_WORK = (ImportState.CHECKING, ImportState.APPLYING)
BUSY = frozenset({*WAITING, *AT_WORK})


class ImportJob(Base):
    """A file that somebody brought in, and what became of it."""

    __tablename__ = "import_job"
    __table_args__ = (
        # What waits for a worker, or for a word of ours.
        Index("ix_import_job_state", "state", "id"),
        # Whether the same file came before.
        Index("ix_import_job_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(40))  # "wfp", "observations", "commodities" …
    file_name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]  # in bytes, as a plain text
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of that text
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime]
    state: Mapped[ImportState] = mapped_column(default=ImportState.TO_CHECK)
    # Which worker has it, by a name of this one try, and when it was heard of last.
    claim: Mapped[str | None] = mapped_column(String(32))
    beat_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    lines_done: Mapped[int] = mapped_column(default=0)
    lines_total: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    # Numbers of rows: what the dry run said, and what was done.
    expected: Mapped[dict[str, Any] | None]
    done: Mapped[dict[str, Any] | None]
    # Lines left out with their reasons, examples; of the last run.
    detail: Mapped[dict[str, Any] | None] = mapped_column(JsonObject, deferred=True)
    fault: Mapped[str] = mapped_column(Text, default="")


class ImportPart(Base):
    """A piece of a file, gzipped; gone when the file is done with.

    In the database, because that is all that web and worker share: they may run on two hosts.
    """

    __tablename__ = "import_part"

    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
