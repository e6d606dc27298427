"""What the group buys together: how it stands, one's own part of it, and who ordered what."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from handlers.commands import BulkOrder, OrderDeed
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.order_words import (
    article_name,
    counted,
    most_of,
    of_members,
    so_far,
    sum_of,
)
from handlers.screens.caller import Caller
from handlers.screens.groups import code_of, group_of
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Enter, Forward, Move
from handlers.screens.order_facts import OrderShown
from handlers.screens.order_frames import (
    OrderCount,
    OrderFor,
    OrderFrame,
    OrderList,
    Orders,
    OrderView,
)
from handlers.screens.pages import packed, page_of
from handlers.screens.people_facts import ELECTED, MemberFacts
from handlers.screens.screen import MORE, Line, Screen, back_and_home, fit, key, listing
from messaging.phrases import say
from messaging.phrases.formats import capitalised, day_month, price

ORDER, TAKE_OUT, FOR_ANOTHER, LIST = "1", "2", "3", "4"
_COUNT = re.compile(r"\d{1,6}")
# As long as one fits above the keys with every other word of its line.
_NAME_WIDTH = 40


def show(frame: OrderFrame, caller: Caller, notice: str) -> Screen:
    """One of the screens about what is bought together."""
    if group_of(frame.group_id, caller) is None:
        return _plain(caller, notice, say(caller.language, "You are not in this group any more."))
    match frame:
        case Orders():
            return _show_orders(frame, caller, notice)
        case OrderView():
            return _show_order(frame, caller, notice)
        case OrderCount():
            return _show_count(frame, caller, notice)
        case OrderFor():
            asked = say(caller.language, "For whom? Type the name or number:")
            return _plain(caller, "", notice or asked)
        case OrderList():
            return page_of(caller.language, _pages(frame, caller), frame.page, notice)
        case _:
            assert_never(frame)


def press(frame: OrderFrame, shown: int, token: str, caller: Caller) -> Move:
    """Where a key of theirs leads."""
    if group_of(frame.group_id, caller) is None:
        return _dead(caller)
    match frame:
        case Orders():
            return _press_orders(frame, shown, token, caller)
        case OrderView():
            return _press_order(frame, token, caller)
        case OrderCount():
            return _press_count(frame, token, caller)
        case OrderFor():
            return _press_for(frame, token, caller)
        case OrderList(page=page):
            if token == MORE and page + 1 < len(_pages(frame, caller)):
                return Forward(replace(frame, page=page + 1))
            return _dead(caller)
        case _:
            assert_never(frame)


# What there is


def _show_orders(frame: Orders, caller: Caller, notice: str) -> Screen:
    running = caller.facts.orders(frame.group_id).running()
    language = caller.language
    if len(running) == 1:
        return _show_order(OrderView(frame.group_id, running[0].id), caller, notice)
    if running:
        return listing(
            language,
            notice or say(language, "Which order?"),
            lambda width: [
                f"{clip(_name(one, caller), width)} {so_far(one, one, language)}"
                for one in running[frame.start :]
            ],
        )
    how = say(language, "To begin: ORDER OPEN FEED 30 AT 1850 BY SAT")
    return Screen(
        fit(
            lambda _: [
                Line(notice, rank=1),
                Line(say(language, "Nothing is ordered together now.")),
                Line(how if _may_lead(frame.group_id, caller) else "", rank=2),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_orders(frame: Orders, shown: int, token: str, caller: Caller) -> Move:
    running = caller.facts.orders(frame.group_id).running()
    if len(running) == 1:
        return _press_order(OrderView(frame.group_id, running[0].id), token, caller)
    listed = running[frame.start :]
    if token == MORE and shown < len(listed):
        return Forward(replace(frame, start=frame.start + shown))
    chosen = picked(listed, shown, token)
    return _dead(caller) if chosen is None else Forward(OrderView(frame.group_id, chosen.id))


# One of them


def _show_order(frame: OrderView, caller: Caller, notice: str) -> Screen:
    one, language = _order(frame, caller), caller.language
    if one is None:
        return _plain(caller, notice, say(language, "Ordering it is over."))
    shops = caller.facts.orders(frame.group_id).in_shops(one.article)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=2),
                Line(f"{clip(_name(one, caller), width)}: {so_far(one, one, language)}"),
                Line(of_members(one, language), rank=4),
                Line(_terms(one, caller)),
                Line(
                    ""
                    if shops is None
                    else say(language, "Shops {price}", price=price(shops, language)),
                    rank=3,
                ),
                Line(_mine(one, caller)),
                *(Line(key(number, word)) for number, word in _keys(frame, one, caller).items()),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_order(frame: OrderView, token: str, caller: Caller) -> Move:
    one = _order(frame, caller)
    if one is None or token not in _keys(frame, one, caller):
        return _dead(caller)
    if token == TAKE_OUT:
        return Enter(_take(frame, one, 0, "", caller), _back_to(frame, caller))
    ways: Mapping[str, Callable[[int, int], OrderFrame]] = {
        ORDER: OrderCount,
        FOR_ANOTHER: OrderFor,
        LIST: OrderList,
    }
    return Forward(ways[token](frame.group_id, frame.order_id))


def _keys(frame: OrderView, one: OrderShown, caller: Caller) -> dict[str, str]:
    """What this caller can do; each key means one thing, whoever calls."""
    language, group = caller.language, group_of(frame.group_id, caller)
    keys = {}
    if one.is_open:
        keys[ORDER] = say(language, "Order")
        if one.mine:
            keys[TAKE_OUT] = say(language, "Take mine out")
        if _may_lead(frame.group_id, caller):
            keys[FOR_ANOTHER] = say(language, "For another")
    if group is not None and group.is_officer:
        keys[LIST] = say(language, "List")
    return keys


def _terms(one: OrderShown, caller: Caller) -> str:
    """KES 1,850 each, until 28 Nov; of what is closed that it goes ahead."""
    language = caller.language
    each = sum_of(1, one.price, one, caller.vocabulary, language)
    if not one.is_open:
        return say(language, "{price} each. Not come yet.", price=each)
    return say(
        language, "{price} each, until {day}", price=each, day=day_month(one.last_day, language)
    )


def _mine(one: OrderShown, caller: Caller) -> str:
    language = caller.language
    if not one.mine:
        return say(language, "You have ordered none.")
    return say(
        language,
        "Yours: {count}, {sum}.",
        count=counted(one.mine, one, language),
        sum=sum_of(one.mine, one.price, one, caller.vocabulary, language),
    )


# How many, and for whom


def _show_count(frame: OrderCount, caller: Caller, notice: str) -> Screen:
    one, language = _order(frame, caller), caller.language
    if one is None or not one.is_open:
        return _plain(caller, notice, say(language, "Ordering it is over."))
    member = _member(frame, caller)
    asked = say(language, "How many? 1 to {most}:", most=most_of(one))
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                Line(clip(quotable(member.name), width) if member else "", rank=2),
                Line(f"{clip(_name(one, caller), width)}. {asked}"),
                Line(back_and_home(language)),
            ]
        )
    )


def _press_count(frame: OrderCount, token: str, caller: Caller) -> Move:
    one, language = _order(frame, caller), caller.language
    if one is None or not one.is_open:
        return Again(say(language, "Ordering it is over."))
    # 0 is the way back here: whoever wants none presses the key for it.
    if not _COUNT.fullmatch(token) or not 1 <= int(token) <= most_of(one):
        return Again(say(language, "Type a whole number, 1 to {most}:", most=most_of(one)))
    view = OrderView(frame.group_id, frame.order_id)
    member = f"#{frame.number}" if frame.number else ""
    return Enter(_take(view, one, int(token), member, caller), _back_to(view, caller))


def _press_for(frame: OrderFor, token: str, caller: Caller) -> Move:
    language = caller.language
    if not _may_lead(frame.group_id, caller):
        return Again(say(language, "Only the officers of the group can do that."))
    found = caller.facts.people(frame.group_id).find(token)
    if len(found) == 1:
        return Forward(OrderCount(frame.group_id, frame.order_id, found[0]))
    if not found:
        return Again(say(language, "Nobody is called so. Type the name or number:"))
    return Again(say(language, "Several are called so. Type the number:"))


def _take(frame: OrderView, one: OrderShown, many: int, member: str, caller: Caller) -> BulkOrder:
    return BulkOrder(
        OrderDeed.TAKE,
        one.words,
        Decimal(many),
        member=member,
        group=code_of(frame.group_id, caller),
    )


def _back_to(frame: OrderView, caller: Caller) -> Orders | OrderView:
    """The screen of the order: where it is the only one, that of the group's orders."""
    running = caller.facts.orders(frame.group_id).running()
    return Orders(frame.group_id) if len(running) == 1 else frame


