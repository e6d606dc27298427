"""Three months of a dairy group of forty, by texts and dials alone.

Every sum is worked out here once more, by a ledger that knows only what was said.
"""

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
from groups.schemes import Part
from prices.kinds import Buyer, PriceType
from prices.models import PriceObservation
from tests.journeys import dairy_calls
from tests.journeys.dairy_group import (
    COLLECTORS,
    EVERYBODY,
    SECRETARY,
    TREASURER,
    WITH_PHONE,
    WITHOUT_PHONE,
    Can,
    DairyGroup,
    litres_told,
    money_told,
    name_of,
    phone_of,
)
from tests.journeys.dairy_ledger import (
    CENT,
    DAY,
    HalfMonth,
    Milk,
    Pay,
    Sale,
    Terms,
    half_month_of,
    half_months,
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
DISPUTES, DISPUTES_BY_DIAL, CHAIR, RIVAL = 12, 26, 11, 10
LATE = 18  # whose milk is corrected when it is paid already
OFFICERS = (SECRETARY, *COLLECTORS, TREASURER)
MORNING, EVENING = 6, 17
WHOLE_ROUND_ON = date(2026, 9, 28)
# All have had their money so many days after a period's end.
PAID_AFTER = 5 * DAY
FIRST_HALF = half_month_of(FIRST_DAY)
# Who orders how much feed, and how.
ORDERED_BY_DIAL = {5: 3, 6: 1, 17: 2, 21: 5, 28: 1}
ORDERED_BY_TEXT = {8: 2, MOVED: 3, 12: 4, 14: 2, 26: 4}
ORDERED_FOR = {38: 2, 40: 1}
FORGOTTEN = "HOTEL"  # who bought a little, which was written days later
ORDERED = ORDERED_BY_DIAL | ORDERED_BY_TEXT | ORDERED_FOR

BROUGHT = re.compile(r": ([\d,.]+) L x ([\d,.]+) = ([\d,.]+)\. ")
LINE = re.compile(r"([+-][\d,]+(?:\.\d\d)?)\. ")
PAID = re.compile(r"Paid ([\d,]+(?:\.\d\d)?)\. To pay")
TOTAL = re.compile(r"To pay ([\d,]+(?:\.\d\d)?) by (\d+ \w+)\.")
TIMES = re.compile(r"([\d,.]+) L x (-?[\d.]+) = ([+-]?[\d,.]+\d)")
IN_FULL = re.compile(r", (\d+-\d+ \w+): [^:]*Paid in full: ([\d,]+(?:\.\d\d)?)\.")


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
    assert f"single days do not add up: {not_even}. No member's" in group.text(20, "AUDIT")
    for _ in range(3):
        audits += group.work_at_night()
        settle(group, paid)
        group.today += DAY
    assert audits == len((*OFFICERS, CHAIR)) * len(leaks)
    only_the_leak_is_found(group, leaks)
    what_was_paid_stays(group)
    the_book_is_whole(group)
    the_market_heard_of_each_sale(group)


def a_day(group: DairyGroup, leaks: list[date], paid: list[HalfMonth]) -> None:
    """Two milkings, two sales, and what else happens on such a day."""
    leaked = SHARE_LEAKED if group.today in leaks else Decimal(0)
    milk_comes(group, MORNING)
    group.clock(9)
    settle(group, paid)
    for happens in BY_DAY.get(group.today.day, ()):
        happens(group)
    if group.today in ONCE:
        ONCE[group.today](group)
    group.clock(11)
    morning = sell_to_kcc(group, leaked)
    milk_comes(group, EVENING)
    group.clock(17, 20)
    if group.today in IN_THE_EVENING:
        IN_THE_EVENING[group.today](group)
    group.clock(19)
    evening = group.ledger.received(group.today) - morning
    sells = dairy_calls.sell if group.today.day % 7 == 0 else DairyGroup.sell
    sells(group, "BROOKSIDE", sold_of(evening, leaked), Decimal("47.50"))
    group.repeat(3)


def milk_comes(group: DairyGroup, hour: int) -> None:
    """Both collectors write a milking in a text each; of some mornings a part on the menu."""
    group.clock(hour)
    for collector in COLLECTORS:
        cans = group.cans(collector)
        many = len(on_the_menu(group, collector, cans)) if hour == MORNING else 0
        if many:
            dairy_calls.bring(group, collector, cans[:many])
        if cans[many:]:
            group.bring(collector, cans[many:])


def on_the_menu(group: DairyGroup, collector: int, cans: list[Can]) -> list[Can]:
    """Every second morning one of the two dials for the first who came, and once for all."""
    if group.today.day % 4 != 2 * (collector - min(COLLECTORS)):
        return []
    return cans if group.today == WHOLE_ROUND_ON else cans[:3]


def sell_to_kcc(group: DairyGroup, leaked: Decimal) -> Decimal:
    """The morning's milk, of which KCC once a month sends some back; what had come."""
    morning, lost = group.ledger.received(group.today), group.ledger.found(group.today)
    litres = sold_of(morning - lost, leaked)
    price = Decimal(46) + Decimal(group.today.day % 3) / 2
    if group.today.day == 12:
        dairy_calls.sell(group, "KCC", litres, price, taken=litres - 6)
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
    group.ledger.agreed[since] = terms
    return proposed


def settle(group: DairyGroup, paid: list[HalfMonth]) -> None:
    """On the day after a pay period the buyers pay, and each member is told what they get."""
    for period in paid:
        if period.until == group.today:
            group.clock(9)
            buyers_pay(group, period)
            members_are_told(group, period)
            the_whole_is_theirs(group, period)
        if period.until + PAID_AFTER == group.today:
            all_officers_know(group, period, group.pay_all(period))
            seen_as_paid(group, 14, period)


def buyers_pay(group: DairyGroup, period: HalfMonth) -> None:
    """One by text and one on the menu."""
    sales = group.ledger.owes("KCC", period)
    worth = summed(sale.worth for sale in sales)
    group.ledger.lines += len(sales)
    told = f"Written, KIRIMA: KCC paid KES {money_told(worth)} (no. {group.ledger.lines})."
    group.says(TREASURER, f"PAID KCC {worth}", told)
    dairy_calls.buyer_pays(group, "BROOKSIDE", period)


def members_are_told(group: DairyGroup, period: HalfMonth) -> None:
    group.says(
        TREASURER,
        "STATEMENT ALL",
        f"The statements of {period.days} go to 34 members. "
        "6 have no phone: STATEMENT and their number.",
    )
    for number in WITH_PHONE:
        text = group.told(group.phone(number), "statement:%")[-1]
        is_just(group, text, number, period)
        assert f"by {pay_day(group, period)}." in text
    for number in WITHOUT_PHONE:
        is_on_paper = number < 38
        text = group.text(SECRETARY, f"STATEMENT {number}") if is_on_paper else ""
        is_just(group, text or dairy_calls.statement(group, number), number, period)
    details_are_just(group.text(CHAIR, "STATEMENT DETAILS"))
    due = money_told(group.ledger.due(CHAIR, period))
    assert dairy_calls.own_milk(group, CHAIR)[1] == f"To pay {due} by {pay_day(group, period)}."


def pay_day(group: DairyGroup, period: HalfMonth) -> str:
    return f"{period.last + DAY * group.ledger.terms_of(period).days_to_pay:%-d %b}"


def is_just(group: DairyGroup, text: str, number: int, period: HalfMonth) -> None:
    """A statement is the ledger's to the cent, and its lines add up to its total."""
    pay, ledger = group.ledger.pay(number, period), group.ledger
    named, _, _ = text.partition(f", {period.days}: ")
    assert name_of(number).startswith(named), text  # where room lacks, by the first name
    milk, total, had = BROUGHT.search(text), TOTAL.search(text), PAID.search(text)
    assert milk is not None, text
    assert total is not None, text
    assert [figure(one) for one in milk.groups()] == [pay.litres, pay.base, pay.milk], text
    assert figure(total[1]) == ledger.due(number, period), (text, pay)
    paid = figure(had[1]) if had else Decimal(0)
    assert paid == ledger.had_of(number, period), text
    assert pay.milk + summed(map(figure, LINE.findall(text))) - paid == figure(total[1]), text


def details_are_just(text: str) -> None:
    """Whoever has the litres and the rate finds the same amount with a pencil."""
    lines = TIMES.findall(text)
    assert len(lines) >= 3, text
    for litres, rate, amount in lines:
        exact = figure(litres) * figure(rate)
        assert abs(exact - figure(amount)) <= CENT / 2, text


def figure(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))


