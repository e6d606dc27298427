"""Somebody is erased: nothing is left of them, prices do not move, and their groups go on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from db.session import Database
from groups.groups import find_group, join
from groups.members import members_of, officers_of
from groups.models import GroupMember, Role
from groups.office_models import SimChange
from groups.sims import set_pin
from handlers.erasing import Busy, Erased
from messaging.airtime_reports import record_airtime_notice
from messaging.delivery_reports import record_delivery_notice
from messaging.erasing import LAST_TEXT_HAS
from messaging.kinds import AirtimeState, Channel, OutboundKind, OutboundState, SessionOutcome
from messaging.message import AirtimeNotice, DeliveryNotice, SessionEnd
from messaging.models import AirtimeGrant, InboundMessage, OutboundMessage, Subscriber, UssdSession
from messaging.msisdn import mask
from messaging.session_ends import record_session_end
from messaging.subscribers import find_subscriber
from prices.models import PriceCell, PriceObservation
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.erasing import erase_number, where
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.test_ussd import Call
from tests.handlers.texting import Phones, rows
from tests.messaging.stories import claim_paid, promise

# Of Wanjiku alone, and of nothing that Bei says by itself.
NUMBER, NAME, WORDS = WANJIKU[-9:], "quixote", "zebrafish"


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    return Phones(database, now)


def live(phones: Phones) -> None:
    """All that somebody does with Bei who is in no group, their name and words in all of it."""
    for said in (
        "REGISTER QUIXOTE NAKURU",
        "PRICE MILK NAKURU zebrafish",
        "REPORT MILK NAKURU 47",
        "SOLD 20 L MILK 46 NAKURU",
        "TRANSPORT NAKURU 300 20KG FROM NJORO",
        "SUBSCRIBE MILK NAKURU",
        "ALERT MILK NAKURU 60",
        "PRICE CABBAGE MOLO",
        "zebrafish quixote 0711 000 001",
        "STOP",
        "START",
        "NAME QUIXOTE",
        "BEST MILK",
        "REPORT MILK MOLO 4700",
    ):
        phones.text(WANJIKU, said, payload={"from": WANJIKU, "text": said})
        phones.wait(minutes=1)
    call = Call(phones.database, now=phones.now)
    call.dial()
    call.press("1")
    report_by_gateways(phones)


def report_by_gateways(phones: Phones) -> None:
    """What gateways say later of texts, calls and airtime, with more in it than we want."""
    payload = {"words": f"{WORDS} {NAME} {NUMBER}"}
    with phones.database.begin() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        told = session.scalars(select(PriceObservation).order_by(PriceObservation.id)).first()
        assert told is not None
        told.raw_text = f"{WORDS} {told.raw_text}"
        session.add(
            AirtimeGrant(
                subscriber_id=person.id, observation_id=told.id, granted_on=phones.now.date(),
                amount=5, currency="KES", created_at=phones.now, due_at=phones.now, detail=WORDS,
            )
        )  # fmt: skip
        for kind in ("known", "unknown"):
            promise(session, person, phones.now, f"{WORDS} {NAME}", key=f"k:{kind}")
        sent = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)).all()
        sent[-1].state, sent[-1].detail = OutboundState.UNKNOWN, f"{WORDS} {NUMBER}"
        sent[0].state, sent[0].gateway_message_id = OutboundState.SENT, "m-1"
        record_delivery_notice(
            session,
            DeliveryNotice(
                "simulator", "m-1", "Success", OutboundState.DELIVERED,
                msisdn=WANJIKU, payload=payload,
            ),
            phones.now,
        )  # fmt: skip
        record_session_end(
            session,
            SessionEnd(
                "simulator", "s-1", Channel.USSD, "Failed", SessionOutcome.FAILED,
                error=WORDS, msisdn=WANJIKU, payload=payload,
            ),
            phones.now,
        )  # fmt: skip
        record_airtime_notice(
            session,
            AirtimeNotice(
                "simulator", "a-1", "Success", AirtimeState.DELIVERED,
                detail=WORDS, msisdn=WANJIKU, payload=payload,
            ),
            phones.now,
        )  # fmt: skip
        session.execute(
            text(
                "INSERT INTO staff_change (happened_at, action, subject, before, after, note)"
                " VALUES (:at, 'switch off', :subject, '{}', '{}', :note)"
            ),
            {"at": phones.now, "subject": f"subscriber {person.id}", "note": f"{WORDS} {NAME}"},
        )


def others_tell(phones: Phones) -> None:
    for person, price in ((OTIENO, 46), (ACHIENG, 48), (MUTISO, 45)):
        phones.text(person, f"REPORT MILK NAKURU {price}")


def told(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What is published, and every report as far as a price rests on it."""
    cell, report = PriceCell.__table__, PriceObservation.__table__
    with database.read() as session:
        return {
            "cells": [tuple(row) for row in session.execute(select(cell).order_by(cell.c.id))],
            "reports": [
                tuple(row)
                for row in session.execute(
                    select(*(c for c in report.c if c.name != "raw_text")).order_by(report.c.id)
                )
            ],
        }


