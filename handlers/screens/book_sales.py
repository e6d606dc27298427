"""The bulk goes to a buyer, and the buyer pays: who, how much, at which price, what of it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from handlers.commands import BulkSale, BuyerPaid
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.milk_words import litres_told
from handlers.screens.book_facts import BuyerFacts
from handlers.screens.book_frames import (
    BookMenu,
    BuyerAmount,
    Buyers,
    SaleLitres,
    SalePrice,
    SaleTaken,
)
from handlers.screens.book_typed import kind_of_buyer, litres_typed, sum_typed
from handlers.screens.caller import Caller
from handlers.screens.groups import code_of, group_of
from handlers.screens.lists import is_words, picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.names import LONGEST
from handlers.screens.report import price_typed
from handlers.screens.screen import (
    MORE,
    Line,
    Screen,
    back_and_home,
    fit,
    key,
    listing,
)
from messaging.phrases import say
from messaging.phrases.formats import amount, money
from prices.kinds import Buyer
from prices.vocabulary import fold

# Nobody writes 1 as 01: so this key stays apart from every figure.
AS_BEFORE = "01"
# A group has few buyers; of many the latest.
MOST_BUYERS = 14


def to_buyers(group_id: int, caller: Caller, *, is_paying: bool) -> Buyers:
    """Whoever bought last comes first; who pays is one of those who owe."""
    buyers = caller.facts.book(group_id).buyers()
    meant = [one.name for one in buyers if one.owes > 0 or not is_paying]
    return Buyers(group_id, tuple(meant[:MOST_BUYERS]), is_paying)


def show(frame: Buyers, caller: Caller, notice: str) -> Screen:
    """The buyers, with what they paid for a litre last, or what they owe."""
    language = caller.language
    known = {one.name: one for one in caller.facts.book(frame.group_id).buyers()}
    return listing(
        language,
        notice or _title(frame, language),
        lambda width: [
            _label(frame, name, known.get(name), caller, width) for name in frame.options
        ],
    )


def press(frame: Buyers, shown: int, token: str, caller: Caller) -> Move:
    """A buyer by the key, or typed; or more of them."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    name = picked(frame.options, shown, token)
    if name is None and is_words(token) and len(token) <= LONGEST:
        name = _as_before(" ".join(token.split()), frame, caller)
    if name is None:
        return Again(say(caller.language, "Press a number, or type the buyer's name:"))
    if frame.is_paying:
        return Forward(BuyerAmount(frame.group_id, name))
    return Forward(SaleLitres(frame.group_id, name))


def show_litres(frame: SaleLitres, caller: Caller, notice: str) -> Screen:
    """How much went to them."""
    language = caller.language
    return _asks(
        caller,
        notice,
        lambda width: _name(frame.buyer, width),
        say(language, "How many litres? Type it:"),
    )


def press_litres(frame: SaleLitres, token: str, caller: Caller) -> Move:
    """On to the price."""
    item = litres_typed(token, caller)
    if item is None or item.quantity is None:
        return Again(say(caller.language, "Those are no litres we can read."))
    return Forward(SalePrice(frame, item.quantity, item.unit))


def show_price(frame: SalePrice, caller: Caller, notice: str) -> Screen:
    """At how much a litre; as they paid last is one key."""
    language, last = caller.language, _last_price(frame, caller)
    as_before = "" if last is None else key(AS_BEFORE, _money(last, frame.group_id, caller))
    return _asks(
        caller,
        notice,
        lambda width: f"{_name(frame.of.buyer, width)}, {_quantity(frame, caller)}",
        say(language, "Price of a litre? Type it:"),
        as_before,
    )


def press_price(frame: SalePrice, token: str, caller: Caller) -> Move:
    """On to what they took of it."""
    price = _last_price(frame, caller) if token == AS_BEFORE else price_typed(token)
    if price is None:
        return Again(say(caller.language, "That is no price we can read."))
    return Forward(SaleTaken(frame, price))


def show_taken(frame: SaleTaken, caller: Caller, notice: str) -> Screen:
    """All of it, or how much."""
    language, sold = caller.language, frame.of
    price = _money(frame.price, frame.group_id, caller)
    return _asks(
        caller,
        notice,
        lambda width: f"{_name(sold.of.buyer, width)}, {_quantity(sold, caller)}, {price}",
        say(language, "How many litres did they take? Type it:"),
        key(AS_BEFORE, say(language, "All of it")),
    )


