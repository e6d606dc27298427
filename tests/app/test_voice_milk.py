"""A member's milk heard in a call, through the webhook, and sent by text once."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.session import Database
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from tests.app.test_voice import Call, client
from tests.cast import WANJIKU
from tests.handlers.keywords.dairy import PETER, Dairy
from tests.handlers.texting import Phones

__all__ = ["client"]


@pytest.fixture
def call(client: FlaskClient, database: Database) -> Call:
    """Jane Wanjiku calls; Peter wrote down what she brought just now."""
    dairy = Dairy(Phones(database, datetime.now(UTC)))
    dairy.text(PETER, "MILK JANE 12.5")
    return Call(client, WANJIKU)


def test_a_member_hears_her_milk_and_gets_it_by_text_once(call: Call, database: Database) -> None:
    call.begin()
    assert "For your milk press two." in call.press("4")
    said = call.press("2")
    assert "you brought twelve point five litres, on one day." in said
    assert "The group has not said yet how it pays." in said
    address = call.keys_to
    sent = call.step(address, dtmfDigits="2")
    assert sent.startswith("Sent by SMS.")
    assert call.step(address, dtmfDigits="2") == sent
    with database.read() as session:
        wanted = select(OutboundMessage.text).where(OutboundMessage.kind == OutboundKind.REPLY)
        (_, text) = session.scalars(wanted.order_by(OutboundMessage.id)).all()
    assert text.startswith("Jane Wanjiku, ")
