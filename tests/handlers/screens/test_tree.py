"""Ways through the menu, with a plain price store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.commands import Item, PriceReport, Register, SetLanguage, Subscribe
from handlers.screens.frames import Amount, Doubt, Frame, Languages, Meaning, Root, State
from handlers.screens.tree import draw, press
from prices.answers import LastKnown, NearestPrice, NoPrice
from prices.kinds import PlaceKind, PriceType
from tests.handlers.screens.fakes import (
    EMPTY_COUNTY,
    GITHUNGURI,
    KIAMBU_COUNTY,
    MOLO,
    MOLO_SUBCOUNTY,
    NAKURU,
    NAKURU_COUNTY,
    NOON,
    PLACES,
    VOCABULARY,
    PlainFacts,
    caller,
    estimate,
    longest_answers,
    own_price,
    place,
    walk,
)

PRICED = PlainFacts(
    prices={
        ("milk", NAKURU): own_price("milk", PLACES[NAKURU]),
        ("milk", MOLO): own_price("milk", PLACES[MOLO]),
    }
)


def text(keys: str, **who: object) -> str:
    """The screen after these keys."""
    return walk(keys, caller(**who))[0].text  # type: ignore[arg-type]


def test_the_first_screen_shows_everything_that_works() -> None:
    assert text("") == (
        "Bei\n1 Prices\n2 Where to sell\n3 Report a price\n4 My group\n5 Alerts\n6 My details\n"
        "7 Lugha / Language\n8 Help"
    )


def test_the_first_screen_in_swahili_at_home() -> None:
    assert text("", language="sw", home_place_id=NAKURU) == (
        "Bei - Nakuru\n1 Bei za leo\n2 Niuze wapi\n3 Toa bei\n4 Kikundi changu\n5 Arifa\n"
        "6 Taarifa zangu\n7 Language / Lugha\n8 Msaada"
    )


def test_the_first_screen_in_spanish_and_french() -> None:
    assert text("", language="es") == (
        "Bei\n1 Precios\n2 Donde vender\n3 Dar un precio\n4 Mi grupo\n5 Avisos\n6 Mis datos\n"
        "7 Idioma / Language\n8 Ayuda"
    )
    assert text("", language="fr") == (
        "Bei\n1 Prix\n2 Où vendre\n3 Donner un prix\n4 Mon groupe\n5 Alertes\n6 Mes infos\n"
        "7 Langue / Language\n8 Aide"
    )


def test_a_price_at_home_is_two_keys_away() -> None:
    assert text("1 1", home_place_id=NAKURU, facts=PRICED) == (
        "Milk, Nakuru, 1 litre\nFarm gate KES 47 (45-49)\n6 reports, today\n"
        "1 Where to sell 2 SMS me\n3 Report a price\n4 Trend 8 Other place\n0 Back 00 Home"
    )


def test_a_price_in_swahili() -> None:
    assert text("1 1", language="sw", home_place_id=NAKURU, facts=PRICED) == (
        "Maziwa, Nakuru, lita 1\nShambani KES 47 (45-49)\nripoti 6, leo\n"
        "1 Niuze wapi 2 Nitumie SMS\n3 Toa bei\n4 Mwenendo 8 Mahali pengine\n0 Rudi 00 Mwanzo"
    )


def test_elsewhere_the_way_goes_by_county_and_market() -> None:
    assert text("1", facts=PRICED).startswith(
        "Which product? Or type a name:\n1 Milk\n2 Packet milk\n3 Maize"
    )
    assert (
        text("1 1", facts=PRICED)
        == "Milk: where? Or type a name:\n1 Nakuru\n2 Kiambu\n3 Lamu\n0 Back"
    )
    assert text("1 1 1", facts=PRICED) == (
        "Milk: where? Or type a name:\n1 All of Nakuru\n2 Nakuru\n3 Molo\n0 Back"
    )
    assert text("1 1 1 3", facts=PRICED).startswith("Milk, Molo, 1 litre\nFarm gate KES 47")
    assert text("1 1 1 1", facts=PRICED).startswith("Milk, Nakuru, 1 litre\nNo reports there yet.")


def test_a_county_without_prices_is_asked_as_a_whole() -> None:
    assert text("1 1 2", facts=PRICED).startswith("Milk, Kiambu, 1 litre\nNo reports there yet.")
    assert "3 Report a price" not in text("1 1 2", facts=PRICED)


def test_the_same_thing_elsewhere_is_one_key_from_its_price() -> None:
    assert text("1 1 8", home_place_id=NAKURU, facts=PRICED) == (
        "Milk: where? Or type a name:\n1 Nakuru\n2 Nakuru county\n3 Kiambu\n4 Lamu\n0 Back"
    )


def test_a_place_can_be_typed() -> None:
    assert text("1 1 githunguri").startswith("Milk, Githunguri, 1 litre")
    assert text("1 1 Molo!").startswith("Milk, Molo, 1 litre")


def test_a_name_that_fits_several_places_is_asked_back() -> None:
    places = {**PLACES, 100: place(100, "Molo", PlaceKind.MARKET, KIAMBU_COUNTY)}
    words = {"molo": (MOLO, 100)}
    facts = PlainFacts(replace(VOCABULARY, places=places, place_words=words))
    assert text("1 1 molo", facts=facts) == (
        "Milk: where? Or type a name:\n1 Molo, Nakuru\n2 Molo, Kiambu\n0 Back"
    )


def test_an_unknown_place_is_said_to_be_one() -> None:
    assert text("1 1 qwrtzp").startswith("We do not know that place. Press a number:\n1 ")


def test_a_product_can_be_typed() -> None:
    assert text("1 maziwa").startswith("Milk: where? Or type a name:")


def test_the_nearest_price_is_named_as_such() -> None:
    last = LastKnown(Decimal(42), NOON.replace(month=3, day=3))
    near = NearestPrice(
        "milk", PLACES[GITHUNGURI], PLACES[MOLO], 17.6, PriceType.FARM_GATE, "KES",
        estimate("44", "43", "45"), last,
    )  # fmt: skip
    facts = PlainFacts(prices={("milk", GITHUNGURI): near})
    assert text("1 1", home_place_id=GITHUNGURI, facts=facts) == (
        "Milk, Githunguri, 1 litre\nNo reports there since 3 Mar (then 42).\n"
        "Nearest: Molo, 18 km\nFarm gate KES 44\n6 reports, today\n"
        "1 Where to sell\n0 Back 00 Home"
    )


def test_a_published_price_names_its_month_its_source_and_what_it_is_of() -> None:
    published = longest_answers(PLACES[NAKURU], "milk")[4]
    facts = PlainFacts(every_price=published)
    screen = text("1 1", home_place_id=NAKURU, facts=facts)
    assert "Packet milk, Kenya, 100 km\nShops UGX 10,000,000\nin September 2025 (" in screen


def test_no_price_is_said() -> None:
    facts = PlainFacts(
        every_price=NoPrice("milk", PLACES[NAKURU], PriceType.FARM_GATE, "KES", None)
    )
    assert text("1 1", home_place_id=NAKURU, facts=facts) == (
        "Milk, Nakuru, 1 litre\nNo reports there yet.\n1 Where to sell 2 SMS me\n"
        "3 Report a price\n4 Trend 8 Other place\n0 Back 00 Home"
    )


def test_demo_prices_are_marked() -> None:
    facts = PlainFacts(every_price=own_price("milk", PLACES[NAKURU], is_demo=True))
    assert "\nDemo data, not real\n" in text("1 1", home_place_id=NAKURU, facts=facts)


def test_a_report_at_home() -> None:
    assert text("3 1 1", home_place_id=NAKURU) == (
        "Milk, Nakuru\nAt the farm, 1 litre, how many KES?\nType the number only.\n"
        "01 Other unit 02 Farm or shop\n0 Back 00 Home"
    )
    step = walk("3 1 1 45.50", caller(home_place_id=NAKURU))[1]
    item = Item(commodity="milk", place_id=NAKURU, price=Decimal("45.50"), unit="litre")
    assert (step.command, step.ends) == (PriceReport((item,)), True)


def test_a_report_elsewhere_may_name_any_market_or_ward() -> None:
    assert (
        text("3 1 1", facts=PRICED)
        == "Milk: where? Or type a name:\n1 Nakuru\n2 Molo\n3 Njoro\n0 Back"
    )
    assert text("3 1 1 3").startswith("Milk, Njoro\nAt the farm")


def test_a_report_from_the_price_it_answers() -> None:
    assert text("1 1 3", home_place_id=NAKURU, facts=PRICED).startswith("Milk, Nakuru\nAt the farm")


def test_a_whole_county_takes_no_report() -> None:
    for place_id in (NAKURU_COUNTY, MOLO_SUBCOUNTY):
        screen = text("1 1 3", home_place_id=place_id)
        assert screen.startswith("Not on the list")
    assert text("3 1 1", home_place_id=NAKURU_COUNTY).startswith(
        "Milk: where? Or type a name:\n1 Nakuru\n2 Molo"
    )
    assert text("3 1 3").startswith("We know no market there. Press a number:\n")


@pytest.mark.parametrize("typed", ["-45", "abc", "😀", "99999999999", "4*5", "45.999", "98"])
def test_a_wrong_amount_gets_a_kind_word_and_the_same_screen(typed: str) -> None:
    screen, step = walk(f"3 1 1 {typed}", caller(home_place_id=NAKURU))
    if typed == "98":
        assert step.ends
        return
    assert screen.text == (
        "That is no price we can read.\nMilk, Nakuru\nAt the farm, 1 litre, how many KES?\n"
        "Type the number only.\n01 Other unit 02 Farm or shop\n0 Back 00 Home"
    )
    assert step.command is None


def test_99_is_a_price_where_a_price_is_asked() -> None:
    step = walk("3 1 1 99", caller(home_place_id=NAKURU))[1]
    assert isinstance(step.command, PriceReport)


TYPED = Meaning(Decimal(450), "litre")
SLIP = Meaning(Decimal(45), "litre")
MILK_DOUBT = Doubt("milk", GITHUNGURI, 7, TYPED, Decimal(45), (SLIP,))
MAIZE_DOUBT = Doubt(
    "maize",
    MOLO,
    8,
    Meaning(Decimal(3600), "kg"),
    Decimal("40.4321"),
    (Meaning(Decimal(3600), "bag_90kg"), Meaning(Decimal(36), "kg"), Meaning(Decimal(5), "kg")),
)


def at(*frames: Frame, language: str = "en", notice: str = "") -> tuple[str, State]:
    """The screen that is reached by these ways, and where the caller stands."""
    screen, state = draw(State((Root(), *frames)), caller(language), notice)
    return screen.text, state


def meant(frame: Doubt, meaning: Meaning) -> PriceReport:
    """The report that says so of the doubtful one."""
    item = Item(
        frame.commodity, frame.place_id, meaning.price, unit=meaning.unit,
        held_report=frame.report_id,
    )  # fmt: skip
    return PriceReport((item,))


def test_a_doubtful_price_is_asked_back() -> None:
    assert at(MILK_DOUBT)[0] == (
        "Milk at Githunguri: 450 a litre? Usual is 45.\n"
        "1 It is 45\n2 It is 450\n3 Type again\n0 Back"
    )
    assert at(MILK_DOUBT, language="sw")[0] == (
        "Maziwa Githunguri: 450 kwa lita? Kawaida ni 45.\n1 Ni 45\n2 Ni 450\n3 Andika tena\n0 Rudi"
    )
    assert at(MILK_DOUBT, language="es")[0] == (
        "Milk, Githunguri: ¿450 por litre? Lo usual es 45.\n"
        "1 Es 45\n2 Es 450\n3 Escribir otra vez\n0 Atras"
    )
    assert at(MILK_DOUBT, language="fr")[0] == (
        "Milk, Githunguri : 450 par litre ? D'habitude 45.\n"
        "1 C'est 45\n2 C'est 450\n3 Écrire à nouveau\n0 Retour"
    )


def test_another_measure_may_have_been_meant() -> None:
    assert at(MAIZE_DOUBT)[0] == (
        "Maize at Molo: 3,600 a kg? Usual is 40.\n"
        "1 It is per 90 kg bag\n2 It is 36\n3 It is 3,600\n4 Type again\n0 Back"
    )


def test_where_nothing_is_likelier_the_figure_itself_is_asked_about() -> None:
    doubt = replace(MILK_DOUBT, told=Meaning(Decimal(82), "litre"), likely=())
    assert at(doubt)[0] == (
        "Milk at Githunguri: 82 a litre? Usual is 45.\n1 It is 82\n2 Type again\n0 Back"
    )
    _, state = at(doubt)
    step = press(state, "1", caller())
    assert (step.command, step.ends) == (meant(doubt, doubt.told), True)


def test_where_nobody_knows_nothing_is_called_usual() -> None:
    doubt = replace(MILK_DOUBT, usual=None)
    assert at(doubt)[0].startswith("Milk at Githunguri: 450 a litre?\n1 It is 45\n")
    assert at(doubt, language="sw")[0].startswith("Maziwa Githunguri: 450 kwa lita?\n1 Ni 45\n")


@pytest.mark.parametrize(("key", "meaning"), [("1", SLIP), ("2", TYPED)])
def test_what_was_meant_is_one_key_away(key: str, meaning: Meaning) -> None:
    _, state = at(MILK_DOUBT)
    step = press(state, key, caller())
    assert (step.command, step.ends) == (meant(MILK_DOUBT, meaning), True)


def test_each_number_means_what_stands_beside_it() -> None:
    _, state = at(MAIZE_DOUBT)
    bag, slip, _ = MAIZE_DOUBT.likely
    for key, meaning in (("1", bag), ("2", slip), ("3", MAIZE_DOUBT.told)):
        assert press(state, key, caller()).command == meant(MAIZE_DOUBT, meaning)
    assert press(state, "4", caller()).state.frame == Amount("maize", MOLO, 8)


def test_a_doubtful_price_is_typed_again_for_the_same_report() -> None:
    before, state = at(MILK_DOUBT)
    step = press(state, "3", caller())
    assert step.command is None
    screen, state = draw(step.state, caller())
    assert screen.text == (
        "Milk, Githunguri\nAt the farm, 1 litre, how many KES?\nType the number only.\n"
        "0 Back 00 Home"
    )
    typed = press(state, "46", caller())
    assert typed.command == meant(MILK_DOUBT, Meaning(Decimal(46), "litre"))
    assert draw(press(state, "0", caller()).state, caller())[0].text == before


def test_a_doubt_can_be_left() -> None:
    _, state = at(Amount("milk", NAKURU), MILK_DOUBT)
    assert press(state, "0", caller()).state.frame == Amount("milk", NAKURU)
    assert press(state, "00", caller()).state == State()


@pytest.mark.parametrize("key", ["", "4", "9", "45", "450", "99", "98", "-1", "a", "1" * 1000])
def test_a_key_that_answers_no_doubt_asks_again(key: str) -> None:
    before, state = at(MILK_DOUBT)
    step = press(state, key, caller())
    assert (step.command, step.state) == (None, state)
    screen, _ = draw(step.state, caller(), step.notice)
    assert screen.text == f"Not on the list. Press a number:\n{before}"


def test_a_subscription() -> None:
    step = walk("5 8 1 1 1", caller(home_place_id=NAKURU))[1]
    assert (step.command, step.ends) == (Subscribe((Item("milk", NAKURU),)), True)


def test_a_county_without_markets_can_be_subscribed() -> None:
    step = walk("5 8 1 1 lamu", caller(facts=PRICED))[1]
    assert step.command is None
    step = walk("5 8 1 1 3", caller(facts=PRICED))[1]
    assert step.command == Subscribe((Item("milk", EMPTY_COUNTY),))


def test_my_place_is_set_and_the_first_screen_shows_it() -> None:
    assert text("6 2").startswith("Where do you sell? Or type a name:\n1 Nakuru")
    screen, step = walk("6 2 2 2", caller())
    assert (step.command, step.ends) == (Register(item=Item(place_id=GITHUNGURI)), False)
    assert screen.text.startswith("Bei\n")


def test_a_language_is_chosen_by_its_own_name() -> None:
    assert text("7") == ("Lugha / Language\n1 English\n2 Kiswahili\n3 Español\n4 Francais\n0 Back")
    assert walk("7 2", caller())[1].command == SetLanguage("sw")
    assert walk("7 4", caller())[1].command == SetLanguage("fr")


def test_back_and_home() -> None:
    assert text("1 1 0") == text("1")
    assert text("1 1 00") == text("")
    assert text("1 0 0") == "Press a number from 1 to 8.\n" + text("")


@pytest.mark.parametrize(
    "key", ["", "9", "99", "98", "-1", "1.0", "²", "😀", "1" * 1000, "a" * 1000]
)
def test_a_key_that_means_nothing_shows_the_screen_again(key: str) -> None:
    on_the_line = caller(facts=PRICED)
    for keys in ("", "1", "1 1", "1 1 1", "1 1 1 3", "7"):
        screen, step = walk(keys, on_the_line)
        again = press(State(step.state.frames, screen.shown), key, on_the_line)
        assert again.state.frames == step.state.frames
        assert again.notice
        assert again.command is None


def test_digits_of_any_script_are_digits() -> None:
    for typed in (" 5 ", "\uff15", "\u0665"):
        assert press(State(), typed, caller()) == press(State(), "5", caller())


def test_a_number_beyond_the_page_is_not_on_the_list() -> None:
    assert text("1 4").startswith("Not on the list. Press a number:\n1 Milk")


def test_counties_with_prices_come_first() -> None:
    facts = PlainFacts(prices={("milk", GITHUNGURI): own_price("milk", PLACES[GITHUNGURI])})
    assert text("1 1", facts=facts).startswith("Milk: where? Or type a name:\n1 Kiambu\n2 Nakuru")


def test_a_ward_hides_behind_the_market_of_its_name() -> None:
    twins = {
        **PLACES,
        100: place(100, "Molo", PlaceKind.WARD, NAKURU_COUNTY),
        101: place(101, "Molo", PlaceKind.ADMIN2, NAKURU_COUNTY),
    }
    vocabulary = replace(VOCABULARY, places=twins, place_words={"molo": (101, 100, MOLO)})
    facts = PlainFacts(vocabulary)
    assert (
        text("3 1 1", facts=facts)
        == "Milk: where? Or type a name:\n1 Nakuru\n2 Molo\n3 Njoro\n0 Back"
    )
    assert text("3 1 molo", facts=facts).startswith("Milk, Molo\n")


def test_wards_of_one_name_are_told_apart_by_what_they_lie_in() -> None:
    thika = place(102, "Thika", PlaceKind.ADMIN2, KIAMBU_COUNTY)
    wards = {
        100: replace(place(100, "Township", PlaceKind.WARD, KIAMBU_COUNTY), parent_id=102),
        101: place(101, "Township", PlaceKind.WARD, KIAMBU_COUNTY),
    }
    facts = PlainFacts(replace(VOCABULARY, places={**PLACES, 102: thika, **wards}))
    assert text("3 1 2", facts=facts) == (
        "Milk: where? Or type a name:\n1 Kiambu\n2 Githunguri\n"
        "3 Township, Thika\n4 Township, Kiambu\n0 Back"
    )


def test_the_county_around_home_comes_first() -> None:
    assert text("6 2", home_place_id=GITHUNGURI).splitlines()[1] == "1 Kiambu"
    assert text("3 1", home_place_id=GITHUNGURI).splitlines()[1:3] == ["1 Githunguri", "2 Kiambu"]


def test_many_languages_have_pages() -> None:
    many = State().forward(Languages(("en", "sw") * 5))
    screen, state = draw(many, caller())
    assert screen.text.endswith("7 English\n9 More 0 Back")
    assert press(state, "9", caller()).state.frame == Languages(("sw", "en", "sw"))
