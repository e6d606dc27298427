"""The declarative base, and the two column types on which money and time depend."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, MetaData, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, always UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would silently mean another hour."""
        moment = _in_utc(value)
        if moment is None:
            return None
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every stored moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    # The same without the steps between, of which every text takes a dozen.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """What writes a moment as the driver takes it."""
        return _as_sqlite_writes_it if dialect.name == "sqlite" else _in_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """What reads a moment as the driver gives it."""
        return _as_sqlite_reads_it if dialect.name == "sqlite" else _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {value!r}")
    return value.astimezone(UTC)


def _as_sqlite_writes_it(value: datetime | None) -> str | None:
    moment = _in_utc(value)
    if moment is None:
        return None
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _as_sqlite_reads_it(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, exact on both databases.

    PostgreSQL has NUMERIC. SQLite would turn it into a float, so there it is kept as a whole
    number of the smallest part (45.50 with four places is 455000) and still sorts and compares.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, places: int = 4) -> None:
        self.places = places
        super().__init__(18, places)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC(18, places), or a whole number on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(18, self.places))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Round half even to the column's places."""
        if value is None:
            return None
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-self.places))
        return int(rounded.scaleb(self.places)) if dialect.name == "sqlite" else rounded

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Scale a whole number back."""
        if value is None:
            return None
        return Decimal(value).scaleb(-self.places) if dialect.name == "sqlite" else Decimal(value)


# An enumeration is kept as its value in a plain column: a new member needs no migration.
EnumValue = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=False,
    length=20,
    values_callable=lambda members: [member.value for member in members],
)

JsonObject = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Every table's base; constraints get names that migrations can speak of."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 – SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        Decimal: Exact(4),
        StrEnum: EnumValue,
        dict[str, Any]: JsonObject,
    }