def the_whole_is_theirs(group: DairyGroup, period: HalfMonth) -> None:
    """What all get together, and what the buyers owed and paid for it."""
    ledger, found = group.ledger, sheet_in(group, period)
    pays = [ledger.pay(one, period) for one in EVERYBODY]
    assert found.settlement.litres == summed(one.litres for one in pays)
    assert found.settlement.paid == summed(ledger.due(one, period) for one in EVERYBODY)
    exact = summed(one.exact for one in pays)
    beside = summed(ledger.late(one, period) - ledger.had_of(one, period) for one in EVERYBODY)
    whole = Pay(Decimal(0), Decimal(0), exact).total + beside
    assert found.settlement.whole == whole
    assert found.settlement.paid + found.settlement.rounding == whole
    assert len(found.settlement.accounts) == len(EVERYBODY)
    owed = {
        (sale.day, sale.buyer): sale.worth
        for buyer in ("KCC", "BROOKSIDE")
        for sale in ledger.owes(buyer, period)
    }
    assert {(due.line.day, due.line.buyer): due.worth for due in found.dues} == owed
    assert {(due.line.day, due.line.buyer): due.paid for due in found.dues} == owed


def all_officers_know(group: DairyGroup, period: HalfMonth, paid: Decimal) -> None:
    """Whoever keeps the money does not close a period alone."""
    for officer in (SECRETARY, *COLLECTORS):
        assert group.told(group.phone(officer), "%:paid-all:%")[-1] == (
            f"{name_of(TREASURER)} wrote, Kirima Dairy: {period.days} is paid, "
            f"KES {money_told(paid)} to 40 members. To see yours: STATEMENT"
        )


