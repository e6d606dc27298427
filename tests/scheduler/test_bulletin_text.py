"""Stories of what a bulletin says: the price first, how good it is, and never what nobody knows."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from prices.catalogue import Catalogue
from prices.kinds import Buyer, PriceType
from prices.vocabulary import Vocabulary
from tests.prices.stories import place_named, publish_price, report_price
from tests.scheduler.bulletin_texts import (
    DAY,
    LAST_WEEK,
    YESTERDAY,
    buys,
    to_group,
    to_list,
    to_secretary,
)
from tests.scheduler.stories import HOUR, MONDAY, milk_reports

OCTOBER = MONDAY.date().replace(month=10, day=15)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


@pytest.fixture
def vocabulary(session: Session) -> Vocabulary:
    return Catalogue().vocabulary(session, "KE")


def a_good_week(session: Session, vocabulary: Vocabulary) -> None:
    """Nakuru pays 48 where it paid 45, Molo 55; shops, feed and maize have one report each."""
    # What people say moves a price, but not at once all the way.
    milk_reports(session, vocabulary, "Nakuru", [48] * 6, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [45] * 5, LAST_WEEK)
    milk_reports(session, vocabulary, "Molo", [55] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Nakuru", [62], YESTERDAY, price_type=PriceType.RETAIL)
    for code, price in (("dairy_meal", 2950), ("maize", 40)):
        report_price(session, vocabulary, "+254711001000", code, "Nakuru", price, YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "dairy_meal", "Nakuru", 3000, LAST_WEEK)


def usual_milk(session: Session, vocabulary: Vocabulary, place: str, price: int) -> None:
    """Five years in which milk always cost as much there."""
    for year in range(2021, 2027):
        for month in range(1, 13):
            day = OCTOBER.replace(year=year, month=month)
            if day <= OCTOBER:
                publish_price(session, vocabulary, "milk", place, price, day, PriceType.FARM_GATE)


# To a member.


def test_a_full_bulletin(session: Session, vocabulary: Vocabulary) -> None:
    a_good_week(session, vocabulary)
    usual_milk(session, vocabulary, "Nakuru", 44)
    assert to_group(session, vocabulary, "Nakuru") == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 6 reports), best net Molo 49 (38 km), "
        "shops 62, usual Nov 44. Dairy meal/bag 2,950 (-50, 1 report)."
    )
    assert to_group(session, vocabulary, "Nakuru", "sw") == (
        "KIRIMA 23 Nov. Maziwa/L: Nakuru shambani 47 (+2, ripoti 6), soko bora Molo 49 (km 38), "
        "dukani 62, kawaida Nov 44. Dairy meal/gunia 2,950 (-50, ripoti 1)."
    )
    assert to_group(session, vocabulary, "Nakuru", "es") == (
        "KIRIMA 23 nov. Leche/L: Nakuru en chacra 47 (+2, 6 reportes), mejor neto Molo 49 (38 km), "
        "en tienda 62, usual nov 44. Concentrado/saco 2,950 (-50, 1 reporte)."
    )
    assert to_group(session, vocabulary, "Nakuru", "fr") == (
        "KIRIMA 23 nov. Lait/L: Nakuru à la ferme 47 (+2, 6 relevés), meilleur net Molo 49 "
        "(38 km), en boutique 62, habituel nov 44. Mais/kg 40 (1 relevé)."
    )
    nakuru = place_named(vocabulary, "Nakuru")
    assert to_list(session, vocabulary, nakuru) == (
        "Milk, Nakuru, 23 Nov: farm gate KES 47/L (+2, 6 reports), best net Molo 49 (38 km), "
        "shops 62, usual Nov 44. Dairy meal/bag 2,950 (-50, 1 report)."
    )


def test_what_the_operator_pays_for_is_filled(session: Session, vocabulary: Vocabulary) -> None:
    a_good_week(session, vocabulary)
    buys(session, place_named(vocabulary, "Nakuru"), Buyer.COOPERATIVE, name="KCC", days_to_pay=14)
    milk_reports(session, vocabulary, "Nakuru", [46] * 4, YESTERDAY - DAY, buyer=Buyer.COOPERATIVE)
    milk_reports(session, vocabulary, "Njoro", [49], MONDAY - 12 * DAY)
    assert to_group(session, vocabulary, "Nakuru", segments=2, markets=["Molo", "Njoro"]) == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 10 reports), best net Molo 49 (38 km), "
        "Njoro 49 (14 km, 12 days old), shops 62. Dairy meal/bag 2,950 (-50, 1 report). "
        "Buyers: KCC 46, pays in 14 days. Maize/kg 40 (1 report)."
    )


def test_the_audiences_other_commodities_come_first(
    session: Session, vocabulary: Vocabulary
) -> None:
    """Whatever was said of them: their price, how old it is, or where the nearest is."""
    a_good_week(session, vocabulary)
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "potatoes", "Molo", 48, YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "onions", "Nakuru", 60, MONDAY - 20 * DAY)
    publish_price(session, vocabulary, "beans", "Nakuru", 98, OCTOBER, PriceType.WHOLESALE)
    wanted = ("milk", "potatoes", "onions", "beans", "cabbage")
    text = to_group(session, vocabulary, "Nakuru", "en", *wanted, segments=3)
    assert text.endswith(
        ". Potatoes/kg Molo 48 (38 km, 1 report). Onions/kg 60 (3 Nov). "
        "Beans/kg 98 in October (WFP). Dairy meal/bag 2,950 (-50, 1 report). "
        "Maize/kg 40 (1 report)."
    )
    one = to_group(session, vocabulary, "Nakuru", "en", *wanted)
    assert "Potatoes/kg Molo 48" in one
    assert "best net" not in one


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
    text = to_group(session, vocabulary, "Nakuru", "en", "cattle")
    assert "Nakuru farm gate 45,000 (-1,000, 2 reports)" in text


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
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (38 km, +2, 4 reports), no reports at Molo, "
        "best net Nakuru 41 (38 km)."
    )
    milk_reports(session, vocabulary, "Molo", [42], MONDAY - timedelta(days=265))
    molo = place_named(vocabulary, "Molo")
    assert to_list(session, vocabulary, molo) == (
        "Milk, Molo, 23 Nov: Nakuru farm gate KES 47/L (38 km, +2, 4 reports), "
        "no reports at Molo since 3 Mar (then 42), best net Nakuru 41 (38 km)."
    )


def test_nothing_known_is_said_to_be_so(session: Session, vocabulary: Vocabulary) -> None:
    text = to_group(session, vocabulary, "Githunguri")
    assert text == "KIRIMA 23 Nov. Milk: no price at Githunguri yet."
    assert to_secretary(session, vocabulary, "Githunguri") == text
    milk_reports(session, vocabulary, "Githunguri", [42], MONDAY - timedelta(days=265))
    text = to_group(session, vocabulary, "Githunguri")
    assert text == "KIRIMA 23 Nov. Milk: no price at Githunguri since 3 Mar (then 42)."


def test_a_published_price_is_named_as_such(session: Session, vocabulary: Vocabulary) -> None:
    lodwar = place_named(vocabulary, "Lodwar")
    publish_price(session, vocabulary, "milk", "Lodwar", 75, OCTOBER)
    assert to_group(session, vocabulary, "Lodwar") == (
        "KIRIMA 23 Nov. Milk/L: Lodwar shops 75 in October (WFP), no reports from people yet."
    )
    assert to_list(session, vocabulary, lodwar, "sw") == (
        "Maziwa, Lodwar, 23 Nov: dukani KES 75/L Oktoba (WFP), bado hakuna ripoti za watu."
    )


def test_a_published_price_of_elsewhere_says_how_far_that_is(
    session: Session, vocabulary: Vocabulary
) -> None:
    publish_price(session, vocabulary, "milk", "Nakuru", 75, OCTOBER)
    text = to_group(session, vocabulary, "Molo")
    assert "Milk/L: Nakuru shops 75 in October (WFP, 38 km), no reports" in text


# Counties and the country.


def test_a_county_is_told_as_one_of_its_markets(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Limuru", [70] * 4, YESTERDAY)  # in Kiambu
    county = vocabulary.admin1_of(place_named(vocabulary, "Molo").id)
    assert county is not None
    text = to_list(session, vocabulary, county)
    assert text.startswith("Milk, Nakuru county, 23 Nov: farm gate KES 47")
    assert "(8 reports, 2 markets), best price Molo 48." in text


def test_the_only_market_of_a_county_is_not_called_its_best(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    county = vocabulary.admin1_of(place_named(vocabulary, "Molo").id)
    assert county is not None
    assert to_list(session, vocabulary, county) == (
        "Milk, Nakuru county, 23 Nov: farm gate KES 48/L (4 reports)."
    )


def test_the_whole_country(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Limuru", [50] * 4, YESTERDAY)
    report_price(session, vocabulary, "+254711001000", "maize", "Molo", 40, YESTERDAY)
    kenya = next(one for one in vocabulary.places.values() if one.name == "Kenya")
    text = to_list(session, vocabulary, kenya)
    assert text.startswith("Milk, Kenya, 23 Nov: farm gate KES ")
    assert text.endswith(" (8 reports, 2 markets), best price Limuru 50. Maize/kg 40 (1 report).")


# Where to go.


def test_the_way_comes_off_the_best_price(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Njoro", [49] * 4, YESTERDAY)  # 3 for a matatu
    assert to_group(session, vocabulary, "Nakuru").endswith(" (4 reports), best sold here.")
    milk_reports(session, vocabulary, "Molo", [56] * 2, YESTERDAY)
    text = to_group(session, vocabulary, "Nakuru")
    assert text.endswith(" (4 reports), best net Molo 50 (38 km, 2 reports).")


def test_a_buyer_at_home_may_be_the_best(session: Session, vocabulary: Vocabulary) -> None:
    nakuru = place_named(vocabulary, "Nakuru")
    buys(session, nakuru, Buyer.COOPERATIVE, name="KCC", days_to_pay=14)
    milk_reports(session, vocabulary, "Nakuru", [48] * 4, YESTERDAY, buyer=Buyer.COOPERATIVE)
    milk_reports(session, vocabulary, "Nakuru", [44] * 3, YESTERDAY - 5 * HOUR, buyer=Buyer.TRADER)
    assert ", best net KCC 48." in to_group(session, vocabulary, "Nakuru")


def test_what_shops_sell_is_bought_where_it_is_cheap(
    session: Session, vocabulary: Vocabulary
) -> None:
    for place, price in (("Nakuru", 62), ("Njoro", 65), ("Molo", 50)):
        report_price(session, vocabulary, "+254711001000", "maize_flour", place, price, YESTERDAY)
    text = to_group(session, vocabulary, "Nakuru", "en", "maize_flour")
    assert "Maize flour/kg: Nakuru shops 62 (1 report), cheapest Molo 50 (38 km, 1 report)." in text
    text = to_group(session, vocabulary, "Molo", "sw", "maize_flour")
    assert text.endswith("Molo dukani 50 (ripoti 1), hapa ni nafuu zaidi.")


# To the secretary.


def test_what_a_meeting_needs(session: Session, vocabulary: Vocabulary) -> None:
    a_good_week(session, vocabulary)
    usual_milk(session, vocabulary, "Nakuru", 44)
    milk_reports(session, vocabulary, "Nakuru", [43] * 4, MONDAY - 30 * DAY)
    nakuru = place_named(vocabulary, "Nakuru")
    buys(session, nakuru, Buyer.COOPERATIVE, name="KCC", days_to_pay=14)
    buys(session, nakuru, Buyer.TRADER, days_to_pay=0)
    for number, (price, buyer) in enumerate(
        [(45, Buyer.COOPERATIVE)] * 4 + [(48, Buyer.TRADER)] * 2
    ):
        msisdn = f"+2547110020{number:02}"
        report_price(session, vocabulary, msisdn, "milk", "Nakuru", price, YESTERDAY, buyer=buyer)
    assert to_secretary(session, vocabulary, "Nakuru") == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 46 (45-48, +2 since 16 Nov, 12 reports, "
        "yesterday). Buyers: trader 47 (2 reports), cash; KCC 45, pays in 14 days. "
        "Best net Molo 49 (pays 55, 38 km). Dairy meal/bag 2,950 (-50, 1 report), "
        "equal to 64 L milk. A month ago 43. Usual Nov 44. Shops 62."
    )
    assert to_secretary(session, vocabulary, "Nakuru", "sw") == (
        "KIRIMA 23 Nov. Maziwa/L: Nakuru shambani 46 (45-48, +2 tangu 16 Nov, ripoti 12, jana). "
        "Wanunuzi: mchuuzi 47 (ripoti 2), taslimu; KCC 45, hulipa baada ya siku 14. "
        "Soko bora Molo 49 (hulipa 55, km 38). Dairy meal/gunia 2,950 (-50, ripoti 1), "
        "sawa na L 64 za maziwa. Mwezi mmoja uliopita 43. Kawaida Nov 44."
    )


def test_in_one_segment_the_secretary_reads_the_most_needed(
    session: Session, vocabulary: Vocabulary
) -> None:
    a_good_week(session, vocabulary)
    assert to_secretary(session, vocabulary, "Nakuru", segments=1) == (
        "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (45-50, +2 since 16 Nov, 6 reports, "
        "yesterday). Best net Molo 49 (pays 55, 38 km). Shops 62. Maize/kg 40 (1 report)."
    )


# What was made up.


def test_demo_data_is_marked(session: Session, vocabulary: Vocabulary) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY, is_demo=True)
    text = to_group(session, vocabulary, "Nakuru")
    assert text == "DEMO KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (4 reports)."
    text = to_group(session, vocabulary, "Lodwar", "sw", is_demo=True)
    assert text == "DEMO KIRIMA 23 Nov. Maziwa: bado hakuna bei Lodwar."


def test_nothing_made_up_is_said_beside_a_real_price(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [90] * 4, YESTERDAY, is_demo=True)
    report_price(
        session, vocabulary, "+254711001009", "dairy_meal", "Nakuru", 2950, YESTERDAY, is_demo=True
    )
    text = to_group(session, vocabulary, "Nakuru", segments=4, markets=["Molo"])
    assert text == "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (4 reports)."
    demo = to_group(session, vocabulary, "Nakuru", segments=4, is_demo=True)
    assert "best net Molo 84 (38 km). Dairy meal/bag 2,950" in demo


def test_a_real_market_is_the_best_where_a_better_one_was_made_up(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Nakuru", [47] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [90] * 4, YESTERDAY, is_demo=True)
    milk_reports(session, vocabulary, "Njoro", [60] * 4, YESTERDAY)
    assert "best net Njoro 56 (14 km)" in to_group(session, vocabulary, "Nakuru")


def test_a_last_price_that_was_made_up_is_not_told(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(
        session, vocabulary, "Githunguri", [42], MONDAY - timedelta(days=265), is_demo=True
    )
    text = to_group(session, vocabulary, "Githunguri")
    assert text == "KIRIMA 23 Nov. Milk: no price at Githunguri yet."
    text = to_group(session, vocabulary, "Githunguri", is_demo=True)
    assert text == "DEMO KIRIMA 23 Nov. Milk: no price at Githunguri since 3 Mar (then 42)."


def test_the_change_is_not_reckoned_from_what_was_made_up(
    session: Session, vocabulary: Vocabulary
) -> None:
    milk_reports(session, vocabulary, "Molo", [45] * 4, LAST_WEEK, is_demo=True)
    milk_reports(session, vocabulary, "Molo", [48] * 4, YESTERDAY)
    assert "(4 reports)" in to_group(session, vocabulary, "Molo")


def test_the_worth_of_feed_is_told_where_both_prices_are_fresh(
    session: Session, vocabulary: Vocabulary
) -> None:
    a_good_week(session, vocabulary)
    wanted = ("milk", "dairy_meal")
    text = to_secretary(session, vocabulary, "Nakuru", "en", *wanted)
    assert ". Dairy meal/bag 2,950 (-50, 1 report), equal to 63 L milk. " in text
    assert text.count("Dairy meal") == 1
    text = to_secretary(session, vocabulary, "Nakuru", "fr", "maize", "milk", segments=3)
    assert "soit" not in text


def test_figures_read_aloud_add_up(session: Session, vocabulary: Vocabulary) -> None:
    """Whoever takes the costs off the price that is told finds the net that is told."""
    milk_reports(session, vocabulary, "Nakuru", [40] * 4, YESTERDAY)
    milk_reports(session, vocabulary, "Molo", [54, 55, 56, 57], YESTERDAY)
    text = to_secretary(session, vocabulary, "Nakuru", segments=3)
    paid, net = Decimal(text.split("(pays ")[1][:2]), Decimal(text.split("net Molo ")[1][:2])
    assert paid - net == 6


def test_raw_milk_is_not_offered_under_the_name_of_packet_milk(
    session: Session, vocabulary: Vocabulary
) -> None:
    """Where only what shops sell in its stead has a price, the markets of that are compared."""
    publish_price(session, vocabulary, "milk_processed", "Nakuru", 110, OCTOBER)
    milk_reports(session, vocabulary, "Molo", [50] * 4, YESTERDAY, price_type=PriceType.WHOLESALE)
    assert to_group(session, vocabulary, "Nakuru") == (
        "KIRIMA 23 Nov. Packet milk/L: Nakuru shops 110 in October (WFP), "
        "no reports from people yet."
    )
