from decimal import Decimal

import pytest

from messaging.sms_prices import (
    SmsLimit,
    SmsPrice,
    SmsSpent,
    parse_limit,
    parse_money,
    parse_price,
    segments_left,
)

PRICE = SmsPrice("KES", Decimal("0.80"))


@pytest.mark.parametrize(
    ("limit", "spent", "percent", "left"),
    [
        (SmsLimit(), SmsSpent(9, Decimal(9)), 100, None),
        (SmsLimit(segments=100), SmsSpent(40), 100, 60),
        (SmsLimit(segments=100), SmsSpent(40), 85, 45),
        (SmsLimit(segments=99), SmsSpent(0), 85, 84),
        (SmsLimit(money=Decimal(80)), SmsSpent(40, Decimal(32)), 100, 60),
        (SmsLimit(money=Decimal(80)), SmsSpent(40, Decimal("32.5")), 100, 59),
        (SmsLimit(segments=50, money=Decimal(80)), SmsSpent(40, Decimal(32)), 100, 10),
        (SmsLimit(segments=500, money=Decimal(80)), SmsSpent(40, Decimal(72)), 100, 10),
        (SmsLimit(money=Decimal(80)), SmsSpent(40, Decimal(100)), 100, -25),
    ],
)
def test_what_is_left_of_a_limit(
    limit: SmsLimit, spent: SmsSpent, percent: int, left: int | None
) -> None:
    assert segments_left(limit, spent, PRICE, percent) == left


@pytest.mark.parametrize(
    ("written", "limit", "currency"),
    [
        ("5000", SmsLimit(segments=5000), None),
        ("0", SmsLimit(segments=0), None),
        ("KES 4000", SmsLimit(money=Decimal(4000)), "KES"),
        ("5000, KES 4000", SmsLimit(5000, Decimal(4000)), "KES"),
        (" KES 4000.50 ,5000 ", SmsLimit(5000, Decimal("4000.5")), "KES"),
    ],
)
def test_a_limit_is_segments_money_or_both(
    written: str, limit: SmsLimit, currency: str | None
) -> None:
    assert parse_limit(written) == (limit, currency)


@pytest.mark.parametrize(
    "written",
    ["", "much", "-5", "5.5", "KES", "4000 KES", "kes 5", "5,000", "KES 5, KES 6", "5, KES 6, 7"],
)
def test_what_is_no_limit(written: str) -> None:
    with pytest.raises(ValueError, match=r"^it must be segments, money, or both: 5000, KES 4000$"):
        parse_limit(written)


def test_a_price_of_a_segment() -> None:
    assert parse_price("KES 0.80") == PRICE
    assert PRICE.of(3) == Decimal("2.40")
    for written in ("0.80", "KES 0", "KES 0.00", "KES -1", "KES 0.123456", "KES"):
        assert parse_money(written) is None
        with pytest.raises(ValueError, match=r"^it must be a currency and an amount: KES 0\.80$"):
            parse_price(written)
