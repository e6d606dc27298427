"""A field of the reference data: how it is written, what it may be, what is wrong (pure)."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Protocol, TypeAlias

from prices.importers.words import plain_number
from prices.kinds import PlaceKind
from prices.vocabulary import fold

# None: nothing is said. A place is told by its code.
Value: TypeAlias = str | int | bool | float | Decimal | date | None
Values: TypeAlias = Mapping[str, Value]

EVERYWHERE = "*"
_CODE = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[A-Z][a-z]{3})?")  # sw, sheng, bn-Latn
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
TOO_MUCH = Decimal(10) ** 11


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WORD = "word"  # what people write: it needs a letter
    CODE = "code"
    LANGUAGE = "language"
    NUMBER = "number"
    WHOLE = "whole"
    DEGREES = "degrees"
    DAY = "day"
    YES_NO = "yes or no"
    CHOICE = "choice"
    COMMODITY = "commodity"
    UNIT = "unit"
    COUNTRY = "country"
    PLACE = "place"


# Of which there are few enough to choose from.
CHOSEN = frozenset({Kind.YES_NO, Kind.CHOICE, Kind.COMMODITY, Kind.UNIT, Kind.COUNTRY})


@dataclass(frozen=True)
class PlaceKnown:
    """Of a place what others have to fit."""

    id: int
    country: str
    kind: PlaceKind
    admin1_id: int | None


class Known(Protocol):
    """What a row may refer to."""

    @property
    def commodities(self) -> Mapping[str, str]:
        """Their codes, with the base unit of each."""

    @property
    def units(self) -> Collection[str]:
        """Their codes."""

    @property
    def countries(self) -> Collection[str]:
        """Their codes."""

    @property
    def places(self) -> Mapping[str, PlaceKnown]:
        """By their codes."""


@dataclass(frozen=True)
class Field:
    """A field as the form and the file have it. `is_fixed`: said once, when the row is made."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    needed: bool = True
    longest: int = 80
    choices: tuple[str, ...] = ()
    places: int = 4  # behind the point
    least: Decimal = Decimal(0)
    is_above: bool = False  # more than the least, not as much
    most: Decimal = TOO_MUCH
    is_fixed: bool = False
    hint: str = ""
    column: str = ""
    everywhere: bool = False  # "*" stands for every country

    @property
    def column_name(self) -> str:
        """Under which name the table keeps it."""
        return self.column or self.name


def read_value(one: Field, written: str, known: Known) -> Value:
    """What is meant; ValueError says in a sentence what is wrong with it."""
    text = written.strip()
    if _CONTROL.search(text):
        raise ValueError("It must stand on one line, without signs that nobody sees.")
    if not text:
        if one.needed:
            raise ValueError("It is missing.")
        return False if one.kind is Kind.YES_NO else None
    return _READERS[one.kind](one, text, known)


def written_value(value: Value) -> str:
    """A value as the form and the file have it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case float():
            return f"{Decimal(repr(value)).normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _text(one: Field, text: str, _: Known) -> str:
    if len(text) > one.longest:
        raise ValueError(f"It has {len(text)} characters; there is room for {one.longest}.")
    return text


def _word(one: Field, text: str, known: Known) -> str:
    if not fold(text):
        raise ValueError(f"{text!r} has no letter or figure: nobody could text it.")
    return _text(one, text, known)


def _code(one: Field, text: str, known: Known) -> str:
    if _CODE.fullmatch(text) is None:
        raise ValueError("A code has small letters, figures, - and _ only, such as bag_90kg.")
    return _text(one, text, known)


def _language(_: Field, text: str, __: Known) -> str:
    if _LANGUAGE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no language: write its code, such as en or sw.")
    return text


def _number(one: Field, text: str, _: Known) -> Decimal:
    try:
        value = Decimal(plain_number(text))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number.") from None
    if not value.is_finite():
        raise ValueError(f"{text!r} is no number.")
    if value < one.least or (one.is_above and value == one.least):
        raise ValueError(f"It must be {'more' if one.is_above else 'no less'} than {one.least}.")
    if value > one.most:
        raise ValueError(f"It must be no more than {one.most:,}.")
    if one.kind is not Kind.WHOLE and value != round(value, one.places):
        raise ValueError(f"It may have {one.places} places behind the point.")
    return value


def _whole(one: Field, text: str, known: Known) -> int:
    value = _number(one, text, known)
    if value != int(value):
        raise ValueError("It must be a whole number.")
    return int(value)


def _degrees(one: Field, text: str, known: Known) -> float:
    return float(_number(one, text, known))


def _day(_: Field, text: str, __: Known) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day: write it as 2026-11-24.") from None


def _yes_no(_: Field, text: str, __: Known) -> bool:
    match text.casefold():
        case "yes" | "true" | "1":
            return True
        case "no" | "false" | "0":
            return False
        case _:
            raise ValueError(f"{text!r} is neither yes nor no.")


def _choice(one: Field, text: str, _: Known) -> str:
    if text not in one.choices:
        raise ValueError(f"{text!r} is none of {', '.join(one.choices)}.")
    return text


def _commodity(_: Field, text: str, known: Known) -> str:
    return _one_of(known.commodities, text, "commodity")


def _unit(_: Field, text: str, known: Known) -> str:
    return _one_of(known.units, text, "unit")


def _country(one: Field, text: str, known: Known) -> str:
    if one.everywhere and text == EVERYWHERE:
        return text
    return _one_of(known.countries, text, "country")


def _place(_: Field, text: str, known: Known) -> str:
    return _one_of(known.places, text, "place")


def _one_of(codes: Collection[str], text: str, what: str) -> str:
    if text not in codes:
        raise ValueError(f"No {what} has the code {text!r}.")
    return text


_READERS: Mapping[Kind, Callable[[Field, str, Known], Value]] = {
    Kind.TEXT: _text,
    Kind.WORD: _word,
    Kind.CODE: _code,
    Kind.LANGUAGE: _language,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.DEGREES: _degrees,
    Kind.DAY: _day,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.COMMODITY: _commodity,
    Kind.UNIT: _unit,
    Kind.COUNTRY: _country,
    Kind.PLACE: _place,
}
