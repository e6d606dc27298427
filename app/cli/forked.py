"""Commands of ours that run beside one another, each a fork of this process.

Everything is loaded already: a fork goes on at once, where a new interpreter would first import
it all again, which takes longer than anything else of a start.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from typing import BinaryIO, NoReturn

from honcho.manager import Manager
from honcho.process import Process


@cache
def let_forks_be_ended() -> None:
    """From now on let every process that is forked end when it is told to, from the first moment.

    Until it has its own way with SIGTERM it has that of its parent, who may only take note; and
    what comes before Python is itself again after a fork, Python forgets. Whoever forked it would
    wait for ever: so the signal is held back meanwhile.
    """
    masks: list[set[int | signal.Signals]] = []

    def hold_back() -> None:
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}))

    def let_come() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, masks.pop())

    def end_when_told() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        let_come()

    os.register_at_fork(before=hold_back, after_in_parent=let_come, after_in_child=end_when_told)


def run_together(commands: list[str], begin: Callable[[], None]) -> int:
    """Run commands until one of them ends, and print what they say; the exit code.

    `begin` reads `sys.argv`, does what it says, and exits.
    """

    class Command(Process):  # type: ignore[misc] # honcho has no types
        """A command, and what it says, in honcho's words."""

        def __init__(self, command: str, **more: object) -> None:
            super().__init__(command, **more)
            self._child_ctor = lambda cmd, **_: Fork(cmd, begin)

    let_forks_be_ended()
    manager = Manager()
    manager._process_ctor = Command
    for command in commands:
        manager.add_process(command, command)
    manager.loop()
    return manager.returncode or 0


class Fork:
    """A command in a process of its own, as far as honcho wants it to be like a Popen."""

    returncode: int | None = None

    def __init__(self, command: str, begin: Callable[[], None]) -> None:
        heard, said = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(heard)
            _become(command, said, begin)
        os.close(said)
        self.stdout: BinaryIO = os.fdopen(heard, "rb")

    def wait(self) -> None:
        """Until it has ended."""
        _, status = os.waitpid(self.pid, 0)
        self.returncode = os.waitstatus_to_exitcode(status)


def _become(command: str, said: int, begin: Callable[[], None]) -> NoReturn:
    """Be what `python -m app.cli COMMAND` would have become, and end as it ends."""
    os.setsid()  # a Ctrl-C reaches the first of us alone, who then tells the others
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.close(said)
    # A worker that is told to begin anew looks here for what it is.
    sys.orig_argv = [sys.executable, "-m", "app.cli", command]
    sys.argv = [sys.argv[0], command]
    code = 1
    try:
        begin()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
