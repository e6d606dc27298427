"""STOP is honoured in every language, at once; STOP MILK is not STOP."""

import csv
from pathlib import Path

import pytest

import handlers.parser
from handlers.commands import Coming, Item, PriceReport, Stop, Unsubscribe
from tests.handlers.parser.words import NAKURU, WANJIKU_AT_HOME, read, told

_KEYWORDS = Path(handlers.parser.__file__).with_name("keywords.csv")
_TWILIO = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]


def _stop_words() -> set[str]:
    with _KEYWORDS.open(encoding="utf-8", newline="") as lines:
        return {
            line["keyword"]
            for line in csv.DictReader(lines)
            if line["action"] in {"stop", "stop_all"}
        }


@pytest.mark.parametrize("word", sorted({word.lower() for word in _TWILIO} | _stop_words()))
@pytest.mark.parametrize("frame", ["{}", " {} ", "{}.", "“{}!”", "{} please", "\n{}\n"])
def test_every_stop_word_stops(word: str, frame: str) -> None:
    for spelled in (word, word.upper(), word.title()):
        assert read(frame.format(spelled), WANJIKU_AT_HOME) == Stop()


@pytest.mark.parametrize(
    "text",
    [
        "STOP STOP",
        "please stop",
        "I want to stop",
        "stop sending me these msgs am tired",
        "remove my number from your list pls",
        "Sitaki tena hizi sms zenu",
        "sitaki ujumbe wenu tena",
        "don't text me again",
        "STOP 45",
        "STOP xyzzy",
        "how do i stop",
    ],
)
def test_stop_in_a_sentence(text: str) -> None:
    assert read(text) == Stop()


@pytest.mark.parametrize(
    "text",
    [
        "STOP MILK",
        "acha maziwa",
        "UNSUBSCRIBE MILK",
        "i dont want milk prices again",
        "STOP MILK 45",
        "sitaki maziwa",
    ],
)
def test_stop_with_a_commodity_ends_only_that(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unsubscribe((Item(commodity="milk"),))


def test_stop_with_a_place_ends_only_that() -> None:
    assert read("UNSUBSCRIBE MILK NAKURU") == Unsubscribe(
        (Item(commodity="milk", place_id=NAKURU),)
    )
    assert read("cancel nakuru alert") == Unsubscribe((Item(place_id=NAKURU),), Coming.ALERTS)


@pytest.mark.parametrize("text", ["STOP ALERT MILK", "UNSUBSCRIBE ALERT MILK", "ACHA ARIFA MAZIWA"])
def test_an_alert_is_ended_and_the_weekly_price_goes_on(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unsubscribe((Item(commodity="milk"),), Coming.ALERTS)


def test_every_alert_is_ended_where_no_thing_is_named() -> None:
    assert read("acha arifa") == Unsubscribe((Item(),), Coming.ALERTS)
    # The safest of what it may mean, and what carriers take it for.
    assert read("STOP ALERTS") == Stop()


@pytest.mark.parametrize("text", ["stop milk and maize", "acha maziwa na mahindi"])
def test_stop_with_two_commodities_ends_both(text: str) -> None:
    both = (Item(commodity="milk"), Item(commodity="maize"))
    assert read(text, WANJIKU_AT_HOME) == Unsubscribe(both)


def test_toa_bei_gives_a_price() -> None:
    assert read("TOA") == Stop()
    assert isinstance(read("toa bei maziwa nakuru 45"), PriceReport)
    assert told("toa bei maziwa nakuru 45").price == 45


@pytest.mark.parametrize("text", ["milk 45 off nakuru", "the end of milk", "alto nakuru maziwa 45"])
def test_weak_stop_words_stop_only_as_the_whole_text(text: str) -> None:
    assert not isinstance(read(text), Stop | Unsubscribe)


@pytest.mark.parametrize(
    "text",
    [
        "STOP! Don't miss our offer, 50% off seeds in Nakuru",
        "Stop wasting money. Join us now",
        "To stop receiving these messages SMS STOP to 20133",
        "Reply STOP to opt out of our promos",
        "STOP paying high interest! Call 0722000111 now",
        "Bus stop",
        "i will stop by tomorrow",
        "the rain did not stop",
        "please dont stop",
        "dont stop sending me prices",
    ],
)
def test_the_word_in_somebodys_talk_stops_nobody(text: str) -> None:
    assert not isinstance(read(text), Stop | Unsubscribe)


@pytest.mark.parametrize(
    "text",
    [
        "no more texts please",
        "kindly delete my number",
        "nimechoka na hizi sms wacheni",
        "nitoe kwa hii list yenu",
        "Wrong number. Please, stop",
        "S T O P",
        "sto p",
        "STOPP",
        "stoop!!",
        "how do I stop these messages?",
    ],
)
def test_refusal_however_it_is_put(text: str) -> None:
    assert read(text) == Stop()
