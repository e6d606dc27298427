"""`bei erase`: the operator erases somebody, and what is open to all stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app import create_app
from app.config import Settings
from app.service import open_service
from app.staff.change_log import changes
from db.session import Database
from groups.groups import join
from groups.models import GroupMember, Role
from groups.office_models import SimChange
from messaging.models import Erasure, Subscriber
from messaging.subscribers import find_subscriber
from tests.app.commandline import Ran, bei
from tests.app.test_cli import assert_one_line
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import found_group, meet
from tests.handlers.erasing import where
from tests.messaging.stories import claim_paid, promise
from tests.prices.stories import kenya, report_price


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reports(database: Database) -> None:
    """Milk at Nakuru by four, Wanjiku among them."""
    with database.begin() as session:
        words = kenya(session)
        for number, msisdn in enumerate([WANJIKU, OTIENO, ACHIENG, KAMAU]):
            at = NOON - timedelta(hours=number)
            report_price(session, words, msisdn, "milk", "Nakuru", 46 + number, at)
        meet(session, WANJIKU, NOON, name="Quixote")


def erase(database_url: str, typed: str, number: str = WANJIKU) -> Ran:
    return bei("erase", number, database_url=database_url, stdin=f"{typed}\n")


def is_known(database: Database) -> bool:
    with database.read() as session:
        return find_subscriber(session, WANJIKU) is not None


def open_to_all(database_url: str) -> list[Any]:
    """The prices and the reports that everybody may read."""
    settings = Settings(_env_file=None, DATABASE_URL=database_url, secret_key="k")
    service = open_service(settings)
    program = create_app(settings, service).test_client()
    found = [
        program.get(f"/api/v1/{path}", query_string={"commodity": "milk"}).json
        for path in ("prices", "observations")
    ]
    service.database.engine.dispose()
    return found


@pytest.mark.usefixtures("reports")
def test_a_number_typed_twice_is_erased(database: Database, database_url: str) -> None:
    before = open_to_all(database_url)
    assert [len(found["data"]) for found in before] == [1, 4]
    ran = erase(database_url, "0711 000 001")
    assert (ran.code, ran.err) == (0, "")
    assert "+254711***001, met on 2026-11-24" in ran.out
    assert "stays: 1 prices and fares they told, by nobody" in ran.out
    assert "Backups made before still hold them" in ran.out
    assert WANJIKU[-9:] not in ran.out
    assert not is_known(database)
    assert where(database, WANJIKU[-9:], "quixote") == set()
    assert open_to_all(database_url) == before


@pytest.mark.usefixtures("reports")
def test_the_log_says_that_somebody_was_erased_and_not_who(
    database: Database, database_url: str
) -> None:
    erase(database_url, WANJIKU)
    with database.read() as session:
        (change,) = changes(session)
        stone = session.scalars(select(Subscriber).where(Subscriber.erased_at.is_not(None))).one()
        assert (change.who, change.action) == (None, "erase person")
        assert change.subject == f"subscriber {stone.id}"
        assert change.after == {"is_known": False, "left_groups": []}
        # The worker comes by once more.
        assert session.get_one(Erasure, stone.id).due_at == NOON + timedelta(days=1)


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize("typed", [OTIENO, "", "yes", "0711"])
def test_another_number_erases_nobody(database: Database, database_url: str, typed: str) -> None:
    ran = erase(database_url, typed)
    assert ran.code != 0
    assert "nothing was erased" in ran.err or "no phone number" in ran.err
    assert is_known(database)
    with database.read() as session:
        assert changes(session) == []


@pytest.mark.parametrize(
    ("number", "named"), [(OTIENO, "nobody has the number +254722***002"), ("12", "no phone")]
)
@pytest.mark.usefixtures("database")
def test_a_number_that_nobody_has(database_url: str, number: str, named: str) -> None:
    assert_one_line(erase(database_url, number, number), named)


def test_whoever_is_being_texted_has_to_wait(database: Database, database_url: str) -> None:
    with database.begin() as session:
        promise(session, meet(session, WANJIKU, NOON), NOON)
        assert claim_paid(session, NOON) is not None
    ran = erase(database_url, WANJIKU)
    assert ran.code != 0
    assert "run this again in two minutes" in ran.err
    assert is_known(database)


def test_the_phone_they_had_before_is_named(database: Database, database_url: str) -> None:
    with database.begin() as session:
        group = found_group(session, "KIRIMA")
        old, new = meet(session, OTIENO, NOON), meet(session, WANJIKU, NOON)
        join(session, group, new, NOON)
        place = session.scalars(select(GroupMember)).one()
        session.add(
            SimChange(
                member_id=place.id,
                from_subscriber_id=old.id,
                to_subscriber_id=new.id,
                asked_at=NOON,
                decided_at=NOON,
                is_moved=True,
            )
        )
    ran = erase(database_url, WANJIKU)
    assert "what is known of +254722***002, from which they moved: erase it too" in ran.out
    assert "moved" not in erase(database_url, OTIENO, OTIENO).out


def test_a_group_without_anybody_who_leads_is_named(database: Database, database_url: str) -> None:
    with database.begin() as session:
        group = found_group(session, "UPWEKE")
        join(session, group, meet(session, WANJIKU, NOON), NOON, role=Role.CHAIR)
        session.add(GroupMember(group_id=group.id, number=9, name="Mary", joined_at=NOON))
    ran = erase(database_url, WANJIKU)
    assert "they leave UPWEKE; whoever leads there is told" in ran.out
    assert "Nobody leads UPWEKE now" in ran.out
