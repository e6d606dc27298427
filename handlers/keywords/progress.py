"""A member asks how far the group has come: its step, what is reached, the next thing to do."""

from decimal import Decimal

from groups.mode import STEPS, Record, Standing, standing
from groups.mode_words import need_words
from groups.models import Group
from groups.progress import progress_of
from handlers.commands import ProgressQuery
from handlers.conversation import Conversation
from handlers.keywords.audit_words import litres_told
from handlers.keywords.book_choice import book_asked
from handlers.keywords.fitting import Part, fit
from handlers.keywords.join_group import group_name
from handlers.keywords.price_notes import demo_mark
from messaging.phrases import say
from messaging.phrases.formats import price

# What goes first where room lacks.
FEED, PRICE, LOSSES, LITRES = 4, 3, 2, 1


def tell_progress(conversation: Conversation, command: ProgressQuery) -> str:
    """Where their group stands, for any member, in one segment; of several, which is asked."""
    group = book_asked(conversation, command)
    return group if isinstance(group, str) else _tell(conversation, group)


def _tell(conversation: Conversation, group: Group) -> str:
    record = progress_of(conversation.session, conversation.vocabulary, group, conversation.now)
    found = standing(record)
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(_step(conversation, group, found, longest)),
            Part(_litres(conversation, record), LITRES),
            Part(_losses(conversation, record), LOSSES),
            Part(_prices(conversation, record), PRICE),
            Part(_feed(conversation, record), FEED),
            Part(_next(conversation, found)),
        ]
    )


def _step(conversation: Conversation, group: Group, found: Standing, longest: int) -> str:
    return say(
        conversation.language,
        "{group} step {step} of {steps}: {done} of {all} done.",
        group=group_name(group, longest),
        step=found.step,
        steps=STEPS,
        done=len(found.done),
        all=len(found.done) + len(found.missing),
    )


def _litres(conversation: Conversation, record: Record) -> str:
    """How much a member brings, and on how many days."""
    return say(
        conversation.language,
        "{litres} L a member a day, written {written} of {days} days.",
        litres=litres_told(record.litres_per_member_and_day, conversation.language),
        written=record.days_written,
        days=record.days,
    )


def _losses(conversation: Conversation, record: Record) -> str:
    percent = (record.wasted * 100).quantize(Decimal("0.1"))
    told = litres_told(percent, conversation.language)
    return say(conversation.language, "Lost or refused {percent}%.", percent=told)


def _prices(conversation: Conversation, record: Record) -> str:
    """The group's own price beside that of others there."""
    language = conversation.language
    if record.price is None:
        return ""
    own = price(record.price, language)
    if record.market_price is None:
        return say(language, "Price {own}.", own=own)
    market = price(record.market_price, language)
    return say(language, "Price {own}, others {market}.", own=own, market=market)


def _feed(conversation: Conversation, record: Record) -> str:
    litres = record.litres_for_feed
    if litres is None:
        return ""
    return say(conversation.language, "A bag of dairy meal costs {litres} L.", litres=round(litres))


def _next(conversation: Conversation, found: Standing) -> str:
    language = conversation.language
    if found.next is None:
        return say(language, "All three steps are reached.")
    return say(language, "Next: {deed}", deed=need_words(found.next, language))
