"""The replies to ALERT: what is watched from now on, and all that is."""

from groups.alert_rules import AlertWay, Zone
from groups.alerts import Running, Wanted, alerts_of, is_known
from groups.watching import Watch
from handlers.conversation import Conversation
from handlers.keywords.alert_words import (
    alert_example,
    alert_titles,
    fit_most,
    marked_price,
    price_told,
    stop_alert_example,
    type_words,
    unusual_words,
    usual_words,
)
from handlers.keywords.examples import example_commodity, example_place, example_price
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, subscribe_example
from handlers.keywords.price_notes import basis, demo_mark
from messaging.phrases import say
from prices.estimates import Confidence

SEGMENTS_FOR_ALL = 2
# What goes first where room lacks: the weekly prices, what is usual, how to end it.
END, USUAL, WEEKLY = 1, 2, 3


def tell_alert(conversation: Conversation, alert: Running, watch: Watch) -> str:
    """What is watched from now on, where it stands, and how to end it."""
    language, cell = conversation.language, alert.wanted.cell
    end = say(language, "To end: {example}", example=stop_alert_example(conversation, cell))
    is_demo = watch.seen is not None and watch.seen.estimate.is_demo
    return fit(
        lambda longest: [
            demo_mark(conversation, is_demo),
            Part(_what(conversation, alert.wanted, longest)),
            Part(_where_it_stands(conversation, alert, watch)),
            Part(_beside(conversation, alert, watch), USUAL),
            Part(end, END),
            Part(_weekly(conversation, alert.wanted), WEEKLY),
        ]
    )


def list_alerts(conversation: Conversation) -> str:
    """All that is watched for somebody, as many as can be read."""
    language = conversation.language
    running = alerts_of(conversation.session, conversation.subscriber)
    known = [one for one in running if is_known(conversation.vocabulary, one.wanted.cell)]
    if not known:
        return _none_yet(conversation)

    def compose(longest: int, most: int) -> list[Part]:
        things = alert_titles(conversation, known, longest, most)
        return [
            Part(say(language, "Watched for you: {things}.", things=things)),
            Part(say(language, "To end one send STOP ALERT and its name."), rank=1),
        ]

    return fit_most(compose, len(known), SEGMENTS_FOR_ALL)


def too_many(conversation: Conversation, most: int) -> str:
    """They have as many as anybody may have."""
    language = conversation.language
    return fit(
        lambda _: [
            Part(say(language, "{n} prices are watched for you, and that is the most.", n=most)),
            Part(say(language, "To end one send STOP ALERT and its name.")),
        ]
    )


def _what(conversation: Conversation, wanted: Wanted, longest: int) -> str:
    """What somebody will be told of."""
    language, cell = conversation.language, wanted.cell
    names = {
        "commodity": commodity_name(conversation, cell.commodity, longest),
        "place": place_name(conversation, conversation.vocabulary.places[cell.place_id], longest),
        "price_type": type_words(conversation, cell),
    }
    match wanted.way:
        case AlertWay.ABOVE:
            return say(
                language,
                "You will be told when {commodity} in {place} ({price_type}) is {price} or more.",
                **names,
                price=marked_price(conversation, wanted),
            )
        case AlertWay.BELOW:
            return say(
                language,
                "You will be told when {commodity} in {place} ({price_type}) is {price} or less.",
                **names,
                price=marked_price(conversation, wanted),
            )
        case AlertWay.UNUSUAL:
            return say(
                language,
                "You will be told when {commodity} in {place} ({price_type}) is far from usual.",
                **names,
            )


def _where_it_stands(conversation: Conversation, alert: Running, watch: Watch) -> str:
    """Now 47, 6 reports, today; and whether that is beyond the mark already."""
    language, seen = conversation.language, watch.seen
    if seen is None:
        return say(language, "No price from people there yet.")
    figure = price_told(conversation, alert.wanted, seen.estimate.price)
    notes = ", ".join([figure, *basis(conversation, seen.estimate)])
    if alert.zone is not Zone.WITHIN and alert.wanted.mark is not None:
        return say(language, "It already is: {price}.", price=notes)
    if seen.estimate.confidence is Confidence.OLD:
        return say(language, "Last told: {price}.", price=notes)
    now = say(language, "Now {price}.", price=notes)
    if alert.zone is Zone.WITHIN or watch.usual is None:
        return now
    return f"{now} {unusual_words(conversation, alert.zone)}"


def _beside(conversation: Conversation, alert: Running, watch: Watch) -> str:
    """What is usual, to whoever waits for what is not; to others that there is a next time."""
    if alert.wanted.way is not AlertWay.UNUSUAL:
        is_there = alert.zone is not Zone.WITHIN
        return say(conversation.language, "Next time you get a text.") if is_there else ""
    usually = watch.usual
    if usually is None:
        return say(conversation.language, "Usual not known yet.")
    return usual_words(conversation, usually)


def _weekly(conversation: Conversation, wanted: Wanted) -> str:
    """Whoever named no figure may have meant the weekly prices."""
    if wanted.way is not AlertWay.UNUSUAL:
        return ""
    place = conversation.vocabulary.places[wanted.cell.place_id]
    example = subscribe_example(conversation, wanted.cell.commodity, place)
    return say(conversation.language, "Every week: {example}", example=example)


def _none_yet(conversation: Conversation) -> str:
    """No alert runs: how one is set."""
    language = conversation.language
    commodity, place = example_commodity(conversation), example_place(conversation)
    figure = example_price(conversation, commodity, place)
    example = alert_example(conversation, commodity, place, figure)
    return fit(
        lambda _: [
            Part(say(language, "No price is watched for you.")),
            Part(say(language, "To be told of one send: {example}", example=example)),
        ]
    )
