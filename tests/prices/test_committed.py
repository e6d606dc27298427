"""What a process remembers of where anything was told: all that is there to be seen, or nearly."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.session import Database
from prices.committed import ALL_AGAIN_AFTER, PlacesTold
from prices.kinds import PriceType
from prices.models import PriceCell
from prices.vocabulary import Vocabulary
from tests.prices.stories import kenya, place_named


@pytest.fixture
def told() -> PlacesTold:
    """Where a price was told, of which nothing is known yet."""
    return PlacesTold(
        select(PriceCell.id, PriceCell.commodity_code, PriceCell.place_id)
        .where(PriceCell.id > bindparam("newest"))
        .order_by(PriceCell.id)
    )


def tell(session: Session, words: Vocabulary, place: str) -> int:
    """Make the cell of a place, as the first report there does; the place's id."""
    place_id = place_named(words, place).id
    session.add(
        PriceCell(
            commodity_code="milk",
            place_id=place_id,
            price_type=PriceType.FARM_GATE,
            buyer="",
            grade="",
            currency="KES",
        )
    )
    session.flush()
    return place_id


def seen(
    database: Database, told: PlacesTold, words: Vocabulary, now: datetime, what: str = "milk"
) -> set[int]:
    """Where somebody who only looks knows it was told."""
    with database.look(may_write=False) as session:
        return set(told.of(session, words, what, now) or ())


def test_a_place_is_seen_as_soon_as_it_is_committed(
    database: Database, told: PlacesTold, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        nakuru = tell(session, words, "Nakuru")
        assert told.of(session, words, "milk", now) is None  # it may be undone yet
    assert seen(database, told, words, now) == {nakuru}
    assert seen(database, told, words, now, "maize") == set()
    with database.begin() as session:
        molo = tell(session, words, "Molo")
    assert seen(database, told, words, now) == {nakuru, molo}


def test_what_was_undone_is_seen_nowhere(
    database: Database, told: PlacesTold, now: datetime
) -> None:
    with database.begin() as session:
        words = kenya(session)
        tell(session, words, "Nakuru")
        session.rollback()
    assert seen(database, told, words, now) == set()


def test_a_place_that_was_committed_after_a_later_one_is_seen_five_minutes_later(
    database: Database, told: PlacesTold, now: datetime
) -> None:
    if database.is_a_file:
        pytest.skip("SQLite has one writer at a time")
    with database.begin() as session:
        words = kenya(session)
    assert seen(database, told, words, now) == set()
    with database.begin() as first:
        nakuru = tell(first, words, "Nakuru")
        with database.begin() as second:
            molo = tell(second, words, "Molo")
        assert seen(database, told, words, now) == {molo}
    a_little_later = now + ALL_AGAIN_AFTER - timedelta(seconds=1)
    assert seen(database, told, words, a_little_later) == {molo}
    assert seen(database, told, words, now + ALL_AGAIN_AFTER) == {nakuru, molo}
