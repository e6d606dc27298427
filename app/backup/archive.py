"""The file a backup is kept in: a ZIP with the database and what is to be known of it.

Any program unpacks it, and what is in it is the database's own form: whoever has no Bei has their
data all the same. A ZIP's list of contents stands at its end, so one that was cut off has none.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.backup.manifest import BackupError, Manifest, read_manifest, written

MANIFEST = "manifest.json"
KEYS = "keys/"
CHUNK_BYTES = 1 << 20
# Measured on a database of a million reports: level 6 took 2.4 times as long for an eighth less.
LEVEL = 1
_DAMAGED = (BadZipFile, zlib.error, EOFError)


def write_archive(
    file: IO[bytes],
    content: str,
    chunks: Iterable[bytes],
    describe: Callable[[str], Manifest],
    *,
    is_squeezed: bool,
    keys: Mapping[str, str],
) -> Manifest:
    """Write the database, the keys where there are any, and what `describe` says of its SHA-256."""
    with ZipFile(file, "w") as archive:
        digest = hashlib.sha256()
        with archive.open(_entry(content, is_squeezed), "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        for name, key in keys.items():
            archive.writestr(_entry(f"{KEYS}{name}", is_squeezed=True), key)
        manifest = describe(digest.hexdigest())
        archive.writestr(_entry(MANIFEST, is_squeezed=True), written(manifest))
    return manifest


def _entry(name: str, is_squeezed: bool) -> ZipInfo:
    entry = ZipInfo(name)
    entry.external_attr = 0o600 << 16
    entry.compress_type = ZIP_STORED if is_squeezed else ZIP_DEFLATED
    entry._compresslevel = LEVEL  # type: ignore[attr-defined]  # no other way for one entry
    return entry


class Archive:
    """A backup that is read."""

    def __init__(self, archive: ZipFile, path: Path) -> None:
        self._archive, self._path = archive, path
        try:
            self.manifest = read_manifest(archive.read(MANIFEST))
            archive.getinfo(self.manifest.content)
        except BackupError as fault:
            raise BackupError(f"{path}: {fault}") from None
        except (KeyError, RuntimeError) as fault:  # not there, or behind a password
            raise BackupError(f"{path} is no backup of Bei: {fault.args[0]}") from None

    def keys(self) -> dict[str, str]:
        """The keys that were put in, by name."""
        names = (name for name in self._archive.namelist() if name.startswith(KEYS))
        return {
            name[len(KEYS) :]: self._archive.read(name).decode("ascii", "replace") for name in names
        }

    def chunks(self) -> Iterator[bytes]:
        """The database, piece by piece."""
        with self._archive.open(self.manifest.content) as member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk

    def check(self) -> None:
        """Read all of it; BackupError where anything is not what was written."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        if digest.hexdigest() != self.manifest.sha256:
            raise BackupError(f"{self._path} is no whole backup: its content was changed")
        self.keys()  # reading compares a sum of its own


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup; BackupError where it is none, or as soon as a part of it is found damaged."""
    try:
        with ZipFile(path) as archive:
            yield Archive(archive, path)
    except _DAMAGED as fault:
        raise BackupError(f"{path} is no whole backup of Bei: {fault}") from None
