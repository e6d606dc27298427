"""What a text costs on the air: its alphabet, its length, its segments."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

GSM_7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Sent as an escape and a letter: two septets each, never parted between two segments.
GSM_7_EXTENDED = frozenset("\f^{}\\[~]|€")
GSM_7 = GSM_7_BASIC | GSM_7_EXTENDED
WHOLE = 160  # septets of a text in one piece

# What letters and signs outside GSM-7 become when taking off their accent is not enough.
LOOKALIKES = str.maketrans(
    "‘’‛′`´ʼʻʹ“”„‟″«»‐‑‒–—―−•·×÷⁄°₦ŋŊɓƁɗƊƙƘɛƐɔƆıđĐłŁç",
    "'''''''''" + '"' * 7 + "-" * 9 + "x//oNnNbBdDkKeEoOidDlLc",
) | {
    **dict.fromkeys(map(ord, "\t\v\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),  # spaces of every width
    **dict(zip(map(ord, "…œŒ₵৳"), ("...", "oe", "OE", "GHS ", "Tk "), strict=True)),
}
# What shows nothing by itself: marks of direction, breaks, accents that found no letter.
DROPPED = frozenset("\u00ad\u200b\u200e\u200f\u2060\ufe0e\ufe0f\ufeff") | frozenset(
    map(chr, range(0x300, 0x370))
)


@dataclass(frozen=True)
class Measure:
    """A text on the air; `length` is in septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: Literal["GSM-7", "UCS-2"]
    length: int
    segments: int


def measure(text: str) -> Measure:
    """Count what a network will charge for: GSM-7 while every letter fits, else UCS-2."""
    if GSM_7.issuperset(text):
        length = len(text) + sum(map(text.count, GSM_7_EXTENDED))
        if length <= WHOLE:  # nearly always, and a screen is measured often
            return Measure("GSM-7", length, 1)
        widths = [2 if letter in GSM_7_EXTENDED else 1 for letter in text]
        return Measure("GSM-7", length, _segments(widths, whole=WHOLE, part=153))
    widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Measure("UCS-2", sum(widths), _segments(widths, whole=70, part=67))


def to_gsm7(text: str) -> str:
    """Bring a text into GSM-7 letter by letter; a letter of another script stays as it is."""
    if GSM_7.issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter in GSM_7 else _plain(letter) for letter in composed)


def _segments(widths: Sequence[int], *, whole: int, part: int) -> int:
    if sum(widths) <= whole:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > part:  # a pair moves to the next segment together
            segments, used = segments + 1, 0
        used += width
    return segments


# Of a script that is not GSM-7's a text has a few dozen letters, again and again.
@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letter.translate(LOOKALIKES)).translate(LOOKALIKES)
    plain = "".join(part for part in decomposed if not unicodedata.combining(part))
    if plain and GSM_7.issuperset(plain):
        return plain
    return "" if letter in DROPPED or unicodedata.category(letter) in {"Cc", "Cs"} else letter
