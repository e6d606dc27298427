"""How the service stands, as Prometheus reads it: from the database, whichever process is asked.

Nothing here names a person: no number, no name and no word of a text is a label.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.service import Service
from messaging.costs import Span, costs_of
from messaging.gateway_states import Standing, standings
from messaging.gateways.simulator import CONSOLE
from messaging.gauges import lately, open_ends, queues, unhandled
from messaging.kinds import LANES, Lane, OutboundState
from messaging.phrases.formats import local_date
from messaging.sms_budget import spending
from messaging.sms_prices import SmsLimit, SmsLimits, SmsSpent
from prices.freshness import labels_by_country, pending
from prices.models import Country
from prices.report_lines import count_waiting
from scheduler.beats import Beat, beats, jobs_of_all

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

# Whoever asks more often is told the same again; so often is the database asked, by each process.
READ_EVERY_SECONDS = 10
# Prices grow old by days, and counting them all takes longer than the rest.
COUNTED_EVERY_SECONDS = 60
LATELY = timedelta(hours=1)

log = structlog.get_logger()

# A metric's name, what it tells, its labels, and its values by them.
Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Gauge:
    """One thing that is told, with a value for each of its labels."""

    name: str
    told: str
    labels: tuple[str, ...]
    samples: list[Sample]

    def family(self) -> "GaugeMetricFamily":
        """The same as the library wants it."""
        from prometheus_client.core import GaugeMetricFamily

        family = GaugeMetricFamily(self.name, self.told, labels=self.labels)
        for labels, value in self.samples:
            family.add_metric(labels, value)
        return family


@dataclass
class _Kept:
    """What was read, for a while."""

    seconds: float
    gauges: list[Gauge] = field(default_factory=list)
    read_at: float | None = None

    def get(self, read: Callable[[], list[Gauge]], at: float) -> list[Gauge]:
        if self.read_at is None or at - self.read_at >= self.seconds:
            self.gauges, self.read_at = read(), at
        return self.gauges


class Gauges:
    """What the database tells, read at most every ten seconds."""

    def __init__(self, service: Service, clock: Callable[[], float] = monotonic) -> None:
        self._service, self._clock = service, clock
        self._lock = Lock()
        self._moving, self._prices = _Kept(READ_EVERY_SECONDS), _Kept(COUNTED_EVERY_SECONDS)

    def collect(self, now: datetime) -> list[Gauge]:
        """Everything; without the database that it is not there, and nothing that may be wrong."""
        with self._lock:
            at = self._clock()
            try:
                moving = self._moving.get(lambda: self._read(now, _moving), at)
                prices = self._prices.get(lambda: self._read(now, _prices), at)
            except SQLAlchemyError:
                log.warning("metrics_without_database", what_to_do="see bei doctor")
                return [_is_up(False)]
            return [_is_up(True), *moving, *prices]

    def _read(
        self, now: datetime, gauges: Callable[[Service, Session, datetime], Iterator[Gauge]]
    ) -> list[Gauge]:
        began = perf_counter()
        with self._service.database.read() as session:
            found = list(gauges(self._service, session, now))
        what = gauges.__name__.strip("_")
        took = Gauge(
            f"bei_{what}_read_seconds",
            "How long it took to read that from the database.",
            (),
            [((), perf_counter() - began)],
        )
        return [*found, took]


def _is_up(is_up: bool) -> Gauge:
    return Gauge("bei_database_up", "Whether the database answers.", (), [((), float(is_up))])


def _moving(service: Service, session: Session, now: datetime) -> Iterator[Gauge]:
    """What changes from one moment to the next."""
    yield from _outbox(session, now)
    yield from _inbox(session, now)
    yield from _traffic(session, now)
    yield from _gateways(service, session, now)
    yield from _spent(service, session, now)
    yield from _workers(beats(session), now)


def _prices(service: Service, session: Session, now: datetime) -> Iterator[Gauge]:
    """What is known, by how good it is; what waits for a look."""
    words = service.catalogue.vocabulary(session, service.settings.country)
    yield Gauge(
        "bei_prices",
        "Prices that are published, over all buyers and grades; the old ones are stale.",
        ("country", "confidence"),
        [
            ((country, label.value), count)
            for country, labels in labels_by_country(session, words, now).items()
            for label, count in labels.items()
        ],
    )
    yield Gauge(
        "bei_prices_pending",
        "Prices with reports that nobody heard yet.",
        (),
        [((), pending(session))],
    )
    yield Gauge(
        "bei_reports_waiting",
        "Reports that wait for a look, of each standing up to a thousand.",
        ("status",),
        [((status.value,), count) for status, count in count_waiting(session, now).items()],
    )


def _outbox(session: Session, now: datetime) -> Iterator[Gauge]:
    waiting = queues(session, now)
    yield Gauge(
        "bei_outbox_due",
        "Texts that are due and not sent; up to twenty thousand.",
        ("lane", "kind"),
        [((LANES[kind].value, kind.value), queue.due) for kind, queue in waiting.items()],
    )
    oldest: dict[Lane, float] = dict.fromkeys(Lane, 0.0)
    for kind, queue in waiting.items():
        oldest[LANES[kind]] = max(oldest[LANES[kind]], _age(queue.oldest_due_at, now))
    yield Gauge(
        "bei_outbox_oldest_due_seconds",
        "How long the oldest text of a lane waits that is due.",
        ("lane",),
        [((lane.value,), seconds) for lane, seconds in oldest.items()],
    )
    ends = open_ends(session)
    yield Gauge(
        "bei_outbox_open",
        "Texts that a gateway is told of now (sending), or may have without our knowing (unknown).",
        ("state",),
        [((state.value,), ends[state]) for state in (OutboundState.SENDING, OutboundState.UNKNOWN)],
    )


def _inbox(session: Session, now: datetime) -> Iterator[Gauge]:
    waiting = unhandled(session)
    yield Gauge("bei_texts_unhandled", "Texts nobody acted upon yet.", (), [((), waiting.texts)])
    yield Gauge(
        "bei_texts_unhandled_oldest_seconds",
        "How long the oldest text waits that nobody acted upon.",
        (),
        [((), _age(waiting.oldest_at, now))],
    )


def _traffic(session: Session, now: datetime) -> Iterator[Gauge]:
    found = lately(session, now - LATELY)
    directions = (("in", found.texts_in), ("out", found.texts_out), ("call", found.calls))
    yield Gauge(
        "bei_messages_last_hour",
        "What came and went in the last hour, and what became of it; of each direction the newest "
        "five thousand.",
        ("gateway", "direction", "outcome"),
        [
            ((gateway, direction, outcome), count)
            for direction, counts in directions
            for (gateway, outcome), count in counts.items()
        ],
    )


def _gateways(service: Service, session: Session, now: datetime) -> Iterator[Gauge]:
    known = standings(session)
    all_ = [known.get(name, Standing(name)) for name in service.gateways if name != CONSOLE]
    yield Gauge(
        "bei_gateway_rests",
        "Whether a gateway is spared for now, for it turned texts away: 1 of that lane's.",
        ("gateway", "lane"),
        [
            ((one.name, lane.value), float(bool(one.rests(lane, now))))
            for one in all_
            for lane in Lane
        ],
    )
    yield Gauge(
        "bei_gateway_share",
        "How much of its texts a gateway is given, from 0 to 1.",
        ("gateway",),
        [((one.name,), one.share / 100) for one in all_],
    )


def _spent(service: Service, session: Session, now: datetime) -> Iterator[Gauge]:
    home = session.get(Country, service.settings.country)
    today = local_date(now, "UTC" if home is None else home.timezone)
    costs = costs_of(session, Span(today, today))
    yield Gauge(
        "bei_segments_today",
        "Segments that were sent today, as counted within ten minutes.",
        ("gateway", "kind"),
        [((one.gateway, one.kind), one.segments) for one in costs if one.segments],
    )
    yield Gauge(
        "bei_cost_today",
        "What gateways asked for today, as counted within ten minutes.",
        ("gateway", "kind", "currency"),
        [((one.gateway, one.kind, one.currency), float(one.cost)) for one in costs if one.currency],
    )
    limits = service.rules.limits
    if limits is not None:
        yield from _budget(limits, session, now)


def _budget(limits: SmsLimits, session: Session, now: datetime) -> Iterator[Gauge]:
    spent = spending(session, limits, now)
    periods = (("day", limits.day, spent.day), ("month", limits.month, spent.month))
    yield Gauge(
        "bei_budget_used",
        "How much of a limit texts have taken, 1 for all of it.",
        ("period", "unit"),
        [
            ((period, unit), used)
            for period, limit, taken in periods
            for unit, used in _used(limit, taken)
        ],
    )
    yield Gauge(
        "bei_budget_held_back",
        "Texts that wait because a limit is used up for their kind.",
        ("kind",),
        [((kind.value,), count) for kind, count in spent.held_back.items()],
    )


def _used(limit: SmsLimit, taken: SmsSpent) -> Iterator[tuple[str, float]]:
    if limit.segments is not None:
        yield "segments", taken.segments / limit.segments
    if limit.money is not None:
        yield "money", float(taken.money / limit.money)


def _workers(workers: list[Beat], now: datetime) -> Iterator[Gauge]:
    yield Gauge(
        "bei_workers",
        "Workers that told within a minute that they live.",
        (),
        [((), sum(worker.lives(now) for worker in workers))],
    )
    yield Gauge(
        "bei_worker_resident_bytes",
        "The memory that a worker holds.",
        ("worker",),
        [
            ((worker.name,), worker.resident_kib * 1024)
            for worker in workers
            if worker.lives(now) and worker.resident_kib is not None
        ],
    )
    jobs = jobs_of_all(workers)
    yield Gauge(
        "bei_job_late_seconds",
        "How long ago a job last went well, beyond the time between two runs.",
        ("job",),
        [((job,), note.late_by(now).total_seconds()) for job, note in jobs.items()],
    )
    yield Gauge(
        "bei_job_fails",
        "Whether a job failed when it last ran.",
        ("job",),
        [((job,), float(note.fails)) for job, note in jobs.items()],
    )
    yield Gauge(
        "bei_job_seconds",
        "How long a job's last run took.",
        ("job",),
        [((job,), note.seconds) for job, note in jobs.items()],
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
