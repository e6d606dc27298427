"""Every job and its time on one screen, and the worker that keeps them."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from threading import Event, Thread

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import OperationalError

from db.retention import Keeping
from db.session import Database
from messaging.gateways.gateway import AirtimeGateway, SmsGateway
from messaging.kinds import Lane
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from prices.settling import settle
from prices.widening import widen
from scheduler.alerts import Tell, watch_prices
from scheduler.audits import TellFindings, audit_books
from scheduler.beats import EVERY_SECONDS as BEATS_EVERY
from scheduler.beats import Notes, write_beat
from scheduler.broadcasts import send_broadcasts
from scheduler.bulletins import GRACE, publish_due
from scheduler.costs import count_costs
from scheduler.delivery import recover_shares, send_due
from scheduler.elections import TellClosed, close_elections
from scheduler.hooks import HookDesk, notice_changes, tell_hooks, tidy_hooks
from scheduler.nudges import Nudging, nudge_reporters
from scheduler.orders import TellOrderClosed, close_orders
from scheduler.payouts import leave_dead_payouts_open, pay_due
from scheduler.privacy_erasing import EraseOne, erase_due
from scheduler.privacy_retention import forget_old
from scheduler.radio import make_scripts
from scheduler.radio_writing import RadioDesk
from scheduler.upkeep import (
    CallBackLate,
    RetryUnhandled,
    call_back,
    count_asked,
    match_reports,
    retry_texts,
    settle_unknown,
    take_back_claims,
    weigh_held,
)

# What ends a worker. After SIGHUP whoever started it starts it anew, with the settings of then.
ENDING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
# Each lane of sending has a thread of its own: no reply waits for a job, or for a bulletin. Nor
# does a job wait for the receivers of webhooks.
LINES = {"jobs": 10, Lane.URGENT.value: 1, Lane.BULK.value: 1, "hooks": 1}

# Checks and applies the files that were brought in at the desk, and counts them; the edges know
# how, and hand it in.
ImportFiles = Callable[[Callable[[], datetime], Event], int]
# Takes in what web kept on disk while the database was away, and counts it; handed in as well.
TakeInKept = Callable[[datetime], int]

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something done again and again, so many seconds apart."""

    name: str
    every_seconds: int
    do: Callable[[], object]
    line: str = "jobs"  # which threads it waits for

    def run(self) -> bool:
        """Do it once, and tell whether it went well.

        A fault is told and waits for the next time: no other job falls with it.
        """
        try:
            self.do()
        except OperationalError as fault:
            log.error(  # noqa: TRY400 – a traceback each second would bury the one line
                "database_out_of_reach",
                job=self.name,
                reason=str(fault.orig).strip().partition("\n")[0],
                what_to_do="check DATABASE_URL and the database; it is tried again by itself",
            )
        except Exception:
            log.exception("job_failed", job=self.name, what_to_do="it is tried again by itself")
        else:
            return True
        return False


