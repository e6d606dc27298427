"""MY DATA: what is kept of somebody, in a text or two."""

from datetime import timedelta
from decimal import Decimal

import pytest

from groups.groups import join
from groups.subscriptions import subscribe
from handlers.commands import Alert, MyData, PriceReport
from handlers.parser import parse
from messaging.phrases import languages, say
from messaging.segments import measure
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.handlers.parser.words import WORDS


def test_a_stranger_hears_how_little_it_is(talk: Talk) -> None:
    assert talk.says(WANJIKU, MyData()) == (
        "We know your number since 24 Nov. Weekly prices: 0. Alerts: 0. Prices you told: 0. "
        "We keep the texts between us for a while. For a copy ask those who run Bei. "
        "To delete all send ERASE ME"
    )


def test_somebody_hears_what_they_told_and_asked_for(talk: Talk) -> None:
    talk.wait(days=-400)
    person = talk.subscriber(WANJIKU)
    talk.wait(days=400)
    person.name, person.language = "Jane Wanjiku", "en"
    person.home_place_id = talk.place("Githunguri").id
    subscribe(
        talk.session, person, commodity="milk", place_id=talk.place("Nakuru").id,
        timezone="Africa/Nairobi", now=talk.now,
    )  # fmt: skip
    talk.says(WANJIKU, Alert(talk.item("milk", "Nakuru", "60"), is_above=True))
    talk.says(WANJIKU, PriceReport((talk.item("milk", "Nakuru", "47"),)))
    join(talk.session, talk.group("KIRIMA", "Kirima"), person, talk.now)
    assert talk.says(WANJIKU, MyData()) == (
        "We know your number since 20 Oct 2025. Of you: Jane Wanjiku, English, Githunguri. "
        "Weekly prices: 1. Alerts: 1. Prices you told: 1. Groups: KIRIMA. "
        "We keep the texts between us for a while. For a copy ask those who run Bei. "
        "To delete all send ERASE ME"
    )


def test_it_changes_nothing(talk: Talk) -> None:
    person = talk.subscriber(WANJIKU)
    talk.session.flush()
    talk.says(WANJIKU, MyData())
    assert not talk.session.dirty
    assert person.opted_out_at is None


@pytest.mark.parametrize("language", languages())
def test_it_is_two_segments_at_most(talk: Talk, language: str) -> None:
    talk.wait(days=-400)
    person = talk.subscriber(WANJIKU)
    talk.wait(days=400)
    longest = max(talk.vocabulary.places.values(), key=lambda place: len(place.name))
    person.name, person.language, person.home_place_id = "Wanjiku wa Kamau " * 4, "sw", longest.id
    for number in range(9):
        code = f"KIRIMAWAFUGAJI{number}"
        join(talk.session, talk.group(code, code), person, talk.now)
    talk.says(WANJIKU, PriceReport((talk.item("milk", "Nakuru", "47"),)))
    told = talk.says(WANJIKU, MyData(), language) or ""
    assert (measure(told).segments, measure(told).encoding) == (2, "GSM-7")
    # How to get the rest and how to be rid of it are what nobody may lose.
    assert told.endswith(say(language, "To delete all send ERASE ME"))
    assert say(language, "For a copy ask those who run Bei.") in told


@pytest.mark.parametrize(
    "text", ["MY DATA", "my data?", "TAARIFA ZANGU", "mis datos", "mes données"]
)
def test_words_that_ask_for_it(text: str) -> None:
    assert parse(text, WORDS).command == MyData()


def test_a_price_that_is_told_counts(talk: Talk) -> None:
    for days, price in enumerate((46, 47)):
        talk.wait(days=days)
        item = talk.item("milk", "Nakuru", str(Decimal(price)))
        talk.says(WANJIKU, PriceReport((item,)))
    talk.now += timedelta(days=60)  # older than a balance looks
    assert "Prices you told: 2." in (talk.says(WANJIKU, MyData()) or "")
