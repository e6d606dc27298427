"""The milk book: how far the milking has come, and what an officer may write."""

from groups.book_kinds import Milking
from handlers.keywords.milk_words import litres_told
from handlers.screens.book_frames import BookDeed, BookLitres, BookMenu
from handlers.screens.book_lines import to_lines
from handlers.screens.book_members import to_members
from handlers.screens.book_sales import to_buyers
from handlers.screens.caller import Caller
from handlers.screens.moves import Again, Forward, Move
from handlers.screens.screen import Line, Screen, back_and_home, fit, key
from messaging.phrases import say

MILK, REJECT, LOSS, SOLD, PAID, CORRECT, STATEMENT = "1", "2", "3", "4", "5", "6", "7"
OF_MONEY = frozenset({SOLD, PAID})


def show(frame: BookMenu, caller: Caller, notice: str) -> Screen:
    """What may be written, under how much came in this milking."""
    language = caller.language
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                Line(_so_far(frame, caller), rank=2),
                *(Line(key(number, word)) for number, word in _ways(frame, caller).items()),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: BookMenu, token: str, caller: Caller) -> Move:
    """To what is to be written."""
    language = caller.language
    if token in OF_MONEY and not caller.facts.book(frame.group_id).writes_money:
        return Again(say(language, "The treasurer and the secretary write that."))
    match token:
        case "1" | "2" | "7":
            deeds = {MILK: BookDeed.MILK, REJECT: BookDeed.REJECT, STATEMENT: BookDeed.STATEMENT}
            return Forward(to_members(frame.group_id, deeds[token], caller))
        case "3":
            return Forward(BookLitres(frame.group_id, BookDeed.LOSS))
        case "4" | "5":
            return Forward(to_buyers(frame.group_id, caller, is_paying=token == PAID))
        case "6":
            return to_lines(frame.group_id, caller)
        case _:
            return Again(say(language, "Not on the list. Press a number:"))


def _ways(frame: BookMenu, caller: Caller) -> dict[str, str]:
    language = caller.language
    ways = {
        MILK: say(language, "Milk brought"),
        REJECT: say(language, "Not taken"),
        LOSS: say(language, "Lost"),
        SOLD: say(language, "Sold"),
        PAID: say(language, "Buyer paid"),
        CORRECT: say(language, "Correct"),
        STATEMENT: say(language, "Statement"),
    }
    if caller.facts.book(frame.group_id).writes_money:
        return ways
    return {number: word for number, word in ways.items() if number not in OF_MONEY}


def _so_far(frame: BookMenu, caller: Caller) -> str:
    """Morning: 345.5 L from 28, 12 not yet."""
    book, language = caller.facts.book(frame.group_id), caller.language
    milking = book.milking()
    so_far = book.round(milking)
    litres = litres_told(so_far.litres, language)
    told = (
        say(language, "Evening: {litres} L from {n}", litres=litres, n=so_far.members)
        if milking is Milking.EVENING
        else say(language, "Morning: {litres} L from {n}", litres=litres, n=so_far.members)
    )
    missing = say(language, "{n} not yet", n=so_far.missing) if so_far.missing else ""
    return ", ".join(filter(None, (told, missing)))
