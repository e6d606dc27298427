"""Stage one: undo what phones and networks add to a text."""

import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "’‘`´ʼ"), "'")
_FRACTION_SLASH = {0x2044: "/"}
_MINUS = {0x2212: "-"}
_MARKS = _APOSTROPHES | _FRACTION_SLASH | _MINUS


def clean(text: str) -> str:
    """Plain digits, plain spaces, plain dashes and apostrophes; nothing that nobody sees.

    Case and accents stay: a name is kept as its owner writes it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain, unicodedata.normalize("NFKC", text).translate(_MARKS)))


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
