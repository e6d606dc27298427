"""What the screens may ask about a group's milk book, answered from it; read when it is asked."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groups.book import dispute_of, last_told, line_by_number, line_in_its_place, lines_of
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line
from groups.book_reads import brought_on, milkers_between
from groups.members import Member, find_among, member_of, members_of
from groups.models import Group, Role
from groups.payments import (
    Statement,
    payees,
    period_before,
    period_on,
    statement_in,
    statement_of,
)
from groups.schemes import NoPrice, Period
from handlers.keywords.fitting import fit
from handlers.keywords.milk_record_settling import EVENING_FROM, MONEY_WRITERS, REFUSED_FROM
from handlers.keywords.sale_of_group import OPEN_FOR
from handlers.keywords.statement import statement_words
from handlers.keywords.statement_words import statement_told
from handlers.screens.book_facts import (
    BookLineFacts,
    BuyerFacts,
    Lacks,
    MilkerFacts,
    OwnMilk,
    ReceiptFacts,
    RoundFacts,
)
from messaging.models import Subscriber
from messaging.phrases.formats import local_date
from prices.vocabulary import fold

# Whoever brought milk at such a milking within so many days is waited for.
WAITED_FOR = timedelta(days=7)
# So many periods that are over are shown: half a year of half months is a book of its own.
MOST_PERIODS = 6
_NOTHING = Decimal(0)
_OF_MILK = (EntryKind.DELIVERY, EntryKind.REJECT, EntryKind.LOSS)
_OF_MONEY = (EntryKind.SALE, EntryKind.PAID)


@dataclass(frozen=True)
class StoredBook:
    """The book of one group, for one of its members, told in their language."""

    session: Session
    group_id: int
    subscriber_id: int
    language: str
    now: datetime

    @property
    def writes_money(self) -> bool:
        """Whether the caller may write sales and payments."""
        return self._role in MONEY_WRITERS

    @property
    def most_litres(self) -> Decimal:
        """More than nobody brings in one milking."""
        return REFUSED_FROM

    def milking(self) -> Milking:
        """Which milk of the day is brought now."""
        hour = self.now.astimezone(ZoneInfo(self._group.timezone)).hour
        return Milking.EVENING if hour >= EVENING_FROM else Milking.MORNING

    def round(self, milking: Milking) -> RoundFacts:
        """How far a milking of today has come."""
        brought = self._brought(milking)
        lately = milkers_between(
            self.session,
            self.group_id,
            milking,
            since=self._today - WAITED_FOR,
            until=self._today,
        )
        here = {one.id for one in self._members}
        return RoundFacts(
            litres=sum(brought.values(), _NOTHING),
            members=len(brought),
            missing=len((lately & here) - brought.keys()),
        )

    def members(self, milking: Milking | None = None) -> Sequence[MilkerFacts]:
        """Everybody in the group by number."""
        brought = {} if milking is None else self._brought(milking)
        return [
            MilkerFacts(one.number, one.name, brought.get(one.id, _NOTHING))
            for one in self._members
        ]

    def called(self, words: str) -> Sequence[int]:
        """The numbers of whom these words may mean."""
        return [one.number for one in find_among(self._members, words)]

    def buyers(self) -> Sequence[BuyerFacts]:
        """Who bought lately, the last one first."""
        return self._buyers

    def lines(self) -> Sequence[BookLineFacts]:
        """What was written for today, the last first; money only for whoever may write it."""
        kinds = (*_OF_MILK, *_OF_MONEY) if self.writes_money else _OF_MILK
        written = self._of_today(kinds)
        return [self._named(line) for line in sorted(written, key=lambda one: -one.number)]

    def line(self, number: int) -> BookLineFacts | None:
        """The line of that number, as long as it counts and is of those that are corrected."""
        line = line_by_number(self.session, self.group_id, number)
        if line is None or line.kind not in (*_OF_MILK, *_OF_MONEY):
            return None
        counts = line_in_its_place(self.session, line).id == line.id
        return self._named(line) if counts else None

    def own(self) -> OwnMilk | None:
        """The caller's own milk."""
        me = self._me
        if me is None:
            return None
        found = statement_of(self.session, self._group, me.id, self._today)
        if isinstance(found, Statement):
            return self._worth(me, found)
        since = found.period.since if isinstance(found, NoPrice) else self._today.replace(day=1)
        litres, days = self._brought_between(me, since, self._today)
        lacks = Lacks.SALE if isinstance(found, NoPrice) else Lacks.SCHEME
        return OwnMilk(since, self._today, litres, days, lacks=lacks)

    def receipt(self) -> ReceiptFacts | None:
        """What the caller was told last; None where that was in another group."""
        line = last_told(self.session, self.subscriber_id, self.now)
        if line is None or line.group_id != self.group_id:
            return None
        by = self.session.get(Subscriber, line.written_by)
        own = dispute_of(self.session, line)
        return ReceiptFacts(
            self._told(line),
            by=(by.name if by is not None else None) or "",
            is_disputed=own is not None,
            said=None if own is None else own.litres,
        )

    def periods(self) -> Sequence[str]:
        """What the caller had of each period that is over, the last first."""
        me, told = self._me, list[str]()
        if me is None:
            return told
        for period in self._past():
            found = statement_in(self.session, self._group, me.id, period, period.until)
            if isinstance(found, Statement) and found.account is not None:
                told.append(_in_words(self.language, me.name, found))
        return told

    def statement(self, number: int) -> str | None:
        """What a member is owed, in words."""
        member = next((one for one in self._members if one.number == number), None)
        if member is None:
            return None
        return statement_words(self.session, self.language, self._group, member, self._today)

    def _past(self) -> Iterator[Period]:
        """The periods before the running one, the last first."""
        period = period_on(self.session, self._group, self._today)
        for _ in range(MOST_PERIODS):
            if period is not None:
                period = period_before(self.session, self._group, period)
            if period is None:
                return
            yield period

    def _worth(self, me: Member, found: Statement) -> OwnMilk:
        """What is due of a period, and how much milk that is of."""
        period, account = found.period, found.account
        through = self._today if found.is_running else period.last_day
        litres, days = self._brought_between(me, period.since, through)
        return OwnMilk(
            period.since,
            through,
            litres,
            days,
            total=None if account is None else account.total,
            pay_on=None if found.is_running else found.pay_on,
            paid=_NOTHING if account is None else account.paid,
            later=found.since_then,
        )

    def _brought_between(self, me: Member, since: date, through: date) -> tuple[Decimal, int]:
        """How many litres, on how many days."""
        brought = lines_of(
            self.session,
            self.group_id,
            since=since,
            until=through + timedelta(days=1),
            kinds={EntryKind.DELIVERY},
            member_id=me.id,
        )
        litres = sum((line.litres or _NOTHING for line in brought), _NOTHING)
        return litres, len({line.day for line in brought})

    def _brought(self, milking: Milking) -> dict[int, Decimal]:
        return brought_on(self.session, self.group_id, milking, self._today)

    def _of_today(self, kinds: Collection[EntryKind]) -> list[Line]:
        until = self._today + timedelta(days=1)
        return lines_of(self.session, self.group_id, since=self._today, until=until, kinds=kinds)

    def _named(self, line: Line) -> BookLineFacts:
        """A line with whose it is; who left is still called by name."""
        if line.member_id is None:
            return self._told(line, line.buyer or "")
        member = self._everybody.get(line.member_id)
        return self._told(line, "" if member is None else member.name)

    def _told(self, line: Line, name: str = "") -> BookLineFacts:
        return BookLineFacts(
            number=line.number,
            kind=line.kind,
            day=line.day,
            name=name,
            milking=line.milking,
            litres=line.litres,
            grade=line.grade,
            reason=line.reason,
            amount=line.amount,
        )

    @cached_property
    def _group(self) -> Group:
        return self.session.get_one(Group, self.group_id)

    @cached_property
    def _today(self) -> date:
        return local_date(self.now, self._group.timezone)

    @cached_property
    def _members(self) -> list[Member]:
        return members_of(self.session, self._group)

    @cached_property
    def _everybody(self) -> dict[int, Member]:
        return payees(self.session, self._group)

    @cached_property
    def _me(self) -> Member | None:
        subscriber = self.session.get_one(Subscriber, self.subscriber_id)
        return member_of(self.session, self._group, subscriber)

    @property
    def _role(self) -> Role | None:
        return None if self._me is None else self._me.role

    @cached_property
    def _buyers(self) -> list[BuyerFacts]:
        sold = lines_of(
            self.session,
            self.group_id,
            since=self._today - OPEN_FOR,
            until=self._today + timedelta(days=1),
            kinds=set(_OF_MONEY),
        )
        paid = defaultdict[int | None, Decimal](Decimal)
        by_name = defaultdict[str, list[Line]](list)
        for line in sold:
            if line.kind is EntryKind.PAID:
                paid[line.of_line_id] += line.amount or _NOTHING
            else:
                by_name[fold(line.buyer or "")].append(line)
        found = sorted(by_name.values(), key=lambda sales: -sales[-1].number)
        return [_buyer(sales, paid) for sales in found]


def _buyer(sales: Sequence[Line], paid: Mapping[int | None, Decimal]) -> BuyerFacts:
    """A buyer by their sales, the oldest first: what is not paid of each is owed."""
    last = sales[-1]
    owed = (
        max((line.amount or _NOTHING) - paid.get(line.id, _NOTHING), _NOTHING) for line in sales
    )
    return BuyerFacts(
        name=sales[0].buyer or "",
        kind=last.buyer_kind,
        price=last.price_per_litre,
        owes=sum(owed, _NOTHING),
    )


def _in_words(language: str, name: str, found: Statement) -> str:
    """A period that is over, as STATEMENT told of it then."""
    alone = replace(found, since_then=_NOTHING)
    return fit(
        lambda longest: [
            part for part in statement_told(language, name, alone, longest) if not part.rank
        ]
    )
