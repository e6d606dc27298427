"""Codes of a phone that change every half minute (RFC 6238, as every app makes them), pure."""

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

STEP_SECONDS, DIGITS = 30, 6
# A phone's clock may be one step off, and so may whoever types slowly.
STEPS_AROUND = 1
SECRET_BYTES = 20  # as long as the hash of the RFC


def secret_of(key: str, salt: str) -> bytes:
    """The secret of an account: worked out of our key and its salt, so that no table holds it."""
    return hmac.digest(key.encode(), f"bei second step:{salt}".encode(), sha256)[:SECRET_BYTES]


def step_of(moment: datetime) -> int:
    """Which half minute it is."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a half minute."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of_code(secret: bytes, code: str, now: datetime) -> int | None:
    """Which half minute's code this is, of those around now; None for a wrong one."""
    around = range(step_of(now) - STEPS_AROUND, step_of(now) + STEPS_AROUND + 1)
    typed = code.encode()
    # All are compared: the time it takes tells nothing.
    found = [step for step in around if hmac.compare_digest(code_at(secret, step).encode(), typed)]
    return found[-1] if found else None


def as_key(secret: bytes) -> str:
    """The secret as people type it into an app that sees no picture: ABCD EFGH …"""
    written = b32encode(secret).decode()
    return " ".join(written[at : at + 4] for at in range(0, len(written), 4))


def as_link(secret: bytes, email: str, issuer: str) -> str:
    """The secret as apps read it from a picture."""
    label = f"{quote(issuer)}:{quote(email)}"
    key = b32encode(secret).decode()
    return (
        f"otpauth://totp/{label}?secret={key}&issuer={quote(issuer)}"
        f"&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
