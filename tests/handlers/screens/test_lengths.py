"""Every screen of the whole tree fits, in every language, with the longest real names."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import assert_never

import pytest

from db.session import open_database
from handlers.screens.caller import Caller
from handlers.screens.entrances import to_commodities, to_places
from handlers.screens.frames import (
    Amount,
    Commodities,
    Doubt,
    Frame,
    Languages,
    Meaning,
    Places,
    PriceView,
    Purpose,
    Root,
    State,
)
from handlers.screens.screen import BUDGET
from handlers.screens.tree import draw, press
from messaging.phrases import languages, say
from messaging.phrases.formats import amount, price
from messaging.segments import GSM_7, measure
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.catalogue import load_vocabulary
from prices.vocabulary import Vocabulary
from tests.handlers.screens.fakes import NOON, PLACES, PlainFacts, longest_answers

with (Path(__file__).parents[3] / "db/seed/data/countries.csv").open(encoding="utf-8") as file:
    COUNTRIES = [row["code"] for row in csv.DictReader(file)]
LONGEST_NOTICES = (
    "We do not know that place. Press a number:",
    "That is no price we can read.",
    "Not on the list. Press a number:",
)
WIDEST = Decimal("9999999.99")


@pytest.fixture(scope="module")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """Every country's real words."""
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        loaded = {country: load_vocabulary(session, country) for country in COUNTRIES}
    template.engine.dispose()
    return loaded


def whole(state: State, caller: Caller, notice: str) -> State:
    """Draw a screen and hold it to the budget."""
    screen, drawn = draw(state, caller, notice)
    assert measure(screen.text).length <= BUDGET, screen.text
    assert GSM_7.issuperset(screen.text), screen.text
    return drawn


def pages(frame: Frame, caller: Caller) -> Iterator[State]:
    """A list page by page, to its end."""
    state = State((Root(), frame))
    while True:
        drawn = whole(state, caller, "")
        yield drawn
        step = press(drawn, "9", caller)
        if step.notice:
            return
        assert drawn.shown > 0
        state = step.state


