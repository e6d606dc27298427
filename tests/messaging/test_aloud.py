"""Texts that were written to be read, as they are heard."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.phrases import languages
from messaging.phrases.aloud import (
    distance_aloud,
    money_aloud,
    read_aloud,
    speakable,
)
from messaging.phrases.formats import capitalised


def aloud(text: str, language: str = "en") -> str:
    return read_aloud(text, language, this_year=2026)


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("KES 47/L", "forty-seven shillings per litre"),
        ("KES 47.50/L", "forty-seven shillings and fifty cents per litre"),
        ("UGX 1,250/kg", "one thousand two hundred and fifty shillings per kilogram"),
        ("KES 1", "one shilling"),
        ("Milk/L: Nakuru", "Milk per litre: Nakuru"),
        ("Frw 450", "Frw four hundred and fifty"),
        ("GHS 52", "GHS fifty-two"),
        ("Maize/90 kg bag 3,600", "Maize per ninety kilogram bag three thousand six hundred"),
        ("47 (+2, 6 reports), Molo", "forty-seven, up two, six reports, Molo"),
        ("2,950 (-50).", "two thousand nine hundred and fifty, down fifty."),
        ("47 (45-49)", "forty-seven, forty-five to forty-nine"),
        ("Molo 48 (38 km), shops", "Molo forty-eight, thirty-eight kilometres, shops"),
        ("1 km", "one kilometre"),
        ("km 38", "thirty-eight kilometres"),
        ("KIRIMA 23 Nov.", "Kirima the twenty-third of November."),
        (
            "since 3 Mar 2025 (then 42)",
            "since the third of March two thousand and twenty-five, then forty-two",
        ),
        ("31 Feb", "thirty-one Feb"),
        ("in October (WFP), no reports", "in October, WFP, no reports"),
        ("DEMO KIRIMA 3 May.", "Demo data, not real. Kirima the third of May."),
        ("500 ml", "five hundred millilitre"),
        ("100 g", "one hundred gram"),
        ("Oil & feed", "Oil feed"),
        ("7 am", "seven am"),
        ("bag_90kg", "bag 90kg"),
        ("1-2.3.4", "one-2.3.4"),
        ("3.4.5", "3.4.5"),
        ("1234567890", "1234567890"),
        ("", ""),
    ],
)
def test_what_is_short_is_said_in_full(written: str, english: str) -> None:
    assert aloud(written) == english


def test_a_swahili_bulletin() -> None:
    written = (
        "KIRIMA 23 Nov. Maziwa/L: Nakuru shambani KES 47 (+2, ripoti 6), Molo 48 (km 38), "
        "dukani 62. Mahindi/kg 40.50 (-1.50, ripoti 2)."
    )
    assert aloud(written, "sw") == (
        "Kirima tarehe ishirini na tatu Novemba. Maziwa kwa lita: Nakuru shambani shilingi "
        "arobaini na saba, imepanda mbili, ripoti sita, Molo arobaini na nane, kilomita thelathini "
        "na nane, dukani sitini na mbili. Mahindi kwa kilo arobaini nukta tano, imeshuka moja "
        "nukta tano, ripoti mbili."
    )


def test_languages_whose_numbers_are_not_written_out_keep_figures() -> None:
    assert aloud("Leche/L: S/1.45 (+0.05)", "es") == "Leche por litro: S por 1.45, sube 0.05"
    assert (
        aloud("Lait/L : 450 FCFA (l'autre 47,50)", "fr")
        == "Lait par litre: 450 Fcfa, l'autre 47,50"
    )


@pytest.mark.parametrize(
    ("value", "currency", "english", "swahili"),
    [
        ("47", "KES", "forty-seven shillings", "shilingi arobaini na saba"),
        ("1", "TZS", "one shilling", "shilingi moja"),
        ("47.50", "KES", "forty-seven shillings and fifty cents",
         "shilingi arobaini na saba na senti hamsini"),
        ("0.50", "KES", "fifty cents", "senti hamsini"),
        # As people tell it: what no coins add up to is an estimate, and beyond a hundred no cents.
        ("46.4286", "KES", "forty-six shillings", "shilingi arobaini na sita"),
        ("2950.40", "UGX", "two thousand nine hundred and fifty shillings",
         "shilingi elfu mbili mia tisa na hamsini"),
        ("52", "GHS", "fifty-two Ghanaian cedis", "cedi za Ghana hamsini na mbili"),
        ("1.5", "RWF", "one point five Rwandan francs", "faranga za Rwanda moja nukta tano"),
    ],
)  # fmt: skip
def test_money(value: str, currency: str, english: str, swahili: str) -> None:
    assert money_aloud(Decimal(value), currency, "en") == english
    assert money_aloud(Decimal(value), currency, "sw") == swahili


def test_money_in_a_language_babel_does_not_know_is_english() -> None:
    assert money_aloud(Decimal(52), "GHS", "sheng") == "fifty-two Ghanaian cedis"


def test_distances_are_never_nothing() -> None:
    assert distance_aloud(0.2, "en") == "one kilometre"
    assert distance_aloud(38.4, "sw") == "kilomita thelathini na nane"


def test_a_sentence_begins_with_a_capital() -> None:
    assert capitalised("six reports. Milk") == "Six reports. Milk"
    assert capitalised("") == ""


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<Say>Bei</Say>", "Say, Bei, Say"),
        ("Oil & *feed* #1 @ Nakuru", "Oil feed 1 Nakuru"),
        ("Murang’a – Njoro", "Murang'a Njoro"),
        ("forty-seven - or so", "forty-seven or so"),
        ("0-_ and _-0", "0 and 0"),
        ("Bei\0 \x07[1]\r\n{2}", "Bei, 1, 2"),
        ("nine , ten (11) , .", "nine, ten, 11."),
        ("KIRIMA WFP KCC", "Kirima WFP KCC"),
        ("🐄 \ufffe\ud800 ማሳ", "ማሳ"),
    ],
)
def test_signs_that_no_voice_says_are_left_out(written: str, left: str) -> None:
    assert speakable(written) == left


@pytest.mark.parametrize("language", languages())
@given(text=st.text(max_size=80))
def test_whatever_was_written_can_be_said(language: str, text: str) -> None:
    said = aloud(text, language)
    assert not set(said) & set('<>&()[]{}/*#_|"+=@\n\r\t\0')
    assert speakable(said) == said


@given(
    text=st.lists(
        st.sampled_from(
            ["47", "2,950", "KES", " ", "/", "L", "kg", "+", "-", "(", ")", ".", ",", "km",
             "23 Nov", "1.2.3", "9" * 30, "DEMO", ":"]
        )
    ).map("".join)
)  # fmt: skip
def test_figures_in_any_order_break_nothing(text: str) -> None:
    assert isinstance(aloud(text), str)
