"""Three months of a dairy group of forty, by text alone; every sum is worked out here once more."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from db.session import Database
from groups.audit_models import AuditFinding
from groups.audit_of_group import FindingKind
from groups.book import every_line, first_broken_line
from groups.models import Group
from groups.payments import Sheet, period_on, sheet_of
from prices.kinds import Buyer, PriceType
from prices.models import PriceObservation
from tests.journeys.dairy_group import (
    CENT,
    COLLECTORS,
    DAY,
    EVERYBODY,
    SECRETARY,
    TREASURER,
    WITH_PHONE,
    WITHOUT_PHONE,
    DairyGroup,
    HalfMonth,
    Milk,
    Pay,
    Terms,
    half_months,
    litres_told,
    money_told,
    name_of,
    phone_of,
    summed,
)

FIRST_DAY = date(2026, 9, 1)
# Both databases are told the same story; on the slower one it ends with its first month.
ENDS = {"sqlite": date(2026, 12, 1), "postgresql": date(2026, 10, 1)}
LEAKS_ON, SHARE_LEAKED = (22, 23, 24, 25), Decimal("0.04")

OWN_TERMS = Terms(
    "SCHEME BASE 45 A +1 C -2 LEVY 1% TRANSPORT 0.5",
    base=Decimal(45),
    grades={"A": Decimal(1), "C": Decimal(-2)},
    levy_per_cent=Decimal(1),
    transport=Decimal("0.5"),
)
BUYERS_TERMS = Terms(
    "SCHEME MARGIN 2 A +1.50 C -2 FAT>3.5 +0.75 OCT-NOV +1 LEVY 1.5% TRANSPORT 0.5 PAY KCC 7",
    base=None,
    margin=Decimal(2),
    grades={"A": Decimal("1.50"), "C": Decimal(-2)},
    fat_above=Decimal("3.5"),
    for_fat=Decimal("0.75"),
    months=range(10, 12),
    in_season=Decimal(1),
    levy_per_cent=Decimal("1.5"),
    transport=Decimal("0.5"),
    days_to_pay=7,
)
NEW_SIM, MOVED = "+254722000099", 9
OUMA, OUMAS_COLLECTOR = "+254722000023", "+254722000024"
DISPUTES, CHAIR, RIVAL = 12, 11, 10
OFFICERS = (SECRETARY, *COLLECTORS, TREASURER)

BROUGHT = re.compile(r": ([\d,.]+) L x ([\d,.]+) = ([\d,.]+)\. ")
LINE = re.compile(r"([+-][\d,]+(?:\.\d\d)?)\. ")
TOTAL = re.compile(r"To pay ([\d,]+(?:\.\d\d)?) by (\d+ \w+)\.")
TIMES = re.compile(r"([\d,.]+) L x (-?[\d.]+) = ([+-]?[\d,.]+\d)")


def test_three_months_of_a_dairy_group(database: Database) -> None:
    group = DairyGroup(database, FIRST_DAY - DAY)
    until = ENDS[database.engine.dialect.name]
    group.found()
    another_group(group)
    agree_on(group, OWN_TERMS, date(2026, 8, 16))
    group.today = FIRST_DAY
    paid = list(half_months(FIRST_DAY, until))
    leaks = [until - DAY * (31 - day) for day in LEAKS_ON]
    audits = 0
    while group.today < until:
        audits += group.work_at_night()
        a_day(group, leaks, paid)
        group.today += DAY
    not_even = ", ".join(f"{day:%-d %b}" for day in leaks)
    assert f"It does not add up: {not_even}. No member's" in group.text(20, "AUDIT")
    for _ in range(3):
        audits += group.work_at_night()
        settle(group, paid)
        group.today += DAY
    assert audits == len((*OFFICERS, CHAIR)) * len(leaks)
    only_the_leak_is_found(group, leaks)
    the_book_is_whole(group)
    the_market_heard_of_each_sale(group)


def a_day(group: DairyGroup, leaks: list[date], paid: list[HalfMonth]) -> None:
    """Two milkings, two sales, and what else happens on such a day."""
    leaked = SHARE_LEAKED if group.today in leaks else Decimal(0)
    group.bring(6)
    group.clock(9)
    settle(group, paid)
    for happens in BY_DAY.get(group.today.day, ()):
        happens(group)
    if group.today in ONCE:
        ONCE[group.today](group)
    group.clock(11)
    morning = sell_to_kcc(group, leaked)
    group.bring(17)
    group.clock(17, 20)
    if group.today in IN_THE_EVENING:
        IN_THE_EVENING[group.today](group)
    group.clock(19)
    evening = group.ledger.received(group.today) - morning
    group.sell("BROOKSIDE", sold_of(evening, leaked), Decimal("47.50"))
    group.repeat(3)


def sell_to_kcc(group: DairyGroup, leaked: Decimal) -> Decimal:
    """The morning's milk, of which KCC once a month sends some back; what had come."""
    morning, lost = group.ledger.received(group.today), group.ledger.found(group.today)
    litres = sold_of(morning - lost, leaked)
    price = Decimal(46) + Decimal(group.today.day % 3) / 2
    if group.today.day == 12:
        group.sell("KCC", litres, price, taken=litres - 6)
        group.lose(Decimal(6), "LOSS 6 SOUR", "sour")
    else:
        group.sell("KCC", litres, price)
    return morning


