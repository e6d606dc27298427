"""How webhooks out go, in the operator's words."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from messaging.hook_addresses import host_of
from messaging.hook_reads import HookStanding, standing_of
from messaging.hooks import OFF_BY_HAND, every_hook


def hooks_amiss(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    """The hooks that somebody has to look at: each by its name, with what is amiss."""
    for hook in every_hook(session):
        standing = standing_of(session, hook, now)
        amiss = amiss_of(standing)
        if amiss is not None:
            yield hook.name, amiss


def count_hooks(session: Session) -> int:
    """How many there are."""
    return len(every_hook(session))


def amiss_of(standing: HookStanding) -> str | None:
    """What is amiss with a hook; None where nothing is, or somebody switched it off."""
    hook = standing.hook
    if hook.off_at is not None:
        if hook.off_because == OFF_BY_HAND:
            return None
        return f"off since {_at(hook.off_at)}: {hook.off_because}"
    parts = []
    if standing.given_up:
        parts.append(f"{standing.given_up:,} events of the last week were given up")
    if hook.rests_until is not None and hook.failures_in_a_row:
        parts.append(
            f"{hook.failures_in_a_row} tries in a row failed, {standing.waiting:,} events wait"
        )
    return "; ".join(parts) or None


def line_of(standing: HookStanding) -> str:
    """A hook in one line."""
    hook = standing.hook
    parts = [hook.name, host_of(hook.url), "on" if hook.off_at is None else "off"]
    parts.append(f"{standing.waiting:,} waiting")
    if standing.oldest_at is not None:
        parts[-1] += f" since {_at(standing.oldest_at)}"
    taken = "never" if standing.last_taken_at is None else _at(standing.last_taken_at)
    parts.append(f"last taken: {taken}")
    amiss = amiss_of(standing)
    return "  ".join([*parts, f"({amiss})"] if amiss else parts)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
