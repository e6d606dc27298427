"""Stories of what a group with a milk book reads: what its step asks for, and what to decide."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from groups.book_kinds import Reason
from groups.book_lines import Line
from groups.groups import active_members, join
from groups.members import members_of
from groups.models import Form, Group, GroupMember
from groups.orders import open_order, wish
from messaging.phrases import languages
from messaging.segments import measure
from prices.catalogue import Catalogue
from prices.kinds import Buyer, PriceType
from scheduler.bulletins import publish_due
from scheduler.drafts import draft
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.prices.stories import kenya, report_price
from tests.scheduler.bulletin_texts import LAST_WEEK, YESTERDAY
from tests.scheduler.dairy_books import (
    Kirima,
    ago,
    agreed,
    first_step,
    keep,
    kirima_with_book,
    lost,
    market,
    paid,
    reads,
    refused,
    second_step,
    sold,
    third_step,
)
from tests.scheduler.stories import MONDAY, WEEK, kirima, milk_reports, promised


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


@pytest.fixture
def group(session: Session) -> Kirima:
    return kirima_with_book(session)


def both(session: Session, group: Kirima, language: str = "en") -> tuple[str, str]:
    """What a member and the secretary read, behind the price."""
    found = []
    for form in (Form.SHORT, Form.LONG):
        text = reads(session, group, form, language)
        head, behind = text.split(")", 1)
        assert head.startswith("KIRIMA 23 ")
        found.append(behind)
    return found[0], found[1]


# Each step reads what it asks for.


def test_the_first_step_is_about_milk(session: Session, group: Kirima) -> None:
    lines = first_step(group)
    lines += [refused(ago(2), 8, group.members[0]), lost(ago(3), 7.7)]
    keep(session, group, lines)
    market(session)
    member, secretary = both(session, group)
    assert member == ", group 770 L in 7 days."
    assert secretary == (
        ". Our milk 770 L in 7 days. Refused 1% (0% the week before, mostly sour), lost 1%. "
        "Written on 7 of 7 days. Our price 46 (no change), 1 less than others. "
        "To decide: write every delivery, every day."
    )


def test_the_second_step_is_about_money(session: Session, group: Kirima) -> None:
    lines = [
        replace(one, buyer_kind=Buyer.PROCESSOR if one.buyer == "KCC" else Buyer.TRADER)
        for one in second_step(group)
    ]
    keep(session, group, lines)
    market(session)
    feed_costs(session, 3000, 3000)
    member, secretary = both(session, group)
    assert member == ", group 46. Dairy meal/bag 3,000 (no change)."
    assert secretary == (
        ". Our price 46 (no change), 1 less than others. Dairies paid 46, traders 46. "
        "Refused 0%, lost 1%. Dairy meal/bag 3,000 (no change), equal to 65 L milk. "
        "Our milk 700 L in 7 days (no change). To decide: write what buyers paid."
    )


def test_the_third_step_is_about_the_market(session: Session, group: Kirima) -> None:
    keep(session, group, third_step(group))
    market(session)
    member, secretary = both(session, group)
    assert member == ", group 46."
    # Everything of the last step is done: nothing is left to decide.
    assert secretary == (
        ". Audit 16-21 Nov: the book comes out even. Our price 46 (no change), 1 less than others. "
        "We sold to KCC 46; Sammy 46. One buyer came in 3 of 3 months. "
        "Our milk 700 L in 7 days (no change). Refused 0%, lost 1%."
    )


def test_a_leak_is_told_to_the_meeting(session: Session, group: Kirima) -> None:
    lines = [one for one in third_step(group) if not (one.day == ago(3) and one.buyer == "KCC")]
    keep(session, group, lines)
    market(session)
    audit = ". Audit 16-21 Nov: the book does not come out even (60 L missing). "
    assert both(session, group)[1].startswith(audit)


def test_buyers_and_when_they_pay(session: Session, group: Kirima) -> None:
    written = keep(session, group, third_step(group))
    sales = [one for one in written if one.day == ago(30) and one.buyer is not None]
    keep(
        session,
        group,
        [
            paid(ago(18) if one.buyer == "KCC" else ago(30), 1, one.buyer or "", of_line_id=one.id)
            for one in sales
        ],
    )
    market(session)
    assert "We sold to KCC 46, pays in 12 days; Sammy 46, cash." in both(session, group)[1]


def test_what_is_ordered_together(session: Session, group: Kirima) -> None:
    keep(session, group, second_step(group))
    order = open_order(
        session,
        group.dairy.group,
        article="feed",
        words="FEED",
        threshold=30,
        price=Decimal(1850),
        currency="KES",
        last_day=ago(-5),
        by=group.dairy.secretary,
        source_key="story:order",
        now=MONDAY,
    )
    assert order is not None
    members = members_of(session, group.dairy.group)
    for member, bags in zip(members, (9, 5, 4), strict=False):
        wish(session, order, member, bags, by=group.dairy.secretary, now=MONDAY)
    assert "Order feed: 18 of 30, until 28 Nov." in both(session, group)[1]
    assert "18" not in both(session, group)[0]


# The one right thing for five different books.


def decides(session: Session, group: Kirima, language: str = "en") -> str:
    """What the secretary's text ends with."""
    text = reads(session, group, language=language)
    assert text.count("To decide: ") == 1
    return text.partition("To decide: ")[2]


