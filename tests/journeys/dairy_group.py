"""A dairy group of forty who do everything by text, and a ledger of its own to hold Bei's sums to.

The ledger knows what was texted and nothing of how Bei pays: it is plain arithmetic, told as in
docs/payment.md, so that a slip in the one does not hide in the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from sqlalchemy import func, select

from db.session import Database
from groups.book_models import MilkBook
from groups.groups import find_group
from groups.models import Group
from handlers.telling_audits import tell_findings
from handlers.telling_elections import tell_closed
from messaging.message import InboundSms
from messaging.models import OutboundMessage, Subscriber
from prices.catalogue import Catalogue
from scheduler.audits import audit_books
from scheduler.elections import close_elections
from tests.handlers.texting import Phones, sms

CENT, NOTHING = Decimal("0.01"), Decimal(0)
NAIROBI = timedelta(hours=3)
DAY = timedelta(days=1)

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
class Milk:
    """What one member brought to one milking."""

    member: int
    day: date
    litres: Decimal
    grade: str = ""
    fat: Decimal | None = None


@dataclass(frozen=True)
class Sale:
    """What one buyer took."""

    day: date
    buyer: str
    litres: Decimal
    price: Decimal

    @property
    def worth(self) -> Decimal:
        """What they owe for it."""
        return (self.litres * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Owed:
    """What is kept from a member's pay."""

    member: int
    day: date
    amount: Decimal


@dataclass(frozen=True)
class Terms:
    """How the group pays; `base` None: the buyers' price less `margin`."""

    words: str
    base: Decimal | None
    margin: Decimal = NOTHING
    grades: Mapping[str, Decimal] = field(default_factory=dict)
    fat_above: Decimal = Decimal(100)
    for_fat: Decimal = NOTHING
    months: range = range(0)
    in_season: Decimal = NOTHING
    levy_per_cent: Decimal = NOTHING
    transport: Decimal = NOTHING
    days_to_pay: int = 5


@dataclass(frozen=True)
class Pay:
    """What a period comes to for one member."""

    litres: Decimal
    base: Decimal
    exact: Decimal

    @property
    def milk(self) -> Decimal:
        """The first figure of a statement."""
        return (self.litres * self.base).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        """The last one."""
        return self.exact.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class HalfMonth:
    """A pay period; `until` is the day after its last."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether a day is paid in it."""
        return self.since <= day < self.until

    @property
    def last(self) -> date:
        """Its last day."""
        return self.until - DAY


def half_months(first: date, until: date) -> Iterator[HalfMonth]:
    """The pay periods between two days on which one begins."""
    while first < until:
        next_one = first.replace(day=16) if first.day == 1 else (first + 20 * DAY).replace(day=1)
        yield HalfMonth(first, next_one)
        first = next_one


@dataclass
class Ledger:
    """What was texted, by the number of its line; `lines` is how many the book must have."""

    lines: int = 0
    receipts: int = 0
    milk: dict[int, Milk] = field(default_factory=dict)
    lost: dict[int, tuple[date, Decimal]] = field(default_factory=dict)
    sales: dict[int, Sale] = field(default_factory=dict)
    owed: dict[int, Owed] = field(default_factory=dict)

    def next_line(self) -> int:
        """One more was written."""
        self.lines += 1
        return self.lines

    def write_milk(self, milk: Milk, by: int) -> int:
        """A delivery, of which its member is told, unless they wrote it or have no phone."""
        line = self.next_line()
        self.milk[line] = milk
        self.receipts += milk.member in WITH_PHONE and milk.member != by
        return line

    def line_of(self, member: int, day: date) -> int:
        """The last delivery of a member on a day."""
        return max(
            line for line, one in self.milk.items() if (one.member, one.day) == (member, day)
        )

    def received(self, day: date) -> Decimal:
        """What all brought on a day."""
        return sum((one.litres for one in self.milk.values() if one.day == day), NOTHING)

    def found(self, day: date) -> Decimal:
        """What was sold or lost of it."""
        sold = (one.litres for one in self.sales.values() if one.day == day)
        lost = (litres for of, litres in self.lost.values() if of == day)
        return sum((*sold, *lost), NOTHING)

    def base_price(self, terms: Terms, period: HalfMonth) -> Decimal:
        """What a litre brings before its quality."""
        if terms.base is not None:
            return terms.base
        sold = [one for one in self.sales.values() if period.holds(one.day)]
        worth = sum((one.litres * one.price for one in sold), NOTHING)
        mean = worth / sum((one.litres for one in sold), NOTHING)
        return (mean - terms.margin).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def pay(self, member: int, terms: Terms, period: HalfMonth, *, less_owed: bool = True) -> Pay:
        """What a member gets of a period."""
        base = self.base_price(terms, period)
        brought = [
            one for one in self.milk.values() if one.member == member and period.holds(one.day)
        ]
        litres = sum((one.litres for one in brought), NOTHING)
        worth = sum((one.litres * (base + _quality(one, terms)) for one in brought), NOTHING)
        worth += litres * (terms.in_season if period.since.month in terms.months else NOTHING)
        kept = worth * terms.levy_per_cent / 100 + litres * terms.transport
        owed = (
            one.amount
            for one in self.owed.values()
            if less_owed and one.member == member and period.holds(one.day)
        )
        return Pay(litres, base, worth - kept - sum(owed, NOTHING))

    def pay_all(self, terms: Terms, period: HalfMonth, *, less_owed: bool = True) -> list[Pay]:
        """The same for everybody."""
        return [self.pay(one, terms, period, less_owed=less_owed) for one in EVERYBODY]

    def owes(self, buyer: str, until: date) -> list[Sale]:
        """What was sold to a buyer in the half month that ends before a day."""
        first = (until - DAY).replace(day=1 if until.day == 16 else 16)
        return [
            one
            for one in self.sales.values()
            if one.buyer == buyer and HalfMonth(first, until).holds(one.day)
        ]


