"""The main road, from a gateway's form to the reply on a phone, and what repeats do to it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from db.session import Database
from messaging.kinds import OutboundState
from messaging.models import InboundMessage, OutboundMessage
from prices.models import PriceObservation
from tests.app.commandline import bei
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.scheduler.sending import send_all

SECRET = "a-long-random-secret"


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        at_username="bei",
        at_api_key="key",
        at_webhook_secret=SECRET,
    )
    opened = open_service(settings)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def text_in(client: FlaskClient, sender: str, text: str, message_id: str | None = None) -> None:
    """Post a text as Africa's Talking does."""
    form = {
        "from": sender,
        "to": "21512",
        "text": text,
        "id": message_id or str(uuid4()),
        "date": "2026-11-24T09:00:00Z",
        "linkId": "",
        "networkCode": "63902",
    }
    response = client.post(f"/webhooks/africastalking/{SECRET}/sms", data=form)
    assert response.status_code == 200


def replies_to(database: Database, text: str) -> list[str]:
    """The texts promised in answer to messages of this text."""
    with database.read() as session:
        return list(
            session.scalars(
                select(OutboundMessage.text)
                .join(InboundMessage, OutboundMessage.in_reply_to_id == InboundMessage.id)
                .where(InboundMessage.text == text)
            )
        )


def test_the_command_line_and_the_webhook_give_the_same_reply(
    client: FlaskClient, database: Database, database_url: str
) -> None:
    text_in(client, OTIENO, "report milk nakuru 47")
    text_in(client, KAMAU, "bei maziwa nakuru")
    (reply,) = replies_to(database, "bei maziwa nakuru")
    printed = bei("text", WANJIKU, "bei maziwa nakuru", database_url=database_url).out
    assert printed == f"{reply}\n"
    assert "47" in reply


def test_the_same_id_five_times_is_one_report_and_one_reply(
    client: FlaskClient, database: Database
) -> None:
    for _ in range(5):
        text_in(client, OTIENO, "report milk nakuru 47", message_id="ATXid_1")
    assert len(replies_to(database, "report milk nakuru 47")) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PriceObservation)) == 1
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == 1


def test_a_wrong_secret_leaves_no_row(client: FlaskClient, database: Database) -> None:
    form = {"from": WANJIKU, "to": "21512", "text": "bei maziwa nakuru", "id": "1"}
    assert client.post("/webhooks/africastalking/guess/sms", data=form).status_code == 404
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == 0


def test_the_webhook_can_be_tried_before_there_is_an_account(
    database: Database, database_url: str
) -> None:
    settings = Settings(_env_file=None, DATABASE_URL=database_url, at_webhook_secret=SECRET)
    opened = open_service(settings)
    text_in(create_app(settings, opened).test_client(), WANJIKU, "bei maziwa nakuru")
    send_all(opened.database, opened.gateways, opened.rules, lambda: datetime.now(UTC))
    opened.database.engine.dispose()
    with database.read() as session:
        reply = session.scalars(select(OutboundMessage)).one()
        assert (reply.gateway, reply.state) == ("simulator", OutboundState.SENT)
