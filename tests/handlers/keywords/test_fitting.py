"""Replies held to their segments."""

import pytest

from handlers.keywords.fitting import Part, clip, fit
from messaging.segments import measure


def test_everything_is_said_where_it_fits() -> None:
    assert fit(lambda _: [Part("One."), Part(""), Part("Two.", rank=3)]) == "One. Two."


def test_what_matters_least_goes_first() -> None:
    parts = [Part("a" * 100), Part("b" * 50, rank=2), Part("c" * 50, rank=1), Part("d" * 5, rank=2)]
    assert fit(lambda _: parts) == f"{'a' * 100} {'c' * 50}"


def test_names_are_cut_when_nothing_else_can_go() -> None:
    name = "Shinoyi-Shikomari-Esumeyia"
    text = fit(lambda longest: [Part(f"{clip(name, longest)} 47. {'x' * 135}")])
    assert text.startswith("Shinoyi-Shikoma. 47. ")
    assert measure(text).segments == 1


def test_more_segments_hold_more() -> None:
    parts = [Part("a" * 150), Part("b" * 150, rank=1)]
    assert fit(lambda _: parts) == "a" * 150
    assert len(fit(lambda _: parts, segments=2)) == 301


@pytest.mark.parametrize(
    ("name", "longest", "cut"),
    [
        ("Nakuru", 16, "Nakuru"),
        ("Woodley/Kenyatta Golf Course", 16, "Woodley/Kenyatta"),
        ("Woodley/Kenyatta Golf Course", 20, "Woodley/Kenyatta"),
        ("Shinoyi-Shikomari-Esumeyia", 16, "Shinoyi-Shikoma."),
        ("Ol Kalou Township", 6, "Ol Ka."),
    ],
)
def test_names_are_cut_between_words_where_they_can_be(name: str, longest: int, cut: str) -> None:
    assert clip(name, longest) == cut
    assert len(cut) <= longest
