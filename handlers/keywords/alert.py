"""Somebody wants to hear when a price comes to a mark, or is far from usual."""

from decimal import Decimal

from groups.alert_rules import AlertWay, towards
from groups.alerts import AlertSet, TooMany, Wanted, set_alert
from groups.watching import Watch, watch_meant
from handlers.asking import Question, ask
from handlers.commands import Alert, Item
from handlers.conversation import Conversation
from handlers.keywords.alert_questions import (
    above_or_below,
    for_how_much,
    refused_mark,
    which_measure,
)
from handlers.keywords.alert_replies import list_alerts, tell_alert, too_many
from handlers.keywords.alert_words import alert_example
from handlers.keywords.questions import settle
from handlers.keywords.subscribe import welcome_back
from handlers.keywords.verbs import Subject, Verb
from messaging.phrases.formats import as_told
from prices.catalogue import ONE, convert
from prices.observations import SMALLEST, TOO_MUCH, RefusalReason
from prices.vocabulary import PlaceEntry


def watch_price(conversation: Conversation, command: Alert) -> str:
    """Set an alert and say where its price stands; ask for what is missing; or list them all."""
    if command.item == Item():
        return list_alerts(conversation)
    subject = settle(conversation, command.item, _verb(command))
    if isinstance(subject, Question):
        return ask(conversation, subject)
    watch = _watch(conversation, subject)
    wanted = _wanted(conversation, subject, command, watch)
    if isinstance(wanted, Question):
        return ask(conversation, wanted)
    found = set_alert(
        conversation.session, conversation.subscriber, wanted, watch, conversation.now
    )
    match found:
        case AlertSet(alert):
            welcome_back(conversation)
            return tell_alert(conversation, alert, watch)
        case TooMany(most):
            return too_many(conversation, most)


def _verb(command: Alert) -> Verb:
    """The same alert, of another thing."""

    def example(conversation: Conversation, commodity: str, place: PlaceEntry) -> str:
        said = command.item.price
        figure = None if said is None or not _is_price(said) else f"{said.normalize():f}"
        return alert_example(conversation, commodity, place, figure)

    return Verb(example, lambda item: Alert(item, command.is_above))


def _watch(conversation: Conversation, subject: Subject) -> Watch:
    """The price that is meant."""
    return watch_meant(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=subject.item.price_type,
        is_real=not conversation.subscriber.is_demo,
        now=conversation.now,
    )


def _wanted(
    conversation: Conversation, subject: Subject, command: Alert, watch: Watch
) -> Wanted | Question:
    """What is to be watched, or what has to be asked back first."""
    item, verb = subject.item, _verb(command)
    if item.price is None:
        return Wanted(watch.cell, AlertWay.UNUSUAL)
    reason = _refusal(conversation, item, item.price)
    if reason is not None:
        return refused_mark(conversation, subject, reason, verb)
    base_units = _base_units(conversation, subject)
    if base_units is None:
        return which_measure(conversation, subject, verb)
    seen = watch.lately
    now = None if seen is None else seen.estimate.price
    doubt = None if now is None else for_how_much(conversation, subject, watch.cell, now, verb)
    if doubt is not None:
        return doubt
    way = _way(command, item.price, None if now is None else as_told(now * base_units))
    unit = None if base_units == ONE else item.unit
    wanted = Wanted(watch.cell, way or AlertWay.ABOVE, item.price, unit, base_units)
    return wanted if way is not None else above_or_below(conversation, subject, wanted)


def _way(command: Alert, price: Decimal, now: Decimal | None) -> AlertWay | None:
    """As it was said, else towards the mark from where the price stands; None: nobody can tell."""
    if command.is_above is not None:
        return AlertWay.ABOVE if command.is_above else AlertWay.BELOW
    return towards(price, now)


def _base_units(conversation: Conversation, subject: Subject) -> Decimal | None:
    """How many base units the unit said holds; None where nobody knows."""
    if subject.item.unit is None:
        return ONE
    found = convert(
        conversation.session,
        commodity=subject.commodity,
        unit=subject.item.unit,
        country=conversation.vocabulary.country.code,
        place_id=subject.place.id,
        on=conversation.today,
    )
    return None if found is None else found.quantity


def _refusal(conversation: Conversation, item: Item, price: Decimal) -> RefusalReason | None:
    if item.currency not in {None, conversation.vocabulary.country.currency}:
        return RefusalReason.OTHER_CURRENCY
    if price.is_nan() or price < SMALLEST:
        return RefusalReason.NOT_POSITIVE
    return None if _is_price(price) else RefusalReason.TOO_HIGH


def _is_price(price: Decimal) -> bool:
    return price.is_finite() and SMALLEST <= price < TOO_MUCH
