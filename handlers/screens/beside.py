"""What the screens beside a price share: where to sell it, and how it moved."""

from handlers.commands import Command
from handlers.screens.caller import Caller
from handlers.screens.entrances import to_places
from handlers.screens.filling import NEEDED, Row
from handlers.screens.frames import Amount, BestMarkets, PriceView, Purpose, TrendView
from handlers.screens.moves import Again, Forward, Move, Text
from handlers.screens.screen import BACK, OTHER, Line, back_and_home, key
from messaging.phrases import say

PRICE, BY_TEXT, REPORT = "1", "2", "3"

# Keys go before anything that is told; one that found no room does what it always does.
OTHER_KEY, PRICE_KEY = 10, 11


def press_beside(
    frame: BestMarkets | TrendView,
    token: str,
    caller: Caller,
    *,
    as_text: Command,
    elsewhere: Purpose,
) -> Move:
    """To the price there, to keep it as a text, to tell one's own price, or to another place."""
    match token:
        case "1":
            return Forward(PriceView(frame.commodity, frame.place_id))
        case "2":
            return Text(as_text)
        case "3" if caller.is_trading_place(frame.place_id):
            return Forward(Amount(frame.commodity, frame.place_id))
        case "8":
            return to_places(caller, elsewhere, frame.commodity)
        case _:
            return Again(say(caller.language, "Not on the list. Press a number:"))


def keys(caller: Caller) -> list[Row]:
    """What can be done with an answer: above all to have it as a text, with what had no room."""
    language = caller.language
    back = key(BACK, say(language, "Back"))
    return [
        [Line(key(PRICE, say(language, "Price")), PRICE_KEY)],
        [Line(key(BY_TEXT, say(language, "SMS me")), NEEDED)],
        [Line(key(OTHER, say(language, "Other place")), OTHER_KEY)],
        [Line(back_and_home(language), NEEDED, short=back)],
    ]


def demo_mark(language: str, rank: int, *, is_demo: bool) -> Line:
    """The mark of what was made up; a word of it is always there."""
    if not is_demo:
        return Line("")
    return Line(say(language, "Demo data, not real"), rank, short=say(language, "DEMO"))


def nothing_known(
    frame: BestMarkets | TrendView, caller: Caller, notice: str, sentence: str
) -> list[Line]:
    """An honest nothing, and the way to tell the first price; as a text it is worth nothing."""
    language, report = caller.language, ""
    if caller.is_trading_place(frame.place_id):
        report = key(REPORT, say(language, "Report a price"))
    return [
        Line(notice, rank=1),
        Line(sentence),
        Line(key(PRICE, say(language, "Price")), PRICE_KEY),
        Line(report, rank=2),
        Line(key(OTHER, say(language, "Other place")), OTHER_KEY),
        Line(back_and_home(language)),
    ]


def commodity_within(caller: Caller, code: str, width: int) -> str:
    """A commodity's name within a sentence: milk."""
    name = caller.commodity(code, width)
    return name[:1].lower() + name[1:]
