"""A gateway that hangs on a bulletin holds up nobody who asks for a price meanwhile."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from db.session import Database
from messaging.gateway_states import standings
from messaging.kinds import Lane
from scheduler.delivery import SENDERS
from tests.chaos.crowd import gather
from tests.chaos.processes import Bei, free_port, until
from tests.stand_in.journal import Heard
from tests.stand_in.plan import Plan
from tests.stand_in.process import StandInProcess, standing_in

PEOPLE, ASKING = 800, 10
ASKS_FROM = "+254722000"
# Generous, for a machine that has other things to do, which may be slow once but not again and
# again: a call that hangs would take nine, and whoever waits behind it as long.
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
        assert median(seconds for _, seconds in asked.values()) < A_WEBHOOK_TAKES
        until(lambda: len(replies(gateway)) == ASKING)
        # All senders of the other lane still hung on the bulletin when the last reply had gone.
        assert gateway.state()["open_calls"] == SENDERS
        until(lambda: bulletins_rest(database))
        later = f"{ASKS_FROM}200"
        asked[later] = ask(bei, later)
        until(lambda: len(replies(gateway)) == ASKING + 1)
        # After their calls had failed the gateway rests, but for bulletins alone.
        assert bulletins_rest(database)
    waits = [call.at - asked[phone][0] for phone, call in replies(gateway).items()]
    assert median(wait.total_seconds() for wait in waits) < A_REPLY_TAKES


def bulletins_rest(database: Database) -> bool:
    """Whether the gateway is spared them at this moment."""
    with database.read() as session:
        standing = standings(session).get("africastalking")
    return standing is not None and bool(standing.rests(Lane.BULK, datetime.now(UTC)))


def phones() -> list[str]:
    """Who asks at once: none of them is in the group."""
    return [f"{ASKS_FROM}1{number:02}" for number in range(ASKING)]


def ask(bei: Bei, phone: str) -> tuple[datetime, float]:
    """Text for a price: when that was taken, and how many seconds it took."""
    began, form = time.monotonic(), {"from": phone, "to": "21512", "text": "bei maziwa nakuru"}
    assert bei.webhook("sms", {**form, "id": f"text-{phone}"}).ok
    return datetime.now(UTC), time.monotonic() - began


def replies(gateway: StandInProcess) -> dict[str, Heard]:
    """The call that brought each of them a reply."""
    return {
        number: call
        for call in gateway.calls()
        for number, _ in call.accepted
        if number.startswith(ASKS_FROM)
    }
