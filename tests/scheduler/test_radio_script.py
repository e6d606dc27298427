"""Stories of what is read on the radio: a minute, no figure, each price with its place."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.session import open_database
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, Published
from prices.estimates import Confidence, Estimate
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.radio_prices import Heard, RadioPrices
from scheduler.radio_script import (
    WORDS_A_MINUTE,
    Script,
    count_words,
    radio_languages,
    write_script,
)
from scheduler.radio_words import RadioVoice
from tests.prices.stories import kenya, place_named
from tests.scheduler.stories import HOUR, MONDAY

YESTERDAY = MONDAY - 16 * HOUR
NUMBER = "22384"


@pytest.fixture(scope="module")
def vocabulary(sqlite_template: Path) -> Iterator[Vocabulary]:
    """The words and the map of Kenya: a script is written of plain values."""
    database = open_database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        yield kenya(session)
    database.engine.dispose()


def estimate(price: Decimal | int | str, **what: Any) -> Estimate:
    values: dict[str, Any] = {
        "price": Decimal(price),
        "low": Decimal(price),
        "high": Decimal(price),
        "reports": 6,
        "reporters": 6,
        "newest_at": YESTERDAY,
        "confidence": Confidence.GOOD,
        "is_demo": False,
    }
    return Estimate(**(values | what))


def own(
    place: PlaceEntry,
    price: Decimal | int | str,
    commodity: str = "milk",
    price_type: PriceType = PriceType.FARM_GATE,
    *,
    markets: int = 1,
    **what: Any,
) -> OwnPrice:
    return OwnPrice(commodity, place, price_type, "KES", estimate(price, **what), markets)


def script(
    vocabulary: Vocabulary,
    heard: list[Heard],
    language: str = "en",
    *,
    at: str = "Nakuru",
    number: str | None = NUMBER,
    is_demo: bool = False,
) -> Script:
    prices = RadioPrices(place_named(vocabulary, at), tuple(heard), is_demo)
    return write_script(prices, RadioVoice(language, vocabulary, MONDAY), number=number)


def told(vocabulary: Vocabulary, heard: Heard, language: str = "en") -> str:
    """What is said of one price."""
    return script(vocabulary, [heard], language).paragraphs[1]


def test_a_whole_script(vocabulary: Vocabulary) -> None:
    nakuru, molo = (place_named(vocabulary, name) for name in ("Nakuru", "Molo"))
    written = script(
        vocabulary,
        [
            Heard("milk", own(nakuru, 47), week_ago=Decimal(45)),
            Heard("maize", own(nakuru, "40.50", "maize", PriceType.WHOLESALE, reports=1)),
            Heard("milk", own(molo, 48, reports=4), distance_km=38.4),
        ],
    )
    assert written.paragraphs == (
        "These are the market prices from Nakuru for Monday the twenty-third of November.",
        "Milk. In Nakuru a farmer gets forty-seven shillings for one litre. That is two shillings "
        "more than a week ago. Six reports, the newest from yesterday. In Molo, thirty-eight "
        "kilometres away, a farmer gets forty-eight shillings for one litre. Four reports, the "
        "newest from yesterday.",
        "Maize. In Nakuru one kilogram costs forty shillings and fifty cents in wholesale. One "
        "report, from yesterday.",
        "To tell us your price, text Milk, your place and the price to two two three eight four.",
    )
    assert (written.words, written.seconds, written.prices) == (97, 39, 3)


def test_a_whole_script_in_swahili(vocabulary: Vocabulary) -> None:
    nakuru, molo = (place_named(vocabulary, name) for name in ("Nakuru", "Molo"))
    written = script(
        vocabulary,
        [
            Heard("milk", own(nakuru, 47), week_ago=Decimal(48)),
            Heard("milk", own(molo, 48, reports=4), distance_km=38.4),
            Heard("milk", own(nakuru, 62, price_type=PriceType.RETAIL, reports=1)),
        ],
        "sw",
    )
    assert written.paragraphs == (
        "Hizi ni bei za soko za Nakuru, Jumatatu tarehe ishirini na tatu Novemba.",
        "Maziwa. Nakuru, mkulima anapata shilingi arobaini na saba kwa lita. Imeshuka kwa "
        "shilingi moja tangu wiki jana. Ripoti sita, ya mwisho ni ya jana. Molo, umbali wa "
        "kilomita thelathini na nane, mkulima anapata shilingi arobaini na nane kwa lita. Ripoti "
        "nne, ya mwisho ni ya jana. Nakuru, bei ya lita dukani ni shilingi sitini na mbili. "
        "Ripoti moja, ya jana.",
        "Kutuambia bei yako, tuma ujumbe: Maziwa, mahali ulipo na bei, kwa namba mbili mbili tatu "
        "nane nne.",
    )


def test_without_a_number_it_is_not_said_where_to(vocabulary: Vocabulary) -> None:
    heard = [Heard("milk", own(place_named(vocabulary, "Nakuru"), 47))]
    last = script(vocabulary, heard, number=None).paragraphs[-1]
    assert last == "To tell us your price, text Milk, your place and the price."


def test_an_unchanged_price_is_said_to_be(vocabulary: Vocabulary) -> None:
    heard = Heard("milk", own(place_named(vocabulary, "Nakuru"), "47.01"), week_ago=Decimal(47))
    assert "That is the same as a week ago." in told(vocabulary, heard)
    assert "Haijabadilika tangu wiki jana." in told(vocabulary, heard, "sw")


def test_an_old_price_is_called_old(vocabulary: Vocabulary) -> None:
    nakuru = place_named(vocabulary, "Nakuru")
    old = {"confidence": Confidence.OLD, "reports": 2}
    heard = Heard("milk", own(nakuru, 44, newest_at=MONDAY - timedelta(days=12), **old))
    assert told(vocabulary, heard).endswith(
        "That is an old price, from twelve days ago: nobody has told a new one."
    )
    heard = Heard("milk", own(nakuru, 44, newest_at=MONDAY - timedelta(days=20), **old))
    assert "an old price, from the third of November" in told(vocabulary, heard)
    assert "bei ya zamani, ya tarehe tatu Novemba" in told(vocabulary, heard, "sw")


def test_a_county_is_called_one(vocabulary: Vocabulary) -> None:
    county = next(
        place
        for place in vocabulary.places.values()
        if place.kind is PlaceKind.ADMIN1 and place.name == "Nakuru"
    )
    heard = Heard("milk", own(county, 47, markets=4))
    assert told(vocabulary, heard) == (
        "Milk. In Nakuru county a farmer gets forty-seven shillings for one litre. Six reports "
        "from several markets, the newest from yesterday."
    )
    assert told(vocabulary, heard, "sw").startswith("Maziwa. Kaunti ya Nakuru, mkulima anapata")


def test_no_price_is_honest(vocabulary: Vocabulary) -> None:
    githunguri = place_named(vocabulary, "Githunguri")
    none = NoPrice("milk", githunguri, PriceType.FARM_GATE, "KES", None)
    assert told(vocabulary, Heard("milk", none)) == (
        "Milk. Nobody in Githunguri has told a price yet."
    )
    last = LastKnown(Decimal(42), MONDAY - timedelta(days=264))
    none = NoPrice("milk", githunguri, PriceType.FARM_GATE, "KES", last)
    assert told(vocabulary, Heard("milk", none)) == (
        "Milk. Nobody in Githunguri has told a price since the fourth of March. Then it was "
        "forty-two shillings."
    )
    assert "tangu tarehe nne Machi" in told(vocabulary, Heard("milk", none), "sw")


def test_the_nearest_price_stands_for_none(vocabulary: Vocabulary) -> None:
    githunguri, limuru = (place_named(vocabulary, name) for name in ("Githunguri", "Limuru"))
    nearest = NearestPrice(
        "milk", githunguri, limuru, 21.2, PriceType.FARM_GATE, "KES", estimate(46), None
    )
    assert told(vocabulary, Heard("milk", nearest)) == (
        "Milk. Nobody in Githunguri has told a price lately. In Limuru, twenty-one kilometres "
        "away, a farmer gets forty-six shillings for one litre. Six reports, the newest from "
        "yesterday."
    )


def test_a_published_month_is_named(vocabulary: Vocabulary) -> None:
    lodwar = place_named(vocabulary, "Lodwar")
    published = Published(
        asked_commodity="milk",
        commodity="milk_processed",
        asked_place=lodwar,
        place=lodwar,
        distance_km=0,
        price_type=PriceType.RETAIL,
        currency="KES",
        price=Decimal(75),
        priced_on=date(2025, 10, 15),
        source="WFP",
        last_known=None,
    )
    assert told(vocabulary, Heard("milk", published)) == (
        "Milk. Nobody in Lodwar has told a price lately. This is the price of Packet milk. In "
        "Lodwar one litre costs seventy-five shillings in the shops. It was published by WFP for "
        "October two thousand and twenty-five."
    )


def test_demo_data_is_called_so_first(vocabulary: Vocabulary) -> None:
    heard = [Heard("milk", own(place_named(vocabulary, "Nakuru"), 47, is_demo=True))]
    assert script(vocabulary, heard, is_demo=True).text.startswith("Demo data, not real. These")


def test_another_countrys_money(vocabulary: Vocabulary) -> None:
    price = OwnPrice(
        "milk", place_named(vocabulary, "Nakuru"), PriceType.FARM_GATE, "PEN", estimate("1.45")
    )
    assert "one point four five Peruvian soles" in told(vocabulary, Heard("milk", price))


def test_what_there_is_no_time_for_is_named(vocabulary: Vocabulary) -> None:
    nakuru = place_named(vocabulary, "Nakuru")
    goods = ["milk", "maize", "beans", "dairy_meal", "potatoes", "cattle"]
    heard = [Heard(code, own(nakuru, "12345.50", code)) for code in goods]
    written = script(vocabulary, heard, "sw")
    assert 1 <= written.prices < 6
    assert written.left_out == tuple(goods[written.prices :])
    assert written.words <= WORDS_A_MINUTE["sw"]


def test_prices_go_before_how_they_moved(vocabulary: Vocabulary) -> None:
    """Where there is no time for both, the listener hears one more price."""
    nakuru = place_named(vocabulary, "Nakuru")
    goods = ["milk", "maize", "beans", "potatoes", "tomatoes", "onions"]
    heard = [Heard(code, own(nakuru, 47, code), week_ago=Decimal(45)) for code in goods]
    written = script(vocabulary, heard)
    assert written.prices == 6
    assert 0 < written.text.count("a week ago") < 6
    assert 140 <= written.words <= 150


places = st.sampled_from(["Nakuru", "Molo", "Githunguri", "Murang'a", "Kisumu", "Ol Kalou"])
commodities = st.sampled_from(["milk", "maize", "dairy_meal", "milk_fermented", "cattle", "eggs"])
prices = st.decimals("0.05", "99999", places=2)


@st.composite
def heards(draw: st.DrawFn, vocabulary: Vocabulary) -> Heard:
    """Anything a script may be asked to tell."""
    place = place_named(vocabulary, draw(places))
    code, price = draw(commodities), draw(prices)
    price_type = draw(st.sampled_from(list(PriceType)))
    days = draw(st.integers(0, 29))
    known = estimate(
        price,
        reports=draw(st.integers(1, 400)),
        newest_at=MONDAY - timedelta(days=days),
        confidence=draw(st.sampled_from(list(Confidence))),
    )
    last = LastKnown(draw(prices), MONDAY - timedelta(days=400 + days))
    km = draw(st.floats(0.1, 99))
    answers = [
        OwnPrice(code, place, price_type, "KES", known, draw(st.integers(1, 9))),
        NearestPrice(code, place, place, km, price_type, "KES", known, last),
        NoPrice(code, place, price_type, "KES", draw(st.sampled_from([None, last]))),
        Published(
            code, code, place, place, km, price_type, "KES", price, date(2025, 3, 3), "WFP", last
        ),
    ]
    week_ago = draw(st.none() | prices)
    return Heard(code, draw(st.sampled_from(answers)), week_ago, draw(st.none() | st.just(km)))


@given(data=st.data(), language=st.sampled_from(radio_languages()))
def test_every_script_is_a_minute_without_a_figure(
    vocabulary: Vocabulary, data: st.DataObject, language: str
) -> None:
    heard = data.draw(st.lists(heards(vocabulary), min_size=1, max_size=6))
    written = script(vocabulary, heard, language, at=data.draw(places))
    assert not re.search(r"\d", written.text)
    assert count_words(written.paragraphs) == written.words <= WORDS_A_MINUTE[language]
    assert 1 <= written.prices <= 6
    # The first thing there is to tell is always told, and so is its place.
    first = vocabulary.places[heard[0].answer.place.id].name
    assert first in written.paragraphs[1]
    # A plain sentence has nothing that a voice stumbles over.
    assert not re.search(r"[^\w\s.,:'-]|\.\.|,,|,\.|\s[.,:]", written.text)
    assert all(one[0].isupper() and one.endswith(".") for one in written.paragraphs)
