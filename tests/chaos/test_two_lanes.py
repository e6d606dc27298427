"""A gateway that hangs on a bulletin holds up nobody who asks for a price meanwhile."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from db.session import Database
from scheduler.delivery import SENDERS
from tests.chaos.crowd import gather
from tests.chaos.processes import Bei, free_port, until
from tests.stand_in.journal import Heard
from tests.stand_in.plan import Plan
from tests.stand_in.process import StandInProcess, standing_in

PEOPLE, ASKING = 800, 10
# Generous, for a machine that has other things to do: a call that hangs would take nine.
A_WEBHOOK_TAKES, A_REPLY_TAKES = 2.0, 5.0


def test_a_bulletin_that_hangs_slows_no_webhook_and_no_reply(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.begin() as session:
        gather(session, datetime.now(UTC), people=PEOPLE, opted_out=0)
    with ExitStack() as running:
        gateway = running.enter_context(standing_in(Plan(hangs_on="KIRIMA"), tmp_path / "journal"))
        bei = running.enter_context(Bei(tmp_path, database_url, gateway.url, free_port()))
        bei.serve()
        bei.start("worker")
        until(lambda: gateway.state()["open_calls"] == SENDERS)
        asked = {phone: ask(bei, phone) for phone in phones()}
        assert max(seconds for _, seconds in asked.values()) < A_WEBHOOK_TAKES
        until(lambda: len(replies(gateway)) == ASKING)
        # All senders of the other lane still hung on the bulletin when the last reply had gone.
        assert gateway.state()["open_calls"] == SENDERS
    for phone, call in replies(gateway).items():
        taken_at, _ = asked[phone]
        assert (call.at - taken_at).total_seconds() < A_REPLY_TAKES


def phones() -> list[str]:
    """Who asks: none of them is in the group."""
    return [f"+2547220001{number:02}" for number in range(ASKING)]


def ask(bei: Bei, phone: str) -> tuple[datetime, float]:
    """Text for a price: when that was taken, and how many seconds it took."""
    began, form = time.monotonic(), {"from": phone, "to": "21512", "text": "bei maziwa nakuru"}
    assert bei.webhook("sms", {**form, "id": f"text-{phone}"}).ok
    return datetime.now(UTC), time.monotonic() - began


def replies(gateway: StandInProcess) -> dict[str, Heard]:
    """The call that brought each of them a reply."""
    wanted = set(phones())
    return {
        number: call for call in gateway.calls() for number, _ in call.accepted if number in wanted
    }
