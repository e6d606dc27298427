"""We asked, they answer: one digit, a yes, a name or a figure completes what was said before."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from handlers.commands import (
    Alert,
    Confirm,
    Help,
    Item,
    PriceQuery,
    PriceReport,
    SaleRecord,
    SetHome,
    Stop,
    Subscribe,
    Unknown,
    Unsure,
)
from messaging.models import HeldQuestion
from tests.cast import ACHIENG, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk

YES, NO = Confirm(1, is_word=True), Confirm(0, is_word=True)
DROPPED = "Dropped. Nothing was written down."


@pytest.fixture
def kiambu(talk: Talk) -> Item:
    """Milk at one of two places called Kiambu."""
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    return Item("milk", places=(talk.place("Kiambu").id, county.id))


def ask_for_kiambu(talk: Talk, kiambu: Item) -> None:
    reply = talk.says(WANJIKU, PriceQuery((kiambu,)), words="price milk kiambu")
    assert reply == "Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."


def held(talk: Talk) -> list[HeldQuestion]:
    return list(talk.session.scalars(select(HeldQuestion)))


# By a digit


def test_a_digit_completes_the_question(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    reply = talk.says(WANJIKU, Confirm(2), words="2")
    assert reply == "No milk price for Kiambu county yet."
    assert held(talk) == []


def test_what_is_kept_by_a_digit_knows_all_the_words_that_led_to_it(
    talk: Talk, kiambu: Item
) -> None:
    told = replace(kiambu, price=Decimal(45))
    talk.says(OTIENO, PriceReport((told,)), words="milk kiambu 45")
    reply = talk.says(OTIENO, Confirm(1), words="1")
    assert (reply or "").startswith("Thank you. Milk Kiambu KES 45/L, farm gate.")
    (row,) = talk.kept()
    assert row.raw_text == "milk kiambu 45\n1"


def test_a_digit_beyond_the_choices_repeats_the_question(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    for answer in (Confirm(3), Confirm(0), Confirm(9)):
        assert talk.says(WANJIKU, answer, words=str(answer.choice)) == (
            "Sorry, not understood. Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
        )
    assert talk.says(WANJIKU, Confirm(1), words="1") is not None
    assert held(talk) == []


def test_a_question_is_answered_once(talk: Talk, kiambu: Item) -> None:
    told = replace(kiambu, price=Decimal(45))
    talk.says(WANJIKU, PriceReport((told,)))
    talk.says(WANJIKU, Confirm(1), words="1")
    again = talk.says(WANJIKU, Confirm(1), words="1")
    assert (again or "").startswith("We have no open question for you. To ask: ")
    assert len(talk.kept()) == 1


def test_a_newer_question_takes_the_place_of_an_older_one(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    item = Item(place_id=talk.place("Nakuru").id, commodities=("milk", "milk_camel"))
    talk.says(WANJIKU, PriceQuery((item,)))
    assert (talk.says(WANJIKU, Confirm(2), words="2") or "").startswith("No camel milk price")


def test_another_command_ends_the_question(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    talk.says(WANJIKU, PriceQuery((talk.item("milk", "Molo"),)), words="price milk molo")
    assert held(talk) == []


def test_what_is_not_understood_and_help_leave_it_open(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    talk.says(WANJIKU, Unknown(), words="what do you mean")
    talk.says(WANJIKU, Help(), words="help")
    assert "Kiambu county" in (talk.says(WANJIKU, Confirm(2), words="2") or "")


def test_a_question_is_forgotten_after_two_hours(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    talk.wait(hours=1, minutes=59)
    assert "Sorry" in (talk.says(WANJIKU, Confirm(7), words="7") or "")
    talk.wait(minutes=1)
    reply = talk.says(WANJIKU, Confirm(2), words="2")
    assert (reply or "").startswith("We have no open question for you.")


def test_opting_out_drops_the_question(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    talk.says(WANJIKU, Stop(), words="STOP")
    assert held(talk) == []


def test_everybody_answers_their_own_question(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    reply = talk.says(OTIENO, Confirm(2), words="2")
    assert (reply or "").startswith("We have no open question for you.")
    assert "Kiambu county" in (talk.says(WANJIKU, Confirm(2), words="2") or "")


# By a word


def test_yes_takes_the_only_offer(talk: Talk) -> None:
    talk.says(WANJIKU, PriceQuery((Item("milk", unknown_words="nakru"),)))
    assert talk.says(WANJIKU, YES, words="NDIYO") == (
        "No milk price for Nakuru yet. Sold or bought there? Reply MILK NAKURU and your price"
    )


def test_yes_to_several_offers_says_nothing(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    assert "Which Kiambu?" in (talk.says(WANJIKU, YES, words="yes") or "")


def test_no_drops_whatever_was_asked(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    assert talk.says(WANJIKU, NO, words="no") == DROPPED
    assert talk.says(WANJIKU, NO, "sw", words="hapana") != DROPPED
    assert held(talk) == []


def test_yes_of_somebody_who_is_out_is_the_way_back(talk: Talk) -> None:
    talk.says(WANJIKU, Stop(), words="STOP")
    reply = talk.says(WANJIKU, YES, words="YES")
    assert (reply or "").startswith("Welcome back to Bei.")
    assert talk.subscriber(WANJIKU).opted_out_at is None


@pytest.mark.parametrize("answer", [YES, NO])
def test_yes_and_no_to_nothing_do_no_harm(talk: Talk, answer: Confirm) -> None:
    reply = talk.says(WANJIKU, answer, words="yes")
    assert (reply or "").startswith("We have no open question for you.")
    assert talk.kept() == []


def test_no_of_somebody_who_is_out_is_no_way_back(talk: Talk) -> None:
    talk.says(WANJIKU, Stop(), words="STOP")
    talk.says(WANJIKU, NO, words="no")
    assert talk.subscriber(WANJIKU).opted_out_at is not None


# By a name or a figure


def test_a_bare_place_completes_what_was_asked(talk: Talk) -> None:
    assert talk.says(WANJIKU, PriceQuery((Item("milk"),)), words="maziwa?") == (
        "Which place? Send: PRICE MILK NAIROBI"
    )
    bare = PriceQuery((talk.item(None, "Nakuru"),))
    reply = talk.says(WANJIKU, bare, words="nakuru")
    assert (reply or "").startswith("No milk price for Nakuru yet.")


def test_a_bare_place_completes_a_report(talk: Talk) -> None:
    talk.says(WANJIKU, PriceReport((Item("milk", price=Decimal(45)),)), words="milk 45")
    talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    (row,) = talk.kept()
    assert (row.place_id, row.price) == (talk.place("Molo").id, 45)


def test_the_usual_commodity_does_not_hide_what_was_asked(talk: Talk) -> None:
    """The parser fills in the usual milk beside "nakuru"; asked for was maize."""
    talk.subscriber(WANJIKU).usual_commodity_code = "milk"
    talk.says(WANJIKU, PriceQuery((Item("maize"),)), words="maize?")
    reply = talk.says(WANJIKU, PriceQuery((talk.item("milk", "Nakuru"),)), words="nakuru")
    assert (reply or "").startswith("No maize price for Nakuru yet.")


def test_a_whole_new_question_is_no_answer(talk: Talk) -> None:
    talk.says(WANJIKU, PriceQuery((Item("maize"),)), words="maize?")
    whole = PriceQuery((talk.item("milk", "Nakuru"),))
    reply = talk.says(WANJIKU, whole, words="milk nakuru")
    assert (reply or "").startswith("No milk price for Nakuru yet.")
    assert held(talk) == []


def test_words_of_another_place_are_no_answer(talk: Talk) -> None:
    item = Item(place_id=talk.place("Nakuru").id, unknown_words="unicorn")
    asked = talk.says(WANJIKU, PriceQuery((item,)), words="price of unicorn nakuru")
    assert asked == "We have no prices for unicorn. Send: PRICE MILK NAKURU"
    elsewhere = PriceQuery((Item("milk", unknown_words="xanadu"),))
    reply = talk.says(WANJIKU, elsewhere, words="milk xanadu")
    assert (reply or "").startswith("xanadu is not a place we know.")


def test_a_misspelt_place_is_asked_about_once_more(talk: Talk) -> None:
    talk.says(WANJIKU, PriceQuery((Item("milk"),)), words="maziwa?")
    assert talk.says(WANJIKU, Unknown(), words="nakru") == (
        "nakru is not a place we know. Did you mean Nakuru? Reply 1 for yes."
    )
    assert "milk price for Nakuru" in (talk.says(WANJIKU, Confirm(1), words="1") or "")


def test_small_talk_is_no_place(talk: Talk) -> None:
    talk.says(WANJIKU, PriceQuery((Item("milk"),)), words="maziwa?")
    assert (talk.says(WANJIKU, Unknown(), words="asante sana") or "").startswith("Sorry")
    assert len(held(talk)) == 1


def test_a_bare_commodity_completes_what_was_asked(talk: Talk) -> None:
    talk.says(WANJIKU, PriceReport((talk.item(None, "Nakuru", "45"),)), words="nakuru 45")
    talk.says(WANJIKU, PriceQuery((Item("milk"),)), words="milk")
    (row,) = talk.kept()
    assert (row.commodity_code, row.price) == ("milk", 45)


def test_a_commodity_first_where_both_were_asked_for(talk: Talk) -> None:
    talk.says(WANJIKU, PriceReport((Item(price=Decimal(45)),)), words="price 45")
    talk.says(WANJIKU, PriceQuery((Item("milk"),)), words="milk")
    talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    (row,) = talk.kept()
    assert (row.commodity_code, row.price) == ("milk", 45)


@pytest.mark.parametrize(
    ("words", "price"), [("45", 45), ("KES 45.50", Decimal("45.5")), ("1,500", 1500), ("7", 7)]
)
def test_a_bare_figure_is_the_price_asked_for(talk: Talk, words: str, price: Decimal | int) -> None:
    talk.says(WANJIKU, PriceReport((talk.item("milk", "Nakuru"),)), words="report milk nakuru")
    command = Confirm(7) if words == "7" else Unknown()
    talk.says(WANJIKU, command, words=words)
    assert [row.price for row in talk.kept()] == [price]


def test_a_refused_price_is_corrected_by_a_figure(talk: Talk) -> None:
    item = replace(talk.item("milk", "Nakuru", "0"), currency=None)
    assert "more than 0" in (talk.says(WANJIKU, PriceReport((item,)), words="x") or "")
    talk.says(WANJIKU, Unknown(), words="45")
    assert [row.price for row in talk.kept()] == [45]


def test_the_price_of_a_measure_nobody_knows_is_asked_per_kilo(talk: Talk) -> None:
    item = replace(talk.item("tomatoes", "Nakuru", "500"), unit="wheelbarrow")
    talk.says(WANJIKU, PriceReport((item,)), words="tomatoes nakuru 500 wheelbarrow")
    talk.says(WANJIKU, Unknown(), words="60")
    assert [(row.price, row.unit_code) for row in talk.kept()] == [(60, "kg")]


def test_a_figure_among_two_that_were_offered(talk: Talk) -> None:
    item = replace(talk.item("milk", "Nakuru"), prices=(Decimal(45), Decimal(60)))
    asked = talk.says(WANJIKU, PriceReport((item,)), words="milk nakuru 45 60")
    assert asked == "Which is the price? Reply 1 for 45, 2 for 60."
    talk.says(WANJIKU, Confirm(2), words="2")
    assert [row.price for row in talk.kept()] == [60]


def test_a_figure_beside_two_that_were_offered(talk: Talk) -> None:
    item = replace(talk.item("milk", "Nakuru"), prices=(Decimal(45), Decimal(60)))
    talk.says(WANJIKU, PriceReport((item,)), words="milk nakuru 45 60")
    talk.says(WANJIKU, Unknown(), words="50")
    assert [row.price for row in talk.kept()] == [50]


# What each answer does


def test_a_slip_is_put_right_by_its_number(talk: Talk) -> None:
    talk.says(ACHIENG, PriceReport((talk.item("milk", "Githunguri", "45"),)))
    asked = talk.says(OTIENO, PriceReport((talk.item("milk", "Githunguri", "450"),)))
    assert asked == (
        "450 for how much milk? Usual is 45 a litre. Reply 1 for 45 a litre, "
        "2 for 20 litre jerrycan, 3 for 450 a litre, 4 to drop it."
    )
    talk.says(OTIENO, Confirm(1), words="1")
    assert [row.price for row in talk.kept() if row.status.speaks] == [45, 45]


@pytest.mark.parametrize(("answer", "words"), [(Confirm(4), "4"), (NO, "NO")])
def test_what_is_dropped_does_not_count(talk: Talk, answer: Confirm, words: str) -> None:
    talk.says(ACHIENG, PriceReport((talk.item("milk", "Githunguri", "45"),)))
    talk.says(OTIENO, PriceReport((talk.item("milk", "Githunguri", "450"),)))
    assert talk.says(OTIENO, answer, words=words) == "Dropped. Your price does not count."
    assert [row.price for row in talk.kept() if row.status.speaks] == [45]


def test_the_measure_is_chosen_by_its_number(talk: Talk) -> None:
    bag = replace(talk.item("maize", "Kitale", "3600"), unit="bag_90kg")
    talk.says(ACHIENG, PriceReport((bag,)))
    talk.says(OTIENO, PriceReport((talk.item("maize", "Kitale", "3500"),)))
    reply = talk.says(OTIENO, Confirm(1), words="1")
    assert (reply or "").startswith("Thank you. Maize Kitale KES 3,500/90 kg bag, wholesale.")
    assert talk.kept()[-1].unit_code == "bag_90kg"


def test_answers_lead_on_to_the_next_question(talk: Talk, kiambu: Item) -> None:
    item = replace(kiambu, commodity=None, commodities=("milk", "milk_camel"), price=Decimal(45))
    talk.says(OTIENO, PriceReport((item,)), words="maziwa kiambu 45")
    assert talk.says(OTIENO, Confirm(1), words="1") == (
        "Which product? Reply 1 milk, 2 camel milk."
    )
    talk.says(OTIENO, Confirm(2), words="2")
    (row,) = talk.kept()
    assert (row.commodity_code, row.raw_text) == ("milk_camel", "maziwa kiambu 45\n1\n2")


def test_two_readings_are_chosen_between(talk: Talk) -> None:
    told = PriceReport((talk.item("milk", "Nakuru", "45"),))
    wanted = Subscribe((talk.item("milk", "Nakuru"),))
    assert talk.says(WANJIKU, Unsure((told, wanted)), words="milk nakuru 45 weekly") == (
        "What do you want? Reply 1 to tell a price (milk Nakuru 45), "
        "2 to get weekly prices (milk Nakuru)."
    )
    assert (talk.says(WANJIKU, Confirm(2), words="2") or "").startswith("You will get milk prices")
    assert talk.kept() == []


def test_an_alert_is_made_whole_by_a_place(talk: Talk) -> None:
    wanted = Alert(Item("milk", price=Decimal(50)), is_above=True)
    asked = talk.says(WANJIKU, wanted, words="alert milk above 50")
    assert asked == "Which place? Send: ALERT MILK NAIROBI 50"
    reply = talk.says(WANJIKU, PriceQuery((talk.item(None, "Nakuru"),)), words="nakuru")
    assert (reply or "").startswith("You will be told when milk in Nakuru (farm gate) is KES 50/L")


def test_a_sale_without_a_price_is_made_whole_by_it(talk: Talk) -> None:
    sold = replace(talk.item("milk", "Nakuru"), quantity=Decimal(20), unit="litre")
    asked = talk.says(WANJIKU, SaleRecord((sold,)), words="sold 20 l milk nakuru")
    assert asked == "At which price? Send: MILK NAKURU and your price"
    assert talk.says(WANJIKU, Unknown(), words="45") == (
        "Thank you. Sale noted: Milk Nakuru, 20 L at KES 45/L, farm gate. "
        "You are the first this week."
    )


def test_where_somebody_lives_is_told_in_a_word(talk: Talk) -> None:
    assert "Where are you?" in (talk.says(WANJIKU, SetHome(Item()), words="home") or "")
    talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    assert talk.subscriber(WANJIKU).home_place_id == talk.place("Molo").id


def test_the_part_of_a_message_that_was_asked_about_is_completed(talk: Talk) -> None:
    items = (talk.item("milk", "Nakuru", "45"), Item("beans", price=Decimal(120)))
    talk.subscriber(WANJIKU)
    reply = talk.says(WANJIKU, PriceReport(items), words="milk nakuru 45, beans 120")
    assert (reply or "").endswith("Which place? Send: BEANS NAIROBI 120")
    talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo")
    assert [(row.commodity_code, row.price) for row in talk.kept()] == [
        ("milk", 45),
        ("beans", 120),
    ]


# What happened meanwhile


def test_a_place_that_is_gone_meanwhile_is_asked_for_again(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    gone = talk.place("Kiambu").id
    places = {id_: place for id_, place in talk.vocabulary.places.items() if id_ != gone}
    words = {
        word: tuple(id_ for id_ in ids if id_ != gone)
        for word, ids in talk.vocabulary.place_words.items()
    }
    talk.vocabulary = replace(talk.vocabulary, places=places, place_words=words)
    reply = talk.says(WANJIKU, Confirm(1), words="1")
    assert (reply or "").startswith("Which place? Send: PRICE MILK ")


def test_a_question_that_an_older_version_wrote_is_dropped(talk: Talk, kiambu: Item) -> None:
    ask_for_kiambu(talk, kiambu)
    (question,) = held(talk)
    question.answers = question.answers | {
        "choices": [{"intent": "no_such_thing", "slots": {}}, {"intent": "price_query"}]
    }
    talk.session.flush()
    assert talk.says(WANJIKU, Confirm(1), words="1") == DROPPED