def _quality(milk: Milk, terms: Terms) -> Decimal:
    is_fat = milk.fat is not None and milk.fat > terms.fat_above
    return terms.grades.get(milk.grade, NOTHING) + (terms.for_fat if is_fat else NOTHING)


def summed(pays: Iterable[Pay]) -> Decimal:
    """What all get, each rounded."""
    return sum((one.total for one in pays), NOTHING)


@dataclass
class DairyGroup:
    """KIRIMA: forty members, their phones, and the ledger; what was texted is kept for repeats."""

    database: Database
    today: date
    phones: Phones = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
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
        phone = sender if isinstance(sender, str) else self.new_phones.get(sender, phone_of(sender))
        message = sms(phone, words)
        self.sent.append(message)
        return self.phones.deliver(message) or ""

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
        return audit_books(self.database, Catalogue(), tell_findings, self.phones.now)

    def close_elections(self) -> int:
        """What the worker does each minute."""
        return close_elections(self.database, Catalogue(), tell_closed, self.phones.now)

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

    def bring(self, hour: int) -> Decimal:
        """Both collectors write a milking, each in one text; the litres of all."""
        self.clock(hour)
        litres = [self._collect(collector, numbers) for collector, numbers in COLLECTORS.items()]
        return sum(litres, NOTHING)

    def _collect(self, collector: int, numbers: range) -> Decimal:
        came = [number for number in numbers if self.random.random() > 0.04]
        cans = [self._can(number) for number in came]
        first = self.ledger.lines + 1
        for _, milk in cans:
            last = self.ledger.write_milk(milk, collector)
        litres = sum((milk.litres for _, milk in cans), NOTHING)
        self.says(
            collector,
            f"MILK {', '.join(words for words, _ in cans)}",
            f"Written, KIRIMA: {len(cans)} deliveries (no. {first} to {last}). "
            f"{litres_told(litres)} L in all.",
        )
        return litres

    def _can(self, number: int) -> tuple[str, Milk]:
        """A member's can in the words of a collector, and what it is."""
        figure = Decimal(self.random.randrange(40, 200)) / 10
        is_weighed = self.random.random() < 0.1
        grade = self.random.choice(("A", "A", "B", "C", ""))
        fat = self.random.choice((None, None, Decimal("3.4"), Decimal("3.8"))) if grade else None
        words = f"#{number} {figure}{' KG' if is_weighed else ''} {grade}".strip()
        words += "" if fat is None else f" F{fat}"
        litres = (figure / KG_PER_LITRE).quantize(CENT) if is_weighed else figure
        return words, Milk(number, self.today, litres, grade, fat)

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
        self.ledger.receipts += number in WITH_PHONE
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

    def correct(self, line: int, litres: Decimal) -> None:
        """The secretary writes another line in place of one."""
        before = self.ledger.milk.pop(line)
        new = self.ledger.next_line()
        self.ledger.milk[new] = replace(before, litres=litres)
        self.says(
            SECRETARY,
            f"CORRECT {line} {litres}",
            f"Corrected, KIRIMA: no. {line} was {litres_told(before.litres)} L and is "
            f"{litres_told(litres)} L now (no. {new}).",
        )

    def void(self, sender: int, line: int) -> None:
        """An officer takes a line out."""
        self.ledger.milk.pop(line, None)
        self.ledger.owed.pop(line, None)
        new = self.ledger.next_line()
        told = f"Taken out, KIRIMA: no. {line} does not count any more (no. {new})."
        self.says(sender, f"VOID {line}", told)
