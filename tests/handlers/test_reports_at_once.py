"""A price told by text, thought out first and kept at once: as if it had been told alone."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from db.session import Database, open_database
from groups.models import AskReason, PriceAsk, PriceWish
from handlers import sms_taking
from handlers.allowance import Allowance
from handlers.sms_looking import Answered, Meant
from messaging.airtime import AirtimeOffer
from messaging.inbox import keep_inbound
from messaging.message import InboundSms
from messaging.models import AirtimeGrant, InboundMessage, OutboundMessage
from messaging.subscribers import find_subscriber
from prices.models import CellBelief, Place, PriceCell, PriceObservation
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.handlers.texting import Phones, rows, sms

MARKETS = ("nakuru", "molo", "githunguri")
PEOPLE = [f"+2547330000{number:02}" for number in range(12)]


class InTransactions(Phones):
    """Phones whose texts nobody looks at before."""

    def deliver(self, message: InboundSms) -> str | None:
        return self.deliver_in_transaction(message)


@pytest.fixture
def other_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Another one, to compare with."""
    file = tmp_path / "other.db"
    shutil.copy(sqlite_template, file)
    other = open_database(f"sqlite:///{file}")
    yield other
    other.engine.dispose()


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Three told a price in Nakuru, where Wanjiku lives."""
    phones = Phones(database, now)
    for who, price in ((OTIENO, 47), (NJERI, 46), (KAMAU, 48)):
        phones.text(who, f"milk nakuru {price}")
    phones.text(WANJIKU, "HOME NAKURU")
    phones.text(WANJIKU, "milk 47")  # their usual commodity from now on
    phones.wait(days=1)
    return phones


def published(database: Database) -> list[tuple[Any, ...]]:
    """Every cell, what is published of it, and how often that was worked out."""
    cell = PriceCell
    names = ("commodity_code", "price_type", "buyer", "grade", "pending_from", "estimated_on")
    told = ("price", "low", "high", "reports", "reporters", "newest_at", "is_demo", "hearings")
    wanted = [Place.code, *(getattr(cell, name) for name in (*names, *told))]
    with database.read() as session:
        found = session.execute(select(*wanted).join(Place, Place.id == cell.place_id))
        return sorted((tuple(row) for row in found), key=str)


def believed(database: Database) -> list[tuple[Any, ...]]:
    """The checkpoints of every cell."""
    kept, cell = CellBelief, PriceCell
    wanted = [Place.code, cell.commodity_code, cell.price_type, kept.day, kept.belief]
    query = select(*wanted).join(cell, cell.id == kept.cell_id)
    with database.read() as session:
        found = session.execute(query.join(Place, Place.id == cell.place_id))
        return sorted((tuple(row) for row in found), key=str)


def told(database: Database) -> list[Mapping[str, Any]]:
    """All reports in their order, but for what numbers them."""
    with database.read() as session:
        reports = session.scalars(select(PriceObservation).order_by(PriceObservation.id))
        return [_but_for(one, "id", "source_key", "reporter_id", "place_id") for one in reports]


def texted(database: Database) -> list[tuple[Any, ...]]:
    """Every text with what was meant by it, and its reply."""
    came, reply = InboundMessage, OutboundMessage
    wanted = [came.text, came.intent, came.handled_at, reply.text, reply.language, reply.due_at]
    query = select(*wanted).join(reply, reply.in_reply_to_id == came.id).order_by(came.id)
    with database.read() as session:
        return [tuple(row) for row in session.execute(query)]


def _but_for(row: Any, *names: str) -> Mapping[str, Any]:
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.c
        if column.key not in names
    }


def told_by_chance(chance: Random) -> Sequence[tuple[str, str, int]]:
    """Who texts what, and how many minutes later: days of prices, some odd, some corrected."""
    homes = {person: chance.choice(MARKETS) for person in PEOPLE}
    texts = [(person, f"HOME {home.upper()}", 1) for person, home in homes.items()]
    for _ in range(90):
        person = chance.choice(PEOPLE)
        price = round(chance.gauss(46, 2))
        words = chance.choice(
            [f"REPORT MILK {price}", f"sold milk {price}", f"nimeuza maziwa {price}"] * 4
            + [f"milk {price * 10}", f"milk {price}, maize 40", f"maize kitale {price}"]
            + ["MILK", f"sold 3 litres milk {price} to coop"]
        )
        texts.append((person, words, chance.choice((0, 1, 3, 20, 300, 900))))
        if words == f"milk {price * 10}":
            texts.append((person, chance.choice(("1", "YES", "NO")), 1))
    return texts


@pytest.mark.parametrize("seed", range(3))
def test_the_same_stands_there_as_if_each_was_told_alone(
    database: Database, other_database: Database, now: datetime, seed: int
) -> None:
    at_once, alone = Phones(database, now), InTransactions(other_database, now)
    for person, words, minutes in told_by_chance(Random(seed)):
        for phones in (at_once, alone):
            phones.wait(minutes=minutes)
            phones.text(person, words)
    assert texted(database) == texted(other_database)
    assert told(database) == told(other_database)
    assert published(database) == published(other_database)
    assert believed(database) == believed(other_database)
    assert len(told(database)) > 60


def test_a_report_is_answered_before_anything_is_written(phones: Phones) -> None:
    before = told(phones.database), published(phones.database), believed(phones.database)
    seen = phones.look_at(sms(WANJIKU, "sold milk 46"))
    assert isinstance(seen, Answered)
    assert seen.reply is not None
    assert "Sale noted: Milk Nakuru KES 46/L" in seen.reply
    assert (told(phones.database), published(phones.database), believed(phones.database)) == before
    assert phones.text(WANJIKU, "sold milk 46") == seen.reply
    assert len(told(phones.database)) == len(before[0]) + 1


def test_two_at_once_are_both_heard(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another report of the cell is kept after the first was thought out: it is thought again."""
    keep = sms_taking.keep_with_reply

    def after_another(*parts: Any, **more: Any) -> OutboundMessage | None:
        monkeypatch.setattr(sms_taking, "keep_with_reply", keep)
        InTransactions(phones.database, phones.now).text(OTIENO, "milk nakuru 52")
        return keep(*parts, **more)

    monkeypatch.setattr(sms_taking, "keep_with_reply", after_another)
    reply = phones.text(WANJIKU, "sold milk 46")
    assert reply is not None
    assert "3 others this week: 46-52" in reply
    with phones.database.read() as session:
        assert rows(session, InboundMessage, text="sold milk 46") == 1
        assert rows(session, PriceObservation, raw_text="sold milk 46") == 1
        cell = session.scalars(select(PriceCell)).one()
        assert (cell.reports, cell.newest_at) == (6, phones.now)


