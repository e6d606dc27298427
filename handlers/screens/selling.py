"""Sell better: the card for a talk about the price of milk, and what else milk may become."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from handlers.commands import Bargain, Command, ProductChoice
from handlers.keywords import bargain_words, product_words
from handlers.keywords.product_words import Detail
from handlers.screens.caller import Caller, GroupFacts
from handlers.screens.groups import group_of
from handlers.screens.lists import picked
from handlers.screens.moves import Again, Forward, Move, Text
from handlers.screens.pages import packed, page_of
from handlers.screens.screen import (
    MORE,
    MOST_OPTIONS,
    Line,
    Screen,
    back_and_home,
    fit,
    key,
    listing,
)
from handlers.screens.selling_frames import (
    BargainBuyers,
    BargainView,
    ProductsView,
    SellBetter,
    SellingFrame,
)
from messaging.phrases import say

CARD, PRODUCTS = "1", "2"
SMS = "1"
# Names in sentences; every page has room for two of them.
NAME_WIDTH = 24


def show(frame: SellingFrame, caller: Caller, notice: str) -> Screen:
    """The screen, of a group that the caller is still in."""
    language, group = caller.language, group_of(frame.group_id, caller)
    if group is None:
        told = say(language, "You are not in this group any more.")
        lines = [Line(notice, rank=1), Line(told), Line(back_and_home(language))]
        return Screen(fit(lambda _: lines))
    match frame:
        case SellBetter():
            return _menu(caller, notice)
        case BargainBuyers():
            return _buyers(frame, caller, notice)
        case BargainView() | ProductsView():
            return page_of(language, _pages(frame, group, caller), frame.page, notice)
        case _:
            assert_never(frame)


def press(frame: SellingFrame, shown: int, token: str, caller: Caller) -> Move:
    """To a card, to its next page, or to keep it as a text."""
    group = group_of(frame.group_id, caller)
    if group is None:
        return Again(say(caller.language, "You are not in this group any more."))
    match frame:
        case SellBetter():
            return _press_menu(frame, token, caller)
        case BargainBuyers():
            return _press_buyers(frame, shown, token, caller)
        case BargainView() | ProductsView():
            return _press_page(frame, token, group, caller)
        case _:
            assert_never(frame)


def _menu(caller: Caller, notice: str) -> Screen:
    language = caller.language
    lines = [
        Line(notice or say(language, "Sell better")),
        Line(key(CARD, say(language, "Bargaining card"))),
        Line(key(PRODUCTS, say(language, "What milk may become"))),
        Line(back_and_home(language)),
    ]
    return Screen(fit(lambda _: lines))


def _press_menu(frame: SellBetter, token: str, caller: Caller) -> Move:
    """To the card at once where there is nobody to choose from."""
    if token == PRODUCTS:
        return Forward(ProductsView(frame.group_id))
    if token != CARD:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    buyers = tuple(caller.facts.selling(frame.group_id).buyers()[:MOST_OPTIONS])
    if len(buyers) < 2:
        return Forward(BargainView(frame.group_id))
    return Forward(BargainBuyers(frame.group_id, buyers))


def _buyers(frame: BargainBuyers, caller: Caller, notice: str) -> Screen:
    return listing(
        caller.language,
        notice or say(caller.language, "Which buyer?"),
        lambda width: [bargain_words.buyer_name(name, width) for name in frame.options],
    )


def _press_buyers(frame: BargainBuyers, shown: int, token: str, caller: Caller) -> Move:
    if token == MORE and shown < len(frame.options):
        return Forward(replace(frame, options=frame.options[shown:]))
    buyer = picked(frame.options, shown, token)
    if buyer is None:
        return Again(say(caller.language, "Not on the list. Press a number:"))
    return Forward(BargainView(frame.group_id, buyer))


def _press_page(
    frame: BargainView | ProductsView, token: str, group: GroupFacts, caller: Caller
) -> Move:
    if token == SMS:
        return Text(_as_text(frame, group))
    if token == MORE and frame.page + 1 < len(_pages(frame, group, caller)):
        return Forward(replace(frame, page=frame.page + 1))
    return Again(say(caller.language, "Not on the list. Press a number:"))


def _as_text(frame: BargainView | ProductsView, group: GroupFacts) -> Command:
    match frame:
        case BargainView(buyer=buyer):
            return Bargain(buyer, group.code)
        case ProductsView():
            return ProductChoice(group=group.code)


def _pages(frame: BargainView | ProductsView, group: GroupFacts, caller: Caller) -> list[str]:
    """All of it, sentence by sentence; the key that sends it stands behind the last one."""
    match frame:
        case BargainView():
            sentences = _card(frame, group, caller)
        case ProductsView():
            sentences = _products(group, caller)
    by_sms = key(SMS, say(caller.language, "SMS me"))
    return packed([*sentences, by_sms], caller.language)


def _card(frame: BargainView, group: GroupFacts, caller: Caller) -> Sequence[str]:
    card = caller.facts.selling(group.id).card(frame.buyer)
    parts = bargain_words.parts(caller, card, group.code, NAME_WIDTH)
    return [_mark(caller, is_demo=card.is_demo), *(part.text for part in parts)]


def _products(group: GroupFacts, caller: Caller) -> Sequence[str]:
    found = caller.facts.selling(group.id).products()
    parts = product_words.whole(caller, found, group.code, NAME_WIDTH, Detail.ALL, Detail.ALL)
    return [_mark(caller, is_demo=found.is_demo), *(part.text for part in parts)]


def _mark(caller: Caller, *, is_demo: bool) -> str:
    return say(caller.language, "DEMO") if is_demo else ""
