"""How much of one thing comes from one side: a number's texts and hops, an address's wrong keys.

Counted in this process by default – a look into a dictionary, no way to anywhere –, or in Redis,
where several processes have to count as one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Protocol, cast

import structlog
from limits.storage import Storage, storage_from_string

from app.config import Settings

# Strangers at the webhooks, and wrong passwords and codes at the desk, by address. A gateway that
# knows our secret, and whoever knows their password, is never counted.
MOST_WRONG, WRONG_SECONDS = 100, 600
MOST_WRONG_LOGINS = 30
# So many keys are counted in a window; of more, which no country has, the new ones are let in.
MOST_KEYS = 500_000
# A hop waits this long for Redis, and then for a while nobody asks it.
REDIS_PATIENCE_SECONDS = 0.1
REDIS_OPTIONS: dict[str, Any] = {
    "socket_timeout": REDIS_PATIENCE_SECONDS,
    "socket_connect_timeout": REDIS_PATIENCE_SECONDS,
}
REDIS_REST = timedelta(seconds=10)

log = structlog.get_logger()


@dataclass(frozen=True)
class Rule:
    """At most so many in so many seconds; 0: as many as come.

    Windows are those of the clock: at the turn of two of them twice as many may come at once.
    """

    name: str
    most: int
    seconds: int

    def window(self, now: datetime) -> int:
        """Which window a moment lies in."""
        return int(now.timestamp()) // self.seconds

    def seconds_left(self, now: datetime) -> int:
        """Until the next window begins."""
        return self.seconds - int(now.timestamp()) % self.seconds


class Counts(Protocol):
    """Where it is counted."""

    def hit(self, rule: Rule, key: str, now: datetime) -> int:
        """Count one more; how many there are now in this window."""

    def seen(self, rule: Rule, key: str, now: datetime) -> int:
        """How many there are in this window."""


class Here:
    """Counts of this process. Only the window that runs is kept."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[int, dict[str, int]]] = {}

    def hit(self, rule: Rule, key: str, now: datetime) -> int:
        """Count one more. Of two threads at one moment one may be forgotten: no harm is done."""
        counts = self._of(rule, now)
        count = counts.get(key, 0) + 1
        if count > 1 or len(counts) < MOST_KEYS:
            counts[key] = count
        return count

    def seen(self, rule: Rule, key: str, now: datetime) -> int:
        """How many there are in this window."""
        return self._of(rule, now).get(key, 0)

    def _of(self, rule: Rule, now: datetime) -> dict[str, int]:
        window = rule.window(now)
        running = self._running.get(rule.name)
        if running is None or running[0] != window:
            running = self._running[rule.name] = (window, {})
        return running[1]


class Together:
    """Counts of all processes, in Redis; each counts by itself while that is out of reach."""

    def __init__(self, storage: Storage, hidden_by: str) -> None:
        self._storage, self._here = storage, Here()
        self._hidden_by = hidden_by.encode()[: blake2b.MAX_KEY_SIZE]
        self._rests_until: datetime | None = None

    def hit(self, rule: Rule, key: str, now: datetime) -> int:
        """Count one more, here as well: where Redis goes away nobody begins anew."""
        here = self._here.hit(rule, key, now)
        return max(here, self._ask(rule, key, now, counts=True))

    def seen(self, rule: Rule, key: str, now: datetime) -> int:
        """How many there are in this window."""
        here = self._here.seen(rule, key, now)
        return max(here, self._ask(rule, key, now, counts=False))

    def _ask(self, rule: Rule, key: str, now: datetime, *, counts: bool) -> int:
        if self._rests_until is not None and now < self._rests_until:
            return 0
        name = f"bei:{rule.name}:{rule.window(now)}:{self._hidden(key)}"
        try:
            if counts:
                return self._storage.incr(name, rule.seconds)
            return self._storage.get(name)
        except Exception as fault:
            # A counter that is out of reach must not shut the door.
            self._rests_until = now + REDIS_REST
            log.warning("redis_out_of_reach", reason=type(fault).__name__)
            return 0

    def _hidden(self, key: str) -> str:
        """No phone number stands in Redis."""
        return blake2b(key.encode(), digest_size=12, key=self._hidden_by).hexdigest()


@dataclass(frozen=True)
class Limits:
    """What may come of one side; whatever is beyond it, nothing of a farmer's is thrown away."""

    counts: Counts
    texts: Rule
    hops: Rule
    strangers: Rule = Rule("strangers", MOST_WRONG, WRONG_SECONDS)
    logins: Rule = Rule("logins", MOST_WRONG_LOGINS, WRONG_SECONDS)

    def takes_text(self, msisdn: str, now: datetime) -> bool:
        """Count a text; False where this number has sent too many to act on each at once."""
        return self._takes(self.texts, msisdn, now)

    def takes_hop(self, msisdn: str, now: datetime) -> bool:
        """Count a hop; False where no hand is so fast."""
        return self._takes(self.hops, msisdn, now)

    def bears_stranger(self, address: str, now: datetime) -> bool:
        """Count somebody who does not know our secret; False once they have had enough answers."""
        count = self.counts.hit(self.strangers, address, now)
        if count == self.strangers.most + 1:
            log.warning("strangers_slowed", address=address, requests=count)
        return count <= self.strangers.most

    def bears_login(self, address: str, now: datetime) -> bool:
        """Whether an address may try a password: not after many wrong ones."""
        return self.counts.seen(self.logins, address, now) < self.logins.most

    def count_wrong_login(self, address: str, now: datetime) -> None:
        """Count a wrong password, or a wrong code."""
        count = self.counts.hit(self.logins, address, now)
        if count == self.logins.most:
            log.warning("log_ins_slowed", address=address, wrong=count)

    def _takes(self, rule: Rule, msisdn: str, now: datetime) -> bool:
        return not rule.most or self.counts.hit(rule, msisdn, now) <= rule.most


def limits_by(settings: Settings) -> Limits:
    """What the operator decided."""
    return Limits(
        counts=_counts(settings),
        texts=Rule("texts", settings.texts_per_minute, 60),
        hops=Rule("hops", settings.hops_per_minute, 60),
    )


def _counts(settings: Settings) -> Counts:
    if settings.redis_url is None:
        return Here()
    storage = cast(Storage, storage_from_string(settings.redis_url, **REDIS_OPTIONS))
    secret = settings.secret_key
    return Together(storage, "" if secret is None else secret.get_secret_value())
