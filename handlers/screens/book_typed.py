"""Litres and buyers typed on a screen, read as in a text to the book."""

import re
from decimal import Decimal

from handlers.commands import (
    BulkSale,
    BuyerPaid,
    Command,
    Item,
    LossRecord,
    MilkRecord,
    OwnRecord,
    RejectRecord,
)
from handlers.parser.book_text import read_book
from handlers.parser.sentence import Sender
from handlers.screens.caller import Caller
from handlers.screens.names import LONGEST
from prices.kinds import Buyer

# A figure comes first: whatever else is typed is no answer to "how many litres?".
_FIGURE = re.compile(r"[0-9]")


def milk_typed(number: int, typed: str, caller: Caller) -> MilkRecord | None:
    """What that member brought, as "12.5 A" or "12 kg"; None for anything else, or for more."""
    match _read(f"milk #{number} {typed}", typed, caller):
        case MilkRecord(deliveries=(one,)) as read if one.name == f"#{number}":
            return read
        case _:
            return None


def reject_typed(number: int, typed: str, caller: Caller) -> RejectRecord | None:
    """What was not taken of that member, as "5" or "5 sour"."""
    match _read(f"reject #{number} {typed}", typed, caller):
        case RejectRecord() as read if read.delivery.name == f"#{number}":
            return read
        case _:
            return None


def loss_typed(typed: str, caller: Caller) -> LossRecord | None:
    """What was lost, as "5" or "5 sour"."""
    read = _read(f"loss {typed}", typed, caller)
    return read if isinstance(read, LossRecord) else None


def own_typed(typed: str, caller: Caller) -> OwnRecord | None:
    """What the caller brought, as "12" or "12 A"."""
    read = _read(f"milk {typed}", typed, caller)
    return read if isinstance(read, OwnRecord) else None


def litres_typed(typed: str, caller: Caller) -> Item | None:
    """Litres or kilos, and nothing else."""
    match loss_typed(typed, caller):
        case LossRecord(item, reason=None, day=None):
            return item
        case _:
            return None


def sum_typed(typed: str, caller: Caller) -> Decimal | None:
    """What somebody paid."""
    match _read(f"paid x {typed}", typed, caller):
        case BuyerPaid(buyer="x", amount=paid, day=None):
            return paid
        case _:
            return None


def kind_of_buyer(name: str, caller: Caller) -> Buyer | None:
    """What kind of buyer a name, or a word of it, tells of: a co-operative, a trader."""
    reads = (_read(f"sold 1 to {words} at 1", "1", caller) for words in (name, *name.split()))
    return next(
        (one.buyer_kind for one in reads if isinstance(one, BulkSale) and one.buyer_kind), None
    )


def _read(text: str, typed: str, caller: Caller) -> Command | None:
    if len(typed) > LONGEST or not _FIGURE.match(typed):
        return None
    sender = Sender(language=caller.language, keeps_book=True, brings_milk=True)
    parsed = read_book(text, caller.vocabulary, sender)
    return None if parsed is None else parsed.command
