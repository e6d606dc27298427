"""What is said of pay and of late lines is one segment, with the longest names, everywhere."""

from datetime import date
from decimal import Decimal

import pytest

from groups.groups import join
from groups.models import Role
from groups.schemes import Scheme
from handlers.commands import (
    BulkSale,
    BuyerPaid,
    Command,
    Confirm,
    Correction,
    DaySaid,
    Delivery,
    Dispute,
    MembersPaid,
    MilkRecord,
    OwnRecord,
)
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import ACHIENG, KAMAU, NJERI, WANJIKU
from tests.handlers.keywords.paying import brings, pays, texts_to
from tests.handlers.keywords.talking import Talk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LONG = "Wilhelmina Nyambura Wanjiku wa Kariuki-Mwangi Githinji"
CODE = "KIRIMASOUTHDAIRY2026"
MUCH = Decimal("118888.25")


class Told:
    """Who heard too much at once."""

    def __init__(self, talk: Talk, language: str) -> None:
        self.talk, self.language, self.too_long = talk, language, list[str]()

    def hears(self, phone: str, command: Command, words: str = "said in a story") -> str:
        reply = self.talk.says(phone, command, self.language, words) or ""
        size = measure(reply)
        if size.segments > 1 or size.encoding != "GSM-7":
            self.too_long.append(reply)
        return reply


@pytest.mark.parametrize("language", languages())
def test_every_word_of_pay_day_is_one_segment(talk: Talk, language: str) -> None:
    group = talk.group(CODE, "Kirima South Farmers' Dairy Co-operative Self-Help Group")
    offices = {NJERI: Role.TREASURER, KAMAU: Role.CHAIR, WANJIKU: Role.MEMBER, ACHIENG: Role.MEMBER}
    for phone, role in offices.items():
        person = talk.subscriber(phone)
        person.name, person.language, person.has_chosen_language = LONG, language, True
        join(talk.session, group, person, talk.now, role=role)
    pays(talk, group, Scheme(base_price=Decimal("9999.99")), on=date(2026, 11, 1))
    told = Told(talk, language)
    hears = told.hears
    hears(NJERI, MembersPaid())
    brings(talk, group, 3, "400.25", date(2026, 11, 5), "A/F3.8")
    hears(NJERI, MembersPaid("#3", Decimal(1_000_000)))
    hears(NJERI, MembersPaid("#3", MUCH))
    hears(NJERI, MembersPaid("#3", MUCH))  # once more?
    hears(NJERI, BulkSale(Decimal(180), "Wilhelmina", Decimal(46)))
    hears(NJERI, BuyerPaid("Wilhelmina", MUCH))
    hears(NJERI, MembersPaid())
    assert "2026-11a" not in hears(NJERI, Confirm(1))
    hears(NJERI, MembersPaid())  # it is paid already
    # The sale and what the buyer paid stand before; the closing is the last line but none.
    hears(NJERI, Correction(1, Decimal("399.75")))
    for number in range(2, 12):
        hears(NJERI, Correction(number, None))
    late = MilkRecord(
        (Delivery("#3", Decimal("399.25"), grade="A/F3.8", price=Decimal("19999.95")),),
        DaySaid(0, 6, 11),
        is_sure=True,
    )
    hears(NJERI, late)
    hears(NJERI, MilkRecord((Delivery("#3", Decimal(20), price=Decimal("1.25")),)))
    talk.wait(hours=3)
    hears(WANJIKU, Dispute())
    hears(WANJIKU, Dispute(Decimal("388.75")))
    hears(WANJIKU, Confirm(1))
    hears(WANJIKU, Dispute(Decimal("377.75")))
    for _ in range(2):
        hears(WANJIKU, OwnRecord(Delivery("", Decimal("388.75"), "litre")))
    hears(WANJIKU, OwnRecord(Delivery("", Decimal("377.25"), "litre")))
    assert told.too_long == []
    texts = [text for phone in offices for text in texts_to(talk, phone)]
    assert len(texts) > 5
    assert [text for text in texts if measure(text).segments > 1] == []
