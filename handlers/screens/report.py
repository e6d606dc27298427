"""The caller types a price: the one screen whose input is no key."""

import re
from decimal import Decimal

from handlers.commands import Item, PriceReport
from handlers.screens.caller import Caller
from handlers.screens.frames import Amount, PriceTypes, Units
from handlers.screens.moves import Again, Finish, Forward, Move
from handlers.screens.screen import Line, Screen, back_and_home, fit, key
from messaging.phrases import say
from prices.kinds import PriceType

MOST = Decimal(9_999_999)
# Nobody writes 1 as 01: so these keys stay apart from every price.
OTHER_UNIT, OTHER_STEP = "01", "02"

# 45, 45.50, 45,50, 1,500, 1 500, KES 45, Sh45, S/1.45, 45/=, 45 bob, 450 F
_MONEY = r"(?:[a-z]{2,4}\.?|s/\.?|f)?"
_AMOUNT = re.compile(
    rf"{_MONEY}\s*([0-9]{{1,3}}(?:[, ][0-9]{{3}})+|[0-9]{{1,7}})([.,][0-9]{{1,2}})?\s*"
    rf"(?:{_MONEY}|/[=-])",
    re.IGNORECASE,
)


def show(frame: Amount, caller: Caller, notice: str) -> Screen:
    """What is asked: the price of one unit, at which step of the trade, in which money."""
    language = caller.language
    other_terms = " ".join(
        [
            key(OTHER_UNIT, say(language, "Other unit")),
            key(OTHER_STEP, say(language, "Farm or shop")),
        ]
    )

    def compose(width: int) -> list[Line]:
        asked = say(
            language,
            "{price_type}, 1 {unit}, how many {currency}?",
            price_type=price_type_words(language, price_type_of(frame, caller)),
            unit=caller.unit(unit_of(frame, caller), width),
            currency=caller.vocabulary.country.currency_sign,
        )
        return [
            Line(notice),
            Line(_subject(frame, caller, width)),
            Line(asked),
            Line(say(language, "Type the number only."), rank=2),
            Line("" if frame.held_report else other_terms, rank=1),
            Line(back_and_home(language)),
        ]

    return Screen(fit(compose))


def press(frame: Amount, token: str, caller: Caller) -> Move:
    """A price, or a kind word about what was no price."""
    if frame.held_report is None and token in {OTHER_UNIT, OTHER_STEP}:
        return _other_terms(frame, token, caller)
    price = price_typed(token)
    if price is None:
        return Again(say(caller.language, "That is no price we can read."))
    # The screen asked for the price of just this much.
    item = Item(
        commodity=frame.commodity,
        place_id=frame.place_id,
        price=price,
        unit=unit_of(frame, caller),
        price_type=frame.price_type,
        held_report=frame.held_report,
    )
    return Finish(PriceReport((item,)))


def unit_of(frame: Amount, caller: Caller) -> str:
    """The unit that is asked for."""
    return frame.unit or caller.vocabulary.commodities[frame.commodity].base_unit


def price_type_of(frame: Amount, caller: Caller) -> PriceType:
    """The step of the trade that is asked for."""
    return frame.price_type or caller.vocabulary.commodities[frame.commodity].price_type


def _other_terms(frame: Amount, token: str, caller: Caller) -> Move:
    if token == OTHER_STEP:
        return Forward(PriceTypes(frame, tuple(PriceType)))
    units = tuple(caller.facts.units(frame.commodity, frame.place_id))
    return Forward(Units(frame, units))


def price_typed(text: str) -> Decimal | None:
    """The amount in what was typed; None for nothing, for less than a cent, for far too much."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    whole, cents = match.groups()
    price = Decimal(re.sub("[, ]", "", whole) + (cents or "").replace(",", "."))
    return price if 0 < price <= MOST else None


def price_type_words(language: str, price_type: PriceType) -> str:
    """The step of the trade at which the caller deals."""
    match price_type:
        case PriceType.FARM_GATE:
            return say(language, "At the farm")
        case PriceType.WHOLESALE:
            return say(language, "Wholesale")
        case PriceType.RETAIL:
            return say(language, "In the shop")


def _subject(frame: Amount, caller: Caller, width: int) -> str:
    return f"{caller.commodity(frame.commodity, width)}, {caller.place(frame.place_id, width)}"
