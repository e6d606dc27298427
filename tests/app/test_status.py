from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from db.session import Database
from tests.app.gateways import serving, settings_with_gateways


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


def test_up_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_up_but_behind(client: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.text.startswith("the database is at none, not ")
    assert client.get("/healthz").status_code == 200


def test_an_old_process_serves_on_while_the_database_is_a_newer_one(
    client: FlaskClient, database: Database
) -> None:
    """The database goes first: else a balancer would turn everybody away between the two."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert client.get("/readyz").status_code == 200


def test_up_but_without_its_database() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with serving(settings_with_gateways(url)) as client:
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/webhooks/twilio/sms"])
def test_every_page_is_closed_to_foreign_scripts(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_what_is_not_there_is_one_plain_line(client: FlaskClient) -> None:
    response = client.get("/nowhere")
    assert (response.status_code, response.text) == (404, "Not Found\n")
    assert response.mimetype == "text/plain"
