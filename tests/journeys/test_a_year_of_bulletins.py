"""A year of bulletins in three time zones: clocks change, workers fall and sleep, and none is lost.

Every time of every timetable is an edition once, made or marked as missed; whoever belongs to it
has one text of each that was made. What the times are is worked out here in another way than in
the program: the wall clock of the zone is looked at, minute by minute.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import scheduler.addressing
from db.session import Database
from groups.groups import join
from groups.models import BulletinList, Edition, EditionState, EditionText, Group, Role
from groups.subscriptions import subscribe
from messaging.consent import opt_out
from messaging.kinds import Channel
from messaging.models import OutboundMessage
from prices.catalogue import Catalogue
from scheduler.bulletins import publish_due
from tests.cast import ACHIENG, KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import NAKURU, found_group, meet, place_id

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(weeks=52)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
GRACE = timedelta(hours=12)
# How long a worker is away that fell, and how long the machine is off.
NAPS = [timedelta(seconds=5), timedelta(hours=2), timedelta(hours=20), timedelta(days=9)]
OFF = [timedelta(hours=hours) for hours in (1, 5, 11, 13, 30, 100, 400)]

PEOPLE = {NJERI: "en", KAMAU: "sw", WANJIKU: "en", OTIENO: None, ACHIENG: "sw"}


@dataclass(frozen=True)
class Times:
    """What a group wants, as its secretary would say it; weekdays are 0 for Monday."""

    code: str
    timezone: str
    hour: int
    weekdays: frozenset[int] = frozenset()
    month_day: int | None = None


# Among them the hour that comes twice in Madrid in October and not at all in March, and the
# midnight that is left out in Santiago in September.
GROUPS = (
    Times("KIRIMA", "Africa/Nairobi", 7, frozenset({0})),
    Times("UMOJA", "Africa/Nairobi", 16, frozenset({1, 4})),
    Times("MADRID", "Europe/Madrid", 2, frozenset({6})),
    Times("MES", "Europe/Madrid", 18, month_day=31),
    Times("SANTIAGO", "America/Santiago", 0, frozenset({6})),
    Times("FIN", "America/Santiago", 23, month_day=30),
)
ON_THE_LIST = Times("", "Africa/Nairobi", 7, frozenset({0}))


class Fall(BaseException):
    """A worker dies; nothing that runs may catch it."""


@dataclass(frozen=True)
class Falling(Database):
    """A database at which a worker now and then dies: just before a commit, or just after one."""

    fate: Random = field(default_factory=Random)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with super().begin() as session:
            yield session
            self._go_on_or_fall()
        self._go_on_or_fall()

    def _go_on_or_fall(self) -> None:
        if self.fate.random() < 0.03:
            raise Fall


@dataclass
class Year:
    """How the year goes for the workers, who look at these moments unless they are asleep."""

    fate: Random
    moments: list[datetime]  # a heap
    falls: int = 0
    rounds: list[datetime] = field(default_factory=list)  # that came to their end
    asleep_until: datetime = BEGIN

    def pass_by(self, database: Database, until: datetime) -> None:
        """Let the workers work; one that falls is back soon, or late."""
        falling = Falling(database.engine, turn=database.turn, fate=self.fate)
        catalogue = Catalogue("KE")
        while self.moments and self.moments[0] < until:
            now = heappop(self.moments)
            if now < self.asleep_until:
                continue
            try:
                publish_due(falling, catalogue, now, grace=GRACE)
            except Fall:
                self.falls += 1
                self.asleep_until = now + self.fate.choice(NAPS)
                heappush(self.moments, self.asleep_until)
                catalogue = Catalogue("KE")
            else:
                self.rounds.append(now)


def looks_at(fires: set[datetime], fate: Random) -> list[datetime]:
    """When somebody looks: within the half minute behind each time, and here and there.

    Not while the machine is off, which it is for an hour or for weeks.
    """
    looks = [fire + timedelta(seconds=fate.uniform(0, 30)) for fire in fires]
    looks += [BEGIN + fate.random() * (END - BEGIN) for _ in range(150)]
    for _ in range(25):
        off = BEGIN + fate.random() * (END - BEGIN)
        on = off + fate.choice(OFF)
        looks = [look for look in looks if not off <= look < on] + [on]
    return sorted(looks)


def test_every_bulletin_of_a_year_is_made_once_or_marked_as_missed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler.addressing, "SLICE", 2)
    settle_in(database)
    expected = {times.code: fires_of(times) for times in (*GROUPS, ON_THE_LIST)}
    fate = Random(1)  # the same year each time it is told
    year = Year(fate, looks_at(set().union(*expected.values()), fate))
    year.pass_by(database, SUMMER)
    address_the_rest(database, SUMMER)
    with database.begin() as session:
        kamau = meet(session, KAMAU, SUMMER)
        opt_out(session, kamau, channel=Channel.SMS, wording="ACHA", now=SUMMER)
    year.pass_by(database, END)
    publish_due(database, Catalogue("KE"), END, grace=GRACE)

    with database.read() as session:
        every = editions_by_code(session)
        assert every.keys() == expected.keys()
        for code, editions in every.items():
            assert [one.due_at for one in editions] == sorted(expected[code]), code
            for edition in editions:
                assert_fair(edition, year.rounds)
                assert edition.addressed_at is not None
        made = [one for editions in every.values() for one in editions if is_made(one)]
        assert_everybody_once(session, made)
        missed = sum(map(len, every.values())) - len(made)
    # The story is one of hard times, and of good ones.
    assert year.falls >= 10
    assert missed >= 10
    assert len(made) >= 150


def settle_in(database: Database) -> None:
    """All groups with all people in them, and a list; nobody worked out a time yet."""
    with database.begin() as session:
        for times in GROUPS:
            group = found_group(
                session,
                times.code,
                bulletin_weekdays=sum(1 << day for day in times.weekdays),
                bulletin_month_day=times.month_day,
                bulletin_hour=times.hour,
                timezone=times.timezone,
            )
            for msisdn, language in PEOPLE.items():
                person = meet(session, msisdn, BEGIN, language=language)
                role = Role.SECRETARY if msisdn == NJERI else Role.MEMBER
                join(session, group, person, BEGIN, role=role)
        nakuru = place_id(session, NAKURU)
        for msisdn in PEOPLE:
            subscribe(
                session,
                meet(session, msisdn, BEGIN),
                commodity="milk",
                place_id=nakuru,
                timezone=ON_THE_LIST.timezone,
                now=BEGIN,
            )
    # The first round works every time out; no worker falls at it.
    publish_due(database, Catalogue("KE"), BEGIN)


def fires_of(times: Times) -> set[datetime]:
    """Every moment of the year at which the wall clock strikes that hour on such a day."""
    zone = ZoneInfo(times.timezone)
    first, last = BEGIN.astimezone(zone).date(), END.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    struck = {strikes(day, times.hour, zone) for day in days if is_day_of(times, day)}
    return {moment for moment in struck if BEGIN < moment <= END}


def is_day_of(times: Times, day: date) -> bool:
    if times.month_day is None:
        return day.weekday() in times.weekdays
    is_last = (day + timedelta(days=1)).day == 1
    return day.day == times.month_day or (is_last and day.day < times.month_day)


def strikes(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first minute at which the clock on the wall shows that hour of the day, or a later one.

    Not before it shows the day: where midnight is left out, that is an hour past it.
    """
    moment = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    while moment.astimezone(zone).replace(tzinfo=None) < datetime.combine(day, time(hour)):
        moment += timedelta(minutes=30)
    return moment


