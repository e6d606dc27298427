"""What is worth most is told as long as there is room, and never half of a figure."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.screens.filling import NEEDED, Row, filled, has_room
from handlers.screens.screen import Line, fits

BACK = [Line("0 Back")]


def test_everything_is_told_where_there_is_room() -> None:
    rows = [[Line("Molo 48"), Line("25 km", 5), Line("cash", 4)], [Line("today", 9)], BACK]
    assert filled(lambda _: rows) == "Molo 48, 25 km, cash\ntoday\n0 Back"


def test_what_is_worth_least_is_left_out() -> None:
    rows = [[Line("x" * 120)], [Line("y" * 20, 4)], [Line("z" * 20, 3)], BACK]
    assert filled(lambda _: rows) == "x" * 120 + "\n" + "z" * 20 + "\n0 Back"


def test_something_short_is_told_in_the_room_that_something_long_did_not_fill() -> None:
    rows = [[Line("x" * 120)], [Line("y" * 40, 3)], [Line("z" * 20, 4)], BACK]
    assert filled(lambda _: rows) == "x" * 120 + "\n" + "z" * 20 + "\n0 Back"


def test_without_room_the_short_form_is_told() -> None:
    rows = [[Line("x" * 140)], [Line("Demo data, not real", 3, short="DEMO")], BACK]
    assert filled(lambda _: rows) == "x" * 140 + "\nDEMO\n0 Back"
    rows[0] = [Line("Milk")]
    assert filled(lambda _: rows) == "Milk\nDemo data, not real\n0 Back"


def test_nothing_is_told_beside_what_is_not_told_itself() -> None:
    rows = [[Line("x" * 130)], [Line("Nakuru KCC 45 " * 2, 3), Line("cash", 4)], BACK]
    assert filled(lambda _: rows) == "x" * 130 + "\n0 Back"


def test_names_are_cut_before_anything_needed_is_left_out() -> None:
    def compose(width: int) -> list[Row]:
        return [[Line("n" * width)], [Line("x" * 110)], [Line("y" * 20, NEEDED)], BACK]

    assert filled(compose) == "n" * 16 + "\n" + "x" * 110 + "\n" + "y" * 20 + "\n0 Back"
    assert not has_room(compose(22))
    assert has_room(compose(16))


def test_where_cut_names_do_not_help_they_stay_whole_and_the_least_needed_goes() -> None:
    def compose(width: int) -> list[Row]:
        return [[Line("n" * width)], [Line("x" * 110)], [Line("y" * 40, NEEDED)], BACK]

    assert filled(compose) == "n" * 22 + "\n" + "x" * 110 + "\n0 Back"


def test_where_nothing_helps_what_must_be_told_is_too_long() -> None:
    rows = [[Line("x" * 100)], [Line("y" * 100)], [Line("z", 1)], BACK]
    assert filled(lambda _: rows) == "x" * 100 + "\n" + "y" * 100 + "\n0 Back"


pieces = st.builds(
    Line,
    st.text("abc [", max_size=40).map(str.strip),
    st.integers(0, 9),
    st.text("ab", max_size=4),
)


@given(st.lists(st.lists(pieces, min_size=1, max_size=3), max_size=9))
def test_every_screen_fits_or_tells_no_more_than_it_must(rows: list[list[Line]]) -> None:
    text = filled(lambda _: [*rows, BACK])
    barest = [*filter(None, map(_must, rows)), "0 Back"]
    assert fits(text) or text.splitlines() == barest
    assert text.endswith("0 Back")


def _must(row: list[Line]) -> str:
    first, *others = (piece.short if piece.rank else piece.text for piece in row)
    return ", ".join(filter(None, (first, *others))) if first else ""