# What they share


def _order(frame: OrderView | OrderCount | OrderList, caller: Caller) -> OrderShown | None:
    """The order; None where it is over, whatever an earlier screen showed."""
    running = caller.facts.orders(frame.group_id).running()
    return next((one for one in running if one.id == frame.order_id), None)


def _name(one: OrderShown, caller: Caller) -> str:
    return capitalised(article_name(one, caller.language))


def _member(frame: OrderCount, caller: Caller) -> MemberFacts | None:
    if not frame.number:
        return None
    return next(iter(caller.facts.people(frame.group_id).named([frame.number])), None)


def _may_lead(group_id: int, caller: Caller) -> bool:
    own = caller.facts.people(group_id).own()
    return own is not None and own.office in ELECTED


def _pages(frame: OrderList, caller: Caller) -> list[str]:
    """Who ordered how many, a member a line; of what is over, and to members, nothing."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None or not group.is_officer:
        return [say(language, "Only the officers of the group can do that.")]
    if _order(frame, caller) is None:
        return [say(language, "Ordering it is over.")]
    wishes = caller.facts.orders(frame.group_id).wishes(frame.order_id)
    lines = [
        f"{one.number} {clip(quotable(one.name), _NAME_WIDTH)}: {one.quantity}" for one in wishes
    ]
    return packed(lines, language) or [say(language, "Nobody has ordered yet.")]


def _plain(caller: Caller, notice: str, told: str) -> Screen:
    keys = back_and_home(caller.language)
    before = "" if notice == told else notice
    return Screen(fit(lambda _: [Line(before, rank=1), Line(told), Line(keys)]))


def _dead(caller: Caller) -> Move:
    return Again(say(caller.language, "Not on the list. Press a number:"))