def test_nothing_is_left_of_them(phones: Phones) -> None:
    live(phones)
    before = where(phones.database, NAME, WORDS)
    # The test sees what it looks for.
    assert before >= {
        "subscriber.name", "inbound_message.text", "inbound_message.payload",
        "outbound_message.text", "outbound_message.detail", "price_observation.raw_text",
        "delivery_report.payload", "session_end.payload", "session_end.error",
        "airtime_report.payload", "airtime_report.detail", "airtime_grant.detail",
        "staff_change.note",
    }  # fmt: skip
    done = erase_number(phones, WANJIKU)
    assert isinstance(done, Erased)
    assert (done.groups, done.leaderless) == ((), ())
    assert done.texts > 20
    assert done.calls == 1
    assert done.told == 4
    assert where(phones.database, NUMBER, NAME, WORDS) == set()


def test_what_they_had_asked_for_is_gone(phones: Phones) -> None:
    live(phones)
    counted = (
        "subscription", "price_alert", "price_wish", "price_ask", "asked_price", "held_question",
    )  # fmt: skip
    erase_number(phones, WANJIKU)
    with phones.database.read() as session:
        for table in counted:
            count = text(f"SELECT count(*) FROM {table}")
            assert session.scalar(count) == 0, table


def test_what_they_told_stays_as_it_was(phones: Phones) -> None:
    others_tell(phones)
    live(phones)
    before = told(phones.database)
    answer = phones.text(KAMAU, "PRICE MILK NAKURU")
    assert answer is not None
    assert "reports, today" in answer
    erase_number(phones, WANJIKU)
    assert told(phones.database) == before
    assert phones.text(KAMAU, "PRICE MILK NAKURU") == answer


def test_a_later_text_from_that_number_meets_a_stranger(phones: Phones) -> None:
    live(phones)
    with phones.database.read() as session:
        before = find_subscriber(session, WANJIKU)
        assert before is not None
    erase_number(phones, WANJIKU)
    phones.text(WANJIKU, "MY DATA")
    with phones.database.read() as session:
        anew = find_subscriber(session, WANJIKU)
        assert anew is not None
        assert anew.id != before.id
        assert (anew.name, anew.language, anew.opted_out_at) == (None, "en", None)
        stone = session.get_one(Subscriber, before.id)
        assert stone.erased_at == phones.now
        assert mask(stone.msisdn) == "erased"


def test_nothing_more_is_sent_or_tried(phones: Phones) -> None:
    live(phones)
    with phones.database.begin() as session:
        came = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).first()
        assert came is not None
        came.handled_at, came.attempts, came.error = None, 1, f"ValueError: {WORDS}"
    erase_number(phones, WANJIKU)
    with phones.database.begin() as session:
        # Even a reply that was promised while they were erased.
        stone = session.scalars(select(Subscriber)).one()
        late = promise(session, stone, phones.now, "late", key="late")
        assert claim_paid(session, phones.now) is None
        assert rows(session, InboundMessage, handled_at=None) == 0
        open_states = (OutboundState.QUEUED, OutboundState.SENDING, OutboundState.UNKNOWN)
        assert [rows(session, OutboundMessage, state=state) for state in open_states] == [0] * 3
        session.refresh(late)
        assert late.state is OutboundState.SUPPRESSED
        assert session.scalars(select(AirtimeGrant.state)).one() is AirtimeState.EXPIRED


