"""A milk book as plain values, for screens that know no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache

from groups.book_kinds import EntryKind, Milking, Reason
from handlers.keywords.fitting import quotable
from handlers.screens.book_facts import (
    BookLineFacts,
    BuyerFacts,
    Lacks,
    MilkerFacts,
    OwnMilk,
    ReceiptFacts,
    RoundFacts,
)
from handlers.screens.book_frames import (
    BookDeed,
    BookFrame,
    BookLine,
    BookLines,
    BookLitres,
    BookMembers,
    BookMenu,
    BookReason,
    BuyerAmount,
    Buyers,
    MemberStatement,
    MilkFrame,
    MyMilk,
    MyPeriods,
    MyReceipt,
    OwnLitres,
    ReceiptLitres,
    SaleLitres,
    SalePrice,
    SaleTaken,
)

NOV_1, NOV_24 = date(2026, 11, 1), date(2026, 11, 24)
# As wide as money can be, and as much as one brings in a milking.
WIDEST, MOST = Decimal("9999999.99"), Decimal("499.95")


NOBODY_YET = RoundFacts(Decimal(0), 0, 0)


@dataclass(frozen=True)
class WrittenBook:
    """What is written down here of one group's book."""

    is_money: bool = True
    clock: Milking = Milking.MORNING
    so_far: RoundFacts = NOBODY_YET
    milkers: Sequence[MilkerFacts] = ()
    bought: Sequence[BuyerFacts] = ()
    written: Sequence[BookLineFacts] = ()
    mine: OwnMilk | None = None
    last: ReceiptFacts | None = None
    past: Sequence[str] = ()
    statements: Mapping[int, str] = field(default_factory=dict)

    @property
    def writes_money(self) -> bool:
        """As written down."""
        return self.is_money

    @property
    def most_litres(self) -> Decimal:
        """As in every book."""
        return Decimal(500)

    def milking(self) -> Milking:
        """As written down."""
        return self.clock

    def round(self, milking: Milking) -> RoundFacts:
        """As written down."""
        return self.so_far

    def members(self, milking: Milking | None = None) -> Sequence[MilkerFacts]:
        """As written down; their litres where a milking is meant."""
        if milking is not None:
            return self.milkers
        return [MilkerFacts(one.number, one.name) for one in self.milkers]

    def called(self, words: str) -> Sequence[int]:
        """Whose name begins so, or who has that number."""
        said = words.strip("#").lower()
        return [
            one.number
            for one in self.milkers
            if str(one.number) == said or one.name.lower().startswith(said)
        ]

    def buyers(self) -> Sequence[BuyerFacts]:
        """As written down."""
        return self.bought

    def lines(self) -> Sequence[BookLineFacts]:
        """As written down."""
        return self.written

    def line(self, number: int) -> BookLineFacts | None:
        """As written down."""
        return next((one for one in self.written if one.number == number), None)

    def own(self) -> OwnMilk | None:
        """As written down."""
        return self.mine

    def receipt(self) -> ReceiptFacts | None:
        """As written down."""
        return self.last

    def periods(self) -> Sequence[str]:
        """As written down."""
        return self.past

    def statement(self, number: int) -> str | None:
        """As written down."""
        return self.statements.get(number)


@cache
def longest_books(names: tuple[str, ...]) -> list[WrittenBook]:
    """All there is to write and to read, as wide as it can be; a little of it; nothing."""
    milkers = [MilkerFacts(9_990 + at, name, MOST) for at, name in enumerate(names)]
    owing = [BuyerFacts(f"{at} {name}"[:80], None, WIDEST, WIDEST) for at, name in enumerate(names)]
    line = BookLineFacts(
        999_990, EntryKind.DELIVERY, NOV_24, names[0], Milking.EVENING, MOST, "A/D28/F3.8"
    )
    written = [
        line,
        replace(line, number=999_991, kind=EntryKind.REJECT, reason=Reason.ALCOHOL),
        replace(line, number=999_992, kind=EntryKind.LOSS, name="", reason=Reason.OTHER),
        replace(line, number=999_993, kind=EntryKind.SALE, grade=None, amount=WIDEST),
        replace(line, number=999_994, kind=EntryKind.PAID, litres=None, amount=WIDEST),
        *(replace(line, number=999_900 - at, name=name) for at, name in enumerate(names)),
    ]
    mine = OwnMilk(NOV_1, NOV_24, WIDEST, 24, WIDEST, pay_on=NOV_24, later=MOST)
    full = WrittenBook(
        clock=Milking.EVENING,
        so_far=RoundFacts(WIDEST, 9_999, 9_999),
        milkers=milkers,
        bought=owing,
        written=written,
        mine=mine,
        last=ReceiptFacts(written[1], names[0], is_disputed=True, said=MOST),
        past=[f"{quotable(name)}, 1-15 Nov: 499.95 L x 99,999 = 9,999,999.99." for name in names],
        statements={
            one.number: f"{quotable(one.name)}. {'So much of that. ' * 20}" for one in milkers
        },
    )
    little = WrittenBook(
        is_money=False,
        so_far=RoundFacts(Decimal(12), 1, 0),
        milkers=milkers[:3],
        bought=[replace(owing[0], price=None, owes=Decimal(0))],
        written=written[:1],
        mine=replace(mine, total=-WIDEST, pay_on=None),
        last=ReceiptFacts(line, is_disputed=True),
        past=["1-15 Nov: 12 L."],
    )
    empty = WrittenBook(milkers=milkers[:1], mine=replace(mine, total=None, lacks=Lacks.SCHEME))
    return [full, little, empty]


def kind_of_book(frame: MilkFrame | BookFrame) -> object:  # noqa: C901 – one case each
    """What makes a screen of the book another one, but for which name was picked."""
    # The shapes of a book are three, and every other group's caller is its officer.
    where = type(frame), frame.group_id % 6
    match frame:
        case BookMembers():
            return where, frame.deed, len(frame.options), frame.milking
        case BookLitres():
            return where, frame.deed, frame.milking
        case BookReason():
            return where, frame.of.deed, frame.start
        case Buyers():
            return where, len(frame.options), frame.is_paying
        case SalePrice():
            return where, frame.unit
        case SaleTaken():
            return where, frame.of.unit
        case BookLines():
            return where, len(frame.options)
        case BookLine():
            return where, frame.number % 10
        case MyPeriods() | MemberStatement():
            return where, frame.page
        case _:
            return where


def not_theirs(group_id: int) -> tuple[MilkFrame | BookFrame, ...]:
    """Screens that an earlier one led to, before the caller left the group or the office."""
    litres = BookLitres(group_id, BookDeed.MILK, 9_990)
    sale = SaleLitres(group_id, "KCC")
    return (
        MyMilk(group_id),
        MyReceipt(group_id, 999_990),
        ReceiptLitres(group_id, 999_990),
        OwnLitres(group_id),
        MyPeriods(group_id),
        BookMenu(group_id),
        BookMembers(group_id, BookDeed.MILK, ()),
        litres,
        BookReason(MOST, litres),
        MemberStatement(group_id, 9_990),
        Buyers(group_id, ()),
        sale,
        SalePrice(sale, MOST),
        SaleTaken(SalePrice(sale, MOST), WIDEST),
        BuyerAmount(group_id, "KCC"),
        BookLines(group_id, ()),
        BookLine(group_id, 999_990),
    )
