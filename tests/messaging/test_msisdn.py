import pytest

from messaging.msisdn import (
    MsisdnError,
    blank_numbers,
    is_phone_number,
    mask,
    mask_numbers,
    normalise,
    read_sender,
    region_of,
)
from tests.cast import NAKATO, WANJIKU


@pytest.mark.parametrize(
    ("written", "region", "e164"),
    [
        ("0711000001", "KE", WANJIKU),
        ("+254 711 000 001", "UG", WANJIKU),
        ("254711000001", "KE", WANJIKU),
        ("0772-000-007", "UG", NAKATO),
    ],
)
def test_number_is_read_as_dialled(written: str, region: str, e164: str) -> None:
    assert normalise(written, region) == e164


@pytest.mark.parametrize("written", ["", "21512", "071100000", "milk", "+25471100000", "+"])
def test_what_is_no_number_is_refused_in_one_line(written: str) -> None:
    with pytest.raises(MsisdnError, match=r"^[^\n]+ is no phone number"):
        normalise(written, "KE")


@pytest.mark.parametrize(
    ("sender", "is_phone"),
    [(WANJIKU, True), ("MTN", False), ("21512", False), ("+21512", False), ("", False)],
)
def test_labels_are_no_phones(sender: str, is_phone: bool) -> None:
    assert is_phone_number(sender) is is_phone


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        (WANJIKU, WANJIKU),
        (" 254711000001", WANJIKU),
        ("254711000001", WANJIKU),
        ("MTN", "MTN"),
        ("21512", "21512"),
        ("9999999999999", "9999999999999"),
    ],
)
def test_sender_is_read_as_the_gateway_meant_it(written: str, sender: str) -> None:
    assert read_sender(written) == sender


def test_number_tells_its_country() -> None:
    assert region_of(NAKATO) == "UG"
    assert region_of("MTN") is None


def test_shown_number_hides_its_middle() -> None:
    assert mask(WANJIKU) == "+254711***001"


@pytest.mark.parametrize(
    ("text", "shown", "read_as"),
    [
        ("call +254711234001", "call +254711***001", "call +254711000001"),
        ("call +254 711 234 001 now", "call +254711***001 now", "call +254 711 000 001 now"),
        ("0711-234-001.", "0711***001.", "0711-000-001."),
        ("to 254711234001, soon", "to 254711***001, soon", "to 254711000001, soon"),
        # Prices, weights and days are no numbers of phones.
        ("milk 40 45 50 55 60 65", "milk 40 45 50 55 60 65", "milk 40 45 50 55 60 65"),
        ("maize 3600 90kg 2026-11-24", "maize 3600 90kg 2026-11-24", "maize 3600 90kg 2026-11-24"),
        ("12345678", "12345678", "12345678"),
    ],
)
def test_numbers_within_a_text_are_hidden(text: str, shown: str, read_as: str) -> None:
    assert mask_numbers(text) == shown
    assert blank_numbers(text) == read_as