def on_the_line(vocabulary: Vocabulary, language: str, home: int | None = None) -> Caller:
    return Caller(language, vocabulary, PlainFacts(vocabulary), NOON, home)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_every_page_of_every_list_fits(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    longest_place = max(vocabulary.places.values(), key=lambda place: len(place.name)).id
    longest_commodity = max(vocabulary.commodities, key=lambda code: len(code))
    caller = on_the_line(vocabulary, language, longest_place)
    for purpose in Purpose:
        list(pages(to_commodities(caller, purpose, longest_place).frame, caller))
        frame = to_places(caller, purpose, longest_commodity).frame
        for page in pages(frame, caller):
            assert isinstance(page.frame, Places)
            for number in range(1, page.shown + 1):
                opened = press(page, str(number), caller)
                if opened.command is None and isinstance(opened.state.frame, Places):
                    list(pages(opened.state.frame, caller))


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_every_place_and_commodity_fits_where_it_is_named(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    by_name = sorted(vocabulary.places, key=lambda id_: -len(vocabulary.places[id_].name))
    longest = max(
        vocabulary.commodities, key=lambda code: len(vocabulary.commodity_name(code, language))
    )
    cells = [(longest, place_id) for place_id in by_name[:200]]
    cells += [(code, by_name[0]) for code in vocabulary.commodities]
    caller = on_the_line(vocabulary, language)
    notices = ["", *(say(language, notice) for notice in LONGEST_NOTICES)]
    for code, place_id in cells:
        for notice in notices:
            whole(State((Root(), Amount(code, place_id))), caller, notice)
            whole(State((Root(), PriceView(code, place_id))), caller, notice)
            whole(State((Root(),)), on_the_line(vocabulary, language, place_id), notice)
    for notice in notices:
        whole(State((Root(), Languages(languages()))), caller, notice)


def essentials(answer: PriceAnswer, caller: Caller) -> list[str]:
    """What no lack of room may take away: the figure, what it rests on, that it is a demo."""
    match answer:
        case OwnPrice() | NearestPrice():
            demo = say(caller.language, "Demo data, not real")
            return [caller.money("UGX", answer.estimate.price), "6", demo]
        case Published():
            return [caller.money("UGX", answer.price), "2025"]
        case NoPrice(last_known=LastKnown()):
            return [price(Decimal("8888888.75"), caller.language)]
        case NoPrice():
            return [say(caller.language, "No reports there yet.")]
        case _:
            assert_never(answer)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_every_answer_fits_under_the_longest_names(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))[:10]
    code = max(vocabulary.commodities, key=lambda c: len(vocabulary.commodity_name(c, language)))
    for place in places:
        for answer in longest_answers(place, code):
            facts = PlainFacts(
                replace(vocabulary, places={**PLACES, **vocabulary.places}),
                every_price=answer,
            )
            caller = Caller(language, facts.vocabulary, facts, NOON)
            for notice in ("", *(say(language, notice) for notice in LONGEST_NOTICES)):
                state = State((Root(), PriceView(code, place.id)))
                screen, _ = draw(state, caller, notice)
                assert measure(screen.text).length <= BUDGET, screen.text
                for word in essentials(answer, caller):
                    assert word in screen.text


def doubts(vocabulary: Vocabulary, language: str) -> Iterator[Doubt]:
    """Doubts with the longest names of things, places and measures, and the widest figures."""
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    commodities = sorted(
        vocabulary.commodities, key=lambda code: -len(vocabulary.commodity_name(code, language))
    )
    long_units = sorted(
        vocabulary.units, key=lambda code: -len(vocabulary.unit_name(code, language))
    )
    for code, place, usual in product(
        commodities[:5], places[:5], (Decimal(45), Decimal("999999.95"))
    ):
        unit = vocabulary.commodities[code].base_unit
        for told in (Decimal(450), WIDEST):
            in_units = [Meaning(told, one) for one in long_units[:2] if one != unit]
            slip = Meaning(told / 10, unit)
            for likely in ((), (slip,), (slip, *in_units), (*in_units, slip)):
                yield Doubt(code, place.id, 2**31, Meaning(told, unit), usual, tuple(likely))


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_every_doubt_fits_with_all_its_keys(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    caller = on_the_line(vocabulary, language)
    notices = ["", *(say(language, notice) for notice in LONGEST_NOTICES)]
    for doubt, notice in product(doubts(vocabulary, language), notices):
        drawn = whole(State((Root(), doubt)), caller, notice)
        screen, _ = draw(drawn, caller, notice)
        *_, again, back = screen.text.splitlines()
        assert (again[0], back[0]) == (str(drawn.shown), "0")
        assert amount(doubt.told.price, language) in screen.text
        assert price(doubt.usual, language) in screen.text
        # At least what is likeliest is offered, and what was typed.
        assert drawn.shown >= min(len(doubt.likely), 1) + 2
        for number in range(1, drawn.shown):
            assert press(drawn, str(number), caller).ends
        assert press(drawn, str(drawn.shown), caller).state.frame == Amount(
            doubt.commodity, doubt.place_id, doubt.report_id
        )


def test_typed_names_lead_to_lists_that_fit(vocabularies: dict[str, Vocabulary]) -> None:
    vocabulary = vocabularies["KE"]
    caller = on_the_line(vocabulary, "sw")
    shared = sorted(vocabulary.place_words.items(), key=lambda item: -len(item[1]))[:20]
    for _, place_ids in shared:
        list(pages(Places(Purpose.REPORT, place_ids, "milk"), caller))
    list(pages(Commodities(Purpose.REPORT, tuple(vocabulary.commodities)), caller))


def test_a_long_list_is_turned_to_its_end(vocabularies: dict[str, Vocabulary]) -> None:
    caller = on_the_line(vocabularies["KE"], "en")
    state = State((Root(), to_commodities(caller, Purpose.REPORT).frame))
    seen: list[str] = []
    while True:
        screen, state = draw(state, caller)
        assert isinstance(state.frame, Commodities)
        seen += state.frame.options[: screen.shown]
        if screen.shown == len(state.frame.options):
            break
        state = press(state, "9", caller).state
    assert seen == list(caller.facts.commodities(None))