def sold_of(litres: Decimal, leaked: Decimal) -> Decimal:
    """All but froth and what leaks, to the half litre."""
    return litres * (Decimal("0.995") - leaked) // Decimal("0.5") / 2


def another_group(group: DairyGroup) -> None:
    """UMOJA has a collector too."""
    for phone, name in ((OUMA, "OUMA OKELLO"), (OUMAS_COLLECTOR, "AKINYI OBURA")):
        group.text(phone, "ENGLISH")
        group.text(phone, f"REGISTER {name} MOLO")
    assert "is founded" in group.text(OUMA, "CREATE GROUP UMOJA FARMERS")
    assert group.text(OUMAS_COLLECTOR, "JOIN UMOJA").startswith("Welcome to ")
    group.says(OUMA, "COLLECTOR AKINYI", "AKINYI OBURA is collector now.")


def agree_on(group: DairyGroup, terms: Terms, since: date) -> str:
    """The treasurer proposes how milk is paid, and a collector agrees."""
    proposed = group.text(TREASURER, terms.words)
    assert proposed.startswith("Proposed: Base")
    told = f"Kirima Dairy pays by the new scheme from {since:%-d %b}. To see it: SCHEME"
    group.says(3, "YES", told)
    return proposed


def settle(group: DairyGroup, paid: list[HalfMonth]) -> None:
    """On the day after a pay period the buyers pay, and each member is told what they get."""
    for period in paid:
        if period.until == group.today:
            terms = OWN_TERMS if period.since == FIRST_DAY else BUYERS_TERMS
            group.clock(9)
            buyers_pay(group, period)
            members_are_told(group, terms, period)
            the_whole_is_theirs(group, terms, period)


def buyers_pay(group: DairyGroup, period: HalfMonth) -> None:
    for buyer in ("KCC", "BROOKSIDE"):
        sales = group.ledger.owes(buyer, period.until)
        worth = sum((sale.worth for sale in sales), Decimal(0))
        group.ledger.lines += len(sales)
        line = group.ledger.lines
        told = f"Written, KIRIMA: {buyer} paid KES {money_told(worth)} (no. {line})."
        group.says(TREASURER, f"PAID {buyer} {worth}", told)


def members_are_told(group: DairyGroup, terms: Terms, period: HalfMonth) -> None:
    days = f"{period.since.day}-{period.last:%-d %b}"
    group.says(
        TREASURER,
        "STATEMENT ALL",
        f"The statements of {days} go to 34 members. 6 have no phone: STATEMENT and their number.",
    )
    pay_by = period.last + DAY * terms.days_to_pay
    for number in WITH_PHONE:
        phone = group.new_phones.get(number, phone_of(number))
        text = group.told(phone, "statement:%")[-1]
        is_just(group, text, number, terms, period)
        assert f"by {pay_by:%-d %b}." in text
    for number in WITHOUT_PHONE:
        is_just(group, group.text(SECRETARY, f"STATEMENT {number}"), number, terms, period)
    details_are_just(group.text(CHAIR, "STATEMENT DETAILS"))


def is_just(group: DairyGroup, text: str, number: int, terms: Terms, period: HalfMonth) -> None:
    """A statement is the ledger's to the cent, and its lines add up to its total."""
    pay = group.ledger.pay(number, terms, period)
    days = f"{period.since.day}-{period.last:%-d %b}"
    named, _, _ = text.partition(f", {days}: ")
    assert name_of(number).startswith(named), text  # where room lacks, by the first name
    milk, total = BROUGHT.search(text), TOTAL.search(text)
    assert milk is not None, text
    assert total is not None, text
    assert [figure(one) for one in milk.groups()] == [pay.litres, pay.base, pay.milk], text
    assert figure(total[1]) == pay.total, (text, pay)
    assert pay.milk + sum(map(figure, LINE.findall(text))) == pay.total, text


