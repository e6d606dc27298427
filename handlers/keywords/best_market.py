"""Somebody asks where it sells best."""

from collections.abc import Sequence

from handlers.asking import Question, ask
from handlers.commands import BestMarket
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import (
    best_market_example,
    commodity_name,
    place_name,
    price_type_words,
    report_example,
)
from handlers.keywords.price_notes import basis, demo_mark, distance, price_per_unit
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases import say
from messaging.phrases.formats import price
from prices.best_markets import best_markets
from prices.nearby import MarketPrice, is_nearest_best
from prices.queries import NEAR_KM

MOST_MARKETS = 3
BEST_MARKET = Verb(best_market_example, BestMarket)


def tell_best_market(conversation: Conversation, command: BestMarket) -> str:
    """The markets within reach that pay most, with how far each is and how good its price is."""
    subject = settle(conversation, command.item, BEST_MARKET)
    if isinstance(subject, Question):
        return ask(conversation, subject)
    ranked = best_markets(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=subject.item.price_type,
        now=conversation.now,
    )
    if not ranked:
        return _nothing_near(conversation, subject)
    return fit(lambda longest: _parts(conversation, subject, ranked, longest))


def _parts(
    conversation: Conversation, subject: Subject, ranked: Sequence[MarketPrice], longest: int
) -> list[Part]:
    """The best market stays whatever room lacks; of the others the last goes first."""
    language, shown = conversation.language, ranked[:MOST_MARKETS]
    own_type = conversation.vocabulary.commodities[subject.commodity].price_type
    head = say(
        language,
        "{commodity} near {place}, {price_type}, before transport:",
        commodity=commodity_name(conversation, subject.commodity, longest).upper(),
        place=place_name(conversation, subject.place, longest),
        price_type=price_type_words(language, subject.item.price_type or own_type),
    )
    nearest = say(language, "The nearest is best.") if is_nearest_best(ranked) else ""
    return [
        demo_mark(conversation, any(market.estimate.is_demo for market in shown)),
        Part(head),
        *(
            Part(_market(conversation, subject, market, longest, is_first=not number), rank=number)
            for number, market in enumerate(shown)
        ),
        Part(nearest, rank=1),
    ]


def _market(
    conversation: Conversation,
    subject: Subject,
    market: MarketPrice,
    longest: int,
    *,
    is_first: bool,
) -> str:
    """One market with its price: the first in full, Molo KES 50/L (12 km, 4 reports, today)."""
    vocabulary, language = conversation.vocabulary, conversation.language
    figure = price(market.estimate.price, language)
    if is_first:
        unit = vocabulary.commodities[subject.commodity].base_unit
        figure = price_per_unit(conversation, figure, vocabulary.country.currency, unit)
    away = [distance(conversation, market.distance_km)] if market.distance_km else []
    return say(
        language,
        "{place} {price} ({notes}).",
        place=place_name(conversation, market.place, longest),
        price=figure,
        notes=", ".join([*away, *basis(conversation, market.estimate)]),
    )


def _nothing_near(conversation: Conversation, subject: Subject) -> str:
    language, vocabulary = conversation.language, conversation.vocabulary
    own_type = vocabulary.commodities[subject.commodity].price_type
    is_usual = subject.item.price_type in {None, own_type}
    can_report = subject.place.kind.is_trading_place and is_usual
    example = report_example(conversation, subject.commodity, subject.place)
    call = say(language, "Sold or bought there? Reply {example}", example=example)
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "Nobody told a {commodity} price within {km} km of {place} this week.",
                    commodity=commodity_name(conversation, subject.commodity, longest),
                    km=round(NEAR_KM),
                    place=place_name(conversation, subject.place, longest),
                )
            ),
            Part(call if can_report else "", rank=1),
        ]
    )
