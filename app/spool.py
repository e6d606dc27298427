"""What came while the database was away: on disk, each in a file of its own, until it is back.

The folder holds `<when it came>-<chance>.json`, oldest first by name; `apart/` what could not be
taken in even when it was back; `turn`, which whoever takes them in holds, and in which stands what
was begun and not ended. Where numbers are sealed in the database, what came is sealed here too, by
the same key; and nobody else may read the folder.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Lock
from typing import Any

from db.sealed import Seal, SealedError, has_key, opened, sealed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT, PART, WHY = ".json", ".part", ".why"
# What a process was writing when it died: nobody was told that it is kept.
A_PART_IS_DEAD_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Kept:
    """What came, in words that a file can hold, and when."""

    kind: str
    came_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Apart:
    """What could not be taken in, and why."""

    name: str
    why: str


class Spool:
    """The folder. `is_waiting` is what this process knows: to ask it costs nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.when_kept: Callable[[], None] = lambda: None
        self._lock = Lock()
        self._last = 0
        # What processes that died left behind.
        self.is_waiting = bool(self.names())

    def keep(self, kept: Kept) -> None:
        """Keep it so that it survives a power cut; OSError where even the disk will not."""
        self._make_folder()
        path = self.folder / self._next_name(kept.came_at)
        part = path.with_suffix(PART)
        try:
            _write_durably(part, _written(kept))
            part.rename(path)
            _sync(self.folder)
        except BaseException:
            # Whoever brought it is told to bring it again: it must not be there twice.
            part.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            self.is_waiting = True
        self.when_kept()

    def names(self) -> list[str]:
        """What waits, the oldest first."""
        return _named(self.folder, KEPT)

    def is_empty(self) -> bool:
        """Whether there is nothing to do, nor to tidy up."""
        return not _named(self.folder, KEPT, PART)

    def read(self, name: str) -> Kept:
        """One of them; ValueError: it is not whole; SealedError: another key sealed it."""
        try:
            told = json.loads((self.folder / name).read_bytes())
            content = json.loads(opened(told["sealed"])) if "sealed" in told else told["content"]
            return Kept(told["kind"], datetime.fromisoformat(told["came_at"]), content)
        except (KeyError, TypeError) as fault:
            raise ValueError(f"{name} is not whole") from fault

    def remove(self, name: str) -> None:
        """It is in the database."""
        (self.folder / name).unlink(missing_ok=True)

    def set_apart(self, name: str, why: str) -> None:
        """Let it block nobody: somebody has to look at it. Back in the folder it is tried again."""
        aside = self.folder / "apart"
        aside.mkdir(mode=0o700, exist_ok=True)
        _write_durably((aside / name).with_suffix(WHY), why.encode("utf-8", "replace"))
        with suppress(FileNotFoundError):
            (self.folder / name).rename(aside / name)
        _sync(aside)
        _sync(self.folder)

    def apart(self) -> Sequence[Apart]:
        """What was set apart, the oldest first."""
        aside = self.folder / "apart"
        return [Apart(name, _why((aside / name).with_suffix(WHY))) for name in _named(aside, KEPT)]

    def seal_anew(self, old: Seal, new: Seal) -> int:
        """Seal with another key what waits here, and what was set apart; how many that were.

        SealedError, and nothing changed, where the old key is not theirs. Nobody may be at work.
        """
        aside = self.folder / "apart"
        paths = [place / name for place in (self.folder, aside) for name in _named(place, KEPT)]
        changed = {path: anew for path in paths if (anew := _sealed_anew(path, old, new))}
        for path, anew in changed.items():
            part = path.with_suffix(PART)
            _write_durably(part, anew)
            part.rename(path)
            _sync(path.parent)
        return len(changed)

    def oldest(self) -> datetime | None:
        """When the first came that waits; None where none does."""
        names = self.names()
        return _came_at(names[0]) if names else None

    def look_again(self) -> None:
        """Whether any waits: other processes keep some here and take some in."""
        with self._lock:  # what is kept meanwhile says so behind this
            self.is_waiting = bool(self.names())

    @contextmanager
    def turn(self, now: datetime) -> Iterator["Turn | None"]:
        """The right to take in what waits; None while another process has it. A death ends it."""
        if not self.folder.exists():
            yield None
            return
        held = os.open(self.folder / "turn", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                flock(held, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                yield None
                return
            self._sweep(now)
            yield Turn(held)
        finally:
            os.close(held)

    def _next_name(self, came_at: datetime) -> str:
        with self._lock:
            # Also where the clock goes back, what came later is later.
            self._last = max(self._last + 1, (came_at - EPOCH) // timedelta(microseconds=1))
            return f"{self._last:020}-{secrets.token_hex(4)}{KEPT}"

    def _make_folder(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(self.folder.parent)

    def _sweep(self, now: datetime) -> None:
        """Throw away what was half written: its sender heard nothing, and has brought it again."""
        for name in _named(self.folder, PART):
            if now - _came_at(name) > A_PART_IS_DEAD_AFTER:
                self.remove(name)


class Turn:
    """Who takes in what waits, and how often each was begun without an end.

    It is written down before each try: one that ends its process is not tried for ever.
    """

    def __init__(self, held: int) -> None:
        self._held = held
        self._tries: dict[str, int] = _tries_in(os.pread(held, os.fstat(held).st_size, 0))

    def tries(self, name: str) -> int:
        """How often it was tried in vain."""
        return self._tries.get(name, 0)

    def begin(self, name: str) -> None:
        """It is tried now."""
        self._tries[name] = self.tries(name) + 1
        self._write()

    def done(self, name: str) -> None:
        """It is through: the file is gone, so that nobody has to be told."""
        self._tries.pop(name, None)

    def forget(self, name: str) -> None:
        """It was not its fault, or nobody tries it any more."""
        self.done(name)
        self._write()

    def _write(self) -> None:
        # A dead process leaves what it wrote; after a power cut one more try does no harm.
        with suppress(OSError):  # a full disk keeps nothing from the database
            os.ftruncate(self._held, 0)
            os.pwrite(self._held, json.dumps(self._tries).encode(), 0)


def _named(folder: Path, *endings: str) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return sorted(entry.name for entry in found if entry.name.endswith(endings))
    except FileNotFoundError:
        return []


def _came_at(name: str) -> datetime:
    digits = name.partition("-")[0]
    return EPOCH + timedelta(microseconds=int(digits)) if digits.isdigit() else EPOCH


def _written(kept: Kept) -> bytes:
    told: dict[str, Any] = {"kind": kept.kind, "came_at": kept.came_at.isoformat()}
    if has_key():
        told["sealed"] = sealed(json.dumps(kept.content))
    else:
        told["content"] = kept.content
    return json.dumps(told).encode("ascii")  # whatever letters came, halves of some too


def _sealed_anew(path: Path, old: Seal, new: Seal) -> bytes | None:
    """What stands in a file, sealed with the new key; None where it is, or is not sealed at all."""
    try:
        told = json.loads(path.read_bytes())
        kept = told.get("sealed")
    except (ValueError, AttributeError):  # not whole: it was set apart for that
        return None
    if kept is None or _is_sealed_with(new, kept):
        return None
    return json.dumps({**told, "sealed": new.close(old.open(kept))}).encode("ascii")


def _is_sealed_with(key: Seal, kept: str) -> bool:
    try:
        key.open(kept)
    except SealedError:
        return False
    return True


def _write_durably(path: Path, written: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _why(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return "nobody wrote down why"


def _tries_in(written: bytes) -> dict[str, int]:
    try:
        told = json.loads(written or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
