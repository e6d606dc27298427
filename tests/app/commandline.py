"""Run `bei` in a story: its own process, as an operator would."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def bei(*arguments: str, database_url: str, stdin: str = "", **environment: str) -> Ran:
    """Run one command with a clean environment; nothing of the machine's own settings leaks in."""
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            **environment,
        },
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)
