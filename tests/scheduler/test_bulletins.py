"""Stories of the weekly bulletin: on time, once, to everybody who wants it."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

import scheduler.bulletins
from db.session import Database
from groups.editions import last_bulletin
from groups.groups import find_group, leave
from groups.models import BulletinList, Edition, EditionState, EditionText, Form, Group
from groups.subscriptions import subscribe, unsubscribe
from messaging.consent import opt_in, opt_out
from messaging.kinds import Channel, OutboundKind, OutboundState
from messaging.models import OutboundMessage
from prices.catalogue import Catalogue
from scheduler.bulletins import publish_due, publish_now
from tests.cast import KAMAU, NAKATO, NJERI, WANJIKU
from tests.groups.stories import NAKURU, found_group, meet, place_id
from tests.messaging.stories import claim_paid
from tests.scheduler.stories import (
    HOUR,
    MINUTE,
    MONDAY,
    WEEK,
    editions,
    kirima,
    milk_reports,
    promised,
)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


def test_the_group_gets_its_bulletin_on_monday_at_seven(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        vocabulary = catalogue.vocabulary(session, "KE")
        milk_reports(session, vocabulary, "Githunguri", [46, 46, 47, 45, 46], MONDAY - 15 * HOUR)
        kirima(session)
    assert publish_due(database, catalogue, MONDAY - MINUTE) == 0
    assert publish_due(database, catalogue, MONDAY) == 1
    with database.read() as session:
        texts = promised(session)
        assert texts.keys() == {NJERI, KAMAU, WANJIKU}
        english = texts[WANJIKU].text
        assert english.startswith("KIRIMA 23 Nov. Milk/L: Githunguri farm gate 46")
        assert texts[KAMAU].text.startswith("KIRIMA 23 Nov. Maziwa/L: Githunguri shambani 46")
        assert [texts[who].language for who in (NJERI, KAMAU, WANJIKU)] == ["en", "sw", "en"]
        for text in texts.values():
            assert text.kind is OutboundKind.BULLETIN
            assert text.segments <= 2
            assert text.state is OutboundState.QUEUED
            assert text.due_at == MONDAY
            assert text.expires_at == MONDAY + timedelta(hours=24)
        made = editions(session)[0]
        assert (made.due_at, made.made_at, made.recipients) == (MONDAY, MONDAY, 3)
        assert (made.text, made.language, made.addressed_at) == (english, "en", MONDAY)
        assert next_of(database, "KIRIMA") == MONDAY + WEEK


def test_an_edition_is_made_once_however_often_it_is_asked_for(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    made = [publish_due(database, Catalogue(), MONDAY + number * MINUTE) for number in range(3)]
    assert made == [1, 0, 0]
    with database.read() as session:
        assert len(promised(session)) == 3
        assert len(editions(session)) == 1


def test_a_lost_time_of_the_next_one_makes_no_second_edition(
    database: Database, catalogue: Catalogue
) -> None:
    """The unique edition stands even where the due time was put back, by a backup say."""
    with database.begin() as session:
        kirima(session)
    publish_due(database, catalogue, MONDAY)
    with database.begin() as session:
        session.execute(update(Group).values(next_bulletin_at=MONDAY))
    assert publish_due(database, catalogue, MONDAY + HOUR) == 0
    with database.read() as session:
        assert len(promised(session)) == 3
        assert next_of(database, "KIRIMA") == MONDAY + WEEK


def test_next_week_brings_the_next_edition(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        kirima(session)
    publish_due(database, catalogue, MONDAY + MINUTE)
    assert publish_due(database, catalogue, MONDAY + WEEK) == 1
    with database.read() as session:
        assert [made.due_at for made in editions(session)] == [MONDAY, MONDAY + WEEK]
        keys = session.scalars(select(OutboundMessage.dedupe_key)).all()
        assert len(set(keys)) == 6


def test_a_new_group_waits_for_its_first_time(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        kirima(session, next_bulletin_at=None)
    assert publish_due(database, catalogue, MONDAY + HOUR) == 0
    assert next_of(database, "KIRIMA") == MONDAY + WEEK
    with database.read() as session:
        assert promised(session) == {}
        assert editions(session) == []


def test_a_worker_that_was_down_catches_up_once(database: Database, catalogue: Catalogue) -> None:
    late = MONDAY + timedelta(hours=12)
    with database.begin() as session:
        kirima(session)
    assert publish_due(database, catalogue, late) == 1
    with database.read() as session:
        assert [made.due_at for made in editions(session)] == [MONDAY]
        # It still dies a day after its time, not a day after it was made.
        assert {text.expires_at for text in promised(session).values()} == {
            MONDAY + timedelta(hours=24)
        }
    assert next_of(database, "KIRIMA") == MONDAY + WEEK


def test_of_the_times_that_passed_the_last_is_made_and_the_others_are_missed(
    database: Database, catalogue: Catalogue
) -> None:
    """Three weeks of down-time bring one bulletin, and say what did not come."""
    with database.begin() as session:
        kirima(session)
    back = MONDAY + 2 * WEEK + HOUR
    assert publish_due(database, catalogue, back) == 1
    with database.read() as session:
        assert [(one.due_at, one.state) for one in editions(session)] == [
            (MONDAY, EditionState.MISSED),
            (MONDAY + WEEK, EditionState.MISSED),
            (MONDAY + 2 * WEEK, EditionState.MADE),
        ]
        missed = editions(session)[0]
        assert (missed.made_at, missed.text, missed.recipients) == (back, "", 0)
        assert missed.missed_because == "the next one was due before a worker made it"
        assert len(promised(session)) == 3
    assert next_of(database, "KIRIMA") == MONDAY + 3 * WEEK
    # It was missed once, whoever looks again.
    assert publish_due(database, catalogue, back + MINUTE) == 0
    with database.read() as session:
        assert len(editions(session)) == 3


def test_the_operator_decides_how_late_is_too_late(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    assert publish_due(database, catalogue, MONDAY + 3 * HOUR, grace=2 * HOUR) == 0
    with database.read() as session:
        (missed,) = editions(session)
        assert missed.missed_because == "no worker made it within 2 hours of its time"


def test_a_bulletin_missed_by_more_than_half_a_day_is_marked_and_said(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    with capture_logs() as logs:
        assert publish_due(database, catalogue, MONDAY + 3 * WEEK + timedelta(days=2)) == 0
    missed = [entry for entry in logs if entry["event"] == "bulletin_missed"]
    assert {entry["log_level"] for entry in missed} == {"warning"}
    weeks = [(MONDAY + number * WEEK).isoformat() for number in range(4)]
    assert [entry["due_at"] for entry in missed] == weeks
    assert next_of(database, "KIRIMA") == MONDAY + 4 * WEEK
    with database.read() as session:
        assert promised(session) == {}
        assert {one.state for one in editions(session)} == {EditionState.MISSED}
        assert (
            editions(session)[-1].missed_because == "no worker made it within 12 hours of its time"
        )


def test_madrid_keeps_its_hour_over_the_change(database: Database, catalogue: Catalogue) -> None:
    before = datetime(2026, 10, 19, 5, tzinfo=UTC)  # Monday at 7, summer time
    with database.begin() as session:
        kirima(session, timezone="Europe/Madrid", next_bulletin_at=before)
    publish_due(database, catalogue, before)
    after = datetime(2026, 10, 26, 6, tzinfo=UTC)  # Monday at 7, winter time
    assert next_of(database, "KIRIMA") == after
    assert publish_due(database, catalogue, after - MINUTE) == 0
    assert publish_due(database, catalogue, after) == 1


def test_who_left_or_opted_out_gets_nothing(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        group = kirima(session)
        leave(session, group, meet(session, KAMAU, MONDAY), MONDAY - HOUR)
        wanjiku = meet(session, WANJIKU, MONDAY)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=MONDAY - HOUR)
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert promised(session).keys() == {NJERI}
        assert editions(session)[0].recipients == 1


def test_who_opts_out_after_the_writing_is_not_sent_it(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    publish_due(database, catalogue, MONDAY)
    with database.begin() as session:
        for msisdn in (WANJIKU, KAMAU):
            person = meet(session, msisdn, MONDAY)
            opt_out(session, person, channel=Channel.SMS, wording="STOP", now=MONDAY)
        opt_in(
            session, meet(session, KAMAU, MONDAY), channel=Channel.SMS, wording="START", now=MONDAY
        )
    sent = set()
    while True:
        with database.begin() as session:
            claimed = claim_paid(session, MONDAY)
        if claimed is None:
            break
        sent |= {message.msisdn for message in claimed.messages}
    assert sent == {NJERI, KAMAU}
    with database.read() as session:
        assert promised(session)[WANJIKU].state is OutboundState.SUPPRESSED


def test_a_group_without_members_is_no_trouble(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        found_group(session, "EMPTY", next_bulletin_at=MONDAY)
        kirima(session)
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert len(promised(session)) == 3


def test_a_language_nobody_speaks_is_the_groups_own(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session, language="sw")
        meet(session, WANJIKU, MONDAY, language="ki")
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        text = promised(session)[WANJIKU]
        assert (text.language, text.text[:23]) == ("sw", "KIRIMA 23 Nov. Maziwa: ")


def test_subscribers_get_their_list_in_their_language(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        vocabulary = catalogue.vocabulary(session, "KE")
        milk_reports(session, vocabulary, "Nakuru", [47, 47, 47, 47], MONDAY - 20 * HOUR)
        nakuru = place_id(session, NAKURU)
        for msisdn, language in ((WANJIKU, "en"), (KAMAU, None), (NJERI, "en")):
            person = meet(session, msisdn, MONDAY, language=language)
            milk = subscribe(
                session,
                person,
                commodity="milk",
                place_id=nakuru,
                timezone="Africa/Nairobi",
                now=MONDAY - timedelta(days=3),
            )
        unsubscribe(
            session, person, commodity="milk", place_id=nakuru, now=MONDAY - timedelta(days=2)
        )
    publish_due(database, catalogue, MONDAY - timedelta(days=2))  # works the time out
    assert publish_due(database, catalogue, MONDAY) == 1
    with database.read() as session:
        texts = promised(session)
        assert texts.keys() == {WANJIKU, KAMAU}
        assert texts[WANJIKU].text == "Milk, Nakuru, 23 Nov: farm gate KES 47/L (4 reports)."
        assert texts[KAMAU].text == "Maziwa, Nakuru, 23 Nov: shambani KES 47/L (ripoti 4)."
        made = editions(session)[0]
        assert (made.group_id, made.bulletin_list_id) == (None, milk.id)


def test_a_ugandan_list_speaks_its_own_countrys_words(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kampala = place_id(session, "ug-kampala")
        subscribe(
            session,
            meet(session, NAKATO, MONDAY),
            commodity="milk",
            place_id=kampala,
            timezone="Africa/Kampala",
            now=MONDAY,
        )
        session.execute(update(BulletinList).values(next_bulletin_at=MONDAY))
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        assert promised(session)[NAKATO].text == "Milk, Kampala, 23 Nov: no price at Kampala yet."


def test_a_fault_in_one_group_does_not_hold_up_the_others(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        found_group(session, "BROKEN", next_bulletin_at=MONDAY - MINUTE, timezone="Africa/Atlantis")
        kirima(session)
    with capture_logs() as logs:
        assert publish_due(database, catalogue, MONDAY) == 1
    told = [entry["event"] for entry in logs]
    assert told == ["bulletin_failed", "bulletin_made", "bulletin_addressed"]
    with database.read() as session:
        assert len(promised(session)) == 3
        assert next_of(database, "BROKEN") == MONDAY - MINUTE


def test_a_fault_while_it_is_kept_leaves_nothing_behind(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as session:
        kirima(session)

    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(scheduler.bulletins, "EditionText", fail)
    assert publish_due(database, catalogue, MONDAY) == 0
    with database.read() as session:
        assert promised(session) == {}
        assert editions(session) == []
    assert next_of(database, "KIRIMA") == MONDAY
    monkeypatch.undo()
    assert publish_due(database, catalogue, MONDAY + MINUTE) == 1
    with database.read() as session:
        assert len(promised(session)) == 3


def test_nothing_is_begun_once_the_worker_is_told_to_stop(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    stopping = Event()
    stopping.set()
    assert publish_due(database, catalogue, MONDAY, stopping=stopping) == 0
    assert next_of(database, "KIRIMA") == MONDAY


def test_a_group_that_reads_on_the_menu_gets_no_texts(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        group = kirima(session, bulletin_channel=Channel.USSD)
        kamau = meet(session, KAMAU, MONDAY)
        opt_out(session, kamau, channel=Channel.SMS, wording="ACHA", now=MONDAY)
    assert publish_due(database, catalogue, MONDAY) == 1
    with database.read() as session:
        assert promised(session) == {}
        (made,) = editions(session)
        assert (made.recipients, made.addressed_at) == (0, MONDAY)
        # Who wants no texts may look all the same, and reads it in the language they write in.
        read = last_bulletin(session, group.id, kamau.id)
        assert read is not None
        assert read.startswith("KIRIMA 23 Nov. Maziwa")


def test_the_secretary_gets_the_long_form_and_the_members_the_short(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        vocabulary = catalogue.vocabulary(session, "KE")
        for place in ("Githunguri", "Kiambu", "Limuru"):
            milk_reports(session, vocabulary, place, [46, 46, 47, 45, 46], MONDAY - 15 * HOUR)
        kirima(session, bulletin_secretary_segments=3)
    publish_due(database, catalogue, MONDAY)
    with database.read() as session:
        texts = promised(session)
        assert len(texts[NJERI].text) > len(texts[WANJIKU].text)
        assert texts[NJERI].segments <= 3
        assert texts[WANJIKU].segments == texts[KAMAU].segments == 1
        kept = session.scalars(select(EditionText).order_by(EditionText.id)).all()
        assert [(one.language, one.form) for one in kept] == [
            ("en", Form.SHORT),
            ("en", Form.LONG),
            ("sw", Form.SHORT),
        ]


def test_a_timetable_of_several_days_and_of_a_month(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session, bulletin_weekdays=9)  # Mondays and Thursdays
        found_group(session, "MWISHO", bulletin_weekdays=0, bulletin_month_day=31)
    publish_due(database, catalogue, MONDAY)
    assert next_of(database, "KIRIMA") == MONDAY + timedelta(days=3)
    assert next_of(database, "MWISHO") == datetime(2026, 11, 30, 4, tzinfo=UTC)


def test_a_list_of_the_whole_country_in_a_language_of_its_own(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kenya = place_id(session, "ke")
        wanted = subscribe(
            session,
            meet(session, WANJIKU, MONDAY),
            commodity="milk",
            place_id=kenya,
            timezone="Africa/Nairobi",
            now=MONDAY - WEEK,
        )
        wanted.language, wanted.next_bulletin_at = "en", MONDAY
        county = subscribe(
            session,
            meet(session, KAMAU, MONDAY),
            commodity="milk",
            place_id=place_id(session, "ke-kiambu"),
            timezone="Africa/Nairobi",
            now=MONDAY - WEEK,
        )
        county.next_bulletin_at = MONDAY
    assert publish_due(database, catalogue, MONDAY) == 2
    with database.read() as session:
        texts = promised(session)
        assert (texts[WANJIKU].language, texts[KAMAU].language) == ("en", "sw")
        assert texts[WANJIKU].text.startswith("Milk, Kenya, 23 Nov")
        assert texts[KAMAU].text.startswith("Maziwa, ")


def test_two_workers_at_once_make_one_edition(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
        for number in range(5):
            found_group(session, f"GROUP{number}", next_bulletin_at=MONDAY)
    start, made = Barrier(3), []

    def work() -> None:
        start.wait(timeout=10)
        made.append(publish_due(database, Catalogue(), MONDAY))

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sum(made) == 6
    with database.read() as session:
        assert len(promised(session)) == 3
        assert len(editions(session)) == 6


def test_a_taken_group_is_looked_past(database: Database, catalogue: Catalogue) -> None:
    """On PostgreSQL a second worker does not wait for the first, and does not repeat it."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with database.begin() as session:
        kirima(session)
    with database.begin() as session:
        session.scalars(select(Group).with_for_update()).all()
        assert publish_due(database, catalogue, MONDAY) == 0
    assert publish_due(database, catalogue, MONDAY) == 1


