"""Somebody wants these prices every week."""

from groups.subscriptions import subscribe as put_on_list
from handlers.asking import Question, ask
from handlers.commands import Subscribe
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, subscribe_example
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Verb
from messaging.consent import opt_in
from messaging.phrases import say
from messaging.phrases.formats import hour_of_day, weekday

SUBSCRIPTION = Verb(subscribe_example, Subscribe)


def subscribe(conversation: Conversation, command: Subscribe) -> str:
    """Put the person on the weekly list; who was out is back in, because they ask for messages."""
    subject = settle(conversation, command.item, SUBSCRIPTION)
    if isinstance(subject, Question):
        return ask(conversation, subject)
    wanted = put_on_list(
        conversation.session,
        conversation.subscriber,
        commodity=subject.commodity,
        place_id=subject.place.id,
        timezone=conversation.timezone,
        now=conversation.now,
    )
    welcome_back(conversation)
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "You will get {commodity} prices for {place} every {weekday} at {hour}.",
                    commodity=commodity_name(conversation, subject.commodity, longest),
                    place=place_name(conversation, subject.place, longest),
                    weekday=weekday(wanted.bulletin_weekday, language),
                    hour=hour_of_day(wanted.bulletin_hour, language),
                )
            ),
            Part(say(language, "Free. Reply STOP to end.")),
        ]
    )


def welcome_back(conversation: Conversation) -> None:
    """Opt somebody in again who had opted out and now asks for messages."""
    if conversation.subscriber.opted_out_at is not None:
        opt_in(
            conversation.session,
            conversation.subscriber,
            channel=conversation.channel,
            wording=conversation.raw_text,
            now=conversation.now,
        )
