"""A watched price moves: whoever waits for it is told once, and of all of an hour in one text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from groups.crossing_news import News
from groups.models import AlertCrossing, CrossingEnd, PriceAlert, WatchedPrice
from handlers.telling_alerts import tell_crossings
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage, Subscriber
from messaging.quiet_hours import QuietHours
from messaging.routes import Routes
from messaging.segments import measure
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.alerts import Tell, watch_prices
from scheduler.timetable import Worker
from tests.cast import KAMAU, WANJIKU
from tests.groups.stories import meet
from tests.groups.watched import tell
from tests.handlers.asking import texts_to
from tests.handlers.texting import Phones, rows

NIGHT = QuietHours(time(21), time(6))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO_END = "To end: STOP ALERT MILK NAKURU"


@dataclass
class Watching:
    """A service whose worker watches prices; `phones.now` is the moment."""

    phones: Phones
    quiet_hours: QuietHours | None = None
    tell_crossings: Tell = tell_crossings

    @property
    def database(self) -> Database:
        return self.phones.database

    def work(self) -> int:
        """The worker's job comes round."""
        return watch_prices(
            self.database,
            self.phones.catalogue,
            self.tell_crossings,
            self.quiet_hours,
            self.phones.now,
        )

    def told(self, price: float | str, place: str = "Nakuru", **what: object) -> None:
        """Four people tell a price."""
        with self.database.begin() as session:
            tell(session, self.phones.now, str(price), place, **what)  # type: ignore[arg-type]

    def move(self, price: float | str, place: str = "Nakuru", **what: object) -> int:
        """The next day they tell another, and the worker looks; how many people were texted."""
        self.phones.wait(days=1)
        self.told(price, place, **what)
        return self.work()

    def texts(self, msisdn: str = WANJIKU) -> list[str]:
        return [
            one.text for one in texts_to(self.database, msisdn) if one.kind is OutboundKind.ALERT
        ]

    def outcomes(self) -> list[CrossingEnd | None]:
        with self.database.read() as session:
            query = select(AlertCrossing.outcome).order_by(AlertCrossing.id)
            return list(session.scalars(query))


@pytest.fixture
def watching(database: Database, now: datetime) -> Watching:
    """Milk at Nakuru stands at 47, and Wanjiku and Kamau write English and Swahili."""
    with database.begin() as session:
        meet(session, WANJIKU, now, language="en", has_chosen_language=True)
        meet(session, KAMAU, now, language="sw", has_chosen_language=True)
        tell(session, now, 47)
    return Watching(Phones(database, now))


def plain(text: str) -> str:
    """A text without what the filter makes of the figures."""
    return re.sub(r"KES \d+(\.\d\d)?", "KES n", text)


