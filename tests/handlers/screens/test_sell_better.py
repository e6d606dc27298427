"""Sell better: the bargaining card and what milk may become, page by page on a plain phone."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from handlers.commands import Bargain, ProductChoice
from handlers.screens.caller import Caller, GroupFacts
from handlers.screens.frames import GroupView, State, as_json, from_json
from handlers.screens.selling_frames import BargainBuyers, BargainView, ProductsView, SellBetter
from handlers.screens.tree import Step, draw, press
from messaging.phrases import languages
from messaging.segments import measure
from tests.handlers.screens.account import KIRIMA
from tests.handlers.screens.bargains import (
    LONG_BUYER,
    NO_CARD,
    WrittenSelling,
    buyer,
    longest_bargains,
    told_at,
)
from tests.handlers.screens.fakes import GITHUNGURI, NOON, PLACES, VOCABULARY, PlainFacts

GROUP = KIRIMA.id
HERE = PLACES[GITHUNGURI]
TWO = replace(
    NO_CARD, target=buyer("KCC", 44, 14), others=(buyer("Brookside", 46, 7),), told=told_at(HERE)
)


@dataclass(frozen=True)
class GroupFactsOnly(PlainFacts):
    """Somebody in KIRIMA, of whose milk this is written down."""

    of_group: WrittenSelling = field(default_factory=WrittenSelling)
    in_group: bool = True

    def groups(self) -> Sequence[GroupFacts]:
        """KIRIMA."""
        return [KIRIMA] if self.in_group else []

    def selling(self, group_id: int) -> WrittenSelling:
        """As written down."""
        return self.of_group


def member(selling: WrittenSelling, language: str = "en", *, in_group: bool = True) -> Caller:
    facts = GroupFactsOnly(of_group=selling, in_group=in_group)
    return Caller(language, VOCABULARY, facts, NOON, GITHUNGURI)


def at(frame: object) -> State:
    return State().forward(frame)  # type: ignore[arg-type]


def text(state: State, caller: Caller, notice: str = "") -> str:
    return draw(state, caller, notice)[0].text


def after(state: State, caller: Caller, *keys: str) -> Step:
    """Where these keys lead from a screen."""
    for key in keys:
        _, drawn = draw(state, caller)
        step = press(drawn, key, caller)
        state = step.state
    return step


def test_the_sixth_key_of_a_group_is_to_sell_better() -> None:
    caller = member(WrittenSelling(["KCC", "Brookside"], TWO))
    step = after(at(GroupView(GROUP)), caller, "6")
    assert step.state.frame == SellBetter(GROUP)
    assert "6 Sell better" in text(at(GroupView(GROUP)), caller)
    assert text(step.state, caller) == (
        "Sell better\n1 Bargaining card\n2 What milk may become\n0 Back 00 Home"
    )


def test_of_several_buyers_one_is_chosen() -> None:
    caller = member(WrittenSelling(["KCC", "Brookside"], TWO))
    step = after(at(SellBetter(GROUP)), caller, "1")
    assert text(step.state, caller) == "Which buyer?\n1 KCC\n2 Brookside\n0 Back"
    assert after(step.state, caller, "2").state.frame == BargainView(GROUP, "Brookside")
    assert after(step.state, caller, "3").notice == "Not on the list. Press a number:"


@pytest.mark.parametrize("names", [[], ["KCC"]])
def test_where_there_is_no_choice_the_card_comes_at_once(names: list[str]) -> None:
    caller = member(WrittenSelling(names, TWO))
    assert after(at(SellBetter(GROUP)), caller, "1").state.frame == BargainView(GROUP)


def test_the_card_page_by_page() -> None:
    caller = member(WrittenSelling(["KCC"], TWO))
    first = text(at(BargainView(GROUP)), caller)
    assert first == (
        "KIRIMA to KCC.\nFair here: KES 44-50/L (6 reports, 4 people, today).\n"
        "KCC pays KES 44 (14 days).\nOthers: Brookside 46 (7 days).\n9 More 0 Back"
    )
    step = after(at(BargainView(GROUP)), caller, "9")
    assert step.state.frame == BargainView(GROUP, None, 1)
    assert text(step.state, caller) == (
        "Say: Brookside pays 46.\nBrookside pays 7 days sooner.\n"
        "Ask KES 50; elsewhere you get 46.\n1 SMS me\n0 Back 00 Home"
    )
    assert after(step.state, caller, "9").notice == "Not on the list. Press a number:"


def test_the_card_by_text() -> None:
    caller = member(WrittenSelling(["KCC"], TWO))
    step = after(at(BargainView(GROUP, "KCC")), caller, "1")
    assert (step.command, step.by_text) == (Bargain("KCC", "KIRIMA"), True)
    assert after(at(ProductsView(GROUP)), caller, "1").command == ProductChoice(group="KIRIMA")


def test_nothing_is_known() -> None:
    caller = member(WrittenSelling())
    assert text(at(BargainView(GROUP)), caller) == (
        "KIRIMA, price of milk.\nWhat others get here is not known.\n9 More 0 Back"
    )
    assert text(at(BargainView(GROUP, None, 1)), caller) == (
        "To know more, ask neighbours to text MILK and their price. "
        "Write each sale in the milk book.\n1 SMS me\n0 Back 00 Home"
    )
    assert text(at(ProductsView(GROUP)), caller) == (
        "KIRIMA, 1 L of milk.\nFresh: price not known.\n"
        "No local price: Lala or yoghurt, Cheese, Butter or ghee.\n1 SMS me\n0 Back 00 Home"
    )


def test_who_has_left_meanwhile_sees_nothing_of_it() -> None:
    caller = member(WrittenSelling(["KCC"], TWO), in_group=False)
    frames = (SellBetter(GROUP), BargainView(GROUP), ProductsView(GROUP))
    for frame in (*frames, BargainBuyers(GROUP, ("KCC", "Ali"))):
        told = text(at(frame), caller)
        assert told == "You are not in this group any more.\n0 Back 00 Home"
        assert after(at(frame), caller, "1").command is None


def test_a_page_that_is_no_more_is_the_last_one() -> None:
    caller = member(WrittenSelling(["KCC"], TWO))
    assert "Ask KES 50" in text(at(BargainView(GROUP, None, 99)), caller)


@pytest.mark.parametrize(
    "frame",
    [
        SellBetter(7), BargainBuyers(7, ("KCC", LONG_BUYER)), BargainView(7, "KCC", 2),
        BargainView(7), ProductsView(7, 1),
    ],
)  # fmt: skip
def test_every_frame_is_kept_between_hops(frame: object) -> None:
    assert from_json(as_json(at(frame)), VOCABULARY) == at(frame)


@pytest.mark.parametrize("language", languages())
def test_every_page_fits_with_the_longest_names(language: str) -> None:
    long = replace(HERE, name="Githunguri-Komothai Juu ya Mlima " * 2)
    for selling in longest_bargains(long, "milk_processed"):
        caller, seen = member(selling, language), set[State]()
        todo = deque([at(SellBetter(GROUP))])
        while todo:
            state = todo.popleft()
            if state.frame in {one.frame for one in seen}:
                continue
            seen.add(state)
            for notice in ("", "Not on the list. Press a number:"):
                screen, drawn = draw(state, caller, notice)
                size = measure(screen.text)
                assert (size.encoding, size.length <= 156) == ("GSM-7", True), screen.text
                assert drawn.parts == 1, screen.text
            steps = [press(drawn, token, caller) for token in "1234567890"]
            todo.extend(one.state for one in steps if not one.ends and one.command is None)
        kinds = {type(one.frame) for one in seen}
        assert {SellBetter, BargainView, ProductsView} <= kinds
