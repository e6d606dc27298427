"""Everything that is looked at to see whether all is in place; each finding says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.config import Settings
from app.health.backups import backups_in_words
from app.health.bulletins import bulletins_in_words
from app.health.calls import calls_in_words
from app.health.delivery import (
    MOST_NAMED,
    budget_in_words,
    loops_in_words,
    lost_in_words,
    rules_in_words,
    standing_in_words,
    unknown_in_words,
)
from app.health.doors import doors_amiss
from app.health.hooks import count_hooks, hooks_amiss
from app.health.kept import kept_in_words
from app.health.prices import labels_in_words, reports_in_words, waiting_in_words
from app.health.retention import kept_too_long
from app.health.workers import workers_in_words
from app.number_seal import numbers_fault
from app.service import Service
from app.spool import Spool
from db.sealed import has_key
from db.session import Database
from db.upgrade import revisions
from messaging.gateway_states import standings
from messaging.kinds import Channel
from messaging.outbox import loops
from messaging.reachability import lost
from messaging.session_ends import drop_off
from messaging.sms_budget import spending
from messaging.unknowns import count_unknown
from prices.audit import MONTH, audit_reports, labels, unheard
from prices.models import Commodity, Place, PublishedPrice
from scheduler.beats import beats

WEEK = timedelta(days=7)


class OutOfReachError(Exception):
    """The database cannot be asked; the message says so in one line."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    is_well: bool
    words: str


def database_revisions(database: Database) -> tuple[str | None, str | None]:
    """The database's revision and the newest; OutOfReachError where it cannot be asked."""
    try:
        return revisions(database)
    except OperationalError as fault:
        reason = str(fault.orig).strip().splitlines()[0]
        raise OutOfReachError(f"the database at DATABASE_URL is out of reach: {reason}") from None


def examine(service: Service, moment: datetime) -> Iterator[Finding]:
    """Look at settings, database, migrations, prices, texts, bulletins and gateways in turn."""
    # Settings that cannot be read end the command before it gets here, with one line.
    yield Finding("settings", True, f"country {service.settings.country}")
    yield _doors(service.settings)
    yield _kept_on_disk(service.spool, moment)
    try:
        current, newest = database_revisions(service.database)
    except OutOfReachError as fault:
        yield Finding("database", False, str(fault))
        return
    yield Finding("database", True, service.database.engine.dialect.name)
    yield _migrations(current, newest)
    if current == newest:
        yield _numbers(service)
        with service.database.read() as session:
            yield _reference(session)
            yield _history(session)
            yield from _prices(session, moment)
            yield _unheard(session)
            yield Finding("workers", *workers_in_words(beats(session), moment))
            yield from _calls(session, moment)
            yield from _texts(service, session, moment)
            yield _bulletins(session, moment)
            yield from _hooks(session, moment)
            yield _kept_of_people(service.settings, session, moment)
    yield _backups(service.settings, moment)
    yield from _gateways(service.settings)
    yield _asking(service.settings)
    yield _airtime(service.settings)


def _doors(settings: Settings) -> Finding:
    amiss = doors_amiss(settings)
    return Finding("doors", not amiss, "; ".join(amiss) or "secrets, https and addresses hold")


def _kept_on_disk(spool: Spool, moment: datetime) -> Finding:
    """What web could not take in: it looks by itself, so what is old has somebody to look at it."""
    is_well, words = kept_in_words(spool.oldest(), len(spool.names()), spool.apart(), moment)
    return Finding("kept on disk", is_well, words if is_well else f"{words} ({spool.folder})")


def _migrations(current: str | None, newest: str | None) -> Finding:
    if current == newest:
        return Finding("migrations", True, f"at {newest}, the newest")
    return Finding(
        "migrations", False, f"at {current or 'none'}, not {newest}: run `bei db upgrade`"
    )


def _numbers(service: Service) -> Finding:
    fault = numbers_fault(service)
    if fault is not None:
        return Finding("phone numbers", False, fault)
    if has_key():
        return Finding("phone numbers", True, "sealed in the database")
    return Finding(
        "phone numbers",
        False,
        "in the clear in the database and its backups: set BEI_NUMBER_KEY to a long random text,"
        " stop web and worker, then run `bei db upgrade`",
    )


def _reference(session: Session) -> Finding:
    commodities = session.scalar(select(func.count()).select_from(Commodity)) or 0
    places = session.scalar(select(func.count()).select_from(Place)) or 0
    words = f"{commodities:,} commodities, {places:,} places"
    if commodities and places:
        return Finding("reference data", True, words)
    return Finding("reference data", False, f"{words}: run `bei db seed`")


def _history(session: Session) -> Finding:
    newest = session.scalar(select(func.max(PublishedPrice.priced_on)))
    words = f"published to {newest:%B %Y}" if newest else "none: `bei import prices FILE` loads one"
    # A service without a published series works, on reports alone.
    return Finding("price history", True, words)


