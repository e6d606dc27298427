"""What it costs there: the price, how good it is, and honestly when there is none."""

from typing import assert_never

from handlers.commands import Item, PriceQuery
from handlers.keywords.fitting import clip
from handlers.keywords.plain_words import buyer_words
from handlers.screens.caller import Caller
from handlers.screens.entrances import to_places
from handlers.screens.frames import Amount, BestMarkets, PriceView, Purpose, TrendView
from handlers.screens.moves import Again, Forward, Move, Text
from handlers.screens.screen import OTHER, Line, Screen, back_and_home, fit, key
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, capitalised, dated, local_date, month_year, price
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.estimates import Estimate
from prices.kinds import PriceType

WHERE, BY_TEXT, REPORT, TREND = "1", "2", "3", "4"


def show(frame: PriceView, caller: Caller, notice: str) -> Screen:
    """The answer under the name of what was asked."""
    answer = caller.facts.price(frame.commodity, frame.place_id)
    return Screen(
        fit(
            lambda width: [
                Line(notice, rank=1),
                title(frame, caller, width),
                *_answer(answer, caller, width),
                *_keys(frame, caller),
                Line(back_and_home(caller.language)),
            ]
        )
    )


def press(frame: PriceView, token: str, caller: Caller) -> Move:
    """To sell it, to keep it as a text, to tell one's own price, or to see it elsewhere."""
    match token:
        case "1":
            return Forward(BestMarkets(frame.commodity, frame.place_id))
        case "2":
            item = Item(commodity=frame.commodity, place_id=frame.place_id)
            return Text(PriceQuery((item,)))
        case "3" if caller.is_trading_place(frame.place_id):
            return Forward(Amount(frame.commodity, frame.place_id))
        case "4":
            return Forward(TrendView(frame.commodity, frame.place_id))
        case "8":
            return to_places(caller, Purpose.PRICES, frame.commodity)
        case _:
            return Again(say(caller.language, "Not on the list. Press a number:"))


def _keys(frame: PriceView, caller: Caller) -> list[Line]:
    """What can be done with it; a key that found no room does what it always does."""
    language = caller.language
    where = key(WHERE, say(language, "Where to sell"))
    by_text = key(BY_TEXT, say(language, "SMS me"))
    trend = key(TREND, say(language, "Trend"))
    other = key(OTHER, say(language, "Other place"))
    report = ""
    if caller.is_trading_place(frame.place_id):
        report = key(REPORT, say(language, "Report a price"))
    return [
        Line(f"{where} {by_text}", rank=5, short=where, short_rank=3),
        Line(report, rank=7),
        Line(f"{trend} {other}", rank=9, short=other, short_rank=8),
    ]


def title(frame: PriceView | TrendView, caller: Caller, width: int) -> Line:
    """What a screen about one price is about."""
    return Line(
        say(
            caller.language,
            "{commodity}, {place}, 1 {unit}",
            commodity=caller.commodity(frame.commodity, width),
            place=caller.place(frame.place_id, width),
            unit=caller.base_unit(frame.commodity),
        )
    )


def _answer(answer: PriceAnswer, caller: Caller, width: int) -> list[Line]:
    match answer:
        case OwnPrice():
            told = _reported(answer, caller, markets=answer.markets)
            return [*told, *_beside(answer, caller)]
        case NearestPrice():
            place = caller.place(answer.place.id, width)
            near = say(caller.language, "Nearest: {place}, {km} km", place=place, km=_km(answer))
            silence = _nothing_there(answer.last_known, caller)
            return [silence, Line(near), *_reported(answer, caller)]
        case Published():
            silence = _nothing_there(answer.last_known, caller)
            return [silence, *published(answer, caller, width)]
        case NoPrice():
            return [_nothing_there(answer.last_known, caller, must_stay=True)]
        case _:
            assert_never(answer)


def _reported(answer: OwnPrice | NearestPrice, caller: Caller, *, markets: int = 1) -> list[Line]:
    language, estimate = caller.language, answer.estimate
    money = caller.money(answer.currency, estimate.price)
    return [
        Line(
            of_type(language, answer.price_type, money + spread(estimate, language)),
            rank=4,
            short=of_type(language, answer.price_type, money),
        ),
        Line(basis(estimate, markets, caller)),
        Line(say(language, "Demo data, not real") if estimate.is_demo else ""),
    ]


