"""The table of keys by which programs may tell prices."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Scope(StrEnum):
    """What a key may be used for."""

    WRITE_OBSERVATIONS = "observations:write"


class ApiKey(Base):
    """A key that was given out; of itself only its hash is kept, and how it begins."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))  # who has it
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    # SHA-256: a key is long and random, nobody guesses it from this.
    key_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(200))  # with spaces between
    per_minute: Mapped[int]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # To the hour: it is not written with each request.
    last_used_at: Mapped[datetime | None]
