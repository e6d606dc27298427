"""Whatever a book says, its bulletin fits, tells more for more, and always what to decide."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from groups.book_kinds import Reason
from groups.bulletin_figures import Checked, GroupFigures, Milk, Overdue, OwnBuyer, Sold, Tally
from groups.mode import NEEDS, Standing
from groups.models import Form
from messaging.phrases import languages
from messaging.segments import measure
from prices.kinds import Buyer
from scheduler.bulletin_parts import BulletinPrices
from scheduler.bulletin_text import group_bulletin
from scheduler.bulletin_voice import Voice
from tests.groups.test_bulletin_figures import RECORD
from tests.scheduler.bulletin_texts import longest_answers, with_everything
from tests.scheduler.stories import MONDAY
from tests.scheduler.test_bulletin_best import WORDS
from tests.scheduler.test_bulletin_budgets import BUDGETS, figures

LITRES = st.decimals(0, 99_999, places=1)
PRICES = st.decimals("0.05", 9_999, places=2)
DAYS = st.dates(date(2026, 8, 1), date(2026, 11, 22))
NAMES = st.text(alphabet="abcWXY 'éñ€[দ", max_size=60)
MILK = st.builds(
    Milk, LITRES, st.integers(0, 400), st.integers(0, 7), LITRES, LITRES,
    st.none() | st.sampled_from(Reason),
)  # fmt: skip
BUYERS = st.builds(
    OwnBuyer, NAMES, st.none() | st.sampled_from(Buyer), st.decimals(1, 9_999, places=1), PRICES,
    st.none() | st.integers(0, 120),
)  # fmt: skip
STANDINGS = st.sampled_from([Standing(step, (), needs) for step, needs in NEEDS.items()])
BOOKS = st.builds(
    GroupFigures,
    standing=STANDINGS,
    record=st.just(RECORD),
    week=MILK,
    before=MILK,
    usual=MILK,
    sold=st.builds(lambda found: Sold(tuple(found)), st.lists(BUYERS, max_size=5)),
    sold_before=st.none() | PRICES,
    overdue=st.lists(
        st.builds(Overdue, NAMES, st.decimals(1, 9_999_999, places=2), DAYS), max_size=2
    ).map(tuple),
    checked=st.none() | st.builds(Checked, DAYS, DAYS, LITRES, st.booleans(), st.integers(0, 15)),
    orders=st.lists(
        st.builds(Tally, NAMES, st.booleans(), st.integers(0, 999), st.integers(1, 999), DAYS),
        max_size=2,
    ).map(tuple),
)


def told(prices: BulletinPrices, language: str, form: Form, segments: int) -> str:
    voice = Voice(language, WORDS, "Africa/Nairobi", MONDAY)
    return group_bulletin(
        prices, name="KIRIMA", form=form, segments=segments, is_demo=False, voice=voice
    )


@given(
    own=BOOKS,
    language=st.sampled_from(languages()),
    form=st.sampled_from(Form),
    number=st.integers(0, 3),
)
def test_any_book_fits(own: GroupFigures, language: str, form: Form, number: int) -> None:
    place = WORDS.places[1]
    answer = longest_answers("milk", place, "KES")[number]
    prices = replace(with_everything(answer, place), own=own)
    written = [told(prices, language, form, budget) for budget in BUDGETS]
    for budget, text in zip(BUDGETS, written, strict=True):
        assert measure(text).encoding == "GSM-7"
        assert measure(text).segments <= budget
    # Of a name that is said in full behind it was cut before, figures stay.
    for smaller, larger in pairwise(written):
        assert not figures(smaller) - figures(larger)


DECIDE = {"en": "To decide: ", "sw": "La kuamua: ", "es": "A decidir: ", "fr": "A décider : "}


@given(own=BOOKS, language=st.sampled_from(languages()), segments=st.sampled_from(BUDGETS[1:]))
def test_what_to_decide_is_always_said(own: GroupFigures, language: str, segments: int) -> None:
    """And to the secretary alone, once, at the end."""
    place = WORDS.places[1]
    prices = replace(with_everything(longest_answers("milk", place, "KES")[0], place), own=own)
    text = told(prices, language, Form.LONG, segments)
    said = DECIDE[language]
    assert text.count(said) == 1
    assert text.endswith(".")
    assert ". " not in text.partition(said)[2]
    assert said not in told(prices, language, Form.SHORT, segments)


@given(own=BOOKS, segments=st.sampled_from(BUDGETS))
def test_without_its_own_part_a_text_is_what_it_was(own: GroupFigures, segments: int) -> None:
    """A member's text with one clause more or without: nothing else is said of the book."""
    place = WORDS.places[1]
    plain = with_everything(longest_answers("milk", place, "KES")[0], place)
    with_book = told(replace(plain, own=own), "en", Form.SHORT, 9)
    without = told(plain, "en", Form.SHORT, 9)
    assert with_book.count("group ") <= 1
    assert "our " not in with_book
    assert len(with_book) - len(without) < 60
