"""The screens of what the group buys together are whole on every phone, in every language."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers.commands import BulkOrder
from handlers.screens.caller import Caller
from handlers.screens.frames import Frame, Root, State
from handlers.screens.order_frames import OrderCount, OrderFor, OrderList, Orders, OrderView
from handlers.screens.screen import fits
from handlers.screens.tree import draw, draw_reply, press
from messaging.phrases import languages, say
from messaging.segments import measure
from tests.handlers.screens.fakes import NOON, VOCABULARY
from tests.handlers.screens.longest import LongFacts

LONG = "Wanjiku wa Kamau wa Njoroge wa Kaskazini Magharibi ya Githunguri Komothai Juuuuu"
NAMES = [f"{LONG[:78]}{n}" for n in range(12)]
KEYS = (*"123456789", "0", "00", "100", "1999999", "2.5", "jane", "😀", "")
# The longest line that stands above one, of what was just done or typed.
NOTICES = ("Several are called so. Type the number:", "Not on the list. Press a number:")


def facing(language: str) -> Caller:
    """Somebody in groups with one order, with nine, with none."""
    facts = LongFacts(VOCABULARY, things=list(VOCABULARY.commodities), group_names=NAMES)
    return Caller(language, VOCABULARY, facts, NOON)


def frames() -> Iterator[Frame]:
    """Every screen of theirs, also of what is not there."""
    for group_id in range(3):
        yield from (Orders(group_id, start) for start in (0, 4, 8))
        for order_id in (1, 2, 3, 99):
            place = (group_id, order_id)
            yield from (OrderView(*place), OrderFor(*place), OrderList(*place))
            yield from (OrderCount(*place, number) for number in (0, 3, 999))
            yield from (OrderList(*place, page) for page in (1, 3, 99))


def parts_of(state: State, caller: Caller, notice: str = "") -> list[str]:
    """All that a screen shows, part by part."""
    screen, drawn = draw(state, caller, notice)
    parts = (replace(drawn, part=part) for part in range(drawn.parts))
    return [screen.text, *(draw(part, caller)[0].text for part in parts)]


@pytest.mark.parametrize("language", languages())
def test_every_screen_fits_and_each_of_its_keys_leads_on(language: str) -> None:
    caller = facing(language)
    dead = say(language, "Not on the list. Press a number:")
    for frame in frames():
        state = State((Root(), frame))
        for notice in ("", *(say(language, one) for one in NOTICES)):
            for text in parts_of(state, caller, notice):
                assert fits(text), text
                assert measure(text).encoding == "GSM-7", text
                assert "\n0 " in text or " 0 " in text, text
        screen, drawn = draw(state, caller)
        for key in {line.split()[0] for line in screen.text.splitlines()[1:]} & set("1234"):
            if isinstance(frame, Orders | OrderView):
                assert press(drawn, key, caller).notice != dead, (key, screen.text)


@pytest.mark.parametrize("language", languages())
def test_whatever_is_typed_leads_somewhere(language: str) -> None:
    caller = facing(language)
    for frame in frames():
        for key in KEYS:
            step = press(State((Root(), frame)), key, caller)
            assert step.command is None or isinstance(step.command, BulkOrder)
            if step.command is None:
                assert all(fits(text) for text in parts_of(step.state, caller, step.notice))


@pytest.mark.parametrize("language", languages())
def test_what_was_done_stands_above_the_order(language: str) -> None:
    caller = facing(language)
    reply = say(
        language,
        "Yours, {article}: {count}, {sum}.",
        article="w" * 24,
        count=100,
        sum="KES 199,975",
    )
    for frame in (Orders(0), OrderView(1, 1)):
        screen, _ = draw_reply(State((Root(), frame)), caller, reply)
        assert fits(screen.text)
        assert screen.text.startswith(reply)
