"""PROGRESS: any member hears how far the group has come, and what is next."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

import handlers.keywords.progress
from groups.mode import Need, Record
from handlers.commands import Confirm, ProgressQuery
from handlers.parser import parse
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, NAKATO, WANJIKU
from tests.groups.milk_books import Dairy, at, days, kirima_dairy, write
from tests.groups.test_mode import GOOD, TOO_LITTLE
from tests.handlers.keywords.talking import Talk


@pytest.fixture
def dairy(talk: Talk) -> Dairy:
    """KIRIMA with a book of ten days."""
    talk.now = at(talk.now, 12)
    dairy = kirima_dairy(talk.session, talk.now)
    write(talk.session, dairy, days(dairy, 1, 11), talk.now)
    return dairy


def asks(talk: Talk, msisdn: str = WANJIKU, language: str = "en") -> str:
    reply = talk.says(msisdn, ProgressQuery(), language)
    assert reply is not None
    assert measure(reply).segments == 1, reply
    return reply


def reads(monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    """Books of 90 days are told by the groups' own stories."""
    monkeypatch.setattr(handlers.keywords.progress, "progress_of", lambda *_: record)


@pytest.mark.usefixtures("dairy")
def test_a_group_that_began_this_month(talk: Talk) -> None:
    assert asks(talk) == (
        "Kirima Dairy Group step 1 of 3: 0 of 4 done. 50 L a member a day, written 11 of 90 days. "
        "Lost or refused 0%. Next: write every delivery, every day."
    )


@pytest.mark.usefixtures("dairy")
def test_a_group_that_is_nearly_through(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    reads(monkeypatch, replace(GOOD, buyers=1))
    assert asks(talk) == (
        "Kirima Dairy Group step 3 of 3: 3 of 4 done. 10 L a member a day, written 90 of 90 days. "
        "Lost or refused 1.5%. Next: find a second buyer to compare with."
    )
    reads(monkeypatch, GOOD)
    assert asks(talk).endswith("All three steps are reached.")


def test_prices_and_feed_where_there_is_room(
    talk: Talk, dairy: Dairy, monkeypatch: pytest.MonkeyPatch
) -> None:
    dairy.group.name = "Tumaini"
    reads(monkeypatch, replace(GOOD, graded=Decimal(0)))
    reply = asks(talk)
    assert "Price 46, others 47." in reply
    assert "Next: grade each member's milk." in reply
    reads(monkeypatch, replace(GOOD, graded=Decimal(0), market_price=None))
    assert "Price 46." in asks(talk)


@pytest.mark.parametrize(("language", "need"), list(product(languages(), Need)))
def test_the_next_thing_always_fits(
    talk: Talk, dairy: Dairy, language: str, need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    dairy.group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
    lacking: Any = TOO_LITTLE[need]
    reads(monkeypatch, replace(GOOD, **lacking))
    first, _, last = asks(talk, language=language).partition(": ")
    assert first.startswith("Githunguri")
    assert ": " in last or " : " in last


def test_no_group_and_several(talk: Talk, dairy: Dairy) -> None:
    assert asks(talk, NAKATO) == "You are in no group."
    tumaini = kirima_dairy(talk.session, talk.now, "TUMAINI")
    write(talk.session, tumaini, days(tumaini, 1, 2), talk.now)
    assert asks(talk, KAMAU).startswith("Which group? Reply 1 Kirima Dairy Group, 2 Tumaini")
    reply = talk.says(KAMAU, Confirm(2))
    assert reply is not None
    assert reply.startswith("Tumaini Dairy Group step 1 of 3")


@pytest.mark.parametrize("text", ["PROGRESS", "our progress", "Maendeleo", "maendeleo ya kikundi"])
def test_how_it_is_asked(talk: Talk, text: str) -> None:
    assert parse(text, talk.vocabulary).command == ProgressQuery()


@pytest.mark.parametrize("text", ["the road works are in progress", "progress 500 nakuru"])
def test_everybody_writes_of_progress(talk: Talk, text: str) -> None:
    assert parse(text, talk.vocabulary).command != ProgressQuery()
