"""What there is to decide for a group's meeting, in words (pure)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from groups.book_kinds import Reason
from groups.bulletin_figures import (
    AskForPay,
    Bargain,
    Begin,
    BuyTogether,
    CareForMilk,
    Decision,
    FeedCost,
)
from groups.mode_words import need_words
from groups.reason_words import reason_words
from messaging.phrases import say
from messaging.phrases.formats import capitalised, day_month
from scheduler.bulletin_filling import Slot
from scheduler.bulletin_voice import Voice
from scheduler.bulletin_words import noted

# How long a buyer's name may be: whole, as a rule, or so that it is known again.
NAME_LENGTHS = (40, 14)
_WHOLE = Decimal(1)


def decision_slot(decision: Decision, voice: Voice) -> Slot:
    """The one thing to decide, which is said whatever else has room; the fullest wording first."""
    deeds = dict.fromkeys(_deeds(decision, voice))
    said = (say(voice.language, "to decide: {deed}", deed=deed) for deed in deeds)
    return Slot(tuple(map(capitalised, said)), is_sentence=True, is_closing=True)


def _deeds(decision: Decision, voice: Voice) -> Iterator[str]:
    match decision:
        case AskForPay():
            yield from _ask(decision, voice)
        case CareForMilk():
            yield from _care(decision, voice)
        case Bargain():
            yield from _bargain(decision, voice)
        case BuyTogether():
            yield _buy_together(decision.feed, voice)
        case Begin():
            # A sentence of its own elsewhere; here more may follow.
            yield need_words(decision.need, voice.language).removesuffix(".")
        case _:
            assert_never(decision)


def _ask(decision: AskForPay, voice: Voice) -> Iterator[str]:
    """KCC owes KES 12,400, due 10 Nov: ask for it."""
    overdue, language = decision.overdue, voice.language
    figures = {"sum": voice.money(overdue.amount), "day": day_month(overdue.since, language)}
    for name in _names(overdue.buyer, voice):
        yield say(language, "{buyer} owes {sum} due {day}: ask for it", buyer=name, **figures)
    yield say(language, "a buyer owes {sum} due {day}: ask for it", **figures)


def _care(decision: CareForMilk, voice: Voice) -> Iterator[str]:
    """5% refused (sour, usual 1%): cool the milk, bring it earlier."""
    language = voice.language
    refused = say(language, "{percent}% refused", percent=voice.percent(decision.share))
    usual = say(language, "usual {percent}%", percent=voice.percent(decision.usual))
    why = "" if decision.why is None else reason_words(decision.why, language)
    for words in (noted(refused, why, usual), noted(refused, why)):
        yield f"{words}: {_against(decision.why, language)}"


def _against(why: Reason | None, language: str) -> str:
    """What helps (`handlers.keywords.tips` tells members more)."""
    match why:
        case Reason.SOUR | Reason.ALCOHOL:
            return say(language, "cool the milk, bring it earlier")
        case Reason.LACTOMETER:
            return say(language, "test every can for water")
        case Reason.ANTIBIOTICS:
            return say(language, "keep treated cows' milk apart")
        case Reason.DIRT:
            return say(language, "clean cans, strain the milk")
        case Reason.SPILT | Reason.OTHER | None:
            return say(language, "find out why")
        case _:
            assert_never(why)


def _bargain(decision: Bargain, voice: Voice) -> Iterator[str]:
    """Brookside pays 41, others 45: bargain."""
    language = voice.language
    figures = {"price": voice.figure(decision.price), "others": voice.figure(decision.others)}
    for name in _names(decision.buyer, voice):
        yield say(language, "{buyer} pays {price}, others {others}: bargain", buyer=name, **figures)
    yield say(language, "a buyer pays {price}, others {others}: bargain", **figures)


def _buy_together(feed: FeedCost, voice: Voice) -> str:
    """Dairy meal/bag costs 70 L of milk, before 62: order together."""
    return say(
        voice.language,
        "{feed} costs {litres} L of milk, before {before}: order together",
        feed=f"{voice.commodity(feed.commodity)}/{voice.unit(feed.commodity)}",
        litres=voice.figure(feed.litres.quantize(_WHOLE)),
        before=voice.figure((feed.before or Decimal(0)).quantize(_WHOLE)),
    )


def _names(name: str, voice: Voice) -> Iterator[str]:
    """A buyer's name as there is room for it; none that a text cannot hold."""
    named = (voice.own_name(name, longest) for longest in NAME_LENGTHS)
    return filter(None, named)
