"""What a member is told of what was written about their milk."""

from datetime import date
from enum import StrEnum

from groups.book_kinds import EntryKind, Reason
from groups.book_lines import Line
from groups.book_reads import litres_of_member
from groups.members import Member
from groups.models import Group
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.join_group import group_name
from handlers.keywords.milk_record_late import counts_later_told
from handlers.keywords.milk_record_reasons import reason_words
from handlers.keywords.milk_record_settling import litres_told, milking_words
from handlers.keywords.milk_words import milk_words
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import amount, clock_time, day_month, local_date

FIRST_NAME = 16


class News(StrEnum):
    """What became of a member's line."""

    WRITTEN = "written"
    CORRECTED = "corrected"
    TAKEN_OUT = "taken out"


def tell_member(
    conversation: Conversation, group: Group, member: Member, line: Line, news: News = News.WRITTEN
) -> None:
    """Promise the receipt of a delivery to whoever brought it, unless they wrote it themselves.

    It is no reply: who gets it wrote nothing, and STOP keeps it from them. It goes out right
    behind the replies (ALERT), while the can still stands on the scale.
    """
    session, now = conversation.session, conversation.now
    person = session.get(Subscriber, member.subscriber_id) if member.subscriber_id else None
    if person is None or person.id == conversation.subscriber.id:
        return
    words = addressing(session, conversation.vocabulary, person, now)
    by = called(conversation)
    enqueue(
        session,
        recipient=person,
        text=_receipt(words, group, member, line, by, news),
        language=words.language,
        kind=OutboundKind.ALERT,
        dedupe_key=f"receipt:{news.name.lower()}:{line.id}",
        now=now,
    )


def called(conversation: Conversation) -> str:
    """Whoever writes, by their own first name; "" where they have none."""
    return first_name(conversation.subscriber.name or "")


def first_name(name: str) -> str:
    """What somebody is called among those who know them."""
    return clip(quotable(name).split(" ")[0], FIRST_NAME)


def _receipt(
    words: Conversation, group: Group, member: Member, line: Line, by: str, news: News
) -> str:
    """Jane: 12 L grade A received 6:40 by Peter, Kirima (no. 41). Wrong? Reply NO."""
    language, late = words.language, counts_later_told(words, group, line)
    return fit(
        lambda longest: [
            Part(_received(words, group, member, line, longest, news)),
            Part(_by(words, by), rank=3),
            Part(_this_month(words, group, member, line.day), rank=2),
            Part(late, rank=1),
            Part(say(language, "Wrong? Reply NO")),
        ]
    )


def _received(
    words: Conversation, group: Group, member: Member, line: Line, longest: int, news: News
) -> str:
    language = words.language
    gaps = {
        "name": first_name(member.name),
        "milk": milk_told(words, line),
        "when": _when(words, group, line),
        "group": group_name(group, longest),
        "number": line.number,
    }
    if news is News.TAKEN_OUT:
        return say(language, "{name}: {milk}, {when}, {group} taken out (no. {number}).", **gaps)
    if news is News.CORRECTED:
        return say(language, "{name}: corrected to {milk}, {when}, {group} (no. {number}).", **gaps)
    if line.kind is EntryKind.REJECT:
        why = reason_words(line.reason or Reason.OTHER, language)
        return say(
            language,
            "{name}: {milk} not taken, {why}, {when}, {group} (no. {number}).",
            why=why,
            **gaps,
        )
    return say(language, "{name}: {milk} received {when}, {group} (no. {number}).", **gaps)


def milk_told(words: Conversation, line: Line) -> str:
    """12 L grade A; with a price of its own 12 L grade A at 45."""
    milk = milk_words(line.litres, line.grade, words.language)
    if line.kind is not EntryKind.DELIVERY or line.price_per_litre is None:
        return milk
    price = amount(line.price_per_litre, words.language)
    return say(words.language, "{milk} at {price}", milk=milk, price=price)


def _when(words: Conversation, group: Group, line: Line) -> str:
    """The time, of what was brought just now; else the day and the milking."""
    if line.day == local_date(words.now, group.timezone):
        return clock_time(words.now, group.timezone, words.language)
    day = day_month(line.day, words.language)
    return f"{day} {milking_words(line.milking, words.language)}".strip()


def _by(words: Conversation, by: str) -> str:
    return say(words.language, "By {name}.", name=by) if by else ""


def _this_month(words: Conversation, group: Group, member: Member, day: date) -> str:
    """How much they brought in that month so far."""
    today = local_date(words.now, group.timezone)
    if (day.year, day.month) != (today.year, today.month):
        return ""
    since = day.replace(day=1)
    until = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    total = litres_of_member(words.session, member.id, since=since, until=until)
    told = litres_told(total, words.language)
    return say(words.language, "This month {litres} L.", litres=told)
