"""A treasurer writes what a member owes: feed, soap, an advance, school fees."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from groups.book import Written
from groups.groups import currency_of
from groups.members import Member, find_members, members_of
from groups.models import Group, Role
from groups.payments import charge as write_charge
from handlers.commands import Charge
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import member_name, tell
from handlers.keywords.join_group import group_name
from handlers.keywords.payment_choice import group_meant, groups_led, today_in, which_of
from handlers.parser.payment_text import may_mean
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount

# Who may write what members owe.
WRITERS = (Role.TREASURER, Role.SECRETARY)
# A year's milk of a good cow; who owes more owes a bank.
MOST = Decimal(200_000)
_PURPOSE_LENGTH = 24


def charge(conversation: Conversation, command: Charge) -> str:
    """Write it once and tell whoever is charged; what is unclear is asked, and nothing written."""
    language = conversation.language
    refusal = say(language, "Only the treasurer or the secretary of a group writes charges.")
    group = group_meant(
        conversation,
        groups_led(conversation, WRITERS),
        command.group,
        lambda code: replace(command, group=code),
        refusal=refusal,
    )
    if isinstance(group, str):
        return group
    if not 0 < command.amount <= MOST:
        most = amount(MOST, language)
        return say(language, "A charge is 0.01 to {most}. Nothing was written.", most=most)
    whom, what_for, found = _settled(conversation, group, command)
    if not what_for:
        return say(language, "What for? Send: CHARGE JANE FEED 1200")
    if may_mean(whom, "all"):
        return _charge_all(conversation, group, replace(command, what_for=what_for))
    if len(found) == 1:
        return _charge_one(conversation, group, found[0], replace(command, what_for=what_for))
    return which_of(
        conversation,
        group,
        whom,
        found,
        lambda number: replace(command, whom=number, what_for=what_for, group=group.code),
    )


def _settled(
    conversation: Conversation, group: Group, command: Charge
) -> tuple[str, str, list[Member]]:
    """The name, what for, and whom the name means: the longest one that is somebody's."""
    words = command.whom.split()
    if command.what_for:
        return (
            command.whom,
            command.what_for,
            find_members(conversation.session, group, command.whom),
        )
    for length in range(len(words), 0, -1):
        whom = " ".join(words[:length])
        found = find_members(conversation.session, group, whom)
        if found or (length == 1 and may_mean(whom, "all")):
            return whom, " ".join(words[length:]), found
    return words[0], " ".join(words[1:]) or words[0], []


def _write(
    conversation: Conversation, group: Group, members: Sequence[Member], command: Charge
) -> list[Written]:
    return write_charge(
        conversation.session,
        group,
        [one.id for one in members],
        amount=command.amount,
        currency=currency_of(conversation.session, group),
        what_for=command.what_for[:80].lower(),
        by=conversation.subscriber,
        day=today_in(conversation, group),
        source_key=conversation.source_key,
        raw_text=conversation.raw_text,
        now=conversation.now,
    )


def _charge_one(conversation: Conversation, group: Group, member: Member, command: Charge) -> str:
    (written,) = _write(conversation, group, [member], command)
    told = {
        "what_for": clip(quotable(command.what_for.lower()), _PURPOSE_LENGTH),
    }
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: say(
            theirs.language,
            "{name}: {what_for} {amount} will be kept from your milk money, {group}. "
            "Not right? Ask your treasurer.",
            **told,
            name=member_name(member, longest),
            group=group_name(group, longest),
            amount=amount(command.amount, theirs.language),
        ),
        key="charge",
    )
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Written, line {number}: {name} owes {amount} for {what_for}.",
                    **told,
                    number=written.line.number,
                    name=member_name(member, longest),
                    amount=amount(command.amount, conversation.language),
                )
            ),
            Part(say(conversation.language, "Wrong? VOID {number}", number=written.line.number)),
        ]
    )


def _charge_all(conversation: Conversation, group: Group, command: Charge) -> str:
    """All pay the same; each sees it in their statement."""
    language = conversation.language
    written = _write(conversation, group, members_of(conversation.session, group), command)
    return fit(
        lambda _: [
            Part(
                say_many(
                    language,
                    "Written, {n} member owes {amount} for {what_for}.",
                    "Written, {n} members owe {amount} each for {what_for}.",
                    len(written),
                    amount=amount(command.amount, language),
                    what_for=clip(quotable(command.what_for.lower()), _PURPOSE_LENGTH),
                )
            ),
            Part(
                say(
                    language,
                    "Lines {first}-{last}.",
                    first=written[0].line.number,
                    last=written[-1].line.number,
                )
            ),
        ]
    )
