"""The worker as a process: the timetable, joined to what only the edges may join."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.logs import configure_logs
from app.memory import collect_rarely
from app.service import Service
from handlers.sms import retry_unhandled
from scheduler.timetable import run_worker


def work(service: Service) -> None:
    """Keep the timetable until told to stop."""

    def retry(session: Session, now: datetime) -> int:
        return retry_unhandled(session, catalogue=service.catalogue, now=now)

    configure_logs()
    collect_rarely()
    run_worker(
        service.database,
        service.catalogue,
        service.gateways,
        default_gateway=service.default_gateway,
        retry_unhandled=retry,
    )
