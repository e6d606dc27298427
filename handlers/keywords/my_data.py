"""Somebody wants to know what we keep of them."""

from groups.groups import groups_of
from groups.own_alerts import own_alerts
from groups.subscriptions import weekly_lists_of
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.naming import place_name
from messaging.phrases import say
from messaging.phrases.formats import dated, language_name, local_date
from prices.erasing import count_told

_SEGMENTS = 2


def tell_my_data(conversation: Conversation) -> str:
    """Since when we know them, what we know, and how to get all of it or be rid of it."""
    language = conversation.language
    return fit(
        lambda longest: [
            Part(say(language, "We know your number since {day}.", day=_since(conversation))),
            Part(_of_themselves(conversation, longest)),
            Part(_wanted(conversation)),
            Part(_groups(conversation), rank=1),
            Part(say(language, "We keep the texts between us for a while."), rank=2),
            Part(say(language, "For a copy ask those who run Bei.")),
            Part(say(language, "To delete all send ERASE ME")),
        ],
        segments=_SEGMENTS,
    )


def _since(conversation: Conversation) -> str:
    met_on = local_date(conversation.subscriber.created_at, conversation.timezone)
    return dated(met_on, conversation.today, conversation.language)


def _of_themselves(conversation: Conversation, longest: int) -> str:
    """Name, language and home, as far as they said."""
    language, person = conversation.language, conversation.subscriber
    home = conversation.home
    told = [
        clip(quotable(person.name), longest) if person.name else "",
        language_name(person.language) if person.language else "",
        place_name(conversation, home, longest) if home else "",
    ]
    known = ", ".join(filter(None, told))
    return say(language, "Of you: {known}.", known=known) if known else ""


def _wanted(conversation: Conversation) -> str:
    session, person_id = conversation.session, conversation.subscriber.id
    return say(
        conversation.language,
        "Weekly prices: {lists}. Alerts: {alerts}. Prices you told: {told}.",
        lists=len(weekly_lists_of(session, person_id)),
        alerts=len(own_alerts(session, person_id)),
        told=count_told(session, person_id),
    )


def _groups(conversation: Conversation) -> str:
    codes = [one.code for one in groups_of(conversation.session, conversation.subscriber)]
    if not codes:
        return ""
    return say(conversation.language, "Groups: {codes}.", codes=", ".join(codes))
