"""Who asked to be erased is erased by the worker, after their last text."""

from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from handlers.erasing import Erased, erase
from messaging.erasing import WAITS_FOR
from messaging.kinds import OutboundState
from messaging.models import Erasure, OutboundMessage, Subscriber
from messaging.subscribers import find_subscriber
from prices.catalogue import Catalogue
from scheduler.privacy_erasing import erase_due
from tests.cast import OTIENO, WANJIKU
from tests.handlers.erasing import where
from tests.handlers.texting import Phones, rows


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Wanjiku asked to be erased, and read what that means."""
    phones = Phones(database, now)
    asks(phones, WANJIKU)
    return phones


def asks(phones: Phones, msisdn: str) -> None:
    phones.text(msisdn, "NAME QUIXOTE")
    phones.text(msisdn, "ERASE ME")
    phones.text(msisdn, "YES")


def leaves(phones: Phones, state: OutboundState = OutboundState.SENT) -> None:
    """What was promised is handed to its gateway, or is about to be."""
    with phones.database.begin() as session:
        for message in session.scalars(select(OutboundMessage)):
            message.state = state


def work(phones: Phones, stopping: Event | None = None) -> int:
    catalogue = Catalogue()

    def erase_one(session: Session, person_id: int, now: datetime) -> bool:
        return isinstance(erase(session, catalogue, person_id, now), Erased)

    return erase_due(phones.database, erase_one, phones.now, stopping=stopping)


def is_known(phones: Phones, msisdn: str = WANJIKU) -> bool:
    with phones.database.read() as session:
        return find_subscriber(session, msisdn) is not None


@pytest.mark.parametrize("state", [OutboundState.QUEUED, OutboundState.SENDING])
def test_the_last_text_goes_first(phones: Phones, state: OutboundState) -> None:
    leaves(phones, state)
    assert work(phones) == 0
    assert is_known(phones)
    leaves(phones)
    assert work(phones) == 0  # whoever waits is looked at again in a while
    phones.now += WAITS_FOR
    assert work(phones) == 1
    assert not is_known(phones)
    assert where(phones.database, WANJIKU[-9:], "quixote") == set()


def test_nobody_waits_for_a_gateway_for_more_than_a_day(phones: Phones) -> None:
    phones.wait(hours=23, minutes=59)
    assert work(phones) == 0
    phones.wait(minutes=1)
    assert work(phones) == 1
    with phones.database.read() as session:
        # What did not leave by then never does.
        assert rows(session, OutboundMessage, state=OutboundState.QUEUED) == 0
        assert rows(session, OutboundMessage, state=OutboundState.SUPPRESSED) > 0


def test_they_are_erased_once_more_a_day_later_and_then_all_is_done(phones: Phones) -> None:
    leaves(phones)
    assert work(phones) == 1
    assert work(phones) == 0
    with phones.database.begin() as session:
        stone = session.scalars(select(Subscriber)).one()
        stone.name = "Quixote"  # a call that was under way wrote it
    phones.wait(days=1)
    assert work(phones) == 1
    assert where(phones.database, "quixote") == set()
    with phones.database.read() as session:
        assert rows(session, Erasure) == 0
    phones.wait(days=9)
    assert work(phones) == 0


def test_who_texts_meanwhile_meets_us_anew(phones: Phones) -> None:
    leaves(phones)
    work(phones)
    phones.text(WANJIKU, "NAME DULCINEA")
    phones.wait(days=1)
    assert work(phones) == 1
    with phones.database.read() as session:
        anew = find_subscriber(session, WANJIKU)
        assert anew is not None
        assert (anew.name, anew.erased_at) == ("DULCINEA", None)


def test_one_who_cannot_be_erased_holds_up_nobody(phones: Phones) -> None:
    asks(phones, OTIENO)
    leaves(phones)
    with phones.database.read() as session:
        first = session.scalars(select(Erasure.subscriber_id).order_by(Erasure.due_at)).first()

    def erase_one(session: Session, person_id: int, now: datetime) -> bool:
        if person_id == first:
            raise ValueError("a fault")
        return isinstance(erase(session, Catalogue(), person_id, now), Erased)

    with capture_logs() as logs:
        assert erase_due(phones.database, erase_one, phones.now) == 1
    assert [one["event"] for one in logs] == ["not_closed", "people_erased"]
    assert sorted(map(is_known, [phones] * 2, [WANJIKU, OTIENO])) == [False, True]


def test_another_worker_has_them_already(phones: Phones) -> None:
    leaves(phones)
    with phones.database.read() as session:
        due = session.scalars(select(Erasure.subscriber_id)).one()
    assert work(phones) == 1

    def erase_one(_: Session, person_id: int, __: datetime) -> bool:
        pytest.fail(f"{person_id} is erased already")

    assert erase_due(phones.database, erase_one, phones.now) == 0
    with phones.database.read() as session:
        wish = session.get_one(Erasure, due)
        assert wish.due_at == phones.now + timedelta(days=1)


def test_a_worker_that_is_told_to_stop_begins_with_nobody(phones: Phones) -> None:
    leaves(phones)
    stopping = Event()
    stopping.set()
    assert work(phones, stopping) == 0
    assert is_known(phones)
