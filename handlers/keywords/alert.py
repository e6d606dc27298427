"""Somebody wants to hear when a price passes a mark."""

from handlers.asking import Choice, Question, ask, choose
from handlers.commands import Alert, Subscribe
from handlers.conversation import Conversation
from handlers.keywords.naming import commodity_name, place_name
from handlers.keywords.questions import with_their_own
from messaging.phrases import say


def offer_weekly(conversation: Conversation, command: Alert) -> str:
    """Nobody here watches a price for anybody: say so, and offer the weekly one instead."""
    return ask(conversation, _offer(conversation, command))


def _offer(conversation: Conversation, command: Alert) -> Question:
    language, vocabulary = conversation.language, conversation.vocabulary
    item = with_their_own(conversation, command.item)
    place, commodity = vocabulary.places.get(item.place_id or 0), item.commodity

    def compose(longest: int) -> tuple[str, list[Choice]]:
        named = [
            commodity_name(conversation, commodity, longest) if commodity else None,
            place_name(conversation, place, longest) if place else None,
        ]
        what = " ".join(filter(None, named))
        offer = say(language, "to get weekly prices")
        yes = Choice(f"{offer} ({what})" if what else offer, Subscribe(command.item))
        return say(language, "We cannot watch for a price yet, only send it every week."), [yes]

    return choose(conversation, compose)
