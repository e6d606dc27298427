"""What does it cost, there: the four answers and the questions on the way."""

import re
from dataclasses import replace
from datetime import date

from handlers.commands import Item, PriceQuery, PriceReport
from messaging.segments import measure
from prices.kinds import PlaceKind, PriceType
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.prices.stories import without_range


def ask(talk: Talk, *items: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, PriceQuery(items), language)
    assert reply is not None
    return reply


def tell(talk: Talk, place: str, *prices: str, commodity: str = "milk", **more: object) -> None:
    """Different people report one price each."""
    for reporter, price in zip([OTIENO, ACHIENG, MUTISO, KAMAU, NJERI], prices, strict=False):
        item = talk.item(commodity, place, price)
        talk.says(reporter, PriceReport((Item(**{**vars(item), **more}),)))  # type: ignore[arg-type]


def test_own_price(talk: Talk) -> None:
    tell(talk, "Nakuru", "46", "47", "48", "47")
    reply = ask(talk, talk.item("milk", "Nakuru"))
    assert without_range(reply) == (
        "MILK Nakuru farm gate KES 47/L (range), 4 reports, today. Sold today? Reply MILK NAKURU 47"
    )
    assert re.search(r"\(4[3-6]-(4[89]|5[01])\)", reply)
    assert without_range(ask(talk, talk.item("milk", "Nakuru"), language="sw")) == (
        "MAZIWA Nakuru shambani KES 47/L (range), ripoti 4, leo. Umeuza leo? Jibu MAZIWA NAKURU 47"
    )


def test_one_report_has_no_range_and_its_age(talk: Talk) -> None:
    tell(talk, "Nakuru", "44")
    talk.wait(days=3)
    assert ask(talk, talk.item("milk", "Nakuru")).startswith(
        "MILK Nakuru farm gate KES 44/L, 1 report, 3 days old."
    )


def test_shops_are_named_beside_the_farm_gate(talk: Talk) -> None:
    tell(talk, "Nakuru", "47")
    tell(talk, "Nakuru", "62", price_type=PriceType.RETAIL)
    reply = ask(talk, talk.item("milk", "Nakuru"))
    assert reply == (
        "MILK Nakuru farm gate KES 47/L, 1 report, today. Shops 62. "
        "Sold today? Reply MILK NAKURU 47"
    )


def test_a_shop_elsewhere_says_nothing_of_shops_here(talk: Talk) -> None:
    tell(talk, "Nakuru", "47")
    tell(talk, "Molo", "62", price_type=PriceType.RETAIL)
    assert "Shops" not in ask(talk, talk.item("milk", "Nakuru"))


def test_nor_does_it_hide_what_is_published_of_shops_here(talk: Talk) -> None:
    tell(talk, "Nakuru", "47")
    tell(talk, "Molo", "62", price_type=PriceType.RETAIL)
    talk.publish("milk_processed", "Nakuru", "124", date(2026, 10, 15))
    assert "Shops 124 (" in ask(talk, talk.item("milk", "Nakuru"))


def test_a_shop_price_that_is_old_is_not_said_without_its_age(talk: Talk) -> None:
    tell(talk, "Nakuru", "62", price_type=PriceType.RETAIL)
    talk.wait(days=20)
    tell(talk, "Nakuru", "47")
    assert "Shops" not in ask(talk, talk.item("milk", "Nakuru"))


def test_published_shop_price_is_named_with_its_month(talk: Talk) -> None:
    tell(talk, "Nakuru", "47")
    talk.publish("milk_processed", "Nakuru", "124", date(2026, 10, 15))
    assert " Shops 124 (packet milk, October). " in ask(talk, talk.item("milk", "Nakuru"))


def test_price_type_asked_for(talk: Talk) -> None:
    tell(talk, "Nakuru", "47")
    tell(talk, "Nakuru", "62", price_type=PriceType.RETAIL)
    item = Item("milk", talk.place("Nakuru").id, price_type=PriceType.RETAIL)
    # No call to report: "MILK NAKURU 62" would be taken for the farm gate.
    assert ask(talk, item) == "MILK Nakuru shops KES 62/L, 1 report, today."
    item = Item("milk", talk.place("Nakuru").id, price_type=PriceType.WHOLESALE)
    assert ask(talk, item) == "No milk (wholesale) price for Nakuru yet."


