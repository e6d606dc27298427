"""What a key press leads to."""

from dataclasses import dataclass

from handlers.commands import Command
from handlers.screens.frames import Frame


@dataclass(frozen=True)
class Forward:
    """To another screen."""

    frame: Frame


@dataclass(frozen=True)
class Again:
    """The same screen once more, with a line that says why."""

    notice: str


@dataclass(frozen=True)
class Finish:
    """Do it, and hang up with the reply."""

    command: Command


@dataclass(frozen=True)
class Settle:
    """Do it, and return to the first screen, which shows it done."""

    command: Command


Move = Forward | Again | Finish | Settle
