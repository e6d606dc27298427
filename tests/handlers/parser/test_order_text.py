"""What is said of an order, read in a strict form."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.commands import BulkOrder, OrderDeed
from handlers.keywords.meeting_times import day_said
from handlers.keywords.order_words import article_name, to_type
from handlers.parser import Sender, parse
from handlers.parser.order_text import ARTICLES, article_of, read_order
from handlers.screens.order_facts import OrderShown
from messaging.phrases import languages, say
from tests.handlers.parser.words import WORDS

MEMBER = Sender(is_member=True)
OPEN, TAKE, TELL = OrderDeed.OPEN, OrderDeed.TAKE, OrderDeed.TELL
FEED = BulkOrder(OPEN, "FEED", Decimal(30), Decimal(1850), "SAT")


def read(text: str) -> object:
    parsed = parse(text, WORDS, MEMBER)
    return parsed.command


@pytest.mark.parametrize(
    "text",
    [
        "ORDER OPEN FEED 30 AT 1850 BY SAT",
        "order open FEED 30 bags @1,850 by SAT.",
        "Order start FEED 30 at KES 1850/= each until SAT",
        "ORDER: OPEN FEED, 30 AT 1850.00, BY SAT",
    ],
)
def test_opening(text: str) -> None:
    assert read(text) == FEED


@pytest.mark.parametrize(
    ("text", "language", "article", "day"),
    [
        ("AGIZA FUNGUA CHAKULA 30 KWA 1850 HADI JUMAMOSI", "sw", "CHAKULA", "JUMAMOSI"),
        ("PEDIDO ABRIR ALIMENTO 30 A 1850 HASTA EL SÁBADO", "es", "ALIMENTO", "SÁBADO"),
        ("COMMANDE OUVRIR ALIMENT 30 À 1850 JUSQU'À SAMEDI", "fr", "ALIMENT", "SAMEDI"),
        ("COMMANDE OUVRIR ALIMENT 30 A 1850 AVANT SAMEDI", "fr", "ALIMENT", "SAMEDI"),
    ],
)
def test_opening_in_every_language(text: str, language: str, article: str, day: str) -> None:
    parsed = parse(text, WORDS, MEMBER)
    assert parsed.command == BulkOrder(OPEN, article, Decimal(30), Decimal(1850), day)
    assert parsed.language == language
    assert article_of(article) == "feed"


@pytest.mark.parametrize(
    ("text", "article", "count", "member"),
    [
        ("ORDER FEED 3", "FEED", "3", ""),
        ("order 3 feed", "feed", "3", ""),
        ("ORDER 3", "", "3", ""),
        ("ORDER FEED 3bags please", "FEED", "3", ""),
        ("ORDER FEED 0", "FEED", "0", ""),
        ("ORDER FEED 2.5", "FEED", "2.5", ""),
        ("ORDER FEED 2,5", "FEED", "2.5", ""),
        ("ORDER FEED 1/2", "FEED", "0.5", ""),
        ("ORDER FEED ½", "FEED", "0.5", ""),
        ("ORDER HALF FEED", "FEED", "0.5", ""),
        ("ORDER FEED 3,000", "FEED", "3000", ""),
        ("ORDER FEED 3 FOR JANE WANJIRU", "FEED", "3", "JANE WANJIRU"),
        ("ORDER 3 FEED FOR #7", "FEED", "3", "#7"),
        ("ORDER FEED 3 FOR 7", "FEED", "3", "7"),
        ("ORDER FEED 3 JANE", "FEED", "3", "JANE"),
        ("AGIZA CHAKULA CHA NG'OMBE 3 KWA JANE", "CHAKULA CHA NG'OMBE", "3", "JANE"),
        ("PEDIR ALIMENTO PARA VACAS 3 PARA ROSA", "ALIMENTO PARA VACAS", "3", "ROSA"),
        ("COMMANDER 3 SACS ALIMENT POUR AWA", "ALIMENT", "3", "AWA"),
        ("ORDER SALT LICK 2", "SALT LICK", "2", ""),
    ],
)
def test_ordering(text: str, article: str, count: str, member: str) -> None:
    assert read(text) == BulkOrder(TAKE, article, Decimal(count), member=member)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("ORDER", BulkOrder(TELL)),
        ("orders?", BulkOrder(TELL)),
        ("ORDER FEED", BulkOrder(TELL, "FEED")),
        ("AGIZA", BulkOrder(TELL)),
        ("ORDER LIST", BulkOrder(OrderDeed.LIST)),
        ("ORDER LIST FEED 30", BulkOrder(OrderDeed.LIST, "FEED", start=30)),
        ("ORDER CANCEL FEED", BulkOrder(OrderDeed.CANCEL, "FEED")),
        ("ORDER DELIVERED FEED 1820", BulkOrder(OrderDeed.DELIVER, "FEED", price=Decimal(1820))),
        (
            "AGIZA IMEFIKA CHAKULA KWA 1,820.50",
            BulkOrder(OrderDeed.DELIVER, "CHAKULA", price=Decimal("1820.5")),
        ),
        ("ORDER DELIVERED", BulkOrder(OrderDeed.DELIVER)),
        ("ORDER OPEN FEED", BulkOrder(OPEN, "FEED")),
        ("ORDER OPEN FEED 30 50 60 BY SAT", BulkOrder(OPEN, "FEED", last_day="SAT")),
        ("ORDER OPEN FEED 30 FRESH AT 50 BY SAT", BulkOrder(OPEN, "FEED", last_day="SAT")),
    ],
)
def test_all_else(text: str, command: BulkOrder) -> None:
    assert read(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "ORDER FEED 3 4",  # a second figure may be a member, or a slip
        "ORDER FEED 3 FOR",
        "ORDER FEED -3",
        "ORDER LIST 1 2",
        "ORDER DELIVERED FEED 3 AT 1820",
        "please order feed 3",
        "order the milk of my neighbour when it is fresh 3",
        "ORDER FEED 3 FOR Jane Wanjiru wa Kamau Njoroge",
        "order" + " x" * 200,
    ],
)
def test_what_is_of_another_form_is_read_as_everybodys_is(text: str) -> None:
    assert read_order(text, MEMBER) is None
    assert parse(text, WORDS, MEMBER) == parse(text, WORDS)


@pytest.mark.parametrize(
    "text", ["order feed", "order feed 3", "ORDER", "agiza chakula 3", "order now"]
)
def test_of_who_is_in_no_group_nothing_is_read_so(text: str) -> None:
    assert read_order(text, Sender()) is None
    assert not isinstance(parse(text, WORDS).command, BulkOrder)


# What texts and screens tell people to type, and what it has to be read as.
TYPED: list[tuple[str, BulkOrder]] = [
    (
        "To begin: ORDER OPEN FEED 30 AT 1850 BY SAT",
        BulkOrder(OPEN, "feed", Decimal(30), Decimal(1850), "sat"),
    ),
    ("To order 3: ORDER {article} 3", BulkOrder(TAKE, "feed", Decimal(3))),
    ("Your own: ORDER {article} 3", BulkOrder(TAKE, "feed", Decimal(3))),
    ("ORDER {article} 3", BulkOrder(TAKE, "feed", Decimal(3))),
    (
        "An officer of {group} wrote it. Wrong? ORDER {article} 0",
        BulkOrder(TAKE, "feed", Decimal(0)),
    ),
    (
        "Only the chair, the secretary or the treasurer can do this. To take yours out: "
        "ORDER FEED 0",
        BulkOrder(TAKE, "feed", Decimal(0)),
    ),
    ("Whole list: ORDER LIST {article}", BulkOrder(OrderDeed.LIST, "feed")),
    ("More: ORDER LIST {article} {number}", BulkOrder(OrderDeed.LIST, "feed", start=30)),
    ("To end it: ORDER CANCEL {article}", BulkOrder(OrderDeed.CANCEL, "feed")),
    (
        "At which price did one come? ORDER DELIVERED {article} {price}",
        BulkOrder(OrderDeed.DELIVER, "feed", price=Decimal(1820)),
    ),
]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("sentence", "command"), TYPED)
def test_what_we_tell_people_to_type_is_read_so(
    language: str, sentence: str, command: BulkOrder
) -> None:
    gaps = {"article": say(language, "feed").upper(), "number": 30, "price": 1820, "group": "x"}
    wanted = {name: value for name, value in gaps.items() if f"{{{name}}}" in sentence}
    told = say(language, sentence, **wanted)
    verb = say(language, "ORDER {article} 3", article="").split()[0]
    read_as = read(told[told.index(verb) :])
    assert isinstance(read_as, BulkOrder)
    assert article_of(read_as.article) == "feed"
    day = day_said(read_as.last_day, date(2026, 11, 24))
    assert day in {None, date(2026, 11, 28)}
    assert (day is None) is (command.last_day == "")
    assert replace(read_as, article="feed", last_day=command.last_day) == command


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("article", ARTICLES)
def test_articles_are_understood_as_they_are_named(language: str, article: str) -> None:
    order = OrderShown(1, article, article, 30, Decimal(1), "KES", date(2026, 11, 28), 0, 0)
    assert article_of(to_type(order, language)) == article
    assert language == "en" or article_name(order, language) != article or article == "semen"


def test_articles_have_one_name_whatever_they_are_called() -> None:
    assert {article_of(one) for one in ("feed", "Dairy Meal", "CHAKULA", "aliment bétail")} == {
        "feed"
    }
    assert article_of("Jabón") == article_of("savon") == article_of("SABUNI") == "soap"
    assert article_of("Heifer") == "heifer"
    assert len(article_of("W" * 80)) == 24
