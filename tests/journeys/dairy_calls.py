"""What the dairy group of forty does on the menu; the same ledger writes it down.

Keys that stand on a poster are dialled at once (`*384*123*4*3*1#`), the rest is pressed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.handlers.test_ussd import Call, option
from tests.journeys.dairy_group import (
    COLLECTORS,
    SECRETARY,
    TREASURER,
    WITH_PHONE,
    Can,
    DairyGroup,
    litres_told,
    money_told,
    name_of,
)
from tests.journeys.dairy_ledger import HalfMonth, Milk, Sale

MINUTE = timedelta(minutes=1)
# Of a morning's cans on the menu: the hop of one comes twice, and behind another the call breaks.
COMES_TWICE, BREAKS_OFF = 1, 2
OWN_MILK, BOOK, PEOPLE, ORDERS = "42", "43", "44", "45"
BROKEN_OFF = "Your last call broke off.\n1 Continue\n0 Start again"


def dial(group: DairyGroup, sender: int | str, keys: str) -> tuple[Call, str]:
    """A member dials these keys behind the service code; the call, and its first screen."""
    catalogue = group.phones.catalogue
    now = group.phones.now
    call = Call(group.database, group.phone(sender), now=now, catalogue=catalogue)
    return call, call.press("*".join(keys)).text


def bring(group: DairyGroup, collector: int, cans: Sequence[Can]) -> None:
    """A collector writes can after can in one call, which breaks off and goes on."""
    call, screen = dial(group, collector, f"{BOOK}1")
    for at, can in enumerate(cans):
        call.press(key_of(screen, name_of(can.milk.member), f"#{can.milk.member}"))
        if at == BREAKS_OFF:
            call = go_on(group, collector)
        line = group.write_milk(can.milk, collector)
        screen = call.press(can.words).text
        told = f"Written, KIRIMA: {name_of(can.milk.member)} {litres_told(can.milk.litres)} L"
        assert screen.startswith(told), screen
        assert f" (no. {line})." in screen
        if at == COMES_TWICE:
            assert call.hop(call.transcript).text == screen
    brought = f"Morning: {litres_told(group.ledger.received(group.today))} L from "
    assert brought in call.press("0").text


def go_on(group: DairyGroup, sender: int) -> Call:
    """Whoever dials again within three minutes goes on where the call broke off."""
    group.phones.now += MINUTE
    catalogue = group.phones.catalogue
    again = Call(group.database, group.phone(sender), now=group.phones.now, catalogue=catalogue)
    assert again.dial() == BROKEN_OFF
    again.press("1")
    return again


def key_of(screen: str, label: str, otherwise: str) -> str:
    """The key before a label; what is typed where it is on no key."""
    is_there = any(line.endswith(f" {label}") for line in screen.splitlines())
    return option(screen, label) if is_there else otherwise


def reject(group: DairyGroup, number: int, litres: int, why: str) -> None:
    """A collector refuses milk, and picks the reason."""
    call, _ = dial(group, min(COLLECTORS), f"{BOOK}2")
    reasons = call.press(f"#{number}", f"{litres}").text
    group.receipts += number in WITH_PHONE
    line = group.ledger.next_line()
    told = f"Written, KIRIMA: {litres} L of {name_of(number)} not taken, {why} (no. {line})."
    assert call.press(option(reasons, why)).text.startswith(told)


def lose(group: DairyGroup, litres: Decimal, why: str) -> None:
    """A collector picks why milk could not be sold."""
    call, _ = dial(group, min(COLLECTORS), f"{BOOK}3")
    reasons = call.press(f"{litres}").text
    line = group.ledger.next_line()
    group.ledger.lost[line] = (group.today, litres)
    told = f"Written, KIRIMA: {litres_told(litres)} L lost, {why} (no. {line})."
    assert call.press(option(reasons, why)).text.startswith(told)


def sell(
    group: DairyGroup, buyer: str, litres: Decimal, price: Decimal, taken: Decimal | None = None
) -> None:
    """The treasurer writes a sale to one who bought before; 01 is all of it."""
    call, buyers = dial(group, TREASURER, f"{BOOK}4")
    call.press(key_that_begins(buyers, f"{buyer} "), f"{litres}", f"{price}")
    sale = Sale(group.today, buyer, litres if taken is None else taken, price)
    line = group.ledger.next_line()
    group.ledger.sales[line] = sale
    screen = call.press("01" if taken is None else f"{taken}")
    assert screen.text.startswith(
        f"Written, KIRIMA: {litres_told(sale.litres)} L to {buyer} at KES {money_told(price)} "
        f"is KES {money_told(sale.worth)} (no. {line})."
    )
    assert call.hop(call.transcript) == screen


def buyer_pays(group: DairyGroup, buyer: str, period: HalfMonth) -> None:
    """What a buyer owes is what was sold to them in the period, and they pay all of it."""
    sales = group.ledger.owes(buyer, period)
    worth = money_told(sum((sale.worth for sale in sales), Decimal(0)))
    call, buyers = dial(group, TREASURER, f"{BOOK}5")
    assert f" {buyer}: {worth}\n" in buyers, buyers
    asked = call.press(key_that_begins(buyers, f"{buyer}: ")).text
    assert asked.startswith(f"{buyer} owes KES {worth}\n")
    group.ledger.lines += len(sales)
    told = f"Written, KIRIMA: {buyer} paid KES {worth} (no. {group.ledger.lines})."
    assert call.press("01").text.startswith(told)


def key_that_begins(screen: str, label: str) -> str:
    """The key before what begins so."""
    lines = (line.split(" ", 1) for line in screen.splitlines())
    return next(key for key, *rest in lines if rest and rest[0].startswith(label))


def own_side(group: DairyGroup, milk: Milk) -> None:
    """A member writes what the collector wrote."""
    call, _ = dial(group, milk.member, f"{OWN_MILK}3")
    litres, line = litres_told(milk.litres), group.ledger.next_line()
    said = call.press(f"{milk.litres}").text
    told = f"Written on your own side, KIRIMA: {litres} L, {group.today:%-d %b} morning "
    assert said.startswith(f"{told}(no. {line}).")


def dispute(group: DairyGroup, number: int, litres: Decimal) -> int:
    """A member reads the last receipt, and says how much it was; the line that is wrong."""
    line = group.ledger.line_of(number, group.today)
    call, receipt = dial(group, number, f"{OWN_MILK}1")
    assert receipt.startswith(f"No. {line}: {litres_told(group.ledger.milk[line].litres)} L")
    told = f"Thank you. The officers of KIRIMA are told that no. {line} was {litres_told(litres)} L"
    group.ledger.next_line()
    assert call.press("1", f"{litres}").text.startswith(told)
    return line


def correct(group: DairyGroup, line: int, litres: Decimal) -> None:
    """The secretary looks for a line of today and writes another one in its place."""
    before = group.ledger.milk[line]
    label = f"{name_of(before.member)} {litres_told(before.litres)} L"
    call, screen = dial(group, SECRETARY, f"{BOOK}6")
    while f" {label}\n" not in screen:
        screen = call.press("9").text
    assert call.press(option(screen, label)).text.startswith(f"No. {line}: ")
    new = group.ledger.correct(line, replace(before, litres=litres))
    assert call.press(f"{litres}").text.startswith(
        f"Corrected, KIRIMA: no. {line} was {litres_told(before.litres)} L and is "
        f"{litres_told(litres)} L now (no. {new})."
    )


def statement(group: DairyGroup, number: int) -> str:
    """An officer reads a member's statement, page by page."""
    call, screen = dial(group, TREASURER, f"{BOOK}7")
    return read_on(call, call.press(key_of(screen, name_of(number), f"#{number}")).text)


