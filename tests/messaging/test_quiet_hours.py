from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.quiet_hours import QuietHours, parse_quiet_hours

NIGHT = QuietHours(time(21), time(6))
NAIROBI = "Africa/Nairobi"


@pytest.mark.parametrize(
    ("at", "over"),
    [
        ("2026-11-24T17:59", None),
        ("2026-11-24T18:00", "2026-11-25T03:00"),
        ("2026-11-24T23:30", "2026-11-25T03:00"),
        ("2026-11-25T02:59", "2026-11-25T03:00"),
        ("2026-11-25T03:00", None),
    ],
)
def test_the_night_in_nairobi(at: str, over: str | None) -> None:
    expected = None if over is None else datetime.fromisoformat(f"{over}+00:00")
    assert NIGHT.over_at(datetime.fromisoformat(f"{at}+00:00"), NAIROBI) == expected


def test_the_same_moment_is_quiet_in_one_country_and_not_in_another() -> None:
    moment = datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert NIGHT.over_at(moment, NAIROBI) is not None
    assert NIGHT.over_at(moment, "Africa/Accra") is None


def test_a_rest_at_noon() -> None:
    noon = QuietHours(time(12), time(14))
    assert noon.over_at(datetime(2026, 11, 24, 10, tzinfo=UTC), NAIROBI) == datetime(
        2026, 11, 24, 11, tzinfo=UTC
    )
    assert noon.over_at(datetime(2026, 11, 24, 20, tzinfo=UTC), NAIROBI) is None


JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
# Nights in which clocks are put forward, and back, in Madrid and in Santiago.
CHANGES = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 29), (10, 25), (9, 6), (4, 5))
]


@given(
    moment=st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from([JANUARY, *CHANGES]),
        st.integers(-24 * 60, 24 * 60),
    ),
    begins=st.times(),
    ends=st.times(),
    zone=st.sampled_from([NAIROBI, "Europe/Madrid", "America/Santiago", "Asia/Kathmandu"]),
)
def test_once_they_are_over_they_are_over(
    moment: datetime, begins: time, ends: time, zone: str
) -> None:
    hours = QuietHours(begins, ends)
    over = hours.over_at(moment, zone)
    if over is None:
        return
    # Who waits that long is never told to wait until a moment that has passed.
    assert moment < over <= moment + timedelta(hours=26)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("21-6", NIGHT),
        ("21:30 - 6:15", QuietHours(time(21, 30), time(6, 15))),
        ("0-5", QuietHours(time(0), time(5))),
        ("", None),
        (" ", None),
    ],
)
def test_hours_as_they_are_written(written: str, hours: QuietHours | None) -> None:
    assert parse_quiet_hours(written) == hours


@pytest.mark.parametrize("written", ["21", "9pm-6am", "21-24", "25-6", "6-6", "21:60-6", "21-6-7"])
def test_what_are_no_hours(written: str) -> None:
    with pytest.raises(ValueError, match=r"^it must be two hours of the day: 21-6$"):
        parse_quiet_hours(written)
