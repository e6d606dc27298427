"""Webhooks out: changed prices are noticed once a minute, and told to whoever wants to hear."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog
from sqlalchemy.orm import Session

from db.session import Database
from messaging.hook_events import (
    CHANGED,
    FAILED_IN_A_ROW,
    HookClaim,
    NewEvent,
    Outcome,
    claim,
    delete_old,
    give_up,
    hooks_with_something_waiting,
    record,
    write_events,
)
from messaging.hook_posting import Answer, Line
from messaging.hook_signing import fingerprint, secret_of, signed
from messaging.hooks import Listening, listening, start
from prices.catalogue import Catalogue
from prices.changed_estimates import Look, change_told, keep_marks, looks
from prices.reads import countries

# A receiver takes its time to answer: so many are spoken to side by side.
SENDERS = 4
ROUND_LASTS = timedelta(minutes=1)
# With what was begun just before, a call ends well before its claim does.
CALL_LASTS_SECONDS = 60

log = structlog.get_logger()


@dataclass(frozen=True)
class HookDesk:
    """What sending needs of the operator's settings."""

    key: str  # from which secrets are worked out
    to_loopback: bool = False


def notice_changes(
    database: Database, catalogue: Catalogue, now: datetime, *, stopping: Event | None = None
) -> int:
    """Write an event of each price that a reader is told otherwise than at the last look.

    Any number of workers may do it at once: each change is one of theirs. A hook that is new hears
    of nothing that changed before the first look at everything was over. Where nobody wants to
    hear, nothing is looked at.
    """
    with database.read() as session:
        hooks = listening(session)
        served = countries(session) if hooks else []
    written = 0
    for is_real in (True, False):
        meant = [hook for hook in hooks if hook.with_demo is not is_real]
        wanted = [code for code in served if any(hook.country in {None, code} for hook in meant)]
        if wanted:
            view = _View(database, catalogue, wanted, meant, is_real, now)
            written += view.look_through(stopping or Event())
    new = [hook.id for hook in hooks if not hook.is_started]
    if new and not (stopping and stopping.is_set()):
        with database.begin() as session:
            start(session, new, now)
    if written:
        log.info("price_changes_noticed", events=written)
    return written


@dataclass(frozen=True)
class _View:
    """The prices of some countries, as some hooks see them: with what was made up, or without."""

    database: Database
    catalogue: Catalogue
    countries: Sequence[str]
    hooks: Sequence[Listening]
    is_real: bool
    now: datetime

    def look_through(self, stopping: Event) -> int:
        written, after_id = 0, 0
        while not stopping.is_set():
            with self.database.read() as session:
                seen = looks(
                    session,
                    self.catalogue.vocabulary,
                    self.countries,
                    is_real=self.is_real,
                    after_id=after_id,
                    now=self.now,
                )
            if not seen:
                break
            after_id = seen[-1].row.id
            with self.database.begin() as session:
                ours = keep_marks(session, seen, is_real=self.is_real)
                events = [event for look in ours if (event := self._event(look))]
                write_events(session, events, self.now)
            written += len(events)
        return written

    def _event(self, look: Look) -> NewEvent | None:
        if not look.is_change:
            return None
        county = look.vocabulary.admin1_of(look.row.place_id)
        code = None if county is None else county.code
        about = (look.vocabulary.country.code, look.row.commodity_code, code)
        told = [hook.id for hook in self.hooks if hook.is_started and hook.wants(*about)]
        if not told:
            return None
        return NewEvent(CHANGED, look.row.id, change_told(look), told)


def tell_hooks(
    database: Database,
    desk: HookDesk,
    *,
    now: Callable[[], datetime],
    stopping: Event | None = None,
) -> int:
    """Tell hooks what is due; how many events arrived. No transaction is open meanwhile."""
    round_ = _Round(database, desk, now, stopping or Event())
    first = round_.claim_next(0)
    if first is None:
        return 0
    with ThreadPoolExecutor(SENDERS - 1, thread_name_prefix="hook-sender") as others:
        helping = [others.submit(round_.tell_the_rest, turn) for turn in range(1, SENDERS)]
        delivered = round_.tell(first) + round_.tell_the_rest(0)
        return delivered + sum(help_.result() for help_ in helping)