def earlier_pay(group: DairyGroup, number: int) -> str:
    """A member reads what the periods that are over brought."""
    return read_on(*dial(group, number, f"{OWN_MILK}4"))


def read_on(call: Call, screen: str) -> str:
    """All pages of a text as one."""
    pages = []
    while "\n9 More " in screen:
        pages.append(screen)
        screen = call.press("9").text
    return " ".join(" ".join(page.splitlines()[:-1]) for page in (*pages, screen)) + " "


def own_milk(group: DairyGroup, number: int) -> list[str]:
    """What a member sees first of their milk: what was brought, and what it comes to."""
    _, screen = dial(group, number, OWN_MILK)
    return screen.splitlines()[:2]


def vote(group: DairyGroup, number: int, chosen: int) -> None:
    """A member votes on the only election that runs."""
    call, nominees = dial(group, number, f"{PEOPLE}21")
    told = f"Your vote for {name_of(chosen)} is counted."
    assert call.press(option(nominees, name_of(chosen))).text.startswith(told)


def nominate(group: DairyGroup, by: int, number: int, office: str) -> None:
    """A member types who should stand."""
    call, _ = dial(group, by, f"{PEOPLE}218")
    told = f"{name_of(number)} is nominated as {office}."
    assert call.press(name_of(number).lower()).text.startswith(told)


def answer_meeting(group: DairyGroup, number: int, *, is_coming: bool) -> None:
    """Coming, or not, and the call ends."""
    _, said = dial(group, number, f"{PEOPLE}1{1 if is_coming else 2}")
    assert said.startswith(
        "Thank you, you are expected." if is_coming else "Thank you, you are not expected."
    )


def order(group: DairyGroup, number: int, count: int, each: int) -> None:
    """A member orders of the only thing that is bought together."""
    call, _ = dial(group, number, f"{ORDERS}1")
    many = f"{count} bag{'s' if count > 1 else ''}"
    screen = call.press(f"{count}")
    told = f"Yours, feed: {many}, KES {money_told(Decimal(count * each))}."
    assert screen.text.startswith(told), screen.text
    assert call.hop(call.transcript) == screen


def order_for(group: DairyGroup, number: int, count: int) -> None:
    """The secretary orders for a member without a phone."""
    call, _ = dial(group, SECRETARY, f"{ORDERS}3")
    said = call.press(f"{number}", f"{count}").text
    assert said.startswith(f"{name_of(number)}, feed: {count} bag"), said


def order_list(group: DairyGroup) -> str:
    """What the secretary reads of who ordered how many."""
    return read_on(*dial(group, SECRETARY, f"{ORDERS}4"))
