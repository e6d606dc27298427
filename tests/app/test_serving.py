"""`bei web` as a process: how it ends."""

import subprocess
import sys
from pathlib import Path
from shutil import copy

from bench.ussd_servers import environment_of, free_port

TOLD_AT_ONCE = """
import os, signal, time
from app.cli.forked import let_forks_be_ended

let_forks_be_ended()
signal.signal(signal.SIGTERM, lambda *_: None)
for _ in range(100):
    child = os.fork()
    if not child:
        time.sleep(20)
        os._exit(1)
    os.kill(child, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
os.kill(os.getpid(), signal.SIGTERM)
"""
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


def test_a_fork_hears_what_it_is_told_at_once() -> None:
    subprocess.run([sys.executable, "-c", TOLD_AT_ONCE], check=True, timeout=PATIENCE_SECONDS)