def seen_as_paid(group: DairyGroup, number: int, period: HalfMonth) -> None:
    """By text and on the menu alike, as long as its pay day is not over."""
    if group.today <= period.last + DAY * group.ledger.terms_of(period).days_to_pay:
        told = f"Paid in full: {money_told(group.ledger.comes_to(number, period))}."
        assert f" {told}" in group.text(number, "STATEMENT")
        assert dairy_calls.own_milk(group, number)[1] == told


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


def what_was_paid_stays(group: DairyGroup) -> None:
    """No closed period's sum ever changed, whatever was written later; a member reads the same."""
    for period in group.ledger.closed:
        settlement = sheet_in(group, period).settlement
        had = summed(one.amount for one in group.ledger.had.values() if one.period == period)
        assert (settlement.paid, -settlement.by_part[Part.PAID]) == (Decimal(0), had)
        assert had == summed(group.ledger.comes_to(one, period) for one in EVERYBODY)
    assert IN_FULL.findall(dairy_calls.earlier_pay(group, LATE)) == [
        (period.days, money_told(group.ledger.comes_to(LATE, period)))
        for period in reversed(group.ledger.closed)
    ]


def the_book_is_whole(group: DairyGroup) -> None:
    """Every line that was texted and no other, each held by the one before."""
    with group.database.read() as session:
        assert first_broken_line(session, group.group_id) is None
        assert sum(1 for _ in every_line(session, group.group_id)) == group.ledger.lines
    receipts = sum(
        len(group.told(phone, "receipt:written:%"))
        for phone in [*map(phone_of, WITH_PHONE), NEW_SIM]
    )
    assert receipts == group.receipts