def press_taken(frame: SaleTaken, token: str, caller: Caller) -> Move:
    """The sale is written."""
    sold = frame.of
    accepted: Decimal | None = None
    if token != AS_BEFORE:
        taken = litres_typed(token, caller)
        if taken is None or taken.unit not in {None, sold.unit or "litre"}:
            return Again(say(caller.language, "Those are no litres we can read."))
        accepted = taken.quantity
    command = BulkSale(
        sold.litres,
        sold.of.buyer,
        frame.price,
        unit=sold.unit,
        accepted=accepted,
        buyer_kind=_kind(sold.of, caller),
        group=code_of(frame.group_id, caller),
    )
    return Enter(command, BookMenu(frame.group_id))


def show_amount(frame: BuyerAmount, caller: Caller, notice: str) -> Screen:
    """What they owe, and what they paid."""
    language, buyer = caller.language, _known(frame.group_id, frame.buyer, caller)
    owes = buyer.owes if buyer is not None else Decimal(0)
    told = _money(owes, frame.group_id, caller)
    return _asks(
        caller,
        notice,
        lambda width: (
            say(language, "{name} owes {sum}", name=_name(frame.buyer, width), sum=told)
            if owes > 0
            else _name(frame.buyer, width)
        ),
        say(language, "How much did they pay? Type it:"),
        key(AS_BEFORE, say(language, "All of it")) if owes > 0 else "",
    )


def press_amount(frame: BuyerAmount, token: str, caller: Caller) -> Move:
    """The payment is written."""
    buyer = _known(frame.group_id, frame.buyer, caller)
    owes = None if buyer is None or buyer.owes <= 0 else buyer.owes
    paid = owes if token == AS_BEFORE else sum_typed(token, caller)
    if paid is None:
        return Again(say(caller.language, "That is no sum we can read."))
    command = BuyerPaid(frame.buyer, paid, group=code_of(frame.group_id, caller))
    return Enter(command, BookMenu(frame.group_id))


def _asks(
    caller: Caller,
    notice: str,
    about: Callable[[int], str],
    asked: str,
    way: str = "",
) -> Screen:
    """What it is about, what is to be typed, and the key that spares it."""
    return Screen(
        fit(
            lambda width: [
                Line(notice),
                Line(about(width), rank=2 if notice else 0),
                Line(asked),
                Line(way),
                Line(back_and_home(caller.language)),
            ]
        )
    )


def _title(frame: Buyers, language: str) -> str:
    if not frame.options:
        return say(language, "Type the buyer's name:")
    if frame.is_paying:
        return say(language, "Who paid? Or type the name:")
    return say(language, "Sold to whom? Or type the name:")


def _label(frame: Buyers, name: str, buyer: BuyerFacts | None, caller: Caller, width: int) -> str:
    told = _name(name, width)
    if buyer is None:
        return told
    if frame.is_paying:
        return f"{told}: {amount(buyer.owes, caller.language)}"
    return told if buyer.price is None else f"{told} {amount(buyer.price, caller.language)}"


def _name(buyer: str, width: int) -> str:
    return clip(quotable(buyer), width).strip() or "?"


def _quantity(frame: SalePrice, caller: Caller) -> str:
    figure = litres_told(frame.litres, caller.language)
    if frame.unit == "kg":
        return f"{figure} kg"
    return say(caller.language, "{litres} L", litres=figure)


def _money(value: Decimal, group_id: int, caller: Caller) -> str:
    """In the money of the book, wherever the caller's phone is from."""
    group, known = group_of(group_id, caller), caller.vocabulary
    sign = known.money_sign(group.currency if group else known.country.currency)
    return money(amount(value, caller.language), sign, caller.language)


def _known(group_id: int, name: str, caller: Caller) -> BuyerFacts | None:
    """The buyer of that name: Kcc and KCC are one."""
    buyers = caller.facts.book(group_id).buyers()
    return next((one for one in buyers if fold(one.name) == fold(name)), None)


def _as_before(name: str, frame: Buyers, caller: Caller) -> str:
    buyer = _known(frame.group_id, name, caller)
    return name if buyer is None else buyer.name


def _last_price(frame: SalePrice, caller: Caller) -> Decimal | None:
    buyer = _known(frame.group_id, frame.of.buyer, caller)
    return None if buyer is None else buyer.price


def _kind(sold: SaleLitres, caller: Caller) -> Buyer | None:
    """As in their last sale, else as the name tells."""
    buyer = _known(sold.group_id, sold.buyer, caller)
    return buyer.kind if buyer is not None else kind_of_buyer(sold.buyer, caller)
