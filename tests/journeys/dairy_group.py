"""A dairy group of forty, what they text, and the ledger that writes down the same.

What they dial is in dairy_calls.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import func, select

from db.session import Database
from groups.book_models import MilkBook
from groups.groups import find_group
from groups.models import Group
from handlers.telling_audits import tell_findings
from handlers.telling_elections import tell_closed
from handlers.telling_orders import tell_closed as tell_order_closed
from messaging.message import InboundSms
from messaging.models import OutboundMessage, Subscriber
from scheduler.audits import audit_books
from scheduler.elections import close_elections
from scheduler.orders import close_orders
from tests.handlers.texting import Phones, sms
from tests.journeys.dairy_ledger import CENT, Had, HalfMonth, Ledger, Milk, Owed, Sale

NAIROBI = timedelta(hours=3)

SECRETARY, TREASURER = 1, 4
COLLECTORS = {2: range(1, 21), 3: range(21, 41)}  # each with the members of their round
WITH_PHONE, EVERYBODY = range(1, 35), range(1, 41)
FIRST_NAMES = ("Njeri", "Peter", "Ruth", "Rose", "Grace", "David", "Esther", "Samuel", "Mercy")
LAST_NAMES = ("Otieno", "Kamau", "Chebet", "Mutiso")
WITHOUT_PHONE = {
    35: "Jane Wanjiru",
    36: "Jane Wanjiru",
    37: "Joseph Kiptoo",
    38: "Lydia Nafula",
    39: "Daniel Maina",
    40: "Agnes Moraa",
}
KG_PER_LITRE = Decimal("1.03")


def phone_of(number: int) -> str:
    """The phone with which a member joined."""
    return f"+2547110010{number:02d}"


def name_of(number: int) -> str:
    """What a member is called."""
    if number in WITHOUT_PHONE:
        return WITHOUT_PHONE[number]
    which_last, which_first = divmod(number - 1, len(FIRST_NAMES))
    return f"{FIRST_NAMES[which_first]} {LAST_NAMES[which_last]}"


def litres_told(litres: Decimal) -> str:
    """Litres as a receipt has them: 12, 8.5, 11.65."""
    if litres == litres.to_integral_value():
        return f"{litres:,.0f}"
    return f"{litres:,.2f}".removesuffix("0")


def money_told(value: Decimal) -> str:
    """Money as a text has it: 120, 8,482.50."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


@dataclass(frozen=True)
class Can:
    """A member's can in the words of a collector, and what it is."""

    words: str
    milk: Milk