def the_market_heard_of_each_sale(group: DairyGroup) -> None:
    """What buyers paid stands at the farm gate of Molo, each sale one word of the treasurer's."""
    with group.database.read() as session:
        told = list(session.scalars(select(PriceObservation)))
    assert len({one.reporter_id for one in told}) == 1
    assert {(one.price_type, one.buyer) for one in told} == {(PriceType.FARM_GATE, Buyer.PROCESSOR)}
    # What is written days later is a price of then, and none of today.
    prices = [sale.price for sale in group.ledger.sales.values() if sale.buyer != FORGOTTEN]
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
        own = group.ledger.brought(number, half_month_of(group.today))
        if own and own[-1].day == group.today and number == 15:
            dairy_calls.own_side(group, own[-1])
        elif own and own[-1].day == group.today:
            litres, line = litres_told(own[-1].litres), group.ledger.next_line()
            group.says(
                number,
                f"MILK {own[-1].litres} L",
                f"Written on your own side, KIRIMA: {litres} L, {group.today:%-d %b} morning "
                f"(no. {line}). The collector wrote {litres} L.",
            )


def milk_is_refused(group: DairyGroup) -> None:
    group.reject(17, 5, "SOUR", "sour")
    dairy_calls.reject(group, 23, 4, "watered")
    group.reject(38, 3, "ALCOHOL", "alcohol test")
    dairy_calls.reject(group, 30, 6, "antibiotics")


def milk_is_lost(group: DairyGroup) -> None:
    group.lose(Decimal(5), "LOSS 5 SOUR", "sour")
    dairy_calls.lose(group, Decimal("2.5"), "spilt")


def milk_is_looked_at(group: DairyGroup) -> None:
    """What it comes to so far, on the menu; of two phones of one member together."""
    running = half_month_of(group.today)
    for number in (MOVED, 17):
        brought = group.ledger.brought(number, running)
        litres = litres_told(summed(one.litres for one in brought))
        assert dairy_calls.own_milk(group, number) == [
            f"{running.since.day}-{group.today:%-d %b}: {litres} L, "
            f"{len({one.day for one in brought})} days",
            f"So far {money_told(group.ledger.due(number, running))}.",
        ]


def which_jane(group: DairyGroup) -> None:
    """Two are called so: it is asked, and written of the second alone."""
    group.is_refused(
        2,
        "MILK JANE WANJIRU 3.5",
        "Which JANE WANJIRU? Reply 1 Jane Wanjiru (#35), 2 Jane Wanjiru (#36).",
    )
    line = group.write_milk(Milk(36, group.today, Decimal("3.5")), 2)
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
    is_just(group, group.text(MOVED, "STATEMENT"), MOVED, FIRST_HALF)


def a_chair_is_elected(group: DairyGroup) -> None:
    group.says(
        SECRETARY,
        "ELECT CHAIR",
        "Kirima Dairy votes for its chair until Wednesday 9:00. All members are told.",
    )
    told = f"{name_of(CHAIR)} is nominated as chair. To vote send VOTE and a name."
    group.says(20, f"NOMINATE #{CHAIR}", told)
    dairy_calls.nominate(group, 19, RIVAL, "chair")
    votes_by_text(group, 5, RIVAL)  # and thinks again: one vote each
    for number in range(5, 31):
        votes = votes_by_text if number % 2 == 0 else dairy_calls.vote
        votes(group, number, CHAIR if number % 3 else RIVAL)
    assert group.close_elections() == 0


def votes_by_text(group: DairyGroup, number: int, chosen: int) -> None:
    told = group.text(number, f"VOTE {name_of(chosen).upper()}")
    assert told.startswith(f"Your vote for {name_of(chosen)} is counted."), told


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
    proposed = agree_on(group, BUYERS_TERMS, FIRST_HALF.until)
    more = gained(group, FIRST_HALF, OWN_TERMS, BUYERS_TERMS)
    sign = "+" if more > 0 else "-"
    assert f"Tried on the book since 1 Sep: {sign}{money_told(abs(more))} in all." in proposed


def what_if(group: DairyGroup) -> None:
    more = gained(group, FIRST_HALF, OWN_TERMS, replace(OWN_TERMS, base=Decimal(48)))
    told = f"At 48 a litre, 1-15 Sep: the group would pay +{money_told(more)} in all. 40 members"
    assert group.text(TREASURER, "WHAT IF 48").startswith(told)