def test_a_gateways_late_repeat_is_still_known(phones: Phones) -> None:
    phones.text(WANJIKU, "REPORT MILK NAKURU 47", gateway_message_id="m-7")
    erase_number(phones, WANJIKU)
    assert phones.text(WANJIKU, "REPORT MILK NAKURU 47", gateway_message_id="m-7") == ""
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 1
        assert rows(session, InboundMessage, gateway_message_id="m-7") == 1


def test_what_texts_cost_is_still_counted(phones: Phones) -> None:
    live(phones)
    costs = select(
        OutboundMessage.segments, OutboundMessage.cost, OutboundMessage.created_at
    ).order_by(OutboundMessage.id)
    with phones.database.read() as session:
        before = session.execute(costs).all()
    erase_number(phones, WANJIKU)
    with phones.database.read() as session:
        assert session.execute(costs).all() == before


def test_a_call_that_is_under_way_is_over(phones: Phones) -> None:
    call = Call(phones.database)
    call.dial()
    erase_number(phones, WANJIKU)
    assert call.press("1").text == "Simu hii imeisha. Tafadhali piga tena."
    with phones.database.read() as session:
        kept = session.scalars(select(UssdSession)).one()
        assert (kept.transcript, kept.answer, kept.ended) == ("", "", True)


def test_whoever_is_being_texted_waits(phones: Phones) -> None:
    with phones.database.begin() as session:
        promise(session, meet(session, WANJIKU, phones.now), phones.now)
        assert claim_paid(session, phones.now) is not None
    assert erase_number(phones, WANJIKU) == Busy()
    with phones.database.read() as session:
        assert find_subscriber(session, WANJIKU) is not None


def test_once_more_takes_what_came_in_between(phones: Phones) -> None:
    live(phones)
    with phones.database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
    erase_number(phones, WANJIKU)
    with phones.database.begin() as session:
        stone = session.get_one(Subscriber, person.id)
        promise(session, stone, phones.now, f"{WORDS}", key="late", kind=OutboundKind.ALERT)
        stone.language = "en"
        first, number = stone.erased_at, stone.msisdn
    phones.now += LAST_TEXT_HAS
    erase_number(phones, number)
    assert where(phones.database, NUMBER, NAME, WORDS) == set()
    with phones.database.read() as session:
        stone = session.get_one(Subscriber, person.id)
        assert (stone.erased_at, stone.language) == (first, None)


def test_who_texts_at_that_very_moment_leaves_no_words_either(phones: Phones) -> None:
    """Their text is the stone's, and goes with the second erasing; or a stranger's, and stays."""
    live(phones)
    begin = Barrier(2)

    def texts() -> None:
        begin.wait()
        for _ in range(5):
            phones.text(WANJIKU, "PRICE MILK NAKURU dulcinea")

    def erases() -> None:
        begin.wait()
        erase_number(phones, WANJIKU)

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(texts), pool.submit(erases)]:
            done.result()
    with phones.database.read() as session:
        stone = session.scalars(select(Subscriber).where(Subscriber.erased_at.is_not(None))).one()
    erase_number(phones, stone.msisdn)
    assert where(phones.database, NUMBER, NAME, WORDS) == set()
    with phones.database.read() as session:
        assert rows(session, InboundMessage, subscriber_id=stone.id, text="") == rows(
            session, InboundMessage, subscriber_id=stone.id
        )


# Groups


@pytest.fixture
def dairy(phones: Phones) -> Dairy:
    """KIRIMA: Njeri secretary, Peter collector, Rose treasurer, Wanjiku, Kamau, and Mary."""
    return Dairy(phones)


def place_of(dairy: Dairy, name: str | None, number: int) -> GroupMember:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        row = session.scalars(
            select(GroupMember).where(
                GroupMember.group_id == group.id, GroupMember.number == number
            )
        ).one()
        assert row.name == name
        return row


def office(dairy: Dairy, role: Role) -> list[str]:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        return [one.name for one in officers_of(session, group, role)]


