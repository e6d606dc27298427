"""My milk: what I brought, what it brings, the last receipt, my own side, and what is past."""

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from groups.book_kinds import Milking
from handlers.commands import Dispute, Statement
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.milk_words import litres_told
from handlers.screens.book_facts import Lacks, OwnMilk, ReceiptFacts
from handlers.screens.book_frames import (
    MilkFrame,
    MyMilk,
    MyPeriods,
    MyReceipt,
    OwnLitres,
    ReceiptLitres,
)
from handlers.screens.book_lines import line_told
from handlers.screens.book_typed import litres_typed, own_typed
from handlers.screens.caller import Caller
from handlers.screens.groups import code_of, group_of
from handlers.screens.moves import Again, Enter, Forward, Move, Text
from handlers.screens.pages import packed, page_of
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, day_month

RECEIPT, BY_SMS, OWN_SIDE, PERIODS = "1", "2", "3", "4"
WRONG = "1"
UNSURE = "01"


def show(frame: MilkFrame, caller: Caller, notice: str) -> Screen:
    """One of the screens of somebody's own milk; who is in the group no more sees none."""
    if group_of(frame.group_id, caller) is None:
        gone = say(caller.language, "You are not in this group any more.")
        lines = [Line(notice, rank=1), Line(gone), Line(back_and_home(caller.language))]
        return Screen(fit(lambda _: lines))
    match frame:
        case MyMilk():
            return _show_milk(frame, caller, notice)
        case MyReceipt():
            return _show_receipt(frame, caller, notice)
        case ReceiptLitres():
            return _show_right(frame, caller, notice)
        case OwnLitres():
            return _show_own(frame, caller, notice)
        case MyPeriods():
            return page_of(caller.language, _periods(frame, caller), frame.page, notice)
        case _:
            assert_never(frame)


def press(frame: MilkFrame, token: str, caller: Caller) -> Move:
    """A key on one of them."""
    if group_of(frame.group_id, caller) is None:
        return Again("")
    match frame:
        case MyMilk():
            return _press_milk(frame, token, caller)
        case MyReceipt():
            return _press_receipt(frame, token, caller)
        case ReceiptLitres():
            return _press_right(frame, token, caller)
        case OwnLitres():
            return _press_own(token, caller)
        case MyPeriods():
            if token == MORE and frame.page + 1 < len(_periods(frame, caller)):
                return Forward(replace(frame, page=frame.page + 1))
            return Again(say(caller.language, "Not on the list. Press a number:"))
        case _:
            assert_never(frame)


# What I brought, and what it brings


def _show_milk(frame: MyMilk, caller: Caller, notice: str) -> Screen:
    language, book = caller.language, caller.facts.book(frame.group_id)
    own, receipt = book.own(), book.receipt()
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                *([] if own is None else own_told(own, language)),
                *(Line(key(number, word)) for number, word in _ways(receipt, language).items()),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_milk(frame: MyMilk, token: str, caller: Caller) -> Move:
    receipt = caller.facts.book(frame.group_id).receipt()
    if token not in _ways(receipt, caller.language):
        return Again(say(caller.language, "Not on the list. Press a number:"))
    match token:
        case "1" if receipt is not None:
            return Forward(MyReceipt(frame.group_id, receipt.line.number))
        case "2":
            return Text(Statement(group=code_of(frame.group_id, caller)))
        case "3":
            return Forward(OwnLitres(frame.group_id))
        case _:
            return Forward(MyPeriods(frame.group_id))


def _ways(receipt: ReceiptFacts | None, language: str) -> dict[str, str]:
    """What can be done; only who was told of milk of theirs keeps a side of their own beside it."""
    ways = {
        RECEIPT: say(language, "Last receipt"),
        BY_SMS: say(language, "SMS me"),
        OWN_SIDE: say(language, "What I brought"),
        PERIODS: say(language, "Earlier pay"),
    }
    if receipt is None:
        del ways[RECEIPT], ways[OWN_SIDE]
    return ways


def own_told(own: OwnMilk, language: str) -> list[Line]:
    """1-26 Nov: 188.5 L, 24 days. So far 7,376.75."""
    days = say_many(language, "{n} day", "{n} days", own.days)
    brought = say(
        language,
        "{days}: {litres} L",
        days=_from_to(own, language),
        litres=litres_told(own.litres, language),
    )
    later = ""
    if own.later:
        told = litres_told(own.later, language)
        later = say(language, "Since then {litres} L.", litres=told)
    return [
        Line(f"{brought}, {days}", rank=3, short=brought),
        Line(worth_told(own, language)),
        Line(later, rank=2),
    ]


