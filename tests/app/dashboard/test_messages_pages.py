"""What people wrote and were told, at the desk: threads, search, why, and once more."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

import messaging.threads
from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.retention import Keeping, Kept
from db.session import Database
from handlers.sms import handle_sms, store_unhandled
from messaging.kinds import Channel, OutboundKind, OutboundState
from messaging.message import InboundSms
from messaging.models import InboundMessage, OutboundMessage, UssdSession
from prices.catalogue import Catalogue
from scheduler.privacy_retention import forget_old
from tests.app.dashboard.desk import Desk, sit_down, without_tokens
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import meet
from tests.messaging.stories import promise

MINUTE = timedelta(minutes=1)


def text(words: str, sender: str = WANJIKU, number: int = 1) -> InboundSms:
    return InboundSms(
        gateway="simulator",
        gateway_message_id=f"m{number}",
        sender=sender,
        recipient="21512",
        text=words,
        payload={"text": words},
    )


def write(database: Database, words: str, sender: str = WANJIKU, number: int = 1) -> int:
    """Somebody writes and is answered; the text's id."""
    with database.begin() as session:
        handle_sms(
            session,
            text(words, sender, number),
            catalogue=Catalogue(),
            default_country="KE",
            now=NOON + number * MINUTE,
        )
        return (
            session.scalars(select(InboundMessage.id).order_by(InboundMessage.id.desc())).first()
            or 0
        )


@pytest.fixture
def viewer(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.VIEWER)


def test_an_empty_inbox_says_what_to_do(viewer: Desk) -> None:
    assert "Once a gateway's webhook points here" in viewer.open("/dashboard/messages").text


def test_a_thread_shows_both_sides_and_no_number(viewer: Desk, database: Database) -> None:
    write(database, "price milk githunguri, my sister has 0722 000 002")
    inbox = viewer.open("/dashboard/messages").text
    assert "+254711***001" in inbox
    assert "0722***002" in inbox
    page = viewer.open("/dashboard/messages/of/1").text
    assert "They wrote" in page
    assert "We wrote (reply)" in page
    # The newest stands first.
    assert page.index("We wrote") < page.index("They wrote")
    for shown in (inbox, page):
        assert WANJIKU not in shown
        assert "0722 000 002" not in shown


def test_a_number_is_typed_and_stands_in_no_address(viewer: Desk, database: Database) -> None:
    write(database, "help")
    found = viewer.send(
        "/dashboard/messages/find", page="/dashboard/messages", msisdn="0711 000 001"
    )
    assert found.location == "/dashboard/messages/of/1"
    unknown = viewer.send(
        "/dashboard/messages/find", page="/dashboard/messages", msisdn="0711000099"
    )
    assert unknown.location == "/dashboard/messages"
    assert "Nobody with this number" in viewer.open("/dashboard/messages").text
    wrong = viewer.send("/dashboard/messages/find", page="/dashboard/messages", msisdn="12")
    assert wrong.status_code == 400
    assert "no phone number" in wrong.text


def test_words_are_found_within_a_persons_thread(viewer: Desk, database: Database) -> None:
    write(database, "price milk githunguri", number=1)
    write(database, "help 100%", number=2)
    write(database, "price milk nakuru", OTIENO, number=3)
    page = viewer.open("/dashboard/messages/of/1?words=MILK").text
    assert "price milk githunguri" in page
    assert "help 100%" not in page
    assert "price milk nakuru" not in page
    assert "help 100%" in viewer.open("/dashboard/messages/of/1?words=0%25").text
    nothing = viewer.open("/dashboard/messages/of/1?words=%25%25").text
    assert "holds “%%”" in nothing