def test_a_member_leaves_and_the_book_keeps_its_account(dairy: Dairy) -> None:
    dairy.text(PETER, "RECORD JANE 12")
    before = dairy.book()
    done = erase_number(dairy.phones, WANJIKU)
    assert isinstance(done, Erased)
    assert done.groups == ("KIRIMA",)
    place = place_of(dairy, "Jane Wanjiku", 4)
    assert (place.subscriber_id, place.left_at) == (None, dairy.phones.now)
    # The chain of the book is whole: not a line was touched.
    assert dairy.book() == before
    assert where(dairy.phones.database, NUMBER) == set()
    assert where(dairy.phones.database, "wanjiku") >= {"group_member.name"}
    assert dairy.text(NJERI, "MEMBERS").count("Wanjiku") == 0


def test_whom_no_book_knows_leaves_no_name(dairy: Dairy) -> None:
    erase_number(dairy.phones, KAMAU)
    place_of(dairy, None, 5)
    assert where(dairy.phones.database, "hosea") == set()


def test_a_lost_phone_links_nobody_any_more(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        old = meet(session, WANJIKU, dairy.phones.now)
        set_pin(old, "4821")
    dairy.text(OTIENO, "NEW SIM KIRIMA 4 1111")
    dairy.text(OTIENO, "NEW SIM KIRIMA 4 4821")
    with dairy.phones.database.read() as session:
        assert rows(session, SimChange) == 1
    erase_number(dairy.phones, WANJIKU)
    with dairy.phones.database.read() as session:
        change = session.scalars(select(SimChange)).one()
        assert change.from_subscriber_id == change.to_subscriber_id
        assert (change.decided_at, change.is_moved) == (dairy.phones.now, None)
        assert rows(session, Subscriber, pin_hash=None) == rows(session, Subscriber)
    # The secretary's answer comes too late, and moves nothing.
    dairy.text(NJERI, "1")
    place = place_of(dairy, None, 4)
    assert place.subscriber_id is None


def test_who_leads_beside_them_is_told_without_a_name(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        chair = meet(session, ACHIENG, dairy.phones.now, name="Grace Achieng", language="en")
        join(session, group, chair, dairy.phones.now, role=Role.CHAIR)
    erase_number(dairy.phones, NJERI)
    assert dairy.told(ACHIENG) == [
        "Kirima Dairy Group: its secretary has left Bei. You stand in. To name another: "
        "SECRETARY and the name, or ELECT SECRETARY"
    ]
    assert dairy.told(ROSE) == []
    assert office(dairy, Role.SECRETARY) == []


def test_where_nobody_else_leads_the_next_officer_does_and_all_are_told(dairy: Dairy) -> None:
    erase_number(dairy.phones, NJERI)
    assert office(dairy, Role.SECRETARY) == ["Rose Atieno"]
    assert dairy.told(ROSE) == [
        "Kirima Dairy Group: its secretary has left Bei. "
        "You are secretary of Kirima Dairy Group now."
    ]
    assert dairy.told(PETER) == [
        "Kirima Dairy Group: its secretary has left Bei. Rose Atieno is secretary now."
    ]
    assert dairy.told(KAMAU) == []


def test_where_nobody_has_a_phone_the_operator_is_told(phones: Phones) -> None:
    with phones.database.begin() as session:
        group = found_group(session, "UPWEKE")
        person = meet(session, WANJIKU, phones.now, name="Jane")
        join(session, group, person, phones.now, role=Role.CHAIR)
        session.add(GroupMember(group_id=group.id, number=9, name="Mary", joined_at=phones.now))
    with capture_logs() as logs:
        done = erase_number(phones, WANJIKU)
    assert isinstance(done, Erased)
    assert done.leaderless == ("UPWEKE",)
    assert [one["groups"] for one in logs if one["event"] == "groups_without_leader"] == [
        ["UPWEKE"]
    ]
    with phones.database.read() as session:
        left = find_group(session, "UPWEKE")
        assert left is not None
        assert [one.name for one in members_of(session, left)] == ["Mary"]


def test_a_group_of_one_ends_with_them_and_nobody_is_alarmed(phones: Phones) -> None:
    with phones.database.begin() as session:
        group = found_group(session, "PEKE")
        join(session, group, meet(session, WANJIKU, phones.now), phones.now, role=Role.CHAIR)
    done = erase_number(phones, WANJIKU)
    assert isinstance(done, Erased)
    assert done.leaderless == ()
