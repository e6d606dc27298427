"""Everything that is kept of one person: nothing of theirs forgotten, nothing of others given."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, String, Table, insert, select
from sqlalchemy.orm import Session

import app.api.models
import app.imports.models
import app.staff.models  # noqa: F401 – every table has to be known, whoever asked for it
from db.base import Base, Exact, UtcDateTime
from db.session import Database
from groups.book_models import BookLine
from groups.models import GroupMember
from groups.person_export import DONE_FOR_OTHERS, NOT_GIVEN, PARTS, everything_of
from messaging.models import Subscriber
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import NAKURU, meet, place_id

THEIR_WORDS = "ask Otieno, 0722 000 002"
PLAIN: dict[type, Any] = {
    JSON: {"said": [THEIR_WORDS]},
    String: THEIR_WORDS,
    UtcDateTime: NOON,
    Date: date(2026, 11, 24),
    Boolean: False,
}


class Filler:
    """Writes a row into any table, and whatever it has to refer to, anew each time."""

    def __init__(self, session: Session, other_id: int) -> None:
        self.session, self.numbers = session, count(1)
        self.there = {
            "subscriber": other_id,
            "country": "KE",
            "commodity": "milk",
            "unit": "litre",
            "place": place_id(session, NAKURU),
        }

    def row(self, table: Table, **given: Any) -> Any:
        """The first column of the key of a new row; of `given` each column as it is said."""
        values = {
            column.name: given.get(column.name) or self._value(column)
            for column in table.columns
            if column.name in given or not (column.nullable or column.name == "id")
        }
        self.session.execute(insert(table).values(values))
        key = next(iter(table.primary_key.columns))
        newest = select(key).order_by(key.desc()).limit(1)
        return values.get(key.name) or self.session.scalar(newest)

    def _value(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            of = key.column.table
            return self.there.get(of.name) or self.row(of)
        if isinstance(column.type, Enum):
            return next(iter(column.type.enum_class or ()))
        if isinstance(column.type, String) and column.type.length is not None:
            return str(next(self.numbers))
        if isinstance(column.type, Integer | Exact):
            return next(self.numbers)
        return next(value for kind, value in PLAIN.items() if isinstance(column.type, kind))


def met(session: Session) -> tuple[Subscriber, Subscriber]:
    wanjiku = meet(session, WANJIKU, NOON, name="Wanjiku", language="sw", pin_hash="secret")
    return wanjiku, meet(session, OTIENO, NOON)


def filled(session: Session) -> dict[str, Any]:
    """What is told of Wanjiku, of whom there is a row in every part."""
    wanjiku, otieno = met(session)
    filler, of = Filler(session, otieno.id), dict[str, Any]()
    for part in PARTS:
        owner = wanjiku.id if part.of is None else of[part.of]
        of[part.name] = filler.row(part.table, **{part.column.key: owner})
    return everything_of(session, wanjiku)


def test_every_part_is_told_and_no_number_of_anybody_else(database: Database) -> None:
    with database.begin() as session:
        told = filled(session)
    assert {part.name: len(told[part.name]) for part in PARTS} == {part.name: 1 for part in PARTS}
    assert told["person"]["number"] == WANJIKU
    assert (told["person"]["name"], told["person"]["has_a_pin"]) == ("Wanjiku", True)
    for secret in ("secret", "722000002", "0722 000 002", "nominee"):
        assert secret not in str(told), secret
    assert told["texts_from_them"][0]["text"] == "ask Otieno, 0722***002"


def columns_naming(*tables: str) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name in tables for key in column.foreign_keys):
                yield f"{table.name}.{column.name}"


def test_whatever_names_a_person_is_given_or_somebody_said_why_not() -> None:
    """A new table, or a new column that names somebody, fails here until it is in a list."""
    decided = [*(part.column for part in PARTS), *DONE_FOR_OTHERS.values(), *NOT_GIVEN]
    names = [f"{one.class_.__tablename__}.{one.key}" for one in decided]
    assert len(set(names)) == len(names)
    of_their_own = {"price_alert.id", "alert_crossing.price_alert_id"}
    naming = set(columns_naming("subscriber", "group_member"))
    assert set(names) - of_their_own - {"price_observation_change.observation_id"} == naming


def test_what_belongs_to_a_row_of_theirs_is_given_with_it() -> None:
    """Of a price, an alert, a text: whatever refers to it is somebody's too."""
    theirs = {part.table.name for part in PARTS}
    missing = {name.split(".")[0] for name in columns_naming(*theirs)} - theirs
    assert missing == set()


@pytest.fixture
def told(database: Database) -> dict[str, Any]:
    with database.begin() as session:
        return filled(session)


def test_places_groups_and_people_have_names_for_who_has_no_other_table(
    told: dict[str, Any],
) -> None:
    (price,) = told["prices_told"]
    assert price["reporter_id"] == "this person"
    assert price["place_id"] == NAKURU
    (member,) = told["groups"]
    assert member["subscriber_id"] == "this person"
    assert told["bulletins"][0]["bulletin_list_id"]["commodity_code"] == "milk"
    assert told["invitations"][0]["invited_by"] == "+254722***002"


def test_words_of_a_book_are_given_to_who_wrote_them(database: Database) -> None:
    """A collector's text holds the milk of all."""
    with database.begin() as session:
        wanjiku, otieno = met(session)
        filler = Filler(session, otieno.id)
        member = filler.row(GroupMember.__table__, subscriber_id=wanjiku.id)  # type: ignore[arg-type]
        for number, writer in enumerate((wanjiku.id, otieno.id), start=1):
            book: Any = BookLine.__table__
            filler.row(book, member_id=member, written_by=writer, number=number)
        told = everything_of(session, wanjiku)
    own, others = told["milk_book"]
    assert own["raw_text"] == "ask Otieno, 0722***002"
    assert "raw_text" not in others
    assert others["written_by"] == "+254722***002"
    assert told["done_for_a_group"] == {"lines_of_milk_books_written": 1}


def test_of_somebody_who_only_rang_once_there_is_little(database: Database, now: datetime) -> None:
    with database.begin() as session:
        told = everything_of(session, meet(session, WANJIKU, now))
    assert told.pop("person")["number"] == WANJIKU
    assert not any(told.values())