def worth_told(own: OwnMilk, language: str) -> str:
    """What is due, or why nobody can say."""
    match own.lacks:
        case Lacks.SCHEME:
            return say(language, "The group has not said yet how it pays.")
        case Lacks.SALE:
            return say(language, "No sale is written yet, so there is no price.")
    if own.total is None:
        return ""
    if own.is_paid_in_full:
        return say(language, "Paid in full: {amount}.", amount=amount(own.paid, language))
    total = amount(abs(own.total), language)
    if own.total < 0:
        return say(language, "You owe {amount}.", amount=total)
    if own.pay_on is None:
        return say(language, "So far {amount}.", amount=total)
    by = day_month(own.pay_on, language)
    return say(language, "To pay {amount} by {day}.", amount=total, day=by)


def _from_to(own: OwnMilk, language: str) -> str:
    last = day_month(own.through, language)
    return last if own.since == own.through else f"{own.since.day}-{last}"


# The last receipt


def _show_receipt(frame: MyReceipt, caller: Caller, notice: str) -> Screen:
    language, receipt = caller.language, caller.facts.book(frame.group_id).receipt()
    if receipt is None:
        told = say(language, "There is no receipt of yours.")
        lines = [Line(notice, rank=1), Line(told), Line(back_and_home(language))]
        return Screen(fit(lambda _: lines))
    line, by = replace(receipt.line, name=""), clip(quotable(receipt.by), 16)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(line_told(line, caller, width)),
                Line(say(language, "By {name}.", name=by) if by.strip() else "", rank=3),
                Line(_own_side(receipt, language), rank=2),
                Line(key(WRONG, say(language, "It is wrong"))),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_receipt(frame: MyReceipt, token: str, caller: Caller) -> Move:
    receipt = caller.facts.book(frame.group_id).receipt()
    if token != WRONG or receipt is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    if receipt.line.number != frame.number:
        # It came while the other one was read: nobody says of a line unseen that it is wrong.
        return Forward(MyReceipt(frame.group_id, receipt.line.number))
    return Forward(ReceiptLitres(frame.group_id, frame.number))


def _own_side(receipt: ReceiptFacts, language: str) -> str:
    if not receipt.is_disputed:
        return ""
    if receipt.said is None:
        return say(language, "You said that it is wrong.")
    litres = litres_told(receipt.said, language)
    return say(language, "You said {litres} L.", litres=litres)


def _show_right(frame: ReceiptLitres, caller: Caller, notice: str) -> Screen:
    language = caller.language
    asked = say(language, "How many litres was no. {number}? Type it:", number=frame.number)
    return Screen(
        fit(
            lambda _: [
                Line(notice),
                Line(asked),
                Line(key(UNSURE, say(language, "I do not know"))),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_right(frame: ReceiptLitres, token: str, caller: Caller) -> Move:
    book = caller.facts.book(frame.group_id)
    receipt = book.receipt()
    if receipt is None or receipt.line.number != frame.number:
        return Again(say(caller.language, "A newer receipt came. Go back and look at it."))
    if token == UNSURE:
        return Enter(Dispute())
    item = litres_typed(token, caller)
    if item is None or item.quantity is None:
        return Again(say(caller.language, "Those are no litres we can read."))
    if item.quantity > book.most_litres:
        return _cannot_be(item.quantity, caller)
    return Enter(Dispute(item.quantity, item.unit))


# My own side


def _show_own(frame: OwnLitres, caller: Caller, notice: str) -> Screen:
    language = caller.language
    asked = (
        say(language, "How many litres did you bring this evening? Type it:")
        if caller.facts.book(frame.group_id).milking() is Milking.EVENING
        else say(language, "How many litres did you bring this morning? Type it:")
    )
    return Screen(fit(lambda _: [Line(notice), Line(asked), Line(back_and_home(language))]))


def _press_own(token: str, caller: Caller) -> Move:
    read = own_typed(token, caller)
    if read is None:
        return Again(say(caller.language, "Those are no litres we can read."))
    # The screen asked for milk: what is typed here is no price.
    return Enter(replace(read, is_sure=True))


def _cannot_be(quantity: Decimal, caller: Caller) -> Again:
    litres = litres_told(quantity, caller.language)
    return Again(say(caller.language, "{litres} L cannot be. Nothing was written.", litres=litres))


# What is past


def _periods(frame: MyPeriods, caller: Caller) -> list[str]:
    told = caller.facts.book(frame.group_id).periods()
    nothing = say(caller.language, "No period is over yet.")
    return packed(told, caller.language) or [nothing]
