"""The menu tree: every screen drawn and every key pressed, as pure functions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from handlers.commands import Command
from handlers.screens import (
    alerts,
    asked,
    best,
    book,
    commodities,
    details,
    doubt,
    groups,
    help_pages,
    language,
    milk_own,
    orders,
    people_tree,
    places,
    prices,
    report,
    report_terms,
    resume,
    root,
    selling,
    trend,
    watch_marks,
    watching,
)
from handlers.screens.book_frames import BookFrame, MilkFrame, TypedFrame
from handlers.screens.caller import Caller
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    Amount,
    Asked,
    BestMarkets,
    BulletinView,
    Commodities,
    Details,
    Doubt,
    GroupAbout,
    GroupView,
    HelpPage,
    JoinCode,
    Languages,
    LeaveGroup,
    MyGroups,
    NameEntry,
    Places,
    PriceTypes,
    PriceView,
    Resume,
    Root,
    State,
    StopAll,
    TrendView,
    Units,
    WatchMark,
    WatchSide,
    WatchUnits,
    WatchView,
)
from handlers.screens.lists import plain
from handlers.screens.moves import (
    Again,
    Back,
    Enter,
    Finish,
    Forward,
    Home,
    Instead,
    Move,
    Settle,
    Text,
)
from handlers.screens.order_frames import OrderFrame, TypedOrder
from handlers.screens.pages import as_question, on_its_own, parted, with_notice
from handlers.screens.people_frames import AddMember, InvitePhone, PeopleFrame
from handlers.screens.screen import BACK, HOME, MORE, Screen, fewer_sentences, fits
from handlers.screens.selling_frames import SellingFrame
from messaging.kinds import Channel


@dataclass(frozen=True)
class Step:
    """Where a key led; a command is to be done first.

    Its reply ends the call when `ends`, goes out as a text when `by_text`, and stands above the
    screen when `is_told`.
    """

    state: State
    notice: str = ""
    command: Command | None = None
    ends: bool = False
    by_text: bool = False
    is_told: bool = False


@dataclass(frozen=True)
class Menu:
    """A tree of screens by the channel on which they are shown.

    `draw` takes a state, who calls and a line to say first; `draw_reply` the reply to what was done
    instead; `press` an input.
    """

    channel: Channel
    draw: Callable[[State, Caller, str], tuple[Screen, State]]
    draw_reply: Callable[[State, Caller, str], tuple[Screen, State]]
    press: Callable[[State, str, Caller], Step]
    takes_free_text: Callable[[State], bool]


def draw(state: State, caller: Caller, notice: str = "") -> tuple[Screen, State]:
    """The screen to show, and the state that remembers what is numbered on it."""
    screen = _show(state, caller, notice)
    if not fits(screen.text):
        if not takes_free_text(state):
            return _draw_part(state, caller, notice)
        screen = replace(screen, text=as_question(screen.text, notice))
    return screen, replace(state, shown=screen.shown, part=0, parts=1)


def _draw_part(state: State, caller: Caller, notice: str) -> tuple[Screen, State]:
    """A part of a screen that is too long for one; what was just said stands above the first."""
    screen = _show(state, caller, "")
    parts = parted(screen.text, caller.language)
    part = min(state.part, len(parts) - 1)
    text = parts[part]
    if notice:
        part, text = with_notice(notice, parts[0], caller.language)
    drawn = replace(state, shown=screen.shown, part=part, parts=len(parts))
    return replace(screen, text=text), drawn


def draw_reply(state: State, caller: Caller, reply: str) -> tuple[Screen, State]:
    """The screen on which a call goes on, under the reply to what was just done.

    Of a reply without room as many whole sentences are told as there is room for; one that leaves
    no room for the screen stands before it, on a screen of its own.
    """
    for told in fewer_sentences(reply):
        screen, drawn = draw(state, caller, told)
        if drawn.parts == 1 and told in screen.text:
            return screen, drawn
    alone = Screen(on_its_own(reply, caller.language))
    return alone, replace(state, shown=0, part=-1, parts=1)


def takes_free_text(state: State) -> bool:
    """True where everything typed is one answer, `*` included."""
    typed = Amount | WatchMark | NameEntry | JoinCode | AddMember | InvitePhone | TypedFrame
    return isinstance(state.frame, typed | TypedOrder)


def press(state: State, token: str, caller: Caller) -> Step:
    """One input further."""
    token = plain(token)
    if token == MORE and state.part + 1 < state.parts:
        return Step(replace(state, part=state.part + 1))
    if token == BACK and state.part > 0:
        return Step(replace(state, part=state.part - 1))
    if len(state.frames) > 1 and not isinstance(state.frame, Resume):
        if token == BACK:
            return Step(state.back())
        if token == HOME:
            return Step(state.home())
    return _step(state, _move(state, token, caller))


def _step(state: State, move: Move) -> Step:  # noqa: C901 – one case each
    match move:
        case Forward(frame):
            return Step(state.forward(frame))
        case Instead(frame):
            return Step(state.instead(frame))
        case Again(notice):
            return Step(state, notice)
        case Finish(command):
            return Step(state, command=command, ends=True)
        case Settle(command, goes_back):
            done = state.before_list() if goes_back else state.home()
            return Step(done, command=command)
        case Enter(command, then):
            return Step(state.on_with(then), command=command, is_told=True)
        case Text(command):
            return Step(state, command=command, by_text=True)
        case Back():
            return Step(state.back())
        case Home():
            return Step(state.home())
        case _:
            assert_never(move)


def _move(state: State, token: str, caller: Caller) -> Move:  # noqa: C901 – one case each
    if isinstance(state.frame, BookFrame):
        return book.press(state.frame, state.shown, token, caller)
    if isinstance(state.frame, MilkFrame):
        return milk_own.press(state.frame, token, caller)
    if isinstance(state.frame, PeopleFrame):
        return people_tree.press(state.frame, state.shown, token, caller)
    if isinstance(state.frame, OrderFrame):
        return orders.press(state.frame, state.shown, token, caller)
    if isinstance(state.frame, SellingFrame):
        return selling.press(state.frame, state.shown, token, caller)
    match state.frame:
        case Root() as frame:
            return root.press(frame, state.shown, token, caller)
        case Resume():
            return resume.press(token, caller)
        case Commodities() as frame:
            return commodities.press(frame, state.shown, token, caller)
        case Places() as frame:
            return places.press(frame, state.shown, token, caller)
        case PriceView() as frame:
            return prices.press(frame, token, caller)
        case BestMarkets() as frame:
            return best.press(frame, token, caller)
        case TrendView() as frame:
            return trend.press(frame, token, caller)
        case Amount() as frame:
            return report.press(frame, token, caller)
        case Units() as frame:
            return report_terms.press_unit(frame, state.shown, token, caller)
        case PriceTypes() as frame:
            return report_terms.press_price_type(frame, state.shown, token, caller)
        case Doubt() as frame:
            return doubt.press(frame, state.shown, token, caller)
        case MyGroups() as frame:
            return groups.press_list(frame, state.shown, token, caller)
        case GroupView() as frame:
            return groups.press(frame, token, caller)
        case GroupAbout() as frame:
            return groups.press_about(frame, token, caller)
        case Asked() as frame:
            return asked.press(frame, token, caller)
        case BulletinView() as frame:
            return groups.press_bulletin(frame, token, caller)
        case JoinCode():
            return groups.press_code(token, caller)
        case LeaveGroup() as frame:
            return groups.press_leave(frame, token, caller)
        case Alerts() as frame:
            return alerts.press_list(frame, state.shown, token, caller)
        case AlertView() as frame:
            return alerts.press(frame, token, caller)
        case WatchView() as frame:
            return watching.press(frame, token, caller)
        case AddAlert():
            return watching.press_add(token, caller)
        case WatchMark() as frame:
            return watch_marks.press(frame, token, caller)
        case WatchUnits() as frame:
            return watch_marks.press_unit(frame, state.shown, token, caller)
        case WatchSide() as frame:
            return watch_marks.press_side(frame, token, caller)
        case Details():
            return details.press(token, caller)
        case NameEntry():
            return details.press_name(token, caller)
        case StopAll():
            return details.press_stop(token, caller)
        case HelpPage() as frame:
            return help_pages.press(frame, token, caller)
        case Languages() as frame:
            return language.press(frame, state.shown, token, caller)
        case _:
            assert_never(state.frame)


def _show(state: State, caller: Caller, notice: str) -> Screen:  # noqa: C901 – one case each
    if isinstance(state.frame, BookFrame):
        return book.show(state.frame, caller, notice)
    if isinstance(state.frame, MilkFrame):
        return milk_own.show(state.frame, caller, notice)
    if isinstance(state.frame, PeopleFrame):
        return people_tree.show(state.frame, caller, notice)
    if isinstance(state.frame, OrderFrame):
        return orders.show(state.frame, caller, notice)
    if isinstance(state.frame, SellingFrame):
        return selling.show(state.frame, caller, notice)
    match state.frame:
        case Root() as frame:
            return root.show(frame, caller, notice)
        case Resume():
            return resume.show(caller, notice)
        case Commodities() as frame:
            return commodities.show(frame, caller, notice)
        case Places() as frame:
            return places.show(frame, caller, notice)
        case PriceView() as frame:
            return prices.show(frame, caller, notice)
        case BestMarkets() as frame:
            return best.show(frame, caller, notice)
        case TrendView() as frame:
            return trend.show(frame, caller, notice)
        case Amount() as frame:
            return report.show(frame, caller, notice)
        case Units() as frame:
            return report_terms.show_units(frame, caller, notice)
        case PriceTypes() as frame:
            return report_terms.show_price_types(frame, caller, notice)
        case Doubt() as frame:
            return doubt.show(frame, caller, notice)
        case MyGroups() as frame:
            return groups.show_list(frame, caller, notice)
        case GroupView() as frame:
            return groups.show(frame, caller, notice)
        case GroupAbout() as frame:
            return groups.show_about(frame, caller, notice)
        case Asked() as frame:
            return asked.show(frame, caller, notice)
        case BulletinView() as frame:
            return groups.show_bulletin(frame, caller, notice)
        case JoinCode():
            return groups.show_code(caller, notice)
        case LeaveGroup() as frame:
            return groups.show_leave(frame, caller, notice)
        case Alerts() as frame:
            return alerts.show_list(frame, caller, notice)
        case AlertView() as frame:
            return alerts.show(frame, caller, notice)
        case WatchView() as frame:
            return watching.show(frame, caller, notice)
        case AddAlert():
            return watching.show_add(caller, notice)
        case WatchMark() as frame:
            return watch_marks.show(frame, caller, notice)
        case WatchUnits() as frame:
            return watch_marks.show_units(frame, caller, notice)
        case WatchSide() as frame:
            return watch_marks.show_side(frame, caller, notice)
        case Details():
            return details.show(caller, notice)
        case NameEntry():
            return details.show_name(caller, notice)
        case StopAll():
            return details.show_stop(caller, notice)
        case HelpPage() as frame:
            return help_pages.show(frame, caller, notice)
        case Languages() as frame:
            return language.show(frame, caller, notice)
        case _:
            assert_never(state.frame)


MENU = Menu(Channel.USSD, draw, draw_reply, press, takes_free_text)
