"""Names in scripts that the sheet's font lacks, written in Latin letters, letter by letter (pure).

Unicode's own names of letters are the rule: "BENGALI LETTER KA" with "BENGALI VOWEL SIGN I" is ki,
"ETHIOPIC SYLLABLE BAA" is ba. It is no scholar's transliteration, and says so by a star; what it
cannot write, such as Arabic, it leaves out whole rather than in part.
"""

import unicodedata
from collections.abc import Container

MARK = "*"
# Scripts whose letters carry a vowel that a sign behind them replaces.
_ABUGIDAS = ("BENGALI", "DEVANAGARI")
_SIGNS = {"VIRAMA": "", "NUKTA": "", "ANUSVARA": "n", "CANDRABINDU": "n", "VISARGA": "h"}
_SOUNDS = {
    "aa": "a", "ii": "i", "uu": "u", "vocalic r": "ri", "tta": "ta", "ttha": "tha", "dda": "da",
    "ddha": "dha", "nna": "na", "ssa": "sha", "rra": "ra", "rha": "rha", "khanda ta": "t",
    "yya": "ya", "nga": "nga",
}  # fmt: skip
# Ethiopic letters are named by their sound and its vowel: the first order (BA) is spoken be, the
# fourth (BAA) ba, the sixth (BE) has hardly any vowel.
_ORDERS = (("aa", "a"), ("ee", "e"), ("u", "u"), ("i", "i"), ("o", "o"), ("e", ""), ("a", "e"))
_THROAT = {"h": "h", "hh": "h", "x": "h", "glottal ": "", "pharyngeal ": ""}
_ETHIOPIC = {"sz": "s", "th": "t", "ch": "ch", "cch": "ch", "ph": "p", "tz": "ts", "q": "k"}


def in_latin(text: str, known: Container[int]) -> str:
    """A text with only letters of the font; a word that had others ends with a star.

    Empty where one of its words cannot be written at all.
    """
    words = [_word(word, known) for word in unicodedata.normalize("NFC", text).split()]
    return "" if None in words else " ".join(word for word in words if word)


def _word(word: str, known: Container[int]) -> str | None:
    if all(ord(letter) in known for letter in word):
        return word
    kept = "".join(letter for letter in word if unicodedata.category(letter)[0] not in "SC")
    plain = "".join(letter if ord(letter) in known else _base(letter) for letter in kept)
    if all(ord(letter) in known for letter in plain):
        return plain
    told = _spelt(plain, known)
    return None if told is None else f"{told[:1].upper()}{told[1:]}{MARK}"


def _base(letter: str) -> str:
    """A letter without its accents: they are lost, the letter is not."""
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(one for one in parts if not unicodedata.combining(one)) or letter


def _spelt(word: str, known: Container[int]) -> str | None:
    """A word by the names of its letters; None where one has no sound that we know."""
    told = ""
    has_vowel = False  # the last letter's own, which a sign replaces
    for letter in word:
        if ord(letter) in known:
            told, has_vowel = told + letter, False
            continue
        if unicodedata.digit(letter, None) is not None:
            told, has_vowel = f"{told}{unicodedata.digit(letter)}", False
            continue
        sound = _sound(unicodedata.name(letter, ""))
        if sound is None:
            return None
        is_sign = unicodedata.category(letter).startswith("M")
        if is_sign and has_vowel and sound not in {"n", "h"}:
            told = told[:-1]
        told += sound
        has_vowel = not is_sign and sound.endswith("a") and len(sound) > 1
    # At a word's end the letter's own vowel is not spoken: Rahim, not Rahima.
    return told[:-1] if has_vowel and len(told) > 2 and _is_of(word[-1], _ABUGIDAS) else told


def _is_of(letter: str, scripts: tuple[str, ...]) -> bool:
    return unicodedata.name(letter, "").startswith(scripts)


def _sound(name: str) -> str | None:
    script, _, rest = name.partition(" ")
    if script == "ETHIOPIC" and rest.startswith("SYLLABLE "):
        return _ethiopic(rest.removeprefix("SYLLABLE ").lower())
    if script not in _ABUGIDAS:
        return None
    for kind in ("LETTER ", "VOWEL SIGN "):
        if rest.startswith(kind):
            sound = rest.removeprefix(kind).lower()
            return _SOUNDS.get(sound, sound)
    return _SIGNS.get(rest.removeprefix("SIGN "))


def _ethiopic(sound: str) -> str:
    for order, vowel in _ORDERS:
        if sound.endswith(order):
            consonant = sound.removesuffix(order)
            if consonant in _THROAT:
                return _THROAT[consonant] + ("a" if order == "a" else vowel or "i")
            return _ETHIOPIC.get(consonant, consonant) + vowel
    return sound
