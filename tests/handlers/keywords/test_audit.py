"""AUDIT: any member hears whether the milk book of their group comes out even."""

from itertools import product

import pytest

from handlers.commands import AuditQuery, Confirm
from handlers.parser import parse
from messaging.phrases import languages, say
from messaging.segments import measure, to_gsm7
from tests.cast import KAMAU, NAKATO, NJERI, WANJIKU
from tests.groups.milk_books import Dairy, at, days, kirima_dairy, write
from tests.groups.milk_days import brought, lost, own, sold
from tests.handlers.keywords.talking import Talk


@pytest.fixture
def dairy(talk: Talk) -> Dairy:
    """KIRIMA on the morning of 12 November: closed up to the 10th."""
    talk.now = at(talk.now, 12)
    return kirima_dairy(talk.session, talk.now)


def asks(talk: Talk, msisdn: str = WANJIKU, language: str = "en") -> str:
    reply = talk.says(msisdn, AuditQuery(), language)
    assert reply is not None
    assert measure(reply).segments <= 2
    return reply


def test_a_book_that_comes_out_even(talk: Talk, dairy: Dairy) -> None:
    write(talk.session, dairy, days(dairy, 1, 11), talk.now)
    assert asks(talk) == (
        "Kirima Dairy Group 1-10 Nov: 1,000 L received, 1,000 sold, 0 lost. "
        "Difference 0 L: within the usual 2%. No member's own side differs."
    )


def test_a_leak_and_own_sides_that_differ(talk: Talk, dairy: Dairy) -> None:
    write(talk.session, dairy, days(dairy, 1, 11, d3=20, d7=15.5), talk.now)
    other = own(4, 65, member=dairy.kamau)
    write(talk.session, dairy, [lost(4, 1.5), own(2, 50, member=dairy.wanjiku), other], talk.now)
    assert asks(talk) == (
        "Kirima Dairy Group 1-10 Nov: 1,000 L received, 964.5 sold, 1.5 lost. "
        "34 L missing, more than the usual 2%. It does not add up: 3 Nov, 7 Nov. "
        "Your own side differs: 2 Nov. 2 members' own sides differ."
    )
    # Whose it is, only they are told.
    assert "Your own side" not in asks(talk, NJERI)


def test_in_all_within_and_on_single_days_not(talk: Talk, dairy: Dairy) -> None:
    """What is missing in all may be little while single days are off: no contradiction."""
    write(talk.session, dairy, days(dairy, 1, 11, d3=20, d7=-20), talk.now)
    assert asks(talk) == (
        "Kirima Dairy Group 1-10 Nov: 1,000 L received, 1,000 sold, 0 lost. "
        "In all the difference is 0 L, within the usual 2%, but single days do not add up: "
        "3 Nov, 7 Nov. No member's own side differs."
    )


def test_in_all_within_and_on_many_single_days_not(talk: Talk, dairy: Dairy) -> None:
    leaks = {f"d{day}": 20 if day % 2 else -20 for day in range(1, 7)}
    write(talk.session, dairy, days(dairy, 1, 11, **leaks), talk.now)
    assert (
        "In all the difference is 0 L, within the usual 2%, but 6 single days do not add up."
    ) in asks(talk)


def test_a_share_that_is_beyond_of_litres_nobody_can_read(talk: Talk, dairy: Dairy) -> None:
    """Of ten litres one and a half is fifteen per cent: it is not said to be within two."""
    lines = [*brought(9, 10, member=dairy.kamau), sold(9, 8.5)]
    write(talk.session, dairy, lines, talk.now)
    reply = asks(talk)
    assert "Difference 1.5 L: too little to measure." in reply
    assert "%" not in reply


def test_more_sold_than_received_and_many_days(talk: Talk, dairy: Dairy) -> None:
    leaks = {f"d{day}": -20 for day in range(1, 8)}
    write(talk.session, dairy, days(dairy, 1, 11, **leaks), talk.now)
    reply = asks(talk)
    assert "140 L more sold than received. It does not add up on 7 days." in reply


def test_own_sides_that_differ_on_many_days(talk: Talk, dairy: Dairy) -> None:
    write(talk.session, dairy, days(dairy, 1, 11), talk.now)
    sides = [own(day, 50, member=dairy.wanjiku) for day in range(1, 7)]
    write(talk.session, dairy, sides, talk.now)
    assert "Your own side differs on 6 days. 1 member's own side differs." in asks(talk)