def test_a_repeat_counts_once(phones: Phones) -> None:
    report = sms(WANJIKU, "sold milk 46")
    first = phones.deliver(report)
    before = told(phones.database), published(phones.database), believed(phones.database)
    phones.text(NJERI, "price milk")
    assert phones.deliver(report) == first
    assert (told(phones.database), published(phones.database), believed(phones.database)) == before


def test_of_many_reports_of_a_cell_at_once_all_are_heard(phones: Phones) -> None:
    seen = [phones.look_at(sms(who, "sold milk 46")) for who in (OTIENO, NJERI, KAMAU)]
    assert all(isinstance(one, Answered) for one in seen)
    for who, price in ((OTIENO, 46), (NJERI, 47), (KAMAU, 48)):
        phones.text(who, f"sold milk {price}")
    with phones.database.read() as session:
        cell = session.scalars(select(PriceCell)).one()
        assert (cell.reports, cell.reporters) == (7, 4)


@pytest.mark.parametrize(
    "words",
    [
        "milk 470",  # a zero too many: asked back
        "milk 46, maize 40",  # a second one might be of the same cell
        "milk molo 46",  # nobody ever told one there: the cell is made
        "sold milk 46 to coop",  # a part of two cells
        "milk 46 per debe",  # nobody knows how much that holds
    ],
)
def test_what_is_more_than_a_plain_report_is_done_in_a_transaction(
    phones: Phones, words: str
) -> None:
    assert isinstance(phones.look_at(sms(WANJIKU, words)), Meant)
    assert phones.text(WANJIKU, words) is not None