def editions_by_code(session: Session) -> dict[str, list[Edition]]:
    """Every edition by the code of its group, none for the list; the oldest first."""
    codes = {group.id: group.code for group in session.scalars(select(Group))}
    found: dict[str, list[Edition]] = {}
    for edition in session.scalars(select(Edition).order_by(Edition.due_at)):
        code = codes.get(edition.group_id or 0, "")
        found.setdefault(code, []).append(edition)
    return found


def is_made(edition: Edition) -> bool:
    return edition.state is EditionState.MADE


def assert_fair(edition: Edition, rounds: list[datetime]) -> None:
    """It is made where somebody could, and within the grace; else there is a reason."""
    if is_made(edition):
        assert edition.due_at <= edition.made_at <= edition.due_at + GRACE
        assert edition.missed_because is None
        return
    assert edition.missed_because
    in_time = [one for one in rounds if edition.due_at <= one <= edition.due_at + GRACE]
    assert in_time == [], f"{edition.due_at} was missed, and a worker was there"


def assert_everybody_once(session: Session, made: list[Edition]) -> None:
    """One text for each who belonged to it, and in their language; none for what was missed."""
    texts = Counter(session.scalars(select(OutboundMessage.dedupe_key)))
    assert set(texts.values()) == {1}
    ids = {msisdn: meet(session, msisdn, BEGIN).id for msisdn in PEOPLE}
    wanted = {
        f"edition:{edition.id}:{id_}"
        for edition in made
        for msisdn, id_ in ids.items()
        if msisdn != KAMAU or edition.made_at < SUMMER
    }
    assert texts.keys() == wanted
    by_edition = Counter(int(key.split(":")[1]) for key in texts)
    assert {edition.id: edition.recipients for edition in made} == by_edition
    written = session.execute(select(EditionText.edition_id, EditionText.text)).all()
    told = session.execute(select(OutboundMessage.dedupe_key, OutboundMessage.text)).all()
    known = {(edition_id, text) for edition_id, text in written}
    assert {(int(key.split(":")[1]), text) for key, text in told} <= known


def address_the_rest(database: Database, now: datetime) -> None:
    """So that a change of heart falls between two editions."""
    scheduler.addressing.address_open(database, now)
    with database.read() as session:
        assert session.scalars(select(Edition).where(Edition.addressed_at.is_(None))).all() == []
        assert session.scalars(select(BulletinList)).one().next_bulletin_at is not None
