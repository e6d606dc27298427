"""Send what is due: claim, speak to the gateway, write down what it made of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from db.session import Database
from messaging.claims import Claim, claim, postpone
from messaging.gateways.gateway import SmsGateway
from messaging.message import SendOutcome, SendResult
from messaging.results import record_result

# A gateway takes half a second to answer: so many wait for it side by side.
SENDERS = 4
# Then the worker looks up: it may have been told to stop.
ROUND_LASTS = timedelta(seconds=5)

log = structlog.get_logger()


def send_due(
    database: Database,
    gateways: Mapping[str, SmsGateway],
    *,
    default_gateway: str,
    worker: str,
    now: Callable[[], datetime],
) -> int:
    """Send what is due and count what was handed over, accepted or not.

    A long queue takes more than one round. A message whose gateway is left open, or is not
    configured here, goes through the default one.
    """
    round_ = _Round(database, gateways, default_gateway, worker, now)
    first = round_.claim_next()
    if first is None:
        return 0
    with ThreadPoolExecutor(SENDERS - 1, thread_name_prefix="sender") as others:
        helping = [others.submit(round_.send_the_rest) for _ in range(SENDERS - 1)]
        handed_over = round_.send(first) + round_.send_the_rest()
        return handed_over + sum(help_.result() for help_ in helping)


@dataclass(frozen=True)
class _Round:
    """One walk through the outbox; no transaction is open while a gateway is spoken to."""

    database: Database
    gateways: Mapping[str, SmsGateway]
    default_gateway: str
    worker: str
    now: Callable[[], datetime]

    def send_the_rest(self) -> int:
        ends_at, handed_over = self.now() + ROUND_LASTS, 0
        while self.now() < ends_at and (claimed := self.claim_next()):
            handed_over += self.send(claimed)
        return handed_over

    def claim_next(self) -> Claim | None:
        with self.database.begin() as session:
            return claim(
                session,
                self.gateways,
                default_gateway=self.default_gateway,
                worker=self.worker,
                now=self.now(),
            )

    def send(self, claimed: Claim) -> int:
        results = _speak(self.gateways[claimed.gateway], claimed)
        now = self.now()
        with self.database.begin() as session:
            for result in results:
                record_result(session, result, now)
        self._let_rest(claimed.gateway, results, now)
        return len(results)

    def _let_rest(self, gateway: str, results: Sequence[SendResult], now: datetime) -> None:
        """Spare a closed gateway the rest of the queue; the operator hears of it, loudly."""
        rest = max(result.gateway_rests_seconds or 0 for result in results)
        if not rest:
            return
        first = next(result for result in results if result.gateway_rests_seconds)
        needs_operator = first.outcome is SendOutcome.PAUSE
        (log.error if needs_operator else log.warning)(
            "gateway_rests",
            gateway=gateway,
            seconds=rest,
            status=first.status,
            detail=first.detail,
            what_to_do="check its balance, key and sender" if needs_operator else "nothing",
        )
        with self.database.begin() as session:
            postpone(
                session,
                gateway,
                is_default=gateway == self.default_gateway,
                until=now + timedelta(seconds=rest),
            )


def _speak(gateway: SmsGateway, claimed: Claim) -> list[SendResult]:
    """One result per message, whatever the gateway's code does."""
    try:
        results = {each.outbound_id: each for each in gateway.send_sms(claimed.messages)}
    except Exception:
        log.exception("gateway_failed", gateway=claimed.gateway)
        results = {}
    told = [
        results.get(message.outbound_id)
        # It may have been sent: what nobody knows is never sent twice.
        or SendResult(message.outbound_id, SendOutcome.UNKNOWN, status="no result")
        for message in claimed.messages
    ]
    for result in told:
        log.info(
            "text_handed_over",
            gateway=claimed.gateway,
            outbound_id=result.outbound_id,
            outcome=result.outcome.value,
            status=result.status,
        )
    return told
