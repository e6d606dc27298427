"""The screens about a caller fit, in every language, with the longest names there are."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from db.session import open_database
from groups.alert_rules import AlertWay
from groups.schedules import EVERY_DAY, Schedule
from handlers.commands import Command, Start, Stop
from handlers.parser import Sender, parse
from handlers.screens.caller import Caller, WatchedFacts, WeeklyFacts
from handlers.screens.entrances import to_alerts
from handlers.screens.frames import (
    AddAlert,
    AlertView,
    BulletinView,
    Details,
    Frame,
    GroupAbout,
    GroupView,
    HelpPage,
    JoinCode,
    LeaveGroup,
    MyGroups,
    NameEntry,
    PriceKey,
    State,
    StopAll,
    WatchMark,
    WatchSide,
    WatchView,
)
from handlers.screens.screen import BUDGET
from handlers.screens.tree import draw, press
from messaging.phrases import languages, say
from messaging.segments import GSM_7, measure, to_gsm7
from prices.catalogue import load_vocabulary
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary
from tests.handlers.screens.account import KIRIMA, at, caller, weekly_on
from tests.handlers.screens.fakes import own_price

with (Path(__file__).parents[3] / "db/seed/data/countries.csv").open(encoding="utf-8") as file:
    COUNTRIES = [row["code"] for row in csv.DictReader(file)]

# Group names of 80 letters: in words, in one word, with letters that an accent is taken from.
LONG_NAMES = (
    "Githunguri and Komothai United Dairy Farmers Self Help Co-operative Group Limited"[:80],
    "N" * 80,
    "Ĝ" * 40 + " " + "ã" * 39,
)
LONG_CODE = "GITHUNGURIDAIRYUNITE"
# All that a group offers an officer.
KEYS = ["1", "2", "3", "4", "5", "6", "7", "0"]
SERVICE_CODE = "*384*12345#"
LONGEST_BULLETIN = "KIRIMA 30 Nov. " + "Milk/L: Nakuru 1,047.50 (+2). " * 10


@pytest.fixture(scope="module")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """Every country's real words."""
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        loaded = {country: load_vocabulary(session, country) for country in COUNTRIES}
    template.engine.dispose()
    return loaded


def whole(frame: Frame, on_the_line: Caller, notice: str = "") -> tuple[str, State]:
    """Draw a screen and hold it to the budget."""
    screen, state = draw(at(frame), on_the_line, notice)
    assert measure(screen.text).length <= BUDGET, screen.text
    assert GSM_7.issuperset(screen.text), screen.text
    return screen.text, state


def pages(frame: Frame, on_the_line: Caller) -> Iterator[str]:
    """A screen page by page, to its end."""
    more = True
    while more:
        text, state = whole(frame, on_the_line)
        yield text
        step = press(state, "9", on_the_line)
        more, frame = not step.notice, step.state.frame


def notices(language: str) -> list[str]:
    """What may stand above a screen."""
    return [
        "",
        say(language, "Saved."),
        say(language, "Not on the list. Press a number:"),
        say(language, "There is no group {code}.", code=LONG_CODE),
    ]


def groups_of(language: str, *, is_out: bool = False) -> Caller:
    """Somebody in many groups with the longest names and codes, on the longest day."""
    every = [
        replace(
            KIRIMA,
            id=number,
            name=name,
            code=f"{LONG_CODE[:-2]}{number:02}",
            members=12345,
            when=weekly_on(weekday, hour),
            is_officer=True,
            is_demo=is_demo,
        )
        for number, (name, is_demo, (weekday, hour)) in enumerate(
            product(LONG_NAMES, (True, False), ((2, 16), (2, 0), (5, 7), (6, 12))), start=1
        )
    ]
    bulletins = {group.id: LONGEST_BULLETIN for group in every}
    return caller(language, own_groups=every, bulletins=bulletins, is_out=is_out)


