"""By text: a farmer asks where to sell and tells what the matatu takes; the answer learns it."""

from datetime import datetime

import pytest

from db.session import Database
from prices.models import TransportFare
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.texting import Phones, rows, sms


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    return Phones(database, now)


def kept(phones: Phones) -> int:
    with phones.database.read() as session:
        return rows(session, TransportFare)


def test_a_farmer_asks_where_to_sell_forty_litres(phones: Phones) -> None:
    for reporter in (OTIENO, ACHIENG, MUTISO):
        phones.text(reporter, "report milk molo trader 50")
        phones.text(reporter, "sold milk to kcc nakuru 47")
    phones.text(WANJIKU, "HOME NJORO")
    assert phones.text(WANJIKU, "BEST MILK 40L") == (
        "Milk, 40 L from Njoro, net per L: 1 Molo trader KES 48 (50 less 2 bus, 25 km). "
        "2 Nakuru processor 45 (14 km). 3 reports each, today."
    )
    assert phones.text(WANJIKU, "wapi niuze maziwa lita 40") == (
        "Maziwa, 40 L kutoka Njoro, baada ya usafiri, kwa L: "
        "1 Molo mchuuzi KES 48 (50 toa 2 matatu, km 25). 2 Nakuru kiwanda 45 (km 14). "
        "Ripoti 3 kila moja, leo."
    )


def test_the_fare_that_people_tell_changes_the_answer(phones: Phones) -> None:
    phones.text(OTIENO, "report milk nakuru 50")
    phones.text(WANJIKU, "HOME NJORO")
    assert "(50 less 4 bus, 14 km)" in (phones.text(WANJIKU, "BEST MILK") or "")
    assert phones.text(WANJIKU, "TRANSPORT NAKURU 200 20KG") == (
        "Thank you. Njoro to Nakuru KES 200 for 20 kg: 10 a kg."
    )
    assert "(50 less 10 bus, 14 km)" in (phones.text(WANJIKU, "BEST MILK") or "")


def test_a_text_that_comes_twice_is_one_fare(phones: Phones) -> None:
    phones.text(WANJIKU, "HOME NJORO")
    message = sms(WANJIKU, "usafiri nakuru 200 kilo 20", gateway_message_id="once")
    thanks = "Asante. Njoro hadi Nakuru KES 200 kwa 20 kg: 10 kwa kilo."
    assert phones.deliver(message) == thanks
    assert phones.deliver(message) == thanks
    assert kept(phones) == 1


def test_where_from_is_asked_and_answered_by_a_name(phones: Phones) -> None:
    assert phones.text(KAMAU, "TRANSPORT NAKURU 300 20KG") == (
        "From where? Send: TRANSPORT NAKURU 300 20 KG FROM NAIVASHA"
    )
    assert phones.text(KAMAU, "njoro") == "Thank you. Njoro to Nakuru KES 300 for 20 kg: 15 a kg."
    assert kept(phones) == 1


def test_a_slip_is_answered_by_a_digit_or_a_figure(phones: Phones) -> None:
    phones.text(WANJIKU, "HOME NJORO")
    asked = "780 for 20 kg to Nakuru? Usual is about 78. Reply 1 for 78, 2 to drop it."
    assert phones.text(WANJIKU, "TRANSPORT NAKURU 780 20KG") == asked
    assert phones.text(WANJIKU, "1") == "Thank you. Njoro to Nakuru KES 78 for 20 kg: 3.90 a kg."
    phones.text(WANJIKU, "TRANSPORT NAKURU 780 20KG")
    assert phones.text(WANJIKU, "100") == "Thank you. Njoro to Nakuru KES 100 for 20 kg: 5 a kg."
    phones.text(WANJIKU, "TRANSPORT NAKURU 780 20KG")
    assert phones.text(WANJIKU, "2") == "Dropped. Nothing was written down."
    assert kept(phones) == 2


@pytest.mark.parametrize(
    "text",
    [
        "TRANSPORT",
        "TRANSPORT 0",
        "TRANSPORT NAKURU 0",
        "TRANSPORT NAKURU -5 20KG",
        "TRANSPORT NAKURU 99999999999999999999 20KG",
        "TRANSPORT NAKURU 300 99999999999KG",
        "TRANSPORT NAKURU 300 0KG",
        "TRANSPORT NJORO 300 20KG",
        "TRANSPORT XYZVILLE 300 20KG",
        "TRANSPORT NAKURU NAKURU NAKURU 300 20KG",
        "TRANSPORT FROM FROM TO TO 300",
        "TRANSPORT NAKURU 300 20KG FROM NAKURU TO NAKURU",
        "TRANSPORT NAKURU 300 20 30 40 50",
        "TRANSPORT '; DROP TABLE transport_fare; --",
        "TRANSPORT NAKURU 300 20KG \0",
    ],
)
def test_whatever_is_sent_earns_a_sentence_and_keeps_nothing_wrong(
    phones: Phones, text: str
) -> None:
    phones.text(WANJIKU, "HOME NJORO")
    reply = phones.text(WANJIKU, text)
    assert reply
    is_kept = text in {"TRANSPORT NAKURU NAKURU NAKURU 300 20KG", "TRANSPORT NAKURU 300 20KG \0"}
    assert reply.startswith("Thank you.") is is_kept
    assert kept(phones) == is_kept
