"""A line of today was wrong: what it should say, or that it does not count."""

from dataclasses import replace

from groups.book_kinds import EntryKind, Reason
from groups.reason_words import reason_words
from handlers.commands import Correction
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.milk_words import litres_told, milk_words, milking_words
from handlers.screens.book_facts import BookLineFacts
from handlers.screens.book_frames import BookLine, BookLines, BookMenu
from handlers.screens.book_typed import litres_typed
from handlers.screens.caller import Caller
from handlers.screens.groups import code_of
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key, listing
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month

OUT = "01"
# A correction is of what was written just now; what is older goes by text.
MOST_LINES = 28
_OF_MONEY = frozenset({EntryKind.SALE, EntryKind.PAID})


def to_lines(group_id: int, caller: Caller) -> Move:
    """To the lines of today, the last first."""
    lines = caller.facts.book(group_id).lines()
    if not lines:
        return Again(say(caller.language, "Nothing is written for today yet."))
    return Forward(BookLines(group_id, tuple(one.number for one in lines[:MOST_LINES])))


def show(frame: BookLines, caller: Caller, notice: str) -> Screen:
    """Who, and what was written."""
    language = caller.language
    known = {one.number: one for one in caller.facts.book(frame.group_id).lines()}
    return listing(
        language,
        notice or say(language, "Which is wrong?"),
        lambda width: [
            _label(known[number], caller, width)
            if number in known
            else say(language, "No. {number}: out", number=number)
            for number in frame.options
        ],
    )


def press(frame: BookLines, shown: int, token: str, caller: Caller) -> Move:
    """A line by the key, or more of them."""
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    number = picked(frame.options, shown, token)
    if number is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(BookLine(frame.group_id, number))


def show_line(frame: BookLine, caller: Caller, notice: str) -> Screen:
    """The line, and what may be done about it; of money it can only be taken out."""
    language, line = caller.language, caller.facts.book(frame.group_id).line(frame.number)
    if line is None:
        gone = say(language, "No. {number} does not count any more.", number=frame.number)
        lines = [Line(notice, rank=1), Line(gone), Line(back_and_home(language))]
        return Screen(fit(lambda _: lines))
    is_money = line.kind in _OF_MONEY
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(line_told(line, caller, width), rank=2, short=_label(line, caller, width)),
                Line("" if is_money else say(language, "Type the right litres:")),
                Line(key(OUT, say(language, "Take it out"))),
                Line(back_and_home(language)),
            ]
        )
    )


def press_line(frame: BookLine, token: str, caller: Caller) -> Move:
    """What it should say, or out with it."""
    language, line = caller.language, caller.facts.book(frame.group_id).line(frame.number)
    if line is None:
        return Again("")
    correction = Correction(frame.number, None, group=code_of(frame.group_id, caller))
    if token == OUT:
        return Enter(correction, BookMenu(frame.group_id))
    if line.kind in _OF_MONEY:
        return Again(say(language, "Money is taken out, and written again."))
    item = litres_typed(token, caller)
    if item is None:
        return Again(say(language, "Those are no litres we can read."))
    right = replace(correction, quantity=item.quantity, unit=item.unit)
    return Enter(right, BookMenu(frame.group_id))


def line_told(line: BookLineFacts, caller: Caller, width: int) -> str:
    """No. 41: Jane Wanjiku 12 L grade A, 26 Nov morning."""
    language = caller.language
    when = f"{day_month(line.day, language)} {milking_words(line.milking, language)}".strip()
    said = [_what(line, language), _why(line, language), when]
    told = " ".join(filter(None, [_name(line, width), ", ".join(filter(None, said))]))
    return say(language, "No. {number}: {line}", number=line.number, line=told)


def _label(line: BookLineFacts, caller: Caller, width: int) -> str:
    """Jane Wanjiku 12 L; behind it what tells a line of another kind."""
    language = caller.language
    kind = {
        EntryKind.REJECT: say(language, "not taken"),
        EntryKind.LOSS: say(language, "lost"),
        EntryKind.SALE: say(language, "sold"),
        EntryKind.PAID: say(language, "paid"),
    }.get(line.kind, "")
    return " ".join(filter(None, [_name(line, width), kind, _figure(line, language)]))


def _name(line: BookLineFacts, width: int) -> str:
    return clip(quotable(line.name), width).strip()


def _figure(line: BookLineFacts, language: str) -> str:
    if line.kind is EntryKind.PAID and line.amount is not None:
        return amount(line.amount, language)
    return say(language, "{litres} L", litres=litres_told(line.litres, language))


def _what(line: BookLineFacts, language: str) -> str:
    """12 L grade A; of money both: 180 L, 8,280."""
    match line.kind:
        case EntryKind.SALE if line.amount is not None:
            return f"{_figure(line, language)}, {amount(line.amount, language)}"
        case EntryKind.PAID:
            return _figure(line, language)
        case _:
            return milk_words(line.litres, line.grade, language)


def _why(line: BookLineFacts, language: str) -> str:
    match line.kind:
        case EntryKind.REJECT:
            why = reason_words(line.reason or Reason.OTHER, language)
            return f"{say(language, 'not taken')}, {why}"
        case EntryKind.LOSS:
            why = reason_words(line.reason or Reason.OTHER, language)
            return f"{say(language, 'lost')}, {why}"
        case _:
            return ""
