"""Stories of a treasurer: what the group sold, and who paid for it when."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from groups.book_kinds import EntryKind
from prices.kinds import Buyer, ObservationStatus, PriceType
from prices.models import PriceObservation
from tests.cast import NJERI
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones, sms


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    return Dairy(Phones(database, now))


def told_prices(dairy: Dairy) -> list[PriceObservation]:
    with dairy.phones.database.read() as session:
        return list(session.scalars(select(PriceObservation)))


@pytest.mark.parametrize(
    "text",
    [
        "SOLD 180 KCC 46",
        "SOLD 180 L TO KCC AT 46",
        "sold 180 litres to kcc at kes 46 per litre",
        "SOLD KCC 180 46",
        "SOLD MILK 180 KCC 46",
    ],
)
def test_a_sale_is_written_and_told_to_the_market(dairy: Dairy, text: str) -> None:
    assert dairy.text(ROSE, text).upper() == (
        "WRITTEN, KIRIMA: 180 L TO KCC AT KES 46 IS KES 8,280 (NO. 1)."
    )
    (line,) = dairy.book()
    assert (line.kind, line.litres, line.accepted_litres) == (EntryKind.SALE, Decimal(180), None)
    assert (line.price_per_litre, line.amount, line.currency) == (Decimal(46), Decimal(8280), "KES")
    assert line.buyer_kind is Buyer.PROCESSOR
    (told,) = told_prices(dairy)
    assert (told.price, told.price_type, told.buyer) == (
        Decimal(46),
        PriceType.FARM_GATE,
        Buyer.PROCESSOR,
    )
    assert told.quantity == 180


def test_what_was_not_taken(dairy: Dairy) -> None:
    assert dairy.text(NJERI, "SOLD 180 L TO BROOKSIDE AT 46.50, TOOK 175") == (
        "Written, KIRIMA: 175 L to BROOKSIDE at KES 46.50 is KES 8,137.50 (no. 1). 5 L not taken."
    )
    assert dairy.book()[0].accepted_litres == 175


def test_a_sale_repeated_by_the_gateway_is_one_vote(dairy: Dairy) -> None:
    message = sms(ROSE, "SOLD 180 KCC 46")
    dairy.phones.deliver(message)
    dairy.phones.deliver(message)
    assert len(dairy.book()) == len(told_prices(dairy)) == 1


def test_an_old_sale_tells_no_price_of_today(dairy: Dairy) -> None:
    assert "Written" in dairy.text(ROSE, "SOLD 180 KCC 46 10/11")
    assert dairy.book()[0].day == date(2026, 11, 10)
    assert told_prices(dairy) == []


@pytest.mark.parametrize(
    ("sender", "text", "said"),
    [
        (PETER, "SOLD 180 KCC 46", "Your office in KIRIMA does not write this in its book."),
        (ROSE, "SOLD 180 KCC 46 TOMORROW", "25 Nov is still to come."),
        (ROSE, "SOLD 180 KCC 46 TOOK 190", "They cannot take 190 L of 180 L. Nothing was"),
        (ROSE, "SOLD 180 KCC 0", "0 a litre cannot be. Nothing was written."),
        (ROSE, "SOLD 0 KCC 46", "0 L cannot be. Nothing was written."),
        (ROSE, "PAID KCC 8280", "There is no sale to KCC in the book of KIRIMA. Nothing"),
        (PETER, "PAID KCC 8280", "Your office in KIRIMA does not write this in its book."),
    ],
)
def test_what_cannot_be_is_told(dairy: Dairy, sender: str, text: str, said: str) -> None:
    assert dairy.text(sender, text).startswith(said)
    assert dairy.book() == []
    assert told_prices(dairy) == []


def test_a_buyer_pays_the_oldest_sales_first(dairy: Dairy) -> None:
    dairy.text(ROSE, "SOLD 100 KCC 46")
    dairy.phones.wait(days=1)
    dairy.text(ROSE, "SOLD 50 kcc 46")
    dairy.text(ROSE, "SOLD 10 BROOKSIDE 50")
    assert dairy.text(ROSE, "PAID KCC 6000") == "Written, KIRIMA: KCC paid KES 6,000 (no. 5)."
    first, second, _, *paid = dairy.book()
    assert second.buyer == "KCC"
    assert [(line.of_line_id, line.amount) for line in paid] == [
        (first.id, Decimal(4600)),
        (second.id, Decimal(1400)),
    ]
    assert dairy.text(ROSE, "PAID KCC 1000") == (
        "Written, KIRIMA: KCC paid KES 1,000 (no. 7). KES 100 is more than they owed."
    )
    assert [line.of_line_id for line in dairy.book()[5:]] == [second.id, None]


def test_a_payment_of_just_one_sale_is_of_that_one(dairy: Dairy) -> None:
    dairy.text(ROSE, "SOLD 100 KCC 46")
    dairy.text(ROSE, "SOLD 50 KCC 46 23/11")
    dairy.text(ROSE, "PAID KCC 4600")
    sale, _, paid = dairy.book()
    assert paid.of_line_id == sale.id


def test_money_is_corrected_by_who_keeps_it(dairy: Dairy) -> None:
    dairy.text(ROSE, "SOLD 180 KCC 46")
    assert dairy.text(PETER, "VOID 1") == (
        "No. 1 is money: the treasurer or the secretary corrects it."
    )
    assert dairy.text(ROSE, "CORRECT 1 170") == (
        "No. 1 is money: send VOID 1, then write it again."
    )
    assert "Taken out, KIRIMA: no. 1" in dairy.text(ROSE, "VOID 1")
    assert [told.status for told in told_prices(dairy)] == [ObservationStatus.DROPPED]
    assert "There is no sale to KCC" in dairy.text(ROSE, "PAID KCC 8280")


def test_a_treasurers_own_price_stays_a_price(dairy: Dairy) -> None:
    assert dairy.text(ROSE, "SOLD MILK GITHUNGURI 45").startswith("Thank you.")
    assert dairy.text(ROSE, "SOLD MAIZE 2 BAGS 3600").count("Written") == 0
    assert dairy.book() == []