def details_are_just(text: str) -> None:
    """Whoever has the litres and the rate finds the same amount with a pencil."""
    lines = TIMES.findall(text)
    assert len(lines) >= 3, text
    for litres, rate, amount in lines:
        exact = figure(litres) * figure(rate)
        assert abs(exact - figure(amount)) <= CENT / 2, text


def figure(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))


def the_whole_is_theirs(group: DairyGroup, terms: Terms, period: HalfMonth) -> None:
    """What all get together, and what the buyers owed and paid for it."""
    pays = group.ledger.pay_all(terms, period)
    sheet = sheet_in(group, period)
    assert sheet.settlement.litres == sum((one.litres for one in pays), Decimal(0))
    assert sheet.settlement.paid == summed(pays)
    exact = sum((one.exact for one in pays), Decimal(0))
    assert sheet.settlement.whole == Pay(Decimal(0), Decimal(0), exact).total
    assert sheet.settlement.paid + sheet.settlement.rounding == sheet.settlement.whole
    assert len(sheet.settlement.accounts) == len(EVERYBODY)
    owed = {
        (sale.day, sale.buyer): sale.worth
        for buyer in ("KCC", "BROOKSIDE")
        for sale in group.ledger.owes(buyer, period.until)
    }
    assert {(due.line.day, due.line.buyer): due.worth for due in sheet.dues} == owed
    assert {(due.line.day, due.line.buyer): due.paid for due in sheet.dues} == owed


def sheet_in(group: DairyGroup, period: HalfMonth) -> Sheet:
    with group.database.read() as session:
        kirima = session.get_one(Group, group.group_id)
        paid = period_on(session, kirima, period.since)
        assert paid is not None
        assert (paid.since, paid.until) == (period.since, period.until)
        sheet = sheet_of(session, kirima, paid)
        assert isinstance(sheet, Sheet)
        return sheet


def only_the_leak_is_found(group: DairyGroup, leaks: list[date]) -> None:
    """The days on which milk leaked, with the ledger's litres, and no other; all officers know."""
    with group.database.read() as session:
        wanted = select(AuditFinding).where(AuditFinding.group_id == group.group_id)
        found = [
            (one.kind, one.day, one.received, one.found)
            for one in session.scalars(wanted.order_by(AuditFinding.day))
        ]
    assert found == [
        (FindingKind.BEFORE_SALE, day, group.ledger.received(day), group.ledger.found(day))
        for day in leaks
    ]
    for officer in (*OFFICERS, CHAIR):
        audits = [text for text in group.told(phone_of(officer)) if text.startswith("Audit of ")]
        assert [text.split(" L ")[0] for text in audits] == [
            f"Audit of Kirima Dairy. {day:%-d %b}: {litres_told(in_tenths(group, day))}"
            for day in leaks
        ]


def in_tenths(group: DairyGroup, day: date) -> Decimal:
    return group.ledger.received(day).quantize(Decimal("0.1"))


def the_book_is_whole(group: DairyGroup) -> None:
    """Every line that was texted and no other, each held by the one before."""
    with group.database.read() as session:
        assert first_broken_line(session, group.group_id) is None
        assert sum(1 for _ in every_line(session, group.group_id)) == group.ledger.lines
    receipts = sum(
        len(group.told(phone, "receipt:written:%"))
        for phone in [*map(phone_of, WITH_PHONE), NEW_SIM]
    )
    assert receipts == group.ledger.receipts


def the_market_heard_of_each_sale(group: DairyGroup) -> None:
    """What buyers paid stands at the farm gate of Molo, each sale one word of the treasurer's."""
    with group.database.read() as session:
        told = list(session.scalars(select(PriceObservation)))
    assert len({one.reporter_id for one in told}) == 1
    assert {(one.price_type, one.buyer) for one in told} == {(PriceType.FARM_GATE, Buyer.PROCESSOR)}
    prices = [sale.price for sale in group.ledger.sales.values()]
    assert sorted(one.price for one in told) == sorted(prices)


