"""What a text costs, against a second implementation and the counts people agreed on."""

import string

import pytest
from gsm0338 import Codec
from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import GSM_7, GSM_7_EXTENDED, measure, to_gsm7

GSM_TEXTS = st.text(st.sampled_from(sorted(GSM_7)), max_size=400)


@given(GSM_TEXTS)
def test_septets_agree_with_gsm0338(text: str) -> None:
    measured = measure(text)
    assert measured.encoding == "GSM-7"
    assert measured.length == len(Codec().encode(text)[0])


@given(st.text(max_size=50))
def test_the_alphabet_is_the_one_of_gsm0338(text: str) -> None:
    try:
        Codec().encode(text.replace("\x1b", "日"))
    except UnicodeEncodeError:
        assert measure(text).encoding == "UCS-2"
    else:
        assert measure(text).encoding == "GSM-7"


@given(st.text())
def test_transliteration_settles_at_once(text: str) -> None:
    plain = to_gsm7(text)
    assert to_gsm7(plain) == plain
    assert measure(plain).segments >= 1


@given(GSM_TEXTS)
def test_what_fits_is_left_alone(text: str) -> None:
    assert to_gsm7(text) == text


@pytest.mark.parametrize(
    ("text", "septets"),
    [
        (
            "MILK Nakuru farm gate KES 47/L (45-49), 6 reports, today. Up 2 on last week. "
            "Shops 62. Best net: Molo 48 (38 km). Sold today? Reply MILK 48",
            139,
        ),
        (
            "MAZIWA Nakuru shambani KES 47/L (45-49), ripoti 6, leo. Imepanda 2 tangu wiki jana. "
            "Dukani 62. Soko bora: Molo 48 (km 38). Umeuza? Jibu MAZIWA 48",
            145,
        ),
        ("Hutapokea ujumbe tena kutoka Bei. Jibu ANZA kurudi.", 51),
        ("450 per litre? Usual in Githunguri is 45. Reply 1 for 45, 2 for 450, 3 to drop it.", 82),
        ("Bei - Nakuru\n1 Bei za leo\n2 Niuze wapi", 38),
        ("{}[]~^|\\€", 18),
        ("", 0),
    ],
)
def test_length_of_settled_texts(text: str, septets: int) -> None:
    assert measure(text).length == septets
    assert measure(text).encoding == "GSM-7"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # The escape pair at the border moves on whole and costs the first segment a septet.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("দুধ" + "a" * 67, 1),
        ("দুধ" + "a" * 68, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_at_their_borders(text: str, segments: int) -> None:
    assert measure(text).segments == segments


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Murang’a – 47…", "Murang'a - 47..."),
        ("Cuánto, José ñ é ü", "Cuanto, José ñ é ü"),
        ("KES\u00a047", "KES 47"),
        ("Eŋŋaano Ŋ", "Ennaano N"),
        ("½ × 3 ₦", "1/2 x 3 N"),
        ("ọjà ɓera ɛ̃ ɔ́", "ojà bera e o"),
        ("cafe\u0301", "café"),
        ("a\tb\x00c\x1b", "a bc"),
        ("\ud800x", "x"),
        ("দুধের দাম 47", "দুধের দাম 47"),
        ("ወተት 😀", "ወተት 😀"),
    ],
)
def test_transliteration(written: str, sent: str) -> None:
    assert to_gsm7(written) == sent


def test_every_ascii_letter_is_one_septet_but_the_escaped() -> None:
    for letter in string.printable.replace("\t", "").replace("\v", "").replace("`", ""):
        assert measure(letter).length == (2 if letter in GSM_7_EXTENDED else 1)
