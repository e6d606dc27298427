import pytest

from handlers.parser.cleaning import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("MILK NAKURU 45", "MILK NAKURU 45"),
        ("milk\u00a0nakuru\t45\r\nmaize", "milk nakuru 45 \nmaize"),
        ("mi\u200blk\ufeff na\u00adkuru", "milk nakuru"),
        ("٤٥ ৪৫ ４５", "45 45 45"),
        ("ｍｉｌｋ", "milk"),
        ("½ litre", "1/2 litre"),
        ("ng’ombe ng`ombe", "ng'ombe ng'ombe"),
        ("40–45 −3", "40-45 -3"),
        ("Murang’a Café", "Murang'a Café"),
        ("milk\x00nakuru\x07", "milk nakuru "),
        ("", ""),
    ],
)
def test_undoes_what_phones_and_networks_add(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
