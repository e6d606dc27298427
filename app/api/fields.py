"""The kinds of value of the API, each with how it is written and an example."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from prices.estimates import Confidence
from prices.kinds import Buyer, PriceType

MOST = 10_000_000  # in any currency served


class Figure(fields.Float):
    """A decimal number; our prices have at most eleven figures, which a float keeps as they are."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value


def figure(description: str, example: float, **more: Any) -> Figure:
    """A number that is always there, unless `allow_none`."""
    return Figure(required=True, metadata={"description": description, "example": example}, **more)


def whole(description: str, example: int) -> fields.Integer:
    """A count."""
    return fields.Integer(
        required=True,
        validate=validate.Range(min=0),
        metadata={"description": description, "example": example},
    )


def words(description: str, example: str | None, **more: Any) -> fields.String:
    """A text that is always there, unless `allow_none`."""
    return fields.String(
        required=True, metadata={"description": description, "example": example}, **more
    )


def moment(description: str) -> fields.String:
    """A moment with its zone, as ISO 8601 writes it."""
    return fields.String(
        required=True,
        metadata={
            "description": description,
            "example": "2026-11-24T09:00:00+00:00",
            "format": "date-time",
        },
    )


def asked_moment(description: str) -> fields.AwareDateTime:
    """A moment that somebody asks about; without a zone it is UTC."""
    return fields.AwareDateTime(
        format="iso",
        default_timezone=UTC,
        load_default=None,
        metadata={"description": description},
    )


def commodity(*, is_asked: bool = False) -> fields.String:
    """A code of the catalogue."""
    metadata = {"description": "A code of /api/v1/commodities.", "example": "milk"}
    if is_asked:
        return fields.String(load_default=None, metadata=metadata)
    return fields.String(required=True, metadata=metadata)


def price_type(*, is_asked: bool = False) -> fields.String:
    """At which step of the trade a price is paid."""
    kind = validate.OneOf([one.value for one in PriceType])
    metadata = {"description": "Where in the trade it is paid.", "example": "farm_gate"}
    if is_asked:
        return fields.String(load_default=None, validate=kind, metadata=metadata)
    return fields.String(required=True, validate=kind, metadata=metadata)


def buyer(*, is_asked: bool = False) -> fields.String:
    """Which kind of buyer pays it."""
    kind = validate.OneOf([one.value for one in Buyer])
    metadata = {"description": "The kind of buyer; null or left out: all.", "example": "trader"}
    if is_asked:
        return fields.String(load_default=None, validate=kind, metadata=metadata)
    return fields.String(required=True, allow_none=True, validate=kind, metadata=metadata)


def confidence(*, is_asked: bool = False) -> fields.String:
    """How good a price is, in a word."""
    kind = validate.OneOf([one.value for one in Confidence])
    metadata = {
        "description": (
            "good: 4 reports and more by 3 people and more; few: fewer; one: a single report; "
            "old: none of the last days."
        ),
        "example": "good",
    }
    if is_asked:
        return fields.String(load_default=None, validate=kind, metadata=metadata)
    return fields.String(required=True, validate=kind, metadata=metadata)


def iso(at: datetime) -> str:
    """A moment as it is written."""
    return at.isoformat()


def degrees(value: float | None) -> Decimal | None:
    """A latitude or longitude to about ten metres."""
    return None if value is None else Decimal(str(round(value, 4)))


def told(description: str, example: str | None, longest: int) -> fields.String:
    """A text that may be left out."""
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, longest),
        metadata={"description": description, "example": example},
    )


def _is_positive(value: Decimal) -> None:
    if not 0 < value <= MOST:
        raise ValidationError(f"Must be more than 0 and at most {MOST:,}.")


def positive(description: str, example: float, *, is_needed: bool) -> fields.Decimal:
    """A price or a quantity that somebody tells, exactly as it is written."""
    # The library would write a decimal's bounds into the document as texts.
    metadata = {
        "description": description,
        "example": example,
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": MOST,
    }
    if is_needed:
        return fields.Decimal(required=True, validate=_is_positive, metadata=metadata)
    return fields.Decimal(
        load_default=None, allow_none=True, validate=_is_positive, metadata=metadata
    )
