"""The worker as a process: the timetable, joined to what only the edges may join."""

import os
import signal
import sys
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from app.imports.running import import_files
from app.logs import configure_logs
from app.memory import collect_rarely
from app.radio import radio_desk
from app.receiving import take_in_kept
from app.secret_key import secret_key_of
from app.service import Service
from handlers.asking_reporters import nudge
from handlers.calling_back import call_back_late
from handlers.erasing import Erased, erase
from handlers.floods import answer_calmly
from handlers.sms import retry_unhandled
from handlers.telling_alerts import tell_crossings
from handlers.telling_audits import tell_findings
from handlers.telling_elections import tell_closed
from handlers.telling_orders import tell_closed as tell_order_closed
from scheduler.hooks import HookDesk
from scheduler.nudges import Nudging
from scheduler.timetable import Worker, run_worker


def work(service: Service) -> None:
    """Keep the timetable until told to stop; told to reload, begin anew."""

    def retry(session: Session, now: datetime) -> int:
        return sum(
            act(session, catalogue=service.catalogue, now=now, allowance=service.allowance)
            for act in (retry_unhandled, answer_calmly)
        )

    def call_back(session: Session, now: datetime) -> int:
        return call_back_late(session, catalogue=service.catalogue, now=now)

    def erase_one(session: Session, person_id: int, now: datetime) -> bool:
        return isinstance(erase(session, service.catalogue, person_id, now), Erased)

    configure_logs(log_format=service.settings.log_format)
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
        take_in_kept=partial(take_in_kept, service),
        erase=erase_one,
        hooks=_hook_desk(service),
        keeping=service.settings.keeping,
        bulletin_grace=timedelta(hours=service.settings.bulletin_grace_hours),
    )
    # On a terminal the same signal says that it was closed.
    is_at_a_terminal = sys.stderr.isatty()
    if run_worker(worker) is signal.SIGHUP and not is_at_a_terminal:
        _start_anew(service)


def _start_anew(service: Service) -> None:
    """Become a new worker in the same process, with the code and the settings of this moment.

    So whoever watches over us sees no end. Nothing is lost: what was under way is written down.
    """
    service.database.engine.dispose()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 – no shell


def _hook_desk(service: Service) -> HookDesk | None:
    """Without a key no hook could be made, and none is told."""
    key = secret_key_of(service.settings)
    return None if key is None else HookDesk(key, service.settings.hooks_to_loopback)


def _nudging(service: Service) -> Nudging:
    a_day = service.settings.daily_nudges
    return Nudging(a_day, partial(nudge, a_day=a_day))
