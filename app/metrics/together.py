"""Where the processes that serve one port count together."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.config import count_together_in

# In memory: where a disk is full, a process that writes to such a file is killed for it.
_MEMORY = Path("/dev/shm")  # noqa: S108 – a folder of our own in it, which nobody else reads


@contextmanager
def counting_together() -> Iterator[None]:
    """Let the processes that are started in this block count together, anew with every start."""
    where = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(
        prefix="bei-metrics-", dir=where, ignore_cleanup_errors=True
    ) as folder:
        count_together_in(folder)
        yield
