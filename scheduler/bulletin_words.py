"""How a bulletin names things and says one price, in one language (pure)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from messaging.phrases import say, say_many
from messaging.phrases.formats import (
    age_words,
    as_told,
    capitalised,
    dated,
    day_month,
    local_date,
    money,
    month_year,
    price,
)
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, Published
from prices.estimates import Confidence, Estimate
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletin_prices import Market, Other, Told


@dataclass(frozen=True)
class Voice:
    """For whom a bulletin speaks: their language, their country's words, their calendar."""

    language: str
    vocabulary: Vocabulary
    timezone: str
    now: datetime
    # The place that the heading names already; then the lead names its currency instead.
    headed_place_id: int | None = None

    def day(self) -> str:
        """This day: 23 Nov."""
        return day_month(local_date(self.now, self.timezone), self.language)

    def commodity(self, code: str) -> str:
        """A commodity as it begins a sentence: Milk."""
        name = self.vocabulary.commodity_name(code, self.language)
        return capitalised(name)

    def unit(self, commodity: str) -> str:
        """What a price of it is for: L."""
        code = self.vocabulary.commodities[commodity].base_unit
        return self.vocabulary.unit_sign(code, self.language)

    def place(self, place: PlaceEntry) -> str:
        """A place; a county is called one, so that nobody takes it for its town."""
        if place.kind is not PlaceKind.ADMIN1:
            return place.name
        county = say(self.language, self.vocabulary.country.admin1_word)
        return say(self.language, "{place} {county}", place=place.name, county=county)

    def figure(self, value: Decimal) -> str:
        """A price without its currency."""
        return price(value, self.language)


def lead_words(told: Told, voice: Voice, *, brief: bool) -> str:
    """The price a bulletin is for, however good it is; `brief` leaves out what can be missed."""
    answer = told.answer
    match answer:
        case OwnPrice():
            return _noted(
                _lead_price(answer, voice),
                _change(answer, told.week_ago, voice),
                _basis(answer, voice),
            )
        case NearestPrice():
            notes = [_km(answer.distance_km, voice)]
            if not brief:
                notes += [_change(answer, told.week_ago, voice), _basis(answer, voice)]
            here = _noted(_lead_price(answer, voice), *notes)
            return f"{here}, {_no_reports(answer, voice, brief=brief)}"
        case Published():
            return _published(answer, voice)
        case NoPrice():
            return _no_price(answer, voice)
        case _:
            assert_never(answer)


def market_words(market: Market, voice: Voice) -> str:
    """What is paid elsewhere: Molo 48 (38 km)."""
    where = f"{voice.place(market.price.place)} {voice.figure(market.price.estimate.price)}"
    return _noted(where, "" if market.distance_km is None else _km(market.distance_km, voice))


def shop_words(shops: OwnPrice, voice: Voice) -> str:
    """What shops at the place take: shops 62."""
    return f"{_price_type(shops.price_type, voice)} {voice.figure(shops.estimate.price)}"


def other_words(other: Other, voice: Voice) -> str:
    """The price of another commodity at the place: Maize/kg 40 (+1)."""
    answer = other.price
    words = [f"{voice.commodity(answer.commodity)}/{voice.unit(answer.commodity)}"]
    if answer.price_type is not voice.vocabulary.commodities[answer.commodity].price_type:
        words.append(_price_type(answer.price_type, voice))
    words.append(voice.figure(answer.estimate.price))
    few = "" if answer.estimate.confidence is Confidence.GOOD else _count(answer.estimate, voice)
    return _noted(" ".join(words), _change(answer, other.week_ago, voice), few)


def _lead_price(answer: OwnPrice | NearestPrice | Published, voice: Voice) -> str:
    """Nakuru farm gate 47; where the heading names Nakuru already: farm gate KES 47/L."""
    value = answer.price if isinstance(answer, Published) else answer.estimate.price
    words = [_price_type(answer.price_type, voice), voice.figure(value)]
    if voice.headed_place_id is not None:
        paid = money(words[1], voice.vocabulary.money_sign(answer.currency), voice.language)
        words[1] = f"{paid}/{voice.unit(answer.commodity)}"
    if answer.place.id != voice.headed_place_id:
        words.insert(0, voice.place(answer.place))
    return " ".join(words)


def _published(answer: Published, voice: Voice) -> str:
    """A published month, named as such: Nakuru shops 75 in October (WFP)."""
    today = local_date(voice.now, voice.timezone)
    month = month_year(answer.priced_on, voice.language, this_year=today.year)
    said = say(
        voice.language,
        "{price} in {month} ({source})",
        price=_lead_price(answer, voice),
        month=month,
        source=answer.source,
    )
    silence = say(voice.language, "no reports from people yet")
    if answer.last_known is not None:
        silence = say(voice.language, "no new reports from people")
    return f"{said}, {silence}"


def _no_reports(answer: NearestPrice, voice: Voice, *, brief: bool) -> str:
    place = voice.place(answer.asked_place)
    if brief or answer.last_known is None:
        return say(voice.language, "no reports at {place}", place=place)
    return say(
        voice.language,
        "no reports at {place} since {day} (then {price})",
        place=place,
        day=_day(answer.last_known, voice),
        price=voice.figure(answer.last_known.price),
    )


def _no_price(answer: NoPrice, voice: Voice) -> str:
    place = voice.place(answer.place)
    if answer.last_known is None:
        return say(voice.language, "no price at {place} yet", place=place)
    return say(
        voice.language,
        "no price at {place} since {day} (then {price})",
        place=place,
        day=_day(answer.last_known, voice),
        price=voice.figure(answer.last_known.price),
    )


def _noted(words: str, *notes: str) -> str:
    """Words with what there is to note of them: Nakuru 47 (+2, 6 reports)."""
    said = ", ".join(note for note in notes if note)
    return f"{words} ({said})" if said else words


def _change(answer: OwnPrice | NearestPrice, week_ago: Decimal | None, voice: Voice) -> str:
    """How the price moved in a week, as the two figures would be read: +2."""
    if week_ago is None:
        return ""
    change = as_told(answer.estimate.price) - as_told(week_ago)
    if change == 0:
        return say(voice.language, "no change")
    return f"{'+' if change > 0 else '-'}{voice.figure(abs(change))}"


def _basis(answer: OwnPrice | NearestPrice, voice: Voice) -> str:
    """What a price rests on: 6 reports; 3 reports, 12 days old; 9 reports, 4 markets."""
    estimate = answer.estimate
    notes = [_count(estimate, voice)]
    if isinstance(answer, OwnPrice) and answer.markets > 1:
        notes.append(say_many(voice.language, "{n} market", "{n} markets", answer.markets))
    if estimate.confidence is Confidence.OLD:
        notes.append(age_words(estimate.newest_at, voice.now, voice.timezone, voice.language))
    return ", ".join(notes)


def _count(estimate: Estimate, voice: Voice) -> str:
    return say_many(voice.language, "{n} report", "{n} reports", estimate.reports)


def _km(distance_km: float, voice: Voice) -> str:
    return say(voice.language, "{km} km", km=max(1, round(distance_km)))


def _day(last_known: LastKnown, voice: Voice) -> str:
    day = local_date(last_known.reported_at, voice.timezone)
    return dated(day, local_date(voice.now, voice.timezone), voice.language)


def _price_type(price_type: PriceType, voice: Voice) -> str:
    match price_type:
        case PriceType.FARM_GATE:
            return say(voice.language, "farm gate")
        case PriceType.WHOLESALE:
            return say(voice.language, "wholesale")
        case PriceType.RETAIL:
            return say(voice.language, "shops")
