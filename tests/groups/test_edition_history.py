"""What became of editions, as far as a page has time to count it."""

from datetime import datetime

from db.session import Database
from groups.edition_history import editions_page, find_edition, funnel_of, texts_of
from groups.groups import join, leave
from groups.models import EditionText, Form
from messaging.kinds import OutboundState
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.groups.test_editions import made, sent
from tests.scheduler.stories import WEEK, promised


def test_whoever_left_since_then_is_counted_too(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        edition = made(session, group, "New.", now)
        for msisdn in (KAMAU, NJERI, WANJIKU):
            person = meet(session, msisdn, now)
            join(session, group, person, now)
            sent(session, edition, person, "New.")
        leave(session, group, meet(session, KAMAU, now), now)
        edition.recipients = 3
        promised(session)[KAMAU].state = OutboundState.DELIVERED
        promised(session)[NJERI].state = OutboundState.EXPIRED
    with database.read() as session:
        funnel = funnel_of(session, edition)
        assert (funnel.counted, funnel.is_whole) == (3, True)
        assert (funnel.delivered, funnel.withheld, funnel.waiting) == (1, 1, 1)
        # Of very many only the first are looked at, and that is said.
        some = funnel_of(session, edition, most=2)
        assert (some.counted, some.promised, some.is_whole) == (2, 3, False)


def test_an_edition_for_nobody_is_not_looked_for(database: Database, now: datetime) -> None:
    with database.begin() as session:
        edition = made(session, found_group(session, "KIRIMA"), "New.", now)
    with database.read() as session:
        funnel = funnel_of(session, edition)
        assert (funnel.promised, funnel.counted, funnel.is_whole) == (0, 0, True)
        assert find_edition(session, 99) is None


def test_of_a_great_edition_a_list_counts_nothing(database: Database, now: datetime) -> None:
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        made(session, group, "Old.", now - WEEK).recipients = 301
        made(session, group, "New.", now)
    with database.read() as session:
        new, old = editions_page(session, group_id=group.id, limit=5)
    assert (new.edition.text, old.edition.text) == ("New.", "Old.")
    assert new.funnel is not None
    assert old.funnel is None


def test_the_members_text_comes_before_the_secretarys(database: Database, now: datetime) -> None:
    with database.begin() as session:
        edition = made(session, found_group(session, "KIRIMA"), "New.", now)
        session.add_all(
            EditionText(
                edition_id=edition.id, language=language, form=form, text="x", encoding="GSM-7",
                segments=1,
            )
            for language in ("sw", "en")
            for form in (Form.LONG, Form.SHORT)
        )  # fmt: skip
    with database.read() as session:
        found = [(one.language, one.form.value) for one in texts_of(session, edition)]
    assert found == [("en", "short"), ("en", "long"), ("sw", "short"), ("sw", "long")]