def tidy_hooks(database: Database, now: datetime, *, stopping: Event | None = None) -> int:
    """Give up what waited too long, delete what is old, some at a time; how many events that was.

    Whoever writes meanwhile waits for a thousand rows at most.
    """
    ended = stopping or Event()
    with database.read() as session:
        waiting = hooks_with_something_waiting(session)
    tidied = 0
    for hook_id in waiting:
        some = partial(give_up, hook_id=hook_id, now=now)
        given_up = _again_and_again(database, some, ended)
        if given_up:
            log.warning(
                "hook_events_given_up",
                hook_id=hook_id,
                events=given_up,
                what_to_do="see its page at the desk, and why its receiver does not take them",
            )
        tidied += given_up
    return tidied + _again_and_again(database, partial(delete_old, now=now), ended)


def _again_and_again(database: Database, do_some: Callable[[Session], int], stopping: Event) -> int:
    done = 0
    while not stopping.is_set():
        with database.begin() as session:
            some = do_some(session)
        if not some:
            break
        done += some
    return done


@dataclass(frozen=True)
class _Round:
    """One walk through what hooks are to be told."""

    database: Database
    desk: HookDesk
    now: Callable[[], datetime]
    stopping: Event

    def tell_the_rest(self, turn: int) -> int:
        ends_at, delivered = self.now() + ROUND_LASTS, 0
        while self.now() < ends_at:
            claimed = self.claim_next(turn)
            if claimed is None:
                break
            delivered += self.tell(claimed)
            turn += 1
        return delivered

    def claim_next(self, turn: int) -> HookClaim | None:
        """What some hook is told next, another one first in each turn."""
        with self.database.read() as session:
            ids = [hook.id for hook in listening(session)]
        for number in range(len(ids)):
            if self.stopping.is_set():
                return None
            with self.database.begin() as session:
                claimed = claim(session, ids[(number + turn) % len(ids)], self.now())
            if claimed is not None:
                return claimed
        return None

    def tell(self, claimed: HookClaim) -> int:
        answers = self._answers(claimed)
        with self.database.begin() as session:
            outcome = record(session, claimed, answers, self.now())
        _log(claimed, answers, outcome)
        return outcome.delivered

    def _answers(self, claimed: HookClaim) -> list[Answer]:
        """How the first of its events were answered; no more are told where that has no use."""
        secret = secret_of(self.desk.key, claimed.salt)
        if fingerprint(secret) != claimed.fingerprint:
            return [Answer(None, "BEI_SECRET_KEY was changed: the hook needs a new secret")]
        answers: list[Answer] = []
        ends_at = time.monotonic() + CALL_LASTS_SECONDS
        with Line(claimed.url, to_loopback=self.desk.to_loopback) as line:
            for event in claimed.events:
                headers = signed(secret, event.key, int(self.now().timestamp()), event.body)
                answers.append(line.post(headers, event.body))
                if self.stopping.is_set() or time.monotonic() > ends_at or _has_no_use(answers):
                    break
        return answers


def _has_no_use(answers: Sequence[Answer]) -> bool:
    """Whether the next event would most probably fail as well."""
    last = answers[-1]
    is_failing = len(answers) >= FAILED_IN_A_ROW and not any(
        answer.is_taken for answer in answers[-FAILED_IN_A_ROW:]
    )
    return last.code is None or last.is_gone or is_failing


def _log(claimed: HookClaim, answers: Sequence[Answer], outcome: Outcome) -> None:
    log.info("hook_told", hook=claimed.name, delivered=outcome.delivered, failed=outcome.failed)
    why = {"code": answers[-1].code, "answer": answers[-1].words}
    if outcome.is_off:
        log.warning("hook_off", hook=claimed.name, **why, what_to_do="its receiver wants no more")
    elif outcome.rests_until is not None:
        log.warning(
            "hook_rests",
            hook=claimed.name,
            until=outcome.rests_until.isoformat(),
            **why,
            what_to_do="nothing; it is tried again by itself",
        )
