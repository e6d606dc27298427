"""Commands that `bei run` runs beside one another, as forks of itself."""

import subprocess
import sys
from textwrap import dedent

BEGINNING = """
    import signal
    import sys

    from app.cli.forked import run_together

    def begin():
        what = sys.argv[1]
        if what == "waits":
            signal.pause()
        print(f"I am {sys.orig_argv[-1]}")
        if what == "fails":
            sys.exit(3)
        raise LookupError("no such thing")

    if __name__ == "__main__":
        sys.exit(run_together(["waits", "{what}"], begin))
"""


def run(what: str) -> tuple[int, str]:
    script = dedent(BEGINNING).replace("{what}", what)
    made = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert made.stderr == ""
    return made.returncode, made.stdout


def test_when_one_ends_the_other_is_ended_and_its_code_is_ours() -> None:
    code, told = run("fails")
    assert code == 3
    assert "fails  | I am fails\n" in told
    assert "waits stopped (rc=-15)" in told


def test_what_breaks_is_told_and_does_not_go_on_where_it_was_forked() -> None:
    code, told = run("breaks")
    assert code == 1
    assert "breaks | LookupError: no such thing" in told
    assert told.count("breaks started") == 1