def gained(group: DairyGroup, period: HalfMonth, before: Terms, after: Terms) -> Decimal:
    old, new = (
        summed(group.ledger.pay(one, period, terms, less_owed=False).total for one in EVERYBODY)
        for terms in (before, after)
    )
    return new - old


def a_meeting_is_answered(group: DairyGroup) -> None:
    """By dial and by text; the last word counts, and the secretary reads how many come."""
    when = "Kirima Dairy: meeting Saturday 19 Sep, 10:00."
    group.says(SECRETARY, "MEETING SAT 10AM", f"{when} 33 are asked. To see who comes send MEETING")
    coming = {number: number not in {8, 16} for number in range(6, 21, 2)}
    for number, is_coming in coming.items():
        dairy_calls.answer_meeting(group, number, is_coming=is_coming)
    for number, words in ((21, "1"), (22, "2"), (23, "COMING"), (8, "COMING")):
        expected = "not expected" if words == "2" else "expected"
        told = f"Thank you, you are {expected}."
        assert group.text(number, words).startswith(told)
        coming[number] = words != "2"
    yes, no = sum(coming.values()), sum(not one for one in coming.values())
    group.says(SECRETARY, "MEETING", f"{when} Coming {yes}, not coming {no}, of 34 with a phone.")


def feed_is_ordered(group: DairyGroup) -> None:
    """An officer opens it by text; members say by dial and by text how many, and think again."""
    group.says(
        TREASURER,
        "ORDER OPEN FEED 30 AT 1850 BY SAT",
        "Kirima Dairy orders feed: 30 bags at KES 1,850 each, until Saturday 19 Sep. "
        "33 members are told. Your own: ORDER FEED 3",
    )
    for number, count in ORDERED_BY_DIAL.items():
        dairy_calls.order(group, number, count, 1850)
    dairy_calls.order(group, 33, 2, 1850)
    assert group.text(33, "ORDER FEED 0").startswith("No feed is ordered for you now.")
    for number, count in ORDERED_FOR.items():
        dairy_calls.order_for(group, number, count)
    for number, count in ORDERED_BY_TEXT.items():
        assert not group.told(group.phone(5), "order:%:reached:%")
        assert group.text(number, f"ORDER FEED {count}").startswith("Yours, feed: ")
    assert sum(ORDERED.values()) == 30
    for number in {*OFFICERS, *ORDERED_BY_DIAL, *ORDERED_BY_TEXT} - {26}:
        assert len(group.told(group.phone(number), "order:%:reached:%")) == 1
    for number, count in ORDERED.items():
        assert f" {number} {name_of(number)}: {count} " in f" {dairy_calls.order_list(group)}"


def feed_has_come(group: DairyGroup) -> None:
    """It is charged at the price that was paid, to each for as many as they ordered."""
    for number in ORDERED_BY_DIAL:
        (closed,) = group.told(group.phone(number), "order:%:closed:%")
        assert "the order of feed goes ahead" in closed
    first = group.ledger.lines + 1
    group.charge_each(ORDERED, Decimal(1820))
    told = (
        "Written: feed, 30 bags at KES 1,820 each = KES 54,600, 12 members. "
        f"Lines {first}-{group.ledger.lines}. Wrong? VOID {first}"
    )
    group.says(TREASURER, "ORDER DELIVERED FEED 1820", told)
    (kept,) = group.told(group.phone(MOVED), "order:%:delivered:%")
    assert "Yours: 3 bags, KES 5,460 will be kept" in kept


def money_is_paid_before(group: DairyGroup) -> None:
    """To one who could not wait for the others."""
    group.pay(7, Decimal(500), FIRST_HALF)


def money_is_paid_ahead(group: DairyGroup) -> None:
    group.pay(16, Decimal(1000), half_month_of(group.today))


