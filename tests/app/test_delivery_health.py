"""What `bei doctor` says of how texts go."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from app.health.delivery import (
    budget_in_words,
    loops_in_words,
    lost_in_words,
    rules_in_words,
    standing_in_words,
    unknown_in_words,
)
from db.session import Database
from messaging.gateway_states import Standing
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import GatewayState
from messaging.outbox import Loop
from messaging.quiet_hours import QuietHours
from messaging.reachability import Lost
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from messaging.sms_budget import Spending, afford
from messaging.sms_prices import SmsLimit, SmsLimits, SmsPrice, SmsSpent
from tests.app.commandline import bei
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import meet, promise

ALERT, BULLETIN, REPLY = OutboundKind.ALERT, OutboundKind.BULLETIN, OutboundKind.REPLY
PRICE = SmsPrice("KES", Decimal("0.80"))


def test_the_rules_in_a_line() -> None:
    plain = SendingRules(Routes("simulator"))
    assert rules_in_words(plain, ["simulator", "console"]) == (
        "through simulator; at any hour; nothing is sent once more that may have gone"
    )
    full = SendingRules(
        Routes("twilio", {"+254": ("africastalking", "twilio"), "+256": ("twilio",)}),
        rates={"africastalking": 100.0, "twilio": 0.5},
        quiet_hours=QuietHours(time(21), time(6)),
        resends=frozenset({BULLETIN, REPLY}),
    )
    assert rules_in_words(full, ["africastalking", "console"]) == (
        "+254 through africastalking or twilio; +256 through twilio; else twilio; africastalking "
        "up to 100 segments a second; replies alone from 21:00 to 06:00; replies and bulletins "
        "that may have gone are sent once more"
    )


def test_the_budget_in_a_line() -> None:
    limits = SmsLimits(
        "Africa/Nairobi",
        day=SmsLimit(segments=5_000, money=Decimal(4_000)),
        month=SmsLimit(segments=100_000),
        price=PRICE,
    )
    spent = Spending(
        SmsSpent(4_250, Decimal("3400")), SmsSpent(71_204, Decimal("56963.2")), {BULLETIN: 1_204}
    )
    assert budget_in_words(limits, spent) == (
        "today 4,250 of 5,000 segments, KES 3,400.00 of 4,000.00; "
        "this month 71,204 of 100,000 segments, KES 56,963.20; "
        "WAITING, for it is used up for them: 1,204 bulletins"
    )


def test_a_budget_without_money() -> None:
    limits = SmsLimits("Africa/Nairobi", day=SmsLimit(segments=5_000))
    assert budget_in_words(limits, Spending(SmsSpent(1), SmsSpent(7), {})) == (
        "today 1 of 5,000 segments; this month 7 segments"
    )
    assert budget_in_words(None, None).startswith("none: texts may cost whatever they cost")


def test_texts_nobody_knows_the_end_of() -> None:
    assert unknown_in_words({}).startswith("none")
    assert unknown_in_words({REPLY: 1, BULLETIN: 1_203}).startswith(
        "1,204 texts may have gone or not: 1 reply, 1,203 bulletins; a gateway broke off"
    )


def test_loops_and_lost_phones_are_masked(now: datetime) -> None:
    assert loops_in_words([], 7) == "none in 7 days"
    assert loops_in_words([Loop(WANJIKU, 80), Loop(OTIENO, 1)], 7) == (
        "81 texts stopped in 7 days, to 2 numbers: +254711***001 (80), +254722***002 (1); look "
        "what they text: a machine may be answering ours"
    )
    assert lost_in_words(0, []) == "none"
    assert lost_in_words(1, [Lost(WANJIKU, now, "UserDoesNotExist")]) == (
        "1 phone that no text reached; replies alone still go. "
        "The newest: +254711***001 (UserDoesNotExist)"
    )


def test_a_gateway_that_is_amiss() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    well = Standing("twilio", rests_until=now - timedelta(hours=1), rests_because="20003")
    assert standing_in_words(well, now) is None
    rests = Standing("twilio", rests_until=now + timedelta(minutes=5), rests_because="20003 key")
    assert standing_in_words(rests, now) == "rests until 09:05 UTC: 20003 key"
    no_bulletins = Standing("twilio", bulk_rests_until=now + timedelta(minutes=5))
    assert standing_in_words(no_bulletins, now) == (
        "takes no bulletins until 09:05 UTC: their calls failed again and again"
    )
    half = Standing("twilio", share=25)
    assert standing_in_words(half, now) == "so many calls failed that it takes 25 % of its texts"


def test_doctor_shows_them(database: Database, database_url: str) -> None:
    now = datetime.now(UTC)  # doctor looks at the clock
    limits = SmsLimits("Africa/Nairobi", day=SmsLimit(segments=10))
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        wanjiku.failures_in_a_row, wanjiku.unreachable_at = 2, now
        wanjiku.unreachable_because = "UserIsInactive"
        for at in range(21):
            promise(session, wanjiku, now, key=f"reply:{at}")
        lost = promise(session, wanjiku, now, "gone?", kind=ALERT)
        lost.state, lost.claimed_at = OutboundState.UNKNOWN, now
        promise(session, wanjiku, now, "waits", kind=BULLETIN)
        assert afford(session, limits, BULLETIN, 1, 9, now) == 8
    night = {"BEI_QUIET_HOURS": "21-6"}
    told = bei("doctor", database_url=database_url, BEI_DAILY_SMS_BUDGET="10", **night)
    assert told.code == 0
    assert "ok    sending: through simulator; replies alone from 21:00 to 06:00" in told.out
    assert "ok    text budget: today 8 of 10 segments; this month 8 segments" in told.out
    assert "WAITING, for it is used up for them: 1 bulletin" in told.out
    assert "ok    unknown texts: 1 text may have gone or not: 1 alert" in told.out
    assert "ok    text loops: 1 text stopped in 7 days, to 1 number: +254711***001 (1)" in told.out
    assert "ok    out of reach: 1 phone that no text reached" in told.out
    assert "The newest: +254711***001 (UserIsInactive)" in told.out
    assert WANJIKU not in told.out


def test_a_gateway_that_rests_is_wrong(database: Database, database_url: str) -> None:
    with database.begin() as session:
        session.add(
            GatewayState(
                name="africastalking",
                rests_until=datetime.now(UTC) + timedelta(hours=1),
                rests_because="405 InsufficientBalance",
            )
        )
    told = bei("doctor", database_url=database_url)
    assert told.code == 1
    assert "WRONG sending through africastalking: rests until" in told.out
    assert "405 InsufficientBalance" in told.out
