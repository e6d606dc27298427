"""The two servers of `bench.ussd`, each a process of its own on a free port of this machine."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ussd_load import HOST, Address
from tests.cast import NUMBER_KEY

ROOT = Path(__file__).parents[1]
SECRET = "bench"
PATIENCE_SECONDS = 60


@contextmanager
def serving(
    module: str, *arguments: str, url: str, processes: int, log: Path, **settings: str
) -> Iterator[Address]:
    """Serve with `python -m module` on a database, as long as the block lasts."""
    port = free_port()
    environment = environment_of(url, port, processes, **settings)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=log.parent,
            env=environment,
            stdout=errors,
            stderr=errors,
        )
        try:
            _wait_for(process, port, log)
            yield Address(port, f"/webhooks/africastalking/{SECRET}/ussd")
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def environment_of(url: str, port: int, processes: int, **settings: str) -> dict[str, str]:
    """Nothing of this shell's, nor of an .env file here: every run has the same settings."""
    return {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(processes),
        "BEI_HOST": HOST,
        "BEI_SIMULATOR": "1",
        "BEI_AT_WEBHOOK_SECRET": SECRET,
        **settings,
        "BEI_NUMBER_KEY": NUMBER_KEY,
    }


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no server: {log.read_text()[-2000:]}")
