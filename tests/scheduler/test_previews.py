"""What the operator sees of a bulletin before it goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.session import Database
from groups.bulletin_settings import BulletinChange
from groups.models import Form, Group
from groups.subscriptions import subscribe
from messaging.consent import opt_out
from messaging.kinds import Channel
from prices.catalogue import Catalogue
from scheduler.previews import preview, preview_changed
from tests.cast import KAMAU, WANJIKU
from tests.groups.stories import NAKURU, meet, place_id
from tests.scheduler.stories import HOUR, MONDAY, WEEK, kirima, promised


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


def test_the_operator_sees_the_next_bulletin(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        group = kirima(session)
        wanjiku = meet(session, WANJIKU, MONDAY)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=MONDAY)
    with database.read() as session:
        vocabulary = catalogue.vocabulary(session, "KE")
        seen = preview(session, vocabulary, group, MONDAY - HOUR)
    # Nobody is left who reads the members' form in English: it is what a newcomer would.
    assert [(text.language, text.form, text.people) for text in seen.texts] == [
        ("en", Form.SHORT, 0),
        ("en", Form.LONG, 1),
        ("sw", Form.SHORT, 1),
    ]
    assert seen.texts[0].text.startswith("KIRIMA 23 Nov. Milk: no price at Githunguri yet")
    assert (seen.recipients, seen.due_at) == (2, MONDAY)
    assert seen.segments == seen.texts[1].segments + seen.texts[2].segments
    with database.read() as session:
        assert promised(session) == {}


def test_a_preview_works_out_a_time_nobody_wrote_down(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        group = kirima(session, next_bulletin_at=None)
        seen = preview(session, catalogue.vocabulary(session, "KE"), group, MONDAY)
    assert seen.due_at == MONDAY + WEEK


def test_what_is_read_on_the_menu_costs_nothing(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        group = kirima(session, bulletin_channel=Channel.USSD)
        seen = preview(session, catalogue.vocabulary(session, "KE"), group, MONDAY - HOUR)
    assert (seen.is_texted, seen.recipients, seen.segments) == (False, 3, 0)


def test_a_list_is_seen_before_it_goes_too(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        milk = subscribe(
            session,
            meet(session, KAMAU, MONDAY, language="sw"),
            commodity="milk",
            place_id=place_id(session, NAKURU),
            timezone="Africa/Nairobi",
            now=MONDAY - timedelta(days=3),
        )
        seen = preview(session, catalogue.vocabulary(session, "KE"), milk, MONDAY - HOUR)
    (text,) = seen.texts
    assert (text.language, text.form, text.people) == ("sw", Form.SHORT, 1)
    assert text.text.startswith("Maziwa, Nakuru, 23 Nov")
    assert (seen.segments, seen.due_at) == (1, MONDAY)


def test_what_is_only_looked_at_is_not_kept(database: Database, catalogue: Catalogue) -> None:
    with database.begin() as session:
        kirima(session)
    with database.read() as session:
        group = session.scalars(select(Group)).one()
        change = BulletinChange(hour=9, channel=Channel.USSD, language="fr")
        vocabulary = catalogue.vocabulary(session, "KE")
        seen = preview_changed(session, vocabulary, group, change, MONDAY - HOUR)
        assert (seen.due_at, seen.is_texted) == (MONDAY + 2 * HOUR, False)
        assert seen.texts[0].language == "fr"
        kept = session.scalars(select(Group)).one()
        assert (kept.bulletin_hour, kept.language) == (7, "en")


def test_other_languages_are_written_to_be_looked_at(
    database: Database, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        group = kirima(session)
        seen = preview(
            session, catalogue.vocabulary(session, "KE"), group, MONDAY, also=["es", "sw"]
        )
    assert [(text.language, text.people) for text in seen.texts if text.form is Form.SHORT] == [
        ("en", 1),
        ("sw", 1),
        ("es", 0),
    ]
    assert seen.recipients == 3
