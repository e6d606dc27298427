"""Where the processes that serve one port count together."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

from app.config import count_together_in

# In memory: where a disk is full, a process that writes to such a file is killed for it.
_MEMORY = Path("/dev/shm")  # noqa: S108 – a folder of our own in it, which nobody else reads
_PREFIX = "bei-metrics-"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def counting_together() -> Iterator[None]:
    """Let the processes that are started in this block count together, anew with every start."""
    where = _MEMORY if _MEMORY.is_dir() else Path(tempfile.gettempdir())
    _clear_dead(where)
    folder, held = _own_folder(where)
    try:
        count_together_in(str(folder))
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _own_folder(where: Path) -> tuple[Path, int]:
    """A new folder, locked as long as we or a process of ours lives: a lock dies with them."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where))
        with suppress(FileNotFoundError):  # another start took it for a dead one's at once
            held = os.open(folder, _FOLDER)
            flock(held, LOCK_SH)
            if folder.exists():
                return folder, held
            os.close(held)


def _clear_dead(where: Path) -> None:
    """Remove what starts left that were killed: memory that nobody would ever give back."""
    for folder in where.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # it lives, is somebody else's, or is no folder
            held = os.open(folder, _FOLDER)
            try:
                flock(held, LOCK_EX | LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)
