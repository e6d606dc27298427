"""How a bulletin says one price, and how good it is (pure)."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import assert_never

from messaging.phrases import say, say_many
from messaging.phrases.formats import (
    age_words,
    as_told,
    dated,
    local_date,
    money,
    month_year,
)
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.estimates import Confidence, Estimate
from scheduler.bulletin_parts import Told
from scheduler.bulletin_voice import Voice


class Detail(IntEnum):
    """How much is told of a price."""

    BRIEF = 0  # what cannot be missed
    PLAIN = 1
    FULL = 2  # for whoever has to explain it to others


def lead_words(told: Told, voice: Voice, detail: Detail, since: datetime) -> str:
    """The price a bulletin is for, however good it is."""
    answer = told.answer
    match answer:
        case OwnPrice():
            notes = [_change(told, voice, detail, since), _basis(answer, voice, detail)]
            return noted(_lead_price(answer, voice), _range(answer, voice, detail), *notes)
        case NearestPrice():
            notes = [km(answer.distance_km, voice)]
            if detail is not Detail.BRIEF:
                notes += [_range(answer, voice, detail), _change(told, voice, detail, since)]
                notes.append(_basis(answer, voice, detail))
            here = noted(_lead_price(answer, voice), *notes)
            return f"{here}, {_no_reports(answer, voice, detail)}"
        case Published():
            return _published(answer, voice, detail)
        case NoPrice():
            return _no_price(answer, voice, detail)
        case _:
            assert_never(answer)


def other_words(told: Told, voice: Voice, lead: str, *, with_worth: bool = False) -> str:
    """The price of another commodity: Maize/kg 40 (+1). Of a feed also what it is worth."""
    answer = told.answer
    words = [f"{voice.commodity(answer.commodity)}/{voice.unit(answer.commodity)}"]
    if isinstance(answer, NearestPrice) or _is_from_elsewhere(answer):
        words.append(voice.place(answer.place))
    if answer.price_type is not voice.vocabulary.commodities[answer.commodity].price_type:
        words.append(voice.price_type(answer.price_type))
    said = _other_price(told, " ".join(words), voice)
    if not with_worth or told.worth is None:
        return said
    worth = say(
        voice.language,
        "equal to {n} {unit} {commodity}",
        n=voice.figure(told.worth.quantize(Decimal(1))),
        unit=voice.unit(lead),
        commodity=voice.commodity_name(lead).lower(),
    )
    return f"{said}, {worth}"


def noted(words: str, *notes: str) -> str:
    """Words with what there is to note of them: Nakuru 47 (+2, 6 reports)."""
    said = ", ".join(note for note in notes if note)
    return f"{words} ({said})" if said else words


def reliability(estimate: Estimate, voice: Voice) -> str:
    """What keeps a price from being good: 1 report; 12 days old; nothing of a good one."""
    match estimate.confidence:
        case Confidence.GOOD:
            return ""
        case Confidence.OLD:
            return age_words(estimate.newest_at, voice.now, voice.timezone, voice.language)
        case _:
            return _count(estimate, voice)


def km(distance_km: float, voice: Voice) -> str:
    """How far away: 38 km."""
    return say(voice.language, "{km} km", km=max(1, round(distance_km)))


def _other_price(told: Told, words: str, voice: Voice) -> str:
    answer = told.answer
    match answer:
        case OwnPrice() | NearestPrice():
            away = km(answer.distance_km, voice) if isinstance(answer, NearestPrice) else ""
            notes = [away, _moved(told, voice), reliability(answer.estimate, voice)]
            return noted(f"{words} {voice.figure(answer.estimate.price)}", *notes)
        case Published():
            return _in_month(answer, f"{words} {voice.figure(answer.price)}", voice)
        case NoPrice():
            return words  # never said: whoever collects them leaves it out
        case _:
            assert_never(answer)


def _is_from_elsewhere(answer: PriceAnswer) -> bool:
    return isinstance(answer, Published) and answer.place.id != answer.asked_place.id


def _lead_price(answer: OwnPrice | NearestPrice | Published, voice: Voice) -> str:
    """Nakuru farm gate 47; where the heading names Nakuru already: farm gate KES 47/L."""
    value = answer.price if isinstance(answer, Published) else answer.estimate.price
    words = [voice.price_type(answer.price_type), voice.figure(value)]
    if voice.headed_place_id is not None:
        paid = money(words[1], voice.vocabulary.money_sign(answer.currency), voice.language)
        words[1] = f"{paid}/{voice.unit(answer.commodity)}"
    if answer.place.id != voice.headed_place_id:
        words.insert(0, voice.place(answer.place))
    return " ".join(words)


def _published(answer: Published, voice: Voice, detail: Detail) -> str:
    """A published month, named as such: Nakuru shops 75 in October (WFP)."""
    said = _in_month(answer, _lead_price(answer, voice), voice)
    if detail is Detail.BRIEF:
        return said
    silence = say(voice.language, "no reports from people yet")
    if answer.last_known is not None:
        silence = say(voice.language, "no new reports from people")
    return f"{said}, {silence}"


def _in_month(answer: Published, words: str, voice: Voice) -> str:
    month = month_year(answer.priced_on, voice.language, this_year=voice.today.year)
    source = answer.source
    if _is_from_elsewhere(answer) and answer.distance_km > 0:
        source = f"{source}, {km(answer.distance_km, voice)}"
    return say(
        voice.language, "{price} in {month} ({source})", price=words, month=month, source=source
    )


def _no_reports(answer: NearestPrice, voice: Voice, detail: Detail) -> str:
    place = voice.place(answer.asked_place)
    if detail is Detail.BRIEF or answer.last_known is None:
        return say(voice.language, "no reports at {place}", place=place)
    return say(
        voice.language,
        "no reports at {place} since {day} (then {price})",
        place=place,
        day=_day(answer.last_known, voice),
        price=voice.figure(answer.last_known.price),
    )


def _no_price(answer: NoPrice, voice: Voice, detail: Detail) -> str:
    place = voice.place(answer.place)
    if detail is Detail.BRIEF:
        return say(voice.language, "no price at {place}", place=place)
    if answer.last_known is None:
        return say(voice.language, "no price at {place} yet", place=place)
    return say(
        voice.language,
        "no price at {place} since {day} (then {price})",
        place=place,
        day=_day(answer.last_known, voice),
        price=voice.figure(answer.last_known.price),
    )


def _range(answer: OwnPrice | NearestPrice, voice: Voice, detail: Detail) -> str:
    """Where the price probably lies: 45-49; nothing of a single report."""
    estimate = answer.estimate
    if detail is not Detail.FULL or estimate.reports == 1:
        return ""
    low, high = voice.figure(estimate.low), voice.figure(estimate.high)
    return "" if low == high else f"{low}-{high}"


def _change(told: Told, voice: Voice, detail: Detail, since: datetime) -> str:
    """How the price moved; in full also since when: +2 since 16 Nov."""
    moved = _moved(told, voice)
    if not moved or detail is not Detail.FULL:
        return moved
    day = dated(local_date(since, voice.timezone), voice.today, voice.language)
    return say(voice.language, "{change} since {day}", change=moved, day=day)


def _moved(told: Told, voice: Voice) -> str:
    """How the price moved since readers last heard of it, as the two figures would be read: +2."""
    answer = told.answer
    if told.before is None or not isinstance(answer, OwnPrice | NearestPrice):
        return ""
    change = as_told(answer.estimate.price) - as_told(told.before)
    if change == 0:
        return say(voice.language, "no change")
    return f"{'+' if change > 0 else '-'}{voice.figure(abs(change))}"


def _basis(answer: OwnPrice | NearestPrice, voice: Voice, detail: Detail) -> str:
    """What a price rests on: 6 reports; 3 reports, 12 days old; 9 reports, 4 markets."""
    estimate = answer.estimate
    notes = [_count(estimate, voice)]
    if isinstance(answer, OwnPrice) and answer.markets > 1:
        notes.append(say_many(voice.language, "{n} market", "{n} markets", answer.markets))
    if detail is Detail.FULL or estimate.confidence is Confidence.OLD:
        notes.append(age_words(estimate.newest_at, voice.now, voice.timezone, voice.language))
    return ", ".join(notes)


def _count(estimate: Estimate, voice: Voice) -> str:
    return say_many(voice.language, "{n} report", "{n} reports", estimate.reports)


def _day(last_known: LastKnown, voice: Voice) -> str:
    day = local_date(last_known.reported_at, voice.timezone)
    return dated(day, voice.today, voice.language)
