"""Texts that are not for us. A price made out of one of these is the worst mistake there is."""

import pytest

from handlers.commands import Unknown
from handlers.parser import LONGEST_TEXT
from tests.handlers.parser.words import WANJIKU_AT_HOME, read


@pytest.mark.parametrize(
    "text",
    [
        "QGH7K2LM9P Confirmed. Ksh450.00 paid to NAKURU MILK ATM on 12/3/26 at 7:40 PM. "
        "New M-PESA balance is Ksh1,200.00",
        "You have received KES 500 from JANE WANJIKU for milk nakuru",
        "Umepokea Ksh 450 kutoka NAKURU MILK. Salio lako ni Ksh 1,200",
        "Your balance is KES 12.40. Dial *544# for data bundles.",
        "Bet now & win 200% bonus! Gor vs AFC odds 2.45",
        "WIN a cow! Send COW to 22999 at KES 30",
        "Get 1GB at KES 45 valid 24hrs Nakuru",
        "Fuliza M-PESA amount is Ksh 45.00. Milk nakuru",
        "Nitafika saa kumi na moja jioni",
        "nitakutumia 500 ya maziwa",
        "nipee maziwa ya 50",
        "I sent 45 to my brother for milk in Nakuru",
        "my cow gave 12 litres milk today",
        "page 45 milk nakuru",
        "planted 5 acres maize nakuru",
        "nimetuma 500 ya maziwa",
        "natafuta lita 500 maziwa nakuru",
        "I have 20 bags of maize in nakuru",
        "20 bags maize nakuru 0722000000",
        "Hi mum send 200 for milk",
        "nimepoteza ng'ombe 2 molo",
        "kuku 5 wamekufa",
        "lunch ni 200 nakuru",
        "fare nakuru 500",
        "brookside are robbers, farmers are suffering!",
        "milk prices are too low, the government should act",
        "will it rain tomorrow in nakuru",
        "is milk good for babies?",
        "how do I treat mastitis in my cow",
        "hi",
        "Niaje buda",
        "Umepata hii number wapi?",
        "habari za nakuru",
        "see you at nakuru at 5",
        "call me 0711000001",
        "'; DROP TABLE price; --",
        "<script>alert(45)</script>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "",
        "\n",
        "   ",
        "🥛🥛🥛",
    ],
)
def test_is_unknown(text: str) -> None:
    assert read(text, WANJIKU_AT_HOME) == Unknown()


def test_a_page_of_text_is_refused_at_once() -> None:
    assert read("milk nakuru 45 " * 200) == Unknown("too_long")
    # One sign that stands for eighteen letters: short on the wire, a page when spelt out.
    assert read("\ufdfa" * LONGEST_TEXT) == Unknown("too_long")
