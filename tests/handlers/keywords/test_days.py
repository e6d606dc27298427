"""The days on which something comes, as people say them."""

import pytest

from groups.schedules import Schedule
from handlers.keywords.days import days_words
from messaging.phrases import languages
from messaging.segments import measure, to_gsm7


def words(language: str, *weekdays: int, month_day: int | None = None) -> str:
    return days_words(Schedule(weekdays, 7, "Africa/Nairobi", month_day), language)


def test_days_of_the_week_follow_every() -> None:
    assert words("en", 0) == "Monday"
    assert words("en", 0, 3) == "Monday and Thursday"
    assert words("en", 0, 1) == "Monday and Tuesday"
    assert words("en", 0, 3, 6) == "Monday, Thursday and Sunday"
    assert words("en", 0, 1, 2, 3, 4) == "Monday to Friday"
    assert words("en", 0, 1, 2, 5) == "Monday to Wednesday and Saturday"
    assert words("en", 0, 1, 2, 3, 4, 5, 6) == "day"


def test_days_of_the_month_follow_every_too() -> None:
    assert words("en", month_day=15) == "month on day 15"
    assert words("en", month_day=31) == "month on its last day"


@pytest.mark.parametrize(
    ("language", "two", "run", "daily", "on_the_15th", "last"),
    [
        (
            "sw",
            "Jumatatu na Alhamisi",
            "Jumatatu hadi Ijumaa",
            "siku",
            "tarehe 15",
            "mwisho wa mwezi",
        ),
        ("es", "lunes y jueves", "lunes a viernes", "dia", "mes el dia 15", "fin de mes"),
        ("fr", "lundi et jeudi", "lundi à vendredi", "jour", "mois le 15", "fin de mois"),
    ],
)
def test_in_every_language(
    language: str, two: str, run: str, daily: str, on_the_15th: str, last: str
) -> None:
    assert words(language, 0, 3) == two
    assert words(language, 0, 1, 2, 3, 4) == run
    assert words(language, 0, 1, 2, 3, 4, 5, 6) == daily
    assert words(language, month_day=15) == on_the_15th
    assert words(language, month_day=31) == last


@pytest.mark.parametrize("language", languages())
def test_whatever_the_days_they_leave_room_for_the_rest(language: str) -> None:
    for bits in range(1, 128):
        days = [day for day in range(7) if bits & 1 << day]
        said = to_gsm7(words(language, *days))
        assert measure(said).encoding == "GSM-7"
        assert len(said) <= 60, said
