"""The caller types a price: the one screen whose input is no key."""

import re
from decimal import Decimal

from handlers.commands import Item, PriceReport
from handlers.screens.caller import Caller
from handlers.screens.frames import Amount
from handlers.screens.moves import Again, Finish, Move
from handlers.screens.screen import BACK, Line, Screen, fit, key
from messaging.phrases import say
from prices.kinds import PriceType

MOST = Decimal(9_999_999)

# 45, 45.50, 45,50, 1,500, 1 500, KES 45, Sh45, S/1.45, 45/=, 45 bob, 450 F
_MONEY = r"(?:[a-z]{2,4}\.?|s/\.?|f)?"
_AMOUNT = re.compile(
    rf"{_MONEY}\s*([0-9]{{1,3}}(?:[, ][0-9]{{3}})+|[0-9]{{1,7}})([.,][0-9]{{1,2}})?\s*"
    rf"(?:{_MONEY}|/[=-])",
    re.IGNORECASE,
)


def show(frame: Amount, caller: Caller, notice: str) -> Screen:
    """What is asked: the price of one base unit, at which step of the trade, in which money."""
    language, entry = caller.language, caller.vocabulary.commodities[frame.commodity]
    asked = say(
        language,
        "{price_type}, 1 {unit}, how many {currency}?",
        price_type=_price_type(language, entry.price_type),
        unit=caller.base_unit(frame.commodity),
        currency=caller.vocabulary.country.currency_sign,
    )
    return Screen(
        fit(
            lambda width: [
                Line(notice),
                Line(_subject(frame, caller, width)),
                Line(asked),
                Line(say(language, "Type the number only."), rank=1),
                Line(key(BACK, say(language, "Back"))),
            ]
        )
    )


def press(frame: Amount, token: str, caller: Caller) -> Move:
    """A price, or a kind word about what was no price."""
    price = price_typed(token)
    if price is None:
        return Again(say(caller.language, "That is no price we can read."))
    # The screen asked for the price of just this much.
    unit = caller.vocabulary.commodities[frame.commodity].base_unit
    item = Item(
        commodity=frame.commodity,
        place_id=frame.place_id,
        price=price,
        unit=unit,
        held_report=frame.held_report,
    )
    return Finish(PriceReport((item,)))


def price_typed(text: str) -> Decimal | None:
    """The amount in what was typed; None for nothing, for less than a cent, for far too much."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    whole, cents = match.groups()
    price = Decimal(re.sub("[, ]", "", whole) + (cents or "").replace(",", "."))
    return price if 0 < price <= MOST else None


def _price_type(language: str, price_type: PriceType) -> str:
    match price_type:
        case PriceType.FARM_GATE:
            return say(language, "At the farm")
        case PriceType.WHOLESALE:
            return say(language, "Wholesale")
        case PriceType.RETAIL:
            return say(language, "In the shop")


def _subject(frame: Amount, caller: Caller, width: int) -> str:
    return f"{caller.commodity(frame.commodity, width)}, {caller.place(frame.place_id, width)}"