def test_it_is_told_once_that_the_price_is_there(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    assert watching.work() == 0
    assert watching.move(53) == 1
    (text,) = watching.texts()
    assert plain(text) == (
        f"MILK Nakuru farm gate KES n/L, 8 reports, today. You asked for 50 or more. {TO_END}"
    )
    for price in (52, 51, 54, 50):
        assert watching.move(price) == 0
    assert watching.outcomes() == [CrossingEnd.TOLD]


def test_after_it_came_back_it_is_told_again(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    told = [watching.move(price) for price in (53, 53, 44, 44, 53, 53)]
    assert sum(told) == 2
    assert len(watching.texts()) == 2


def test_everybody_who_waits_is_told_in_their_words(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(KAMAU, "ARIFA MAZIWA NAKURU 51")
    assert watching.move(56) == 2
    assert plain(watching.texts(KAMAU)[0]) == (
        "MAZIWA Nakuru shambani KES n/L, ripoti 8, leo. Uliomba 51 au zaidi. "
        "Kuacha: ACHA ARIFA MAZIWA NAKURU"
    )
    with watching.database.read() as session:
        assert rows(session, WatchedPrice) == 1


def test_downwards_for_whoever_buys(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 42")
    assert watching.move(37) == 1
    assert "You asked for 42 or less." in watching.texts()[0]


def test_what_is_unusual_is_told_with_what_is_usual(watching: Watching) -> None:
    for _ in range(5):
        watching.phones.wait(days=6)
        watching.move(47)
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU")
    assert watching.move(47) == 0
    assert watching.move(58) + watching.move(58) == 1
    assert plain(watching.texts()[0]).endswith(
        f" today. Far above usual. The last weeks 47. {TO_END}"
    )


def test_one_report_is_not_enough(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(days=10)
    watching.told(60, people=1)
    assert watching.work() == 0
    assert watching.outcomes() == []
    watching.phones.wait(hours=2)
    watching.told(60, people=2)
    assert watching.work() == 1


def test_what_was_made_up_is_told_to_nobody_real(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    with watching.database.begin() as session:
        meet(session, KAMAU, watching.phones.now, is_demo=True)
    watching.phones.text(KAMAU, "ALERT MILK NAKURU 50")
    assert watching.move(60, is_demo=True) == 1
    assert watching.texts() == []
    assert watching.texts(KAMAU)[0].startswith("DEMO MAZIWA Nakuru")


def test_a_county_is_watched_as_a_whole(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU COUNTY 50")
    assert watching.move(60, "Njoro") == 0
    assert watching.move(60) == 1
    assert "MILK Nakuru county farm gate" in watching.texts()[0]


def test_in_the_unit_it_was_said(watching: Watching) -> None:
    watching.told(40, "Kitale", commodity="maize")
    watching.phones.text(WANJIKU, "ALERT MAIZE KITALE 4000 90KG BAG")
    assert watching.move(49, "Kitale", commodity="maize") == 1
    assert plain(watching.texts()[0]).startswith("MAIZE Kitale wholesale KES n,")
    assert "/90 kg bag, 8 reports, today. You asked for 4,000 or more." in watching.texts()[0]


# One text an hour


def test_what_comes_together_is_one_text(watching: Watching) -> None:
    watching.told(40, "Kitale", commodity="maize")
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "ALERT MAIZE KITALE 35")
    watching.phones.wait(days=1)
    watching.told(54)
    watching.told(32, "Kitale", commodity="maize")
    assert watching.work() == 1
    (text,) = watching.texts()
    assert plain(text) == (
        "MILK Nakuru KES n/L (50 or more). MAIZE Kitale KES n/kg (35 or less). "
        "To end one send STOP ALERT and its name."
    )
    assert watching.outcomes() == [CrossingEnd.TOLD] * 2


def test_what_comes_later_in_the_hour_waits(watching: Watching) -> None:
    watching.told(40, "Kitale", commodity="maize")
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "ALERT MAIZE KITALE 35")
    assert watching.move(54) == 1
    watching.phones.wait(minutes=20)
    watching.told(32, "Kitale", commodity="maize")
    assert watching.work() == 0
    watching.phones.wait(minutes=39)
    assert watching.work() == 0
    watching.phones.wait(minutes=1)
    assert watching.work() == 1
    assert "MAIZE Kitale" in watching.texts()[1]
    assert watching.outcomes() == [CrossingEnd.TOLD] * 2


def test_more_than_two_segments_hold_waits_for_the_next_hour(watching: Watching) -> None:
    markets = ["Nakuru", "Molo", "Njoro", "Naivasha", "Gilgil", "Kericho", "Eldoret", "Nyeri"]
    for place in markets[1:]:
        watching.told(47, place)
    for place in markets:
        watching.phones.text(WANJIKU, f"ALERT MILK {place} ABOVE 50")
    watching.phones.wait(days=1)
    for place in markets:
        watching.told(56, place)
    assert watching.work() == 1
    watching.phones.wait(hours=1)
    assert watching.work() == 1
    texts = watching.texts()
    assert [measure(text).segments for text in texts] == [2, 1]
    assert sorted(place for place in markets if any(place in text for text in texts)) == sorted(
        markets
    )
    assert watching.outcomes() == [CrossingEnd.TOLD] * len(markets)


# What is not told


def test_nobody_is_woken(watching: Watching) -> None:
    watching.quiet_hours = NIGHT
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(hours=10)  # ten in the evening
    watching.told(55)
    assert watching.work() == 0
    watching.phones.wait(hours=7, minutes=59)
    assert watching.work() == 0
    watching.phones.wait(minutes=1)
    assert watching.work() == 1
    assert ", yesterday. You asked for 50 or more." in watching.texts()[0]


def test_what_came_back_by_night_is_not_told(watching: Watching) -> None:
    watching.quiet_hours = NIGHT
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(hours=10)
    watching.told(55)
    assert watching.work() == 0
    watching.phones.wait(hours=5)
    watching.told(44, people=9)
    watching.phones.wait(hours=3)
    assert watching.work() == 0
    assert watching.outcomes() == [CrossingEnd.CROSSED_BACK]
    # And when it comes again, it is told.
    assert watching.move(56) + watching.move(56) == 1


def test_a_price_a_little_below_its_mark_is_not_told_but_armed(watching: Watching) -> None:
    """Within the margin: nobody had a text that another one would repeat."""
    watching.quiet_hours = NIGHT
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(hours=10)
    watching.told(52)
    watching.told(52)
    assert watching.work() == 0
    watching.phones.wait(hours=4)
    watching.told(48, people=9)
    watching.phones.wait(hours=4)
    with capture_logs() as logs:
        assert watching.work() == 0
    assert watching.outcomes() == [CrossingEnd.CROSSED_BACK]
    assert [log["event"] for log in logs if log["event"] == "crossings_dropped"]
    with watching.database.read() as session:
        assert session.scalars(select(PriceAlert.zone)).one() == "within"


def test_what_is_older_than_a_day_is_no_news(watching: Watching) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("no words")

    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.tell_crossings = fail
    with capture_logs() as logs:
        assert watching.move(55) == 0
    assert "alert_not_told" in [log["event"] for log in logs]
    watching.tell_crossings = tell_crossings
    watching.phones.wait(hours=25)
    assert watching.work() == 0
    assert watching.outcomes() == [CrossingEnd.TOO_OLD]
    assert watching.texts() == []


def test_who_wants_no_messages_gets_none(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "STOP")
    assert watching.move(55) == 0
    assert watching.outcomes() == [CrossingEnd.UNWANTED]
    assert watching.texts() == []


def test_who_comes_back_is_told_again(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "STOP")
    watching.phones.text(WANJIKU, "START")
    assert watching.move(55) == 1


def test_an_alert_that_was_ended_is_not_told(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "STOP ALERT MILK NAKURU")
    assert watching.move(55) == 0
    assert watching.outcomes() == []


# Any number of workers, killed at any line


def looked_at(session: Session) -> list[datetime | None]:
    return list(session.scalars(select(WatchedPrice.looked_at).order_by(WatchedPrice.id)))


def test_only_what_moved_is_looked_at(watching: Watching) -> None:
    watching.told(40, "Kitale", commodity="maize")
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(WANJIKU, "ALERT MAIZE KITALE 35")
    watching.work()
    first = watching.phones.now
    watching.phones.wait(minutes=1)
    watching.told(48)
    watching.work()
    with watching.database.read() as session:
        assert looked_at(session) == [watching.phones.now, first]
    # Another day: reports have grown older, and it may be another month.
    watching.phones.wait(days=1)
    watching.work()
    with watching.database.read() as session:
        assert looked_at(session) == [watching.phones.now] * 2


def test_many_workers_tell_it_once(watching: Watching) -> None:
    for msisdn in (WANJIKU, KAMAU):
        watching.phones.text(msisdn, "ALERT MILK NAKURU 50")
        watching.phones.text(msisdn, "ALERT MILK MOLO ABOVE 50")
    watching.phones.wait(days=1)
    watching.told(55)
    watching.told(56, "Molo")
    start = Barrier(4)
    told: list[int] = []

    def work() -> None:
        start.wait(timeout=10)
        told.append(
            watch_prices(watching.database, Catalogue(), tell_crossings, None, watching.phones.now)
        )

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    # What one worker saw crossing after another had told is told the next hour.
    watching.phones.wait(hours=1)
    told.append(watching.work())
    assert watching.outcomes() == [CrossingEnd.TOLD] * 4
    for msisdn in (WANJIKU, KAMAU):
        texts = watching.texts(msisdn)
        assert [sum(place in text for text in texts) for place in ("Nakuru", "Molo")] == [1, 1]
    with watching.database.read() as session:
        keys = session.scalars(
            select(OutboundMessage.dedupe_key).where(OutboundMessage.kind == OutboundKind.ALERT)
        ).all()
        assert len(keys) == len(set(keys)) == sum(told)


class Killed(BaseException):
    """The process is gone."""


def test_a_worker_that_dies_while_it_tells_has_told_nothing(watching: Watching) -> None:
    def die(
        session: Session,
        vocabulary: Vocabulary,
        person: Subscriber,
        news: Sequence[News],
        now: datetime,
    ) -> int:
        tell_crossings(session, vocabulary, person, news, now)
        raise Killed

    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.tell_crossings = die
    with pytest.raises(Killed):
        watching.move(55)
    assert watching.texts() == []
    assert watching.outcomes() == [None]
    watching.tell_crossings = tell_crossings
    assert watching.work() == 1
    assert watching.outcomes() == [CrossingEnd.TOLD]


def test_a_place_that_is_gone_holds_up_nobody(watching: Watching) -> None:
    """The catalogue of today lacks what somebody watches since last year."""
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.text(KAMAU, "ARIFA MAZIWA MOLO 50")
    watching.told(47, "Molo")

    class Smaller(Catalogue):
        def vocabulary(
            self, session: Session, country: str, version: int | None = None
        ) -> Vocabulary:
            whole = super().vocabulary(session, country, version)
            left = {id_: one for id_, one in whole.places.items() if one.name != "Molo"}
            words = {
                word: tuple(id_ for id_ in ids if id_ in left)
                for word, ids in whole.place_words.items()
            }
            return replace(whole, places=left, place_words=words)

    watching.phones.wait(days=1)
    watching.told(55)
    assert (
        watch_prices(watching.database, Smaller(), tell_crossings, None, watching.phones.now) == 1
    )
    assert watching.texts(KAMAU) == []


def test_a_report_that_comes_while_an_alert_is_set_is_not_missed(watching: Watching) -> None:
    """The worker may look just before the alert is committed: then it looks once more."""
    watching.phones.text(KAMAU, "ARIFA MAZIWA NAKURU 60")
    watching.work()
    looked_at_once = seen_of(watching)
    assert looked_at_once
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    assert seen_of(watching) == [""]
    watching.work()
    assert seen_of(watching) == looked_at_once


def seen_of(watching: Watching) -> list[str]:
    with watching.database.read() as session:
        return list(session.scalars(select(WatchedPrice.seen)))


def test_it_is_a_job_of_the_timetable(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(days=1)
    watching.told(55)
    worker = Worker(
        watching.database,
        watching.phones.catalogue,
        {},
        SendingRules(Routes("simulator")),
        retry_unhandled=lambda *_: 0,
        name="story:1",
        now=lambda: watching.phones.now,
        tell_crossings=tell_crossings,
    )
    (job,) = (one for one in worker.timetable() if one.name == "watch prices")
    assert job.every_seconds == 60
    job.run()
    assert len(watching.texts()) == 1


def test_a_worker_that_is_to_stop_tells_nobody_more(watching: Watching) -> None:
    watching.phones.text(WANJIKU, "ALERT MILK NAKURU 50")
    watching.phones.wait(days=1)
    watching.told(55)
    stopping = Event()
    stopping.set()
    assert (
        watch_prices(
            watching.database,
            Catalogue(),
            tell_crossings,
            None,
            watching.phones.now,
            stopping=stopping,
        )
        == 0
    )
    assert watching.outcomes() == [None]
    assert watching.work() == 1
