"""Whose milk, or whose statement: the members by number, one list after another."""

from dataclasses import replace

from groups.book_kinds import Milking
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.milk_words import litres_told
from handlers.screens.book_facts import MilkerFacts
from handlers.screens.book_frames import BookDeed, BookLitres, BookMembers, MemberStatement
from handlers.screens.caller import Caller
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Instead, Move
from handlers.screens.pages import cut, page_of
from handlers.screens.screen import MORE, MOST_OPTIONS, OTHER, Screen, listing
from messaging.phrases import say

# One more than a screen can number, so that it offers more of them.
KEPT = MOST_OPTIONS + 1
QUOTED = 20
# Of a milking that is not the one by the clock, the other is a key away.
_OF_A_MILKING = frozenset({BookDeed.MILK, BookDeed.REJECT})


def to_members(
    group_id: int,
    deed: BookDeed,
    caller: Caller,
    *,
    after: int = 0,
    milking: Milking | None = None,
) -> BookMembers:
    """The list from behind that number on, round and round: after the last comes the first."""
    book = caller.facts.book(group_id)
    numbers = [one.number for one in book.members()]
    # Sorting is stable: each half stays in its order.
    ring = sorted(numbers, key=lambda number: number <= after)
    return BookMembers(
        group_id,
        deed,
        tuple(ring[:KEPT]),
        has_more=len(ring) > KEPT,
        milking=milking or book.milking(),
    )


def show(frame: BookMembers, caller: Caller, notice: str) -> Screen:
    """Names by number; behind a name what is written of them in this milking already."""
    known = {one.number: one for one in _members(frame, caller)}
    listed = [known.get(number) or MilkerFacts(number, "") for number in frame.options]
    return listing(
        caller.language,
        notice or _title(frame, caller),
        lambda width: [_label(one, listed, caller, width) for one in listed],
        other=_other_milking(frame, caller),
    )


def press(frame: BookMembers, shown: int, token: str, caller: Caller) -> Move:
    """A member by the key, by name or by number; the other milking; or more of them."""
    if token == OTHER and frame.deed in _OF_A_MILKING:
        return Instead(replace(frame, milking=_other(frame.milking)))
    if token == MORE and shown < len(frame.options):
        return Forward(_further(frame, shown, caller))
    number = picked(frame.options, shown, token)
    if number is not None:
        return _on(frame, number)
    if len(token) < 2:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return _typed(frame, token, caller)


def show_statement(frame: MemberStatement, caller: Caller, notice: str) -> Screen:
    """What the member is owed, page by page."""
    return page_of(caller.language, _statement(frame, caller), frame.page, notice)


def press_statement(frame: MemberStatement, token: str, caller: Caller) -> Move:
    """To the next page."""
    if token == MORE and frame.page + 1 < len(_statement(frame, caller)):
        return Forward(replace(frame, page=frame.page + 1))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def named(number: int, group_id: int, caller: Caller, width: int) -> str:
    """Jane Wanjiku (#7); of a name in another script, or of nobody, the number alone."""
    members = caller.facts.book(group_id).members()
    name = next((one.name for one in members if one.number == number), "")
    told = clip(quotable(name), width)
    return f"{told} (#{number})" if told.strip() and told != f"#{number}" else f"#{number}"


def _on(frame: BookMembers, number: int) -> Move:
    if frame.deed is BookDeed.STATEMENT:
        return Forward(MemberStatement(frame.group_id, number))
    return Forward(BookLitres(frame.group_id, frame.deed, number, frame.milking))


def _further(frame: BookMembers, shown: int, caller: Caller) -> BookMembers:
    left = frame.options[shown:]
    if not frame.has_more:
        return replace(frame, options=left)
    return to_members(
        frame.group_id,
        frame.deed,
        caller,
        after=frame.options[shown - 1],
        milking=frame.milking,
    )


def _typed(frame: BookMembers, words: str, caller: Caller) -> Move:
    """Whom a name or a number means; of several of one name a list."""
    found = caller.facts.book(frame.group_id).called(words)
    if not found:
        quoted = clip(quotable(words), QUOTED)
        return Again(say(caller.language, "Nobody here is called {name}.", name=quoted))
    if len(found) == 1:
        return _on(frame, found[0])
    return Forward(replace(frame, options=tuple(found), has_more=False))


def _members(frame: BookMembers, caller: Caller) -> list[MilkerFacts]:
    milking = frame.milking if frame.deed is BookDeed.MILK else None
    return list(caller.facts.book(frame.group_id).members(milking))


def _label(one: MilkerFacts, listed: list[MilkerFacts], caller: Caller, width: int) -> str:
    name = clip(quotable(one.name), width).strip()
    is_shared = sum(other.name == one.name for other in listed) > 1
    label = f"#{one.number}" if not name else f"{name} #{one.number}" if is_shared else name
    if not one.litres:
        return label
    litres = litres_told(one.litres, caller.language)
    return f"{label}: {say(caller.language, '{litres} L', litres=litres)}"


def _title(frame: BookMembers, caller: Caller) -> str:
    language, is_evening = caller.language, frame.milking is Milking.EVENING
    match frame.deed:
        case BookDeed.STATEMENT:
            return say(language, "Whose statement?")
        case BookDeed.REJECT if is_evening:
            return say(language, "Evening. Whose milk was not taken?")
        case BookDeed.REJECT:
            return say(language, "Morning. Whose milk was not taken?")
        case _ if is_evening:
            return say(language, "Evening. Who brought milk?")
        case _:
            return say(language, "Morning. Who brought milk?")


def _other_milking(frame: BookMembers, caller: Caller) -> str:
    if frame.deed not in _OF_A_MILKING:
        return ""
    if frame.milking is Milking.EVENING:
        return say(caller.language, "Of the morning")
    return say(caller.language, "Of the evening")


def _other(milking: Milking) -> Milking:
    return Milking.MORNING if milking is Milking.EVENING else Milking.EVENING


def _statement(frame: MemberStatement, caller: Caller) -> list[str]:
    text = caller.facts.book(frame.group_id).statement(frame.number)
    gone = say(caller.language, "Nobody here has that number.")
    return cut(text or "", caller.language) or [gone]