@dataclass
class DairyGroup:
    """KIRIMA: forty members, their phones, and the ledger; what was texted is kept for repeats."""

    database: Database
    today: date
    phones: Phones = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    receipts: int = 0  # of milk that was written, as many as members must have been sent
    random: Random = field(default_factory=lambda: Random(40))
    sent: list[InboundSms] = field(default_factory=list)
    new_phones: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.phones = Phones(self.database, datetime.now(UTC))
        self.clock(12)

    def clock(self, hour: int, minute: int = 0) -> None:
        """It is that time of today, in Nairobi."""
        midnight = datetime.combine(self.today, time(), UTC) - NAIROBI
        self.phones.now = midnight + timedelta(hours=hour, minutes=minute)

    def text(self, sender: int | str, words: str) -> str:
        """What a member, or another phone, texts, and what they are told."""
        message = sms(self.phone(sender), words)
        self.sent.append(message)
        return self.phones.deliver(message) or ""

    def phone(self, sender: int | str) -> str:
        """The phone that a member has now."""
        return sender if isinstance(sender, str) else self.new_phones.get(sender, phone_of(sender))

    def says(self, sender: int | str, words: str, reply: str) -> None:
        """They are told just that."""
        told = self.text(sender, words)
        assert told == reply, (self.phones.now, sender, words, told)

    def is_refused(self, sender: int | str, words: str, reply: str) -> None:
        """They are told just that, and nothing is written."""
        before = self.written()
        self.says(sender, words, reply)
        assert self.written() == before

    def written(self) -> int:
        """How many lines all books have; nobody but KIRIMA ever writes one."""
        with self.database.read() as session:
            return session.scalar(select(func.sum(MilkBook.lines))) or 0

    @property
    def group_id(self) -> int:
        """KIRIMA's key."""
        with self.database.read() as session:
            group = find_group(session, "KIRIMA")
            assert isinstance(group, Group)
            return group.id

    def repeat(self, times: int) -> None:
        """A gateway delivers texts of these days once more: nobody writes, and nobody is told."""
        before = self.written(), self.told_in_all()
        for message in self.random.sample(self.sent, min(times, len(self.sent))):
            self.phones.deliver(message)
        assert (self.written(), self.told_in_all()) == before
        assert before[0] == self.ledger.lines
        del self.sent[:-30]

    def told_in_all(self) -> int:
        """How many texts were ever promised."""
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(OutboundMessage)) or 0

    def told(self, phone: str, like: str = "%") -> list[str]:
        """What somebody was told without asking, first first."""
        wanted = (
            select(OutboundMessage.text)
            .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
            .where(Subscriber.msisdn == phone, OutboundMessage.in_reply_to_id.is_(None))
            .where(OutboundMessage.dedupe_key.like(like))
        )
        with self.database.read() as session:
            return list(session.scalars(wanted.order_by(OutboundMessage.id)))

    def work_at_night(self) -> int:
        """What the worker does between two days; how many texts an audit promised."""
        self.clock(3, 10)
        close_orders(self.database, self.phones.catalogue, tell_order_closed, self.phones.now)
        return audit_books(self.database, self.phones.catalogue, tell_findings, self.phones.now)

    def close_elections(self) -> int:
        """What the worker does each minute."""
        return close_elections(self.database, self.phones.catalogue, tell_closed, self.phones.now)

    def found(self) -> None:
        """The secretary founds it, some are invited and some join, and some have no phone."""
        self.text(SECRETARY, "ENGLISH")
        self.text(SECRETARY, f"REGISTER {name_of(SECRETARY)} MOLO")
        assert self.text(SECRETARY, "CREATE GROUP KIRIMA DAIRY").startswith(
            "Kirima Dairy is founded and you are its secretary."
        )
        for number in WITH_PHONE[1:]:
            self._join(number, is_invited=number < 10)
        for number, name in WITHOUT_PHONE.items():
            told = self.text(SECRETARY, f"ADD MEMBER {name.upper()}")
            assert told.startswith(f"{name} is number {number} in Kirima Dairy, without a phone.")
        for number in COLLECTORS:
            name = name_of(number)
            self.says(SECRETARY, f"COLLECTOR {name}", f"{name} is collector now.")
        self.says(SECRETARY, f"TREASURER {TREASURER}", f"{name_of(TREASURER)} is treasurer now.")
        self.sent.clear()

    def _join(self, number: int, *, is_invited: bool) -> None:
        if is_invited:
            self.text(SECRETARY, f"INVITE 0{phone_of(number)[4:]}")
        # JOIN and YES are taught words: they tell nobody's language.
        assert "Kirima Dairy" in self.text(number, "YES" if is_invited else "JOIN KIRIMA")
        self.text(number, "ENGLISH")
        assert name_of(number) in self.text(number, f"REGISTER {name_of(number)} MOLO")

    def cans(self, collector: int) -> list[Can]:
        """What comes to a collector at one milking; now and then somebody has no milk."""
        return [
            self._can(number) for number in COLLECTORS[collector] if self.random.random() > 0.04
        ]

    def bring(self, collector: int, cans: list[Can]) -> None:
        """A collector writes what came in one text."""
        first = self.ledger.lines + 1
        last = [self.write_milk(can.milk, collector) for can in cans][-1]
        told = ", ".join(f"#{can.milk.member} {can.words}" for can in cans)
        litres = sum((can.milk.litres for can in cans), Decimal(0))
        self.says(
            collector,
            f"MILK {told}",
            f"Written, KIRIMA: {len(cans)} deliveries (no. {first} to {last}). "
            f"{litres_told(litres)} L in all.",
        )

    def write_milk(self, milk: Milk, by: int) -> int:
        """A delivery, of which its member is told, unless they wrote it or have no phone."""
        self.receipts += milk.member in WITH_PHONE and milk.member != by
        return self.ledger.write_milk(milk)

    def _can(self, number: int) -> Can:
        figure = Decimal(self.random.randrange(40, 200)) / 10
        is_weighed = self.random.random() < 0.1
        grade = self.random.choice(("A", "A", "B", "C", ""))
        fat = self.random.choice((None, None, Decimal("3.4"), Decimal("3.8"))) if grade else None
        words = f"{figure}{' KG' if is_weighed else ''} {grade}".strip()
        words += "" if fat is None else f" F{fat}"
        litres = (figure / KG_PER_LITRE).quantize(CENT) if is_weighed else figure
        return Can(words, Milk(number, self.today, litres, grade, fat))

    def sell(
        self, buyer: str, litres: Decimal, price: Decimal, taken: Decimal | None = None
    ) -> None:
        """The treasurer writes a sale."""
        sale = Sale(self.today, buyer, litres if taken is None else taken, price)
        line = self.ledger.next_line()
        self.ledger.sales[line] = sale
        took = "" if taken is None else f", TOOK {taken}"
        left = "" if taken is None else f" {litres_told(litres - taken)} L not taken."
        self.says(
            TREASURER,
            f"SOLD {litres} L TO {buyer} AT {price}{took}",
            f"Written, KIRIMA: {litres_told(sale.litres)} L to {buyer} at KES {money_told(price)} "
            f"is KES {money_told(sale.worth)} (no. {line}).{left}",
        )

    def lose(self, litres: Decimal, words: str, why: str) -> None:
        """A collector writes what could not be sold."""
        line = self.ledger.next_line()
        self.ledger.lost[line] = (self.today, litres)
        told = f"Written, KIRIMA: {litres_told(litres)} L lost, {why} (no. {line})."
        self.says(min(COLLECTORS), words, told)

    def reject(self, number: int, litres: int, word: str, why: str) -> None:
        """A collector refuses milk: it is written, told to its member, and nobody pays for it."""
        line = self.ledger.next_line()
        self.receipts += number in WITH_PHONE
        told = f"{litres} L of {name_of(number)} not taken, {why} (no. {line})."
        self.says(min(COLLECTORS), f"REJECT #{number} {litres} {word}", f"Written, KIRIMA: {told}")

    def charge(self, number: int, what_for: str, amount: Decimal) -> int:
        """The treasurer writes what a member owes."""
        line = self.ledger.next_line()
        self.ledger.owed[line] = Owed(number, self.today, amount)
        self.says(
            TREASURER,
            f"CHARGE #{number} {what_for.upper()} {amount}",
            f"Written, line {line}: {name_of(number)} owes {money_told(amount)} for {what_for}. "
            f"Wrong? VOID {line}",
        )
        return line

    def charge_all(self, what_for: str, amount: Decimal) -> None:
        """The same of everybody."""
        first = self.ledger.lines + 1
        for number in EVERYBODY:
            self.ledger.owed[self.ledger.next_line()] = Owed(number, self.today, amount)
        self.says(
            TREASURER,
            f"CHARGE ALL {amount} {what_for.upper()}",
            f"Written, 40 members owe {money_told(amount)} each for {what_for}. "
            f"Lines {first}-{self.ledger.lines}.",
        )

    def charge_each(self, bought: Mapping[int, int], price: Decimal) -> None:
        """The ledger's side of what was bought together: each owes for their own."""
        for number, count in bought.items():
            owed = Owed(number, self.today, count * price)
            self.ledger.owed[self.ledger.next_line()] = owed

    def correct(self, line: int, litres: Decimal, *, then: str = "") -> None:
        """The secretary writes another line in place of one; `then`: where it counts."""
        before = self.ledger.milk[line]
        new = self.ledger.correct(line, replace(before, litres=litres))
        told = (
            f"Corrected, KIRIMA: no. {line} was {litres_told(before.litres)} L and is "
            f"{litres_told(litres)} L now (no. {new}). {then}"
        )
        self.says(SECRETARY, f"CORRECT {line} {litres}", told.strip())

    def void(self, sender: int, line: int, *, then: str = "") -> None:
        """An officer takes a line out."""
        new = self.ledger.take_out(line)
        told = f"Taken out, KIRIMA: no. {line} does not count any more (no. {new}). {then}"
        self.says(sender, f"VOID {line}", told.strip())

    def pay(self, number: int, amount: Decimal, period: HalfMonth) -> None:
        """The treasurer writes money that a member had, of what is due of a period or ahead."""
        line = self.ledger.next_line()
        self.ledger.had[line] = Had(number, period, amount)
        left = money_told(self.ledger.due(number, period))
        self.says(
            TREASURER,
            f"PAID #{number} {amount}",
            f"Written, KIRIMA: {name_of(number)} was paid KES {money_told(amount)} (no. {line}). "
            f"Left of {period.days}: KES {left}.",
        )

    def pay_all(self, period: HalfMonth) -> Decimal:
        """All got what was due: it is asked once, with the sum, and then it is closed."""
        due = {one: self.ledger.due(one, period) for one in EVERYBODY}
        assert all(amount > 0 for amount in due.values())
        paid, members = sum(due.values(), Decimal(0)), len(due)
        total = money_told(paid)
        self.says(
            TREASURER,
            "PAID ALL",
            f"KIRIMA, {period.days}: did {members} members get KES {total} in all? "
            "It changes no more then. Reply 1 yes, 2 to drop it.",
        )
        first = self.ledger.lines + 1
        for number, amount in due.items():
            self.ledger.had[self.ledger.next_line()] = Had(number, period, amount)
        self.ledger.closed[period] = last = self.ledger.next_line()
        self.says(
            TREASURER,
            "YES",
            f"Written, KIRIMA: {period.days} is paid, KES {total} to {members} members "
            f"(no. {first} to {last}). What is corrected from now on counts in the next period.",
        )
        return paid