def _prices(session: Session, moment: datetime) -> Iterator[Finding]:
    """How good they are; that is no fault of the installation's, so nothing here is wrong."""
    audit = audit_reports(session, now=moment)
    yield Finding("price reports", True, reports_in_words(audit, MONTH.days))
    if audit.reports:
        yield Finding("doubts", True, waiting_in_words(audit))
        yield Finding("prices", True, labels_in_words(labels(session, now=moment)))


def _unheard(session: Session) -> Finding:
    found = unheard(session)
    if found.is_outdated:
        words = "an upgrade changed how they are believed: run `bei db seed`, and start the worker"
        return Finding("beliefs", False, words)
    if found.pending:
        # No fault: behind an import or an upgrade it is so for a minute.
        words = f"{found.pending:,} with reports not heard yet: start the worker where none runs"
        return Finding("beliefs", True, words)
    return Finding("beliefs", True, "every report is heard")


def _calls(session: Session, moment: datetime) -> Iterator[Finding]:
    """Where they are left is for the menu to mend; nothing of it is wrong with the installation."""
    for subject, channel in (("calls", Channel.USSD), ("voice calls", Channel.VOICE)):
        found = drop_off(session, channel=channel, since=moment - MONTH, now=moment)
        # Most services have no voice: a line that says so would tell nobody anything.
        if channel is Channel.USSD or found.calls or found.unseen:
            yield Finding(subject, True, calls_in_words(found, MONTH.days))


def _texts(service: Service, session: Session, moment: datetime) -> Iterator[Finding]:
    """How they go; where a gateway turns them away, somebody has to do something."""
    rules = service.rules
    yield Finding("sending", True, rules_in_words(rules, list(service.gateways)))
    for standing in standings(session).values():
        amiss = standing_in_words(standing, moment)
        if amiss is not None:
            yield Finding(f"sending through {standing.name}", False, amiss)
    spent = None if rules.limits is None else spending(session, rules.limits, moment)
    yield Finding("text budget", True, budget_in_words(rules.limits, spent))
    yield Finding("unknown texts", True, unknown_in_words(count_unknown(session)))
    yield Finding("text loops", True, loops_in_words(loops(session, moment - WEEK), WEEK.days))
    yield Finding("out of reach", True, lost_in_words(*lost(session, MOST_NAMED)))


def _bulletins(session: Session, moment: datetime) -> Finding:
    """A missed one is told and no fault of today's: the next one comes by itself."""
    return Finding("bulletins", True, bulletins_in_words(session, moment - MONTH, MONTH.days))


def _backups(settings: Settings, moment: datetime) -> Finding:
    folder = None if settings.backup_dir is None else Path(settings.backup_dir)
    return Finding("backups", *backups_in_words(folder, settings.backup_days, moment))


def _hooks(session: Session, moment: datetime) -> Iterator[Finding]:
    """Webhooks out; where a receiver takes nothing any more, somebody has to ask it why."""
    count = count_hooks(session)
    if not count:
        return  # most services have none
    amiss = list(hooks_amiss(session, moment))
    yield Finding("hooks", True, f"{count} are told of changed prices, {len(amiss)} need a hand")
    for name, what in amiss:
        yield Finding(f"hook {name}", False, f"{what}: see /dashboard/hooks")


def _kept_of_people(settings: Settings, session: Session, moment: datetime) -> Finding:
    """How long; that something waits for somebody's look is no fault of the installation's."""
    return Finding("personal data", *kept_too_long(session, settings.keeping, moment))


def _gateways(settings: Settings) -> Iterator[Finding]:
    if settings.has_africastalking:
        sender = settings.at_sender or "their default sender"
        yield Finding("africastalking", True, f"as {settings.at_username}, from {sender}")
    if settings.has_twilio:
        yield Finding("twilio", True, f"from {settings.twilio_from}")
    if settings.simulator:
        reach = "this machine alone" if settings.listen_address == "127.0.0.1" else "EVERYBODY"
        yield Finding(
            "simulator",
            not settings.has_gateway,
            f"on, in reach of {reach}"
            + (": set BEI_SIMULATOR=off beside a real gateway" if settings.has_gateway else ""),
        )
    if not settings.has_gateway and not settings.simulator:
        yield Finding("gateways", False, "none: set BEI_AT_… or BEI_TWILIO_…, see docs/gateways.md")


def _asking(settings: Settings) -> Finding:
    told = (("asked", settings.daily_asks), ("nudged", settings.daily_nudges))
    words = ", ".join(
        f"up to {number:,} a day are {what}" if number else f"nobody is {what}"
        for what, number in told
    )
    return Finding("reporters", True, words)


def _airtime(settings: Settings) -> Finding:
    if settings.airtime_amount is None:
        return Finding("airtime", True, "off: no report earns any")
    words = (
        f"on: {settings.airtime_amount} for a report where few are known, "
        f"{settings.airtime_per_person_day} a person and day, "
        f"{settings.airtime_daily_budget} a day in all"
    )
    if settings.has_africastalking:
        return Finding("airtime", True, words)
    return Finding("airtime", True, f"{words}; simulated, nothing is paid")
