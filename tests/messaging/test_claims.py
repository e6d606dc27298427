from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from messaging import claims
from messaging.claims import CLAIM_LASTS, Claim, claim, release_dead_claims
from messaging.consent import opt_out
from messaging.gateway_states import let_rest
from messaging.gateways.gateway import SmsGateway
from messaging.kinds import Channel, Lane, OutboundKind, OutboundState
from messaging.models import GatewayState, OutboundMessage
from messaging.quiet_hours import QuietHours
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from messaging.sms_prices import SmsLimit, SmsLimits
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.messaging.stories import BY_PAID, PAID, Paid, claim_paid, meet, promise, state_of
from tests.plans import plan_of

MINUTE = timedelta(minutes=1)


class Many(Paid):
    phones_per_call = 100


class Other(Many):
    name = "other"


BOTH: dict[str, SmsGateway] = {"paid": Many(), "other": Other()}
# Kenya's numbers have a second way, Uganda's one of their own.
TWO_WAYS = SendingRules(Routes("paid", {"+254": ("paid", "other"), "+256": ("other",)}))


def claim_urgent(
    session: Session,
    gateways: Mapping[str, SmsGateway],
    now: datetime,
    rules: SendingRules = BY_PAID,
) -> Claim | None:
    return claim(session, gateways, rules, lane=Lane.URGENT, worker="w", now=now)


def claim_bulk(
    session: Session,
    gateways: Mapping[str, SmsGateway],
    now: datetime,
    rules: SendingRules = BY_PAID,
) -> Claim | None:
    return claim(session, gateways, rules, lane=Lane.BULK, worker="w", now=now)


def everybody_taken(
    database: Database, now: datetime, rules: SendingRules = TWO_WAYS
) -> dict[str, Counter[str]]:
    """All that may go in the bulk lane now: how often each phone, by gateway."""
    taken: dict[str, Counter[str]] = {}
    while True:
        with database.begin() as session:
            claimed = claim_bulk(session, BOTH, now, rules)
        if claimed is None:
            return taken
        numbers = (message.msisdn for message in claimed.messages)
        taken.setdefault(claimed.gateway, Counter()).update(numbers)


def promise_many(
    session: Session, now: datetime, count: int, prefix: str = "+2547110", text: str = "KIRIMA"
) -> list[int]:
    """A bulletin of one text to so many people."""
    people = [meet(session, f"{prefix}{number:05d}", now) for number in range(count)]
    kind = OutboundKind.BULLETIN
    return [
        promise(session, person, now, text, kind=kind, key=f"edition:{person.id}").id
        for person in people
    ]


def test_the_most_urgent_goes_first(database: Database, now: datetime) -> None:
    early = now - timedelta(hours=1)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, early, "nudge", kind=OutboundKind.NUDGE)
        promise(session, wanjiku, early, "bulletin", kind=OutboundKind.BULLETIN)
        promise(session, wanjiku, now, "reply", kind=OutboundKind.REPLY)
    order = []
    for _ in range(3):
        with database.begin() as session:
            claimed = claim_paid(session, now)
            assert claimed is not None
            order += [message.text for message in claimed.messages]
    assert order == ["reply", "bulletin", "nudge"]


def test_a_message_waits_for_its_time(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, due_at=now + MINUTE)
        assert claim_paid(session, now) is None
        assert claim_paid(session, now + MINUTE) is not None
        assert claim_paid(session, now + MINUTE) is None, "it is claimed already"


