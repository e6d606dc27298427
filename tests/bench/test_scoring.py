"""Nine labelled texts beside what was read of them: every figure is worked out by hand."""

from typing import Any

import pytest

from bench.figures import Figures, Tally, by, figures
from bench.judging import Judged, Mark, judge
from bench.labels import SLOTS
from bench.misses import misses
from bench.score_sheet import groups, sheet

USUAL_UNITS = {"milk": "litre", "maize": "kg", "milk_processed": "500ml"}


def label(id_: str, intent: str, **slots: Any) -> dict[str, Any]:
    empty = dict.fromkeys(SLOTS)
    return {
        "id": id_,
        "text": id_,
        "lang": "en",
        "country": "KE",
        "intent": intent,
        **empty,
        **slots,
    }


def reading(intent: str, *items: dict[str, Any], ask: str | None = None) -> dict[str, Any]:
    return {"intent": intent, "items": [dict.fromkeys(SLOTS) | one for one in items], "ask": ask}


SAMPLE = (
    # All right: a unit nobody said may be the usual one, a name may be written otherwise.
    (
        label("right", "price_report", commodity="milk", place="Murang'a", price=45),
        reading(
            "price_report",
            {"commodity": "milk", "place": "MURANGA", "price": 45.0, "unit": "litre"},
        ),
    ),
    (
        label("asked", "price_query", commodity="milk", place="Kitale", lang="sw"),
        reading("price_query", {"commodity": "milk"}, ask="Which place? Did you mean Kitale?"),
    ),
    # One further item found, one missed, one invented; written in another order.
    (
        label(
            "several",
            "price_report",
            commodity="milk",
            place="Santa Rosa",
            price=1.3,
            lang="es",
            country="PE",
            more=[{"commodity": "cheese", "price": 13}, {"commodity": "eggs", "price": 2}],
        ),
        reading(
            "price_report",
            {"commodity": "cheese", "place": "Santa Rosa", "price": 13.0},
            {"commodity": "milk", "place": "santa rosa", "price": 1.3},
            {"commodity": "beans", "price": 9.0},
        ),
    ),
    # The other commodity is right too, the price is wrong, the grade is invented.
    (
        label(
            "wrong",
            "price_report",
            commodity="milk_processed",
            alt_commodity=["milk"],
            place="Tetu dairy",
            alt_place=["Tetu"],
            price=65,
            unit="500ml",
        ),
        reading(
            "price_report",
            {"commodity": "milk", "place": "Tetu", "price": 56, "unit": "500ml", "grade": "A"},
        ),
    ),
    (
        label("bank", "unknown", lang="sw"),
        reading("price_report", {"commodity": "milk", "price": 25000}),
    ),
    # The program's own word for it; and an intent that is right too, whose slots nobody labelled.
    (
        label("home", "register", place="Eldoret", lang="sw"),
        reading("home", {"place": "Eldoret"}),
    ),
    (
        label("number", "unknown", accept_intents=["price_report"]),
        reading("price_report", {"price": 45}),
    ),
    # A slot left open counts neither way; a grade has no case.
    (
        label("open", "sale_record", commodity="cattle", grade="Friesian", optional=["price"]),
        reading("sale_record", {"commodity": "cattle", "grade": "FRIESIAN", "price": 100}),
    ),
    (
        label("unsure", "sale_record", commodity="milk", price=45, quantity=8),
        reading("price_query", ask="Do you ask for the price, or did you sell?") | {"unsure": True},
    ),
)


def judged() -> list[Judged]:
    return [judge(line, read, USUAL_UNITS) for line, read in SAMPLE]


@pytest.fixture
def scored() -> Figures:
    return figures(judged())


def test_intents(scored: Figures) -> None:
    assert scored.lines == 9
    assert scored.asked == 2
    assert scored.intent == Tally(right=7, wrong=1, asked=1)
    assert scored.confusion["unknown", "price_report"] == 1
    assert scored.confusion["unknown", "unknown"] == 1
    assert scored.confusion["register", "register"] == 1
    assert scored.confusion["price_report", "price_report"] == 3


def test_a_price_made_of_a_bank_text(scored: Figures) -> None:
    assert scored.reports == Tally(right=3, wrong=1)
    assert scored.silent == Tally(right=1, wrong=1)


def test_slots_that_were_said(scored: Figures) -> None:
    """Of right, asked, several, wrong, home and open: the intents of the others differ."""
    assert scored.said["commodity"] == Tally(right=5)
    assert scored.said["place"] == Tally(right=4, asked=1)
    assert scored.said["price"] == Tally(right=2, wrong=1)
    assert scored.said["unit"] == Tally(right=1)
    assert scored.said["grade"] == Tally(right=1)
    assert scored.said["quantity"] == Tally()


def test_slots_that_were_not_said(scored: Figures) -> None:
    assert scored.unsaid["commodity"] == Tally(right=1)
    assert scored.unsaid["place"] == Tally(right=1)
    assert scored.unsaid["price"] == Tally(right=2)
    assert scored.unsaid["unit"] == Tally(right=5)
    assert scored.unsaid["grade"] == Tally(right=4, wrong=1)
    assert scored.unsaid["price_type"] == Tally(right=6)


