"""A bulletin for ten thousand while workers are killed and the gateway does its worst.

What a person gets is in the gateway's own book, which outlives everything; what we believe is in
the database. In the end the two must say the same of everybody, but for those of whom we say that
we do not know; and of these each one's request was cut.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import DayBudget
from messaging.sms_budget import DAY
from tests.chaos.books import GONE, Books, Page, taken_after
from tests.chaos.crowd import gather, number_of
from tests.chaos.fire import Fire
from tests.chaos.processes import Bei, free_port, until, webhook_url
from tests.chaos.time_lapse import let_pass
from tests.stand_in.plan import LASTING, Fault, Manner, Plan, Word
from tests.stand_in.process import standing_in

PEOPLE, OPTED_OUT, LEAVE_MEANWHILE, KILLS = 10_000, 250, 30, 20
WORKERS = {"sqlite": 1, "postgresql": 4}
# Segments a second; without them all would be gone before the second kill.
SETTINGS = {
    "BEI_AT_RATE": "500",
    "BEI_TWILIO_RATE": "100",
    "BEI_ROUTES": "+254=africastalking; +256=twilio",
    # More than is needed: it is counted, and holds nothing back.
    "BEI_DAILY_SMS_BUDGET": "50000",
}

PLAN = Plan(
    faults={
        Fault.HANGS: 0.01,
        Fault.CUTS: 0.02,
        Fault.HALF: 0.015,
        Fault.HTML: 0.015,
        Fault.PAGE: 0.015,
        Fault.TIMEOUT: 0.01,
        Fault.ERROR: 0.05,
        Fault.TOO_MANY: 0.03,
        Fault.SLOW: 0.03,
    },
    words={
        Word.NO_SUCH_NUMBER: 0.004,
        Word.BLACKLISTED: 0.003,
        Word.INTERNAL: 0.01,
        Word.LEFT_OUT: 0.002,
    },
    manners={
        Manner.EARLY: 0.01,
        Manner.TWICE: 0.03,
        Manner.BACKWARDS: 0.03,
        Manner.ODD: 0.03,
        Manner.LATE: 0.8,
    },
    answers_after_seconds=(0.02, 0.1),
    slow_seconds=0.8,
)
# Nothing breaks any more; numbers that do not exist still do not.
FOR_GOOD = {word: share for word, share in PLAN.words.items() if word in LASTING}
MENDED = replace(PLAN, faults={}, words=FOR_GOOD, manners={})

log = logging.getLogger(__name__)


@pytest.fixture
def fire(database: Database, database_url: str, tmp_path: Path) -> Iterator[Fire]:
    """A service whose bulletin for ten thousand is due, its web served; no worker runs yet."""
    backend = database.engine.dialect.name
    port = free_port()
    with database.begin() as session:
        gather(session, datetime.now(UTC), people=PEOPLE, opted_out=OPTED_OUT)
    with ExitStack() as running:
        gateway = running.enter_context(
            standing_in(PLAN, tmp_path / "journal", reports_to=webhook_url(port, "delivery"))
        )
        bei = running.enter_context(Bei(tmp_path, database_url, gateway.url, port))
        bei.settings |= SETTINGS
        bei.serve()
        yield Fire(bei, database, gateway, workers=WORKERS[backend], seed=PLAN.seed)


def test_ten_thousand_each_get_one(fire: Fire) -> None:
    left: dict[str, datetime] = {}
    fire.man()
    fire.kill_again_and_again(KILLS, people=PEOPLE, halfway=lambda: left.update(some_leave(fire)))
    log.info("the last is killed")
    work_to_the_end(fire)
    books = fire.books()
    tell(fire, books)

    # Everybody who wants it was promised one, and nobody else.
    assert sorted(page.msisdn for page in books.pages) == sorted(map(number_of, range(PEOPLE)))
    # No message to anyone opted out, when it was written or since.
    assert left
    assert taken_after(fire.gateway.calls(), out_before() | left) == []
    # None twice.
    assert books.twice == []
    # Every recipient has exactly one accepted message: both books say so, under one id …
    assert [page for page in books.pages if page not in books.unknown and not page.is_right] == []
    assert withheld_for_nothing(books, left) == []
    # … except those whose request was cut, and each of these is reported as unknown, by count.
    assert books.unknown
    assert [page for page in books.unknown if not page.was_cut(fire.killed)] == []
    assert unknown_by_doctor(fire) == len(books.unknown)
    # What may have gone is booked, and nothing else: the budget holds whoever was killed.
    assert booked(fire) == len(books.in_state(*GONE, OutboundState.UNKNOWN))
    # Reports came early, twice, backwards and in words nobody knows, and none of them was lost.
    assert [page for page in books.in_state(OutboundState.SENT) if is_reported(page)] == []

    reports_come_late(fire, books)
    the_rest_is_sent_once_more(fire)
    books = fire.books()
    tell(fire, books)
    assert books.twice == []
    assert [page for page in books.pages if not page.is_right] == []
    assert withheld_for_nothing(books, left) == []
    # What a gateway does to us is no fault of ours.
    assert fire.bei.errors() == []


def booked(fire: Fire) -> int:
    """Segments taken of the day's budget; each of these texts is one."""
    with fire.database.read() as session:
        spent = select(func.sum(DayBudget.spent)).where(DayBudget.name == DAY)
        return int(session.scalar(spent) or 0)


