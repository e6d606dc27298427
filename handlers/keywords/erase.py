"""Somebody wants to be erased: asked back once, and only YES in full is taken for it."""

from groups.groups import groups_of
from handlers.asking import Question, ask
from handlers.commands import EraseMe
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.parser.personal_text import is_certain
from messaging.consent import opt_out
from messaging.erasing import is_to_be_erased, wish_erased
from messaging.phrases import say


def erase(conversation: Conversation, command: EraseMe) -> str:
    """Ask whether they mean it, or have them erased once they have read our last text."""
    session, person = conversation.session, conversation.subscriber
    if is_to_be_erased(session, person):
        return _last_words(conversation.language)
    if not (command.is_sure and is_certain(_said_last(conversation))):
        return ask(conversation, Question(_asked(conversation), (EraseMe(is_sure=True),)))
    opt_out(
        session,
        person,
        channel=conversation.channel,
        wording=conversation.raw_text,
        now=conversation.now,
    )
    wish_erased(session, person, inbound_id=conversation.inbound_id, now=conversation.now)
    return _last_words(conversation.language)


def _said_last(conversation: Conversation) -> str:
    """The answer alone, of all the words that led to it.

    The parser hears a yes in "yeah ok": here nothing but the word counts.
    """
    return conversation.raw_text.rpartition("\n")[2]


def _asked(conversation: Conversation) -> str:
    language = conversation.language
    in_groups = groups_of(conversation.session, conversation.subscriber)
    leaves = (
        say(language, "You leave your groups; a milk book keeps the name it knows you by.")
        if in_groups
        else ""
    )
    return fit(
        lambda _: [
            Part(say(language, "This deletes your number, your texts and all you asked for.")),
            Part(say(language, "Prices you told stay, without you.")),
            Part(leaves),
            Part(say(language, "It cannot be undone. To delete all reply YES")),
        ],
        segments=2 if in_groups else 1,
    )


def _last_words(language: str) -> str:
    return say(
        language,
        "Your number and what you wrote are deleted within a day. This is our last text. "
        "Write again and we meet you anew.",
    )