def test_nothing_is_sold_yet(talk: Talk, dairy: Dairy) -> None:
    write(talk.session, dairy, brought(9, 12, member=dairy.kamau), talk.now)
    assert asks(talk) == (
        "Kirima Dairy Group 1-10 Nov: no sale written yet to compare with. "
        "No member's own side differs."
    )


def test_no_book_and_no_group(talk: Talk, dairy: Dairy) -> None:
    assert asks(talk) == "Nothing is written in the milk book of Kirima Dairy Group yet."
    assert asks(talk, NAKATO) == "You are in no group."


def test_of_several_groups_which_is_asked(talk: Talk, dairy: Dairy) -> None:
    tumaini = kirima_dairy(talk.session, talk.now, "TUMAINI")
    write(talk.session, dairy, days(dairy, 1, 2), talk.now)
    # A group without a book is no choice.
    assert asks(talk, KAMAU).startswith("Kirima Dairy Group 1-10 Nov")
    write(talk.session, tumaini, days(tumaini, 1, 3), talk.now)
    assert asks(talk, KAMAU) == (
        "Which group? Reply 1 Kirima Dairy Group, 2 Tumaini Dairy Group, 3 to drop it."
    )
    reply = talk.says(KAMAU, Confirm(2))
    assert reply is not None
    assert reply.startswith("Tumaini Dairy Group 1-10 Nov: 300 L received")


def test_two_groups_of_one_name_are_told_apart_by_their_codes(talk: Talk, dairy: Dairy) -> None:
    other = kirima_dairy(talk.session, talk.now, "KIRIMA2")
    other.group.name = dairy.group.name
    for one in (dairy, other):
        write(talk.session, one, days(one, 1, 2), talk.now)
    assert asks(talk, KAMAU) == "Which group? Reply 1 KIRIMA, 2 KIRIMA2, 3 to drop it."


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("sw", "Kirima Dairy Group 1-10 Nov: L 1,000 zilipokelewa, 980 ziliuzwa, 0 zilipotea. "),
        ("es", "Kirima Dairy Group 1-10 nov: 1,000 L recibidos, 980 vendidos, 0 perdidos. "),
        ("fr", "Kirima Dairy Group 1-10 nov : 1 000 L reçus, 980 vendus, 0 perdus. "),
    ],
)
def test_in_ones_own_language(talk: Talk, dairy: Dairy, language: str, reply: str) -> None:
    write(talk.session, dairy, days(dairy, 1, 11, d3=20), talk.now)
    told = asks(talk, language=language).replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith(to_gsm7(reply))


def test_the_longest_fits(talk: Talk, dairy: Dairy) -> None:
    dairy.group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
    litres = 99_999.9
    lines = [
        line
        for day in range(1, 12)
        for line in (*brought(day, litres, member=dairy.wanjiku), sold(day, 77_777.7), lost(day, 9))
    ]
    lines += [own(day, 50, member=dairy.wanjiku) for day in range(1, 5)]
    write(talk.session, dairy, lines, talk.now)
    for language, msisdn in product(languages(), (WANJIKU, KAMAU)):
        asks(talk, msisdn, language)


@pytest.mark.parametrize(
    "text", ["AUDIT", "audit", "Ukaguzi", "ukaguzi wa maziwa", "our audit please"]
)
def test_how_it_is_asked(talk: Talk, text: str) -> None:
    assert parse(text, talk.vocabulary).command == AuditQuery()


@pytest.mark.parametrize("text", ["The audit of your taxes is due on Monday", "audit 500 nakuru"])
def test_offices_write_of_audits_too(talk: Talk, text: str) -> None:
    assert parse(text, talk.vocabulary).command != AuditQuery()


@pytest.mark.parametrize("language", languages())
def test_the_word_we_name_is_understood(language: str, talk: Talk) -> None:
    country = {"es": "PE", "fr": "SN"}.get(language, "KE")
    there = Talk(talk.session, talk.now, country)
    word = say(language, "Every officer gets this text. The whole: AUDIT").rsplit(" ", 1)[1]
    assert parse(word, there.vocabulary).command == AuditQuery()
