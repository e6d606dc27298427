"""A program tells prices: with a key, once, through the door of a text."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.api.keys import every_key, find_key, give_key, revoke
from app.api.models import Scope
from app.config import Settings
from app.service import Service, open_service
from db.session import Database
from messaging.models import Subscriber
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.queries import own_price
from tests.app.commandline import bei
from tests.cast import ACHIENG, KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.prices.stories import kenya, place_named, report_price

REPORT: dict[str, Any] = {
    "reporter": "0711 000 001", "commodity": "milk", "market": "Nakuru", "price": 47,
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def key(database: Database) -> str:
    return given(database)


def given(database: Database, **more: Any) -> str:
    with database.begin() as session:
        asked: dict[str, Any] = {
            "name": "Co-op union", "scopes": [Scope.WRITE_OBSERVATIONS], "per_minute": 60,
        }  # fmt: skip
        return give_key(session, now=NOON, **(asked | more))[1]


def tell(program: FlaskClient, key: str | None, report: object, *, name: str = "1") -> TestResponse:
    headers = {"Idempotency-Key": name}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return program.post("/api/v1/observations", json=report, headers=headers)


def kept(database: Database) -> list[PriceObservation]:
    with database.read() as session:
        return list(session.scalars(select(PriceObservation).order_by(PriceObservation.id)))


def test_a_report_counts_like_a_text(program: FlaskClient, database: Database, key: str) -> None:
    answer = tell(program, key, REPORT)
    assert answer.status_code == 201, answer.text
    assert answer.json == {
        "id": 1, "status": "accepted", "price_per_base_unit": 47, "unit": "litre",
    }  # fmt: skip
    with database.read() as session:
        words = kenya(session)
        found = own_price(
            session, words, commodity="milk", place_id=place_named(words, "Nakuru").id,
            price_type=None, now=NOON,
        )  # fmt: skip
        assert found is not None
        assert session.scalars(select(Subscriber.msisdn)).one() == WANJIKU
    (row,) = kept(database)
    assert row.reported_at == NOON
    assert "711" not in row.raw_text


def test_sent_again_it_is_told_once(program: FlaskClient, database: Database, key: str) -> None:
    first, again = tell(program, key, REPORT), tell(program, key, REPORT)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert tell(program, key, REPORT, name="2").json["id"] != first.json["id"]
    assert len(kept(database)) == 2


def test_two_keys_may_use_one_name(program: FlaskClient, database: Database, key: str) -> None:
    tell(program, key, REPORT)
    tell(program, given(database, name="Ministry"), REPORT | {"reporter": OTIENO})
    assert len(kept(database)) == 2


def test_what_is_hardly_honest_is_held(program: FlaskClient, database: Database, key: str) -> None:
    with database.begin() as session:
        words = kenya(session)
        for msisdn in (OTIENO, ACHIENG, KAMAU):
            report_price(session, words, msisdn, "milk", "Nakuru", 47, NOON - timedelta(hours=3))
    answer = tell(program, key, REPORT | {"price": 470})
    assert (answer.status_code, answer.json["status"]) == (202, "held")
    assert kept(database)[-1].status is ObservationStatus.HELD
    assert tell(program, key, REPORT | {"price": 470}).status_code == 202


def test_all_that_a_report_may_say(program: FlaskClient, database: Database, key: str) -> None:
    report = REPORT | {
        "commodity": "mahindi", "market": "Molo", "price": 3600.5, "unit": "bag_90kg",
        "currency": "kes", "price_type": "wholesale", "buyer": "trader", "grade": "1",
        "quantity": 12, "side": "sells", "reported_at": "2026-11-20T08:00:00+03:00",
    }  # fmt: skip
    answer = tell(program, key, report)
    assert answer.status_code == 201, answer.text
    (row,) = kept(database)
    assert (row.commodity_code, row.unit_code, row.quantity) == ("maize", "bag_90kg", 12)
    assert row.reported_at == NOON - timedelta(days=4, hours=4)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reporter": "Jane"}, "reporter"),
        ({"commodity": "unobtainium"}, "commodity"),
        ({"market": "Atlantis"}, "market"),
        ({"market": "Nakuru County"}, "market"),
        ({"price": 9_999_999_999}, "json"),
        ({"price": 0}, "json"),
        ({"price": "NaN"}, "json"),
        ({"price": 0.00001}, "price"),
        ({"unit": "wheelbarrow"}, "unit"),
        ({"currency": "USD"}, "currency"),
        ({"reported_at": "2026-11-24T10:00:00+00:00"}, "reported_at"),
        ({"reported_at": "2026-01-24T10:00:00+00:00"}, "reported_at"),
        ({"nonsense": 1}, "json"),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_is_written(
    program: FlaskClient, database: Database, key: str, changed: dict[str, object], field: str
) -> None:
    answer = tell(program, key, REPORT | changed)
    assert answer.status_code == 422, answer.text
    assert list(answer.json["errors"]) == [field]
    assert kept(database) == []
    with database.read() as session:
        assert session.scalars(select(Subscriber)).all() == []


def test_without_a_key_of_ours_nobody_writes(program: FlaskClient, database: Database) -> None:
    reading = given(database, scopes=[])
    refused = {
        None: 401, "bei_00000000_guess": 401, "": 401, "bei": 401, reading: 403,
    }  # fmt: skip
    for key, code in refused.items():
        answer = tell(program, key, REPORT)
        assert answer.status_code == code
        assert answer.json["detail"]
    assert kept(database) == []


def test_a_key_that_was_taken_back_opens_nothing(
    program: FlaskClient, database: Database, key: str
) -> None:
    with database.begin() as session:
        (found,) = every_key(session)
        revoke(found, NOON)
    assert tell(program, key, REPORT).status_code == 401


def test_a_report_has_a_name_of_its_own(program: FlaskClient, key: str) -> None:
    answer = program.post(
        "/api/v1/observations", json=REPORT, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 422
    assert tell(program, key, REPORT, name="x" * 81).status_code == 422


def test_a_key_has_so_many_a_minute(service: Service, database: Database) -> None:
    program = create_app(service.settings, service).test_client()
    slow, quick = given(database, per_minute=2), given(database, per_minute=60)
    codes = [tell(program, slow, REPORT, name=str(n)).status_code for n in range(3)]
    assert codes == [201, 201, 429]
    assert tell(program, slow, REPORT, name="3").headers["Retry-After"]
    assert tell(program, quick, REPORT).status_code == 201


def test_whoever_reads_too_much_is_slowed_and_gateways_never_are(service: Service) -> None:
    program = create_app(service.settings, service).test_client()
    away = {"REMOTE_ADDR": "203.0.113.7"}
    codes = {
        program.get("/api/v1/markets?limit=1", environ_overrides=away).status_code
        for _ in range(601)
    }
    assert codes == {200, 429}
    other = {"REMOTE_ADDR": "203.0.113.8"}
    assert program.get("/api/v1/markets?limit=1", environ_overrides=other).status_code == 200
    assert program.get("/healthz", environ_overrides=away).status_code == 200


def test_keys_are_given_listed_and_taken_back_on_the_server(
    database: Database, database_url: str
) -> None:
    ran = bei(
        "key", "add", "Co-op union", "--scope", "observations:write", database_url=database_url
    )
    written = ran.out.split()[-1]
    with database.read() as session:
        found = find_key(session, written)
        assert found is not None
        assert written not in found.key_hash
    assert "Co-op union" in bei("key", "list", database_url=database_url).out
    assert bei("key", "revoke", found.prefix, database_url=database_url).code == 0
    assert "taken back" in bei("key", "list", database_url=database_url).out
    with database.read() as session:
        assert find_key(session, written) is None
    assert bei("key", "revoke", "nothing", database_url=database_url).code == 1


def test_behind_a_proxy_of_ours_each_reader_has_their_own_count(
    database: Database, database_url: str
) -> None:
    settings = Settings(_env_file=None, DATABASE_URL=database_url, secret_key="k", proxies=1)
    service = open_service(settings)
    program = create_app(settings, service).test_client()

    def read(who: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.1, {who}"}
        return program.get("/api/v1/markets?limit=1", headers=headers).status_code

    assert {read("203.0.113.7") for _ in range(601)} == {200, 429}
    assert read("203.0.113.8") == 200
    service.database.engine.dispose()
