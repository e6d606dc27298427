"""What is kept of people for a time: gone when it is over, and nothing else with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import JSON, Text, select
from structlog.testing import capture_logs

import app.api.models
import app.imports.models
import app.staff.models  # noqa: F401 – every table has to be known, whoever asked for it
import db.retention
from db.base import Base
from db.retention import Keeping, Kept, Rule, beyond, forget_next
from db.session import Database
from groups.models import AskReason, PriceAsk, PriceWish
from messaging.held_questions import hold_question
from messaging.inbox import store_inbound
from messaging.kinds import OutboundState
from messaging.message import InboundSms
from messaging.models import (
    DeliveryReport,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
    Subscriber,
    UssdSession,
)
from prices.catalogue import Catalogue
from prices.kinds import ObservationStatus, PriceType
from prices.models import PriceCell, PriceObservation
from prices.settling import settle
from scheduler.privacy_retention import RULES, forget_old
from tests.cast import OTIENO, WANJIKU
from tests.messaging.calls import call
from tests.messaging.stories import meet, promise
from tests.prices.stories import kenya, report_price

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEEPING = Keeping({Kept.TEXTS: 400, Kept.CALLS: 90, Kept.REPORTS: 90, Kept.ASKED: 400})
RULE = {rule.name: rule for rule in RULES}


@pytest.fixture(autouse=True)
def _since_yesterday(request: pytest.FixtureRequest, now: datetime) -> None:
    """The worker has been at work for a day, so it believes its clock."""
    if "database" in request.fixturenames:
        begin(request.getfixturevalue("database"), now)


def begin(database: Database, now: datetime) -> None:
    assert forget_old(database, KEEPING, now - DAY) == 0


# What is written freely of people and stays, and why.
STAYS = {
    "airtime_grant.detail": "what a gateway said of money that was paid is part of the accounts",
    "book_line.raw_text": "the line's hash covers it: a book without it would look forged",
    "consent_event.wording": "the proof that we may write to them",
    "group_scheme.terms": "by which the group pays its members",
    "group_scheme.words": "what its officers agreed on",
    "ussd_session.asked": "counted and taken away within a minute",
}


def text_of(msisdn: str, number: int, words: str = "milk nakuru") -> InboundSms:
    return InboundSms(
        gateway="africastalking",
        gateway_message_id=f"at-{number}",
        sender=msisdn,
        recipient="20880",
        text=words,
        payload={"text": words, "from": msisdn},
    )


def all_of(database: Database, table: type[Base]) -> list[Any]:
    with database.read() as session:
        return list(session.scalars(select(table).order_by(next(iter(table.__table__.c)))))


def test_words_of_texts_go_and_what_they_cost_stays(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for number, at in enumerate((now - 401 * DAY, now - 399 * DAY)):
            inbound = store_inbound(session, text_of(WANJIKU, number), default_country="KE", now=at)
            assert inbound is not None
            inbound.handled_at, inbound.intent, inbound.error = at, "price", "once it failed"
            reply = promise(session, meet(session, WANJIKU, at), at, f"KES 47 {number}")
            reply.state, reply.cost, reply.detail = OutboundState.SENT, Decimal("0.8"), "0711000001"
            reply.in_reply_to_id = inbound.id
    with capture_logs() as logs:
        assert forget_old(database, KEEPING, now) == 2
    assert {(one["what"], one["rows"]) for one in logs} == {
        ("texts that came", 1), ("texts that went", 1),
    }  # fmt: skip
    old, young = all_of(database, InboundMessage)
    assert (old.text, old.payload, old.error) == ("", {}, None)
    assert (old.gateway_message_id, old.intent, old.received_at) == (
        "at-0",
        "price",
        now - 401 * DAY,
    )
    assert (young.text, young.payload["text"]) == ("milk nakuru", "milk nakuru")
    old, young = all_of(database, OutboundMessage)
    assert (old.text, old.detail, old.cost, old.segments) == ("", None, Decimal("0.8"), 1)
    assert young.text == "KES 47 1"
    assert forget_old(database, KEEPING, now) == 0


def test_a_gateways_late_repeat_is_known_without_its_words(
    database: Database, now: datetime
) -> None:
    sms = text_of(WANJIKU, 1)
    with database.begin() as session:
        stored = store_inbound(session, sms, default_country="KE", now=now - 500 * DAY)
        assert stored is not None
        stored.handled_at = now - 500 * DAY
    forget_old(database, KEEPING, now)
    with database.begin() as session:
        assert store_inbound(session, sms, default_country="KE", now=now) is None
    (kept,) = all_of(database, InboundMessage)
    assert kept.text == ""


def test_what_nobody_acted_upon_stays_until_somebody_has(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for number in range(3):
            store_inbound(
                session, text_of(WANJIKU, number), default_country="KE", now=now - 500 * DAY
            )
        promise(session, meet(session, WANJIKU, now), now - 500 * DAY, "not sent yet")
    forget_old(database, KEEPING, now)
    assert [one.text for one in all_of(database, InboundMessage)] == ["milk nakuru"] * 3
    with database.begin() as session:
        rule, before = RULE["texts that came"], now - 400 * DAY
        assert (told := beyond(session, rule, before, now)).staying == 3
        assert told.overdue == 0
        session.get_one(InboundMessage, 2).handled_at = now
        session.scalars(select(OutboundMessage)).one().state = OutboundState.EXPIRED
    forget_old(database, KEEPING, now)
    assert [one.text for one in all_of(database, InboundMessage)] == [
        "milk nakuru",
        "",
        "milk nakuru",
    ]
    assert [one.text for one in all_of(database, OutboundMessage)] == [""]
    with database.begin() as session:
        assert beyond(session, rule, before, now).staying == 2


def test_calls_lose_what_was_typed_and_shown_when_it_was_counted(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        call(session, now - 91 * DAY, "counted", ended=True).state = {"screen": "home"}
        call(session, now - 91 * DAY, "not counted").asked = "1:milk"
        call(session, now - 89 * DAY, "young")
    forget_old(database, KEEPING, now)
    first, second, third = all_of(database, UssdSession)
    assert (first.transcript, first.answer, first.state) == ("", "", {})
    assert (first.hops, first.ended, first.screen) == (2, True, "places")
    assert second.transcript == third.transcript == "1"
    with database.begin() as session:
        session.get_one(UssdSession, second.id).asked = None
    forget_old(database, KEEPING, now)
    assert all_of(database, UssdSession)[1].transcript == ""


def test_what_gateways_reported_goes_and_a_calls_cost_stays(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        person = meet(session, WANJIKU, now)
        for number, at in enumerate((now - 91 * DAY, now - 91 * DAY, now)):
            said = {"gateway": "africastalking", "status": "Success", "payload": {"who": "0711"}}
            session.add(
                DeliveryReport(
                    gateway_message_id=f"m{number}", subscriber_id=person.id, received_at=at, **said
                )
            )
            session.add(
                SessionEndReport(
                    dedupe_key=f"k{number}", gateway_session_id=f"s{number}", channel="ussd",
                    cost=Decimal("1.5"), error="their words", received_at=at, **said,
                )
            )  # fmt: skip
            session.flush()
    forget_old(database, KEEPING, now)
    assert [one.gateway_message_id for one in all_of(database, DeliveryReport)] == ["m2"]
    ends = all_of(database, SessionEndReport)
    assert [(one.payload, one.error) for one in ends[:2]] == [({}, None)] * 2
    assert ends[2].error == "their words"
    assert {one.cost for one in ends} == {Decimal("1.5")}


def test_a_price_stays_as_it_was_without_the_words_it_was_told_in(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        for number, at in enumerate((now - 401 * DAY, now - 2 * DAY)):
            report_price(session, vocabulary, OTIENO, "milk", "Nakuru", 47 + number, at)
        report_price(session, vocabulary, WANJIKU, "milk", "Molo", 47, now - 450 * DAY)
        waits = session.scalars(select(PriceObservation).order_by(PriceObservation.id.desc()))
        waits.first().status = ObservationStatus.HELD  # type: ignore[union-attr]
    settle(database, Catalogue("KE").vocabulary, now)
    before = [(one.price, one.low, one.high) for one in all_of(database, PriceCell)]
    forget_old(database, KEEPING, now)
    settle(database, Catalogue("KE").vocabulary, now)
    told = {one.reported_at: one.raw_text for one in all_of(database, PriceObservation)}
    assert told == {
        now - 401 * DAY: "",
        now - 2 * DAY: "milk Nakuru 48",
        now - 450 * DAY: "milk Molo 47",
    }
    assert [(one.price, one.low, one.high) for one in all_of(database, PriceCell)] == before


def test_a_question_that_nobody_answered_goes_with_the_words_it_holds(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        for number, at in enumerate((now - 2 * DAY, now - 500 * DAY, now - 450 * DAY)):
            hold_question(
                session, meet(session, f"+25471100002{number}", at), question="Which Molo?",
                answers={}, raw_text="bei molo", inbound_id=None, now=at,
            )  # fmt: skip
    assert forget_old(database, KEEPING, now) == 2
    (left,) = all_of(database, HeldQuestion)
    assert left.asked_at == now - 2 * DAY


def test_who_waited_and_who_was_asked_is_forgotten(database: Database, now: datetime) -> None:
    with database.begin() as session:
        place = next(iter(kenya(session).places))
        about = {"commodity_code": "milk", "place_id": place, "price_type": PriceType.FARM_GATE}
        for at in (now - 500 * DAY, now - 450 * DAY, now):
            person = meet(session, WANJIKU, at)
            ids = {"subscriber_id": person.id, "asked_at": at, **about}
            session.add(PriceWish(expires_at=at + DAY, answered_at=at, **ids))
            session.add(PriceAsk(reason=AskReason.QUERY, asked_on=at.date(), **ids))
            session.flush()
    assert forget_old(database, KEEPING, now) == 4
    assert [one.asked_at for one in all_of(database, PriceWish)] == [now]
    assert [one.asked_at for one in all_of(database, PriceAsk)] == [now]


def test_the_number_of_a_row_that_went_is_never_given_anew(
    database: Database, now: datetime
) -> None:
    """SQLite would give it: the newest row stays, however old it is."""
    reports(database, now - 500 * DAY, 3)
    forget_old(database, KEEPING, now)
    (left,) = all_of(database, DeliveryReport)
    assert left.id == 3
    reports(database, now, 1)
    forget_old(database, KEEPING, now)
    (left,) = all_of(database, DeliveryReport)
    assert left.id == 4


def reports(database: Database, at: datetime, many: int) -> None:
    with database.begin() as session:
        for _ in range(many):
            session.add(
                DeliveryReport(
                    gateway="at", gateway_message_id="m", status="Sent", payload={}, received_at=at
                )
            )
            session.flush()


def test_nothing_goes_where_it_is_kept_for_ever(database: Database, now: datetime) -> None:
    reports(database, now - 5_000 * DAY, 3)
    assert forget_old(database, Keeping(), now) == 0
    assert forget_old(database, Keeping({Kept.REPORTS: 0, Kept.TEXTS: 400}), now) == 0
    assert len(all_of(database, DeliveryReport)) == 3


def test_many_go_in_small_transactions_and_the_rest_the_next_time(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.retention, "AT_A_TIME", 2)
    monkeypatch.setattr("scheduler.privacy_retention.MOST_SLICES", 2)
    reports(database, now - 500 * DAY, 7)
    reports(database, now, 1)
    rule, before = RULE["delivery reports"], now - 90 * DAY
    assert overdue(database, rule, before, now) == 7
    assert forget_old(database, KEEPING, now) == 4
    assert overdue(database, rule, before, now) == 3
    assert forget_old(database, KEEPING, now) == 3
    assert overdue(database, rule, before, now) == 0
    assert [one.id for one in all_of(database, DeliveryReport)] == [8]


def overdue(database: Database, rule: Rule, before: datetime, now: datetime) -> int:
    with database.read() as session:
        return beyond(session, rule, before, now).overdue


def test_of_two_workers_one_does_it(database: Database, now: datetime) -> None:
    if database.is_a_file:
        pytest.skip("a file has one writer at a time")
    reports(database, now - 500 * DAY, 3)
    rule, before = RULE["delivery reports"], now - 90 * DAY
    with database.begin() as one, database.begin() as other:
        assert forget_next(one, rule, before, now) == 2
        assert forget_next(other, rule, before, now) == 0


def test_a_row_that_somebody_writes_just_now_is_left_for_another_time(
    database: Database, now: datetime
) -> None:
    if database.is_a_file:
        pytest.skip("a file has one writer at a time")
    reports(database, now - 500 * DAY, 3)
    rule, before = RULE["delivery reports"], now - 90 * DAY
    with database.begin() as writer:
        writer.get(DeliveryReport, 2, with_for_update=True)
        assert forget_old(database, KEEPING, now) == 2
        assert [one.id for one in all_of(database, DeliveryReport)] == [2, 3]
        assert forget_old(database, KEEPING, now) == 0
        assert [one.id for one in all_of(database, DeliveryReport)] == [2, 3]
    forget_old(database, KEEPING, now)
    assert [one.id for one in all_of(database, DeliveryReport)] == [3]
    with database.read() as session:
        assert beyond(session, rule, before, now).staying == 0


def test_what_was_left_and_is_there_no_more_is_left_no_longer(
    database: Database, now: datetime
) -> None:
    rule, before = RULE["texts that came"], now - 400 * DAY
    with database.begin() as session:
        store_inbound(session, text_of(WANJIKU, 1), default_country="KE", now=now - 500 * DAY)
    forget_old(database, KEEPING, now)
    with database.begin() as session:
        session.delete(session.get_one(InboundMessage, 1))
    forget_old(database, KEEPING, now)
    with database.read() as session:
        assert beyond(session, rule, before, now).staying == 0


def test_what_a_wrong_clock_says_is_not_believed_at_once(database: Database, now: datetime) -> None:
    """What goes is gone for good; whoever watches a service sees a wrong clock within a day."""
    reports(database, now - 30 * DAY, 3)
    ahead = now + 1000 * DAY
    for hours in (0, 12, 23):
        assert forget_old(database, KEEPING, ahead + hours * HOUR) == 0
    for hours in (1, 13, 24):  # put right; and then for a day as it was
        assert forget_old(database, KEEPING, now + hours * HOUR) == 0
    assert len(all_of(database, DeliveryReport)) == 3
    for hours in (0, 12, 24):
        gone = forget_old(database, KEEPING, now + 61 * DAY + hours * HOUR)
    assert gone == 2


def test_what_a_wrong_clock_dated_holds_up_nothing(database: Database, now: datetime) -> None:
    reports(database, now - 500 * DAY, 1)
    reports(database, now + 3_000 * DAY, 1)
    reports(database, now - 499 * DAY, 1)
    reports(database, now, 1)
    forget_old(database, KEEPING, now)
    assert [one.id for one in all_of(database, DeliveryReport)] == [4]


def test_old_reports_that_came_in_by_a_file_take_no_young_ones_with_them(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        vocabulary = kenya(session)
        for days, place in ((10, "Nakuru"), (800, "Molo"), (9, "Njoro")):
            report_price(session, vocabulary, OTIENO, "milk", place, 47, now - days * DAY)
    assert forget_old(database, KEEPING, now) == 0
    begin(database, now + 391 * DAY)
    assert forget_old(database, KEEPING, now + 391 * DAY) == 2
    assert [one.raw_text for one in all_of(database, PriceObservation)] == [
        "", "", "milk Njoro 47",
    ]  # fmt: skip


def test_all_that_is_written_freely_of_somebody_goes_or_somebody_said_why_not() -> None:
    """A new column of words fails here until it is decided how long it is kept."""
    cleared = {
        f"{rule.rows.name}.{name}"
        for rule in RULES
        for name in (rule.cleared or rule.rows.columns.keys())
    }
    assert set(words_of_people()) - cleared == STAYS.keys()


def words_of_people() -> Iterator[str]:
    """Every column that holds free words or what a gateway sent, in tables that know a person."""
    person = Subscriber.__table__
    for table in Base.metadata.sorted_tables:
        if not any(key.column.table is person for key in table.foreign_keys):
            continue
        for column in table.columns:
            if isinstance(column.type, Text | JSON):
                yield f"{table.name}.{column.name}"


def test_what_goes_as_a_whole_is_named_by_no_other_table() -> None:
    gone = {rule.rows.name for rule in RULES if not rule.cleared}
    named = {
        key.column.table.name for table in Base.metadata.sorted_tables for key in table.foreign_keys
    }
    assert gone.isdisjoint(named)


def test_each_rule_has_a_mark_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert {rule.kind for rule in RULES} == set(Kept)
    assert max(map(len, names)) <= db.retention.RetentionMark.name.type.length
