"""What `bei doctor` says of calls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.health.calls import calls_in_words
from db.session import Database
from messaging.kinds import Channel, SessionOutcome
from messaging.message import SessionEnd
from messaging.session_ends import DropOff, LeftAt, record_session_end
from tests.app.commandline import bei
from tests.cast import WANJIKU
from tests.messaging.calls import call

MONTH = DropOff(
    calls=1_204,
    finished=855,
    left=340,
    median_seconds=48,
    p90_seconds=140,
    costs={"KES": Decimal("1312.4")},
    outcomes={SessionOutcome.FINISHED: 850},
    screens=[
        LeftAt("places", 144, 150),
        LeftAt(None, 90, 400),
        LeftAt("amount", 60, 70),
        LeftAt("price", 30, 500),
        LeftAt("root", 16, 16),
        LeftAt("languages", 0, 3),
    ],
    unseen=0,
)


def test_how_calls_go_in_a_line() -> None:
    assert calls_in_words(MONTH, 30) == (
        "1,204 calls in 30 days, 74 % to an answer or the end, most left at: places (12 %), "
        "amount (5 %), root (1 %); 48 s in the middle, nine of ten within 140 s, "
        "KES 1,312.40 in all"
    )


def test_costs_in_several_currencies_or_none() -> None:
    costs = {None: Decimal("12.8"), "UGX": Decimal(30), "KES": Decimal("0.5")}
    assert calls_in_words(replace(MONTH, costs=costs, unseen=1), 30).endswith(
        "KES 0.50 and UGX 30.00 and without a currency 12.80 in all, 1 call that never reached us"
    )
    assert calls_in_words(replace(MONTH, costs={}), 30).endswith("nine of ten within 140 s")


def test_a_first_call_that_goes_on() -> None:
    on = DropOff(1, 0, 0, None, None, {}, {}, [LeftAt("root", 0, 1)], 0)
    assert calls_in_words(on, 30) == "1 call in 30 days, 0 % to an answer or the end"


def test_calls_that_only_the_gateway_knows() -> None:
    nothing = DropOff(0, 0, 0, None, None, {}, {}, [], 0)
    assert calls_in_words(nothing, 30) == "none in 30 days"
    lost = replace(nothing, unseen=1_003)
    assert calls_in_words(lost, 30) == "none in 30 days, 1,003 calls that never reached us"


def said_by(database_url: str) -> list[str]:
    ran = bei("doctor", database_url=database_url)
    assert ran.code == 0, ran.out
    return [line for line in ran.out.splitlines() if "calls: " in line]


def test_doctor_of_a_new_service(database_url: str) -> None:
    assert said_by(database_url) == ["ok    calls: none in 30 days"]


def test_doctor_leaves_the_operators_own_trials_out(database_url: str) -> None:
    assert bei("dial", WANJIKU, database_url=database_url).code == 0
    assert said_by(database_url) == ["ok    calls: none in 30 days"]


def test_doctor_tells_where_callers_leave(database: Database, database_url: str) -> None:
    ago = datetime.now(UTC) - timedelta(days=1)
    end = SessionEnd(
        "africastalking",
        "1",
        Channel.USSD,
        "Success",
        SessionOutcome.FINISHED,
        cost=Decimal("0.8"),
        cost_currency="KES",
        msisdn=WANJIKU,
    )
    with database.begin() as session:
        call(session, ago, "1", screen="price", ended=True, seconds=40)
        call(session, ago, "2", screen="places", seconds=12)
        call(session, ago, "3", screen="root", channel=Channel.VOICE, seconds=30)
        assert record_session_end(session, end, ago)
    assert said_by(database_url) == [
        "ok    calls: 2 calls in 30 days, 50 % to an answer or the end, "
        "most left at: places (50 %); 12 s in the middle, nine of ten within 40 s, KES 0.80 in all",
        "ok    voice calls: 1 call in 30 days, 0 % to an answer or the end, "
        "most left at: root (100 %); 30 s in the middle, nine of ten within 30 s",
    ]
