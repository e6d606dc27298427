"""How a process that serves looks after its memory."""

import gc

# Young objects to wait for, and rounds until the middle-aged and the old are looked at.
_THRESHOLDS = (10_000, 20, 100)


def load_without_looking() -> None:
    """Look for no garbage while modules are loaded.

    All of it stays; to walk it again and again took a seventh of a start.
    """
    gc.disable()


def keep_what_is_loaded() -> None:
    """Look for garbage from now on, but never again among what is there already."""
    gc.freeze()
    gc.enable()


def collect_rarely() -> None:
    """Look for garbage seldom: what a text leaves behind has no cycles and goes by itself.

    A country's words are 180,000 objects; to walk them all took 70 ms, in the middle of a reply.
    """
    gc.set_threshold(*_THRESHOLDS)
