"""Texts longer than a screen, read page by page: 9 turns to the next one, 0 back."""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence

from handlers.screens.screen import BACK, MORE, Line, Screen, back_and_home, fit, fits, key
from messaging.phrases import say
from messaging.segments import to_gsm7

# A question, and the keys beneath it.
MOST_NEEDED = 2

_SENTENCE_END = re.compile(r"[.!?](?=\s+[^\d\s])")


def page_of(language: str, pages: list[str], number: int, notice: str) -> Screen:
    """One page above the keys; the last one where there are fewer by now."""
    number = min(number, len(pages) - 1)
    is_last = number == len(pages) - 1
    keys = back_and_home(language) if is_last else _more_and_back(language)
    return Screen(fit(lambda _: [Line(notice, rank=1), Line(pages[number]), Line(keys)]))


def cut(text: str, language: str) -> list[str]:
    """A text in pages: cut between sentences where that leaves half a page, else between words."""
    pages, rest = [], to_gsm7(text).strip()
    while rest:
        end = _end_of_page(rest, language)
        pages.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return pages


def packed(paragraphs: Iterable[str], language: str) -> list[str]:
    """Paragraphs in pages, none of them parted unless it is longer than a page."""
    pages: list[str] = []
    for piece in (piece for one in paragraphs if one for piece in cut(one, language)):
        together = f"{pages[-1]}\n{piece}" if pages else piece
        if pages and _fits_above_keys(together, language):
            pages[-1] = together
        else:
            pages.append(piece)
    return pages


def parted(text: str, language: str) -> list[str]:
    """A screen too long for one as several: line by line, the last one above the screen's keys."""
    if fits(text):
        return [text]
    *lines, keys = text.splitlines()
    *pages, last = packed(lines, language)
    whole = f"{last}\n{keys}"
    end = whole if fits(whole) else f"{last}\n{back_and_home(language)}"
    return [*(f"{page}\n{_more_and_back(language)}" for page in pages), end]


def with_notice(notice: str, first: str, language: str) -> tuple[int, str]:
    """What was just said above the first part, or before it where both are too long for one."""
    whole = f"{notice}\n{first}"
    return (0, whole) if fits(whole) else (-1, f"{notice}\n{_more_and_back(language)}")


def on_its_own(text: str, language: str) -> str:
    """The beginning of a text on a screen of its own; 9 leads on to what it stood before."""
    first, *_ = cut(text, language)
    return f"{first}\n{_more_and_back(language)}"


def as_question(text: str, notice: str) -> str:
    """A screen on which something is typed, so that no key could turn its parts: the question.

    What it is about goes first, then what was just said.
    """
    lines = text.splitlines()
    while len(lines) > MOST_NEEDED and not fits("\n".join(lines)):
        del lines[1 if lines[0] == notice and len(lines) > MOST_NEEDED + 1 else 0]
    return "\n".join(lines)


def _end_of_page(text: str, language: str) -> int:
    if _fits_above_keys(text, language):
        return len(text)
    words = [at for at, letter in enumerate(text) if letter.isspace()]
    longest = _last_fitting(words, text, language)
    if longest is None:
        return _last_fitting(range(1, len(text)), text, language) or 1
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, longest + 1)]
    return sentences[-1] if sentences and sentences[-1] * 2 >= longest else longest


def _last_fitting(ends: Sequence[int], text: str, language: str) -> int | None:
    """The last of these ends, which rise, up to which the text fits.

    A letter outside GSM-7 leaves less room to all that stands with it, so no length tells it; but
    where one end is too far, all that follow are.
    """
    too_far = bisect(ends, False, key=lambda end: not _fits_above_keys(text[:end], language))
    return ends[too_far - 1] if too_far else None


def _fits_above_keys(page: str, language: str) -> bool:
    keys = (_more_and_back(language), back_and_home(language))
    return all(fits(f"{page}\n{line}") for line in keys)


def _more_and_back(language: str) -> str:
    return f"{key(MORE, say(language, 'More'))} {key(BACK, say(language, 'Back'))}"
