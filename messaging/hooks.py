"""Hooks: who wants to be told of changed prices, of which, and whether they still are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from messaging.hook_addresses import host_of
from messaging.hook_models import Hook
from messaging.hook_signing import fingerprint, new_salt, secret_of

LONGEST_NAME = 60
OFF_BY_HAND = "switched off by hand"


@dataclass(frozen=True)
class HookWanted:
    """What a hook asks for; what is empty means all. `url` was checked."""

    url: str
    country: str | None = None
    commodities: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    with_demo: bool = False


@dataclass(frozen=True)
class Listening:
    """A hook that is on, as whoever tells it needs it."""

    id: int
    name: str
    country: str | None
    commodities: frozenset[str]
    counties: frozenset[str]
    with_demo: bool
    is_started: bool

    def wants(self, country: str, commodity: str, county: str | None) -> bool:
        """Whether it wants to hear of a price."""
        return (
            self.country in {None, country}
            and (not self.commodities or commodity in self.commodities)
            and (not self.counties or county in self.counties)
        )


def checked_name(name: str) -> str:
    """A hook's name as it is kept; ValueError where nobody could find it again by it."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a hook's name has 1 to {LONGEST_NAME} letters")
    return name


def add_hook(
    session: Session, key: str, name: str, wanted: HookWanted, *, made_by: str, now: datetime
) -> tuple[Hook, str] | None:
    """A hook and its secret, which is told here and never again; None where the name is taken."""
    if find_hook(session, name) is not None:
        return None
    hook = Hook(
        name=checked_name(name),
        url=wanted.url,
        country=wanted.country,
        commodities=list(wanted.commodities),
        counties=list(wanted.counties),
        with_demo=wanted.with_demo,
        made_by=made_by,
        made_at=now,
    )
    secret = renew_secret(hook, key)
    session.add(hook)
    session.flush()
    return hook, secret


def renew_secret(hook: Hook, key: str) -> str:
    """Another secret, told here only; whatever is sent from now on is signed with it."""
    hook.salt = new_salt()
    secret = secret_of(key, hook.salt)
    hook.fingerprint = fingerprint(secret)
    return secret


def every_hook(session: Session) -> Sequence[Hook]:
    """All hooks, by name."""
    return session.scalars(select(Hook).where(_is_there()).order_by(Hook.name)).all()


def find_hook(session: Session, name: str) -> Hook | None:
    """The hook of that name."""
    return session.scalar(select(Hook).where(_is_there(), Hook.name == " ".join(name.split())))


def hook_of(session: Session, hook_id: int) -> Hook | None:
    """The hook with that number."""
    return session.scalar(select(Hook).where(_is_there(), Hook.id == hook_id))


def listening(session: Session) -> list[Listening]:
    """The hooks that are on."""
    on = select(Hook).where(_is_there(), Hook.off_at.is_(None)).order_by(Hook.id)
    return [
        Listening(
            hook.id,
            hook.name,
            hook.country,
            frozenset(hook.commodities),
            frozenset(hook.counties),
            hook.with_demo,
            hook.started_at is not None,
        )
        for hook in session.scalars(on)
    ]


def start(session: Session, hook_ids: Sequence[int], now: datetime) -> None:
    """From now on these are told: all prices were looked at since they were switched on."""
    session.execute(
        update(Hook).where(Hook.id.in_(hook_ids), Hook.started_at.is_(None)).values(started_at=now)
    )


def switch_off(hook: Hook, because: str, now: datetime) -> None:
    """Tell it nothing more; what still waits is put away by a worker."""
    if hook.off_at is None:
        hook.off_at, hook.off_because = now, because[:200]


def switch_on(hook: Hook) -> None:
    """Tell it again, of what changes after the next look: it asks the API for what it missed."""
    hook.off_at = hook.off_because = hook.started_at = hook.rests_until = None
    hook.failures_in_a_row = 0


def remove_hook(hook: Hook, now: datetime) -> None:
    """Tell it nothing more, for ever; its name is free."""
    hook.ended_at = now


def told_of(hook: Hook) -> dict[str, object]:
    """A hook as the log of changes has it: without its secret, and of its address the host."""
    return {
        "url": host_of(hook.url),
        "country": hook.country,
        "commodities": list(hook.commodities),
        "counties": list(hook.counties),
        "with_demo": hook.with_demo,
        "is_on": hook.off_at is None,
    }


def _is_there() -> ColumnElement[bool]:
    return Hook.ended_at.is_(None)