def test_county_says_how_many_markets(talk: Talk) -> None:
    tell(talk, "Nakuru", "45", "45")
    tell(talk, "Molo", "45")
    tell(talk, "Njoro", "45")
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    reply = ask(talk, Item("milk", county.id))
    assert reply.startswith("MILK Nakuru county farm gate KES 45/L, 3 markets, 4 reports, ")
    assert "Reply" not in reply
    assert ask(talk, Item("milk", county.id), language="sw").startswith(
        "MAZIWA kaunti ya Nakuru shambani KES 45/L, masoko 3, ripoti 4, leo."
    )


def test_nearest_price_with_the_last_one_there(talk: Talk) -> None:
    tell(talk, "Molo", "42")
    talk.wait(days=40)
    tell(talk, "Nakuru", "44", "46")
    # The call to report had no room.
    assert ask(talk, talk.item("milk", "Molo")) == (
        "No milk price for Molo since 24 Nov 2026 (then 42). "
        "Nearest: Nakuru farm gate KES 45/L (2 reports, today, 38 km)."
    )


def test_published_price_of_the_place_itself(talk: Talk) -> None:
    talk.publish("milk_processed", "Lodwar", "130", date(2026, 10, 15))
    assert ask(talk, talk.item("milk", "Lodwar")) == (
        "PACKET MILK Lodwar shops KES 130/L in October (WFP, monthly). "
        "No reports from people there yet. Sold or bought there? Reply MILK LODWAR and your price"
    )


def test_published_price_of_another_year_says_so(talk: Talk) -> None:
    talk.publish("milk", "Lodwar", "75", date(2025, 10, 15))
    assert "MILK Lodwar shops KES 75/L in October 2025 (WFP" in ask(
        talk, talk.item("milk", "Lodwar")
    )
    assert "MAZIWA Lodwar dukani KES 75/L, Oktoba 2025 (WFP, kila mwezi)." in ask(
        talk, talk.item("milk", "Lodwar"), language="sw"
    )


def test_published_price_of_another_place(talk: Talk) -> None:
    talk.publish("milk", "Nakuru", "75", date(2026, 10, 15))
    assert ask(talk, talk.item("milk", "Molo")).startswith(
        "No milk price for Molo yet. "
        "Nearest published: milk Nakuru shops KES 75/L in October (WFP, monthly, 38 km)."
    )


def test_no_price_says_so_and_calls(talk: Talk) -> None:
    talk.subscriber(WANJIKU).home_place_id = talk.place("Lodwar").id
    # At home the place need not be typed.
    assert ask(talk, talk.item("milk", "Lodwar")) == (
        "No milk price for Lodwar yet. Sold or bought there? Reply MILK and your price"
    )


def test_demo_figures_are_marked(talk: Talk) -> None:
    talk.subscriber(OTIENO).is_demo = True
    tell(talk, "Nakuru", "47")
    assert ask(talk, talk.item("milk", "Nakuru")).startswith("DEMO MILK Nakuru farm gate KES 47/L")
    assert ask(talk, talk.item("milk", "Molo")).startswith("DEMO No milk price for Molo yet.")


def test_several_things_are_told_briefly(talk: Talk) -> None:
    tell(talk, "Nakuru", "47", "47")
    tell(talk, "Nakuru", "40", commodity="maize")
    reply = ask(talk, *(talk.item(code, "Nakuru") for code in ("milk", "maize", "beans")))
    assert without_range(reply) == (
        "MILK Nakuru farm gate KES 47/L (range), 2 reports, today. "
        "MAIZE Nakuru wholesale KES 40/kg, 1 report, today. No beans price for Nakuru yet."
    )
    many = ask(talk, *[talk.item("milk", "Nakuru")] * 12)
    assert many.endswith("For the others ask again.")
    assert measure(many).segments == 2


def test_home_and_usual_commodity_are_meant_where_nothing_is_said(talk: Talk) -> None:
    person = talk.subscriber(WANJIKU)
    person.home_place_id, person.usual_commodity_code = talk.place("Molo").id, "maize"
    assert ask(talk, Item()).startswith("No maize price for Molo yet.")
    assert ask(talk).startswith("No maize price for Molo yet.")


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert ask(talk, Item("milk")) == "Which place? Send: PRICE MILK NAIROBI"
    assert ask(talk, talk.item(None, "Nakuru")) == "Which product? Send: PRICE MILK NAKURU"
    assert ask(talk, Item()) == "Which product, and which place? Send: PRICE MILK NAIROBI"
    assert ask(talk, Item("milk"), language="sw") == "Mahali gani? Tuma: BEI MAZIWA NAIROBI"


