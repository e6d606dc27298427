"""Replies held to the segments they may cost: what matters least goes first, numbers stay whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from messaging.segments import measure, to_gsm7

# How long a name may be, from as it is down to what is barely a name.
NAME_LENGTHS = (80, 24, 16, 11)


@dataclass(frozen=True)
class Part:
    """A sentence of a reply. Rank 0 always stays; of the rest the highest goes first."""

    text: str
    rank: int = 0


def fit(compose: Callable[[int], Sequence[Part]], segments: int = 1) -> str:
    """The best wording within so many segments; `compose` is given the length names may have.

    First the less important sentences go, then names are cut; a figure never is.
    """
    text = ""
    for longest_name in NAME_LENGTHS:
        text, fits_in = _without_lesser(compose(longest_name), segments)
        if fits_in:
            break
    return text


def fits(parts: Sequence[Part], segments: int = 1) -> bool:
    """True where all of it fits, nothing dropped."""
    return measure(_joined(parts)).segments <= segments


def clip(name: str, longest: int) -> str:
    """A name cut to a length, between words where it can be: "Dagahaley Market" → "Dagahaley"."""
    if len(name) <= longest:
        return name
    whole_words = name[: longest + 1].rsplit(" ", 1)[0].rstrip(" -/(,'.")
    if 4 <= len(whole_words) <= longest:
        return whole_words
    return name[: longest - 1].rstrip(" -/(,'") + "."


def quotable(words: str) -> str:
    """Somebody's own words as a reply may repeat them; nothing for those of another script.

    One letter outside GSM-7 would make the whole reply cost twice as much.
    """
    written = to_gsm7(words)
    return written if measure(written).encoding == "GSM-7" else ""


def _without_lesser(parts: Sequence[Part], segments: int) -> tuple[str, bool]:
    """What is left of them to fit in, and whether it does."""
    kept = list(parts)
    while True:
        text = _joined(kept)
        fits_in = measure(text).segments <= segments
        if fits_in or not any(part.rank for part in kept):
            return text, fits_in
        kept.remove(max(reversed(kept), key=lambda part: part.rank))


def _joined(parts: Sequence[Part]) -> str:
    return to_gsm7(" ".join(part.text for part in parts if part.text))
