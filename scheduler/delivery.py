"""Send what is due: claim, speak to the gateway, write down what it made of it."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from messaging.claims import Claim, claim
from messaging.gateway_states import (
    ShareMoved,
    drift_back,
    free_again,
    let_bulk_rest,
    let_rest,
    note_failed_call,
)
from messaging.gateways.gateway import SmsGateway
from messaging.gateways.network import REST_SECONDS
from messaging.kinds import Lane
from messaging.message import SendOutcome, SendResult
from messaging.results import record_results
from messaging.sending_rules import SendingRules
from messaging.traces import trace_out

# A gateway takes half a second to answer: so many wait for it side by side, in each lane.
SENDERS = 4
# Then whatever went wrong in one of them is told, and the next round begins.
ROUND_LASTS = timedelta(minutes=1)
# One call that fails is a hiccup. After so many of a worker's in a row the next would fail as well,
# and each leaves a hundred messages behind of which nobody knows whether they went.
FAILED_IN_A_ROW = 3
# What a gateway said is known to nobody else. It is kept while a database restarts, and written
# down after so many seconds: else a whole call would be unknown.
WRITTEN_AGAIN_AFTER = (1, 2, 4, 8)
# A sender waits so long for a gateway's pace; what takes longer is for the next round.
LONGEST_PAUSE = timedelta(seconds=2)

log = structlog.get_logger()


def send_due(
    database: Database,
    gateways: Mapping[str, SmsGateway],
    rules: SendingRules,
    *,
    lane: Lane,
    worker: str,
    now: Callable[[], datetime],
    stopping: Event | None = None,
) -> int:
    """Send what is due in a lane and count what was handed over, accepted or not.

    A long queue takes more than one round. Once `stopping` is set nothing more is claimed; the
    calls that are under way are finished and written down.
    """
    round_ = _Round(database, gateways, rules, lane, worker, now, stopping or Event())
    first = round_.claim_next()
    if first is None:
        return 0
    with ThreadPoolExecutor(SENDERS - 1, thread_name_prefix=f"{lane}-sender") as others:
        helping = [others.submit(round_.send_the_rest) for _ in range(SENDERS - 1)]
        handed_over = round_.send(first) + round_.send_the_rest()
        return handed_over + sum(help_.result() for help_ in helping)


def recover_shares(database: Database, now: datetime) -> int:
    """Give gateways that were quiet for a while more of their texts back; how many."""
    with database.begin() as session:
        moved = drift_back(session, now)
    for each in moved:
        _tell_move(each, "nothing; it comes back step by step")
    return len(moved)


@dataclass(frozen=True)
class _Round:
    """One walk through a lane; no transaction is open while a gateway is spoken to."""

    database: Database
    gateways: Mapping[str, SmsGateway]
    rules: SendingRules
    lane: Lane
    worker: str
    now: Callable[[], datetime]
    stopping: Event
    failed_in_a_row: Counter[str] = field(default_factory=Counter)

    def send_the_rest(self) -> int:
        ends_at, handed_over = self.now() + ROUND_LASTS, 0
        while self.now() < ends_at:
            claimed = self.claim_next()
            if claimed is not None:
                handed_over += self.send(claimed)
            elif not self._waited():
                break
        return handed_over

    def claim_next(self) -> Claim | None:
        if self.stopping.is_set():
            return None
        with self.database.begin() as session:
            return claim(
                session,
                self.gateways,
                self.rules,
                lane=self.lane,
                worker=self.worker,
                now=self.now(),
            )

    def send(self, claimed: Claim) -> int:
        # Nothing stands between the claim and the call: what is claimed by a worker that dies stays
        # unknown.
        results = _speak(self.gateways[claimed.gateway], claimed)
        now = self.now()
        self._write_down(results, now)
        _tell(claimed, results)
        self._let_rest(claimed.gateway, results, now)
        self._note_failure(claimed.gateway, results, now)
        return len(results)

    def _write_down(self, results: Sequence[SendResult], now: datetime) -> None:
        for seconds in (*WRITTEN_AGAIN_AFTER, None):
            try:
                with self.database.begin() as session:
                    record_results(session, results, now, limits=self.rules.limits)
            except OperationalError:
                if seconds is None:
                    raise
                time.sleep(seconds)
            else:
                return

    def _waited(self) -> bool:
        """Wait until a gateway is free that is at work; False where none will be soon."""
        now = self.now()
        with self.database.read() as session:
            free_at = free_again(session, self.lane, now)
        if free_at is None or free_at - now > LONGEST_PAUSE:
            return False
        return not self.stopping.wait((free_at - now).total_seconds()) and self.now() >= free_at

    def _let_rest(self, gateway: str, results: Sequence[SendResult], now: datetime) -> None:
        """Spare a closed gateway the rest of the queue; the operator hears of it, loudly."""
        rest = max(result.gateway_rests_seconds or 0 for result in results)
        if not rest:
            return
        first = next(result for result in results if result.gateway_rests_seconds)
        because = f"{first.status}: {first.detail}"
        with self.database.begin() as session:
            was_open = let_rest(session, gateway, rest, because, now)
        if not was_open:
            return
        needs_operator = first.outcome is SendOutcome.PAUSE
        (log.error if needs_operator else log.warning)(
            "gateway_rests",
            gateway=gateway,
            seconds=rest,
            status=first.status,
            detail=first.detail,
            what_to_do="check its balance, key and sender" if needs_operator else "nothing",
        )

    def _note_failure(self, gateway: str, results: Sequence[SendResult], now: datetime) -> None:
        """Count a call that failed: many move texts to another gateway, or let this one rest.

        Calls of bulletins that fail say little of a reply's, which has less to lose: those go on.
        """
        failed = next((result for result in results if result.call_failed), None)
        if failed is None:
            self.failed_in_a_row[gateway] = 0
            return
        self.failed_in_a_row[gateway] += 1
        has_second = self.rules.routes.has_second(gateway)
        with self.database.begin() as session:
            moved = note_failed_call(session, gateway, has_second=has_second, now=now)
            rests = self.failed_in_a_row[gateway] >= FAILED_IN_A_ROW and self._shut(
                session, gateway, f"{failed.status}, again and again", now
            )
        if moved is not None:
            _tell_move(moved, "see why its calls fail; texts take the other gateway meanwhile")
        if rests:
            log.warning(
                "gateway_rests",
                gateway=gateway,
                lane=self.lane.value,
                seconds=REST_SECONDS,
                status=failed.status,
                detail=failed.detail,
                what_to_do="nothing",
            )

    def _shut(self, session: Session, gateway: str, because: str, now: datetime) -> bool:
        if self.lane is Lane.BULK:
            return let_bulk_rest(session, gateway, REST_SECONDS, now)
        return let_rest(session, gateway, REST_SECONDS, because, now)


def _speak(gateway: SmsGateway, claimed: Claim) -> list[SendResult]:
    """One result per message, whatever the gateway's code does."""
    try:
        results = {each.outbound_id: each for each in gateway.send_sms(claimed.messages)}
    except Exception:
        log.exception("gateway_failed", gateway=claimed.gateway)
        results = {}
    return [
        results.get(message.outbound_id)
        # It may have been sent: what nobody knows is never sent twice.
        or SendResult(
            message.outbound_id, SendOutcome.UNKNOWN, status="no result", call_failed=not results
        )
        for message in claimed.messages
    ]


def _tell(claimed: Claim, results: Sequence[SendResult]) -> None:
    """One line a call: a line a message would cost as much as sending it."""
    outcomes = Counter(result.outcome.value for result in results)
    log.info(
        "texts_handed_over",
        gateway=claimed.gateway,
        kind=claimed.kind.value,
        traces=[trace_out(message.outbound_id) for message in claimed.messages],
        **outcomes,
    )


def _tell_move(moved: ShareMoved, what_to_do: str) -> None:
    (log.warning if moved.after < moved.before else log.info)(
        "gateway_share_moved",
        gateway=moved.gateway,
        before=moved.before,
        after=moved.after,
        what_to_do=what_to_do,
    )
