"""How one price is said on the radio: every figure in words, its place, how good it is (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from messaging.phrases import say
from messaging.phrases.aloud import (
    age_aloud,
    distance_aloud,
    money_aloud,
    read_aloud,
    reports_aloud,
)
from messaging.phrases.formats import as_told, capitalised, local_date, month_year, weekday
from messaging.phrases.numbers import day_in_words
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, Published
from prices.estimates import Confidence, Estimate
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.radio_prices import Heard


@dataclass(frozen=True)
class RadioVoice:
    """In which language a script speaks, with whose names, by whose calendar."""

    language: str
    vocabulary: Vocabulary
    now: datetime

    @property
    def today(self) -> date:
        """This day, by the country's own calendar."""
        return local_date(self.now, self.vocabulary.country.timezone)

    def day(self) -> str:
        """This day: Monday the twenty-third of November."""
        name = weekday(self.today.weekday(), self.language)
        return f"{name} {self.date(self.today)}"

    def date(self, day: date) -> str:
        """A day in words, with its year where that is not this one."""
        return day_in_words(day, self.language, this_year=self.today.year)

    def commodity(self, code: str) -> str:
        """A commodity by its whole name, as it begins a sentence."""
        return capitalised(self.aloud(self.vocabulary.commodity_name(code, self.language)))

    def place(self, place: PlaceEntry) -> str:
        """A place; a county is called one, so that nobody takes it for its town."""
        if place.kind is not PlaceKind.ADMIN1:
            return self.aloud(place.name)
        county = say(self.language, self.vocabulary.country.admin1_word)
        named = say(self.language, "{place} {county}", place=place.name, county=county)
        return self.aloud(named)

    def unit(self, commodity: str) -> str:
        """What a price of it is for: litre, kilogram."""
        code = self.vocabulary.commodities[commodity].base_unit
        return self.aloud(self.vocabulary.unit_name(code, self.language))

    def aloud(self, text: str) -> str:
        """Words as they can be heard."""
        return read_aloud(text, self.language, this_year=self.today.year)


def sentences_of(heard: Heard, voice: RadioVoice, *, brief: bool) -> list[str]:
    """What is told of one price; `brief` leaves out how it moved."""
    answer = heard.answer
    match answer:
        case OwnPrice():
            where = _where(answer.place, heard.distance_km, voice)
            change = "" if brief else _change(answer, heard.week_ago, voice)
            price = _price(answer, answer.estimate.price, where, voice)
            basis = _basis(answer.estimate, answer.markets, voice)
            return [capitalised(part) for part in (price, change, basis) if part]
        case NearestPrice():
            where = _where(answer.place, answer.distance_km, voice)
            return [
                _nobody_lately(answer.asked_place, voice),
                capitalised(_price(answer, answer.estimate.price, where, voice)),
                _basis(answer.estimate, 1, voice),
            ]
        case Published():
            return list(_published(answer, voice))
        case NoPrice():
            return [_no_price(answer, voice)]
        case _:
            assert_never(answer)


def _price(
    answer: OwnPrice | NearestPrice | Published, value: Decimal, where: str, voice: RadioVoice
) -> str:
    """The figure with its step of the trade: In Nakuru a farmer gets forty-seven shillings."""
    language = voice.language
    said = {
        "place": where,
        "unit": voice.unit(answer.commodity),
        "price": money_aloud(value, answer.currency, language),
    }
    match answer.price_type:
        case PriceType.FARM_GATE:
            return say(language, "In {place} a farmer gets {price} for one {unit}.", **said)
        case PriceType.WHOLESALE:
            return say(language, "In {place} one {unit} costs {price} in wholesale.", **said)
        case PriceType.RETAIL:
            return say(language, "In {place} one {unit} costs {price} in the shops.", **said)


def _where(place: PlaceEntry, distance_km: float | None, voice: RadioVoice) -> str:
    """A place, and how far it is where it is not the listeners' own."""
    if not distance_km:
        return voice.place(place)
    return say(
        voice.language,
        "{place}, {distance} away,",
        place=voice.place(place),
        distance=distance_aloud(distance_km, voice.language),
    )


def _change(answer: OwnPrice, week_ago: Decimal | None, voice: RadioVoice) -> str:
    """How the price moved in a week, as the two figures would be told."""
    if week_ago is None:
        return ""
    language = voice.language
    change = as_told(answer.estimate.price) - as_told(week_ago)
    if change == 0:
        return say(language, "That is the same as a week ago.")
    money = money_aloud(abs(change), answer.currency, language)
    if change > 0:
        return say(language, "That is {money} more than a week ago.", money=money)
    return say(language, "That is {money} less than a week ago.", money=money)


def _basis(estimate: Estimate, markets: int, voice: RadioVoice) -> str:
    """What a price rests on: Six reports, the newest from today. One that is old is called so."""
    language = voice.language
    age = _age(estimate.newest_at, voice)
    if estimate.confidence is Confidence.OLD:
        return say(
            language, "That is an old price, from {age}: nobody has told a new one.", age=age
        )
    return reports_aloud(estimate.reports, markets, age, language)


def _published(answer: Published, voice: RadioVoice) -> Iterator[str]:
    """A published month, named as such: a month's average is no price of today."""
    language = voice.language
    yield _nobody_lately(answer.asked_place, voice)
    if answer.commodity != answer.asked_commodity:
        instead = voice.aloud(voice.vocabulary.commodity_name(answer.commodity, language))
        yield say(language, "This is the price of {commodity}.", commodity=instead)
    where = _where(answer.place, answer.distance_km, voice)
    yield capitalised(_price(answer, answer.price, where, voice))
    month = month_year(answer.priced_on, language, this_year=voice.today.year)
    yield say(
        language,
        "It was published by {source} for {month}.",
        source=answer.source,
        month=voice.aloud(month),
    )


def _nobody_lately(place: PlaceEntry, voice: RadioVoice) -> str:
    return say(
        voice.language, "Nobody in {place} has told a price lately.", place=voice.place(place)
    )


def _no_price(answer: NoPrice, voice: RadioVoice) -> str:
    place = voice.place(answer.place)
    if answer.last_known is None:
        return say(voice.language, "Nobody in {place} has told a price yet.", place=place)
    return _not_since(answer.last_known, place, answer.currency, voice)


def _not_since(last_known: LastKnown, place: str, currency: str, voice: RadioVoice) -> str:
    day = local_date(last_known.reported_at, voice.vocabulary.country.timezone)
    return say(
        voice.language,
        "Nobody in {place} has told a price since {day}. Then it was {price}.",
        place=place,
        day=voice.date(day),
        price=money_aloud(last_known.price, currency, voice.language),
    )


def _age(moment: datetime, voice: RadioVoice) -> str:
    day = local_date(moment, voice.vocabulary.country.timezone)
    return age_aloud(day, voice.today, voice.language)
