"""What radio scripts are written with, by the settings."""

import re
from datetime import timedelta
from pathlib import Path

from app.config import Settings
from scheduler.radio_writing import RadioDesk


def radio_desk(settings: Settings) -> RadioDesk:
    """The desk as the operator set it up."""
    address = settings.public_base_url
    return RadioDesk(
        directory=Path(settings.radio_dir),
        number=_number(settings),
        host=(address.host if address is not None else None) or "localhost",
        grace=timedelta(hours=settings.bulletin_grace_hours),
    )


def _number(settings: Settings) -> str | None:
    """Where people text to; a sender of letters takes no texts, so it is not said."""
    senders = (settings.at_sender, settings.twilio_from)
    return next((one for one in senders if one and re.fullmatch(r"\+?\d+", one)), None)