@pytest.mark.parametrize("is_out", [False, True])
@pytest.mark.parametrize("language", languages())
def test_groups_fit_with_all_their_keys(language: str, is_out: bool) -> None:
    on_the_line = groups_of(language, is_out=is_out)
    every = on_the_line.facts.groups()
    assert len(list(pages(MyGroups(tuple(group.id for group in every)), on_the_line))) < len(every)
    for group, notice in product(every, notices(language)):
        text, _ = whole(GroupView(group.id), on_the_line, notice)
        told = re.findall(r"^\d", text, re.MULTILINE)
        assert told[-len(KEYS) :] == KEYS, text
        text, _ = whole(GroupAbout(group.id), on_the_line, notice)
        assert re.findall(r"^\d", text, re.MULTILINE)[-3:] == ["1", "2", "0"], text
        assert (say(language, "Demo group") in text) == group.is_demo
        off = say(language, "All messages are off until you send START.")
        assert (off in text) == is_out
        text, _ = whole(LeaveGroup(group.id), on_the_line, notice)
        assert say(language, "Your office in it ends too.") in text
        whole(BulletinView(group.id), on_the_line, notice)
    read = list(pages(BulletinView(1), on_the_line))
    assert 3 <= len(read) <= 4
    for notice in notices(language):
        for one in (on_the_line, caller(language)):
            text, _ = whole(JoinCode(), one, notice)
            assert say(language, "Type the code that your secretary gave you:") in text
            assert notice in text
        for frame in (GroupView(99), GroupAbout(99), LeaveGroup(99), BulletinView(99)):
            whole(frame, on_the_line, notice)


@pytest.mark.parametrize("language", languages())
def test_a_group_shows_its_size_and_code_where_names_are_as_they_mostly_are(language: str) -> None:
    for weekday in range(7):
        group = replace(KIRIMA, when=weekly_on(weekday, 16))
        text, _ = whole(GroupAbout(1), caller(language, own_groups=[group]))
        assert "12" in text
        assert "KIRIMA" in text


