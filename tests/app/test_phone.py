"""The phone page's side of the server: what a browser may ask, and what it hears."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.phone.dialled import network_transcript
from app.service import Service, open_service
from db.session import Database
from groups.groups import join
from groups.models import Role
from messaging.kinds import OutboundKind
from messaging.models import InboundMessage, OutboundMessage
from messaging.outbox import enqueue
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from prices.catalogue import Catalogue
from tests.cast import NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group
from tests.scheduler.sending import send_all

FROM_THE_PAGE = {"X-Bei-Phone": "1"}
CODE = "*384*123#"
CALL = "0f7a2b4e-1111-4222-8333-944455556666"


@pytest.fixture
def service(database_url: str, database: Database) -> Iterator[Service]:
    """A service with no gateway but the simulator."""
    opened = open_service(Settings(_env_file=None, DATABASE_URL=database_url, country="KE"))
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def browser(service: Service) -> FlaskClient:
    return create_app(service.settings, service).test_client()


def text(browser: FlaskClient, msisdn: object, words: object) -> TestResponse:
    return browser.post(
        "/phone/text", json={"msisdn": msisdn, "text": words}, headers=FROM_THE_PAGE
    )


def dial(browser: FlaskClient, code: object, *inputs: object, session: object = CALL) -> Any:
    asked = {"msisdn": WANJIKU, "code": code, "session": session, "inputs": list(inputs)}
    return browser.post("/phone/dial", json=asked, headers=FROM_THE_PAGE)


def thread(browser: FlaskClient, msisdn: str) -> dict[str, Any]:
    answer = browser.get("/phone/thread", query_string={"msisdn": msisdn})
    assert answer.status_code == 200
    said: dict[str, Any] = answer.get_json()
    return said


def work(service: Service) -> int:
    return send_all(service.database, service.gateways, service.rules, lambda: datetime.now(UTC))


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_newcomer_texts_and_the_reply_comes_with_the_worker(
    browser: FlaskClient, service: Service
) -> None:
    promised = text(browser, "0711 000 001", "bei maziwa nakuru")
    assert promised.status_code == 201
    assert promised.get_json()["msisdn"] == WANJIKU

    mine, coming = thread(browser, WANJIKU)["texts"]
    assert mine["mine"]
    assert mine["words"] == "bei maziwa nakuru"
    assert mine["key"] == promised.get_json()["text"]
    assert mine["segments"] == 1
    assert coming["key"] == promised.get_json()["reply"]
    assert (coming["state"], coming["words"]) == ("queued", None)

    assert work(service) == 1
    arrived = thread(browser, WANJIKU)["texts"][1]
    assert arrived["state"] == "sent"
    assert arrived["words"]
    assert arrived["language"] == "sw"


def test_a_form_does_as_well_as_json(browser: FlaskClient) -> None:
    answer = browser.post(
        "/phone/text", data={"msisdn": WANJIKU, "text": "help"}, headers=FROM_THE_PAGE
    )
    assert answer.status_code == 201


def test_nothing_new_costs_nothing(browser: FlaskClient, service: Service) -> None:
    text(browser, WANJIKU, "help")
    seen = browser.get("/phone/thread", query_string={"msisdn": WANJIKU})
    again = {"If-None-Match": seen.headers["ETag"]}
    same = browser.get("/phone/thread", query_string={"msisdn": WANJIKU}, headers=again)
    assert (same.status_code, same.data) == (304, b"")
    work(service)
    new = browser.get("/phone/thread", query_string={"msisdn": WANJIKU}, headers=again)
    assert new.status_code == 200


def test_a_phone_that_never_wrote_has_an_empty_thread(browser: FlaskClient) -> None:
    said = thread(browser, "0722000002")
    assert said["msisdn"] == OTIENO
    assert said["masked"] == "+254722***002"
    assert said["texts"] == []


def is_refused_in_one_sentence(answer: TestResponse) -> bool:
    sentence = answer.get_json()["error"]
    return answer.status_code == 400 and sentence.endswith(".") and "\n" not in sentence


def test_a_number_that_is_none_is_refused(browser: FlaskClient, database: Database) -> None:
    for number in ("", "12", "MTN", "+254 7", None, 7, ["x"], "'; drop table"):
        assert is_refused_in_one_sentence(text(browser, number, "help")), number
    assert count(database, InboundMessage) == 0


def test_a_text_no_phone_could_write_is_refused(browser: FlaskClient, database: Database) -> None:
    for words in ("", "  \n ", None, 7, "x" * 1531, "a\0b", "\ud83d alone"):
        assert is_refused_in_one_sentence(text(browser, WANJIKU, words)), words
    assert count(database, InboundMessage) == 0


def test_a_body_that_is_no_object_is_refused(browser: FlaskClient) -> None:
    for body in (b"", b"[1, 2]", b'"x"', b"{broken", b"\xff\xfe"):
        answer = browser.post(
            "/phone/text", data=body, content_type="application/json", headers=FROM_THE_PAGE
        )
        assert is_refused_in_one_sentence(answer), body


def test_a_text_is_kept_letter_by_letter(browser: FlaskClient) -> None:
    words = "<script>alert('x')</script> & 🐄\nbei"
    text(browser, WANJIKU, words)
    mine = thread(browser, WANJIKU)["texts"][0]
    assert mine["words"] == words
    assert mine["encoding"] == "UCS-2"


def test_another_site_cannot_text_as_somebody(browser: FlaskClient, database: Database) -> None:
    for path in ("/phone/text", "/phone/dial"):
        answer = browser.post(path, data={"msisdn": WANJIKU, "text": "STOP", "code": CODE})
        assert answer.status_code == 403
        assert answer.get_json()["error"]
    assert count(database, InboundMessage) == 0


def test_a_text_we_fail_at_is_kept_for_the_worker(service: Service) -> None:
    class Broken(Catalogue):
        def vocabulary(self, *_: object) -> Any:
            raise RuntimeError("the vocabulary cannot be read")

    broken = replace(service, catalogue=Broken(default_country="KE"))
    browser = create_app(broken.settings, broken).test_client()
    answer = text(browser, WANJIKU, "bei maziwa nakuru")
    assert answer.status_code == 201
    assert answer.get_json()["reply"] is None
    (mine,) = thread(browser, WANJIKU)["texts"]
    assert mine["state"] == "waiting"


def test_bulletins_come_in_by_themselves_and_not_before_their_time(
    browser: FlaskClient, service: Service
) -> None:
    with service.database.begin() as session:
        now = datetime.now(UTC)
        njeri = get_or_create_subscriber(session, NJERI, default_country="KE", now=now)
        for day, due_at in (("today", now), ("tomorrow", now + timedelta(days=1))):
            enqueue(
                session,
                recipient=njeri,
                text=f"KIRIMA {day}",
                language="en",
                kind=OutboundKind.BULLETIN,
                dedupe_key=day,
                now=now,
                due_at=due_at,
            )
    assert [each["state"] for each in thread(browser, NJERI)["texts"]] == ["queued"]
    work(service)
    (bulletin,) = thread(browser, NJERI)["texts"]
    assert (bulletin["words"], bulletin["kind"]) == ("KIRIMA today", "bulletin")


def test_a_real_gateways_texts_stay_out(browser: FlaskClient, service: Service) -> None:
    with service.database.begin() as session:
        now = datetime.now(UTC)
        njeri = get_or_create_subscriber(session, NJERI, default_country="KE", now=now)
        enqueue(
            session,
            recipient=njeri,
            text="for her eyes",
            language="en",
            kind=OutboundKind.REPLY,
            dedupe_key="private",
            now=now,
            gateway="africastalking",
        )
    assert thread(browser, NJERI)["texts"] == []


def test_the_newest_texts_are_shown_oldest_first(browser: FlaskClient) -> None:
    for number in range(35):
        text(browser, WANJIKU, f"help {number}")
    texts = thread(browser, WANJIKU)["texts"]
    assert len(texts) == 60
    assert [each["at"] for each in texts] == sorted(each["at"] for each in texts)
    assert [each["words"] for each in texts if each["mine"]][-1] == "help 34"


def test_farmer_walks_the_menu(browser: FlaskClient) -> None:
    first = dial(browser, CODE).get_json()
    assert first["text"]
    assert not first["ends"]
    second = dial(browser, CODE, "1").get_json()
    assert second["text"] != first["text"]
    again = dial(browser, CODE, "1").get_json()
    assert again == second


def test_a_wrong_code_is_the_networks_to_refuse(browser: FlaskClient, database: Database) -> None:
    answer = dial(browser, "*100#").get_json()
    assert (answer["text"], answer["ends"]) == ("UNKNOWN APPLICATION", True)
    with database.read() as session:
        assert find_subscriber(session, WANJIKU) is None


def test_a_damaged_call_is_refused(browser: FlaskClient) -> None:
    whole = {"msisdn": WANJIKU, "code": CODE, "session": CALL, "inputs": []}
    damages: list[dict[str, Any]] = [
        {"code": ""},
        {"code": None},
        {"code": "9" * 81},
        {"code": "\0"},
        {"session": "short"},
        {"session": "no spaces allowed here"},
        {"session": None},
        {"inputs": "1"},
        {"inputs": [1]},
        {"inputs": ["1"] * 61},
        {"inputs": ["x" * 81]},
        {"inputs": ["\0"]},
    ]
    for damage in damages:
        answer = browser.post("/phone/dial", json=whole | damage, headers=FROM_THE_PAGE)
        assert is_refused_in_one_sentence(answer), damage


@pytest.mark.parametrize(
    ("dialled", "inputs", "transcript"),
    [
        ("*384*123#", (), ""),
        ("*384*123#", ("1", "2"), "1*2"),
        ("*384 *123#", ("1",), "1"),
        ("*384*123*1*3#", (), "1*3"),
        ("*384*123*1*3#", ("0",), "1*3*0"),
        ("*384*123", (), None),
        ("*384*123*#", (), None),
        ("*384*1234#", (), None),
        ("*384#", (), None),
        ("0711000001", (), None),
    ],
)
def test_what_the_network_passes_on(
    dialled: str, inputs: tuple[str, ...], transcript: str | None
) -> None:
    assert network_transcript(dialled, inputs, CODE) == transcript


def test_the_demo_people_are_shown_with_what_they_do(
    browser: FlaskClient, service: Service
) -> None:
    with service.database.begin() as session:
        now = datetime.now(UTC)
        group = found_group(session, "KIRIMA", is_demo=True)
        njeri = get_or_create_subscriber(session, NJERI, default_country="KE", now=now)
        njeri.name, njeri.is_demo = "Njeri", True
        join(session, group, njeri, now, role=Role.SECRETARY)
        otieno = get_or_create_subscriber(session, OTIENO, default_country="KE", now=now)
        otieno.name, otieno.is_demo = "Otieno", True
        get_or_create_subscriber(session, WANJIKU, default_country="KE", now=now)
    people = browser.get("/phone/people").get_json()["people"]
    assert [(each["name"], each["role"], each["group"]) for each in people] == [
        ("Otieno", None, None),
        ("Njeri", "secretary", "KIRIMA"),
    ]
    assert people[0]["masked"] == "+254722***002"
    text(browser, NJERI, "help")
    assert all(each["is_demo"] for each in thread(browser, NJERI)["texts"])


def test_the_page_carries_nothing_that_its_policy_forbids(browser: FlaskClient) -> None:
    page = browser.get("/phone")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    html = page.get_data(as_text=True)
    for forbidden in ("<style", "style=", "onclick", "http://", "https://", "<script>"):
        assert forbidden not in html
    for name in ("page.js", "page.css", "handset.css", "screen.css", "icon.svg"):
        with browser.get(f"/phone/static/{name}") as answer:
            assert answer.status_code == 200


def test_two_phones_do_not_see_each_others_texts(browser: FlaskClient, service: Service) -> None:
    text(browser, WANJIKU, "help")
    text(browser, OTIENO, "help")
    work(service)
    assert len(thread(browser, WANJIKU)["texts"]) == 2
    assert count(service.database, OutboundMessage) == 2


def test_a_members_bulletin_comes_at_once(browser: FlaskClient, service: Service) -> None:
    asked = {"msisdn": WANJIKU}
    with service.database.begin() as session:
        found_group(session, "KIRIMA", is_demo=True)
    refused = browser.post("/phone/bulletin", json=asked, headers=FROM_THE_PAGE)
    assert refused.status_code == 400
    assert "JOIN KIRIMA" in refused.get_json()["error"]

    text(browser, WANJIKU, "JOIN KIRIMA")
    sent = browser.post("/phone/bulletin", json=asked, headers=FROM_THE_PAGE)
    assert sent.status_code == 201
    work(service)
    kinds = [each["kind"] for each in thread(browser, WANJIKU)["texts"]]
    assert kinds.count("bulletin") == 1
