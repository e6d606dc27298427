"""Stage one: undo what phones and networks add to a text."""

import re
import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "’‘`´ʼ"), "'")
_FRACTION_SLASH = {0x2044: "/"}
_MINUS = {0x2212: "-"}
_SPACES = re.compile("  +")
# 31OO and 4O: on a keypad zero and O are neighbours.
_LETTER_O = re.compile(r"(?<=\d)[oO]+(?![^\W_])")
_MARKS = _APOSTROPHES | _FRACTION_SLASH | _MINUS


def clean(text: str) -> str:
    """Plain digits, single spaces, plain dashes and apostrophes; nothing that nobody sees.

    Case and accents stay: a name is kept as its owner writes it.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_plain, unicodedata.normalize("NFKC", text).translate(_MARKS)))
    text = _SPACES.sub(" ", text) if "  " in text else text
    return _LETTER_O.sub(lambda zeros: "0" * len(zeros[0]), text)


def _plain(letter: str) -> str:
    if letter == "\n" or letter.isalnum():
        return letter if not letter.isdecimal() else str(unicodedata.decimal(letter))
    match unicodedata.category(letter):
        case "Cf":  # zero-width spaces, direction marks, byte-order marks
            return ""
        case "Pd":
            return "-"
        case "Cc" | "Cs" | "Co" | "Cn" | "Zs" | "Zl" | "Zp":
            return " "
        case _:
            return letter
