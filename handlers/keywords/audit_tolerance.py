"""AUDIT 3%: how much may be missing untold, proposed by one officer and agreed by a second."""

from collections.abc import Sequence
from decimal import Decimal

from groups.audit_models import ToleranceProposal
from groups.audit_of_group import LEAST_PERCENT, MOST_PERCENT
from groups.audit_tolerances import (
    open_tolerance,
    propose_tolerance,
    settle_tolerance,
    tolerance_proposed,
)
from groups.audits import tolerance_of
from groups.members import Member, member_of, office_in, officers_of
from groups.models import Group, Role, fold_code
from handlers.asking import Question, begin_with
from handlers.commands import Deed, GroupDeed
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.audit_words import percent_told
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import group_among, member_name, tell
from handlers.keywords.group_names import group_name
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say, say_many

SEGMENTS = 2


def set_tolerance(conversation: Conversation, command: GroupDeed) -> str:
    """Propose it to the other officers; whoever sends what another proposed agrees to that."""
    percent = Decimal(command.words)
    proposal = _proposed_by_another(conversation, command, percent)
    if proposal is not None:
        return _agree(conversation, proposal)
    group = _group(conversation, command)
    if isinstance(group, str):
        return group
    return _refusal(conversation, group, percent) or _propose(conversation, group, percent)


def agree_tolerance(conversation: Conversation, command: GroupDeed) -> str:
    """A second officer agrees; nobody agrees to their own."""
    row = open_tolerance(conversation.session, command.change_id or 0)
    if row is None:
        return say(conversation.language, "That is settled already. To see the audit: AUDIT")
    return _agree(conversation, row)


def _group(conversation: Conversation, command: GroupDeed) -> Group | str:
    """The one they may set it in: as chair, as treasurer, as secretary where there is no chair."""
    session = conversation.session
    offices = _offices(conversation, command)
    may = [group for group, role in offices if role in {Role.CHAIR, Role.TREASURER}]
    may += [
        group
        for group, role in offices
        if role is Role.SECRETARY and not officers_of(session, group, Role.CHAIR)
    ]
    return group_among(
        conversation,
        may,
        lambda code: GroupDeed(Deed.TOLERATE, command.words, group=code),
        refusal=say(
            conversation.language,
            "Only the chair or the treasurer of a group sets how much may be missing.",
        ),
    )


def _offices(conversation: Conversation, command: GroupDeed) -> list[tuple[Group, Role]]:
    """The offices they hold, in the group they named where they named one."""
    offices = office_in(conversation.session, conversation.subscriber)
    if command.group is None:
        return offices
    return [(group, role) for group, role in offices if group.code == fold_code(command.group)]


def _proposed_by_another(
    conversation: Conversation, command: GroupDeed, percent: Decimal
) -> ToleranceProposal | None:
    """What another officer proposed that is just this."""
    session = conversation.session
    found = (tolerance_proposed(session, group) for group, _ in _offices(conversation, command))
    return next(
        (
            open_tolerance(session, row.id)
            for row in found
            if row is not None
            and row.percent == percent
            and row.proposed_by != conversation.subscriber.id
        ),
        None,
    )


def _refusal(conversation: Conversation, group: Group, percent: Decimal) -> str | None:
    language = conversation.language
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        return say(
            language,
            "Between {least} and {most} per cent, please: AUDIT 3%",
            least=percent_told(LEAST_PERCENT, language),
            most=percent_told(MOST_PERCENT, language),
        )
    if percent == tolerance_of(group):
        return say(
            language,
            "Up to {percent}% of the milk may be missing untold already.",
            percent=percent_told(percent, language),
        )
    if not _others(conversation, group):
        return say(
            language, "A second officer has to agree, and your group has none yet. Send MEMBERS"
        )
    return None


def _others(conversation: Conversation, group: Group) -> Sequence[Member]:
    """The other officers who can be asked."""
    own = {None, conversation.subscriber.id}
    return [one for one in officers_of(conversation.session, group) if one.subscriber_id not in own]


def _propose(conversation: Conversation, group: Group, percent: Decimal) -> str:
    language, others = conversation.language, _others(conversation, group)
    row, is_new = propose_tolerance(
        conversation.session,
        group,
        percent,
        by=conversation.subscriber,
        source_key=conversation.source_key,
        now=conversation.now,
    )
    if is_new:
        _ask_others(conversation, group, row, others)
    asked = say_many(
        language,
        "{n} other officer is asked; it holds when they answer YES.",
        "{n} other officers are asked; it holds when one answers YES.",
        len(others),
    )
    return fit(
        lambda _: [
            Part(
                say(
                    language,
                    "You propose that up to {percent}% of the milk may be missing untold, "
                    "not {before}%.",
                    percent=percent_told(percent, language),
                    before=percent_told(tolerance_of(group), language),
                )
            ),
            Part(asked),
        ],
        SEGMENTS,
    )


def _ask_others(
    conversation: Conversation, group: Group, row: ToleranceProposal, others: Sequence[Member]
) -> None:
    session, now = conversation.session, conversation.now
    own = member_of(session, group, conversation.subscriber)
    for officer in others:
        person = session.get_one(Subscriber, officer.subscriber_id)
        theirs = addressing(session, conversation.vocabulary, person, now)
        question = Question(
            _asked(theirs, group, row, own), (GroupDeed(Deed.AGREE_TOLERANCE, change_id=row.id),)
        )
        enqueue(
            session,
            recipient=person,
            text=begin_with(theirs, question, now),
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"tolerance:{row.id}:{person.id}",
            now=now,
        )


def _asked(theirs: Conversation, group: Group, row: ToleranceProposal, by: Member | None) -> str:
    language = theirs.language
    percent = percent_told(row.percent, language)
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{name} proposes for {group}: up to {percent}% of the milk may be missing "
                    "untold, not {before}%.",
                    name=_name(by, longest),
                    group=group_name(group, longest),
                    percent=percent,
                    before=percent_told(tolerance_of(group), language),
                )
            ),
            Part(say(language, "Agree? Reply YES. Later: AUDIT {percent}%", percent=percent)),
        ],
        SEGMENTS,
    )


def _agree(conversation: Conversation, row: ToleranceProposal) -> str:
    session = conversation.session
    group = session.get_one(Group, row.group_id)
    officers = officers_of(session, group)
    second = next(
        (one for one in officers if one.subscriber_id == conversation.subscriber.id), None
    )
    if second is None or row.proposed_by == conversation.subscriber.id:
        return say(conversation.language, "Only a second officer of the group can agree to this.")
    settle_tolerance(session, group, row, conversation.subscriber, conversation.now)
    first = member_of(session, group, session.get_one(Subscriber, row.proposed_by))

    def agreed(theirs: Conversation, longest: int) -> str:
        return say(
            theirs.language,
            "{group}: up to {percent}% of the milk may now be missing untold. "
            "{first} proposed it, {second} agreed.",
            group=group_name(group, longest),
            percent=percent_told(row.percent, theirs.language),
            first=_name(first, longest),
            second=_name(second, longest),
        )

    for officer in officers:
        tell(conversation, officer.subscriber_id, agreed, key="tolerance")
    return fit(lambda longest: [Part(agreed(conversation, longest))])


def _name(member: Member | None, longest: int) -> str:
    return "?" if member is None else member_name(member, longest)
