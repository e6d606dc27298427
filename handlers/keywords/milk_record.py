"""A collector texts who brought how much milk: it is written in the group's book, and told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from groups.book import lines_of, write_lines
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line, NewLine
from groups.book_payouts import price_before_quality
from groups.members import Member, members_of
from groups.models import Group
from handlers.asking import Choice, Question, ask, choose, drop_it
from handlers.commands import MilkRecord
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS, Part, clip, fit, fits, quotable
from handlers.keywords.milk_price import tell_price
from handlers.keywords.milk_record_late import counts_later_told
from handlers.keywords.milk_record_receipts import milk_told, tell_member
from handlers.keywords.milk_record_settling import (
    book_and_day,
    doubt,
    in_litres,
    litres_told,
    price_per_litre,
    price_refused,
    which_member,
    which_milking,
)
from handlers.keywords.statement_words import rate_told
from messaging.phrases import say
from messaging.phrases.formats import day_month, local_date

SEGMENTS_FOR_SEVERAL = 2
# A price within these shares of what the group pays is no slip.
LIKE_PRICE = Decimal("0.6"), Decimal("1.6")


@dataclass(frozen=True)
class Brought:
    """A delivery, settled."""

    member: Member
    litres: Decimal
    grade: str | None
    milking: Milking
    price: Decimal | None = None  # a litre, where it is not the scheme's


def record_milk(conversation: Conversation, command: MilkRecord) -> str:
    """Write what each brought and tell each; all of it or nothing, what is unclear is asked."""
    settled = book_and_day(conversation, command)
    if isinstance(settled, Question):
        return ask(conversation, settled)
    group, day = settled
    brought = _brought(conversation, group, day, command)
    if isinstance(brought, Question):
        return ask(conversation, brought)
    lines = _write(conversation, group, day, brought)
    for one, line in zip(brought, lines, strict=True):
        tell_member(conversation, group, one.member, line)
        tell_price(conversation, group, line)
    return _written(conversation, group, brought, lines)


def _brought(
    conversation: Conversation, group: Group, day: date, command: MilkRecord
) -> list[Brought] | Question:
    """Every delivery settled, or the first thing that has to be asked."""
    settled: list[Brought] = []
    everybody = members_of(conversation.session, group)
    for at, one in enumerate(command.deliveries):
        again = partial(_named, command, at)
        member = which_member(conversation, group, one.name, again, everybody)
        if isinstance(member, Question):
            return member
        milking = which_milking(conversation, group, one.milking)
        litres, price = in_litres(one.quantity, one.unit), price_per_litre(one)
        settled.append(Brought(member, litres, one.grade, milking, price))
    return _doubted(conversation, group, day, command, settled) or settled


def _doubted(
    conversation: Conversation,
    group: Group,
    day: date,
    command: MilkRecord,
    brought: Sequence[Brought],
) -> Question | None:
    """The first that cannot be so, is likely a slip, or stands in the book already."""
    sure = replace(command, is_sure=True)
    for one in brought:
        asked = doubt(conversation, one.member.name, one.litres, sure, is_sure=command.is_sure)
        asked = asked or _dear(conversation, group, day, one, sure, is_sure=command.is_sure)
        if asked is not None:
            return asked
    if command.is_sure:
        return None
    for one, line in _written_before(conversation, group, day, brought):
        return _once_more(conversation, one, line, sure)
    return None


def _dear(
    conversation: Conversation,
    group: Group,
    day: date,
    one: Brought,
    sure: MilkRecord,
    *,
    is_sure: bool,
) -> Question | None:
    """What is to be said of a price that is unlike what the group pays; it is money, not litres."""
    if one.price is None:
        return None
    if refused := price_refused(conversation, one.price):
        return refused
    usual = price_before_quality(conversation.session, group, day)
    least, most = LIKE_PRICE
    if is_sure or usual is None or least * usual <= one.price <= most * usual:
        return None
    price, language = one.price, conversation.language

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "{price} a litre for {name}? The group pays {usual}.",
            price=rate_told(price, language),
            name=clip(quotable(one.member.name), longest),
            usual=rate_told(usual, language),
        )
        return asked, [Choice(say(language, "yes"), sure, stays=True), drop_it(conversation)]

    return choose(conversation, compose)


def _written_before(
    conversation: Conversation, group: Group, day: date, brought: Sequence[Brought]
) -> Iterator[tuple[Brought, Line]]:
    """What the book says already of the same member, milking and litres."""
    next_day = day + timedelta(days=1)
    kinds = {EntryKind.DELIVERY}
    lines = lines_of(conversation.session, group.id, since=day, until=next_day, kinds=kinds)
    known = {(line.member_id, line.milking, line.litres): line for line in lines}
    for one in brought:
        line = known.get((one.member.id, one.milking, one.litres))
        if line is not None:
            yield one, line


def _once_more(conversation: Conversation, one: Brought, line: Line, sure: MilkRecord) -> Question:
    """Whoever is not sure that a text went out sends it again: that is no second can."""
    language = conversation.language

    def compose(longest: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "{name} has {litres} L in this milking already (no. {number}). Once more?",
            name=clip(quotable(one.member.name), longest),
            litres=litres_told(one.litres, language),
            number=line.number,
        )
        return asked, [Choice(say(language, "yes"), sure, stays=True), drop_it(conversation)]

    return choose(conversation, compose)


def _named(command: MilkRecord, at: int, name: str) -> MilkRecord:
    """The same with one member by number."""
    deliveries = list(command.deliveries)
    deliveries[at] = replace(deliveries[at], name=name)
    return replace(command, deliveries=tuple(deliveries))


def _write(
    conversation: Conversation, group: Group, day: date, brought: Sequence[Brought]
) -> list[Line]:
    new = [
        NewLine(
            EntryKind.DELIVERY,
            day,
            written_by=conversation.subscriber.id,
            source_key=f"{conversation.source_key}:{at}",
            raw_text=conversation.raw_text,
            milking=one.milking,
            member_id=one.member.id,
            litres=one.litres,
            grade=one.grade,
            price_per_litre=one.price,
        )
        for at, one in enumerate(brought)
    ]
    return [line for line, _ in write_lines(conversation.session, group, new, conversation.now)]


def _written(
    conversation: Conversation, group: Group, brought: Sequence[Brought], lines: Sequence[Line]
) -> str:
    """Written, KIRIMA: Jane 12 L grade A (no. 1), Peter 8.5 L (no. 2). 20.5 L in all."""
    language, day = conversation.language, lines[0].day
    late = Part(counts_later_told(conversation, group, lines[0]))
    in_all = Part("")
    if len(lines) > 1:
        total = litres_told(sum((one.litres for one in brought), Decimal(0)), language)
        in_all = Part(say(language, "{litres} L in all.", litres=total))

    def each(longest: int) -> list[Part]:
        told = ", ".join(
            _told(conversation, one, line, longest)
            for one, line in zip(brought, lines, strict=True)
        )
        written = say(language, "Written, {group}: {lines}.", group=group.code, lines=told)
        return [Part(written), in_all, Part(_of_day(conversation, group, day)), late]

    if len(lines) == 1:
        return fit(each)
    if fits(each(NAME_LENGTHS[-1]), SEGMENTS_FOR_SEVERAL):
        return fit(each, SEGMENTS_FOR_SEVERAL)
    together = say(
        language,
        "Written, {group}: {n} deliveries (no. {first} to {last}).",
        group=group.code,
        n=len(lines),
        first=lines[0].number,
        last=lines[-1].number,
    )
    return fit(lambda _: [Part(together), in_all, Part(_of_day(conversation, group, day)), late])


def _told(conversation: Conversation, one: Brought, line: Line, longest: int) -> str:
    return say(
        conversation.language,
        "{name} {milk} (no. {number})",
        name=clip(quotable(one.member.name), longest),
        milk=milk_told(conversation, line),
        number=line.number,
    )


def _of_day(conversation: Conversation, group: Group, day: date) -> str:
    """Which day it was written for, where that is not today."""
    if day == local_date(conversation.now, group.timezone):
        return ""
    told = day_month(day, conversation.language)
    return say(conversation.language, "For {day}.", day=told)
