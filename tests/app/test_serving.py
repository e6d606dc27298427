"""`bei web` as a process: how it ends."""

import subprocess
import sys
from pathlib import Path
from shutil import copy

from bench.ussd_servers import environment_of, free_port

# Less than what it takes until it is killed.
PATIENCE_SECONDS = 20


def test_who_is_told_to_end_while_it_begins_ends(sqlite_template: Path, tmp_path: Path) -> None:
    copy(sqlite_template, tmp_path / "bei.db")
    settings = environment_of(f"sqlite:///{tmp_path / 'bei.db'}", free_port(), 2)
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "web"],
        cwd=tmp_path,
        env=settings,
        stderr=subprocess.PIPE,
        text=True,
    ) as web:
        assert web.stderr is not None
        told = next(line for line in web.stderr if "Spawning worker-1" in line)
        web.terminate()
        try:
            _, rest = web.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            web.kill()
            raise
    assert web.returncode == 0, told + rest
