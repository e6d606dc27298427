"""Workers under fire: as many as were wanted are always at work, whoever was killed just now."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import func, select

from db.session import Database
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from tests.chaos.books import Books, open_books
from tests.chaos.processes import Bei, Running, until
from tests.chaos.time_lapse import wait_less
from tests.stand_in.process import StandInProcess

# So much passes each second for whatever only waits.
PASSES = timedelta(minutes=1)
# As long as deploy/systemd/bei-worker.service gives it before it is killed.
STOPS_WITHIN_SECONDS = 90
# A kill that comes a little later, where none comes in the midst of a call.
LATER_SECONDS = 0.4


class Fire:
    """The workers of a service, and the one who shoots at them."""

    def __init__(
        self, bei: Bei, database: Database, gateway: StandInProcess, *, workers: int, seed: int
    ) -> None:
        self.bei = bei
        self.database = database
        self.gateway = gateway
        self.killed: set[str] = set()
        self.workers: list[Running] = []
        self._wanted = workers
        self._chance = Random(seed)
        self._passed_at = time.monotonic()

    def man(self, workers: int | None = None, **settings: str) -> None:
        """Start as many workers as there should be."""
        for _ in range(self._wanted if workers is None else workers):
            self.workers.append(self.bei.start("worker", **settings))

    def dismiss(self) -> None:
        """Tell all workers to stop, which they do within seconds and in order."""
        until(lambda: all(worker.says("worker_started") for worker in self.workers))
        for worker in self.workers:
            assert worker.end() < STOPS_WITHIN_SECONDS
        self.workers.clear()

    def kill(self) -> None:
        """Kill a worker, one that speaks to the gateway where there is one, and start another."""
        speaking = self._speaking()
        at_work = [worker for worker in self.workers if worker.name in speaking]
        victim = self._chance.choice(at_work or self.workers)
        victim.kill()
        self.killed.add(victim.name)
        self.workers[self.workers.index(victim)] = self.bei.start("worker")

    def kill_again_and_again(
        self, times: int, *, people: int, halfway: Callable[[], object]
    ) -> None:
        """Kill at even steps of the way: first while it is written, last when most is sent.

        Every other time as soon as something was accepted, which is in the midst of a call; else a
        moment later, wherever the worker is then.
        """
        self.until(lambda: self.count() > 0)
        self.kill()
        for number in range(1, times):
            self._until_accepted(people * number // (times + 1))
            if number % 2:
                time.sleep(self._chance.uniform(0, LATER_SECONDS))
            self.kill()
            if number == times // 2:
                halfway()

    def _until_accepted(self, messages: int) -> None:
        self.until(lambda: self.gateway.state()["accepted"] >= messages)

    def until(self, happened: Callable[[], bool]) -> None:
        """Wait for something while time passes."""

        def look() -> bool:
            self._let_time_pass()
            return happened()

        until(look, every=0.005)

    def count(self, *states: OutboundState) -> int:
        """How many bulletins are in one of these states; in any, where none is named."""
        bulletins = OutboundMessage.kind == OutboundKind.BULLETIN
        wanted = OutboundMessage.state.in_(states) if states else bulletins
        with self.database.read() as session:
            return session.scalar(select(func.count()).where(bulletins, wanted)) or 0

    def books(self) -> Books:
        """Ours and the gateway's, as they are."""
        with self.database.read() as session:
            return open_books(session, self.gateway.calls())

    def last_in_the_queue(self, people: int) -> list[str]:
        """The phones whose turn is last."""
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(Subscriber.msisdn)
                    .join(OutboundMessage, OutboundMessage.subscriber_id == Subscriber.id)
                    .where(OutboundMessage.state == OutboundState.QUEUED)
                    .order_by(OutboundMessage.id.desc())
                    .limit(people)
                )
            )

    def _speaking(self) -> set[str | None]:
        with self.database.read() as session:
            speaking = select(OutboundMessage.claimed_by).where(
                OutboundMessage.state == OutboundState.SENDING
            )
            return set(session.scalars(speaking.distinct()))

    def _let_time_pass(self) -> None:
        if time.monotonic() - self._passed_at < 1:
            return
        self._passed_at = time.monotonic()
        with self.database.begin() as session:
            wait_less(session, PASSES, dead=self.killed, now=datetime.now(UTC))
