"""The keys that sign and seal: the operator's settings, else the embedded database's own."""

import os
import secrets
from pathlib import Path

from sqlalchemy import make_url

from app.config import Settings


def secret_key_of(settings: Settings) -> str | None:
    """The key, the same for all our processes; None where it has to be set: nobody can log in.

    Beside an embedded database lies a file with one, made by whoever looks first and readable by
    nobody else: a machine that has nothing yet serves its desk all the same.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return kept_beside(settings, "secret")


def number_key_of(settings: Settings) -> str | None:
    """The operator's setting, else the embedded database's own; None: numbers stay in the clear."""
    if settings.number_key is not None:
        return settings.number_key.get_secret_value()
    return kept_beside(settings, "numbers")


def kept_beside(settings: Settings, name: str) -> str | None:
    """A key in a file beside the embedded database, made where there is none; None without one."""
    file = make_url(settings.database_url).database if settings.is_embedded else None
    if file in {None, "", ":memory:"}:
        return None
    return _kept(Path(f"{file}-{name}"))


def _kept(path: Path) -> str:
    if not path.exists():
        _make(path)
    return path.read_text("ascii")


def _make(path: Path) -> None:
    """Written aside and put in its place in one step: of two at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
