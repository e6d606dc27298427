"""This is what it costs, there: kept, thanked for, or asked back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.act import act
from handlers.commands import Confirm, Item, PriceReport
from messaging.segments import measure
from prices.kinds import ObservationStatus
from tests.cast import ACHIENG, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk

ACCEPTED, HELD = ObservationStatus.ACCEPTED, ObservationStatus.HELD
DROPPED = ObservationStatus.DROPPED


def report(talk: Talk, *items: Item, who: str = OTIENO, language: str = "en") -> str:
    reply = talk.says(who, PriceReport(items), language)
    assert reply is not None
    return reply


def test_first_reporter_is_thanked(talk: Talk) -> None:
    assert report(talk, talk.item("milk", "Githunguri", "45")) == (
        "Thank you. Milk Githunguri KES 45/L, farm gate. You are the first this week."
    )
    (row,) = talk.kept()
    assert (row.price, row.unit_code, row.raw_text) == (45, "litre", "said in a story")


def test_thanks_tell_what_others_said_this_week(talk: Talk) -> None:
    report(talk, talk.item("milk", "Githunguri", "44"), who=ACHIENG)
    one_other = report(talk, talk.item("milk", "Githunguri", "45"))
    assert one_other.endswith("farm gate. 1 other this week: 44.")
    report(talk, talk.item("milk", "Githunguri", "46"), who=MUTISO)
    assert report(talk, talk.item("milk", "Githunguri", "45"), language="sw") == (
        "Asante. Maziwa Githunguri KES 45/L, shambani. Wengine 2 wiki hii: 44-46."
    )


def test_another_unit_is_said_back_per_kilo_too(talk: Talk) -> None:
    item = replace(talk.item("maize", "Kitale", "3600"), unit="bag_90kg")
    assert report(talk, item).startswith(
        "Thank you. Maize Kitale KES 3,600/90 kg bag, wholesale. That is KES 40/kg."
    )


def test_same_source_is_kept_once(talk: Talk) -> None:
    conversation = talk.conversation(OTIENO)
    command = PriceReport((talk.item("milk", "Nakuru", "45"), talk.item("milk", "Molo", "44")))
    assert act(conversation, command) == act(conversation, command)
    assert [row.source_key for row in talk.kept()] == [
        f"{conversation.source_key}:1",
        f"{conversation.source_key}:2",
    ]


def test_several_prices_in_one_text(talk: Talk) -> None:
    reply = report(talk, talk.item("milk", "Nakuru", "45"), talk.item("maize", "Kitale", "40"))
    assert reply == (
        "Thank you. Milk Nakuru KES 45/L, farm gate. Maize Kitale KES 40/kg, wholesale."
    )
    many = report(talk, *(talk.item("milk", "Nakuru", str(40 + n)) for n in range(9)))
    assert measure(many).segments == 2


def test_what_can_be_kept_is_kept_and_the_rest_is_asked(talk: Talk) -> None:
    reply = report(talk, talk.item("milk", "Nakuru", "45"), talk.item("maize", "Kitale", "0"))
    assert reply == (
        "Thank you. Milk Nakuru KES 45/L, farm gate. You are the first this week. "
        "A price must be more than 0. Please send: MAIZE KITALE and your price"
    )
    assert len(talk.kept()) == 1


def test_first_report_says_where_somebody_deals(talk: Talk) -> None:
    report(talk, talk.item("milk", "Molo", "45"))
    person = talk.subscriber(OTIENO)
    assert (person.home_place_id, person.usual_commodity_code) == (talk.place("Molo").id, "milk")
    report(talk, talk.item("maize", "Kitale", "40"))
    assert (person.home_place_id, person.usual_commodity_code) == (talk.place("Molo").id, "milk")
    assert report(talk, Item(price=Decimal(46))).startswith("Thank you. Milk Molo KES 46/L")


def test_what_is_missing_is_asked_with_the_price_that_was_said(talk: Talk) -> None:
    assert report(talk, Item("milk", price=Decimal("45.5"))) == (
        "Which place? Send: MILK NAIROBI 45.5"
    )
    assert report(talk, talk.item(None, "Nakuru", "45")) == "Which product? Send: MILK NAKURU 45"
    assert report(talk, talk.item("milk", "Nakuru")) == (
        "At which price? Send: MILK NAKURU and your price"
    )
    bag = Item("maize", price=Decimal(3600), unit="bag_90kg")
    assert report(talk, bag) == "Which place? Send: MAIZE NAIROBI 3600 90 KG BAG"
    assert talk.kept() == []


def test_a_county_is_no_market(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    reply = report(talk, Item("milk", county.id, Decimal(45)))
    assert reply == ("Which market in Nakuru county? Reply 1 Nakuru, 2 Naivasha, 3 Gilgil, 4 Molo.")
    assert talk.kept() == []


def test_several_places_of_one_name_keep_the_price(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    places = (talk.place("Kiambu").id, county.id)
    assert report(talk, Item("milk", places=places, price=Decimal(45))) == (
        "Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
    )


def test_unit_nobody_knows_is_asked_for(talk: Talk) -> None:
    item = replace(talk.item("tomatoes", "Nakuru", "500"), unit="wheelbarrow")
    assert report(talk, item) == (
        "How big is that wheelbarrow of tomatoes? "
        "Send the price of 1 kg: TOMATOES NAKURU and your price"
    )


@pytest.mark.parametrize("price", ["0", "-5", "NaN", "0.00001"])
def test_price_must_be_one(talk: Talk, price: str) -> None:
    assert report(talk, talk.item("milk", "Nakuru", price)).startswith(
        "A price must be more than 0. Please send: MILK NAKURU"
    )
    assert talk.kept() == []


def test_price_out_of_all_bounds(talk: Talk) -> None:
    for price in ("1e30", "Infinity"):
        assert report(talk, talk.item("milk", "Nakuru", price)).startswith(
            "That price is too high to be kept."
        )


def test_other_money(talk: Talk) -> None:
    item = replace(talk.item("milk", "Nakuru", "1"), currency="USD")
    assert report(talk, item) == (
        "We keep prices in KES here. Please send: MILK NAKURU and your price"
    )


def test_report_of_a_demo_person_is_a_demo(talk: Talk) -> None:
    talk.subscriber(WANJIKU).is_demo = True
    report(talk, talk.item("milk", "Nakuru", "45"), who=WANJIKU)
    assert [row.is_demo for row in talk.kept()] == [True]


def test_what_demo_people_say_is_marked_in_the_thanks(talk: Talk) -> None:
    talk.subscriber(ACHIENG).is_demo = True
    report(talk, talk.item("milk", "Nakuru", "44"), who=ACHIENG)
    reply = report(talk, talk.item("milk", "Nakuru", "45"))
    assert reply.endswith("farm gate. DEMO 1 other this week: 44.")


def test_a_price_that_must_be_for_another_measure_is_asked_back(talk: Talk) -> None:
    report(talk, replace(talk.item("maize", "Kitale", "3600"), unit="bag_90kg"), who=ACHIENG)
    asked = report(talk, talk.item("maize", "Kitale", "3500"))
    assert asked == (
        "3,500 for how much maize? Usual is 40 a kg. "
        "Reply 1 for 90 kg bag, 2 for 50 kg bag, 3 for 3,500 a kg, 4 to drop it."
    )
    assert [row.status for row in talk.kept()] == [ACCEPTED, HELD]
    with_measure = replace(talk.item("maize", "Kitale", "3500"), unit="bag_90kg")
    assert report(talk, with_measure).startswith("Thank you.")


def test_a_slip_of_a_digit_is_asked_back_and_what_was_meant_is_kept(talk: Talk) -> None:
    report(talk, talk.item("milk", "Githunguri", "45"), who=ACHIENG)
    asked = report(talk, talk.item("milk", "Githunguri", "450"), language="sw")
    assert asked.startswith("450 kwa kiasi gani cha maziwa? Kawaida ni 45 kwa lita.")
    # Whoever says the measure is asked whether it is so.
    in_litres = replace(talk.item("milk", "Githunguri", "450"), unit="litre")
    assert report(talk, in_litres) == (
        "450 per litre? Usual in Githunguri is 45. Reply 1 for 45, 2 for 450, 3 to drop it."
    )
    reply = talk.says(OTIENO, Confirm(1), words="1")
    assert (reply or "").startswith("Thank you. Milk Githunguri KES 45/L")
    assert [(row.price, row.status) for row in talk.kept()] == [
        (45, ACCEPTED),
        (450, HELD),
        (450, DROPPED),
        (45, ACCEPTED),
    ]


def test_where_nobody_told_a_price_what_can_hardly_be_one_is_asked_back(talk: Talk) -> None:
    assert report(talk, talk.item("milk", "Githunguri", "450")) == (
        "450 for how much milk? Reply 1 for 45 a litre, 2 for 20 litre jerrycan, "
        "3 for 450 a litre, 4 to drop it."
    )
    assert report(talk, talk.item("milk", "Molo", "90")).startswith("Thank you.")
    assert [row.status for row in talk.kept()] == [HELD, ACCEPTED]


def test_where_nobody_knows_the_price_at_all_any_is_kept(talk: Talk) -> None:
    assert report(talk, talk.item("goats", "Githunguri", "450")).startswith("Thank you.")