def test_a_long_thread_comes_page_by_page_and_no_line_twice(
    viewer: Desk, database: Database
) -> None:
    with database.begin() as session:
        person = meet(session, WANJIKU, NOON)
        for number in range(60):  # a text and its answer have one moment
            moment = NOON + (number // 2) * MINUTE
            promise(session, person, moment, f"answer {number}.", key=f"k{number}")
            store_unhandled(
                session, text(f"asked {number}.", number=number), error="x",
                default_country="KE", now=moment,
            )  # fmt: skip
        session.add(
            UssdSession(
                gateway="simulator", gateway_session_id="s", subscriber_id=person.id,
                service_code="*384#", transcript="1*4444", state={}, answer="", hops=2,
                started_at=NOON, updated_at=NOON, screen="price", channel=Channel.USSD,
            )
        )  # fmt: skip
    seen: list[str] = []
    path = "/dashboard/messages/of/1"
    for _ in range(4):
        page = viewer.open(path).text
        seen += re.findall(r"(?:asked|answer) (\d+)\.", page)
        if "They called (ussd)" in page:
            seen.append("call")
        if 'rel="next"' not in page:
            break
        path = page.split('" rel="next"')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    assert sorted(seen) == sorted([str(number) for number in range(60)] * 2 + ["call"])
    assert "4444" not in without_tokens(page)  # a PIN may be among what was typed


@pytest.mark.parametrize("after", ["x", "1-9-1", "1-1", "99999999999999999-0-1", "-1-1-1"])
def test_an_address_that_is_no_page_is_the_first(
    viewer: Desk, database: Database, after: str
) -> None:
    write(database, "help")
    assert "They wrote" in viewer.open(f"/dashboard/messages/of/1?after={after}").text


def test_what_came_in_is_sought_by_what_it_was_understood_as(
    viewer: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging.threads, "WINDOW", 2)
    for number, words in enumerate(["qwxz", "help", "help", "help"], start=1):
        write(database, words, number=number)
    page = viewer.open("/dashboard/messages?intent=unknown").text
    assert "None of the texts that were looked at" in page
    assert "Looked through" in page
    further = viewer.open("/dashboard/messages?intent=unknown&after=3").text
    assert "qwxz" in further
    assert viewer.open("/dashboard/messages?intent=nonsense").status_code == 400


def test_why_a_text_is_understood_so_today(viewer: Desk, database: Database) -> None:
    id_ = write(database, "price milk nakuru call +254 722 345 002")
    page = viewer.open(f"/dashboard/messages/texts/{id_}").text
    assert "commodity milk (en)" in page
    assert "price_query" in page
    assert "345" not in without_tokens(page)
    assert viewer.open("/dashboard/messages/texts/99").status_code == 404


def test_words_are_tried_and_nothing_is_kept(viewer: Desk, database: Database) -> None:
    read = viewer.send(
        "/dashboard/messages/read", page="/dashboard/messages/read", text="report milk nakuru 45"
    )
    assert "price_report" in read.text
    assert "commodity milk" in read.text
    for wrong in ("", "x" * 1001):
        sent = viewer.send("/dashboard/messages/read", page="/dashboard/messages/read", text=wrong)
        assert sent.status_code == 400
    with database.read() as session:
        assert session.scalar(select(InboundMessage)) is None


def unhandled(database: Database, words: str = "price milk nakuru") -> None:
    with database.begin() as session:
        store_unhandled(
            session, text(words), error="boom for +254711000001", default_country="KE", now=NOON
        )


def test_a_text_nobody_acted_upon_is_tried_again(service: Service, database: Database) -> None:
    unhandled(database)
    desk = sit_down(service, database, StaffRole.MODERATOR)
    listed = desk.open("/dashboard/messages?unhandled=1").text
    assert "not acted upon, 1 tries" in listed
    page = desk.open("/dashboard/messages/texts/1").text
    assert "boom for +254711***001" in page
    done = desk.send("/dashboard/messages/texts/1/retry", page="/dashboard/messages/texts/1")
    assert done.location == "/dashboard/messages/texts/1"
    with database.read() as session:
        reply = session.scalars(select(OutboundMessage)).one()
        assert (reply.kind, reply.dedupe_key) == (OutboundKind.REPLY, "reply:1")
        (change,) = changes(session)
    assert (change.action, change.subject) == ("retry text", "text 1")
    assert (change.before, change.after) == (
        {"is_handled": False, "tries": 1},
        {"is_handled": True},
    )
    assert reply.text in desk.open("/dashboard/messages/texts/1").text
    again = desk.send("/dashboard/messages/texts/1/retry", page="/dashboard/messages/texts/1")
    assert again.status_code == 409
    with database.read() as session:
        assert len(changes(session)) == 1


def test_a_text_that_fails_once_more_stays_with_its_reason(
    service: Service, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhandled(database)

    def break_down(*_: object, **__: object) -> None:
        raise ValueError("no such price")

    monkeypatch.setattr("handlers.sms.act", break_down)
    desk = sit_down(service, database, StaffRole.MODERATOR)
    desk.send("/dashboard/messages/texts/1/retry", page="/dashboard/messages/texts/1")
    page = desk.open("/dashboard/messages/texts/1").text
    assert "It failed once more" in page
    assert "ValueError: no such price" in page
    assert "Tried 2 times" in page


def test_a_viewer_retries_nothing(viewer: Desk, database: Database) -> None:
    unhandled(database)
    assert "Try again now" not in viewer.open("/dashboard/messages/texts/1").text
    sent = viewer.send("/dashboard/messages/texts/1/retry", page="/dashboard/messages")
    assert sent.status_code == 403
    with database.read() as session:
        assert session.scalar(select(OutboundMessage)) is None


def test_what_was_kept_long_enough_is_shown_without_its_words(
    viewer: Desk, database: Database
) -> None:
    write(database, "price milk nakuru")
    with database.begin() as session:
        session.scalars(select(OutboundMessage)).one().state = OutboundState.SENT
    for days in (401, 402):
        forget_old(database, Keeping({Kept.TEXTS: 400}), NOON + timedelta(days=days))
    for page, times in (("/of/1", 2), ("/texts/1", 2), ("", 1)):
        shown = viewer.open(f"/dashboard/messages{page}").text
        assert shown.count("(no words are kept)") == times, page
