"""Somebody tells what carrying goods costs: kept, thanked, asked back, and never guessed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from handlers.act import act
from handlers.commands import Confirm, Item, PriceQuery, PriceReport, TransportReport
from messaging.models import HeldQuestion
from messaging.segments import measure
from prices.kinds import TransportMode
from prices.models import TransportFare, TransportTariff
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk


def fare_to(
    talk: Talk, place: str | None, fare: str | None, quantity: str | None = None, unit: str = "kg"
) -> Item:
    item = talk.item(None, place, fare)
    return replace(item, quantity=Decimal(quantity), unit=unit) if quantity else item


def says(talk: Talk, item: Item, start: Item | None = None, language: str = "en") -> str:
    """Wanjiku, who lives in Njoro, tells a fare."""
    talk.subscriber(WANJIKU).home_place_id = talk.place("Njoro").id
    reply = talk.says(WANJIKU, TransportReport(item, start or Item()), language)
    assert reply is not None
    assert measure(reply).segments == 1
    return reply


def fares(talk: Talk) -> list[TransportFare]:
    return list(talk.session.scalars(select(TransportFare).order_by(TransportFare.id)))


def test_a_fare_is_thanked_with_what_it_makes_of_one(talk: Talk) -> None:
    item = fare_to(talk, "Nakuru", "300", "20")
    assert says(talk, item) == "Thank you. Njoro to Nakuru KES 300 for 20 kg: 15 a kg."
    assert says(talk, item, language="sw") == (
        "Asante. Njoro hadi Nakuru KES 300 kwa 20 kg: 15 kwa kilo."
    )
    assert says(talk, item, language="es") == (
        "Gracias. De Njoro a Nakuru KES 300 por 20 kg: 15 por kilo."
    )
    assert says(talk, item, language="fr") == (
        "Merci. De Njoro à Nakuru 300 KES pour 20 kg : 15 par kilo."
    )
    assert [row.fare for row in fares(talk)] == [300] * 4


def test_the_words_and_the_way_are_kept_with_it(talk: Talk) -> None:
    command = TransportReport(
        fare_to(talk, "Nakuru", "100", "20"), talk.item(None, "Njoro"), TransportMode.MOTORBIKE
    )
    talk.says(KAMAU, command, words="TRANSPORT NAKURU 100 20KG FROM NJORO BY BODA")
    (row,) = fares(talk)
    assert row.raw_text == "TRANSPORT NAKURU 100 20KG FROM NJORO BY BODA"
    assert row.mode is TransportMode.MOTORBIKE
    assert row.reporter_id == talk.subscriber(KAMAU).id


def test_their_usual_thing_says_how_much_was_carried(talk: Talk) -> None:
    assert says(talk, fare_to(talk, "Nakuru", "100")) == (
        "For how much? Send: TRANSPORT NAKURU 100 20 KG"
    )
    talk.subscriber(WANJIKU).usual_commodity_code = "milk"
    assert says(talk, fare_to(talk, "Nakuru", "100")) == (
        "Thank you. Njoro to Nakuru KES 100 for 20 L: 5 a litre."
    )
    assert says(talk, fare_to(talk, "Nakuru", "100", "5", "tray")) == (
        "How heavy is that tray? Send: TRANSPORT NAKURU 100 20 KG"
    )
    trays = replace(fare_to(talk, "Nakuru", "100", "5", "tray"), commodity="eggs")
    assert says(talk, trays) == "Thank you. Njoro to Nakuru KES 100 for 5 tray: 0.67 a piece."


def test_who_did_not_say_where_from_is_asked(talk: Talk) -> None:
    command = TransportReport(fare_to(talk, "Nakuru", "300", "20"))
    assert talk.says(KAMAU, command) == (
        "From where? Send: TRANSPORT NAKURU 300 20 KG FROM NAIVASHA"
    )
    reply = talk.says(KAMAU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    assert reply == "Thank you. Molo to Nakuru KES 300 for 20 kg: 15 a kg."


def test_who_did_not_say_where_to_is_asked(talk: Talk) -> None:
    assert says(talk, fare_to(talk, None, "300", "20")) == (
        "To where? Send: TRANSPORT NAKURU 300 20 KG"
    )
    reply = talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    assert reply == "Thank you. Njoro to Molo KES 300 for 20 kg: 15 a kg."


def test_both_ends_are_asked_for_one_by_one(talk: Talk) -> None:
    assert talk.says(KAMAU, TransportReport(fare_to(talk, None, "300", "20"))) == (
        "To where? Send: TRANSPORT NAIROBI 300 20 KG"
    )
    reply = talk.says(KAMAU, PriceQuery((talk.item(None, "Nakuru"),)), words="nakuru")
    assert (reply or "").startswith("From where? Send: TRANSPORT NAKURU 300 20 KG FROM ")
    reply = talk.says(KAMAU, PriceQuery((talk.item(None, "Njoro"),)), words="njoro")
    assert reply == "Thank you. Njoro to Nakuru KES 300 for 20 kg: 15 a kg."


def test_a_place_that_several_bear_or_nobody_is_asked_about(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    several = replace(fare_to(talk, None, "700", "50"), places=(talk.place("Kiambu").id, county.id))
    assert says(talk, several) == "Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
    assert talk.says(WANJIKU, Confirm(1)) == (
        "Thank you. Njoro to Kiambu KES 700 for 50 kg: 14 a kg."
    )
    unknown = replace(fare_to(talk, None, "300", "20"), unknown_words="xyzville")
    assert says(talk, unknown) == (
        "xyzville is not a place we know. To where? Send: TRANSPORT NAKURU 300 20 KG"
    )
    misspelt = replace(fare_to(talk, None, "300", "20"), unknown_words="nakurru")
    assert says(talk, misspelt) == (
        "nakurru is not a place we know. Did you mean Nakuru? Reply 1 for yes."
    )
    assert talk.says(WANJIKU, Confirm(1, is_word=True)) == (
        "Thank you. Njoro to Nakuru KES 300 for 20 kg: 15 a kg."
    )
    start = Item(unknown_words="xyzville")
    assert says(talk, fare_to(talk, "Nakuru", "300", "20"), start) == (
        "xyzville is not a place we know. "
        "From where? Send: TRANSPORT NAKURU 300 20 KG FROM NAIVASHA"
    )


def test_a_county_is_no_market(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    goal = replace(fare_to(talk, None, "300", "20"), place_id=county.id)
    assert says(talk, goal).startswith("Which market in Nakuru county? Reply 1 ")
    assert says(talk, fare_to(talk, "Nakuru", "300", "20"), Item(place_id=county.id)).startswith(
        "Which market in Nakuru county? Reply 1 "
    )
    talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    (row,) = fares(talk)
    assert (row.from_place_id, row.to_place_id) == (talk.place("Molo").id, talk.place("Nakuru").id)


def test_nothing_is_carried_to_where_it_is(talk: Talk) -> None:
    assert says(talk, fare_to(talk, "Njoro", "300", "20")) == (
        "From where to where? Send: TRANSPORT NAKURU 300 20 KG FROM NJORO"
    )
    assert fares(talk) == []


def test_a_slip_is_asked_about(talk: Talk) -> None:
    item = fare_to(talk, "Nakuru", "780", "20")
    assert says(talk, item) == (
        "780 for 20 kg to Nakuru? Usual is about 78. Reply 1 for 78, 2 to drop it."
    )
    assert fares(talk) == []
    assert talk.says(WANJIKU, Confirm(1)) == (
        "Thank you. Njoro to Nakuru KES 78 for 20 kg: 3.90 a kg."
    )
    says(talk, item)
    assert talk.says(WANJIKU, Confirm(2)) == "Dropped. Nothing was written down."
    assert len(fares(talk)) == 1


def test_a_figure_answers_what_was_doubted(talk: Talk) -> None:
    talk.subscriber(WANJIKU).usual_commodity_code = "milk"
    assert says(talk, fare_to(talk, "Nakuru", "50000")) == (
        "50,000 for 20 L to Nakuru? Usual is about 78. Please send: TRANSPORT NAKURU and the fare"
    )
    reply = talk.says(WANJIKU, PriceReport((Item(price=Decimal(90)),)), words="90")
    assert reply == "Thank you. Njoro to Nakuru KES 90 for 20 L: 4.50 a litre."


def test_a_fare_is_not_dearer_than_all_it_carries(talk: Talk) -> None:
    talk.says(OTIENO, PriceReport((talk.item("milk", "Nakuru", "50"),)))
    item = replace(fare_to(talk, "Nakuru", "250", "4", "litre"), commodity="milk")
    assert says(talk, item) == (
        "250 for 4 L to Nakuru? All of it sells for 200 there. Reply 1 for 25, 2 to drop it."
    )


@pytest.mark.parametrize(
    ("fare", "reply"),
    [
        ("0", "A fare must be more than 0. Please send: TRANSPORT NAKURU and the fare"),
        (
            "10000000",
            "That fare is too high to be kept. Please check it and send: "
            "TRANSPORT NAKURU and the fare",
        ),
    ],
)
def test_what_is_no_fare_is_refused_kindly(talk: Talk, fare: str, reply: str) -> None:
    assert says(talk, fare_to(talk, "Nakuru", fare, "20")) == reply
    answered = talk.says(WANJIKU, PriceReport((Item(price=Decimal(90)),)), words="90")
    assert answered == "Thank you. Njoro to Nakuru KES 90 for 20 kg: 4.50 a kg."


def test_fares_are_told_in_the_countrys_money(talk: Talk) -> None:
    foreign = replace(fare_to(talk, "Nakuru", "3", "20"), currency="USD")
    assert says(talk, foreign) == (
        "We keep prices in KES here. Please send: TRANSPORT NAKURU and the fare"
    )


def test_of_two_figures_one_is_the_fare(talk: Talk) -> None:
    talk.subscriber(WANJIKU).usual_commodity_code = "milk"
    item = replace(talk.item(None, "Nakuru"), prices=(Decimal(100), Decimal(20)))
    assert says(talk, item) == "Which is the fare? Reply 1 for 100, 2 for 20."
    assert talk.says(WANJIKU, Confirm(1)) == (
        "Thank you. Njoro to Nakuru KES 100 for 20 L: 5 a litre."
    )


def test_without_a_fare_what_is_known_is_told(talk: Talk) -> None:
    assert says(talk, fare_to(talk, "Nakuru", None)) == (
        "Njoro to Nakuru, 20 kg: about KES 78, bus. "
        "What do you pay? Send: TRANSPORT NAKURU and the fare"
    )
    talk.says(
        ACHIENG, TransportReport(fare_to(talk, "Njoro", "120", "20"), talk.item(None, "Nakuru"))
    )
    assert says(talk, fare_to(talk, "Nakuru", None, "40")).startswith(
        "Njoro to Nakuru, 40 kg: about KES 120, bus."
    )
    assert says(talk, fare_to(talk, "Nakuru", None), language="sw") == (
        "Njoro hadi Nakuru, 20 kg: karibu KES 120, matatu. "
        "Wewe hulipa ngapi? Tuma: USAFIRI NAKURU na nauli"
    )
    reply = talk.says(WANJIKU, PriceReport((Item(price=Decimal(90)),)), words="90")
    assert reply == "For how much? Send: TRANSPORT NAKURU 90 20 KG"


def test_where_nobody_knows_only_the_call_is_left(talk: Talk) -> None:
    talk.session.execute(delete(TransportTariff))
    assert says(talk, fare_to(talk, "Nakuru", None)) == (
        "What do you pay? Send: TRANSPORT NAKURU and the fare"
    )


def test_a_made_up_fare_is_marked(talk: Talk) -> None:
    talk.subscriber(ACHIENG).is_demo = True
    talk.says(
        ACHIENG, TransportReport(fare_to(talk, "Nakuru", "99", "20"), talk.item(None, "Njoro"))
    )
    assert says(talk, fare_to(talk, "Nakuru", None)).startswith(
        "DEMO Njoro to Nakuru, 20 kg: about KES 99, bus."
    )


def test_the_same_text_is_kept_once(talk: Talk) -> None:
    talk.subscriber(WANJIKU).home_place_id = talk.place("Njoro").id
    conversation = talk.conversation(WANJIKU)
    command = TransportReport(fare_to(talk, "Nakuru", "300", "20"))
    assert act(conversation, command) == act(conversation, command)
    assert len(fares(talk)) == 1


def test_questions_about_fares_are_held_like_others(talk: Talk) -> None:
    says(talk, fare_to(talk, None, "300", "20"))
    (question,) = talk.session.scalars(select(HeldQuestion))
    assert question.answers["about"]["intent"] == "transport"
