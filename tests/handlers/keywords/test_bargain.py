"""BARGAIN: any member hears what to say to a buyer, and where nothing is known that it is not."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from groups.book_kinds import EntryKind
from groups.groups import join
from handlers.commands import Bargain, Confirm
from messaging.phrases import languages
from messaging.segments import measure
from prices.kinds import Buyer
from tests.cast import KAMAU, NAKATO, NJERI, WANJIKU
from tests.groups.milk_books import Dairy, write
from tests.groups.milk_days import line
from tests.groups.stories import meet
from tests.handlers.keywords.selling import a_month, on, sale, selling_group, sells, tells
from tests.handlers.keywords.talking import Talk
from tests.prices.stories import report_price

LONG = "Ushirika wa Wafugaji wa Ng'ombe wa Maziwa wa Githunguri na Komothai na Kiambu 80"


@pytest.fixture
def dairy(talk: Talk) -> Dairy:
    """KIRIMA with a month of sales to KCC and Brookside."""
    dairy = selling_group(talk)
    sells(talk, dairy, a_month(dairy))
    return dairy


def asks(
    talk: Talk, buyer: str | None = None, *, msisdn: str = WANJIKU, language: str = "en"
) -> str:
    reply = talk.says(msisdn, Bargain(buyer), language)
    assert reply is not None
    size = measure(reply)
    assert (size.encoding, size.segments <= 2) == ("GSM-7", True), reply
    return reply


@pytest.mark.usefixtures("dairy")
def test_the_card_for_who_takes_most(talk: Talk) -> None:
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
    tells(talk, "milk", "Limuru", 51, 52, 53, 52)
    assert asks(talk) == (
        "KIRIMA to KCC. Fair here: KES 44-50/L (4 reports, today). KCC pays KES 44 (14 days, "
        "1.7% refused). Others: Brookside 46 (7 days). Best elsewhere: Limuru 50 (52 less 2 bus, "
        "16 km). Our milk: 121 L a day (120-123). 58% in the morning, 1.1% refused. "
        "Ask KES 50: you get it elsewhere."
    )


@pytest.mark.usefixtures("dairy")
def test_the_same_in_swahili(talk: Talk) -> None:
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
    assert asks(talk, language="sw") == (
        "KIRIMA kwa KCC. Bei ya haki hapa: KES 44-50/L (ripoti 4, leo). KCC analipa KES 44 "
        "(siku 14, 1.7% yalikataliwa). Wengine: Brookside 46 (siku 7). Maziwa yetu: L 121 kwa siku "
        "(120-123). 58% asubuhi, 1.1% yalikataliwa. Sema: Brookside analipa 46. "
        "Itisha KES 50; kwingine mnapata 46."
    )


@pytest.mark.usefixtures("dairy")
@pytest.mark.parametrize("name", ["brookside", "Brookside", "brook"])
def test_one_buyer_however_the_name_is_typed(talk: Talk, name: str) -> None:
    told = asks(talk, name)
    assert told.startswith("KIRIMA to Brookside. What others get here is not known.")
    assert "Others: KCC 44 (14 days, 1.7% refused)." in told


@pytest.mark.usefixtures("dairy")
def test_a_buyer_to_whom_nothing_was_sold(talk: Talk) -> None:
    told = asks(talk, "Ali")
    assert told.startswith("KIRIMA to Ali.")
    assert "Nothing was sold to Ali in 120 days." in told
    assert "Others: Brookside 46 (7 days), KCC 44 (14 days, 1.7% refused)." in told
    assert "Ask KES 46: you get it elsewhere." in told


def test_nothing_is_known_at_all(talk: Talk) -> None:
    selling_group(talk)
    assert asks(talk) == (
        "KIRIMA, price of milk. What others get here is not known. To know more, ask neighbours "
        "to text MILK and their price. Write each sale in the milk book."
    )


def test_without_a_book_there_are_still_prices_around(talk: Talk) -> None:
    selling_group(talk)
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
    assert asks(talk) == (
        "KIRIMA, price of milk. Fair here: KES 44-50/L (4 reports, today). Ask KES 50. "
        "Write each sale in the milk book."
    )


@pytest.mark.usefixtures("dairy")
def test_what_one_person_told_is_no_fair_price(talk: Talk) -> None:
    tells(talk, "milk", "Githunguri", 49)
    told = asks(talk)
    assert "Only one person told a price here: KES 49/L, today." in told
    assert "Fair" not in told
    assert "Ask KES 46" in told  # what Brookside pays, not what one person said


@pytest.mark.usefixtures("dairy")
def test_one_person_who_tells_every_day_is_still_one(talk: Talk) -> None:
    for days_ago in (3, 2, 1, 0):
        when = talk.now - timedelta(days=days_ago, hours=1)
        report_price(talk.session, talk.vocabulary, NAKATO, "milk", "Githunguri", 49, when)
    assert "Only one person told a price here" in asks(talk)


@pytest.mark.usefixtures("dairy")
def test_the_nearest_place_is_named_as_such(talk: Talk) -> None:
    tells(talk, "milk", "Limuru", 51, 52, 53, 52)
    told = asks(talk)
    assert "Fair in Limuru: KES 49-56/L (16 km, 4 reports, today)." in told
    # Nobody is asked for what is paid 16 km away: only what the way leaves of it.
    assert told.endswith("Ask KES 50: you get it elsewhere.")


@pytest.mark.usefixtures("dairy")
def test_what_was_told_long_ago_is_no_fair_price(talk: Talk) -> None:
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
    talk.wait(days=12)
    told = asks(talk)
    assert "What others get is not known; the last was KES 47/L, 12 days old." in told
    assert "Fair" not in told


def test_a_buyer_who_pays_as_well_as_anybody(talk: Talk) -> None:
    dairy = selling_group(talk)
    sells(talk, dairy, [sale(day, "KCC", 100, price=56) for day in range(10, 20)])
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
    told = asks(talk)
    assert "Say: KCC pays as well as anybody here: speak of the days to pay." in told
    assert "Ask" not in told


def test_who_owes_for_long_is_told_so(talk: Talk) -> None:
    dairy = selling_group(talk)
    write(talk.session, dairy, [sale(-30, "KCC", 100), sale(20, "KCC", 100)], talk.now)
    told = asks(talk)
    assert "KCC pays KES 44 (unpaid since 1 Oct)." in told
    assert "Say: KCC has owed KES 8,800 since 1 Oct." in told


def test_a_buyer_of_long_ago(talk: Talk) -> None:
    dairy = selling_group(talk)
    write(talk.session, dairy, [sale(-60, "KCC", 100)], talk.now)
    assert "KCC pays KES 44 (unpaid since 1 Sep, last on 1 Sep)." in asks(talk)


def test_a_sale_that_was_corrected_counts_as_corrected(talk: Talk) -> None:
    dairy = selling_group(talk)
    (wrong,) = write(talk.session, dairy, [sale(20, "KCC", 100, price=440)], talk.now)
    right = line(
        EntryKind.SALE, 20, 100, buyer="KCC", price_per_litre=Decimal(44), corrects_id=wrong.id
    )
    paid = line(EntryKind.PAID, 23, None, amount=Decimal(4400), of_line_id=wrong.id)
    write(talk.session, dairy, [paid, right], talk.now)
    # Paid before it was corrected, it is paid.
    assert "KCC pays KES 44 (3 days)." in asks(talk)


def test_few_days_are_said_to_be_few(talk: Talk) -> None:
    dairy = selling_group(talk)
    lines = a_month(dairy)
    write(talk.session, dairy, [one for one in lines if on(one.day) >= 21], talk.now)
    assert "L a day (3 days written)." in asks(talk)


def test_who_is_in_no_group(talk: Talk) -> None:
    assert asks(talk, msisdn=NAKATO) == "You are in no group."


@pytest.mark.usefixtures("dairy")
def test_of_several_groups_which_is_asked(talk: Talk) -> None:
    selling_group(talk, "TUMAINI")
    assert asks(talk, "KCC", msisdn=KAMAU).startswith("Which group? Reply 1 Kirima")
    told = talk.says(KAMAU, Confirm(2))
    assert told is not None
    assert told.startswith("TUMAINI to KCC.")


@pytest.mark.usefixtures("dairy")
def test_another_group_stays_a_closed_book(talk: Talk) -> None:
    tumaini = selling_group(talk, "TUMAINI").group
    join(talk.session, tumaini, meet(talk.session, NAKATO, talk.now), talk.now)
    told = talk.says(NAKATO, Bargain(group="KIRIMA"))
    assert told is not None
    assert told.startswith("TUMAINI, price of milk.")
    assert "Brookside" not in told


def test_what_was_made_up_bargains_for_nobody(talk: Talk) -> None:
    selling_group(talk)
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49, is_demo=True)
    assert "What others get here is not known." in asks(talk)


def test_a_demo_group_is_marked(talk: Talk) -> None:
    dairy = selling_group(talk)
    dairy.group.is_demo = True
    tells(talk, "milk", "Githunguri", 45, 47, 48, 49, is_demo=True)
    assert asks(talk).startswith("DEMO KIRIMA, price of milk. Fair here: KES 44-50/L")


def test_a_group_whose_place_is_on_no_map_has_its_book(talk: Talk, dairy: Dairy) -> None:
    """A secretary moved across the border: prices there are in another money."""
    uganda = Talk(talk.session, talk.now, country="UG")
    dairy.group.place_id = uganda.place("Mbarara").id
    assert "KCC pays KES 44" in asks(talk)


def test_nothing_is_written(talk: Talk, dairy: Dairy) -> None:
    before = len(talk.kept())
    asks(talk)
    assert len(talk.kept()) == before
    assert dairy.group.code == "KIRIMA"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "is_told"), list(product(languages(), (True, False))))
def test_two_segments_hold_it_with_the_longest_names(
    talk: Talk, language: str, *, is_told: bool
) -> None:
    dairy = selling_group(talk)
    dairy.group.code = "GITHUNGURIDAIRYUNI02"
    named = [
        sale(day, buyer, 9999, 999, price=9999)
        for day, buyer in enumerate((LONG, LONG[::-1], f"{LONG[:70]} two", "X" * 80) * 5)
    ]
    write(talk.session, dairy, [*named, *a_month(dairy)], talk.now)
    if is_told:
        tells(talk, "milk", "Githunguri", 8888, 9999, 9998, 9997, buyer=Buyer.COOPERATIVE)
        tells(talk, "milk", "Limuru", 12345, 12346, 12347)
    for buyer in (None, LONG, "Y" * 80, "সিরাজগঞ্জ"):
        told = asks(talk, buyer, language=language)
        assert told.startswith("GITHUNGURIDAIRYUNI02")
    assert asks(talk, msisdn=NJERI, language=language)
