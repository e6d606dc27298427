"""One answer of the price store in sentences: the price first, then how good it is, then more."""

from decimal import Decimal
from typing import assert_never

from handlers.conversation import Conversation
from handlers.keywords.fitting import Part
from handlers.keywords.naming import commodity_name, place_name, report_example
from handlers.keywords.plain_words import price_type_words
from handlers.keywords.price_notes import (
    basis,
    demo_mark,
    distance,
    last_day,
    market_count,
    money,
    month,
    spread,
)
from handlers.keywords.to_type import example_figure
from handlers.keywords.usual_parts import usual_briefly
from messaging.phrases import say
from messaging.phrases.formats import price
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.comparisons import Usual
from prices.vocabulary import PlaceEntry

# What goes first where room lacks: the season, the call to report, what is said beside the price.
BESIDE, CALL, SEASON = 1, 2, 3


def answer_parts(conversation: Conversation, answer: PriceAnswer, longest: int) -> list[Part]:
    """An answer's sentences; those of rank 0 are the answer. Names have up to `longest` letters."""
    match answer:
        case OwnPrice():
            return _own(conversation, answer, longest)
        case NearestPrice():
            return _nearest(conversation, answer, longest)
        case Published():
            return _published(conversation, answer, longest)
        case NoPrice():
            return _none(conversation, answer, longest)
        case _:
            assert_never(answer)


def shop_part(
    conversation: Conversation, answer: OwnPrice | Published | None, *, is_marked_demo: bool
) -> Part:
    """What shops at the same place take, said beside another price; empty where nobody knows."""
    language = conversation.language
    match answer:
        case OwnPrice() if is_marked_demo or not answer.estimate.is_demo:
            shops = price(answer.estimate.price, language)
            return Part(say(language, "Shops {price}.", price=shops), BESIDE)
        case Published():
            notes = month(conversation, answer.priced_on)
            if answer.commodity != answer.asked_commodity:
                notes = f"{commodity_name(conversation, answer.commodity)}, {notes}"
            shops = price(answer.price, language)
            return Part(say(language, "Shops {price} ({notes}).", price=shops, notes=notes), BESIDE)
        case _:
            return Part("")


def usual_part(
    conversation: Conversation, answer: PriceAnswer, usual: Usual | None, longest: int
) -> Part:
    """What it usually costs there in that month, where that is known."""
    if usual is None:
        return Part("")
    return Part(usual_briefly(conversation, usual, answer.place.id, longest), SEASON)


def _own(conversation: Conversation, answer: OwnPrice, longest: int) -> list[Part]:
    language = conversation.language
    rests_on = [*market_count(conversation, answer), *basis(conversation, answer.estimate)]
    told = say(
        language,
        "{commodity} {place} {price_type} {price}, {basis}.",
        commodity=commodity_name(conversation, answer.commodity, longest).upper(),
        place=place_name(conversation, answer.place, longest),
        price_type=price_type_words(language, answer.price_type),
        price=money(conversation, answer, answer.estimate.price) + spread(conversation, answer),
        basis=", ".join(rests_on),
    )
    return [
        demo_mark(conversation, answer.estimate.is_demo),
        Part(told),
        _call(conversation, answer, answer.place, answer.estimate.price),
    ]


def _nearest(conversation: Conversation, answer: NearestPrice, longest: int) -> list[Part]:
    language = conversation.language
    notes = [*basis(conversation, answer.estimate), distance(conversation, answer.distance_km)]
    told = say(
        language,
        "Nearest: {place} {price_type} {price} ({notes}).",
        place=place_name(conversation, answer.place, longest),
        price_type=price_type_words(language, answer.price_type),
        price=money(conversation, answer, answer.estimate.price),
        notes=", ".join(notes),
    )
    nothing = _nothing_at(conversation, answer, answer.asked_place, longest)
    return [
        demo_mark(conversation, answer.estimate.is_demo),
        Part(nothing),
        Part(told),
        _call(conversation, answer, answer.asked_place),
    ]