def test_somebody_who_joins_just_now_does_not_hold_the_bulletin_up(
    database: Database, catalogue: Catalogue
) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with database.begin() as session:
        kirima(session)
    with database.begin() as session:
        session.scalars(select(Group).with_for_update(read=True, key_share=True)).all()
        assert publish_due(database, catalogue, MONDAY) == 1


def test_the_operator_sends_one_now(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        kirima(session)
    tuesday = MONDAY + timedelta(days=1, seconds=40)
    for moment in (tuesday, tuesday + timedelta(seconds=10)):  # the same minute
        sent = publish_now(database, catalogue, "kirima", moment)
        assert sent is not None
        assert sent.recipients == 3
    with database.read() as session:
        assert len(promised(session)) == 3
        assert [made.due_at for made in editions(session)] == [MONDAY + timedelta(days=1)]
    publish_now(database, catalogue, "KIRIMA", tuesday + MINUTE)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == 2
    # The timetable's own one is another.
    assert next_of(database, "KIRIMA") == MONDAY


def test_sending_now_at_the_very_time_is_the_same_edition(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        kirima(session)
    publish_now(database, catalogue, "KIRIMA", MONDAY + timedelta(seconds=5))
    assert publish_due(database, catalogue, MONDAY + timedelta(seconds=6)) == 0
    with database.read() as session:
        assert len(promised(session)) == 3
    assert next_of(database, "KIRIMA") == MONDAY + WEEK


def test_nobody_knows_the_group(database: Database, catalogue: Catalogue) -> None:
    assert publish_now(database, catalogue, "NOSUCH", MONDAY) is None


def next_of(database: Database, code: str) -> datetime | None:
    """When the group's next bulletin is due."""
    with database.read() as session:
        group = find_group(session, code)
        assert group is not None
        return group.next_bulletin_at
