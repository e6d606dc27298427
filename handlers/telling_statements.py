"""Each member of a group is told what a period brought them, all in one go."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from groups.models import Group
from groups.payments import (
    NoScheme,
    Statement,
    payees,
    people_of,
    period_before,
    period_on,
    sheet_of,
)
from groups.schemes import Account, NoPrice, Period
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import fit
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.statement_words import SEGMENTS, statement_told
from messaging.kinds import OutboundKind
from messaging.outbox import enqueue
from prices.vocabulary import Vocabulary

# A statement is as true tomorrow: it may wait for a gateway that rests.
WORTH_SENDING_FOR = timedelta(days=3)


@dataclass(frozen=True)
class AllTold:
    """How many got their statement of a period, and how many have no phone for it."""

    period: Period
    sent: int
    without_phone: int


def tell_all_statements(
    session: Session, vocabulary: Vocabulary, group: Group, today: date, now: datetime
) -> AllTold | NoPrice | NoScheme:
    """Promise each member with an account in the last period their statement, once."""
    running = period_on(session, group, today)
    last = None if running is None else period_before(session, group, running)
    if last is None:
        return NoScheme()
    return tell_period(session, vocabulary, group, last, now)


def tell_period(
    session: Session, vocabulary: Vocabulary, group: Group, period: Period, now: datetime
) -> AllTold | NoPrice | NoScheme:
    """The same of any period that is over."""
    sheet = sheet_of(session, group, period)
    if isinstance(sheet, NoPrice | NoScheme):
        return sheet
    people = people_of(session, [account.member_id for account in sheet.settlement.accounts])
    members = payees(session, group)
    sent = 0
    for account in sheet.settlement.accounts:
        person = people.get(account.member_id)
        if person is not None:
            words = addressing(session, vocabulary, person, now)
            statement = Statement(period, account, sheet.pay_on, False, Decimal(0))
            sent += _promise(words, group, members[account.member_id].name, statement, account)
    return AllTold(period, sent, len(sheet.settlement.accounts) - len(people))


def _promise(
    words: Conversation, group: Group, name: str, statement: Statement, account: Account
) -> bool:
    """Promise one; False where the member was told this very sum before."""
    key = f"statement:{group.id}:{statement.period.label}:{account.member_id}:{account.total}"
    message = enqueue(
        words.session,
        recipient=words.subscriber,
        text=fit(
            lambda longest: [
                demo_mark(words, group.is_demo),
                *statement_told(words.language, name, statement, longest),
            ],
            SEGMENTS,
        ),
        language=words.language,
        # To many at once, and never in the way of somebody's reply.
        kind=OutboundKind.BULLETIN,
        dedupe_key=key,
        now=words.now,
        valid_for=WORTH_SENDING_FOR,
    )
    return message.created_at == words.now