def some_leave(fire: Fire) -> dict[str, datetime]:
    """People whose turn is last want no more, and it is not their turn yet: when each had left."""
    left = {}
    for phone in fire.last_in_the_queue(LEAVE_MEANWHILE):
        assert fire.bei.webhook("opt-out", {"senderId": "BEI", "phoneNumber": phone}).ok
        left[phone] = datetime.now(UTC)
    return left


def out_before() -> dict[str, datetime]:
    """Who had left before anything was written."""
    ever = datetime.min.replace(tzinfo=UTC)
    return {number_of(PEOPLE + person): ever for person in range(OPTED_OUT)}


def work_to_the_end(fire: Fire) -> None:
    """Until nothing is left to send, all reports are there, and no dead worker's claim is open."""
    fire.until(lambda: fire.count(OutboundState.QUEUED) == 0)
    fire.dismiss()
    reports_are_brought(fire)
    fire.man()  # whose first round looks through the claims of the dead
    fire.until(lambda: fire.count(OutboundState.QUEUED, OutboundState.SENDING) == 0)
    until(lambda: not any(is_reported(page) for page in fire.books().in_state(OutboundState.SENT)))
    fire.dismiss()


def reports_are_brought(fire: Fire) -> None:
    """All that were not held back."""
    until(lambda: fire.gateway.state()["reports_on_the_way"] == 0, every=0.2)
    assert fire.gateway.state()["reports_undelivered"] == 0


def is_reported(page: Page) -> bool:
    """Whether the gateway has said what became of it, if it answered the call."""
    return PLAN.manner(page.msisdn) is not Manner.LATE


def withheld_for_nothing(books: Books, left: Collection[str]) -> list[Page]:
    """Whoever got nothing although they want it, their number is good, and we say that we know."""
    known = GONE | {OutboundState.UNKNOWN}
    return [
        page
        for page in books.pages
        if page.state not in known
        and page.msisdn not in left
        and PLAN.word(0, page.msisdn) not in LASTING
    ]


def unknown_by_doctor(fire: Fire) -> int:
    """How many messages `bei doctor` says nobody knows the end of."""
    told = fire.bei.says("doctor")
    (line,) = [line for line in told.splitlines() if "unknown" in line and "bulletin" in line]
    return int(line.partition("bulletin")[0].split()[-1].replace(",", ""))


def reports_come_late(fire: Fire, books: Books) -> None:
    """What the gateway accepted and we do not know of, it says hours later."""
    fire.gateway.release(*(page.msisdn for page in books.unknown))
    reports_are_brought(fire)
    with fire.database.begin() as session:
        let_pass(session, timedelta(hours=1))


def the_rest_is_sent_once_more(fire: Fire) -> None:
    """The operator has said that a bulletin may be."""
    fire.gateway.follow(MENDED)
    fire.man(1, BEI_RESEND_UNKNOWN="bulletin")
    open_states = (OutboundState.UNKNOWN, OutboundState.QUEUED, OutboundState.SENDING)
    fire.until(lambda: fire.count(*open_states) == 0)
    fire.dismiss()


def tell(fire: Fire, books: Books) -> None:
    """What happened, for whoever runs this with `--log-cli-level=INFO`."""
    taken = sum(page.was_taken for page in books.unknown)
    faults = Counter(call.fault.value for call in fire.gateway.calls())
    log.info("%s killed; %s", len(fire.killed), dict(books.states))
    log.info("unknown: %s, of these accepted: %s", len(books.unknown), taken)
    log.info("calls: %s; %s", dict(faults), fire.gateway.state())