@pytest.mark.parametrize("language", languages())
def test_a_group_fits_whatever_its_days(language: str) -> None:
    """Five days that no run shortens, every day, the end of the month: with the longest names."""
    several = Schedule((0, 1, 3, 4, 6), 16, "Africa/Nairobi")
    daily = replace(several, weekdays=EVERY_DAY)
    monthly = replace(several, weekdays=(), month_day=31)
    for when, name, is_demo in product((several, daily, monthly), LONG_NAMES, (True, False)):
        group = replace(KIRIMA, name=name, code=LONG_CODE, when=when, is_demo=is_demo)
        for notice in notices(language):
            on_the_line = caller(language, own_groups=[group])
            text, _ = whole(GroupAbout(1), on_the_line, notice)
            assert re.findall(r"^\d", text, re.MULTILINE)[-3:] == ["1", "2", "0"], text


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_weekly_prices_fit_with_every_name(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    names = {code: vocabulary.commodity_name(code, language) for code in vocabulary.commodities}
    longest = max(names, key=lambda code: len(names[code]))
    cells = [PriceKey(longest, place.id) for place in places[:60]]
    cells += [PriceKey(code, places[0].id) for code in names if code != longest]
    weekly = [WeeklyFacts(cell, weekly_on(2, 16)) for cell in cells]
    off = say(language, "All messages are off until you send START.")
    county = say(language, vocabulary.country.admin1_word)
    for is_out in (False, True):
        on_the_line = caller(language, vocabulary, weekly=weekly, is_out=is_out)
        for text in pages(to_alerts(on_the_line).frame, on_the_line):
            # Three counties, each beside its market, may leave no room for more than themselves.
            assert (off in text) == is_out or text.count(county) >= 2, text
            assert re.search(rf"^8 {say(language, 'Add')}", text, re.MULTILINE), text
        for cell in cells[:10] + cells[-10:]:
            for notice in notices(language):
                text, _ = whole(AlertView(*cell), on_the_line, notice)
                assert f"\n1 {say(language, 'Stop these prices')}\n" in text, text
                assert (off in text) == is_out, text


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_details_fit_with_every_name(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    places = sorted(vocabulary.places, key=lambda id_: -len(vocabulary.places[id_].name))
    names = {code: vocabulary.commodity_name(code, language) for code in vocabulary.commodities}
    longest = sorted(names, key=lambda code: -len(names[code]))
    for name, place_id, code, is_out in product(
        (*LONG_NAMES, "ሰ" * 80, None), places[:8], longest[:8], (False, True)
    ):
        on_the_line = caller(
            language,
            vocabulary,
            name=name,
            home_place_id=place_id,
            usual_commodity=code,
            is_out=is_out,
        )
        for notice in ("", *notices(language)[1:3]):
            text, _ = whole(Details(), on_the_line, notice)
            keys = re.findall(r"^\d", text, re.MULTILINE)
            assert keys == ["1", "2", "3", "4", "5", "0"], text
            assert notice in text
    for notice in (*notices(language), say(language, "Please use letters.")):
        whole(NameEntry(), on_the_line, notice)
        for is_out in (False, True):
            text, _ = whole(StopAll(), replace(on_the_line, is_out=is_out), notice)
            assert re.findall(r"^\d", text, re.MULTILINE) == ["2" if is_out else "1", "0"], text


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_help_is_three_pages_and_fits_with_the_longest_names(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    names = {code: vocabulary.commodity_name(code, language) for code in vocabulary.commodities}
    longest = sorted(names, key=lambda code: -len(names[code]))
    for place, code in product(places[:5], longest[:5]):
        on_the_line = caller(
            language,
            vocabulary,
            prices={(code, place.id): own_price(code, place)},
            home_place_id=place.id,
            usual_commodity=code,
            service_code=SERVICE_CODE,
        )
        read = list(pages(HelpPage(), on_the_line))
        assert 3 <= len(read) <= 4, read
        everything = " ".join("\n".join(read).split())
        assert say(language, "To get them again send START") in everything
        assert everything.count(to_gsm7(names[code].upper())) >= 2
    assert len(list(pages(HelpPage(), caller(language, vocabulary)))) == 3


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("All messages are off until you send START.", Start),
        ("To get them again send START", Start),
        ("To end all messages send STOP", Stop),
    ],
)
def test_words_to_type_are_understood(
    vocabularies: dict[str, Vocabulary], language: str, sentence: str, kind: type[Command]
) -> None:
    country = {"en": "KE", "sw": "KE", "es": "PE", "fr": "SN"}.get(language, "KE")
    (word,) = re.findall(r"\b[A-ZÀ-Ý]{3,}\b", say(language, sentence))
    command = parse(word, vocabularies[country], Sender(language=language)).command
    assert isinstance(command, kind), word


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", languages())
def test_watched_prices_fit_with_every_name(
    vocabularies: dict[str, Vocabulary], country: str, language: str
) -> None:
    vocabulary = vocabularies[country]
    places = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    names = {code: vocabulary.commodity_name(code, language) for code in vocabulary.commodities}
    longest = max(names, key=lambda code: len(names[code]))
    unit = max(vocabulary.units, key=lambda code: len(vocabulary.unit_sign(code, language)))
    marks = [
        WatchedFacts(
            number,
            PriceKey(longest, place.id),
            PriceType.WHOLESALE,
            way,
            None if way is AlertWay.UNUSUAL else Decimal("9999999.95"),
            code,
            Decimal(90),
        )
        for number, (place, way, code) in enumerate(
            product(places[:6], AlertWay, (None, unit)), start=1
        )
    ]
    prices = {(longest, place.id): own_price(longest, place) for place in places[:6:2]}
    weekly = [WeeklyFacts(PriceKey(longest, place.id), weekly_on(2, 16)) for place in places[:4]]
    for is_out in (False, True):
        on_the_line = caller(
            language, vocabulary, weekly=weekly, marks=marks, prices=prices, is_out=is_out
        )
        for text in pages(to_alerts(on_the_line).frame, on_the_line):
            assert len(re.findall(r"^[1-7] ", text, re.MULTILINE)) >= 1, text
        for watched, notice in product(marks[:12], notices(language)):
            text, state = whole(WatchView(watched.id), on_the_line, notice)
            assert state.parts == 1, text
            assert f"\n1 {say(language, 'Stop this alert')}\n" in text
            mark = WatchMark(longest, watched.price.place_id, watched.unit)
            for refusal in ("", say(language, "That is no price we can read.")):
                text, _ = whole(mark, on_the_line, refusal)
                assert "\n01 " in text, text
            text, state = whole(WatchSide(mark, Decimal("9999999.95")), on_the_line, notice)
            assert state.parts == 1, text
            assert re.findall(r"^\d", text, re.MULTILINE)[-3:] == ["1", "2", "0"], text
    for notice in notices(language):
        text, _ = whole(AddAlert(), on_the_line, notice)
        assert re.findall(r"^\d", text, re.MULTILINE) == ["1", "2", "0"], text
