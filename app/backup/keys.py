"""The keys that a database's data needs: looked at, marked, and put back; never made here."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url

from app.config import Settings

# As in the files beside an embedded database, and the settings that go before them.
NAMES = {"secret": "BEI_SECRET_KEY", "numbers": "BEI_NUMBER_KEY"}
_SALT = b"bei: the mark of a key in a backup"


def keys_of(settings: Settings) -> dict[str, str]:
    """The keys there are, by name; who only looks makes none."""
    found = {name: _key(settings, name) for name in NAMES}
    return {name: key for name, key in found.items() if key is not None}


def marks(keys: Mapping[str, str]) -> dict[str, str]:
    """By what each key is known again without being told; dear to guess."""
    return {name: _mark(key) for name, key in keys.items()}


def key_file(settings: Settings, name: str) -> Path | None:
    """Where an embedded database's own key lies."""
    file = make_url(settings.database_url).database if settings.is_embedded else None
    return None if file in {None, "", ":memory:"} else Path(f"{file}-{name}")


def whereabouts(settings: Settings) -> list[str]:
    """Where each key is that there is: a setting, or a file."""
    return [
        NAMES[name] if _set(settings, name) else str(key_file(settings, name))
        for name in keys_of(settings)
    ]


def lay(settings: Settings, keys: Mapping[str, str]) -> list[Path]:
    """Put keys beside the embedded database, where no setting goes before them; which ones."""
    laid = []
    for name, key in keys.items():
        path = key_file(settings, name)
        if name in NAMES and path is not None and _set(settings, name) is None:
            _write(path, key)
            laid.append(path)
    return laid


def _key(settings: Settings, name: str) -> str | None:
    path = key_file(settings, name)
    lies_there = path is not None and path.exists()
    return _set(settings, name) or (path.read_text("ascii") if path and lies_there else None)


def _set(settings: Settings, name: str) -> str | None:
    key = {"secret": settings.secret_key, "numbers": settings.number_key}[name]
    return None if key is None else key.get_secret_value()


def _mark(key: str) -> str:
    return hashlib.scrypt(key.encode(), salt=_SALT, n=1 << 14, r=8, p=1, dklen=12).hex()


def _write(path: Path, key: str) -> None:
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
