"""How a group pays for milk: told to its members, proposed by an officer, adopted by a second."""

from collections.abc import Sequence
from dataclasses import replace

from groups.adopting import adopt, open_proposal, proposal_of, propose, scheme_on, terms_of
from groups.groups import groups_of
from groups.members import OFFICES, Member, officers_of
from groups.models import Group, Role
from groups.offices import LEADERS
from groups.payments import Trial, try_scheme
from groups.scheme_models import GroupScheme
from groups.schemes import Scheme
from handlers.asking import Question, ask, begin_with
from handlers.commands import AgreeScheme, SetScheme
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import tell
from handlers.keywords.join_group import group_name
from handlers.keywords.payment_choice import group_meant, groups_led, today_in
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.scheme_words import scheme_told
from handlers.keywords.statement_words import signed
from handlers.keywords.what_if import change_told
from handlers.parser.scheme_terms import NotATerm, read_terms
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say, say_many
from messaging.phrases.formats import day_month

# Who may propose how milk is paid; any second officer may agree.
PROPOSERS = (*LEADERS, Role.TREASURER)
SEGMENTS = 3
_WORD_LENGTH = 16


def scheme(conversation: Conversation, command: SetScheme) -> str:
    """Tell how milk is paid, or propose another way."""
    if not command.words:
        return _tell(conversation, command)
    language = conversation.language
    group = group_meant(
        conversation,
        groups_led(conversation, PROPOSERS),
        command.group,
        lambda code: replace(command, group=code),
        refusal=say(
            language, "Only the chair, secretary or treasurer of a group proposes how it pays."
        ),
    )
    if isinstance(group, str):
        return group
    terms = read_terms(command.words)
    if isinstance(terms, NotATerm):
        return _not_read(conversation, terms)
    return _propose(conversation, group, terms, command.words)


def agree(conversation: Conversation, command: AgreeScheme) -> str:
    """Adopt what another officer proposed; nobody adopts their own."""
    language = conversation.language
    row = open_proposal(conversation.session, command.scheme_id)
    if row is None:
        return say(language, "That proposal is settled already. To see how you pay: SCHEME")
    group = conversation.session.get_one(Group, row.group_id)
    led = groups_led(conversation, OFFICES)
    if group not in led or row.proposed_by == conversation.subscriber.id:
        return say(language, "Only a second officer of the group can agree to this.")
    today = today_in(conversation, group)
    first_day = adopt(
        conversation.session, group, row, conversation.subscriber, today, conversation.now
    )

    def adopted(theirs: Conversation, longest: int) -> str:
        return say(
            theirs.language,
            "{group} pays by the new scheme from {day}. To see it: SCHEME",
            group=group_name(group, longest),
            day=day_month(first_day, theirs.language),
        )

    for officer in officers_of(conversation.session, group):
        tell(conversation, officer.subscriber_id, adopted, key="scheme")
    return fit(lambda longest: [Part(adopted(conversation, longest))])


def _propose(conversation: Conversation, group: Group, terms: Scheme, words: str) -> str:
    session, language = conversation.session, conversation.language
    others = [
        one
        for one in officers_of(session, group)
        if one.subscriber_id not in {None, conversation.subscriber.id}
    ]
    if not others:
        return say(
            language, "A second officer has to agree, and your group has none yet. Send MEMBERS"
        )
    row = propose(
        session,
        group,
        terms,
        words=words,
        by=conversation.subscriber,
        source_key=conversation.source_key,
        now=conversation.now,
    )
    trial = try_scheme(session, group, terms, today_in(conversation, group))
    _ask_others(conversation, group, row, others, trial)
    asked = say_many(
        language,
        "{n} other officer is asked; it is adopted when they answer YES.",
        "{n} other officers are asked; it is adopted when one answers YES.",
        len(others),
    )
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(say(language, "Proposed: {scheme}", scheme=scheme_told(language, terms))),
            *_trial_told(conversation, group, trial, longest),
            Part(asked),
        ],
        SEGMENTS,
    )


def _ask_others(
    conversation: Conversation,
    group: Group,
    row: GroupScheme,
    others: Sequence[Member],
    trial: Trial | None,
) -> None:
    for officer in others:
        person = conversation.session.get_one(Subscriber, officer.subscriber_id)
        theirs = addressing(conversation.session, conversation.vocabulary, person, conversation.now)
        text = begin_with(theirs, _question(theirs, group, row, trial), conversation.now)
        enqueue(
            conversation.session,
            recipient=person,
            text=text,
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"scheme:{row.id}:{person.id}",
            now=conversation.now,
        )


def _question(
    conversation: Conversation, group: Group, row: GroupScheme, trial: Trial | None
) -> Question:
    """The scheme, who gains and loses by it, and YES to adopt it."""
    language = conversation.language
    text = fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(
                say(
                    language,
                    "{group} may pay so: {scheme}",
                    group=group_name(group, longest),
                    scheme=scheme_told(language, terms_of(row)),
                )
            ),
            *_trial_told(conversation, group, trial, longest),
            Part(say(language, "Agree? Reply YES. Later: SCHEME")),
        ],
        SEGMENTS,
    )
    return Question(text, choices=(AgreeScheme(row.id),))


def _trial_told(
    conversation: Conversation, group: Group, trial: Trial | None, longest: int
) -> list[Part]:
    """On the book of the last months: what changes in all, who gains, who loses."""
    language = conversation.language
    if trial is None:
        return [Part(say(language, "There is no earlier pay to try it on."), rank=1)]
    return [
        Part(
            say(
                language,
                "Tried on the book since {day}: {amount} in all.",
                day=day_month(trial.since, language),
                amount=signed(trial.change.in_all, language),
            )
        ),
        *change_told(conversation, group, trial.change, longest),
    ]


def _tell(conversation: Conversation, command: SetScheme) -> str:
    """How milk is paid, for any member; an officer who has not agreed yet is asked again."""
    language = conversation.language
    group = group_meant(
        conversation,
        groups_of(conversation.session, conversation.subscriber),
        command.group,
        lambda code: replace(command, group=code),
        refusal=say(language, "You are in no group."),
    )
    if isinstance(group, str):
        return group
    row = proposal_of(conversation.session, group)
    is_asked = group in groups_led(conversation, OFFICES)
    if row is not None and is_asked and row.proposed_by != conversation.subscriber.id:
        today = today_in(conversation, group)
        trial = try_scheme(conversation.session, group, terms_of(row), today)
        return ask(conversation, _question(conversation, group, row, trial))
    return _in_force(conversation, group)


def _in_force(conversation: Conversation, group: Group) -> str:
    language = conversation.language
    terms = scheme_on(conversation.session, group, today_in(conversation, group))
    if terms is None:
        return say(language, "The group has not said yet how it pays. Send: SCHEME BASE 45")
    return fit(
        lambda longest: [
            demo_mark(conversation, group.is_demo),
            Part(
                say(
                    language,
                    "{group} pays so: {scheme}",
                    group=group_name(group, longest),
                    scheme=scheme_told(language, terms),
                )
            ),
        ],
        SEGMENTS,
    )


def _not_read(conversation: Conversation, terms: NotATerm) -> str:
    language = conversation.language
    if not terms.word:
        return say(language, "At which price? Send: SCHEME BASE 45 A +1 LEVY 1%")
    return say(
        language,
        "Not understood at {word}. Send it like this: SCHEME BASE 45 A +1 C -2 LEVY 1%",
        word=clip(quotable(terms.word), _WORD_LENGTH),
    )
