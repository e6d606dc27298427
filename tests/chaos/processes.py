"""`bei …` as its operator starts it: processes of their own, which a story may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests

from tests.cast import NUMBER_KEY

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
SECRET = "a-long-random-secret"
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Running:
    """A process that was started."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        """As it stands in the claims it makes."""
        return f"{socket.gethostname()}:{self.process.pid}"

    def says(self, event: str) -> bool:
        """Whether that stands in its log."""
        return event.encode() in self.log.read_bytes()

    def kill(self) -> None:
        """Let the power go, of web with the processes that serve: nothing is tidied up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def end(self) -> float:
        """Tell it to stop, and see that it does so in order; how many seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        code = self.process.wait(PATIENCE_SECONDS)
        assert code == 0, f"it ended with {code}: {self.log.read_text()[-2000:]}"
        return time.monotonic() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running behind a story, however it ended."""
        if self.process.poll() is None:
            self.kill()


class Bei:
    """A service by its settings: nothing of this shell's, nor of an .env file here."""

    def __init__(self, folder: Path, database_url: str, gateway_url: str, port: int) -> None:
        self.folder = folder
        self.port = port
        self.settings: dict[str, str] = {
            "DATABASE_URL": database_url,
            "BEI_NUMBER_KEY": NUMBER_KEY,
            "PORT": str(port),
            "BEI_HOST": HOST,
            "BEI_PUBLIC_BASE_URL": f"http://{HOST}:{port}",
            "BEI_AT_USERNAME": "bei",
            "BEI_AT_API_KEY": "key",
            "BEI_AT_SENDER": "BEI",
            "BEI_AT_WEBHOOK_SECRET": SECRET,
            "BEI_AT_BASE_URL": gateway_url,
            "BEI_TWILIO_ACCOUNT_SID": "AC1",
            "BEI_TWILIO_AUTH_TOKEN": "twilio-token",
            "BEI_TWILIO_FROM": "+15005550006",
            "BEI_TWILIO_BASE_URL": gateway_url,
            # It may be night in Nairobi when somebody runs this.
            "BEI_QUIET_HOURS": "",
            "BEI_DAILY_NUDGES": "0",
        }
        self._running = ExitStack()
        self._started = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def start(self, command: str, **settings: str) -> Running:
        """Start `bei worker`, or whatever it is."""
        self._started += 1
        log = self.folder / f"{command}-{self._started}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", command],
                cwd=self.folder,
                env=self.environment(settings),
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # a group of its own, to be killed as one
            )
        return self._running.enter_context(Running(process, log))

    def serve(self) -> Running:
        """Start `bei web` and wait until it answers."""
        web = self.start("web")
        until(lambda: _answers(f"http://{HOST}:{self.port}/healthz"))
        return web

    def says(self, *command: str, **settings: str) -> str:
        """What a command of the operator's prints."""
        ran = subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            cwd=self.folder,
            env=self.environment(settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return ran.stdout + ran.stderr

    def errors(self) -> list[str]:
        """What any of its processes logged as an error."""
        logs = (log.read_text().splitlines() for log in sorted(self.folder.glob("*.log")))
        return [line for lines in logs for line in lines if '"level": "error"' in line]

    def webhook(self, name: str, form: Mapping[str, str]) -> requests.Response:
        """What Africa's Talking brings."""
        return requests.post(webhook_url(self.port, name), data=form, timeout=PATIENCE_SECONDS)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """What it knows of the world."""
        return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **self.settings, **settings}


def webhook_url(port: int, name: str) -> str:
    """One of Africa's Talking's webhooks."""
    return f"http://{HOST}:{port}/webhooks/africastalking/{SECRET}/{name}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def until(
    happened: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS, every: float = 0.05
) -> None:
    """Wait for something; the story fails when it does not happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not happen")
        time.sleep(every)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
