"""A text that only asked and its answer, kept together or not at all."""

from collections.abc import Sequence
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from db.beside import ChangeIfStill, CountUp
from db.prepared import Prepared
from db.session import Database
from groups.models import CellQueryCount
from messaging import inbox
from messaging.at_once import keep_with_reply
from messaging.inbox import reply_to_repeat
from messaging.kinds import Channel
from messaging.message import InboundSms
from messaging.models import ConsentEvent, InboundMessage, OutboundMessage, Subscriber
from messaging.subscribers import find_subscriber
from prices.kinds import PriceType
from tests.cast import WANJIKU
from tests.conftest import NOON
from tests.messaging.stories import meet
from tests.plans import plan_of

STOPPED: dict[str, Any] = {"opted_in": False, "channel": Channel.SMS, "wording": "STOP"}
QUESTION = InboundSms("simulator", "at-once-1", WANJIKU, "21512", "MILK")


def keep(
    database: Database,
    now: datetime,
    *,
    sms: InboundSms = QUESTION,
    reply: str = "Milk KES 47",
    spoken: str | None = None,
    beside: Sequence[CountUp] = (),
) -> OutboundMessage | None:
    with database.look(may_write=False) as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        return keep_with_reply(
            database,
            session,
            sms,
            person,
            intent="price_query",
            reply=reply,
            language="sw",
            spoken=spoken,
            beside=beside,
            now=now,
        )


def kept(database: Database) -> tuple[int, int]:
    """How many texts and promises there are."""
    with database.read() as session:
        return (
            session.scalar(select(func.count(InboundMessage.id))) or 0,
            session.scalar(select(func.count(OutboundMessage.id))) or 0,
        )


def count_of(now: datetime, place_id: int = 1, *, times: int = 1) -> CountUp:
    key = {
        "commodity_code": "milk",
        "place_id": place_id,
        "price_type": PriceType.FARM_GATE,
        "day": now.date(),
    }
    return CountUp(CellQueryCount, key, {"asked": times, "unanswered": 0})


def counted(database: Database) -> list[tuple[int, int]]:
    """How often each place's price was asked for."""
    count = CellQueryCount
    with database.read() as session:
        rows = session.execute(select(count.place_id, count.asked).order_by(count.place_id))
        return [tuple(row) for row in rows]


@pytest.fixture(autouse=True)
def wanjiku(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now)


def test_the_promise_told_is_the_row_that_stands_there(database: Database, now: datetime) -> None:
    told = keep(database, now)
    assert told is not None
    with database.read() as session:
        [row] = session.scalars(select(OutboundMessage)).all()
        for column in OutboundMessage.__table__.c:
            assert getattr(told, column.key) == getattr(row, column.key), column.key
        [text] = session.scalars(select(InboundMessage)).all()
    assert row.in_reply_to_id == text.id
    assert row.dedupe_key == f"reply:{text.id}"
    assert (text.intent, text.handled_at, text.received_at) == ("price_query", now, now)


def test_a_repeat_leaves_nothing_new(database: Database, now: datetime) -> None:
    assert keep(database, now) is not None
    assert keep(database, now, spoken="sw", beside=[count_of(now)]) is None
    assert kept(database) == (1, 1)
    assert counted(database) == []
    with database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert person.language is None


def test_a_repeat_is_told_what_was_promised_first(database: Database, now: datetime) -> None:
    told = keep(database, now)
    assert told is not None
    with database.look(may_write=False) as session:
        again = reply_to_repeat(session, QUESTION)
        other = InboundSms("simulator", "at-once-9", WANJIKU, "21512", "MILK")
        assert reply_to_repeat(session, other) is None
    assert again is not None
    assert (again.id, again.text) == (told.id, "Milk KES 47")


@pytest.mark.parametrize(
    ("statement", "asked"),
    [
        (inbox._PROMISED, {"gateway": "simulator", "gateway_message_id": "at-once-1"}),
        (inbox._ANSWERED_SINCE, {"subscriber_id": 1, "since": NOON, "intent": "unknown"}),
    ],
)
def test_replies_are_found_among_those_of_one_person(
    database: Database, statement: Prepared, asked: dict[str, Any]
) -> None:
    """Who looks through all that was ever sent looks for longer every day."""
    assert "ix_outbound_message_thread" in plan_of(database, statement, asked)


def test_of_many_at_once_one_is_kept(database: Database, now: datetime) -> None:
    told: list[OutboundMessage | None] = []
    threads = [Thread(target=lambda: told.append(keep(database, now))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 6
    assert sum(one is not None for one in told) == 1
    assert kept(database) == (1, 1)


def test_what_is_asked_is_counted_with_it(database: Database, now: datetime) -> None:
    """The same price asked for twice in one text is asked for twice."""
    again = InboundSms("simulator", "at-once-2", WANJIKU, "21512", "milk, milk, maize")
    keep(database, now, beside=[count_of(now)])
    keep(database, now, sms=again, beside=[count_of(now), count_of(now, times=2), count_of(now, 2)])
    assert counted(database) == [(1, 4), (2, 1)]


def test_all_of_it_or_nothing(database: Database, now: datetime) -> None:
    nowhere = count_of(now, place_id=987_654_321)
    with pytest.raises(IntegrityError):
        keep(database, now, spoken="sw", beside=[nowhere])
    assert kept(database) == (0, 0)
    assert keep(database, now) is not None  # whoever had the connection left it as it was


def change_of(database: Database, **still: Any) -> ChangeIfStill:
    """A new name for Wanjiku, if she is still like that."""
    with database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
    return ChangeIfStill(
        Subscriber, person.id, still, {"name": "Wanjiku K."}, counter="failures_in_a_row"
    )


def test_what_is_changed_with_it_is_counted(database: Database, now: datetime) -> None:
    told = keep(database, now, beside=[change_of(database, failures_in_a_row=0, opted_out_at=None)])
    assert told is not None
    with database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert (person.name, person.failures_in_a_row) == ("Wanjiku K.", 1)


@pytest.mark.parametrize("still", [{"failures_in_a_row": 1}, {"opted_out_at": NOON}])
def test_what_was_changed_meanwhile_keeps_nothing(
    database: Database, now: datetime, still: dict[str, Any]
) -> None:
    change = change_of(database, **{"failures_in_a_row": 0, **still})
    with database.look(may_write=False) as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        promised = {"intent": "price_report", "reply": "Thank you.", "language": "en"}
        beside = [count_of(now), change]
        for _ in range(2):
            told = keep_with_reply(
                database, session, QUESTION, person, spoken="sw", beside=beside, now=now, **promised
            )
            assert told is None
        assert reply_to_repeat(session, QUESTION) is None
        with database.begin() as other:  # nobody waits for what was given up
            other.add(ConsentEvent(subscriber_id=person.id, **STOPPED, happened_at=now))
    assert kept(database) == (0, 0)
    assert counted(database) == []


def test_the_language_of_their_words_is_noted_unless_they_chose(
    database: Database, now: datetime
) -> None:
    def language() -> str | None:
        with database.read() as session:
            return session.scalar(select(Subscriber.language).where(Subscriber.msisdn == WANJIKU))

    keep(database, now, spoken="sw")
    assert language() == "sw"
    with database.begin() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        person.language, person.has_chosen_language = "en", True
    again = InboundSms("simulator", "at-once-2", WANJIKU, "21512", "maziwa")
    keep(database, now, sms=again, spoken="sw")
    assert language() == "en"