def test_a_question_does_not_hide_the_other_answers(talk: Talk) -> None:
    reply = ask(talk, talk.item("milk", "Molo"), Item("beans"))
    assert reply == "No milk price for Molo yet. Which place? Send: PRICE BEANS NAIROBI"


def test_unknown_place_is_named_back(talk: Talk) -> None:
    assert ask(talk, Item("milk", unknown_words="Xanadu")) == (
        "Xanadu is not a place we know. Send a town near you: PRICE MILK NAIROBI"
    )
    reply = ask(talk, Item("milk", unknown_words="nakuruu"))
    assert reply == "nakuruu is not a place we know. Did you mean Nakuru? Reply 1 for yes."


def test_unknown_thing_is_named_back(talk: Talk) -> None:
    item = Item(place_id=talk.place("Nakuru").id, unknown_words="unicorn")
    assert ask(talk, item) == "We have no prices for unicorn. Send: PRICE MILK NAKURU"


def test_unknown_words_are_quoted_only_so_far(talk: Talk) -> None:
    reply = ask(talk, Item("milk", unknown_words="blah " * 300))
    assert reply.startswith("blah blah blah blah blah is not a place we know.")
    assert measure(reply).segments == 1


def test_several_places_of_one_name(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    item = Item("milk", places=(talk.place("Kiambu").id, county.id))
    assert ask(talk, item) == "Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
    assert ask(talk, item, language="sw") == (
        "Kiambu ipi? Jibu 1 mji wa Kiambu, 2 kaunti ya Kiambu."
    )


def test_places_of_one_name_are_told_apart_by_their_counties(talk: Talk) -> None:
    every = talk.vocabulary.places
    bear_it = talk.vocabulary.place_words["luanda"]
    markets = tuple(id_ for id_ in bear_it if every[id_].kind is PlaceKind.MARKET)
    assert ask(talk, Item("milk", places=markets)) == (
        "Which Luanda? Reply 1 Luanda (Vihiga), 2 Luanda (Busia)."
    )
    constituency = tuple(id_ for id_ in bear_it if every[id_].kind is PlaceKind.ADMIN2)
    assert ask(talk, Item("milk", places=markets[:1] + constituency)) == (
        "Which Luanda? Reply 1 Luanda (Vihiga), 2 Luanda area (Vihiga)."
    )


def test_at_most_five_places_are_offered(talk: Talk) -> None:
    others = [p.id for p in talk.vocabulary.places.values() if p.kind.is_trading_place][:9]
    reply = ask(talk, Item("milk", places=(talk.place("Nakuru").id, *others)))
    assert reply.startswith("Which place? Reply 1 Nakuru town, 2 ")
    assert ", 5 " in reply
    assert ", 6 " not in reply
    assert measure(reply).segments == 1


def test_a_word_for_several_things(talk: Talk) -> None:
    item = Item(place_id=talk.place("Nakuru").id, commodities=("milk", "milk_camel"))
    assert ask(talk, item) == "Which product? Reply 1 milk, 2 camel milk."


def test_money_of_the_country(talk: Talk) -> None:
    uganda = Talk(talk.session, talk.now, country="UG")
    uganda.says("+256772000007", PriceReport((uganda.item("milk", "Mbarara", "1800"),)))
    reply = uganda.says("+256772000008", PriceQuery((uganda.item("milk", "Mbarara"),)))
    assert reply == (
        "MILK Mbarara farm gate UGX 1,800/L, 1 report, today. Sold today? Reply MILK MBARARA 1800"
    )


def test_price_is_rounded_as_it_matters(talk: Talk) -> None:
    tell(talk, "Nakuru", "3600", commodity="maize", unit="bag_90kg")
    assert "KES 40/kg" in ask(talk, talk.item("maize", "Nakuru"))
    tell(talk, "Molo", "3499", commodity="maize", unit="bag_90kg")
    assert "KES 39/kg" in ask(talk, talk.item("maize", "Molo"))  # 38.8778


def test_what_is_usual_stands_beside_a_price_while_there_is_room(talk: Talk) -> None:
    for number in range(2022 * 12, 2026 * 12 + 10):
        talk.publish("milk", "Nakuru", "44", date(number // 12, number % 12 + 1, 15))
    tell(talk, "Nakuru", "47", price_type=PriceType.RETAIL)
    in_shops = replace(talk.item("milk", "Nakuru"), price_type=PriceType.RETAIL)
    assert ask(talk, in_shops) == (
        "MILK Nakuru shops KES 47/L, 1 report, today. Usual Nov 44 (4 years)."
    )
    assert ask(talk, in_shops, language="sw").endswith("Kawaida Nov 44 (miaka 4).")
