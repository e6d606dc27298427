"""A lost phone, a new SIM: a member's place moves where their PIN and an officer both say so."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from groups.members import Member, officers_of, vacate
from groups.models import Group, GroupMember, Role
from groups.office_models import PinTry, SimChange
from groups.offices import LEADERS
from messaging.models import Subscriber

# Four figures are guessed in 10,000 tries; five a day are five and a half years of them, and an
# officer still has to agree.
MOST_TRIES, LOCKED_FOR = 5, timedelta(days=1)
_COST, _BLOCK, _PARALLEL = 2**14, 8, 1  # RFC 7914's own for logins: 16 MB, about 50 ms


@dataclass(frozen=True)
class Asked:
    """The PIN is right: these officers are to say whether it moves."""

    change: SimChange
    officers: tuple[Member, ...]


@dataclass(frozen=True)
class Wrong:
    """Number and PIN do not fit; nobody is told which of them."""


@dataclass(frozen=True)
class Locked:
    """Too many wrong ones within a day."""


def set_pin(person: Subscriber, pin: str) -> None:
    """Keep the hash of a PIN, with a salt of its own; the one before is forgotten."""
    salt = secrets.token_hex(16)
    person.pin_hash = f"scrypt${salt}${_hash(pin, salt)}"


def is_right_pin(person: Subscriber, pin: str) -> bool:
    """Whether it is their PIN; never for whoever set none."""
    _, _, kept = (person.pin_hash or "").partition("$")
    salt, _, known = kept.partition("$")
    # Worked out in any case: how long it takes tells nobody that there is none.
    return hmac.compare_digest(_hash(pin, salt), known)


def ask_for_change(
    session: Session, group: Group, number: int, newcomer: Subscriber, pin: str, now: datetime
) -> Asked | Wrong | Locked:
    """Somebody with another phone says that they are this member."""
    # Guesses for one member come one after the other: each sees the tries of those before.
    row = session.scalar(
        select(GroupMember)
        .where(GroupMember.group_id == group.id, GroupMember.number == number)
        .where(GroupMember.left_at.is_(None), GroupMember.subscriber_id.is_not(None))
        .with_for_update()
    )
    if row is None or row.subscriber_id in {None, newcomer.id}:
        return Wrong()
    if _tries(session, row.id, newcomer, now) >= MOST_TRIES:
        return Locked()
    owner = session.get_one(Subscriber, row.subscriber_id)
    if not is_right_pin(owner, pin):
        session.add(PinTry(member_id=row.id, tried_by=newcomer.id, tried_at=now))
        return Wrong()
    change = SimChange(
        member_id=row.id, from_subscriber_id=owner.id, to_subscriber_id=newcomer.id, asked_at=now
    )
    session.add(change)
    session.flush()
    return Asked(change, _who_decides(session, group, owner.id))


def open_change(session: Session, change_id: int) -> SimChange | None:
    """A change that nobody decided yet, held until the transaction ends."""
    return session.scalar(
        select(SimChange)
        .where(SimChange.id == change_id, SimChange.decided_at.is_(None))
        .with_for_update()
    )


def decide_change(
    session: Session, change: SimChange, officer: Subscriber, now: datetime, *, moves: bool
) -> bool:
    """An officer says yes or no; whether it moved: not where the place has moved or ended."""
    change.decided_at, change.decided_by = now, officer.id
    member = session.get_one(GroupMember, change.member_id, with_for_update=True)
    is_theirs = member.subscriber_id == change.from_subscriber_id and member.left_at is None
    change.is_moved = moves and is_theirs
    if change.is_moved:
        # Who joined anew with the new phone has that place no more: theirs is the old one.
        vacate(session, member.group_id, change.to_subscriber_id, now)
        _take_along(session, change)
        member.subscriber_id = change.to_subscriber_id
    return change.is_moved


def _who_decides(session: Session, group: Group, owner_id: int) -> tuple[Member, ...]:
    """Who leads; where that is only the one who lost the phone, any other officer."""
    for roles in (LEADERS, tuple(Role)):
        others = [
            one
            for one in officers_of(session, group, *roles)
            if one.role is not Role.MEMBER and one.subscriber_id not in {None, owner_id}
        ]
        if others:
            return tuple(others)
    return ()


def _tries(session: Session, member_id: int, newcomer: Subscriber, now: datetime) -> int:
    """Wrong PINs within a day, the more of those for this member and of those from this phone."""
    lately = select(PinTry.member_id, PinTry.tried_by).where(
        PinTry.tried_at > now - LOCKED_FOR,
        or_(PinTry.member_id == member_id, PinTry.tried_by == newcomer.id),
    )
    tries = session.execute(lately).all()
    for_member = sum(1 for member, _ in tries if member == member_id)
    from_phone = sum(1 for _, phone in tries if phone == newcomer.id)
    return max(for_member, from_phone)


def _take_along(session: Session, change: SimChange) -> None:
    """What they told of themselves goes with them, where the new phone told nothing."""
    old = session.get_one(Subscriber, change.from_subscriber_id)
    new = session.get_one(Subscriber, change.to_subscriber_id)
    for field in ("name", "language", "home_place_id", "usual_commodity_code", "pin_hash"):
        if getattr(new, field) is None:
            setattr(new, field, getattr(old, field))


def _hash(pin: str, salt: str) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=_PARALLEL).hex()
