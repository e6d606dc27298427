"""Up or down: the price now, what it was, what is usual; honestly where nobody can tell."""

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from handlers.commands import Item, Trend
from handlers.keywords.fitting import clip
from handlers.keywords.plain_words import distance_words
from handlers.keywords.season_words import change, price_now, standing_sentence
from handlers.screens.beside import (
    commodity_within,
    demo_mark,
    keys,
    nothing_known,
    press_beside,
)
from handlers.screens.caller import Caller
from handlers.screens.filling import NEEDED, Row, filled
from handlers.screens.frames import Purpose, TrendView
from handlers.screens.moves import Move
from handlers.screens.prices import basis, of_type, published, spread, title
from handlers.screens.screen import NAME_WIDTHS, Line, Screen, fit
from messaging.phrases import say, say_many
from messaging.phrases.formats import month_name, price
from prices.answers import Published
from prices.comparisons import OwnTrend, PublishedTrend, Usual

# What is told first, the lowest before the others. By how much a price moved can be reckoned from
# the figures: so these come before it.
LATEST, EARLIER, CHANGE, OTHER_STEP, NOTES, RANGE, SIDES, STANDING, DEMO = 0, 1, 3, 4, 5, 6, 7, 8, 9


def show(frame: TrendView, caller: Caller, notice: str) -> Screen:
    """The price now, and all there is to hold it against."""
    trend = caller.facts.trend(frame.commodity, frame.place_id)
    if trend is None:
        return Screen(fit(lambda width: _unknown(frame, caller, notice, width)))
    earlier, beside = _earlier(caller.language, trend), _beside(caller.language, trend)

    def compose(width: int) -> list[Row]:
        return [
            [Line(notice, NEEDED)],
            [title(frame, caller, width)],
            *([line] for line in _now(caller, trend, width)),
            *earlier,
            *([line] for line in _usual(caller, trend, width, is_alone=not earlier)),
            *([line] for line in beside),
            *keys(caller),
        ]

    return Screen(filled(compose))


def press(frame: TrendView, token: str, caller: Caller) -> Move:
    """To the price there, to keep it as a text, or to the price at another place."""
    command = Trend(Item(commodity=frame.commodity, place_id=frame.place_id))
    return press_beside(frame, token, caller, as_text=command, elsewhere=Purpose.PRICES)


def _now(caller: Caller, trend: OwnTrend | PublishedTrend, width: int) -> list[Line]:
    """Farm gate KES 47 (45-49); 6 reports, today."""
    if isinstance(trend, PublishedTrend):
        return _published(caller, trend.now, width)
    language, now, estimate = caller.language, trend.now, trend.now.estimate
    money = caller.money(now.currency, estimate.price)
    with_range = of_type(language, now.price_type, money + spread(estimate, language))
    return [
        Line(with_range, RANGE, short=of_type(language, now.price_type, money)),
        Line(basis(estimate, now.markets, caller), NOTES, short=basis(estimate, 1, caller)),
        demo_mark(language, DEMO, is_demo=estimate.is_demo),
    ]


def _published(caller: Caller, now: Published, width: int) -> list[Line]:
    """Shops KES 75; in October (WFP), in brief Oct 2026 (WFP)."""
    *told, month = published(now, caller, width)
    short_month = month_name(now.priced_on, caller.language, is_short=True)
    brief = f"{short_month} {now.priced_on.year} ({clip(now.source, NAME_WIDTHS[-1])})"
    return [*told, Line(month.text, NOTES, short=brief)]


def _earlier(language: str, trend: OwnTrend | PublishedTrend) -> list[Row]:
    """Last week 45, up 2; as far as anybody told what it was."""
    now = price_now(trend)
    rows: list[Row] = []
    for before, told in _moments(language, trend):
        if before:
            moved = Line(_moved(language, now, before), CHANGE)
            rows.append([Line(told, EARLIER if rows else LATEST), moved])
    return rows


def _moments(
    language: str, trend: OwnTrend | PublishedTrend
) -> Iterator[tuple[Decimal | None, str]]:
    def figure(before: Decimal | None) -> str:
        return price(before, language) if before else ""

    match trend:
        case OwnTrend(week_ago=week, month_ago=month):
            yield week, say(language, "Last week {price}", price=figure(week))
            yield month, say(language, "Last month {price}", price=figure(month))
        case PublishedTrend(month_before=month, year_before=year):
            yield month, say(language, "Month before {price}", price=figure(month))
            yield year, say(language, "Year before {price}", price=figure(year))
        case _:
            assert_never(trend)


def _moved(language: str, now: Decimal, before: Decimal) -> str:
    moved = change(now, before)
    if not moved:
        return say(language, "no change")
    figure = price(abs(moved), language)
    if moved > 0:
        return say(language, "up {change}", change=figure)
    return say(language, "down {change}", change=figure)


def _usual(
    caller: Caller, trend: OwnTrend | PublishedTrend, width: int, *, is_alone: bool
) -> list[Line]:
    """Usual Nov 44 (4 years); Above usual."""
    language, usual, asked = caller.language, trend.usual, trend.now.place.id
    if usual is None and is_alone:
        return [Line(say(language, "No earlier price to compare."))]
    if usual is None:
        return [Line(say(language, "Usual price not known"), STANDING)]
    month = month_name(usual.month, language, is_short=True)
    figure = price(usual.norm.price, language)
    told = say(language, "Usual {month} {price}", month=month, price=figure)
    place = "" if usual.place.id == asked else caller.place(usual.place.id, width)
    return [
        Line(
            f"{told} ({_rests_on(language, usual, place)})",
            NOTES,
            short=f"{told} ({place})" if place else told,
        ),
        Line(standing_sentence(language, price_now(trend), usual, asked), STANDING),
    ]


def _rests_on(language: str, usual: Usual, place: str) -> str:
    """Where it comes from, unless that is the place asked about, and how much of it there is."""
    norm = usual.norm
    notes = [place, distance_words(language, usual.distance_km) if usual.distance_km else ""]
    if not usual.place.kind.is_trading_place:
        notes.append(say_many(language, "{n} market", "{n} markets", usual.markets))
    if norm.years is None:
        notes.append(say_many(language, "{n} month", "{n} months", norm.months))
    else:
        notes.append(say_many(language, "{n} year", "{n} years", norm.years))
    return ", ".join(filter(None, notes))


def _beside(language: str, trend: OwnTrend | PublishedTrend) -> list[Line]:
    """What it costs at another step of the trade, and what sellers and buyers say."""
    lines = []
    if (other := trend.other_step) is not None:
        told = of_type(language, other.price_type, price(other.price, language))
        lines.append(Line(told, OTHER_STEP))
    if isinstance(trend, OwnTrend) and trend.sides is not None:
        told = say(
            language,
            "Sellers {sellers}, buyers {buyers}",
            sellers=price(trend.sides.sellers, language),
            buyers=price(trend.sides.buyers, language),
        )
        lines.append(Line(told, SIDES))
    return lines


def _unknown(frame: TrendView, caller: Caller, notice: str, width: int) -> list[Line]:
    sentence = say(
        caller.language,
        "We cannot tell how {commodity} prices move in {place}: too few reports.",
        commodity=commodity_within(caller, frame.commodity, width),
        place=caller.place(frame.place_id, width),
    )
    return nothing_known(frame, caller, notice, sentence)
