"""Calls, step by step, through the webhook and on a real database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import app.intake
from app.config import Settings
from db.session import Database
from groups.models import PriceAlert, Subscription
from messaging.kinds import Channel, SessionOutcome
from messaging.models import OutboundMessage, SessionEndReport, Subscriber, UssdSession
from messaging.phrases import languages, say
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import Catalogue, load_vocabulary
from scheduler.bulletins import publish_due
from scheduler.upkeep import count_asked
from tests.app.gateways import PUBLIC, SECRET, serving, settings_with_gateways
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.prices.stories import place_named, report_price
from tests.scheduler.stories import HOUR, MONDAY, kirima, milk_reports

ADDRESS = f"/webhooks/africastalking/{SECRET}/voice"
LINE = "+254711082000"
_numbers = count(1)


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with serving(settings_with_gateways(database_url)) as opened:
        yield opened


@dataclass
class Call:
    """A phone that calls and presses; the gateway brings each key where it was told to."""

    client: FlaskClient
    msisdn: str = WANJIKU
    session_id: str = field(default_factory=lambda: f"ATVId_{next(_numbers)}")
    keys_to: str | None = ADDRESS
    said: str = ""
    most_keys: int = 1

    def post(self, address: str, **fields: str) -> TestResponse:
        """One step as it comes in."""
        form = {
            "isActive": "1",
            "sessionId": self.session_id,
            "direction": "Inbound",
            "callerNumber": self.msisdn,
            "destinationNumber": LINE,
        }
        return self.client.post(address, data=form | fields)

    def step(self, address: str | None, **fields: str) -> str:
        """A step at an address, and what is heard before the next key."""
        assert address is not None, "the call is over"
        response = self.post(address, **fields)
        assert response.status_code == 200
        assert response.mimetype == "text/xml"
        heard = ElementTree.fromstring(response.text)
        keys = heard.find("GetDigits")
        self.keys_to = None
        if keys is not None:
            public = urlsplit(keys.attrib["callbackUrl"])
            assert f"{public.scheme}://{public.netloc}" == PUBLIC
            self.keys_to = f"{public.path}?{public.query}"
            self.most_keys = int(keys.attrib["numDigits"])
        self.said = next(heard.iter("Say")).text or ""
        return self.said

    def begin(self) -> str:
        return self.step(ADDRESS)

    def press(self, *keys: str) -> str:
        for key in keys:
            self.step(self.keys_to, dtmfDigits=key)
        return self.said

    def hang_up(self, **fields: str) -> TestResponse:
        """What they post when a call is over."""
        told = {
            "isActive": "0",
            "durationInSeconds": "48",
            "currencyCode": "KES",
            "amount": "1.6000",
            "hangupCause": "NORMAL_CLEARING",
            "callSessionState": "Completed",
        }
        return self.post(ADDRESS, **(told | fields))


@pytest.fixture
def call(client: FlaskClient) -> Call:
    return Call(client)


def met(
    database: Database, msisdn: str = WANJIKU, *, language: str = "en", home: str | None = None
) -> None:
    """Somebody we have met before."""
    with database.begin() as session:
        now = datetime.now(UTC)
        person = get_or_create_subscriber(session, msisdn, default_country="KE", now=now)
        person.language = language
        if home is not None:
            person.home_place_id = place_named(load_vocabulary(session, "KE"), home).id


def milk_reported(database: Database) -> None:
    """Four people tell what they got at Nakuru, an hour apart: no one copies another."""
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        now = datetime.now(UTC)
        for hours, person in enumerate((OTIENO, ACHIENG, MUTISO, KAMAU), start=1):
            told_at = now - timedelta(hours=hours)
            report_price(session, vocabulary, person, "milk", "Nakuru", 47, told_at)


def rows(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def the_session(database: Database) -> UssdSession:
    with database.read() as session:
        return session.scalars(select(UssdSession)).one()


# Stories


def test_somebody_who_never_called_chooses_swahili_and_hears_a_price(
    call: Call, database: Database
) -> None:
    milk_reported(database)
    assert call.begin() == "Bei. Kwa Kiswahili bonyeza moja. For English press two."
    assert call.press("1").startswith("Imehifadhiwa. Bei. Kwa bei bonyeza moja.")
    assert call.press("1").startswith("Bidhaa gani? Kwa Maziwa bonyeza moja.")
    assert call.press("1").startswith("Maziwa. Mahali gani? Kwa Nakuru bonyeza moja.")
    assert "Kwa Nakuru bonyeza mbili." in call.press("1")
    said = call.press("2")
    assert said.startswith("Maziwa, Nakuru. Shambani, bei ya lita ni shilingi arobaini na saba")
    assert "Ripoti nne, ya mwisho ni ya" in said
    with database.read() as session:
        wanjiku = session.scalars(select(Subscriber).where(Subscriber.msisdn == WANJIKU)).one()
        assert (wanjiku.language, wanjiku.gateway) == ("sw", "africastalking")
    kept = the_session(database)
    assert (kept.channel, kept.inputs, kept.transcript) == (Channel.VOICE, 5, "1*1*1*1*2")
    assert (kept.service_code, kept.screen) == (LINE, "price")


def test_a_price_at_home_is_two_keys_away(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    milk_reported(database)
    assert call.begin().startswith("Bei. For prices press one.")
    said = call.press("1", "1")
    assert said.startswith("Milk at Nakuru. At the farm one litre sells for forty-seven shillings")
    assert call.press("8").startswith(
        "Milk. Which place? For Nakuru press one. For Nakuru county press two."
    )


def test_a_price_that_was_heard_was_asked_for(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    milk_reported(database)
    call.begin()
    call.press("1", "1", "0", "0")
    assert count_asked(database) == 1
    again = Call(call.client)
    assert "For the price of Milk at Nakuru press nine." in again.begin()
    assert again.press("9").startswith("Milk at Nakuru.")


def test_a_step_that_comes_twice_is_answered_alike_and_counts_once(
    call: Call, database: Database
) -> None:
    met(database, home="Nakuru")
    call.begin()
    call.press("1")
    for _ in range(3):
        first, address = call.said, call.keys_to
        said = call.step(address, dtmfDigits="9")
        then = call.keys_to
        assert said != first
        assert call.step(address, dtmfDigits="9") == said
        assert call.keys_to == then
    assert the_session(database).inputs == 4


def test_a_late_repeat_does_not_swallow_the_next_key(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    call.begin()
    first = call.keys_to
    said = call.press("1", "1")
    assert call.step(first, dtmfDigits="1") == said
    assert call.press("0").startswith("Which product, at Nakuru?")


def test_the_call_itself_may_come_twice(call: Call, database: Database) -> None:
    said = call.begin()
    assert call.begin() == said
    assert rows(database, UssdSession) == 1
    assert call.press("1").startswith("Imehifadhiwa.")


def test_whoever_presses_nothing_hears_it_once_more(call: Call, database: Database) -> None:
    met(database)
    said = call.begin()
    assert call.step(call.keys_to) == said
    assert call.press("7").startswith("Kwa Kiswahili bonyeza moja.")
    said = call.said
    assert call.step(call.keys_to) == said
    assert call.step(call.keys_to, dtmfDigits="") == "We heard no number. Goodbye."
    assert call.keys_to is None
    assert the_session(database).inputs == 1


def test_the_farewell_is_in_the_callers_language(call: Call, database: Database) -> None:
    assert "<Say>Hatukusikia namba. Kwaheri.</Say></Response>" in call.post(ADDRESS).text
    met(database, OTIENO)
    other = Call(call.client, OTIENO).post(ADDRESS)
    assert "<Say>We heard no number. Goodbye.</Say></Response>" in other.text


def test_keys_that_lead_nowhere_say_so_and_do_nothing(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    call.begin()
    for key in ("2", "3", "6", "8", "*", "#", "x", "12*3", "1\0", "9" * 20):
        said = call.press(key)
        assert "For prices press one." in said or said.startswith("Which product"), key
        if said.startswith("Which product"):
            call.press("0")
    assert rows(database, OutboundMessage) == 0


def test_the_bulletin_of_her_group_is_read_to_a_member(call: Call, database: Database) -> None:
    with database.begin() as session:
        vocabulary = load_vocabulary(session, "KE")
        milk_reports(session, vocabulary, "Githunguri", [46, 46, 47, 45, 46], MONDAY - 15 * HOUR)
        kirima(session)
    assert publish_due(database, Catalogue(), MONDAY) == 1
    call.begin()
    assert call.press("4").startswith(
        "Kirima the twenty-third of November. Milk per litre: Githunguri farm gate forty-six, "
        "five reports. For your milk press two."
    )
    assert the_session(database).screen == "group"
    kamau = Call(call.client, KAMAU)
    kamau.begin()
    said = kamau.press("4")
    assert said.startswith(
        "Kirima tarehe ishirini na tatu Novemba. Maziwa kwa lita: Githunguri shambani arobaini na "
        "sita, ripoti tano."
    )
    assert kamau.press("9") == said
    assert kamau.press("0").startswith("Bei. Kwa bei bonyeza moja.")


def test_a_group_without_a_bulletin_yet_says_so(call: Call, database: Database) -> None:
    with database.begin() as session:
        kirima(session, name="Kirima <Dairy> & Co")
    call.begin()
    assert call.press("4").startswith("There is no bulletin of Kirima, Dairy, Co yet.")


def test_somebody_in_no_group_hears_how_to_join_one(call: Call, database: Database) -> None:
    met(database, language="sw")
    call.begin()
    assert call.press("4").startswith("Hauko katika kikundi chochote. Muulize katibu wa kikundi")


def test_a_language_is_changed_within_the_call(call: Call, database: Database) -> None:
    met(database)
    call.begin()
    assert call.press("7", "1").startswith("Imehifadhiwa. Bei. Kwa bei bonyeza moja.")
    with database.read() as session:
        assert session.scalars(select(Subscriber.language)).one() == "sw"


def test_an_alert_is_set_heard_and_ended_by_ear(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    milk_reported(database)
    assert "For your alerts press five." in call.begin()
    assert call.press("5").startswith("You have no alerts yet. To add one press eight.")
    call.press("8", "2", "1")
    assert call.most_keys == 1
    asked = call.press("1")
    assert asked.startswith(
        "Milk at Nakuru. At the farm one litre sells for forty-seven shillings. Four reports, the "
        "newest from"
    )
    assert "At which price of one litre do we text you?" in asked
    assert call.most_keys == 7
    step = call.keys_to
    said = call.press("50")
    assert said.startswith(
        "You will be told when milk in Nakuru, farm gate, is fifty shillings per litre or more. "
        "Now forty-seven, four reports,"
    )
    assert call.keys_to is None
    assert call.step(step, dtmfDigits="50") == said
    assert rows(database, PriceAlert) == 1
    assert rows(database, OutboundMessage) == 0
    later = Call(call.client)
    later.begin()
    assert later.press("5").startswith("Your alerts: For Milk, Nakuru over fifty press one.")
    assert "one litre is fifty shillings or more" in later.press("1")
    assert later.press("1").startswith("Saved. You have no alerts yet.")
    with database.read() as session:
        assert session.scalars(select(PriceAlert)).one().ended_at is not None


def test_weekly_prices_are_asked_for_by_ear(call: Call, database: Database) -> None:
    met(database, language="sw", home="Nakuru")
    call.begin()
    said = call.press("5", "8", "1", "1", "1")
    assert said.startswith("Utapokea bei za maziwa Nakuru kila Jumatatu saa moja asubuhi.")
    assert not re.search(r"\d", said)
    assert call.keys_to is None
    assert rows(database, Subscription) == 1


def test_an_address_without_its_step_still_takes_keys(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    call.begin()
    assert call.step(ADDRESS, dtmfDigits="1").startswith("Which product, at Nakuru?")


def test_a_step_from_nowhere_begins_at_the_top(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    call.begin()
    call.press("1")
    assert call.step(f"{ADDRESS}?step=40", dtmfDigits="1").startswith("Bei. For prices press one.")
    assert call.press("1").startswith("Which product, at Nakuru?")


def test_nobody_steps_into_anothers_call(call: Call, database: Database) -> None:
    met(database)
    call.begin()
    stranger = Call(call.client, OTIENO, call.session_id, call.keys_to)
    assert stranger.press("7") == "Simu hii imeisha. Tafadhali piga tena."
    assert stranger.keys_to is None
    assert the_session(database).inputs == 0


def test_a_call_on_the_line_and_a_screen_are_two_things(call: Call, database: Database) -> None:
    met(database, home="Nakuru")
    hop = {
        "sessionId": "ATUid_1",
        "phoneNumber": WANJIKU,
        "serviceCode": "*384*123#",
        "text": "1",
    }
    call.client.post(f"/webhooks/africastalking/{SECRET}/ussd", data=hop)
    assert call.begin().startswith("Bei. For prices press one.")


# The end of a call


def test_the_end_of_a_call_is_kept_once(call: Call, database: Database) -> None:
    met(database)
    call.begin()
    for _ in range(2):
        response = call.hang_up()
        assert (response.status_code, response.text) == (200, "")
    with database.read() as session:
        told = session.scalars(select(SessionEndReport)).one()
        kept = session.scalars(select(UssdSession)).one()
        assert (told.channel, told.outcome) == (Channel.VOICE, SessionOutcome.FINISHED)
        assert (told.cost, told.cost_currency) == (Decimal("1.6"), "KES")
        assert (told.duration_seconds, told.ussd_session_id) == (Decimal(48), kept.id)
        assert "711000001" not in str(told.payload)


def test_the_end_of_a_call_nobody_heard_of_is_kept_too(call: Call, database: Database) -> None:
    assert call.hang_up().status_code == 200
    assert rows(database, SessionEndReport) == 1
    assert rows(database, UssdSession) == 0


# Whatever happens


def test_a_call_that_fails_ends_in_a_kind_sentence(
    call: Call, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(app.intake, "handle_voice", fail)
    said = call.begin()
    sorry = "Sorry, something went wrong. Please dial again."
    assert all(say(language, sorry) in said for language in languages())
    assert call.keys_to is None
    assert rows(database, UssdSession) == 0


@pytest.mark.parametrize("field", ["sessionId", "callerNumber"])
@pytest.mark.parametrize("value", ["", "\0", "anonymous"])
def test_a_step_without_its_fields_ends_in_a_kind_sentence(
    call: Call, field: str, value: str
) -> None:
    if (field, value) != ("sessionId", "anonymous"):  # an id is whatever they call it
        assert call.step(ADDRESS, **{field: value}).startswith("Sorry, something went wrong.")
        assert call.keys_to is None


def test_an_end_that_names_no_call_is_answered(call: Call, database: Database) -> None:
    assert call.hang_up(sessionId="").status_code == 200
    assert rows(database, SessionEndReport) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"sessionId": "<x>&\"'" + "é" * 200},
        {"destinationNumber": "'; DROP TABLE price;--" * 9},
        {"dtmfDigits": "\ud800🐄"},
        {"direction": "Sideways", "recordingUrl": "javascript:1"},
        {"isActive": "2"},
        {"unknown": "\0" * 50},
    ],
)
def test_odd_fields_are_answered_with_plain_words(call: Call, fields: dict[str, str]) -> None:
    for address in (ADDRESS, f"{ADDRESS}?step=1", f"{ADDRESS}?step=<&>&silences=%00"):
        encoded = {
            name: value.encode("utf-8", "replace").decode() for name, value in fields.items()
        }
        assert call.step(address, **encoded)


def test_a_wrong_secret_is_not_found(client: FlaskClient, database: Database) -> None:
    response = client.post("/webhooks/africastalking/wrong/voice", data={"isActive": "1"})
    assert response.status_code == 404
    assert rows(database, UssdSession) == 0


def test_without_a_public_address_the_one_that_was_called_is_told(database_url: str) -> None:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        at_username="bei",
        at_api_key="key",
        at_webhook_secret=SECRET,
    )
    with serving(settings) as opened:
        answer = Call(opened).post(ADDRESS)
    assert f'callbackUrl="http://localhost{ADDRESS}?step=1"' in answer.text
