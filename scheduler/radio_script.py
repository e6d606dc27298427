"""A radio script: as many prices as a minute holds, the most useful first (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from messaging.phrases import say
from messaging.phrases.aloud import speakable
from messaging.phrases.numbers import in_words
from scheduler.radio_prices import Heard, RadioPrices
from scheduler.radio_words import RadioVoice, sentences_of

# Words a minute, each figure counted by its own words. English: two and a half a second, the rule
# by which sixty-second spots are written; Boyd ("Broadcast Journalism") has readers between 140
# and 220, and listeners note figures down. Swahili words are longer: see docs/radio.md.
WORDS_A_MINUTE = {"en": 150, "sw": 120}
SECONDS = 60

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True)
class Script:
    """What is read out: paragraphs with no figure in them, and how long they take."""

    paragraphs: tuple[str, ...]
    words: int
    seconds: int
    prices: int
    left_out: tuple[str, ...] = ()  # commodities that there was no time for

    @property
    def text(self) -> str:
        """The script as it is kept: one line a paragraph."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class _Said:
    """One price, in one of two lengths."""

    heard: Heard
    brief: bool = True


def radio_languages() -> tuple[str, ...]:
    """The languages in which every figure can be said in words."""
    return tuple(WORDS_A_MINUTE)


def write_script(prices: RadioPrices, voice: RadioVoice, *, number: str | None) -> Script:
    """The script of this day. `number` is where prices are texted to; None: it is not said.

    First as many prices as fit, in their order, then how they moved. A commodity's prices are
    said together, whatever was found to fit last.
    """
    said = [_Said(prices.heard[0])]
    for heard in prices.heard[1:]:
        if _fits(prices, [*said, _Said(heard)], voice, number):
            said.append(_Said(heard))
    for at, one in enumerate(said):
        longer = [*said[:at], replace(one, brief=False), *said[at + 1 :]]
        if _fits(prices, longer, voice, number):
            said = longer
    paragraphs = _paragraphs(prices, said, voice, number)
    words = count_words(paragraphs)
    told = {one.heard.commodity for one in said}
    left_out = tuple(one.commodity for one in prices.heard if one.commodity not in told)
    return Script(paragraphs, words, seconds_of(words, voice.language), len(said), left_out)


def count_words(paragraphs: Iterable[str]) -> int:
    """Words as they are heard: forty-seven is two."""
    return sum(len(_WORD.findall(paragraph)) for paragraph in paragraphs)


def _fits(
    prices: RadioPrices, said: Sequence[_Said], voice: RadioVoice, number: str | None
) -> bool:
    words = count_words(_paragraphs(prices, said, voice, number))
    return words <= WORDS_A_MINUTE[voice.language] * SECONDS // 60


def seconds_of(words: int, language: str) -> int:
    """How long so many words take to read."""
    return round(words * 60 / WORDS_A_MINUTE[language])


def _paragraphs(
    prices: RadioPrices, said: Sequence[_Said], voice: RadioVoice, number: str | None
) -> tuple[str, ...]:
    order = list(dict.fromkeys(one.heard.commodity for one in said))
    together = sorted(said, key=lambda one: order.index(one.heard.commodity))
    blocks = groupby(together, key=lambda one: one.heard.commodity)
    paragraphs = [
        _opening(prices, voice),
        *(_block(commodity, list(block), voice) for commodity, block in blocks),
        _closing(prices, voice, number),
    ]
    return tuple(map(speakable, paragraphs))


def _opening(prices: RadioPrices, voice: RadioVoice) -> str:
    opening = say(
        voice.language,
        "These are the market prices from {place} for {day}.",
        place=voice.place(prices.place),
        day=voice.day(),
    )
    if not prices.is_demo:
        return opening
    return f"{say(voice.language, 'Demo data, not real')}. {opening}"


def _block(commodity: str, said: Sequence[_Said], voice: RadioVoice) -> str:
    """All that is told of one commodity, under its name."""
    sentences = [f"{voice.commodity(commodity)}."]
    for one in said:
        sentences += sentences_of(one.heard, voice, brief=one.brief)
    return " ".join(sentences)


def _closing(prices: RadioPrices, voice: RadioVoice, number: str | None) -> str:
    """How to tell a price; a number is said figure by figure."""
    language = voice.language
    code = prices.heard[0].commodity
    commodity = voice.aloud(voice.vocabulary.commodity_name(code, language))
    if number is None:
        return say(
            language,
            "To tell us your price, text {commodity}, your place and the price.",
            commodity=commodity,
        )
    return say(
        language,
        "To tell us your price, text {commodity}, your place and the price to {number}.",
        commodity=commodity,
        number=" ".join(in_words(int(digit), language) for digit in number if digit.isdigit()),
    )
