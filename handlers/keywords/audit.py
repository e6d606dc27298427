"""A member asks whether the group's milk book comes out even."""

from groups.audit_of_group import TOLERANCE_PERCENT, Audit, FindingKind, is_beyond
from groups.audits import audit_now, own_findings
from groups.models import Group
from handlers.commands import AuditQuery
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told, litres_told
from handlers.keywords.book_choice import book_asked
from handlers.keywords.fitting import Part, fit
from handlers.keywords.join_group import group_name
from handlers.keywords.price_notes import demo_mark
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount

SEGMENTS = 2
# More days than these are counted, not named.
MOST_DAYS = 4


def tell_audit(conversation: Conversation, command: AuditQuery) -> str:
    """What the last audit of their group came to, for any member; of several, which is asked."""
    group = book_asked(conversation, command)
    return group if isinstance(group, str) else _tell(conversation, group)


def _tell(conversation: Conversation, group: Group) -> str:
    found = audit_now(conversation.session, group, conversation.now)
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(_figures(conversation, group, found, longest)),
            Part(_verdict(conversation, found)),
            Part(_days(conversation, found)),
            Part(_own(conversation, found)),
            Part(_others(conversation, found), rank=1),
        ],
        SEGMENTS,
    )


def _figures(conversation: Conversation, group: Group, found: Audit, longest: int) -> str:
    """What came, and what became of it."""
    language = conversation.language
    told = {
        "group": group_name(group, longest),
        "days": days_told(found.since, found.through, language),
        "received": litres_told(found.received, language),
        "sold": litres_told(found.accepted, language),
        "lost": litres_told(found.lost, language),
    }
    if not found.spans:
        return say(language, "{group} {days}: no sale written yet to compare with.", **told)
    return say(language, "{group} {days}: {received} L received, {sold} sold, {lost} lost.", **told)


def _verdict(conversation: Conversation, found: Audit) -> str:
    """What is left over, and whether that is usual."""
    if not found.spans:
        return ""
    language, missing = conversation.language, found.missing
    told = {
        "litres": litres_told(abs(missing), language),
        "percent": amount(TOLERANCE_PERCENT, language),
    }
    if not is_beyond(missing, found.received):
        return say(language, "Difference {litres} L: within the usual {percent}%.", **told)
    if missing < 0:
        return say(language, "{litres} L more sold than received.", **told)
    return say(language, "{litres} L missing, more than the usual {percent}%.", **told)


def _days(conversation: Conversation, found: Audit) -> str:
    """The days on which milk is missing."""
    language = conversation.language
    days = [one for one in found.findings if one.kind is not FindingKind.OWN_SIDE]
    days = [one for one in days if one.kind is not FindingKind.DRIP]
    if not days:
        return ""
    if len(days) > MOST_DAYS:
        return say_many(
            language, "It does not add up on {n} day.", "It does not add up on {n} days.", len(days)
        )
    named = ", ".join(days_told(one.since, one.day, language) for one in days)
    return say(language, "It does not add up: {days}.", days=named)


def _own(conversation: Conversation, found: Audit) -> str:
    """The days on which their own side is not their receipt: theirs alone to know."""
    language = conversation.language
    own = own_findings(conversation.session, conversation.subscriber, found)
    if not own:
        return ""
    if len(own) > MOST_DAYS:
        return say_many(
            language,
            "Your own side differs on {n} day.",
            "Your own side differs on {n} days.",
            len(own),
        )
    days = ", ".join(days_told(one.since, one.day, language) for one in own)
    return say(language, "Your own side differs: {days}.", days=days)


def _others(conversation: Conversation, found: Audit) -> str:
    """How many members wrote other litres than their receipts."""
    members = {one.member_id for one in found.findings if one.kind is FindingKind.OWN_SIDE}
    if not members:
        return say(conversation.language, "No member's own side differs.")
    return say_many(
        conversation.language,
        "{n} member's own side differs.",
        "{n} members' own sides differ.",
        len(members),
    )
