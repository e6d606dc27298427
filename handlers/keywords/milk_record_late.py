"""What is written about a day whose pay is closed: it counts, and where."""

from datetime import date

from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.book_payouts import CountsLater, counts_later, hangs_on_sales
from groups.models import Group
from groups.schemes import Period, period_named
from handlers.conversation import Conversation
from handlers.keywords.audit_words import days_told
from messaging.phrases import say
from messaging.phrases.formats import local_date


def counts_later_told(words: Conversation, group: Group, line: Line) -> str:
    """1-15 Nov is paid: this counts in 16-30 Nov; "" where it counts in its own period."""
    later = _counts_later(words, group, line)
    if later is None:
        return ""
    return say(
        words.language,
        "{paid} is paid: this counts in {later}.",
        paid=_days(later.paid, words.language),
        later=_days(later.counts_in, words.language),
    )


def _counts_later(words: Conversation, group: Group, line: Line) -> CountsLater | None:
    """`line` as it was before it was taken out."""
    today = local_date(words.now, group.timezone)
    day = _paid_on(line)
    # Most is written of today, and no period is closed on one of its own days.
    if day >= today or not _changes_pay(words, group, line):
        return None
    return counts_later(words.session, group, day, today)


def _paid_on(line: Line) -> date:
    """A day of the period that it is of: money to a member names it."""
    is_pay = line.kind is EntryKind.PAID and line.member_id is not None
    period = period_named(line.what_for or "") if is_pay else None
    return line.day if period is None else period.since


def _changes_pay(words: Conversation, group: Group, line: Line) -> bool:
    match line.kind:
        case EntryKind.DELIVERY | EntryKind.CHARGE:
            return True
        case EntryKind.PAID:
            return line.member_id is not None
        case EntryKind.VOID:  # as its member is told of it; what was not taken changes no pay
            return line.member_id is not None and line.reason is None
        case EntryKind.SALE:
            return hangs_on_sales(words.session, group, line.day)
        case _:
            return False


def _days(period: Period, language: str) -> str:
    return days_told(period.since, period.last_day, language)