def test_a_stale_price_is_not_sent(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        stale = promise(session, wanjiku, now, "old", valid_for=timedelta(hours=1))
        fresh = promise(session, wanjiku, now, "new", valid_for=timedelta(hours=3))
        claimed = claim_paid(session, now + timedelta(hours=2))
        assert claimed is not None
        assert [message.outbound_id for message in claimed.messages] == [fresh.id]
        assert claimed.messages[0].valid_for_seconds == 3600
    assert state_of(database, stale.id) is OutboundState.EXPIRED


def test_after_a_stop_the_queued_bulletin_stays_behind(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        bulletin = promise(session, wanjiku, now, "bulletin", kind=OutboundKind.BULLETIN)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=now)
        reply = promise(session, wanjiku, now, "You will get no more messages.")
    with database.begin() as session:
        claimed = claim_paid(session, now)
        assert claimed is not None
        assert [message.outbound_id for message in claimed.messages] == [reply.id]
        assert claim_paid(session, now) is None
    assert state_of(database, bulletin.id) is OutboundState.SUPPRESSED


def test_equal_texts_share_a_call_up_to_what_the_gateway_takes(
    database: Database, now: datetime
) -> None:
    class Three(Paid):
        phones_per_call = 3

    with database.begin() as session:
        people = [meet(session, each, now) for each in (WANJIKU, OTIENO, KAMAU, ACHIENG)]
        for person in people:
            promise(session, person, now, "bulletin", kind=OutboundKind.BULLETIN)
        promise(session, people[0], now, "bulletin", kind=OutboundKind.BULLETIN, key="again")
        promise(session, people[1], now, "other words", kind=OutboundKind.BULLETIN)
    calls = []
    for _ in range(4):
        with database.begin() as session:
            claimed = claim_bulk(session, {"paid": Three()}, now)
            if claimed is not None:
                calls.append({(each.msisdn, each.text) for each in claimed.messages})
    assert calls == [
        {(WANJIKU, "bulletin"), (OTIENO, "bulletin"), (KAMAU, "bulletin")},
        {(ACHIENG, "bulletin"), (WANJIKU, "bulletin")},
        {(OTIENO, "other words")},
    ]


def test_nobody_gets_one_call_twice(database: Database, now: datetime) -> None:
    """Answers name numbers: two messages to one number in one call could not be told apart."""
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for key in ("a", "b"):
            promise(session, wanjiku, now, "same words", key=key)
        claimed = claim_urgent(session, {"paid": Many()}, now)
        assert claimed is not None
        assert len(claimed.messages) == 1


def test_a_message_of_a_gateway_that_is_gone_takes_the_default(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, gateway="gone", sender="21512", link_id="link")
        claimed = claim_paid(session, now)
        assert claimed is not None
        assert claimed.gateway == "paid"
        assert (claimed.messages[0].sender, claimed.messages[0].link_id) == (None, None)


def test_two_workers_never_take_the_same_message(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for number in range(40):
            promise(session, wanjiku, now, f"text {number}")
    ready, taken = Barrier(4, timeout=20), []

    def work(name: str) -> None:
        ready.wait()
        while True:
            with database.begin() as session:
                claimed = claim_paid(session, now, worker=name)
            if claimed is None:
                return
            taken.extend(message.outbound_id for message in claimed.messages)

    workers = [Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == 40
    assert len(set(taken)) == 40


def test_a_locked_message_does_not_hold_up_the_others(database: Database, now: datetime) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("writers on SQLite come one by one")
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, "first")
        promise(session, wanjiku, now, "second")
    with database.begin() as one, database.begin() as other:
        claims = [claim_paid(one, now), claim_paid(other, now)]
        texts = [each.messages[0].text for each in claims if each is not None]
    assert texts == ["first", "second"]


@pytest.mark.parametrize(
    ("is_safe", "state"), [(False, OutboundState.UNKNOWN), (True, OutboundState.QUEUED)]
)
def test_a_worker_was_killed_while_it_sent(
    database: Database, now: datetime, is_safe: bool, state: OutboundState
) -> None:
    class Gateway(Paid):
        repeats_are_safe = is_safe

    gateways = {"paid": Gateway()}
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, now), now)
        claimed = claim_paid(session, now)
        assert claimed is not None
    with database.begin() as session:
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS - MINUTE) == 0
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS) == 1
        assert release_dead_claims(session, gateways, now + CLAIM_LASTS) == 0
    assert state_of(database, claimed.messages[0].outbound_id) is state


# Lanes


def test_a_bulletin_is_in_no_replys_way(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now - MINUTE, 3)
        reply = promise(session, meet(session, WANJIKU, now), now, "reply")
        claimed = claim_urgent(session, PAID, now)
        assert claimed is not None
        assert [message.outbound_id for message in claimed.messages] == [reply.id]
        assert claim_urgent(session, PAID, now) is None
        claimed = claim_bulk(session, PAID, now)
        assert claimed is not None
        assert (claimed.kind, claimed.messages[0].text) == (OutboundKind.BULLETIN, "KIRIMA")


