"""A step of a call: the menu that can be heard, for people who cannot read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.allowance import NOTHING, Allowance
from handlers.screens.frames import NAMES, WatchMark
from handlers.screens.spoken import MENU
from handlers.ussd import handle_ussd
from messaging.message import UssdRequest
from messaging.phrases import say
from messaging.phrases.aloud import read_aloud
from messaging.ussd_sessions import Seat, storable, take_seat
from prices.catalogue import Catalogue

# As many as the longest price has.
MOST_FIGURES = 7


@dataclass(frozen=True)
class VoiceAnswer:
    """What the caller hears; `farewell` ends the call where no key comes.

    `next_input` is the number of the input that comes next, so that a repeat is known by its own.
    `most_keys` are pressed for it: with more than one the hash key ends them.
    """

    text: str
    farewell: str
    next_input: int
    most_keys: int = 1
    ends: bool = False


def handle_voice(
    session: Session,
    request: UssdRequest,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
) -> VoiceAnswer:
    """Answer one step, as a hop on the screen is answered."""
    answer = handle_ussd(
        session,
        request,
        catalogue=catalogue,
        default_country=default_country,
        now=now,
        allowance=allowance,
        menu=MENU,
    )
    seat = take_seat(session, storable(request))
    if seat is None:
        raise LookupError("a call that was answered a moment ago is gone")
    language = seat.person.language
    if language is None:
        language = catalogue.vocabulary(session, seat.person.country).country.language
    farewell = say(language, "We heard no number. Goodbye.")
    text = answer.text
    if answer.ends:  # a reply as it would be read
        text = read_aloud(text, language, this_year=now.year)
    return VoiceAnswer(text, farewell, seat.inputs + 1, _most_keys(seat), answer.ends)


def _most_keys(seat: Seat) -> int:
    frames = seat.state.get("frames")
    return MOST_FIGURES if frames and frames[-1]["at"] == NAMES[WatchMark] else 1
