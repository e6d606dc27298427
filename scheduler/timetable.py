"""Every job and its time on one screen, and the worker that keeps them."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import OperationalError

from db.session import Database
from messaging.gateways.gateway import SmsGateway
from prices.catalogue import Catalogue
from scheduler.bulletins import publish_due
from scheduler.delivery import send_due
from scheduler.upkeep import RetryUnhandled, match_reports, retry_texts, take_back_claims

ENDING = {signal.SIGTERM, signal.SIGINT}

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something done again and again, so many seconds apart."""

    name: str
    every_seconds: int
    do: Callable[[], object]

    def run(self) -> None:
        """Do it once. A fault is told and waits for the next time: no other job falls with it."""
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


@dataclass(frozen=True)
class Worker:
    """What the jobs work with."""

    database: Database
    catalogue: Catalogue
    gateways: Mapping[str, SmsGateway]
    default_gateway: str
    retry_unhandled: RetryUnhandled
    name: str  # stands in the claims it makes: <host>:<process>
    now: Callable[[], datetime]

    def timetable(self) -> tuple[Job, ...]:
        """Every job and its time. Any number of workers may keep it side by side."""
        return (
            Job("send what is due", 1, self._send),
            Job("publish bulletins", 30, self._publish),
            Job("take back dead claims", 60, self._take_back),
            Job("match early delivery reports", 60, self._match),
            Job("retry unhandled texts", 60, self._retry),
        )

    def _send(self) -> int:
        return send_due(
            self.database,
            self.gateways,
            default_gateway=self.default_gateway,
            worker=self.name,
            now=self.now,
        )

    def _publish(self) -> int:
        return publish_due(self.database, self.catalogue, self.now())

    def _take_back(self) -> int:
        return take_back_claims(self.database, self.gateways, self.now())

    def _match(self) -> int:
        return match_reports(self.database, self.now())

    def _retry(self) -> int:
        return retry_texts(self.database, self.retry_unhandled, self.now())


def run_worker(
    database: Database,
    catalogue: Catalogue,
    gateways: Mapping[str, SmsGateway],
    *,
    default_gateway: str,
    retry_unhandled: RetryUnhandled,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Keep the timetable until told to stop; a job that is running then is finished first.

    It must be called in the main thread: SIGTERM and SIGINT (Ctrl-C) end it.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    worker = Worker(database, catalogue, gateways, default_gateway, retry_unhandled, name, now)
    scheduler = _scheduler(worker)
    # Blocked in every thread that starts from here on, so that only the waiting one sees them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        stopping = Thread(target=_stop_when_told, args=[scheduler], daemon=True)
        # Not before it runs: a scheduler that has not started cannot be shut down.
        scheduler.add_listener(lambda _: stopping.start(), EVENT_SCHEDULER_STARTED)
        log.info("worker_started", worker=name)
        scheduler.start()
        stopping.join()
        log.info("worker_stopped", worker=name)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _scheduler(worker: Worker) -> BlockingScheduler:
    # Sending a long outbox takes longer than a second: no warning for every second of it.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=UTC,
        job_defaults={
            # A job that lasts longer than its interval runs once more, late – never beside itself.
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": None,
        },
    )
    for job in worker.timetable():
        scheduler.add_job(
            job.run,
            "interval",
            seconds=job.every_seconds,
            name=job.name,
            next_run_time=datetime.now(UTC),
        )
    return scheduler


def _stop_when_told(scheduler: BlockingScheduler) -> None:
    told = signal.sigwait(ENDING)
    log.info("worker_stopping", signal=signal.Signals(told).name)
    scheduler.shutdown(wait=True)