def it_comes_late(group: DairyGroup) -> None:
    """The first half of September is paid: what was wrong in it counts in the second."""
    then, day = "1-15 Sep is paid: this counts in 16-30 Sep.", date(2026, 9, 14)
    group.correct(group.ledger.line_of(LATE, day), Decimal("9.25"), then=then)
    soap = next(
        line
        for line, one in group.ledger.owed.items()
        if (one.member, one.amount) == (22, Decimal(50))
    )
    group.void(TREASURER, soap, then=then)
    line = group.write_milk(Milk(31, day, Decimal("7.35"), "A"), 3)
    told = group.text(3, "MILK #31 7.35 A 14/9")
    assert told.startswith(f"Written, KIRIMA: {name_of(31)} 7.35 L grade A (no. {line})"), told
    assert then in told
    for number in (LATE, 22, 31):
        assert group.ledger.late(number, half_month_of(group.today))


def it_comes_later_still(group: DairyGroup) -> None:
    """The same line once more, four closed periods later."""
    line = group.ledger.line_of(LATE, date(2026, 9, 14))
    then = "1-15 Sep is paid: this counts in 16-30 Nov."
    group.correct(line, Decimal("11.5"), then=then)


def a_sale_was_forgotten(group: DairyGroup) -> None:
    """It was a cheap one: everybody's milk of that half month brought a little less."""
    line, day = group.ledger.next_line(), date(2026, 10, 14)
    group.ledger.sales[line] = Sale(day, FORGOTTEN, Decimal(4), Decimal(20))
    told = group.text(TREASURER, f"SOLD 4 L TO {FORGOTTEN} AT 20 14/10")
    assert told.startswith(f"Written, KIRIMA: 4 L to {FORGOTTEN} at KES 20 is KES 80 (no. {line})")
    assert "1-15 Oct is paid: this counts in 16-31 Oct." in told
    running = half_month_of(group.today)
    assert all(group.ledger.late(one, running) < 0 for one in EVERYBODY)


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


def a_delivery_is_disputed_by_dial(group: DairyGroup) -> None:
    """The receipt is read and denied on the menu, and there the secretary sets it right."""
    line = dairy_calls.dispute(group, DISPUTES_BY_DIAL, Decimal("9.5"))
    for officer in OFFICERS:
        told = group.told(phone_of(officer), "dispute:%")[-1]
        wrong = f"KIRIMA: {name_of(DISPUTES_BY_DIAL)} says no. {line} is wrong ("
        assert told.startswith(wrong)
    dairy_calls.correct(group, line, Decimal("9.5"))


def a_delivery_is_taken_out(group: DairyGroup) -> None:
    group.void(SECRETARY, group.ledger.line_of(25, group.today))


BY_DAY: Mapping[int, tuple[Callable[[DairyGroup], None], ...]] = {
    4: (feed_is_charged, milk_is_lost),
    6: (members_write_their_own_side,),
    10: (soap_is_charged,),
    11: (milk_is_refused,),
    12: (milk_is_looked_at,),
    13: (what_cannot_be,),
    14: (a_charge_is_taken_back,),
    18: (feed_is_charged, which_jane),
    21: (members_write_their_own_side, milk_is_lost),
    26: (what_cannot_be, milk_is_refused),
    27: (milk_is_looked_at,),
}
ONCE: Mapping[date, Callable[[DairyGroup], None]] = {
    date(2026, 9, 3): a_pin_is_kept,
    date(2026, 9, 7): a_chair_is_elected,
    date(2026, 9, 9): the_votes_are_counted,
    date(2026, 9, 10): another_scheme_is_agreed_on,
    date(2026, 9, 12): what_if,
    date(2026, 9, 14): a_meeting_is_answered,
    date(2026, 9, 16): feed_is_ordered,
    date(2026, 9, 18): money_is_paid_before,
    date(2026, 9, 20): a_phone_is_lost,
    date(2026, 9, 22): money_is_paid_ahead,
    date(2026, 9, 23): it_comes_late,
    date(2026, 9, 24): feed_has_come,
    date(2026, 10, 22): a_sale_was_forgotten,
    date(2026, 11, 23): it_comes_later_still,
}
IN_THE_EVENING: Mapping[date, Callable[[DairyGroup], None]] = {
    date(2026, 9, 5): a_delivery_is_disputed,
    date(2026, 9, 8): a_delivery_is_taken_out,
    date(2026, 9, 17): a_delivery_is_disputed_by_dial,
}
