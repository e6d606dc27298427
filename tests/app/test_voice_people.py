"""A meeting answered and a vote given in a call and on the menu, through the webhooks."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.models import GroupMember, Role
from groups.office_models import ElectionVote, MeetingAnswer
from messaging.models import Subscriber
from tests.app.gateways import SECRET
from tests.app.test_voice import Call, client
from tests.cast import KAMAU, MUTISO, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones

__all__ = ["client"]
USSD = f"/webhooks/africastalking/{SECRET}/ussd"
PEOPLE = {NJERI: "Njeri", KAMAU: "Kamau", WANJIKU: "Wanjiku", MUTISO: "Mutiso"}


@pytest.fixture
def phones(database: Database) -> Phones:
    """Njeri is secretary of KIRIMA, of four people; Kamau speaks Swahili."""
    now = datetime.now(UTC)
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        for msisdn, name in PEOPLE.items():
            language = "sw" if msisdn == KAMAU else "en"
            role = Role.SECRETARY if msisdn == NJERI else Role.MEMBER
            person = meet(session, msisdn, now, name=name, language=language)
            join(session, group, person, now, role=role)
    return Phones(database, now)


def dial(client: FlaskClient, msisdn: str, keys: str) -> str:
    """A dial that brings all its keys along."""
    form = {
        "sessionId": f"ATUid_{msisdn}_{keys}",
        "phoneNumber": msisdn,
        "networkCode": "63902",
        "serviceCode": "*384*123#",
        "text": keys,
    }
    return client.post(USSD, data=form).text


def answers(database: Database) -> dict[str | None, bool]:
    """Who said that they come, or not."""
    with database.read() as session:
        query = (
            select(Subscriber.name, MeetingAnswer.is_coming)
            .join(GroupMember, GroupMember.subscriber_id == Subscriber.id)
            .join(MeetingAnswer, MeetingAnswer.member_id == GroupMember.id)
        )
        return {row[0]: row[1] for row in session.execute(query)}


def test_a_meeting_is_called_by_keys_and_answered_on_the_menu_and_in_calls(
    client: FlaskClient, database: Database, phones: Phones
) -> None:
    called = dial(client, NJERI, "4*4*1*3*2*4*1")  # tomorrow or the day after, at ten
    assert called.startswith("END Kirima Dairy: meeting ")
    assert "3 are asked." in called
    assert dial(client, WANJIKU, "4*4*1*1").startswith("END Thank you, you are expected.")
    in_swahili = Call(client, KAMAU)
    in_swahili.begin()
    said = in_swahili.press("4", "4", "1")
    assert said.startswith("Mkutano ")
    assert "saa nne asubuhi. Ukija bonyeza moja. Usipokuja bonyeza mbili." in said
    address = in_swahili.keys_to
    last = in_swahili.step(address, dtmfDigits="1")
    assert last.startswith("Asante, unasubiriwa.")
    assert in_swahili.step(address, dtmfDigits="1") == last
    away = Call(client, MUTISO)
    away.begin()
    assert away.press("4", "4", "1", "2").startswith("Thank you, you are not expected.")
    assert answers(database) == {"Wanjiku": True, "Kamau": True, "Mutiso": False}
    assert "Coming 2, not coming 1, of 4 with a phone." in dial(client, NJERI, "4*4*1")


def test_a_vote_is_given_and_changed_in_a_call(
    client: FlaskClient, database: Database, phones: Phones
) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    for name in ("KAMAU", "WANJIKU"):
        phones.text(NJERI, f"NOMINATE {name}")
    call = Call(client, MUTISO)
    call.begin()
    said = call.press("4", "4", "2", "1")
    assert "Vote for whom? For Kamau press one. For Wanjiku press two. To go back" in said
    assert call.press("1").startswith("Your vote for Kamau is counted. Until ")
    assert "Your vote: Kamau. Vote for whom?" in call.press("1")
    address = call.keys_to
    said = call.step(address, dtmfDigits="2")
    assert said.startswith("Your vote for Wanjiku is counted.")
    assert call.step(address, dtmfDigits="2") == said
    with database.read() as session:
        votes = session.scalars(select(ElectionVote)).all()
        wanjiku = session.scalars(
            select(GroupMember).join(Subscriber).where(Subscriber.msisdn == WANJIKU)
        ).one()
        assert [one.nominee_id for one in votes] == [wanjiku.id]