def feed_is_charged(group: DairyGroup) -> None:
    for number in group.random.sample(EVERYBODY, 3):
        group.charge(number, "feed", Decimal("1250.50"))


def soap_is_charged(group: DairyGroup) -> None:
    group.charge_all("soap", Decimal(50))


def a_charge_is_taken_back(group: DairyGroup) -> None:
    group.void(TREASURER, group.charge(20, "an advance", Decimal(800)))


def members_write_their_own_side(group: DairyGroup) -> None:
    """Some keep a book of their own, and wrote what the collector wrote."""
    for number in (8, 15, 28):
        own = [one for one in group.ledger.milk.values() if one.member == number]
        if own and own[-1].day == group.today:
            litres, line = litres_told(own[-1].litres), group.ledger.next_line()
            group.says(
                number,
                f"MILK {own[-1].litres} L",
                f"Written on your own side, KIRIMA: {litres} L, {group.today:%-d %b} morning "
                f"(no. {line}). The collector wrote {litres} L.",
            )


def milk_is_refused(group: DairyGroup) -> None:
    group.reject(17, 5, "SOUR", "sour")
    group.reject(23, 4, "WATER", "watered")
    group.reject(38, 3, "ALCOHOL", "alcohol test")
    group.reject(30, 6, "ANTIBIOTICS", "antibiotics")


def milk_is_lost(group: DairyGroup) -> None:
    group.lose(Decimal(5), "LOSS 5 SOUR", "sour")
    group.lose(Decimal("2.5"), "SPILL 2.5", "spilt")


def which_jane(group: DairyGroup) -> None:
    """Two are called so: it is asked, and written of the second alone."""
    group.is_refused(
        2,
        "MILK JANE WANJIRU 3.5",
        "Which JANE WANJIRU? Reply 1 Jane Wanjiru (#35), 2 Jane Wanjiru (#36).",
    )
    line = group.ledger.write_milk(Milk(36, group.today, Decimal("3.5")), 2)
    group.says(2, "2", f"Written, KIRIMA: Jane Wanjiru 3.5 L (no. {line}).")


def what_cannot_be(group: DairyGroup) -> None:
    """A sentence each, and nothing is written."""
    next_week = group.today + 7 * DAY
    nobody = "There is no {} in {}. Nothing was written. To add: ADD MEMBER {}"
    too_much = f"1,200 L of {name_of(7)} in one milking cannot be. Nothing was written."
    to_come = f"{next_week:%-d %b} is still to come. Nothing was written."
    no_line = "There is no line 1 in the book of UMOJA. Nothing was written."
    no_office = "Your office in KIRIMA does not write this in its book. Nothing was written."
    jane = nobody.format("JANE WANJIRU", "UMOJA", "JANE WANJIRU")
    group.is_refused(2, "MILK ZEBEDAYO 6", nobody.format("ZEBEDAYO", "KIRIMA", "ZEBEDAYO"))
    group.is_refused(2, "MILK #7 1200", too_much)
    group.is_refused(2, f"MILK #7 6 {next_week.day}/{next_week.month}", to_come)
    group.is_refused(OUMAS_COLLECTOR, "MILK JANE WANJIRU 5", jane)
    group.is_refused(OUMAS_COLLECTOR, "VOID 1", no_line)
    group.is_refused(3, "SOLD 180 KCC 46", no_office)


def a_pin_is_kept(group: DairyGroup) -> None:
    assert group.text(MOVED, "PIN 4821").startswith("Your PIN is kept.")


def a_phone_is_lost(group: DairyGroup) -> None:
    """With PIN and secretary the place moves, and the milk of both phones is paid together."""
    name = name_of(MOVED)
    group.text(NEW_SIM, "ENGLISH")
    wrong = "Group, number and PIN do not fit. Send NEW SIM KIRIMA 7 4821"
    group.says(NEW_SIM, f"NEW SIM KIRIMA {MOVED} 1111", wrong)
    asked = "The PIN is right. Your secretary is asked; you will get a text."
    group.says(NEW_SIM, f"NEW SIM KIRIMA {MOVED} 4821", asked)
    group.says(SECRETARY, "1", f"Kirima Dairy: {name} has a new phone now.")
    group.says(phone_of(MOVED), "STATEMENT", "You are in no group.")
    group.new_phones[MOVED] = NEW_SIM
    first_half = HalfMonth(FIRST_DAY, FIRST_DAY.replace(day=16))
    is_just(group, group.text(MOVED, "STATEMENT"), MOVED, OWN_TERMS, first_half)


