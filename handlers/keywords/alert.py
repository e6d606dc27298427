"""Somebody wants to hear when a price passes a mark."""

from handlers.asking import Choice, Question, ask, choose
from handlers.commands import Alert, Item, Subscribe
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS
from handlers.keywords.naming import commodity_name, place_name
from handlers.keywords.questions import with_their_own
from messaging.phrases import say


def offer_weekly(conversation: Conversation, command: Alert) -> str:
    """Nobody here watches a price for anybody: say so, and offer the weekly one instead."""
    return ask(conversation, _offer(conversation, command))


def _offer(conversation: Conversation, command: Alert) -> Question:
    language, item = conversation.language, with_their_own(conversation, command.item)

    def compose(longest: int) -> tuple[str, list[Choice]]:
        offer, what = say(language, "to get weekly prices"), _what(conversation, item, longest)
        yes = Choice(f"{offer} ({what})" if what else offer, Subscribe((command.item,)))
        return say(language, "We cannot watch for a price yet, only send it every week."), [yes]

    return choose(conversation, compose)


def _what(conversation: Conversation, item: Item, longest: int) -> str:
    """What would come every week, as far as it is known and there is room to say it."""
    place = conversation.vocabulary.places.get(item.place_id or 0)
    if longest == NAME_LENGTHS[-1]:
        return ""
    named = [
        commodity_name(conversation, item.commodity, longest) if item.commodity else None,
        place_name(conversation, place, longest) if place else None,
    ]
    return " ".join(filter(None, named))