def test_whole_lines(scored: Figures) -> None:
    assert {line.label["id"]: line.whole for line in judged()} == {
        "right": Mark.RIGHT,
        "asked": Mark.ASKED,
        "several": Mark.RIGHT,
        "wrong": Mark.WRONG,
        "bank": Mark.WRONG,
        "home": Mark.RIGHT,
        "number": Mark.RIGHT,
        "open": Mark.RIGHT,
        "unsure": Mark.ASKED,
    }
    assert scored.whole == Tally(right=5, wrong=2, asked=2)


def test_further_items(scored: Figures) -> None:
    assert scored.more == Tally(right=1, wrong=1)
    assert scored.extras == Tally(right=1, wrong=1)


def test_by_language_and_country() -> None:
    languages = by(judged(), "lang")
    assert {language: one.lines for language, one in languages.items()} == {
        "en": 5,
        "es": 1,
        "sw": 3,
    }
    assert languages["sw"].intent == Tally(right=2, wrong=1)
    countries = by(judged(), "country")
    assert countries["PE"].more == Tally(right=1, wrong=1)
    assert countries["KE"].more == Tally()


@pytest.mark.parametrize(
    ("labelled", "read"),
    [
        ("price_query", "best_market"),
        ("price_query", "trend"),
        ("subscribe", "alert"),
        ("subscribe", "start"),
        ("register", "home"),
        ("register", "language"),
        ("unknown", "language"),
        ("sale_record", "milk_record"),
        ("unknown", "loss_record"),
        ("unknown", "statement"),
        ("unknown", "balance"),
        ("unknown", "confirm"),
    ],
)
def test_finer_intents_are_the_nearest_label(labelled: str, read: str) -> None:
    assert judge(label("x", labelled), reading(read), {}).intent is Mark.RIGHT


def test_the_usual_unit_is_right_only_where_none_was_said() -> None:
    unsaid = label("x", "price_report", commodity="maize", price=50)
    by_kilo = reading("price_report", {"commodity": "maize", "price": 50, "unit": "kg"})
    by_bag = reading("price_report", {"commodity": "maize", "price": 50, "unit": "bag"})
    assert judge(unsaid, by_kilo, USUAL_UNITS).slots["unit"] is Mark.RIGHT
    assert judge(unsaid, by_bag, USUAL_UNITS).slots["unit"] is Mark.WRONG
    said = unsaid | {"unit": "bag"}
    assert judge(said, by_kilo, USUAL_UNITS).slots["unit"] is Mark.WRONG


def test_an_absurd_price_is_compared_like_any_other() -> None:
    absurd = label("x", "price_report", commodity="milk", price=9 * 10**40)
    read = reading("price_report", {"commodity": "milk", "price": 9e40})
    assert judge(absurd, read, {}).slots["price"] is Mark.RIGHT


def test_a_question_excuses_no_wrong_answer() -> None:
    """Neither a place that was assumed, nor a sale taken for a report."""
    wanted = label("x", "sale_record", commodity="milk", place="Molo")
    assumed = reading("sale_record", {"commodity": "maize", "place": "Molo"}, ask="What price?")
    assert judge(wanted, assumed, {}).slots["commodity"] is Mark.WRONG
    misread = reading("price_report", {"commodity": "milk"}, ask="Which place?")
    assert judge(wanted, misread, {}).intent is Mark.WRONG


def test_misses_are_listed_by_kind_the_worst_first() -> None:
    listed = list(misses(judged()))
    assert [line for line in listed if not line.startswith(" ")] == [
        "unknown read as price_report (1)",
        "price, grade (1)",
        "further items not found (1)",
        "further items invented (1)",
        "asked back: place (1)",
        "asked back: sale_record read as price_query (1)",
    ]
    assert '  wrong  "wrong"  price: expected 65, read 56; grade: expected null, read "A"' in listed
    assert not any('"right"' in line for line in listed)


def test_a_text_with_line_ends_and_half_a_character_is_one_line() -> None:
    odd = label("odd", "help") | {"text": "a\nb\ud800"}
    listed = list(misses([judge(odd, reading("unknown"), {})]))
    assert len(listed) == 2
    assert r"a\nb?" in listed[1]


def test_the_sheet_shows_each_count(scored: Figures) -> None:
    shown = "\n".join(sheet(scored))
    assert "9 texts; the program asked back in 2" in shown
    assert "87.5%  7/8, asked back 1" in shown
    assert "price_report precision          75.0%  3/4" in shown
    assert "further items invented          50.0%  1/2" in shown


def test_nothing_at_all_has_figures_too() -> None:
    assert figures([]).intent.share is None
    assert list(sheet(figures([])))


def test_a_group_is_a_line() -> None:
    header, *lines = groups("lang", by(judged(), "lang"))
    assert header.split()[:4] == ["lang", "texts", "asked", "intent"]
    assert [line.split()[0] for line in lines] == ["en", "es", "sw"]
