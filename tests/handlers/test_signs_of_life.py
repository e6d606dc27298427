"""Who was given up because no text reached them writes or calls: they are there again."""

from datetime import datetime

import pytest

from db.session import Database
from handlers.ussd import handle_ussd, keep, look_at_ussd
from messaging.message import Transcript, UssdRequest
from messaging.models import Subscriber
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from prices.catalogue import Catalogue
from tests.cast import WANJIKU
from tests.handlers.texting import Phones

CATALOGUE = Catalogue("KE")


@pytest.fixture
def given_up(database: Database, now: datetime) -> None:
    """Wanjiku's phone was off for a month."""
    with database.begin() as session:
        wanjiku = get_or_create_subscriber(
            session, WANJIKU, default_country="KE", now=now, gateway="simulator"
        )
        wanjiku.language = "en"
        wanjiku.failures_in_a_row, wanjiku.unreachable_at = 5, now
        wanjiku.unreachable_because = "5 texts in a row failed, the last: AbsentSubscriber"


def wanjiku(database: Database) -> Subscriber:
    with database.read() as session:
        found = find_subscriber(session, WANJIKU)
        assert found is not None
        return found


def dial(database: Database, now: datetime, session_id: str, *, leads_back: bool = True) -> bool:
    """A call, as the web takes it; whether it was answered by reading alone."""
    request = UssdRequest(
        "simulator", session_id, WANJIKU, "*384*123#", Transcript(""), leads_back=leads_back
    )
    with database.read() as session:
        hop = look_at_ussd(session, request, catalogue=CATALOGUE, default_country="KE", now=now)
    with database.begin() as session:
        if hop is not None:
            return keep(session, hop)
        handle_ussd(session, request, catalogue=CATALOGUE, default_country="KE", now=now)
        return False


@pytest.mark.usefixtures("given_up")
def test_a_text_is_one(database: Database, now: datetime) -> None:
    assert Phones(database, now).text(WANJIKU, "milk nakuru")
    found = wanjiku(database)
    assert (found.failures_in_a_row, found.unreachable_at) == (0, None)
    assert found.unreachable_because is None


@pytest.mark.usefixtures("given_up")
def test_a_call_is_one_and_is_written_down_once(database: Database, now: datetime) -> None:
    assert not dial(database, now, "first"), "it has something to write"
    assert wanjiku(database).unreachable_at is None
    assert dial(database, now, "second"), "as fast as anybody's"


@pytest.mark.usefixtures("given_up")
def test_the_command_line_is_none(database: Database, now: datetime) -> None:
    dial(database, now, "first", leads_back=False)
    assert wanjiku(database).unreachable_at == now
