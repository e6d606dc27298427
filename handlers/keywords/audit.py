"""A member asks whether the group's milk book comes out even."""

from collections.abc import Sequence

from groups.audit_of_group import Audit, Finding, FindingKind, is_beyond
from groups.audits import audit_now, own_findings
from groups.models import Group
from handlers.commands import AuditQuery
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told, litres_told, percent_told
from handlers.keywords.book_choice import book_asked
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_names import group_name
from handlers.keywords.price_notes import demo_mark
from messaging.phrases import say, say_many

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
            Part(_verdict(conversation, group, found)),
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


def _verdict(conversation: Conversation, group: Group, found: Audit) -> str:
    """What is left over, whether that is usual, and on which days it is not."""
    if not found.spans:
        return ""
    language, missing, days = conversation.language, found.missing, _days_apart(found)
    litres = litres_told(abs(missing), language)
    if is_beyond(missing, found.received, found.percent):
        return " ".join(
            filter(None, [_too_much(conversation, group, found), _days(language, days)])
        )
    if days:
        return _in_all_within(conversation, group, found, days)
    if abs(missing) * 100 > found.received * found.percent:
        return say(language, "Difference {litres} L: too little to measure.", litres=litres)
    told = {"litres": litres, "percent": percent_told(found.percent, language)}
    if group.audit_tolerance is None:
        return say(language, "Difference {litres} L: within the usual {percent}%.", **told)
    return say(language, "Difference {litres} L: within the agreed {percent}%.", **told)


def _too_much(conversation: Conversation, group: Group, found: Audit) -> str:
    language = conversation.language
    litres = litres_told(abs(found.missing), language)
    told = {"litres": litres, "percent": percent_told(found.percent, language)}
    if found.missing < 0:
        return say(language, "{litres} L more sold than received.", litres=litres)
    if group.audit_tolerance is None:
        return say(language, "{litres} L missing, more than the usual {percent}%.", **told)
    return say(language, "{litres} L missing, more than the agreed {percent}%.", **told)


def _days_apart(found: Audit) -> list[Finding]:
    """The sale days on which too much is missing, or too little."""
    beside = {FindingKind.OWN_SIDE, FindingKind.DRIP}
    return [one for one in found.findings if one.kind not in beside]


def _days(language: str, days: Sequence[Finding]) -> str:
    """The days on which milk is missing."""
    if not days:
        return ""
    if len(days) > MOST_DAYS:
        return say_many(
            language, "It does not add up on {n} day.", "It does not add up on {n} days.", len(days)
        )
    return say(language, "It does not add up: {days}.", days=_named(language, days))


def _in_all_within(
    conversation: Conversation, group: Group, found: Audit, days: Sequence[Finding]
) -> str:
    """Litres missing one day and found on another: in all it is little, day by day it is not."""
    language = conversation.language
    told = {
        "litres": litres_told(abs(found.missing), language),
        "percent": percent_told(found.percent, language),
    }
    in_all = (
        say(language, "In all the difference is {litres} L, within the usual {percent}%,", **told)
        if group.audit_tolerance is None
        else say(
            language, "In all the difference is {litres} L, within the agreed {percent}%,", **told
        )
    )
    if len(days) > MOST_DAYS:
        single = say_many(
            language,
            "but {n} single day does not add up.",
            "but {n} single days do not add up.",
            len(days),
        )
    else:
        single = say(
            language, "but single days do not add up: {days}.", days=_named(language, days)
        )
    return f"{in_all} {single}"


def _named(language: str, days: Sequence[Finding]) -> str:
    return ", ".join(days_told(one.since, one.day, language) for one in days)


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
