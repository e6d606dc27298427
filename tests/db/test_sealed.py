"""Sealed text: always the same, and nothing to who has another key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.sealed import LENGTH, Seal, SealedError, is_sealed
from tests.cast import OTIENO, WANJIKU

OURS, THEIRS = Seal("our own key, long and random enough"), Seal("somebody else's key, as long")
NUMBERS = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)


@given(NUMBERS)
def test_a_number_comes_back_as_it_was(number: str) -> None:
    kept = OURS.close(number)
    assert OURS.open(kept) == number
    assert is_sealed(kept)
    assert not is_sealed(number)
    assert len(kept) <= LENGTH


@given(NUMBERS)
def test_no_figure_of_it_is_told(number: str) -> None:
    assert number[1:] not in OURS.close(number)


def test_the_same_number_is_the_same_sealed_text_and_another_is_another() -> None:
    assert (
        OURS.close(WANJIKU)
        == OURS.close(WANJIKU)
        == Seal("our own key, long and random enough").close(WANJIKU)
    )
    assert len({OURS.close(WANJIKU), OURS.close(OTIENO), THEIRS.close(WANJIKU)}) == 3


@given(NUMBERS, st.integers(2, 30), st.sampled_from("AZaz09-_"))
def test_what_was_changed_is_not_opened(number: str, at: int, sign: str) -> None:
    kept = OURS.close(number)
    changed = kept[:at] + sign + kept[at + 1 :]
    if changed != kept:
        with pytest.raises(SealedError):
            OURS.open(changed)


@pytest.mark.parametrize("kept", ["~1", "~1abc", "~1????", "~1" + "A" * 40, "~1é"])
def test_what_nobody_sealed_is_not_opened(kept: str) -> None:
    with pytest.raises(SealedError, match="another key"):
        OURS.open(kept)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealedError):
        THEIRS.open(OURS.close(WANJIKU))
