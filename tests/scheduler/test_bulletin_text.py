"""Stories of what a bulletin says: the price first, how good it is, and never what nobody knows."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from messaging.phrases import languages
from messaging.segments import measure
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.catalogue import Catalogue, load_vocabulary
from prices.estimates import Confidence, Estimate
from prices.kinds import PriceType
from prices.models import PublishedPrice
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletin_prices import BulletinPrices, Market, Other, Told, collect_prices
from scheduler.bulletin_text import group_bulletin, list_bulletin
from scheduler.bulletin_words import Voice
from tests.prices.stories import place_named, report_price
from tests.scheduler.stories import HOUR, MONDAY, WEEK, milk_reports

YESTERDAY = MONDAY - 16 * HOUR
LAST_WEEK = YESTERDAY - WEEK


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


@pytest.fixture
def vocabulary(session: Session) -> Vocabulary:
    return Catalogue().vocabulary(session, "KE")


def to_group(
    session: Session,
    vocabulary: Vocabulary,
    place: str,
    language: str = "en",
    commodity: str = "milk",
    is_demo: bool = False,
) -> str:
    """What a group KIRIMA at that place reads on Monday."""
    place_id = place_named(vocabulary, place).id
    prices = collect_prices(session, vocabulary, commodity=commodity, place_id=place_id, now=MONDAY)
    voice = Voice(language, vocabulary, "Africa/Nairobi", MONDAY)
    text = group_bulletin(prices, name="KIRIMA", is_demo=is_demo, voice=voice)
    assert measure(text).segments == 1
    return text


def to_list(
    session: Session,
    vocabulary: Vocabulary,
    place: PlaceEntry,
    language: str = "en",
    commodity: str = "milk",
) -> str:
    """What a subscriber to that place reads on Monday."""
    prices = collect_prices(session, vocabulary, commodity=commodity, place_id=place.id, now=MONDAY)
    voice = Voice(language, vocabulary, "Africa/Nairobi", MONDAY)
    text = list_bulletin(prices, commodity=commodity, place=place, voice=voice)
    assert measure(text).segments == 1
    return text


def test_a_full_bulletin(session: Session, vocabulary: Vocabulary) -> None:
    # What people say moves a price, but not at once all the way.
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 5, LAST_WEEK)
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [62], YESTERDAY, price_type=PriceType.RETAIL)
    report_price(
        session, vocabulary, "+254711001000", "maize", "Nakuru", 3600, YESTERDAY, unit="bag_90kg"
    )
    assert to_group(session, vocabulary, "Nakuru") == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 6 reports), Molo 48 (38 km), shops 62. "
        "Maize/kg 40 (1 report)."
    )
    assert to_group(session, vocabulary, "Nakuru", "sw") == (
        "KIRIMA 23 Nov. Maziwa/L: Nakuru shambani 47 (+2, ripoti 6), Molo 48 (km 38), dukani 62. "
        "Mahindi/kg 40 (ripoti 1)."
    )
    nakuru = place_named(vocabulary, "Nakuru")
    assert to_list(session, vocabulary, nakuru) == (
        "Milk, Nakuru, 23 Nov: farm gate KES 47/L (+2, 6 reports), Molo 48 (38 km), shops 62. "
        "Maize/kg 40 (1 report)."
    )


def test_a_price_that_fell_and_one_that_stayed(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [43, 44, 43, 44], YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, LAST_WEEK)
    assert "Nakuru farm gate 44 (-1, 4 reports)" in to_group(session, vocabulary, "Nakuru")
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [48] * 4, LAST_WEEK)
    assert "Molo farm gate 48 (no change, 4 reports)" in to_group(session, vocabulary, "Molo")
    assert "(haijabadilika, ripoti 4)" in to_group(session, vocabulary, "Molo", "sw")


def test_a_change_is_the_one_between_the_figures_people_read(
    session: Session, vocabulary: Vocabulary
) -> None:
    report_price(session, vocabulary, "+254711001000", "cattle", "Nakuru", "45000.4", YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "cattle", "Nakuru", "46000.6", LAST_WEEK)
    text = to_group(session, vocabulary, "Nakuru", commodity="cattle")
    assert "Nakuru farm gate 45,000 (-1,000, 2 reports)" in text


def test_no_change_is_said_where_the_week_before_was_silent(
    session: Session, vocabulary: Vocabulary
) -> None:
    """A report of 15 days ago is no price of a week ago."""
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, MONDAY - 15 * timedelta(days=1))
    assert "Nakuru farm gate 47 (4 reports)." in to_group(session, vocabulary, "Nakuru")


def test_few_reports_are_counted(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47], YESTERDAY)
    assert "Nakuru farm gate 47 (1 report)." in to_group(session, vocabulary, "Nakuru")


def test_an_old_price_says_its_age(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [43, 43], MONDAY - timedelta(days=12))
    milk_reports(session, vocabulary, "Nakuru", [43, 43], MONDAY - timedelta(days=20))
    text = to_group(session, vocabulary, "Nakuru")
    assert text == "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 43 (2 reports, 12 days old)."


def test_the_nearest_is_named_as_such(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [48, 49, 48, 49], YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 4, LAST_WEEK)
    assert to_group(session, vocabulary, "Molo") == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (38 km, +2, 4 reports), no reports at Molo."
    )
    milk_reports(session, vocabulary, "Molo", [42], MONDAY - timedelta(days=265))
    molo = place_named(vocabulary, "Molo")
    assert to_list(session, vocabulary, molo) == (
        "Milk, Molo, 23 Nov: Nakuru farm gate KES 47/L (38 km, +2, 4 reports), "
        "no reports at Molo since 3 Mar (then 42)."
    )


def test_nothing_known_is_said_to_be_so(session: Session, vocabulary: Vocabulary) -> None:
    text = to_group(session, vocabulary, "Githunguri")
    assert text == "KIRIMA 23 Nov. Milk: no price at Githunguri yet."
    milk_reports(session, vocabulary, "Githunguri", [42], MONDAY - timedelta(days=265))
    text = to_group(session, vocabulary, "Githunguri")
    assert text == "KIRIMA 23 Nov. Milk: no price at Githunguri since 3 Mar (then 42)."


def test_a_published_price_is_named_as_such(session: Session, vocabulary: Vocabulary) -> None:
    lodwar = place_named(vocabulary, "Lodwar")
    session.add(
        PublishedPrice(
            source="WFP",
            place_id=lodwar.id,
            commodity_code="milk",
            product="Milk",
            price_type=PriceType.RETAIL,
            priced_on=MONDAY.date().replace(month=10, day=15),
            currency="KES",
            price=Decimal(75),
            unit_quoted="L",
            price_per_base_unit=Decimal(75),
            flag="actual",
        )
    )
    assert to_group(session, vocabulary, "Lodwar") == (
        "KIRIMA 23 Nov. Milk/L: Lodwar shops 75 in October (WFP), no reports from people yet."
    )
    assert to_list(session, vocabulary, lodwar, "sw") == (
        "Maziwa, Lodwar, 23 Nov: dukani KES 75/L Oktoba (WFP), bado hakuna ripoti za watu."
    )


def test_a_county_is_told_as_one_of_its_markets(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    county = vocabulary.admin1_of(place_named(vocabulary, "Molo").id)
    assert county is not None
    text = to_list(session, vocabulary, county)
    assert text.startswith("Milk, Nakuru county, 23 Nov: farm gate KES 47")
    assert "(8 reports, 2 markets), Molo 48." in text


def test_the_best_market_is_dear_to_sell_and_cheap_to_buy(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [49] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [44] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Limuru", [70] * 4, YESTERDAY)  # 122 km: nobody goes there
    assert to_group(session, vocabulary, "Nakuru").endswith(", Njoro 49 (14 km).")
    for place, price in (("Nakuru", 62), ("Njoro", 65), ("Molo", 60)):
        report_price(session, vocabulary, "+254711001000", "maize_flour", place, price, YESTERDAY)
    text = to_group(session, vocabulary, "Nakuru", commodity="maize_flour")
    assert "Maize flour/kg: Nakuru shops 62 (1 report), Molo 60 (38 km)." in text


def test_demo_data_is_marked(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY, is_demo=True)
    text = to_group(session, vocabulary, "Nakuru")
    assert text == "DEMO KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (4 reports)."
    text = to_group(session, vocabulary, "Githunguri", "sw", is_demo=True)
    assert text == "DEMO KIRIMA 23 Nov. Maziwa: bado hakuna bei Githunguri."


def test_nothing_made_up_is_said_beside_a_real_price(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY, is_demo=True)
    text = to_group(session, vocabulary, "Nakuru")
    assert text == "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (4 reports)."


@pytest.mark.parametrize("country", ["KE", "UG", "GH"])
def test_the_longest_names_and_figures_still_fit_one_segment(
    session: Session, country: str
) -> None:
    vocabulary = load_vocabulary(session, country)
    for language in languages():
        fits_one_segment(Voice(language, vocabulary, vocabulary.country.timezone, MONDAY))


def fits_one_segment(voice: Voice) -> None:
    vocabulary, language = voice.vocabulary, voice.language
    places = sorted(vocabulary.places.values(), key=lambda place: len(place.name))[-5:]
    codes = sorted(
        vocabulary.commodities, key=lambda code: len(vocabulary.commodity_name(code, language))
    )[-8:]
    for place in places:
        for code in codes:
            for answer in longest_answers(code, place, vocabulary.country.currency):
                prices = with_everything(answer, place)
                for text in (
                    group_bulletin(prices, name="W" * 20, is_demo=True, voice=voice),
                    list_bulletin(prices, commodity=code, place=place, voice=voice),
                ):
                    assert measure(text).segments == 1, text


def longest_answers(code: str, place: PlaceEntry, currency: str) -> list[PriceAnswer]:
    """Every kind of answer, as long as it can get."""
    figure = Decimal(1_234_567)
    wholesale = PriceType.WHOLESALE
    estimate = Estimate(
        price=figure,
        low=figure,
        high=figure,
        reports=111,
        reporters=111,
        newest_at=MONDAY - timedelta(days=13),
        confidence=Confidence.OLD,
        is_demo=True,
    )
    last_known = LastKnown(figure, MONDAY - timedelta(days=400))
    published_on = (MONDAY - timedelta(days=430)).date()
    return [
        OwnPrice(code, place, wholesale, currency, estimate, 22),
        NearestPrice(code, place, place, 88, wholesale, currency, estimate, last_known),
        Published(
            code,
            code,
            place,
            place,
            88,
            wholesale,
            currency,
            figure,
            published_on,
            "WFP",
            last_known,
        ),
        NoPrice(code, place, wholesale, currency, last_known),
    ]


def with_everything(answer: PriceAnswer, place: PlaceEntry) -> BulletinPrices:
    """A bulletin with more besides than fits."""
    own, *_ = longest_answers(answer.commodity, place, answer.currency)
    assert isinstance(own, OwnPrice)
    return BulletinPrices(
        lead=Told(answer, Decimal(1)),
        market=Market(own, 44),
        shops=own,
        others=(Other(own, Decimal(1)), Other(own, None)),
    )