def a_chair_is_elected(group: DairyGroup) -> None:
    group.says(
        SECRETARY,
        "ELECT CHAIR",
        "Kirima Dairy votes for its chair until Wednesday 9:00. All members are told.",
    )
    for number in (CHAIR, RIVAL):
        told = f"{name_of(number)} is nominated as chair. To vote send VOTE and a name."
        group.says(20, f"NOMINATE #{number}", told)
    for number in range(5, 31):
        chosen = CHAIR if number % 3 else RIVAL
        told = group.text(number, f"VOTE {name_of(chosen).upper()}")
        assert told.startswith(f"Your vote for {name_of(chosen)} is counted."), told
    assert group.close_elections() == 0


def the_votes_are_counted(group: DairyGroup) -> None:
    votes = [CHAIR if number % 3 else RIVAL for number in range(5, 31)]
    assert group.close_elections() == 1
    chair, rival = name_of(CHAIR), name_of(RIVAL)
    for number in WITH_PHONE:
        assert group.told(phone_of(number), "election:%")[-1] == (
            f"Kirima Dairy: {chair} is elected chair. {chair} {votes.count(CHAIR)}, "
            f"{rival} {votes.count(RIVAL)}. 26 of 34 voted."
        )


def another_scheme_is_agreed_on(group: DairyGroup) -> None:
    """It is tried on the book first: what it changes in all is what the ledger says."""
    running = HalfMonth(FIRST_DAY, FIRST_DAY.replace(day=16))
    proposed = agree_on(group, BUYERS_TERMS, running.until)
    more = gained(group, running, OWN_TERMS, BUYERS_TERMS)
    sign = "+" if more > 0 else "-"
    assert f"Tried on the book since 1 Sep: {sign}{money_told(abs(more))} in all." in proposed


def what_if(group: DairyGroup) -> None:
    running = HalfMonth(FIRST_DAY, FIRST_DAY.replace(day=16))
    more = gained(group, running, OWN_TERMS, replace(OWN_TERMS, base=Decimal(48)))
    told = f"At 48 a litre, 1-15 Sep: the group would pay +{money_told(more)} in all. 40 members"
    assert group.text(TREASURER, "WHAT IF 48").startswith(told)


def gained(group: DairyGroup, period: HalfMonth, before: Terms, after: Terms) -> Decimal:
    old, new = (
        summed(group.ledger.pay_all(terms, period, less_owed=False)) for terms in (before, after)
    )
    return new - old


def a_delivery_is_disputed(group: DairyGroup) -> None:
    """Every officer hears of it; the secretary corrects it."""
    line = group.ledger.line_of(DISPUTES, group.today)
    group.says(
        DISPUTES,
        "NO 10",
        f"Thank you. The officers of KIRIMA are told that no. {line} was 10 L.",
    )
    group.ledger.next_line()
    for officer in OFFICERS:
        told = group.told(phone_of(officer), "dispute:%")
        assert [text.split(" (")[0] for text in told] == [
            f"KIRIMA: {name_of(DISPUTES)} says no. {line} is wrong"
        ]
    group.correct(line, Decimal(10))


def a_delivery_is_taken_out(group: DairyGroup) -> None:
    group.void(SECRETARY, group.ledger.line_of(25, group.today))


BY_DAY: Mapping[int, tuple[Callable[[DairyGroup], None], ...]] = {
    4: (feed_is_charged, milk_is_lost),
    6: (members_write_their_own_side,),
    10: (soap_is_charged,),
    11: (milk_is_refused,),
    13: (what_cannot_be,),
    14: (a_charge_is_taken_back,),
    18: (feed_is_charged, which_jane),
    21: (members_write_their_own_side, milk_is_lost),
    26: (what_cannot_be, milk_is_refused),
}
ONCE: Mapping[date, Callable[[DairyGroup], None]] = {
    date(2026, 9, 3): a_pin_is_kept,
    date(2026, 9, 7): a_chair_is_elected,
    date(2026, 9, 9): the_votes_are_counted,
    date(2026, 9, 10): another_scheme_is_agreed_on,
    date(2026, 9, 12): what_if,
    date(2026, 9, 20): a_phone_is_lost,
}
IN_THE_EVENING: Mapping[date, Callable[[DairyGroup], None]] = {
    date(2026, 9, 5): a_delivery_is_disputed,
    date(2026, 9, 8): a_delivery_is_taken_out,
}