def test_languages_that_lie_mixed_still_fill_their_calls(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for number in range(120):
            person = meet(session, f"+25471100{number:04d}", now)
            words = ("maziwa", "milk", "lait")[number % 3]
            promise(session, person, now, words, kind=OutboundKind.BULLETIN)
    calls = []
    for _ in range(3):
        with database.begin() as session:
            claimed = claim_bulk(session, BOTH, now)
            assert claimed is not None
            calls.append(Counter(message.text for message in claimed.messages))
    assert calls == [{"maziwa": 40}, {"milk": 40}, {"lait": 40}]


def test_a_thousand_stale_ones_do_not_hide_the_fresh_one(database: Database, now: datetime) -> None:
    with database.begin() as session:
        stale = promise_many(session, now - timedelta(days=2), 450)
        fresh = promise(
            session, meet(session, WANJIKU, now), now, "new", kind=OutboundKind.BULLETIN
        )
    with database.begin() as session:
        claimed = claim_bulk(session, BOTH, now)
    assert claimed is not None
    assert [message.outbound_id for message in claimed.messages] == [fresh.id]
    assert state_of(database, stale[-1]) is OutboundState.EXPIRED


# Nights

QUIET = QuietHours(time(21), time(6))
LUCIA = "+51912000008"  # a farmer in Peru


def test_nobody_is_woken_by_a_bulletin(database: Database, now: datetime) -> None:
    """It is ten in the evening at Nairobi, and two in the afternoon at Lima."""
    evening = now.replace(hour=19)
    rules = SendingRules(Routes("paid"), quiet_hours=QUIET)
    with database.begin() as session:
        asleep = promise(session, meet(session, WANJIKU, now), evening, kind=OutboundKind.ALERT)
        reply = promise(session, meet(session, OTIENO, now), evening, "reply")
        awake = promise(session, meet(session, LUCIA, now), evening, kind=OutboundKind.ALERT)
    sent = []
    with database.begin() as session:
        while claimed := claim_urgent(session, PAID, evening, rules):
            sent += [message.outbound_id for message in claimed.messages]
    assert sent == [reply.id, awake.id]
    with database.begin() as session:
        woken_at = session.get_one(OutboundMessage, asleep.id).due_at
        assert woken_at == evening + timedelta(hours=8)
        assert claim_urgent(session, PAID, woken_at, rules) is not None


# Money


def test_what_the_budget_does_not_cover_waits(database: Database, now: datetime) -> None:
    limits = SmsLimits("Africa/Nairobi", day=SmsLimit(segments=100))
    rules = SendingRules(Routes("paid"), limits=limits)
    with database.begin() as session:
        ids = promise_many(session, now, 90)
        promise(session, meet(session, WANJIKU, now), now, "reply")
    with database.begin() as session:
        claimed = claim_bulk(session, BOTH, now, rules)
        assert claimed is not None
        assert len(claimed.messages) == 85, "a bulletin may fill so much of the day"
        assert claim_bulk(session, BOTH, now, rules) is None
        assert claim_urgent(session, BOTH, now, rules) is not None, "a reply goes all the same"
    assert state_of(database, ids[-1]) is OutboundState.QUEUED
    with database.begin() as session:
        tomorrow = claim_bulk(session, BOTH, now + timedelta(hours=20), rules)
        assert tomorrow is not None
        assert len(tomorrow.messages) == 5


# The pace of a gateway

TEN_A_SECOND = SendingRules(Routes("paid"), rates={"paid": 10})
SECOND = timedelta(seconds=1)


def test_all_workers_together_keep_a_gateways_pace(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now, 35)
    sizes = []
    for tenth in range(45):
        with database.begin() as session:
            claimed = claim_bulk(session, BOTH, now + tenth * SECOND / 10, TEN_A_SECOND)
        if claimed is not None:
            sizes.append((tenth, len(claimed.messages)))
    assert sizes == [(0, 10), (10, 10), (20, 10), (30, 5)]


def test_long_texts_count_by_their_segments(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now, 10, text="m" * 300)
        claimed = claim_bulk(session, BOTH, now, TEN_A_SECOND)
        assert claimed is not None
        assert len(claimed.messages) == 5


def test_a_reply_goes_ahead_of_the_pace_but_not_far(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now, 30)
        wanjiku = meet(session, WANJIKU, now)
        for number in range(40):
            promise(session, wanjiku, now, f"reply {number}")
    with database.begin() as session:
        assert claim_bulk(session, BOTH, now, TEN_A_SECOND) is not None
        replies = 0
        while claim_urgent(session, BOTH, now, TEN_A_SECOND):
            replies += 1
        # The bulletin took one of the two seconds by which replies may be ahead.
        assert replies == 11
        assert claim_bulk(session, BOTH, now + 2 * SECOND, TEN_A_SECOND) is None


def test_behind_a_gateway_at_work_another_is_free(database: Database, now: datetime) -> None:
    rules = replace(TWO_WAYS, rates={"paid": 10})
    with database.begin() as session:
        promise_many(session, now, 50)
        promise_many(session, now, 2, prefix="+2567700")
    taken = everybody_taken(database, now, rules)
    assert {name: numbers.total() for name, numbers in taken.items()} == {"paid": 10, "other": 2}


# Ways


def test_a_closed_gateway_is_passed_over(database: Database, now: datetime) -> None:
    """Its rest is written once; what another gateway can take goes on."""
    with database.begin() as session:
        waiting = promise_many(session, now, 700)
        promise_many(session, now, 2, prefix="+2567700")
        assert let_rest(session, "paid", 30, "no line", now)
    taken = everybody_taken(database, now)
    assert {name: numbers.total() for name, numbers in taken.items()} == {"other": 2}
    taken = everybody_taken(database, now + MINUTE)
    assert {name: numbers.total() for name, numbers in taken.items()} == {"paid": len(waiting)}


def test_where_all_rest_nothing_is_touched(database: Database, now: datetime) -> None:
    with database.begin() as session:
        (waiting,) = promise_many(session, now, 1)
        let_rest(session, "paid", 300, "no balance", now)
        assert claim_bulk(session, PAID, now) is None
        assert claim_paid(session, now + 4 * MINUTE) is None
    with database.begin() as session:
        assert session.get_one(OutboundMessage, waiting).due_at == now
        assert claim_paid(session, now + 5 * MINUTE) is not None


def test_a_long_rest_sends_a_bulletin_the_other_way(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now, 20)
        let_rest(session, "paid", 300, "no balance", now)
    assert everybody_taken(database, now)["other"].total() == 20


def test_a_reply_takes_the_other_way_at_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, "reply", gateway="paid", sender="21512")
        let_rest(session, "paid", 30, "no line", now)
        claimed = claim_urgent(session, BOTH, now, TWO_WAYS)
        assert claimed is not None
        assert (claimed.gateway, claimed.messages[0].sender) == ("other", None)
    with database.read() as session:
        row = session.scalars(select(OutboundMessage)).one()
        assert (row.gateway, row.sender) == ("other", None)


