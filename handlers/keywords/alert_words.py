"""What is watched, where it stands and how to end it, in words."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from groups.alert_rules import AlertWay, Usually, Zone
from groups.alerts import Running, Wanted
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS, Part, fit, fits
from handlers.keywords.naming import commodity_name, place_name, typed_place
from handlers.keywords.plain_words import price_type_words
from handlers.keywords.price_notes import price_per_unit
from messaging.phrases import say
from messaging.phrases.formats import amount, month_name, price
from prices.cells import Cell
from prices.vocabulary import PlaceEntry

# So far off a month's usual price is WFP's "crisis", two standard deviations: once more than far.
CRISIS = 2.0


def unit_of(conversation: Conversation, wanted: Wanted) -> str:
    """The unit an alert's mark is for, by its code."""
    return wanted.unit or conversation.vocabulary.commodities[wanted.cell.commodity].base_unit


def paid_per_unit(conversation: Conversation, wanted: Wanted, figure: str) -> str:
    """A figure with its money, for what the alert is for: KES 3,600/90 kg bag."""
    currency = conversation.vocabulary.country.currency
    return price_per_unit(conversation, figure, currency, unit_of(conversation, wanted))


def marked_price(conversation: Conversation, wanted: Wanted) -> str:
    """The mark as it was said: KES 50/L."""
    return paid_per_unit(conversation, wanted, _figure(conversation, wanted))


def price_told(conversation: Conversation, wanted: Wanted, per_base_unit: Decimal) -> str:
    """A price as the mark is told, without its money: 47."""
    return price(per_base_unit * wanted.base_units, conversation.language)


def mark_words(conversation: Conversation, wanted: Wanted, *, has_unit: bool = False) -> str:
    """What somebody waits for, in a few words: 50 or more; 3,600/90 kg bag or less."""
    language = conversation.language
    figure = _figure(conversation, wanted)
    if has_unit and wanted.unit is not None:
        figure = f"{figure}/{conversation.vocabulary.unit_sign(wanted.unit, language)}"
    match wanted.way:
        case AlertWay.ABOVE:
            return say(language, "{price} or more", price=figure)
        case AlertWay.BELOW:
            return say(language, "{price} or less", price=figure)
        case AlertWay.UNUSUAL:
            return say(language, "far from usual")


def alert_titles(
    conversation: Conversation, alerts: Sequence[Running], longest: int, most: int
) -> str:
    """So many alerts by what they are for: milk Nakuru 50 or more; and how many more there are."""
    more = f" +{len(alerts) - most}" if most < len(alerts) else ""
    return "; ".join(_title(conversation, one, longest) for one in alerts[:most]) + more


def fit_most(compose: Callable[[int, int], Sequence[Part]], count: int, segments: int) -> str:
    """The best wording within so many segments of as many things as can be told with all besides.

    `compose` is given the length names may have, and how many things to tell.
    """
    fitting = (
        most for most in range(count, 0, -1) if fits(compose(NAME_LENGTHS[-1], most), segments)
    )
    most = next(fitting, 1)
    return fit(lambda longest: compose(longest, most), segments)


def _title(conversation: Conversation, alert: Running, longest: int) -> str:
    """Milk Nakuru 50 or more; maize Kitale 3,600/90 kg bag or less."""
    cell, vocabulary = alert.wanted.cell, conversation.vocabulary
    words = [
        commodity_name(conversation, cell.commodity, longest),
        place_name(conversation, vocabulary.places[cell.place_id], longest),
        other_type(conversation, cell),
        mark_words(conversation, alert.wanted, has_unit=True),
    ]
    return " ".join(filter(None, words))


def other_type(conversation: Conversation, cell: Cell) -> str:
    """The type of a price where that is not what an unnamed one of it means."""
    own = conversation.vocabulary.commodities[cell.commodity].price_type
    return "" if cell.price_type is own else type_words(conversation, cell)


def type_words(conversation: Conversation, cell: Cell) -> str:
    """Where the price is paid: farm gate."""
    return price_type_words(conversation.language, cell.price_type)


def usual_words(conversation: Conversation, usually: Usually) -> str:
    """What is usual: Usual for November 44; The last weeks 44."""
    language = conversation.language
    figure = price(usually.price, language)
    if usually.month is None:
        return say(language, "The last weeks {price}.", price=figure)
    month = month_name(usually.month, language)
    return say(language, "Usual for {month} {price}.", month=month, price=figure)


def unusual_words(conversation: Conversation, zone: Zone, *, is_crisis: bool = False) -> str:
    """How it stands to what is usual: Far above usual, as in a shortage."""
    language = conversation.language
    if zone is Zone.HIGH:
        if is_crisis:
            return say(language, "Far above usual, as in a shortage.")
        return say(language, "Far above usual.")
    if is_crisis:
        return say(language, "Far below usual, as in a glut.")
    return say(language, "Far below usual.")


def is_crisis(usually: Usually, price: Decimal) -> bool:
    """Whether it is a shortage, or a glut: only a month's norm tells that from a mere move."""
    return usually.month is not None and abs(usually.off(price)) >= CRISIS


def alert_example(
    conversation: Conversation, commodity: str, place: PlaceEntry, figure: str | None
) -> str:
    """An alert somebody can type: ALERT MILK NAKURU 50."""
    language = conversation.language
    words = _typed(conversation, commodity, place)
    if figure is None:
        return say(language, "ALERT {commodity} {place}", **words)
    return say(language, "ALERT {commodity} {place} {price}", **words, price=figure)


def stop_alert_example(conversation: Conversation, cell: Cell) -> str:
    """How to end one: STOP ALERT MILK NAKURU."""
    place = conversation.vocabulary.places[cell.place_id]
    words = _typed(conversation, cell.commodity, place)
    return say(conversation.language, "STOP ALERT {commodity} {place}", **words)


def _figure(conversation: Conversation, wanted: Wanted) -> str:
    return amount(wanted.price or Decimal(0), conversation.language)


def _typed(conversation: Conversation, commodity: str, place: PlaceEntry) -> dict[str, str]:
    name = commodity_name(conversation, commodity)
    return {"commodity": name.upper(), "place": typed_place(conversation, place)}
