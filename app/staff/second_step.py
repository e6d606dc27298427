"""The second step of a log-in: a phone's code, or one of ten from paper, each of them once."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.staff import totp
from app.staff.accounts import count_wrong, end_sessions, is_locked, let_in
from app.staff.kinds import SecondStep
from app.staff.models import RecoveryCode, Staff, StaffRole

RECOVERY_CODES, RECOVERY_BYTES = 10, 10


def is_needed(rule: SecondStep, role: StaffRole) -> bool:
    """Whether somebody of this role may do nothing before they have set it up."""
    return rule is SecondStep.ALL or (rule is SecondStep.ADMIN and role is StaffRole.ADMIN)


def begin(staff: Staff) -> None:
    """Make a secret to show to a phone; it asks for nothing before it is confirmed."""
    staff.totp_salt, staff.totp_last_step = secrets.token_urlsafe(32), None


def secret_to_show(staff: Staff, key: str) -> bytes | None:
    """The secret that waits to be confirmed; None where there is none, or it was: never again."""
    if staff.totp_salt is None or staff.has_second_step:
        return None
    return totp.secret_of(key, staff.totp_salt)


def confirm(
    session: Session, staff: Staff, key: str, code: str, now: datetime
) -> Sequence[str] | None:
    """Ask for it from now on; the ten codes for the day the phone is lost. None: a wrong code.

    Other browsers are out: whoever sits there has shown no code.
    """
    if secret_to_show(staff, key) is None or not _is_next_code(staff, key, code, now):
        return None
    staff.totp_confirmed_at = now
    end_sessions(staff)
    return new_recovery_codes(session, staff)


def prove(session: Session, staff: Staff, key: str, code: str, now: datetime) -> bool:
    """Whether whoever knew the password also has the phone, or the paper.

    A wrong code counts like a wrong password. The account is to be held (`hold_staff`).
    """
    if is_locked(staff, now):
        return False
    if not (_is_next_code(staff, key, code, now) or _uses_paper(session, staff, code, now)):
        count_wrong(staff, now)
        return False
    let_in(staff, now)
    return True


def turn_off(session: Session, staff: Staff) -> None:
    """A password is enough again; whoever is logged in is out."""
    staff.totp_salt = staff.totp_confirmed_at = staff.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    end_sessions(staff)


def new_recovery_codes(session: Session, staff: Staff) -> Sequence[str]:
    """Ten new codes, told once; the old ones are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=staff.id, code_hash=_hash(code)) for code in codes)
    return codes


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """How many codes were not used yet."""
    unused = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def _is_next_code(staff: Staff, key: str, code: str, now: datetime) -> bool:
    """Whether this is a code of the phone's that was not used yet; then it is used."""
    if staff.totp_salt is None:
        return False
    step = totp.step_of_code(totp.secret_of(key, staff.totp_salt), "".join(code.split()), now)
    if step is None or step <= (staff.totp_last_step or 0):
        return False
    staff.totp_last_step = step
    return True


def _uses_paper(session: Session, staff: Staff, code: str, now: datetime) -> bool:
    found = session.scalar(
        select(RecoveryCode)
        .where(RecoveryCode.staff_id == staff.id, RecoveryCode.code_hash == _hash(code))
        .where(RecoveryCode.used_at.is_(None))
    )
    if found is None:
        return False
    found.used_at = now
    return True


def _new_code() -> str:
    """As it is written down: ABCD-EFGH-…; without 0, 1, 8, 9, which look like letters."""
    letters = b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _hash(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(letters.encode()).hexdigest()