def test_who_corrects_themselves_is_heard_once(phones: Phones) -> None:
    phones.text(WANJIKU, "sold milk 46")
    assert isinstance(phones.look_at(sms(WANJIKU, "sold milk 48")), Meant)
    phones.text(WANJIKU, "sold milk 48")
    with phones.database.read() as session:
        assert session.scalars(select(PriceCell)).one().reporters == 4


def test_who_waits_for_it_is_told(phones: Phones) -> None:
    """Whether anybody does is looked at when it is kept: then it is done in a transaction."""
    with phones.database.begin() as session:
        cell = session.scalars(select(PriceCell)).one()
        session.add(
            PriceWish(
                subscriber_id=session.scalars(
                    select(PriceObservation.reporter_id).order_by(PriceObservation.id)
                ).first(),
                commodity_code="milk",
                place_id=cell.place_id,
                price_type=cell.price_type,
                asked_at=phones.now,
                expires_at=phones.now.replace(year=2027),
            )
        )
    assert isinstance(phones.look_at(sms(WANJIKU, "sold milk 46")), Answered)
    phones.text(WANJIKU, "sold milk 46")
    with phones.database.read() as session:
        assert rows(session, OutboundMessage, kind="alert") == 1
        assert rows(session, PriceObservation, raw_text="sold milk 46") == 1


def test_who_was_asked_for_it_has_answered(phones: Phones) -> None:
    with phones.database.begin() as session:
        cell = session.scalars(select(PriceCell)).one()
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        session.add(
            PriceAsk(
                subscriber_id=person.id,
                commodity_code="milk",
                place_id=cell.place_id,
                price_type=cell.price_type,
                reason=AskReason.NUDGE,
                asked_on=phones.now.date(),
                asked_at=phones.now,
                answered_at=None,
            )
        )
    phones.text(WANJIKU, "sold milk 46")
    with phones.database.read() as session:
        assert session.scalars(select(PriceAsk)).one().answered_at == phones.now
        assert rows(session, PriceObservation, raw_text="sold milk 46") == 1


def test_airtime_is_promised_with_the_report(phones: Phones) -> None:
    phones.allowance = Allowance(airtime=AirtimeOffer(Decimal(10), "KES", 5, Decimal(500)))
    phones.wait(days=60)
    assert isinstance(phones.look_at(sms(WANJIKU, "sold milk 46")), Meant)
    assert "airtime" in (phones.text(WANJIKU, "sold milk 46") or "")
    with phones.database.read() as session:
        assert rows(session, AirtimeGrant) == 1


def test_a_repeat_at_the_same_moment_is_kept_once(phones: Phones) -> None:
    """In a transaction the text is held before its cell, at once after it: one gives way."""
    if phones.database.is_a_file:
        pytest.skip("SQLite has one writer at a time")
    report = sms(WANJIKU, "sold milk 46")
    told: list[str | None] = []
    at_once = Thread(target=lambda: told.append(phones.deliver(report)))
    with suppress(OperationalError, _GivenUpError), phones.database.begin() as session:
        keep_inbound(session, report, find_subscriber(session, WANJIKU), now=phones.now)
        at_once.start()
        while at_once.is_alive() and not _somebody_waits(phones.database):
            sleep(0.01)
        session.execute(select(PriceCell.id).with_for_update())
        raise _GivenUpError  # that it was the other who gave way, and comes again
    at_once.join()
    assert "Sale noted: Milk Nakuru KES 46/L" in (told[0] or "")
    with phones.database.read() as session:
        assert rows(session, InboundMessage, text="sold milk 46") == 1
        assert rows(session, PriceObservation, raw_text="sold milk 46") == 1


class _GivenUpError(Exception):
    pass


def _somebody_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))
