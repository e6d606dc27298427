"""The milk book on the menu: every screen of it is for officers, whatever an earlier one showed."""

from typing import assert_never

from handlers.screens import book_lines, book_members, book_menu, book_milk, book_sales
from handlers.screens.book_frames import (
    BookFrame,
    BookLine,
    BookLines,
    BookLitres,
    BookMembers,
    BookMenu,
    BookReason,
    BuyerAmount,
    Buyers,
    MemberStatement,
    SaleLitres,
    SalePrice,
    SaleTaken,
)
from handlers.screens.caller import Caller
from handlers.screens.groups import group_of
from handlers.screens.moves import Again, Move
from handlers.screens.screen import Line, Screen, back_and_home, fit
from messaging.phrases import say

_OF_MONEY = Buyers | SaleLitres | SalePrice | SaleTaken | BuyerAmount


def show(frame: BookFrame, caller: Caller, notice: str) -> Screen:
    """The screen, or why it is not for the caller."""
    refused = _refused(frame, caller)
    if refused:
        lines = [Line(notice, rank=1), Line(refused), Line(back_and_home(caller.language))]
        return Screen(fit(lambda _: lines))
    return _show(frame, caller, notice)


def press(frame: BookFrame, shown: int, token: str, caller: Caller) -> Move:
    """A key, or what was typed, of whoever still holds an office."""
    refused = _refused(frame, caller)
    return Again(refused) if refused else _press(frame, shown, token, caller)


def _refused(frame: BookFrame, caller: Caller) -> str:
    group = group_of(frame.group_id, caller)
    if group is None:
        return say(caller.language, "You are not in this group any more.")
    if not group.is_officer:
        return say(caller.language, "Only the officers of the group can do that.")
    if isinstance(frame, _OF_MONEY) and not caller.facts.book(group.id).writes_money:
        return say(caller.language, "The treasurer and the secretary write that.")
    return ""


def _show(frame: BookFrame, caller: Caller, notice: str) -> Screen:  # noqa: C901 – one case each
    match frame:
        case BookMenu():
            return book_menu.show(frame, caller, notice)
        case BookMembers():
            return book_members.show(frame, caller, notice)
        case MemberStatement():
            return book_members.show_statement(frame, caller, notice)
        case BookLitres():
            return book_milk.show(frame, caller, notice)
        case BookReason():
            return book_milk.show_reasons(frame, caller, notice)
        case Buyers():
            return book_sales.show(frame, caller, notice)
        case SaleLitres():
            return book_sales.show_litres(frame, caller, notice)
        case SalePrice():
            return book_sales.show_price(frame, caller, notice)
        case SaleTaken():
            return book_sales.show_taken(frame, caller, notice)
        case BuyerAmount():
            return book_sales.show_amount(frame, caller, notice)
        case BookLines():
            return book_lines.show(frame, caller, notice)
        case BookLine():
            return book_lines.show_line(frame, caller, notice)
        case _:
            assert_never(frame)


def _press(  # noqa: C901 – one case each
    frame: BookFrame, shown: int, token: str, caller: Caller
) -> Move:
    match frame:
        case BookMenu():
            return book_menu.press(frame, token, caller)
        case BookMembers():
            return book_members.press(frame, shown, token, caller)
        case MemberStatement():
            return book_members.press_statement(frame, token, caller)
        case BookLitres():
            return book_milk.press(frame, token, caller)
        case BookReason():
            return book_milk.press_reason(frame, shown, token, caller)
        case Buyers():
            return book_sales.press(frame, shown, token, caller)
        case SaleLitres():
            return book_sales.press_litres(frame, token, caller)
        case SalePrice():
            return book_sales.press_price(frame, token, caller)
        case SaleTaken():
            return book_sales.press_taken(frame, token, caller)
        case BuyerAmount():
            return book_sales.press_amount(frame, token, caller)
        case BookLines():
            return book_lines.press(frame, shown, token, caller)
        case BookLine():
            return book_lines.press_line(frame, token, caller)
        case _:
            assert_never(frame)