def late(session: Session, group: Kirima) -> list[Line]:
    agreed(session, group, KCC=14)
    paid_for = [paid(ago(1), 60 * 46 * 70, "KCC"), paid(ago(1), 39 * 46 * 90, "Sammy")]
    return [*second_step(group), *paid_for]


def sour(session: Session, group: Kirima) -> list[Line]:
    often = [refused(ago(back), 1, group.members[back % 4]) for back in range(8, 36)]
    now = [refused(ago(back), 7.5, group.members[back % 4]) for back in range(1, 7)]
    return [*second_step(group), *often, *now, refused(ago(2), 3, group.members[0], Reason.DIRT)]


def cheap(session: Session, group: Kirima) -> list[Line]:
    return [
        replace(one, price_per_litre=Decimal(41)) if one.buyer == "Sammy" else one
        for one in second_step(group)
    ]


def dear_feed(session: Session, group: Kirima) -> list[Line]:
    feed_costs(session, 3450, 2990)
    return second_step(group)


def feed_costs(session: Session, now: int, before: int) -> None:
    """What a bag costs at Githunguri: four people say so yesterday, four a week ago."""
    words = kenya(session)
    for price, at in ((now, YESTERDAY), (before, LAST_WEEK)):
        for number in range(4):
            who = f"+2547110030{number:02d}"
            report_price(session, words, who, "dairy_meal", "Githunguri", price, at)


def nothing_new(session: Session, group: Kirima) -> list[Line]:
    return second_step(group)


@pytest.mark.parametrize(
    ("book", "said"),
    [
        # 75 sales were due by Saturday, each 2,760; 70 of them are paid.
        (late, "KCC owes KES 13,800 due 17 Nov: ask for it."),
        # 48 of 748 litres; in the four weeks before 28 of 2,828.
        (sour, "6.4% refused (sour, usual 1%): cool the milk, bring it earlier."),
        (cheap, "Sammy pays 41, others 46: bargain."),
        # What people say moves a price, but not at once all the way: 3,312 it is, for 46 a litre.
        (dear_feed, "Dairy meal/bag costs 72 L of milk, before 65: order together."),
        (nothing_new, "write what buyers paid."),
    ],
)
def test_what_to_decide(session: Session, group: Kirima, book: object, said: str) -> None:
    assert callable(book)
    keep(session, group, book(session, group))
    market(session)
    assert decides(session, group) == said


def test_where_others_there_get_more(session: Session, group: Kirima) -> None:
    keep(session, group, second_step(group))
    market(session, 54)
    assert decides(session, group) == "KCC pays 46, others 54: bargain."


def test_a_buyer_of_another_script_is_not_named(session: Session, group: Kirima) -> None:
    """One letter of it would make the whole text cost twice as much."""
    lines = [
        replace(one, buyer="দুধ", price_per_litre=Decimal(41)) if one.buyer == "Sammy" else one
        for one in second_step(group)
    ]
    keep(session, group, lines)
    assert decides(session, group) == "a buyer pays 41, others 46: bargain."


