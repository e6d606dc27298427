"""What somebody types into the reference data, and the sentence that says what is wrong with it."""

import re
from datetime import date
from decimal import Decimal

import pytest

from db.session import Database
from prices.reference_fields import Field, Kind, PlaceKnown, Value, read_value, written_value
from prices.reference_rows import StoredKnown, rows_of
from prices.reference_tables import TABLES, BadRow


class Known:
    commodities = {"milk": "litre"}  # noqa: RUF012
    units = ("litre", "debe")
    countries = ("KE",)
    places: dict[str, PlaceKnown] = {}  # noqa: RUF012


def field(kind: Kind, **more: object) -> Field:
    return Field("it", "It", kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "written", "value"),
    [
        (field(Kind.TEXT), "  Mala  ", "Mala"),
        (field(Kind.TEXT, needed=False), " ", None),
        (field(Kind.YES_NO, needed=False), "", False),
        (field(Kind.YES_NO), "Yes", True),
        (field(Kind.CODE), "bag_90kg", "bag_90kg"),
        (field(Kind.LANGUAGE), "bn-Latn", "bn-Latn"),
        (field(Kind.NUMBER), "3,600", Decimal(3600)),
        (field(Kind.NUMBER, places=6), "0.000001", Decimal("0.000001")),
        (field(Kind.WHOLE), "12", 12),
        (field(Kind.DEGREES, least=Decimal(-90), places=6), "-0.28", -0.28),
        (field(Kind.DAY), "2026-11-24", date(2026, 11, 24)),
        (field(Kind.COUNTRY, everywhere=True), "*", "*"),
        (field(Kind.COMMODITY), "milk", "milk"),
    ],
)
def test_what_is_meant_is_read_and_written_again(one: Field, written: str, value: Value) -> None:
    read = read_value(one, written, Known())
    assert read == value
    assert type(read) is type(value)
    if value is not None:
        assert read_value(one, written_value(read), Known()) == value


@pytest.mark.parametrize(
    ("one", "written", "sentence"),
    [
        (field(Kind.TEXT), "", "It is missing."),
        (field(Kind.TEXT, longest=3), "Mala", "It has 4 characters; there is room for 3."),
        (field(Kind.TEXT), "a\nb", "It must stand on one line"),
        (field(Kind.TEXT), "a\x00b", "It must stand on one line"),
        (field(Kind.WORD), "!!", "has no letter or figure"),
        (field(Kind.CODE), "Bag 90", "A code has small letters"),
        (field(Kind.LANGUAGE), "English", "is no language"),
        (field(Kind.NUMBER), "4,5", "is no number"),
        (field(Kind.NUMBER), "NaN", "is no number"),
        (field(Kind.NUMBER), "1e99", "no more than 100,000,000,000"),
        (field(Kind.NUMBER), "-1", "no less than 0"),
        (field(Kind.NUMBER, is_above=True), "0", "more than 0"),
        (field(Kind.NUMBER), "0.00001", "4 places behind the point"),
        (field(Kind.WHOLE), "1.5", "a whole number"),
        (field(Kind.DAY), "24/11/2026", "is no day"),
        (field(Kind.YES_NO), "maybe", "neither yes nor no"),
        (field(Kind.CHOICE, choices=("bus", "lorry")), "camel", "none of bus, lorry"),
        (field(Kind.COUNTRY), "*", "No country has the code '*'"),
        (field(Kind.PLACE), "nowhere", "No place has the code 'nowhere'"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(one: Field, written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_value(one, written, Known())


def test_every_row_that_we_ship_is_a_good_row(database: Database) -> None:
    with database.read() as session:
        known = StoredKnown(session)
        for table in TABLES:
            for row in rows_of(session, table):
                try:
                    values = table.read(row.written, known)
                except BadRow as bad:
                    pytest.fail(f"{table.name} {row.written}: {bad}")
                assert table.write(values) == row.written
