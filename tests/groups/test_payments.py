"""Stories of pay: a scheme is adopted by two, milk is brought, and everybody sees the same sums."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from groups.adopting import adopt, open_proposal, proposal_of, propose, scheme_on
from groups.book import write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import NewLine
from groups.groups import join
from groups.models import Group, GroupMember, Role
from groups.payments import (
    NoScheme,
    Sheet,
    Statement,
    Trial,
    charge,
    period_on,
    sheet_of,
    statement_of,
    try_scheme,
    what_if,
)
from groups.scheme_models import GroupScheme
from groups.schemes import BuyerTerms, GradeRate, NoPrice, Period, Scheme, period_of
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 16))
SCHEME = Scheme(
    base_price=Decimal(45),
    grades=(GradeRate("A", Decimal(1)),),
    levy_per_litre=Decimal("0.5"),
    buyers=(BuyerTerms("KCC", 14),),
)
_keys = count(1)


@dataclass
class Kirima:
    """KIRIMA in one transaction: Njeri its treasurer, Kamau its chair, Wanjiku a member."""

    session: Session
    now: datetime
    group: Group = field(init=False)
    ids: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.group = found_group(self.session, "KIRIMA")
        offices = {NJERI: Role.TREASURER, KAMAU: Role.CHAIR, WANJIKU: Role.MEMBER}
        for phone, role in offices.items():
            join(self.session, self.group, meet(self.session, phone, self.now), self.now, role=role)
        rows = self.session.execute(
            select(GroupMember.subscriber_id, GroupMember.id).where(
                GroupMember.group_id == self.group.id
            )
        )
        members: dict[Any, int] = dict(rows.all())
        self.ids = {phone: members[meet(self.session, phone, self.now).id] for phone in offices}

    @property
    def today(self) -> date:
        return self.now.date()

    def proposes(self, scheme: Scheme, key: str | None = None) -> GroupScheme:
        return propose(
            self.session,
            self.group,
            scheme,
            words="BASE 45",
            by=meet(self.session, NJERI, self.now),
            source_key=key or f"story:{next(_keys)}",
            now=self.now,
        )

    def pays_by(self, scheme: Scheme, on: date | None = None) -> date:
        row = self.proposes(scheme)
        chair = meet(self.session, KAMAU, self.now)
        return adopt(self.session, self.group, row, chair, on or self.today, self.now)

    def writes(self, kind: EntryKind, day: date, phone: str | None = None, **said: Any) -> None:
        figures: dict[str, Any] = {
            name: Decimal(said.pop(name)) for name in ("litres", "amount") if name in said
        }
        line = NewLine(
            kind=kind,
            day=day,
            written_by=meet(self.session, NJERI, self.now).id,
            source_key=f"story:{next(_keys)}",
            raw_text="",
            member_id=None if phone is None else self.ids[phone],
            **figures,
            **said,
        )
        write_lines(self.session, self.group, [line], self.now)

    def brings(self, phone: str, day: date, litres: str, grade: str | None = None) -> None:
        self.writes(EntryKind.DELIVERY, day, phone, litres=litres, grade=grade)

    def charges(self, phone: str, amount: str, key: str, day: date | None = None) -> bool:
        (written,) = charge(
            self.session,
            self.group,
            [self.ids[phone]],
            amount=Decimal(amount),
            currency="KES",
            what_for="feed",
            by=meet(self.session, NJERI, self.now),
            day=day or self.today,
            source_key=key,
            raw_text="CHARGE",
            now=self.now,
        )
        return written.is_new

    def statement(self, phone: str, today: date) -> Statement | NoPrice | NoScheme:
        return statement_of(self.session, self.group, self.ids[phone], today)


def test_the_first_scheme_pays_the_running_period_and_the_next_one_the_next(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        assert scheme_on(session, kirima.group, kirima.today) is None
        assert kirima.pays_by(SCHEME) == date(2026, 11, 16)
        dearer = Scheme(base_price=Decimal(48))
        assert kirima.pays_by(dearer) == date(2026, 12, 1)
        assert scheme_on(session, kirima.group, date(2026, 11, 30)) == SCHEME
        assert scheme_on(session, kirima.group, date(2026, 12, 1)) == dearer


def test_halves_turn_into_months_with_a_month(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME, date(2026, 11, 3))
        monthly = Scheme(base_price=Decimal(45), is_monthly=True)
        assert kirima.pays_by(monthly, date(2026, 11, 3)) == date(2026, 12, 1)
        december = period_on(session, kirima.group, date(2026, 12, 3))
        assert december == period_of(date(2026, 12, 3), is_monthly=True)
        assert kirima.pays_by(SCHEME, date(2026, 12, 3)) == date(2027, 1, 1)


def test_a_proposal_pays_nobody_and_another_takes_its_place(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        first = kirima.proposes(SCHEME, "sms:1")
        assert kirima.proposes(SCHEME, "sms:1").id == first.id
        second = kirima.proposes(Scheme(base_price=Decimal(1)))
        assert open_proposal(session, first.id) is None
        assert open_proposal(session, second.id) is not None
        assert scheme_on(session, kirima.group, kirima.today) is None
        assert proposal_of(session, kirima.group) == second


def test_a_statement_is_of_the_last_period_until_it_is_paid_then_of_the_running_one(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME, date(2026, 11, 1))
        kirima.brings(WANJIKU, date(2026, 11, 3), "100", "A")
        kirima.brings(WANJIKU, date(2026, 11, 17), "12")
        kirima.charges(WANJIKU, "1200", "sms:9", date(2026, 11, 4))
        told = kirima.statement(WANJIKU, date(2026, 11, 20))
        assert isinstance(told, Statement)
        assert told.account is not None
        assert (told.account.total, told.pay_on) == (Decimal("3350.00"), date(2026, 11, 20))
        assert (told.is_running, told.since_then) == (False, Decimal(12))
        later = kirima.statement(WANJIKU, date(2026, 11, 21))
        assert isinstance(later, Statement)
        assert later.account is not None
        assert (later.is_running, later.account.litres, later.since_then) == (
            True, Decimal(12), Decimal(0),
        )  # fmt: skip
        nothing = kirima.statement(KAMAU, date(2026, 11, 20))
        assert isinstance(nothing, Statement)
        assert nothing.account is None


def test_without_a_scheme_or_a_price_that_is_said(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        assert kirima.statement(WANJIKU, kirima.today) == NoScheme()
        assert sheet_of(session, kirima.group, NOVEMBER) == NoScheme()
        assert what_if(session, kirima.group, Decimal(48), NOVEMBER) == NoScheme()
        kirima.pays_by(Scheme(margin=Decimal(2)), date(2026, 11, 1))
        kirima.brings(WANJIKU, date(2026, 11, 3), "100")
        assert kirima.statement(WANJIKU, date(2026, 11, 3)) == NoPrice(NOVEMBER)
        assert sheet_of(session, kirima.group, NOVEMBER) == NoPrice(NOVEMBER)


def test_the_same_charge_again_is_written_once(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME)
        assert kirima.charges(WANJIKU, "50", "sms:7")
        assert not kirima.charges(WANJIKU, "50", "sms:7")
        told = kirima.statement(WANJIKU, kirima.today)
        assert isinstance(told, Statement)
        assert told.account is not None
        assert told.account.total == Decimal("-50.00")


def test_a_sheet_shows_all_members_and_what_the_buyers_owe(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME, date(2026, 11, 1))
        kirima.brings(WANJIKU, date(2026, 11, 3), "100", "A")
        kirima.brings(KAMAU, date(2026, 11, 4), "50")
        kirima.writes(
            EntryKind.SALE,
            date(2026, 11, 15),
            litres="150",
            buyer="KCC",
            price_per_litre=Decimal(50),
            accepted_litres=Decimal(140),
        )
        sheet = sheet_of(session, kirima.group, NOVEMBER)
        assert isinstance(sheet, Sheet)
        assert [one.total for one in sheet.settlement.accounts] == [Decimal(2225), Decimal(4550)]
        assert sheet.settlement.whole == 6775
        assert sheet.pay_on == date(2026, 11, 29)
        (due,) = sheet.dues
        assert (due.worth, due.paid) == (Decimal(7000), Decimal(0))
        assert due.pay_by == date(2026, 11, 29)
        kirima.writes(EntryKind.PAID, date(2026, 11, 28), amount="4000", of_line_id=due.line.id)
        sheet = sheet_of(session, kirima.group, NOVEMBER)
        assert isinstance(sheet, Sheet)
        assert sheet.dues[0].paid == 4000


def test_what_another_price_would_change(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME, date(2026, 11, 1))
        kirima.brings(WANJIKU, date(2026, 11, 3), "100")
        kirima.brings(KAMAU, date(2026, 11, 3), "10")
        change = what_if(session, kirima.group, Decimal(48), NOVEMBER)
        assert not isinstance(change, NoPrice | NoScheme)
        assert (change.in_all, change.gain, change.lose) == (Decimal(330), 2, 0)
        assert change.most_gained == (kirima.ids[WANJIKU], Decimal(300))


def test_a_scheme_is_tried_on_the_months_that_were_paid_by_another(
    database: Database, now: datetime
) -> None:
    graded = Scheme(base_price=Decimal(44), grades=(GradeRate("A", Decimal(3)),), is_monthly=True)
    with database.begin() as session:
        kirima = Kirima(session, now)
        assert try_scheme(session, kirima.group, graded, kirima.today) is None
        kirima.pays_by(Scheme(base_price=Decimal(45)), date(2026, 10, 1))
        kirima.brings(WANJIKU, date(2026, 9, 29), "1000", "A")  # nobody paid by a scheme then
        kirima.brings(WANJIKU, date(2026, 10, 20), "100", "A")
        kirima.brings(KAMAU, date(2026, 11, 3), "10")
        trial = try_scheme(session, kirima.group, graded, kirima.today)
        assert isinstance(trial, Trial)
        assert trial.since == date(2026, 10, 1)
        change = trial.change
        assert (change.gain, change.lose, change.in_all) == (1, 1, Decimal(190))
        assert change.most_gained == (kirima.ids[WANJIKU], Decimal(200))
        assert change.most_lost == (kirima.ids[KAMAU], Decimal(-10))
        # Nothing was sold: a price that hangs on sales cannot be told.
        assert try_scheme(session, kirima.group, Scheme(), kirima.today) is None


def test_two_officers_propose_at_once_and_one_proposal_is_open(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        Kirima(session, now)
    both = Barrier(2)

    def proposing(phone: str, price: int) -> None:
        both.wait()
        with database.begin() as session:
            group = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
            propose(
                session,
                group,
                Scheme(base_price=Decimal(price)),
                words="",
                by=meet(session, phone, now),
                source_key=f"sms:{phone}",
                now=now,
            )

    threads = [Thread(target=proposing, args=one) for one in ((NJERI, 45), (KAMAU, 48))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        found = list(session.scalars(select(GroupScheme)))
        assert len(found) == 2
        assert [row.settled_at is None for row in found].count(True) == 1


def test_two_officers_agree_at_once_and_it_is_adopted_once(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        scheme_id = Kirima(session, now).proposes(SCHEME).id
    both, adopted = Barrier(2), list[str]()

    def agreeing(phone: str) -> None:
        both.wait()
        with database.begin() as session:
            row = open_proposal(session, scheme_id)
            if row is not None:
                group = session.get_one(Group, row.group_id)
                adopt(session, group, row, meet(session, phone, now), now.date(), now)
                adopted.append(phone)

    threads = [Thread(target=agreeing, args=(phone,)) for phone in (KAMAU, WANJIKU)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(adopted) == 1


def test_the_period_before_a_month_may_be_a_half(database: Database, now: datetime) -> None:
    with database.begin() as session:
        kirima = Kirima(session, now)
        kirima.pays_by(SCHEME, date(2026, 11, 1))
        kirima.pays_by(Scheme(base_price=Decimal(45), is_monthly=True), date(2026, 11, 20))
        kirima.brings(WANJIKU, date(2026, 11, 3), "100")
        kirima.brings(WANJIKU, date(2026, 11, 17), "12")
        told = kirima.statement(WANJIKU, date(2026, 12, 2))
        assert isinstance(told, Statement)
        assert told.account is not None
        assert (told.period.label, told.account.litres) == ("2026-11b", Decimal(12))