def test_the_decision_is_said_where_one_segment_is_paid_for(
    session: Session, group: Kirima
) -> None:
    keep(session, group, cheap(session, group))
    market(session)
    group.dairy.group.bulletin_secretary_segments = 1
    text = reads(session, group)
    assert text == (
        "KIRIMA 23 Nov. Milk/L: Githunguri farm gate 47 (44-50, 4 reports, yesterday). "
        "Our price 44, 3 less than others. To decide: Sammy pays 41, others 46: bargain."
    )


# What is nobody's business.


def test_of_two_members_milk_nothing_is_told(session: Session, group: Kirima) -> None:
    """Each of the two would know the other's."""
    lines: list[Line] = []
    for back in range(1, 15):
        lines += group.brings(ago(back), 60, 40)
        lines.append(sold(ago(back), 100, 46))
    keep(session, group, lines)
    member, secretary = both_without_price(session, group)
    assert member == ", group 46."
    assert "Our milk" not in secretary
    assert "efused" not in secretary
    # A third one brings some, but did not the week before: what they bring is no change to tell.
    keep(session, group, group.brings(ago(1), 0, 0, 20))
    assert both_without_price(session, group)[0] == ", group 720 L in 7 days."


def both_without_price(session: Session, group: Kirima) -> tuple[str, str]:
    market(session)
    return both(session, group)


def test_no_member_is_named(session: Session, group: Kirima) -> None:
    """Neither by name nor by number, whatever the book says of them, in any text."""
    keep(session, group, [*late(session, group), *sour(session, group)[-8:]])
    market(session)
    words = draft(session, kenya(session), group.dairy.group, MONDAY)
    names = ["Kamau", "Wanjiku", "Mary", "Rose", "#"]
    assert words.texts
    for one in words.texts:
        assert not [name for name in names if name in one.text]


def test_a_member_reads_one_thing_of_the_book(session: Session, group: Kirima) -> None:
    keep(session, group, late(session, group))
    market(session)
    group.dairy.group.bulletin_segments = 4
    member = reads(session, group, Form.SHORT)
    assert member == "KIRIMA 23 Nov. Milk/L: Githunguri farm gate 47 (4 reports), group 46."


# Who keeps no book reads what they always read.


def test_a_group_without_a_book_reads_nothing_of_one(session: Session, group: Kirima) -> None:
    """Byte by byte what is written without any part for groups."""
    other = found_group(session, "UMOJA")
    for person in active_members(session, group.dairy.group):
        join(session, other, person, MONDAY - WEEK)
    milk_reports(session, kenya(session), "Githunguri", [47] * 4, YESTERDAY)
    before = texts_of(session, other)
    keep(session, group, third_step(group))
    assert texts_of(session, other) == before
    assert "KIRIMA" not in "".join(before)


def texts_of(session: Session, group: Group) -> list[str]:
    return [one.text for one in draft(session, kenya(session), group, MONDAY).texts]


def test_a_bulletin_about_maize_says_nothing_of_milk(session: Session, group: Kirima) -> None:
    keep(session, group, second_step(group))
    group.dairy.group.commodity_code = "maize"
    report_price(session, kenya(session), KAMAU, "maize", "Githunguri", 40, YESTERDAY)
    for text in texts_of(session, group.dairy.group):
        assert "group" not in text
        assert "decide" not in text


def test_behind_no_price_the_groups_own_is_not_misread(session: Session, group: Kirima) -> None:
    """Nobody tells of milk there, so "group 46" stands behind nothing it could be held against."""
    keep(session, group, second_step(group))
    member = reads(session, group, Form.SHORT)
    assert member == (
        "KIRIMA 23 Nov. Milk: no price at Githunguri yet, group 700 L in 7 days (no change)."
    )


