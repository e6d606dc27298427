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
    """Do it, and show it done: on the first screen, or one screen back."""

    command: Command
    goes_back: bool = False


@dataclass(frozen=True)
class Enter:
    """Do it, and go on in the same call: its reply stands above the screen of `then`.

    Where a screen of that kind was passed it is that one, so that one entry follows another; None:
    one screen back.
    """

    command: Command
    then: Frame | None = None


@dataclass(frozen=True)
class Instead:
    """To another screen, and from there not back to this one."""

    frame: Frame


@dataclass(frozen=True)
class Text:
    """Send what the command's reply would be as a text, because it is worth keeping; stay here."""

    command: Command


@dataclass(frozen=True)
class Back:
    """One screen back."""


@dataclass(frozen=True)
class Home:
    """To the first screen."""


Move = Forward | Again | Finish | Settle | Enter | Instead | Text | Back | Home
