"""Somebody wants no more of these."""

from collections.abc import Callable
from typing import TypeVar

from groups.alerts import Running, end_alert, end_alerts
from groups.subscriptions import unsubscribe as take_off_list
from handlers.commands import Coming, Unsubscribe
from handlers.conversation import Conversation
from handlers.keywords.alert_words import alert_titles, fit_most
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name
from messaging.phrases import say

T = TypeVar("T")


def unsubscribe(conversation: Conversation, command: Unsubscribe) -> str:
    """End what was named, or all of it, and say what ended."""
    alerts, lists = _end(conversation, command)
    language = conversation.language
    if not (alerts or lists):
        if command.only is Coming.ALERTS:
            return say(language, "You had no such alert. To end all messages send STOP")
        return say(language, "You had no such weekly prices. To end all messages send STOP")

    def compose(longest: int, most: int) -> list[Part]:
        ended = [_no_more(conversation, *one, longest) for one in lists]
        things = alert_titles(conversation, alerts, longest, most) if alerts else ""
        return [
            Part(say(language, "No longer watched: {things}.", things=things) if things else ""),
            *(Part(text, rank=number) for number, text in enumerate(ended)),
            Part(say(language, "To end all messages send STOP"), rank=len(ended) + 1),
        ]

    if not alerts:
        return fit(lambda longest: compose(longest, 0))
    return fit_most(compose, len(alerts), 1)


def _end(
    conversation: Conversation, command: Unsubscribe
) -> tuple[list[Running], list[tuple[str, int]]]:
    """The alerts and the weekly prices that ended; to many the weekly ones are alerts too."""
    if command.alert_id is not None:
        ended = end_alert(
            conversation.session, conversation.subscriber, command.alert_id, conversation.now
        )
        return ([] if ended is None else [ended]), []
    alerts = [] if command.only is Coming.WEEKLY else _each(conversation, command, _stop_watching)
    if command.only is Coming.ALERTS and alerts:
        return alerts, []
    return alerts, _each(conversation, command, _take_off)


def _each(
    conversation: Conversation,
    command: Unsubscribe,
    end: Callable[[Conversation, str | None, int | None], list[T]],
) -> list[T]:
    """End what fits; where a name may mean several, whichever of them somebody has."""
    return [
        one
        for item in command.items
        for commodity in item.commodities or (item.commodity,)
        for place_id in item.places or (item.place_id,)
        for one in end(conversation, commodity, place_id)
    ]


def _take_off(
    conversation: Conversation, commodity: str | None, place_id: int | None
) -> list[tuple[str, int]]:
    return take_off_list(
        conversation.session,
        conversation.subscriber,
        commodity=commodity,
        place_id=place_id,
        now=conversation.now,
    )


def _stop_watching(
    conversation: Conversation, commodity: str | None, place_id: int | None
) -> list[Running]:
    return end_alerts(
        conversation.session,
        conversation.subscriber,
        commodity=commodity,
        place_id=place_id,
        now=conversation.now,
    )


def _no_more(conversation: Conversation, commodity: str, place_id: int, longest: int) -> str:
    return say(
        conversation.language,
        "No more {commodity} prices for {place}.",
        commodity=commodity_name(conversation, commodity, longest),
        place=place_name(conversation, conversation.vocabulary.places[place_id], longest),
    )