def _beside(answer: OwnPrice, caller: Caller) -> list[Line]:
    """What each kind of buyer pays there, and what shops take; made-up prices never beside true."""
    language, is_demo = caller.language, answer.estimate.is_demo
    told = [
        one
        for one in caller.facts.beside(answer.commodity, answer.place.id)
        if one.estimate.is_demo == is_demo and not one.cell.grade
    ]
    buyers = [
        " ".join(
            [
                capitalised(buyer_words(language, one.cell.buyer)),
                price(one.estimate.price, language),
            ]
        )
        for one in told
        if one.cell.buyer is not None and one.cell.price_type is answer.price_type
    ]
    shops = [
        of_type(language, PriceType.RETAIL, price(one.estimate.price, language))
        for one in told
        if one.cell.is_whole and one.cell.price_type is PriceType.RETAIL is not answer.price_type
    ]
    return [Line(" ".join(buyers), rank=6), *(Line(shop, rank=6) for shop in shops)]


def published(answer: Published, caller: Caller, width: int) -> list[Line]:
    """A published price, what and where it is of where that was not asked, and of when."""
    language = caller.language
    money = caller.money(answer.currency, answer.price)
    today = local_date(caller.now, caller.vocabulary.country.timezone)
    return [
        Line(_source_place(answer, caller, width)),
        Line(of_type(language, answer.price_type, money)),
        Line(
            say(
                language,
                "in {month} ({source})",
                month=month_year(answer.priced_on, language, this_year=today.year),
                source=clip(answer.source, 12),
            )
        ),
    ]


def _source_place(answer: Published, caller: Caller, width: int) -> str:
    """Which thing at which place, as far as it is another than what was asked."""
    other = answer.commodity != answer.asked_commodity
    name = caller.commodity(answer.commodity, width) if other else ""
    if answer.place.id == answer.asked_place.id:
        return name
    km = say(
        caller.language,
        "{place}, {km} km",
        place=caller.place(answer.place.id, width),
        km=_km(answer),
    )
    return f"{name}, {km}" if name else km


def _nothing_there(
    last_known: LastKnown | None, caller: Caller, *, must_stay: bool = False
) -> Line:
    """That nobody reports there; a price from elsewhere says as much where room lacks."""
    language = caller.language
    rank = 0 if must_stay else 2
    if last_known is None:
        return Line(say(language, "No reports there yet."), rank)
    timezone = caller.vocabulary.country.timezone
    day, today = local_date(last_known.reported_at, timezone), local_date(caller.now, timezone)
    since = say(
        language,
        "No reports there since {date} (then {price}).",
        date=dated(day, today, language),
        price=price(last_known.price, language),
    )
    return Line(since, rank)


def basis(estimate: Estimate, markets: int, caller: Caller) -> str:
    """What a price rests on: 6 reports, today."""
    language = caller.language
    count = say_many(language, "{n} report", "{n} reports", estimate.reports)
    age = age_words(estimate.newest_at, caller.now, caller.vocabulary.country.timezone, language)
    if markets > 1:
        places = say_many(language, "{n} market", "{n} markets", markets)
        return f"{count}, {places}, {age}"
    return f"{count}, {age}"


def spread(estimate: Estimate, language: str) -> str:
    """The range behind the price; a single report has none worth its room."""
    low, high = price(estimate.low, language), price(estimate.high, language)
    return "" if estimate.reports == 1 or low == high else f" ({low}-{high})"


def _km(answer: NearestPrice | Published) -> str:
    return str(max(1, round(answer.distance_km)))


def of_type(language: str, price_type: PriceType, money: str) -> str:
    """A price and the step of the trade at which it is paid: Farm gate KES 47."""
    match price_type:
        case PriceType.FARM_GATE:
            return say(language, "Farm gate {price}", price=money)
        case PriceType.WHOLESALE:
            return say(language, "Wholesale {price}", price=money)
        case PriceType.RETAIL:
            return say(language, "Shops {price}", price=money)