def test_prices_of_shops_are_nothing_to_compare_with(session: Session, group: Kirima) -> None:
    keep(session, group, second_step(group))
    words = kenya(session)
    milk_reports(session, words, "Githunguri", [70] * 4, YESTERDAY, price_type=PriceType.RETAIL)
    secretary = reads(session, group)
    assert "Our price 46 (no change). " in secretary
    assert secretary.endswith("To decide: write what buyers paid.")


# What was made up.


def test_a_demo_group_is_marked(session: Session, group: Kirima) -> None:
    group.dairy.group.is_demo = True
    keep(session, group, second_step(group))
    for text in texts_of(session, group.dairy.group):
        assert text.startswith("DEMO KIRIMA")


def test_feed_that_was_made_up_is_nothing_to_decide_by(session: Session, group: Kirima) -> None:
    keep(session, group, second_step(group))
    market(session)
    words = kenya(session)
    for price, at in ((3900, YESTERDAY), (2990, LAST_WEEK)):
        report_price(session, words, KAMAU, "dairy_meal", "Githunguri", price, at, is_demo=True)
    assert decides(session, group) == "write what buyers paid."
    assert "Dairy meal" not in reads(session, group)


def test_a_market_that_was_made_up_marks_what_is_held_against_it(
    session: Session, group: Kirima
) -> None:
    keep(session, group, second_step(group))
    words = kenya(session)
    milk_reports(session, words, "Githunguri", [60] * 4, YESTERDAY, is_demo=True)
    text = reads(session, group)
    assert text.startswith("DEMO KIRIMA")
    assert "Our price 46" in text


# As it goes out.


def test_it_is_sent_to_members_and_the_secretary(database: Database) -> None:
    with database.begin() as session:
        group = kirima_with_book(session)
        group.dairy.group.next_bulletin_at = MONDAY
        keep(session, group, cheap(session, group))
        market(session)
        meet(session, KAMAU, MONDAY, language="sw")
    assert publish_due(database, Catalogue(), MONDAY) == 1
    with database.read() as session:
        texts = promised(session)
        assert texts[NJERI].text.endswith("To decide: Sammy pays 41, others 46: bargain.")
        assert texts[WANJIKU].text.endswith(", group 44.")
        assert texts[KAMAU].text.endswith(", kikundi 44.")


@pytest.mark.parametrize("step", [first_step, second_step, third_step])
def test_in_every_language_within_what_is_paid_for(
    session: Session, group: Kirima, step: object
) -> None:
    assert callable(step)
    keep(session, group, step(group))
    market(session)
    people = active_members(session, group.dairy.group)
    for language in languages():
        group.dairy.group.language = language
        for person in people:
            person.language = language
        for segments in (1, 2, 3):
            group.dairy.group.bulletin_secretary_segments = segments
            words = draft(session, kenya(session), group.dairy.group, MONDAY)
            assert [one.form for one in words.texts] == [Form.SHORT, Form.LONG]
            for one, most in zip(words.texts, (1, segments), strict=True):
                assert one.encoding == "GSM-7"
                assert one.segments == measure(one.text).segments <= most


def test_members_who_joined_without_a_phone_are_no_readers(session: Session, group: Kirima) -> None:
    keep(session, group, first_step(group))
    words = draft(session, kenya(session), group.dairy.group, MONDAY)
    phones = session.scalars(
        select(GroupMember.id).where(GroupMember.subscriber_id.is_not(None))
    ).all()
    assert sum(one.people for one in words.readers) == len(phones)


def test_two_bulletins_on_one_day(database: Database) -> None:
    """The second one, of the evening, still tells yesterday's sale."""
    with database.begin() as session:
        group = kirima_with_book(session)
        group.dairy.group.next_bulletin_at = MONDAY
        keep(session, group, second_step(group))
        market(session)
    publish_due(database, Catalogue(), MONDAY)
    evening = MONDAY + timedelta(hours=11)
    with database.begin() as session:
        found = session.scalars(select(Group).where(Group.code == "KIRIMA")).one()
        text = draft(session, kenya(session), found, evening).texts[0].text
        assert ", group 46." in text


def test_the_cast_without_a_book(session: Session) -> None:
    """KIRIMA of all other stories keeps none."""
    plain = kirima(session)
    assert "decide" not in "".join(texts_of(session, plain))
