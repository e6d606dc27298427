"""What gateways bring without waiting for more than a 200: taken in, or kept until it can be.

With the database away it goes to the spool, and so does all that comes while anything waits there:
whoever wrote first is heard first.
"""

from datetime import datetime

import structlog
from pydantic import TypeAdapter
from sqlalchemy.exc import SQLAlchemyError

from app.intake import (
    take_airtime_notice,
    take_delivery_notice,
    take_opt_out,
    take_session_end,
    take_text,
)
from app.logs import hide_people
from app.service import Service
from app.spool import Kept, Turn
from db.away import is_away
from db.upgrade import revisions
from messaging.message import AirtimeNotice, DeliveryNotice, InboundSms, OptOut, SessionEnd

Came = InboundSms | DeliveryNotice | SessionEnd | AirtimeNotice | OptOut

# By the words that stand on disk: they outlive an upgrade.
KINDS: dict[str, type[Came]] = {
    "text": InboundSms,
    "delivery": DeliveryNotice,
    "session-end": SessionEnd,
    "airtime": AirtimeNotice,
    "opt-out": OptOut,
}
FORMS: dict[str, TypeAdapter[Came]] = {kind: TypeAdapter(form) for kind, form in KINDS.items()}
# What fails so often while the database is there will not do better: somebody has to look at it.
MOST_TRIES = 3
WHY_LENGTH = 300

log = structlog.get_logger()


class NotNowError(Exception):
    """The database is still away, or not as this version needs it."""


def receive(service: Service, came: Came, now: datetime) -> None:
    """Take in what came, or keep it on disk; it raises only where even the disk is full.

    Then the gateway must not hear 200, so that it repeats.
    """
    if service.spool.is_waiting:
        service.spool.keep(_kept(came, now))
        return
    try:
        take_in(service, came, now, came_at=now)
    except Exception as error:
        service.outage.note(error)
        service.spool.keep(_kept(came, now))
        _say_why(came, error)  # behind it: a log may have no room either


def take_in(service: Service, came: Came, now: datetime, *, came_at: datetime) -> None:
    """Act on what came, now or a while ago."""
    match came:
        case InboundSms():
            at_once = service.limits.takes_text(came.sender, now)
            take_text(service, came, came_at, at_once=at_once, told_at=now)
        case DeliveryNotice():
            take_delivery_notice(service, came, came_at)
        case SessionEnd():
            take_session_end(service, came, came_at)
        case AirtimeNotice():
            take_airtime_notice(service, came, came_at)
        case OptOut():
            take_opt_out(service, came, came_at)


def take_in_kept(service: Service, now: datetime) -> int:
    """Take in what waits on disk, the oldest first, until nothing does; how many that were.

    Any process may: one does at a time, and the others know that it does.
    """
    taken = 0 if service.spool.is_empty() else _take_in_turn(service, now)
    service.spool.look_again()
    if taken:
        log.warning("taken_in_late", messages=taken)
    return taken


def _take_in_turn(service: Service, now: datetime) -> int:
    taken, failed = 0, set[str]()
    with service.spool.turn(now) as turn:
        if turn is None:
            return 0
        try:
            # What comes meanwhile comes behind them, and is found there.
            while names := [name for name in service.spool.names() if name not in failed]:
                for name in names:
                    if _take_in_one(service, turn, name, now):
                        taken += 1
                    else:
                        failed.add(name)
        except NotNowError as fault:
            log.warning("database_still_away", reason=str(fault))
    return taken


def _take_in_one(service: Service, turn: Turn, name: str, now: datetime) -> bool:
    """One of them; False where it failed while others may not."""
    spool = service.spool
    if turn.tries(name) >= MOST_TRIES:
        spool.set_apart(name, f"it ended the process that took it in, {MOST_TRIES} times")
        turn.forget(name)
        return False
    turn.begin(name)
    try:
        kept = spool.read(name)
        came = FORMS[kept.kind].validate_python(kept.content)
        take_in(service, came, now, came_at=kept.came_at)
    except Exception as error:
        service.outage.note(error)
        if is_away(error) or _is_behind(service, error):
            turn.forget(name)
            raise NotNowError(type(error).__name__) from error
        _failed(service, turn, name, error)
        return False
    service.outage.over()
    spool.remove(name)
    turn.done(name)
    return True


def _failed(service: Service, turn: Turn, name: str, error: Exception) -> None:
    log.error("kept_not_taken_in", file=name, tries=turn.tries(name), reason=_why(error))
    if turn.tries(name) >= MOST_TRIES:
        service.spool.set_apart(name, _why(error))
        turn.forget(name)


def _is_behind(service: Service, error: Exception) -> bool:
    """Whether the database lacks what this version needs: an upgrade that is not through."""
    if not isinstance(error, SQLAlchemyError):
        return False
    try:
        current, newest = revisions(service.database)
    except SQLAlchemyError:
        return True
    return current != newest


def _kept(came: Came, now: datetime) -> Kept:
    kind = next(kind for kind, form in KINDS.items() if isinstance(came, form))
    return Kept(kind, now, FORMS[kind].dump_python(came, mode="json"))


def _say_why(came: Came, error: Exception) -> None:
    """In one line where it is the database; what else it may be is worth its traceback."""
    kind = type(came).__name__
    if is_away(error):
        log.error("database_away", what="kept on disk", kind=kind, reason=_why(error))
    else:
        log.error("not_taken_in", what="kept on disk", kind=kind, exc_info=error)


def _why(error: Exception) -> str:
    """What went wrong, without what it went wrong with: that may hold a number or a text."""
    cause = getattr(error, "orig", None) or error
    first_line = str(cause).strip().partition("\n")[0][:WHY_LENGTH]
    told = {"why": f"{type(error).__name__}: {first_line}"}
    return str(hide_people(log, "error", told)["why"])
