"""Litres typed: what a member brought, what was not taken of it, what was lost."""

from collections.abc import Sequence
from dataclasses import replace

from groups.book_kinds import Reason
from groups.reason_words import reason_words
from handlers.commands import Delivery, Item, LossRecord, MilkRecord, RejectRecord
from handlers.keywords.fitting import clip
from handlers.keywords.milk_words import litres_told, milking_words
from handlers.screens.book_frames import BookDeed, BookLitres, BookMenu, BookReason
from handlers.screens.book_members import named, to_members
from handlers.screens.book_typed import loss_typed, milk_typed, reject_typed
from handlers.screens.caller import Caller
from handlers.screens.groups import code_of
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, listing
from messaging.phrases import say

REASONS: Sequence[Reason] = tuple(Reason)
MILK = "milk"


def show(frame: BookLitres, caller: Caller, notice: str) -> Screen:
    """Whose milk it is, of which milking, and how it is typed."""
    language = caller.language
    return Screen(
        fit(
            lambda width: [
                Line(notice),
                Line(_of_what(frame, caller, width)),
                Line(
                    say(language, "Type the litres, and the grade if any: 12.5 A")
                    if frame.deed is BookDeed.MILK
                    else say(language, "Type the litres:")
                ),
                Line(back_and_home(language)),
            ]
        )
    )


def press(frame: BookLitres, token: str, caller: Caller) -> Move:
    """The litres are written; of milk that was not taken, or lost, it is asked first why."""
    match frame.deed:
        case BookDeed.MILK:
            return _brought(frame, milk_typed(frame.number, token, caller), caller)
        case BookDeed.REJECT:
            return _rejected(frame, reject_typed(frame.number, token, caller), caller)
        case _:
            return _lost(frame, loss_typed(token, caller), caller)


def show_reasons(frame: BookReason, caller: Caller, notice: str) -> Screen:
    """Why it was."""
    language, litres = caller.language, litres_told(frame.litres, caller.language)
    asked = (
        say(language, "{litres} L lost: why?", litres=litres)
        if frame.of.deed is BookDeed.LOSS
        else say(
            language,
            "{litres} L of {name} not taken: why?",
            litres=litres,
            name=clip(named(frame.of.number, frame.group_id, caller, 16), 22),
        )
    )
    return listing(
        language,
        notice or asked,
        lambda _: [reason_words(one, language) for one in REASONS[frame.start :]],
    )


def press_reason(frame: BookReason, shown: int, token: str, caller: Caller) -> Move:
    """It is written with its reason."""
    left = REASONS[frame.start :]
    if token == MORE and shown < len(left):
        return Forward(replace(frame, start=frame.start + shown))
    reason = picked(left, shown, token)
    if reason is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    of = frame.of
    if of.deed is BookDeed.LOSS:
        item = Item(MILK, quantity=frame.litres, unit=frame.unit)
        return _done(of, LossRecord(item, reason), caller)
    one = Delivery(f"#{of.number}", frame.litres, frame.unit, frame.grade, of.milking)
    return _done(of, RejectRecord(one, reason), caller)


def _brought(frame: BookLitres, read: MilkRecord | None, caller: Caller) -> Move:
    if read is None:
        return _unread(caller)
    (one,) = read.deliveries
    too_much = _too_much(frame, one, caller)
    if too_much is not None:
        return too_much
    meant = replace(one, milking=one.milking or frame.milking)
    code = code_of(frame.group_id, caller)
    # The one who stands next in the queue has, mostly, the number after.
    following = to_members(
        frame.group_id, frame.deed, caller, after=frame.number, milking=frame.milking
    )
    return Enter(replace(read, deliveries=(meant,), group=code), following)


def _rejected(frame: BookLitres, read: RejectRecord | None, caller: Caller) -> Move:
    if read is None:
        return _unread(caller)
    one = read.delivery
    too_much = _too_much(frame, one, caller)
    if too_much is not None:
        return too_much
    if read.reason is None:
        return Forward(BookReason(one.quantity, frame, one.unit, one.grade))
    meant = replace(one, milking=one.milking or frame.milking)
    return _done(frame, replace(read, delivery=meant), caller)


def _lost(frame: BookLitres, read: LossRecord | None, caller: Caller) -> Move:
    if read is None or read.item.quantity is None:
        return _unread(caller)
    if read.reason is None:
        return Forward(BookReason(read.item.quantity, frame, read.item.unit))
    return _done(frame, read, caller)


def _done(frame: BookLitres, command: RejectRecord | LossRecord, caller: Caller) -> Move:
    code = code_of(frame.group_id, caller)
    return Enter(replace(command, group=code), BookMenu(frame.group_id))


def _too_much(frame: BookLitres, one: Delivery, caller: Caller) -> Again | None:
    """What nobody brings is typed again, while the can still stands there."""
    if 0 < one.quantity <= caller.facts.book(frame.group_id).most_litres:
        return None
    litres = litres_told(one.quantity, caller.language)
    return Again(say(caller.language, "{litres} L cannot be. Nothing was written.", litres=litres))


def _unread(caller: Caller) -> Again:
    return Again(say(caller.language, "Those are no litres we can read."))


def _of_what(frame: BookLitres, caller: Caller, width: int) -> str:
    """Jane Wanjiku (#7), morning."""
    language = caller.language
    if frame.deed is BookDeed.LOSS:
        return say(language, "Milk that was lost")
    who = named(frame.number, frame.group_id, caller, width)
    milking = milking_words(frame.milking, language)
    if frame.deed is BookDeed.MILK:
        return f"{who}, {milking}"
    return say(language, "Not taken of {name}, {milking}", name=who, milking=milking)
