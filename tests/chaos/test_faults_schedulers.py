"""Two workers side by side for a whole day, each with a clock of its own: all is done once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Barrier, Lock, Thread

from sqlalchemy import select

from db.session import Database, open_database
from messaging.kinds import Lane, OutboundKind
from messaging.message import SendResult, SmsToSend
from messaging.models import OutboundMessage, Subscriber
from messaging.routes import Routes
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from scheduler.timetable import Worker
from tests.cast import KAMAU, NJERI, OTIENO, WANJIKU
from tests.messaging.stories import Paid, meet, promise
from tests.scheduler.stories import MONDAY, editions, kirima

STEP = timedelta(minutes=30)
DAY = [MONDAY - timedelta(hours=4) + number * STEP for number in range(48)]
# Clocks that agree to a second, as docs/running.md wants them.
OFF_BY = timedelta(milliseconds=700)


class Phones(Paid):
    """Whom texts reach, of both workers together."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = Counter[tuple[str, str]]()
        self._lock = Lock()

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        with self._lock:
            self.reached.update((message.msisdn, message.text) for message in messages)
        return super().send_sms(messages)


class Side(Thread):
    """One of the two; both begin every half hour at the same moment."""

    def __init__(self, url: str, phones: Phones, name: str, off_by: timedelta, at: Barrier) -> None:
        super().__init__(name=name)
        self.failed: list[str] = []
        self._at, self._now, self._off_by = at, DAY[0], off_by
        self._database = open_database(url)
        self._worker = Worker(
            database=self._database,
            catalogue=Catalogue(),
            gateways={"paid": phones},
            rules=SendingRules(Routes("paid")),
            retry_unhandled=lambda session, now: 0,
            name=name,
            now=lambda: self._now,
        )

    def run(self) -> None:
        for moment in DAY:
            self._now = moment + self._off_by
            self._at.wait()
            for job in self._worker.timetable():
                if job.line in {"jobs", Lane.URGENT, Lane.BULK} and not job.run():
                    self.failed.append(f"{moment:%H:%M} {job.name}")
        self._database.engine.dispose()


def test_two_schedulers_for_a_day(database: Database, database_url: str) -> None:
    with database.begin() as session:
        kirima(session)
        for number, moment in enumerate(DAY):
            promise(session, meet(session, OTIENO, MONDAY), moment, f"reply {number}")
    phones, at = Phones(), Barrier(2)
    sides = [
        Side(database_url, phones, "one", timedelta(0), at),
        Side(database_url, phones, "two", OFF_BY, at),
    ]
    for side in sides:
        side.start()
    for side in sides:
        side.join()
    assert [side.failed for side in sides] == [[], []]
    assert set(phones.reached.values()) == {1}, "nobody got one text twice"
    reached = Counter(msisdn for msisdn, _ in phones.reached)
    assert reached[OTIENO] == len(DAY)
    assert [reached[member] for member in (NJERI, KAMAU, WANJIKU)] == [1, 1, 1]
    with database.read() as session:
        assert len(editions(session)) == 1
        bulletins = (
            select(Subscriber.msisdn)
            .join(OutboundMessage, OutboundMessage.subscriber_id == Subscriber.id)
            .where(OutboundMessage.kind == OutboundKind.BULLETIN)
        )
        assert sorted(session.scalars(bulletins)) == sorted([NJERI, KAMAU, WANJIKU])


def test_their_day_has_the_bulletin_in_it() -> None:
    """Else the story above would prove nothing."""
    assert DAY[0] < MONDAY < DAY[-1]
    assert isinstance(DAY[0], datetime)
