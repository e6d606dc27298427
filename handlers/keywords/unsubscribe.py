"""Somebody wants no more of these."""

from groups.subscriptions import unsubscribe as take_off_list
from handlers.commands import Item, Unsubscribe
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name
from messaging.phrases import say


def unsubscribe(conversation: Conversation, command: Unsubscribe) -> str:
    """End what was named, or all of it, and say what ended."""
    ended = [one for item in command.items for one in _take_off(conversation, item)]
    language, places = conversation.language, conversation.vocabulary.places
    if not ended:
        return say(language, "You had no such weekly prices. To end all messages send STOP")

    def compose(longest: int) -> list[Part]:
        lists = [
            say(
                language,
                "No more {commodity} prices for {place}.",
                commodity=commodity_name(conversation, commodity, longest),
                place=place_name(conversation, places[place_id], longest),
            )
            for commodity, place_id in ended
        ]
        counted = enumerate(lists)
        return [Part(text, rank=number) for number, text in counted] + [
            Part(say(language, "To end all messages send STOP"), rank=len(ended))
        ]

    return fit(compose)


def _take_off(conversation: Conversation, item: Item) -> list[tuple[str, int]]:
    """End what fits; where a name may mean several, whichever of them somebody has."""
    ended = []
    for commodity in item.commodities or (item.commodity,):
        for place_id in item.places or (item.place_id,):
            ended += take_off_list(
                conversation.session,
                conversation.subscriber,
                commodity=commodity,
                place_id=place_id,
                now=conversation.now,
            )
    return ended
