"""The payment sheet as a PDF: all that the HTML says, on pages that can be signed."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.sheets.latin import in_latin
from app.sheets.payment import MemberLine, Page
from app.sheets.payment_html import payment_html
from app.sheets.payment_pdf import payment_pdf
from db.session import Database
from tests.app.commandline import bei
from tests.app.pdf_words import pages_of
from tests.app.test_payment import paid_group
from tests.cast import WANJIKU

ASCII = frozenset(range(0x20, 0x250))
LATIN_LETTERS = "* written in Latin letters, letter by letter"


def line(number: int, name: str, charges: int = 1) -> MemberLine:
    feed = tuple(f"Feed {day % 28 + 1} Nov -1,200" for day in range(charges))
    return MemberLine(
        number=str(number),
        name=name,
        details=("Milk 188.5 L x 45 = +8,482.50", *feed),
        litres="188.5",
        sums=("8,482.50", "-1,200"),
        to_pay="7,282.50",
    )


def page(*members: MemberLine, buyers: int = 0) -> Page:
    sale = ("5 Nov", "KCC", "180", "8,280", "19 Nov", "0")
    return Page(
        language="en",
        title="Payment sheet – Kirima Dairy",
        days="1-15 Nov 2026",
        pay="To be paid by 20 Nov. Sums in KES.",
        scheme="Base 45. Levy 1%.",
        head=("#", "Member", "Litres", "Milk", "Charge", "To pay", "Signature"),
        members=members,
        totals=(
            ("", "All", "7,540", "339,300", "-48,000", "291,300", ""),
            ("", "Rounding", "", "", "", "0.03", ""),
            ("", "All", "", "", "", "291,300.03", ""),
        ),
        buyers_head=("Day", "Buyer", "Litres", "Worth", "Due", "Received"),
        buyers=(sale,) * buyers,
        rule="Each sum is rounded by itself.",
    )


def words(pages: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(pages))


def test_the_command_writes_one_with_all_that_the_html_says(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    with paid_group(database, now):
        pass
    out = tmp_path / "sheet.pdf"
    arguments = ("payment", "sheet", "kirima", "--period", "2026-11a")
    ran = bei(*arguments, "--format", "pdf", "-o", str(out), database_url=database_url)
    assert (ran.code, ran.out) == (0, "")
    told = words(pages_of(out.read_bytes()))
    html = bei(*arguments, database_url=database_url).out
    for cell in re.findall(r">([^<>]+)<", html.split("</style>")[1]):
        assert cell.strip().replace("&amp;", "&") in told
    assert "Page 1 of 1" in told
    assert WANJIKU[-9:] not in told


def test_the_same_sheet_is_the_same_file() -> None:
    one = page(line(1, "Jane"))
    assert payment_pdf(one) == payment_pdf(one)


def test_pages_are_numbered_and_each_has_the_head() -> None:
    told = pages_of(payment_pdf(page(*(line(number, "Jane") for number in range(1, 41)))))
    assert len(told) > 2
    for number, one in enumerate(told, start=1):
        assert f"Page {number} of {len(told)}" in one
        assert "Payment sheet – Kirima Dairy, 1-15 Nov 2026" in one
        assert "Signature" in one


@pytest.mark.parametrize("count", range(8, 18))
def test_no_members_lines_are_torn_and_no_total_stands_alone(count: int) -> None:
    """However many there are above it, a name has its details on the same page."""
    members = [line(number, f"Member{number}x", charges=number % 7) for number in range(1, count)]
    last = line(count, "Lastone", charges=3)
    told = pages_of(payment_pdf(page(*members, last)))
    for one in told:
        assert len(re.findall(r"Member\d+x|Lastone", one)) == one.count("Milk 188.5 L")
    assert "Lastone" in told[-1]
    assert "291,300.03" in told[-1]


def test_hundreds_of_charges_go_on_and_none_is_lost() -> None:
    told = pages_of(payment_pdf(page(line(1, "Jane", charges=700), line(2, "Rose"))))
    assert len(told) > 1
    assert sum(one.count("Feed") for one in told) == 701
    assert "Rose" in told[-1]


def test_nobody_and_many_buyers() -> None:
    told = pages_of(payment_pdf(page(buyers=60)))
    assert sum(one.count("KCC") for one in told) == 60
    assert all("Buyer" in one for one in told)


def test_sums_as_wide_as_they_come_leave_the_name_its_room() -> None:
    wide = ("99,999,999.99",) * 9
    member = replace(line(1, "Bartholomayo Zebedayo"), sums=wide)
    head = ("#", "Member", "Litres", *["Rounding"] * 9, "To pay", "Signature")
    one = replace(page(member), head=head, totals=(("", "All", "1", *wide, "1", ""),))
    told = words(pages_of(payment_pdf(one)))
    assert "Bartholomayo Zebedayo" in told
    assert told.count("99,999,999.99") == 18


def test_what_people_typed_is_no_markup() -> None:
    told = words(pages_of(payment_pdf(page(line(1, "<b>Jane</b> & Sons")))))
    assert "<b>Jane</b> & Sons" in told


def test_names_with_accents_stay_as_they_are() -> None:
    names = ["Mũthoni wa Kĩmani", "Akɔsua Ɔfɔri", "José Ñahui", "Пётр Иванов"]
    told = words(pages_of(payment_pdf(page(*(line(1, name) for name in names)))))
    for name in names:
        assert name in told
    assert LATIN_LETTERS not in told


def test_names_in_other_scripts_are_spelt_and_it_is_said() -> None:
    told = words(pages_of(payment_pdf(page(line(1, "አበበ ከበደ"), line(2, "রহিম উদ্দিন")))))
    assert "Abebe* Kebede*" in told
    assert "Rahim* Uddin*" in told
    assert LATIN_LETTERS in told


def test_a_name_that_cannot_be_spelt_is_its_number() -> None:
    told = words(pages_of(payment_pdf(page(line(7, "محمد علي")))))
    assert "7 #7 188.5" in told


def test_html_keeps_every_script() -> None:
    assert "አበበ" in payment_html(page(line(1, "አበበ")))


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Jane", "Jane"),
        ("ታደሰ", "Tadese*"),
        ("ሐና", "Hana*"),
        ("रामबहादुर थापा", "Ramabahadur* Thapa*"),
        ("রহিম 2", "Rahim* 2"),
        ("দুধ ৫", "Dudh* 5*"),
        ("Jane অ", "Jane A*"),
        ("Rose 😀", "Rose"),
        ("Nguyễn", "Nguyen"),
        ("陈", ""),
        ("Jane 陈", ""),
        ("", ""),
    ],
)
def test_letter_by_letter(name: str, spelt: str) -> None:
    assert in_latin(name, ASCII) == spelt
