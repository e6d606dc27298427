"""The table in which workers say that they live."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class WorkerBeat(Base):
    """A worker that lives: each writes its own row, and nobody waits for another."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # <host>:<process>
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    resident_kib: Mapped[int | None]  # the memory it holds; None where the system does not tell
    # Of each job that it ran: how often it comes, when it last ran and last failed, how long it
    # took.
    jobs: Mapped[dict[str, Any]]