def test_a_reply_on_somebodys_link_waits_for_its_gateway(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        promise(session, wanjiku, now, "reply", gateway="paid", sender="21512", link_id="link")
        let_rest(session, "paid", 30, "no line", now)
        assert claim_urgent(session, BOTH, now, TWO_WAYS) is None
        claimed = claim_urgent(session, BOTH, now + MINUTE, TWO_WAYS)
        assert claimed is not None
        assert (claimed.gateway, claimed.messages[0].link_id) == ("paid", "link")


def test_part_of_a_bulletin_takes_the_second_way(database: Database, now: datetime) -> None:
    with database.begin() as session:
        promise_many(session, now, 200)
        session.add(GatewayState(name="paid", share=25, errors=0))
    taken = everybody_taken(database, now)
    assert taken["paid"].total() + taken["other"].total() == 200
    assert 25 <= taken["paid"].total() <= 75


# The database's part


@pytest.mark.parametrize("statement", ["first", "many", "alike"])
def test_a_long_queue_is_never_read_through(
    database: Database, now: datetime, statement: str
) -> None:
    """The plans, on both databases: by the index of what is queued, in its order."""
    prepared = {
        "first": claims._HEADS[1],
        "many": claims._HEADS[200],
        "alike": claims._alike_up_to(100),
    }
    with database.begin() as session:
        promise_many(session, now, 30)
    values = {"priority": 2, "now": now, "since": now, "text": "KIRIMA"}
    assert "ix_outbound_message_queued" in plan_of(database, prepared[statement], values)
