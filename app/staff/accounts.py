"""Accounts of the desk: opened on the server, proved by a password, locked after wrong ones."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.staff.models import Staff, StaffRole

# Argon2id with the library's own costs (RFC 9106, the second recommended setting): some 30 ms.
_HASHER = PasswordHasher()
# Somebody who guesses has five tries in a quarter of an hour, whoever they pretend to be.
MOST_TRIES, LOCKED_FOR = 5, timedelta(minutes=15)
SHORTEST_PASSWORD = 12


def _nobodys() -> str:
    """A hash that no password has: to find that out takes as long as with somebody's.

    It is made up, for to work one out took every process a tenth of a second of its start.
    """
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    made_up = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    return f"$argon2id$v=19${costs}${'$'.join(made_up)}"


# Where there is no such account.
_NOBODYS = _nobodys()


def add_staff(
    session: Session, *, email: str, role: StaffRole, password: str, now: datetime
) -> Staff:
    """Open an account; ValueError where there is one of this address, or the password is short."""
    email = fold_email(email)
    if find_staff(session, email) is not None:
        raise ValueError(f"{email} has an account already")
    staff = Staff(
        email=email,
        role=role,
        password_hash=_hash(password),
        session_key=_new_key(),
        created_at=now,
        failed_logins=0,
    )
    session.add(staff)
    session.flush()
    return staff


def find_staff(session: Session, email: str) -> Staff | None:
    """The account of an address, also one that was closed."""
    return session.scalar(select(Staff).where(Staff.email == fold_email(email)))


def every_staff(session: Session) -> list[Staff]:
    """All accounts, by address."""
    return list(session.scalars(select(Staff).order_by(Staff.email)))


def log_in(session: Session, email: str, password: str, now: datetime) -> Staff | None:
    """Whose password this is; None for a wrong one, for nobody, and as long as it is locked.

    Who has a second step is not in yet, and wrong tries still count: `second_step.prove`.
    """
    wanted = select(Staff).where(Staff.email == fold_email(email)).with_for_update()
    staff = session.scalar(wanted)
    is_right = _fits(_NOBODYS if staff is None else staff.password_hash, password)
    if staff is None or staff.disabled_at is not None:
        return None
    if is_locked(staff, now):
        return None
    if not is_right:
        count_wrong(staff, now)
        return None
    if not staff.has_second_step:
        let_in(staff, now)
    if _HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = _HASHER.hash(password)
    return staff


def hold_staff(session: Session, staff_id: int) -> Staff | None:
    """An account, held until the transaction ends: of two who type one code, one is second."""
    return session.scalar(select(Staff).where(Staff.id == staff_id).with_for_update())


def let_in(staff: Staff, now: datetime) -> None:
    """All that was asked was right: wrong tries are forgotten."""
    staff.failed_logins, staff.locked_until, staff.last_login_at = 0, None, now


def is_locked(staff: Staff, now: datetime) -> bool:
    """Whether nothing is looked at now, after too many wrong tries."""
    return staff.locked_until is not None and now < staff.locked_until


def count_wrong(staff: Staff, now: datetime) -> None:
    """Count a wrong password, or a wrong code."""
    staff.failed_logins += 1
    if staff.failed_logins >= MOST_TRIES:
        staff.failed_logins, staff.locked_until = 0, now + LOCKED_FOR


def end_sessions(staff: Staff) -> None:
    """Whoever is logged in with this account is out with the next click, in every browser."""
    staff.session_key = _new_key()


def set_password(staff: Staff, password: str) -> None:
    """Give an account another password: whoever is logged in with it is out."""
    staff.password_hash = _hash(password)
    end_sessions(staff)
    staff.failed_logins, staff.locked_until = 0, None


def set_role(staff: Staff, role: StaffRole) -> None:
    """Let somebody do more, or less: whoever is logged in logs in anew."""
    staff.role = role
    end_sessions(staff)


def close_account(staff: Staff, now: datetime) -> None:
    """Let somebody log in no more; whoever is logged in is out at once."""
    staff.disabled_at = now
    end_sessions(staff)


def open_again(staff: Staff) -> None:
    """Let somebody log in again."""
    staff.disabled_at = None


def fold_email(email: str) -> str:
    """An address in the form in which it is kept."""
    return email.strip().lower()


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password needs {SHORTEST_PASSWORD} characters or more")
    return _HASHER.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _new_key() -> str:
    return secrets.token_urlsafe(32)
