"""A column that nobody can read who has only the database: sealed with a key that lies elsewhere.

AES-SIV (RFC 5297) without a nonce: the same words are always the same sealed text. So an index
finds a phone number by its key, while who has no key can neither read one nor try whether one is
there. What it gives away is that two rows are equal, and of numbers no two are.

The key is one for a process, as its database is; `seal_with` is told it where the service opens.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

# How sealed text begins: nothing that is written in the clear does. The figure is for a next way.
MARK = "~1"
# 15 digits with their + take 42 signs; there is room for another way.
LENGTH = 64
REMEMBERED = 1_000
_KEY_BYTES = 64  # AES-256-SIV takes two keys
_PURPOSE = b"bei: phone numbers"


class SealedError(RuntimeError):
    """Sealed text cannot be read: there is no key, or it is another one."""


class Seal:
    """Seals and opens short texts with one key."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(key.encode())
        self._cipher = AESSIV(derived)
        # Whoever texts or calls is looked up more than once.
        self._closed = lru_cache(maxsize=REMEMBERED)(self._close)

    def close(self, text: str) -> str:
        """The sealed text."""
        return self._closed(text)

    def _close(self, text: str) -> str:
        return MARK + urlsafe_b64encode(self._cipher.encrypt(text.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """The text in the clear; SealedError where another key sealed it."""
        try:
            return self._cipher.decrypt(urlsafe_b64decode(sealed[len(MARK) :]), None).decode()
        except (InvalidTag, ValueError):
            raise SealedError(
                "the phone numbers in this database were sealed with another key"
            ) from None


_in_use: Seal | None = None


def seal_with(key: str | None) -> None:
    """From now on this process seals with this key; None: what it writes stays in the clear."""
    global _in_use
    _in_use = None if key is None else Seal(key)


def has_key() -> bool:
    """Whether what this process writes is sealed."""
    return _in_use is not None


def is_sealed(text: str) -> bool:
    """Whether a stored text is sealed."""
    return text.startswith(MARK)


def sealed(text: str) -> str:
    """A text as it is kept."""
    return text if _in_use is None else _in_use.close(text)


def opened(text: str) -> str:
    """A kept text in the clear; SealedError without the key that sealed it."""
    if not is_sealed(text):
        return text
    if _in_use is None:
        raise SealedError("the phone numbers in this database are sealed, and there is no key")
    return _in_use.open(text)


class Sealed(TypeDecorator[str]):
    """Text that is sealed on its way in and opened on its way out; it is found only whole."""

    impl = String(LENGTH)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite holds no text to its length: the column may say what it always said.

        To say another would copy the table that all others refer to.
        """
        return dialect.type_descriptor(String(16 if dialect.name == "sqlite" else LENGTH))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal it."""
        return None if value is None else sealed(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else opened(value)
