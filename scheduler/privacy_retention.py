"""What was kept long enough goes: the worker's part in keeping no more of people than it has to."""

from datetime import datetime
from threading import Event

import structlog

import groups.retention
import messaging.retention
import prices.retention
from db.retention import Keeping, Rule, forget_left, forget_next
from db.session import Database

RULES: tuple[Rule, ...] = (
    *messaging.retention.RULES,
    *prices.retention.RULES,
    *groups.retention.RULES,
)
# What is more waits for the next round: others write too.
MOST_SLICES = 100

log = structlog.get_logger()


def forget_old(
    database: Database, keeping: Keeping, now: datetime, *, stopping: Event | None = None
) -> int:
    """Let go of whatever was kept long enough; how many rows were looked at for it.

    In many small transactions: nobody who texts waits for more than one of them. Any number of
    workers may do it at once.
    """
    ended, done = stopping or Event(), 0
    for rule in RULES:
        before = keeping.begins(rule.kind, now)
        if before is None:
            continue
        _what_had_to_stay(database, rule, ended)
        some = _in_turn(database, rule, before, now, ended)
        if some:
            log.info("kept_long_enough", what=rule.name, rows=some)
        done += some
    return done


def _in_turn(
    database: Database, rule: Rule, before: datetime, now: datetime, stopping: Event
) -> int:
    done = 0
    for _ in range(MOST_SLICES):
        if stopping.is_set():
            break
        with database.begin() as session:
            some = forget_next(session, rule, before, now)
        if not some:
            break
        done += some
    return done


def _what_had_to_stay(database: Database, rule: Rule, stopping: Event) -> None:
    after: int | None = 0
    while after is not None and not stopping.is_set():
        with database.begin() as session:
            after = forget_left(session, rule, after)
