"""The worker as a process: the timetable, joined to what only the edges may join."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.imports.running import import_files
from app.logs import configure_logs
from app.memory import collect_rarely
from app.radio import radio_desk
from app.service import Service
from handlers.asking_reporters import nudge
from handlers.calling_back import call_back_late
from handlers.sms import retry_unhandled
from handlers.telling_alerts import tell_crossings
from handlers.telling_audits import tell_findings
from handlers.telling_elections import tell_closed
from handlers.telling_orders import tell_closed as tell_order_closed
from scheduler.nudges import Nudging
from scheduler.timetable import Worker, run_worker


def work(service: Service) -> None:
    """Keep the timetable until told to stop."""

    def retry(session: Session, now: datetime) -> int:
        return retry_unhandled(
            session, catalogue=service.catalogue, now=now, allowance=service.allowance
        )

    def call_back(session: Session, now: datetime) -> int:
        return call_back_late(session, catalogue=service.catalogue, now=now)

    configure_logs()
    collect_rarely()
    worker = Worker(
        service.database,
        service.catalogue,
        service.gateways,
        service.rules,
        retry_unhandled=retry,
        nudging=_nudging(service),
        call_back_late=call_back,
        airtime_gateway=service.airtime_gateway,
        radio=radio_desk(service.settings),
        tell_crossings=tell_crossings,
        tell_findings=tell_findings,
        tell_closed=tell_closed,
        tell_order_closed=tell_order_closed,
        import_files=partial(import_files, service),
        bulletin_grace=timedelta(hours=service.settings.bulletin_grace_hours),
    )
    run_worker(worker)


def _nudging(service: Service) -> Nudging:
    a_day = service.settings.daily_nudges
    return Nudging(a_day, partial(nudge, a_day=a_day))
