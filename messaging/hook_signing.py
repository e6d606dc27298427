"""How an event is signed, so that its receiver knows that it is ours and of now (pure)."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

# What a secret begins with, so that one in a log or a repository is found.
MARK = "beihook_"
_PURPOSE = b"bei: secret of a hook\0"


def new_salt() -> str:
    """What makes a secret another one."""
    return secrets.token_hex(32)


def secret_of(key: str, salt: str) -> str:
    """The secret of a hook: nobody works it out who has the database and not the key."""
    made = hmac.new(key.encode(), _PURPOSE + salt.encode(), sha256).digest()
    return MARK + urlsafe_b64encode(made).decode().rstrip("=")


def fingerprint(secret: str) -> str:
    """By which a secret is known again, and not found out."""
    return sha256(secret.encode()).hexdigest()[:16]


def signed(secret: str, event_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The headers of an event that is sent at this moment (seconds since 1970)."""
    told = str(timestamp).encode() + b"." + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Bei-Hook/1",
        "Bei-Event-Id": event_id,
        "Bei-Timestamp": str(timestamp),
        "Bei-Signature": f"v1={hmac.new(secret.encode(), told, sha256).hexdigest()}",
    }
