"""A stand-in as a process of its own: start it, ask it, read what it accepted."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.stand_in.journal import Heard, read_journal
from tests.stand_in.plan import Plan, as_json
from tests.stand_in.standin import OWN_PATH

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class StandInProcess:
    """A stand-in that runs elsewhere; its journal outlives it."""

    url: str
    journal: Path

    def calls(self) -> list[Heard]:
        """All calls so far."""
        return read_journal(self.journal)

    def state(self) -> dict[str, int]:
        """How far it is (`StandIn.state`)."""
        told: dict[str, int] = requests.get(self.url + OWN_PATH, timeout=PATIENCE_SECONDS).json()
        return told

    def release(self, *numbers: str) -> int:
        """Let it bring the reports that it held, about these numbers or all; how many it had."""
        answer = requests.post(
            f"{self.url}{OWN_PATH}/release", json=numbers, timeout=PATIENCE_SECONDS
        )
        return int(answer.json()["released"])

    def follow(self, plan: Plan) -> None:
        """Let it go by another plan from now on."""
        requests.post(f"{self.url}{OWN_PATH}/plan", data=as_json(plan), timeout=PATIENCE_SECONDS)


@contextmanager
def standing_in(
    plan: Plan, journal: Path, *, reports_to: str | None = None
) -> Iterator[StandInProcess]:
    """A stand-in, as long as the block lasts."""
    command = [sys.executable, "-m", "tests.stand_in", "--journal", str(journal)]
    command += ["--plan", as_json(plan)]
    if reports_to is not None:
        command += ["--reports-to", reports_to]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the stand-in did not start")
        yield StandInProcess(url, journal)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()
