"""Keys: given out once, known by their hash, taken back."""

import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.api.models import ApiKey, Scope

PREFIX_BYTES, SECRET_BYTES = 4, 32
DEFAULT_PER_MINUTE, MOST_PER_MINUTE = 60, 6000
NOTED_EVERY = timedelta(hours=1)
# What a key begins with, so that one in a log or a repository is found.
MARK = "bei"


def give_key(
    session: Session,
    *,
    name: str,
    scopes: Collection[Scope],
    per_minute: int,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key; the words of it are told here and never again."""
    prefix = secrets.token_hex(PREFIX_BYTES)
    written = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey(
        name=name.strip(),
        prefix=prefix,
        key_hash=_hash(written),
        scopes=" ".join(sorted(scopes)),
        per_minute=per_minute,
        created_at=now,
    )
    session.add(key)
    session.flush()
    return key, written


def find_key(session: Session, written: str) -> ApiKey | None:
    """The key of these words; None where there is none, or it was taken back."""
    mark, _, rest = written.partition("_")
    prefix = rest.partition("_")[0]
    if mark != MARK or not prefix:
        return None
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if key is None or key.revoked_at is not None:
        return None
    return key if hmac.compare_digest(key.key_hash, _hash(written)) else None


def note_use(session: Session, key: ApiKey, now: datetime) -> None:
    """Write down that a key was used, once an hour."""
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == key.id)
        .where(or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now - NOTED_EVERY))
        .values(last_used_at=now)
    )


def every_key(session: Session) -> list[ApiKey]:
    """All keys, the newest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.id.desc())))


def key_by_prefix(session: Session, prefix: str) -> ApiKey | None:
    """The key that begins like this."""
    return session.scalar(select(ApiKey).where(ApiKey.prefix == prefix.strip().lower()))


def revoke(key: ApiKey, now: datetime) -> None:
    """Take a key back: it opens nothing any more."""
    key.revoked_at = key.revoked_at or now


def may(key: ApiKey, scope: Scope) -> bool:
    """Whether a key is for this."""
    return scope in key.scopes.split()


def _hash(written: str) -> str:
    return sha256(written.encode()).hexdigest()
