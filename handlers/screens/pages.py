"""Texts longer than a screen, read page by page: 9 turns to the next one, 0 back."""

import re
from collections.abc import Iterable

from handlers.screens.screen import BACK, MORE, Line, Screen, back_and_home, fit, fits, key
from messaging.phrases import say
from messaging.segments import to_gsm7

_SENTENCE_END = re.compile(r"[.!?](?=\s)")


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


def _end_of_page(text: str, language: str) -> int:
    if _fits_above_keys(text, language):
        return len(text)
    # A letter outside GSM-7 leaves less room to all that stands with it, so ends are tried in turn.
    words = [at for at, letter in enumerate(text) if letter.isspace()]
    fitting = [end for end in words if _fits_above_keys(text[:end], language)]
    if not fitting:
        letters = range(len(text) - 1, 0, -1)
        return next((end for end in letters if _fits_above_keys(text[:end], language)), 1)
    longest = fitting[-1]
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, longest + 1)]
    return sentences[-1] if sentences and sentences[-1] * 2 >= longest else longest


def _fits_above_keys(page: str, language: str) -> bool:
    keys = (_more_and_back(language), back_and_home(language))
    return all(fits(f"{page}\n{line}") for line in keys)


def _more_and_back(language: str) -> str:
    return f"{key(MORE, say(language, 'More'))} {key(BACK, say(language, 'Back'))}"
