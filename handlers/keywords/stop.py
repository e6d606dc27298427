"""Somebody wants not one message more."""

from handlers.conversation import Conversation
from messaging.consent import opt_out
from messaging.phrases import say


def stop(conversation: Conversation) -> str | None:
    """Opt the person out and confirm it once; who is out already hears nothing."""
    was_out = conversation.subscriber.opted_out_at is not None
    opt_out(
        conversation.session,
        conversation.subscriber,
        channel=conversation.channel,
        wording=conversation.raw_text,
        now=conversation.now,
    )
    if was_out:
        return None
    return say(
        conversation.language, "You will get no more messages from Bei. Reply START to come back."
    )
