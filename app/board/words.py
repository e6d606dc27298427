"""What the board says: its labels, and how good and how old a price is, as a text says it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import assert_never

from app.board.reader import Reader
from handlers.keywords.naming import place_name, report_example
from handlers.keywords.price_notes import basis
from handlers.keywords.to_type import example_figure
from handlers.keywords.trend import moved_words
from messaging.phrases import say, say_many
from messaging.phrases.formats import capitalised, day_month, price, weekday
from prices.estimates import Confidence, Estimate
from prices.vocabulary import PlaceEntry


@cache
def labels(language: str) -> Mapping[str, str]:
    """The words of every page, by what they are for."""
    return {
        "title": say(language, "Market prices"),
        "skip": say(language, "Skip to the prices"),
        "map": say(language, "Map"),
        "phone": say(language, "Phone page"),
        "find": say(language, "Commodity or place"),
        "search": say(language, "Search"),
        "show": say(language, "Show"),
        "commodity": say(language, "Commodity"),
        "place": say(language, "Place"),
        "county": say(language, "Area"),
        "everywhere": say(language, "Everywhere"),
        "everything": say(language, "Every kind"),
        "age": say(language, "Age"),
        "no_price": say(language, "no price"),
        "price": say(language, "Price"),
        "surety": say(language, "How sure"),
        "month": say(language, "Month"),
        "day": say(language, "Day"),
        "range": say(language, "Range"),
        "demo": say(language, "DEMO"),
        "demo_note": say(language, "DEMO: made up, to show how Bei works."),
        "reported": say(language, "What people report"),
        "published": say(language, "Published prices"),
        "by_buyer": say(language, "By buyer and grade"),
        "nearby": say(language, "Prices nearby"),
        "markets": say(language, "Markets"),
        "commodities": say(language, "All commodities"),
        "table": say(language, "The same as a table (CSV)"),
        "chalkboard": say(language, "Sheet for the chalkboard"),
        "figures": say(language, "The figures of the chart"),
        "band": say(language, "The price probably lies in the band."),
        "middle": say(
            language,
            "A price is the middle of what people told; the range beside it is where it "
            "probably lies.",
        ),
        "first_page": say(language, "First page"),
        "next_page": say(language, "Next page"),
        "credits": say(
            language,
            "Prices: what people report, and {wfp}. Places: {places}.",
            wfp="WFP – World Food Programme (HDX)",
            places="GeoNames (CC BY 4.0), IEBC",
        ),
        "open_data": say(language, "For programs"),
        "unknown": say(language, "We know no such place or commodity."),
        "meant": say(language, "Did you mean one of these?"),
        "start_again": say(language, "To all prices"),
        "nothing": say(language, "There are no prices here yet."),
        "too_few": say(language, "Nobody told a price here in the last 30 days."),
        "print": say(language, "Print this page: it fits one sheet of A4."),
    }


def surety_words(language: str, label: Confidence) -> str:
    """How sure a price is, in a word or two."""
    match label:
        case Confidence.GOOD:
            return say(language, "well known")
        case Confidence.FEW:
            return say(language, "few reports")
        case Confidence.ONE:
            return say(language, "one report")
        case Confidence.OLD:
            return say(language, "old")
        case _:
            assert_never(label)


def basis_words(reader: Reader, estimate: Estimate, markets: int = 1) -> str:
    """What a price rests on: 3 markets, 6 reports, today."""
    spoke = [say_many(reader.language, "{n} market", "{n} markets", markets)] if markets > 1 else []
    return ", ".join([*spoke, *basis(reader.conversation, estimate)])


def range_words(language: str, low: Decimal, high: Decimal) -> str:
    """Where a price probably lies: 45-49; nothing where both ends are told alike."""
    first, last = price(low, language), price(high, language)
    return "" if first == last else f"{first}-{last}"


def week_words(language: str, now: Decimal, week_ago: Decimal | None) -> str:
    """How a price moved in a week, where that is known."""
    if week_ago is None:
        return ""
    return say(
        language,
        "{moved} in a week, from {price}.",
        moved=moved_words(language, now, week_ago),
        price=price(week_ago, language),
    )


def source_words(language: str, source: str) -> str:
    """Where a published price comes from: WFP, monthly."""
    return say(language, "{source}, monthly", source=source)


def place_words(reader: Reader, place: PlaceEntry) -> str:
    """A place; a county is called one."""
    return place_name(reader.conversation, place)


def full_day(day: date, language: str) -> str:
    """A day as it stands on a board: Thursday 26 Nov 2026."""
    return f"{capitalised(weekday(day.weekday(), language))} {day_month(day, language)} {day.year}"


def how_to_tell(reader: Reader) -> str:
    """What to type to tell any price, and where to."""
    language, country = reader.language, reader.country.id
    name = reader.vocabulary.commodity_name(reader.menu.commodities(country)[0], language).upper()
    if reader.number is None:
        return say(
            language,
            "To tell us your price, text {commodity}, your place and the price.",
            commodity=name,
        )
    return say(
        language,
        "To tell us your price, text {commodity}, your place and the price to {number}.",
        commodity=name,
        number=reader.number,
    )


def call_to_report(
    reader: Reader, commodity: str, place: PlaceEntry, told: Decimal | None = None
) -> str:
    """What to type to tell a price there, and where to."""
    figure = None if told is None else example_figure(told)
    example = report_example(reader.conversation, commodity, place, figure)
    if reader.number is None:
        return say(reader.language, "Sold or bought there? Text {example}", example=example)
    return say(
        reader.language,
        "Sold or bought there? Text {example} to {number}",
        example=example,
        number=reader.number,
    )