def _published(conversation: Conversation, answer: Published, longest: int) -> list[Part]:
    if answer.place == answer.asked_place:
        return _published_there(conversation, answer, longest)
    language = conversation.language
    notes = [say(language, "{source}, monthly", source=answer.source)]
    if answer.distance_km > 0:  # else it lies within the place asked about
        notes.append(distance(conversation, answer.distance_km))
    told = say(
        language,
        "Nearest published: {commodity} {place} {price_type} {price} in {month} ({notes}).",
        commodity=commodity_name(conversation, answer.commodity, longest),
        place=place_name(conversation, answer.place, longest),
        price_type=price_type_words(language, answer.price_type),
        price=money(conversation, answer, answer.price),
        month=month(conversation, answer.priced_on),
        notes=", ".join(notes),
    )
    nothing = _nothing_at(conversation, answer, answer.asked_place, longest)
    return [Part(nothing), Part(told), _call(conversation, answer, answer.asked_place)]


def _published_there(conversation: Conversation, answer: Published, longest: int) -> list[Part]:
    language = conversation.language
    told = say(
        language,
        "{commodity} {place} {price_type} {price} in {month} ({source}, monthly).",
        commodity=commodity_name(conversation, answer.commodity, longest).upper(),
        place=place_name(conversation, answer.place, longest),
        price_type=price_type_words(language, answer.price_type),
        price=money(conversation, answer, answer.price),
        month=month(conversation, answer.priced_on),
        source=answer.source,
    )
    return [
        Part(told),
        Part(_people_said(conversation, answer.last_known), BESIDE),
        _call(conversation, answer, answer.place),
    ]


def _none(conversation: Conversation, answer: NoPrice, longest: int) -> list[Part]:
    nothing = _nothing_at(conversation, answer, answer.place, longest)
    return [Part(nothing), _call(conversation, answer, answer.place)]


def _nothing_at(
    conversation: Conversation,
    answer: NearestPrice | Published | NoPrice,
    place: PlaceEntry,
    longest: int,
) -> str:
    """No price there: since when, or never; a type of price that had to be asked for is named."""
    language, last_known = conversation.language, answer.last_known
    asked = answer.asked_commodity if isinstance(answer, Published) else answer.commodity
    commodity = commodity_name(conversation, asked, longest)
    if not isinstance(answer, Published) and not _is_usual_type(conversation, answer):
        commodity = f"{commodity} ({price_type_words(language, answer.price_type)})"
    names = {"commodity": commodity, "place": place_name(conversation, place, longest)}
    if last_known is None:
        return say(language, "No {commodity} price for {place} yet.", **names)
    return say(
        language,
        "No {commodity} price for {place} since {day} (then {price}).",
        **names,
        day=last_day(conversation, last_known),
        price=price(last_known.price, language),
    )


def _people_said(conversation: Conversation, last_known: LastKnown | None) -> str:
    language = conversation.language
    if last_known is None:
        return say(language, "No reports from people there yet.")
    return say(
        language,
        "Last report from people: {price}, {day}.",
        price=price(last_known.price, language),
        day=last_day(conversation, last_known),
    )


def _call(
    conversation: Conversation,
    answer: PriceAnswer,
    place: PlaceEntry,
    said_there: Decimal | None = None,
) -> Part:
    """The call to report, where the words to type would be taken for this very kind of price."""
    language = conversation.language
    asked = answer.asked_commodity if isinstance(answer, Published) else answer.commodity
    is_usual = _is_usual_type(conversation, answer) or isinstance(answer, Published)
    if not place.kind.is_trading_place or not is_usual:
        return Part("", CALL)
    if said_there is None:
        example = report_example(conversation, asked, place)
        return Part(say(language, "Sold or bought there? Reply {example}", example=example), CALL)
    example = report_example(conversation, asked, place, example_figure(said_there))
    return Part(say(language, "Sold today? Reply {example}", example=example), CALL)


def _is_usual_type(conversation: Conversation, answer: PriceAnswer) -> bool:
    """Whether a price without further words would be of this type."""
    return answer.price_type is conversation.vocabulary.commodities[answer.commodity].price_type