def _own_name() -> str:
    """<host>:<process>."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Worker:
    """What the jobs work with."""

    database: Database
    catalogue: Catalogue
    gateways: Mapping[str, SmsGateway]
    rules: SendingRules
    retry_unhandled: RetryUnhandled
    name: str = field(default_factory=_own_name)  # stands in the claims it makes
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    nudging: Nudging | None = None
    call_back_late: CallBackLate | None = None
    airtime_gateway: AirtimeGateway | None = None
    radio: RadioDesk | None = None
    tell_crossings: Tell | None = None
    bulletin_grace: timedelta = GRACE
    tell_findings: TellFindings | None = None
    tell_closed: TellClosed | None = None
    tell_order_closed: TellOrderClosed | None = None
    import_files: ImportFiles | None = None
    take_in_kept: TakeInKept | None = None
    erase: EraseOne | None = None
    hooks: HookDesk | None = None
    keeping: Keeping = field(default_factory=Keeping)
    stopping: Event = field(default_factory=Event)  # then nothing more is claimed
    notes: Notes = field(default_factory=Notes)  # when each job last ran
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def timetable(self) -> tuple[Job, ...]:
        """Every job and its time. Any number of workers may keep it side by side."""
        return (
            Job("send replies and alerts", 1, self._send_urgent, Lane.URGENT.value),
            Job("send bulletins and nudges", 1, self._send_bulk, Lane.BULK.value),
            Job("let gateways recover", 60, self._recover),
            Job("publish bulletins", 30, self._publish),
            Job("send broadcasts", 5, self._broadcast),
            Job("count what texts cost", 600, self._count_costs),
            Job("watch prices", 60, self._watch),
            Job("audit milk books", 300, self._audit),
            Job("close elections", 60, self._close_elections),
            Job("close orders", 60, self._close_orders),
            Job("write radio scripts", 60, self._radio),
            Job("pay airtime", 5, self._pay),
            Job("ask for prices", 900, self._nudge),
            Job("weigh unanswered reports", 60, self._weigh),
            Job("check and apply imports", 2, self._import),
            Job("hear imported reports", 60, self._hear),
            Job("widen old prices", 300, self._widen),
            Job("notice changed prices", 60, self._notice),
            Job("tell hooks", 2, self._tell_hooks, "hooks"),
            Job("give up and delete events of hooks", 300, self._tidy_hooks),
            Job("call back late", 60, self._call_back),
            Job("count what was asked in calls", 20, self._count_asked),
            Job("take back dead claims", 60, self._take_back),
            Job("match early delivery reports", 60, self._match),
            Job("settle unknown texts", 300, self._settle),
            Job("take in what was kept on disk", 5, self._take_in),
            Job("retry unhandled texts", 60, self._retry),
            Job("erase who asked for it", 60, self._erase),
            Job("let go of what was kept long enough", 600, self._forget),
            Job("tell that it lives", BEATS_EVERY, self._beat),
        )

    def run(self, job: Job) -> None:
        """Do a job once, and remember how it went."""
        began = time.monotonic()
        went_well = job.run()
        self.notes.note(
            job.name,
            job.every_seconds,
            self.now(),
            time.monotonic() - began,
            went_well=went_well,
        )

    def _send_urgent(self) -> int:
        return self._send(Lane.URGENT)

    def _send_bulk(self) -> int:
        return self._send(Lane.BULK)

    def _send(self, lane: Lane) -> int:
        return send_due(
            self.database,
            self.gateways,
            self.rules,
            lane=lane,
            worker=self.name,
            now=self.now,
            stopping=self.stopping,
        )

    def _recover(self) -> int:
        return recover_shares(self.database, self.now())

    def _publish(self) -> int:
        return publish_due(
            self.database,
            self.catalogue,
            self.now(),
            grace=self.bulletin_grace,
            stopping=self.stopping,
        )

    def _broadcast(self) -> int:
        return send_broadcasts(self.database, self.now(), stopping=self.stopping)

    def _count_costs(self) -> int:
        return count_costs(self.database, self.catalogue, self.now())

    def _watch(self) -> int:
        if self.tell_crossings is None:
            return 0
        return watch_prices(
            self.database,
            self.catalogue,
            self.tell_crossings,
            self.rules.quiet_hours,
            self.now(),
            stopping=self.stopping,
        )

    def _audit(self) -> int:
        if self.tell_findings is None:
            return 0
        return audit_books(
            self.database,
            self.catalogue,
            self.tell_findings,
            self.now(),
            stopping=self.stopping,
        )

    def _close_elections(self) -> int:
        if self.tell_closed is None:
            return 0
        return close_elections(
            self.database,
            self.catalogue,
            self.tell_closed,
            self.now(),
            stopping=self.stopping,
        )

    def _close_orders(self) -> int:
        if self.tell_order_closed is None:
            return 0
        return close_orders(
            self.database,
            self.catalogue,
            self.tell_order_closed,
            self.now(),
            stopping=self.stopping,
        )

    def _radio(self) -> int:
        if self.radio is None:
            return 0
        return make_scripts(
            self.database, self.catalogue, self.radio, self.now(), stopping=self.stopping
        )

    def _pay(self) -> int:
        if self.airtime_gateway is None:
            return 0
        return pay_due(self.database, self.airtime_gateway, worker=self.name, now=self.now)

    def _nudge(self) -> int:
        if self.nudging is None:
            return 0
        return nudge_reporters(self.database, self.catalogue, self.nudging, self.now())

    def _notice(self) -> int:
        if self.hooks is None:
            return 0
        return notice_changes(self.database, self.catalogue, self.now(), stopping=self.stopping)

    def _tell_hooks(self) -> int:
        if self.hooks is None:
            return 0
        return tell_hooks(self.database, self.hooks, now=self.now, stopping=self.stopping)

    def _tidy_hooks(self) -> int:
        return tidy_hooks(self.database, self.now(), stopping=self.stopping)

    def _call_back(self) -> int:
        if self.call_back_late is None:
            return 0
        return call_back(self.database, self.call_back_late, self.now())

    def _count_asked(self) -> int:
        return count_asked(self.database)

    def _weigh(self) -> int:
        return weigh_held(self.database, self.catalogue, self.now())

    def _import(self) -> int:
        if self.import_files is None:
            return 0
        return self.import_files(self.now, self.stopping)

    def _hear(self) -> int:
        return settle(self.database, self.catalogue.vocabulary, self.now())

    def _widen(self) -> int:
        return widen(self.database, self.catalogue.vocabulary, self.now())

    def _take_back(self) -> int:
        now = self.now()
        dead_payouts = leave_dead_payouts_open(self.database, now)
        return dead_payouts + take_back_claims(self.database, self.gateways, now)

    def _match(self) -> int:
        return match_reports(self.database, self.now())

    def _settle(self) -> int:
        return settle_unknown(self.database, self.rules, self.now())

    def _take_in(self) -> int:
        return 0 if self.take_in_kept is None else self.take_in_kept(self.now())

    def _retry(self) -> int:
        return retry_texts(self.database, self.retry_unhandled, self.now())

    def _forget(self) -> int:
        return forget_old(self.database, self.keeping, self.now(), stopping=self.stopping)

    def _erase(self) -> int:
        if self.erase is None:
            return 0
        return erase_due(self.database, self.erase, self.now(), stopping=self.stopping)

    def _beat(self) -> None:
        with self.database.begin() as session:
            write_beat(session, self.name, self.started_at, dict(self.notes.by_job), self.now())


def run_worker(worker: Worker) -> signal.Signals:
    """Keep the timetable until told to stop, and give back the signal that told so.

    A job that is running then is finished first. Of sending, the calls to gateways that are under
    way are finished and written down, no more. It must be called in the main thread: SIGTERM,
    SIGINT (Ctrl-C) and SIGHUP end it.
    """
    scheduler = _scheduler(worker)
    # Handled, not blocked: numpy's own threads are older than we are, and a signal that only ours
    # block would find one of them and end the process. Python handles it here, within a second.
    signals: SimpleQueue[int] = SimpleQueue()
    told_by: SimpleQueue[signal.Signals] = SimpleQueue()
    before = {told: signal.signal(told, lambda told, _: signals.put(told)) for told in ENDING}
    try:
        stopping = Thread(
            target=_stop_when_told, args=[scheduler, worker, signals, told_by], daemon=True
        )
        # Not before it runs: a scheduler that has not started cannot be shut down.
        scheduler.add_listener(lambda _: stopping.start(), EVENT_SCHEDULER_STARTED)
        log.info("worker_started", worker=worker.name)
        scheduler.start()
        stopping.join()
        log.info("worker_stopped", worker=worker.name)
        return told_by.get()
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)


def _scheduler(worker: Worker) -> BlockingScheduler:
    # Sending a long outbox takes longer than a second: no warning for every second of it.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={line: ThreadPoolExecutor(threads) for line, threads in LINES.items()},
        job_defaults={
            # A job that lasts longer than its interval runs once more, late – never beside itself.
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": None,
        },
    )
    for job in worker.timetable():
        scheduler.add_job(
            worker.run,
            "interval",
            args=[job],
            seconds=job.every_seconds,
            name=job.name,
            executor=job.line,
            next_run_time=datetime.now(UTC),
        )
    return scheduler


def _stop_when_told(
    scheduler: BlockingScheduler,
    worker: Worker,
    signals: SimpleQueue[int],
    told_by: SimpleQueue[signal.Signals],
) -> None:
    told = signal.Signals(signals.get())
    log.info("worker_stopping", signal=told.name)
    told_by.put(told)
    worker.stopping.set()
    scheduler.shutdown(wait=True)
