"""What was typed since the last hop: told by the transcript, by numbers, or by the clock (pure)."""

from datetime import datetime, timedelta
from typing import assert_never

from messaging.message import LastInput, Transcript, Typed
from messaging.ussd_sessions import Seat

SEPARATOR = "*"
# Where inputs are not numbered, the same one again so soon is the carrier's repeat: nobody reads
# a screen and answers it in this time.
REPEATED_WITHIN = timedelta(seconds=2)


def is_repeat(seat: Seat, typed: Typed, now: datetime) -> bool:
    """True for the hop just answered, and for an earlier one that comes late."""
    match typed:
        case Transcript(text):
            # Every transcript begins with the dial, which is empty.
            is_earlier = text == "" or seat.transcript.startswith(text + SEPARATOR)
            return text == seat.transcript or is_earlier
        case LastInput(text, number):
            if number is not None:
                return number <= seat.inputs
            is_soon = now - seat.updated_at < REPEATED_WITHIN
            return is_soon and text == seat.transcript.rpartition(SEPARATOR)[2]
        case _:
            assert_never(typed)


def new_input(seat: Seat, typed: Typed) -> str | None:
    """What was typed since; None where it does not go on from what we know."""
    match typed:
        case Transcript(text) if not seat.transcript:
            return text
        case Transcript(text):
            prefix = seat.transcript + SEPARATOR
            return text[len(prefix) :] if text.startswith(prefix) else None
        case LastInput(text, number):
            return text if number in {None, seat.inputs + 1} else None
        case _:
            assert_never(typed)


def transcript_with(seat: Seat, typed: Typed) -> str:
    """All that was typed, now that this has come."""
    match typed:
        case Transcript(text):
            return text
        case LastInput(text):
            return f"{seat.transcript}{SEPARATOR}{text}" if seat.inputs else text
        case _:
            assert_never(typed)


def number_of(typed: Typed) -> int:
    """Which input this is, where the gateway counts them; else 0."""
    return typed.number or 0 if isinstance(typed, LastInput) else 0
