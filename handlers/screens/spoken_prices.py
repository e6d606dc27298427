"""A price in whole sentences: the figure, then how good it is; honestly when there is none."""

from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from handlers.screens.caller import Caller
from handlers.screens.frames import PriceView
from messaging.phrases import say
from messaging.phrases.aloud import (
    age_aloud,
    distance_aloud,
    money_aloud,
    read_aloud,
    reports_aloud,
)
from messaging.phrases.formats import as_told, capitalised, local_date, month_year
from messaging.phrases.numbers import day_in_words, in_words
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.estimates import Estimate
from prices.kinds import PriceType


def price_aloud(frame: PriceView, caller: Caller) -> list[str]:
    """What was asked, and the answer."""
    commodity, place = commodity_name(frame.commodity, caller), place_name(frame.place_id, caller)
    asked = say(caller.language, "{commodity} at {place}.", commodity=commodity, place=place)
    return [asked, *_answer(caller.facts.price(frame.commodity, frame.place_id), caller)]


def commodity_name(code: str, caller: Caller) -> str:
    """A commodity by its whole name."""
    name = caller.vocabulary.commodity_name(code, caller.language)
    return capitalised(read_aloud(name, caller.language, this_year=today(caller).year))


def place_name(place_id: int, caller: Caller) -> str:
    """A place by its whole name."""
    name = caller.vocabulary.places[place_id].name
    return read_aloud(name, caller.language, this_year=today(caller).year)


def today(caller: Caller) -> date:
    """The caller's own day."""
    return local_date(caller.now, caller.vocabulary.country.timezone)


def _answer(answer: PriceAnswer, caller: Caller) -> list[str]:
    match answer:
        case OwnPrice():
            return _reported(answer, caller, markets=answer.markets)
        case NearestPrice():
            return [
                _nothing_there(answer.last_known, answer.currency, caller),
                _nearest(answer, caller),
                *_reported(answer, caller),
            ]
        case Published():
            return [
                _nothing_there(answer.last_known, answer.currency, caller),
                *_published(answer, caller),
            ]
        case NoPrice():
            return [_nothing_there(answer.last_known, answer.currency, caller)]
        case _:
            assert_never(answer)


def _reported(answer: OwnPrice | NearestPrice, caller: Caller, *, markets: int = 1) -> list[str]:
    language, estimate = caller.language, answer.estimate
    price = money_aloud(estimate.price, answer.currency, language)
    low, high = (_figure(value, caller) for value in (estimate.low, estimate.high))
    if estimate.reports > 1 and low != high:
        price = say(
            language, "{price}, mostly between {low} and {high}", price=price, low=low, high=high
        )
    demo = [f"{say(language, 'Demo data, not real')}."] if estimate.is_demo else []
    return [
        *demo,
        _of_type(answer.price_type, answer.commodity, price, caller),
        basis_aloud(estimate, markets, caller),
    ]


def _published(answer: Published, caller: Caller) -> list[str]:
    language = caller.language
    said = []
    if answer.place.id != answer.asked_place.id:
        said.append(_nearest(answer, caller))
    if answer.commodity != answer.asked_commodity:
        instead = commodity_name(answer.commodity, caller)
        said.append(say(language, "This is the price of {commodity}.", commodity=instead))
    price = money_aloud(answer.price, answer.currency, language)
    this_year = today(caller).year
    month = month_year(answer.priced_on, language, this_year=this_year)
    source = say(
        language,
        "It was published by {source} for {month}.",
        source=answer.source,
        month=read_aloud(month, language, this_year=this_year),
    )
    return [*said, _of_type(answer.price_type, answer.commodity, price, caller), source]


def _nearest(answer: NearestPrice | Published, caller: Caller) -> str:
    return say(
        caller.language,
        "The nearest price is from {place}, {distance} away.",
        place=place_name(answer.place.id, caller),
        distance=distance_aloud(answer.distance_km, caller.language),
    )


def _nothing_there(last_known: LastKnown | None, currency: str, caller: Caller) -> str:
    if last_known is None:
        return say(caller.language, "Nobody there has told a price yet.")
    return say(
        caller.language,
        "Nobody there has told a price since {day}. Then it was {price}.",
        day=_day(last_known.reported_at, caller),
        price=money_aloud(last_known.price, currency, caller.language),
    )


def _of_type(price_type: PriceType, commodity: str, price: str, caller: Caller) -> str:
    return of_type_aloud(price_type, unit_name(commodity, None, caller), price, caller)


def unit_name(commodity: str, unit: str | None, caller: Caller) -> str:
    """A unit in which it is priced; None: its base unit."""
    code = unit or caller.vocabulary.commodities[commodity].base_unit
    name = caller.vocabulary.unit_name(code, caller.language)
    return read_aloud(name, caller.language, this_year=today(caller).year)


def of_type_aloud(price_type: PriceType, unit: str, price: str, caller: Caller) -> str:
    """A price and where it is paid: At the farm one litre sells for forty-seven shillings."""
    language = caller.language
    match price_type:
        case PriceType.FARM_GATE:
            return say(
                language, "At the farm one {unit} sells for {price}.", unit=unit, price=price
            )
        case PriceType.WHOLESALE:
            return say(language, "In wholesale one {unit} costs {price}.", unit=unit, price=price)
        case PriceType.RETAIL:
            return say(language, "In the shops one {unit} costs {price}.", unit=unit, price=price)


def basis_aloud(estimate: Estimate, markets: int, caller: Caller) -> str:
    """What a price rests on: Six reports, the newest from today."""
    age = _age(estimate.newest_at, caller)
    return reports_aloud(estimate.reports, markets, age, caller.language)


def _age(moment: datetime, caller: Caller) -> str:
    day = local_date(moment, caller.vocabulary.country.timezone)
    return age_aloud(day, today(caller), caller.language)


def _day(moment: datetime, caller: Caller) -> str:
    day = local_date(moment, caller.vocabulary.country.timezone)
    return day_in_words(day, caller.language, this_year=today(caller).year)


def _figure(value: Decimal, caller: Caller) -> str:
    return in_words(as_told(value), caller.language)
