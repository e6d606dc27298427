"""Editions at the desk: sent now after it was asked once more, and what became of their texts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from time_machine import travel

from app.config import Settings
from app.dashboard import edition_pages
from app.service import Service, open_service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.groups import join
from groups.models import Edition, EditionState, Group
from groups.subscriptions import subscribe
from messaging.consent import opt_out
from messaging.kinds import Channel, OutboundState
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import ACHIENG, KAMAU, NJERI, OTIENO, WANJIKU
from tests.groups.stories import NAKURU, meet, place_id
from tests.scheduler.stories import MINUTE, MONDAY, WEEK, editions, kirima, promised

SEND = "/dashboard/bulletins/group/1/send"
# Tuesday noon: no bulletin is due.
NOW = MONDAY + timedelta(hours=29, seconds=30)
ASKED = int((NOW - timedelta(seconds=30)).timestamp())


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(service: Service, database: Database) -> Desk:
    with database.begin() as session:
        kirima(session, next_bulletin_at=MONDAY + WEEK)
    return sit_down(service, database, StaffRole.MODERATOR)


def send(desk: Desk, **form: str) -> str:
    sent = desk.send(SEND, page=SEND, **({"minute": str(ASKED), "people": "3"} | form))
    assert sent.status_code == 302, sent.text
    assert sent.location is not None
    return sent.location


def test_a_bulletin_is_sent_now_after_it_was_asked_once_more(
    desk: Desk, database: Database
) -> None:
    asked = desk.open(SEND).text
    assert "Send it to 3" in asked
    assert f'value="{ASKED}"' in asked
    with database.read() as session:
        assert promised(session) == {}
    page = send(desk)
    assert page == "/dashboard/bulletins/editions/1"
    with database.read() as session:
        texts = promised(session)
        (edition,) = editions(session)
        group = session.scalars(select(Group)).one()
        (change,) = changes(session)
    assert set(texts) == {NJERI, KAMAU, WANJIKU}
    assert edition.due_at == NOW - timedelta(seconds=30)
    assert group.next_bulletin_at == MONDAY + WEEK
    assert (change.action, change.subject) == ("send bulletin", "group KIRIMA")
    assert change.after == {"edition": 1, "recipients": 3}
    shown = desk.open(page).text
    assert "Made: 3 recipients." in shown
    assert "All 3 texts" in shown
    assert texts[KAMAU].text.split(".")[0] in shown
    assert "The last one was of 24 Nov 2026, 12:00" in desk.open(SEND).text


def test_pressed_twice_it_is_one_edition(desk: Desk, database: Database) -> None:
    send(desk)
    with travel(NOW + 10 * MINUTE, tick=False):
        assert send(desk) == "/dashboard/bulletins/editions/1"
        assert "It was made before, once." in desk.open("/dashboard/bulletins/editions/1").text
    with database.read() as session:
        assert len(editions(session)) == len(changes(session)) == 1


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"minute": ""}, 400, "neither when it was asked"),
        ({"people": "many"}, 400, "nor for how many"),
        ({"minute": "9" * 30}, 400, "neither when it was asked"),
        ({"minute": str(ASKED - 3600)}, 409, "too old to be answered"),
        ({"minute": str(ASKED + 60)}, 409, "too old to be answered"),
        ({"minute": str(ASKED + 7)}, 409, "too old to be answered"),
    ],
)
def test_an_answer_to_no_question_of_ours_sends_nothing(
    desk: Desk, database: Database, form: dict[str, str], status: int, words: str
) -> None:
    refused = desk.send(SEND, page=SEND, **({"minute": str(ASKED), "people": "3"} | form))
    assert refused.status_code == status
    assert words in refused.text
    with database.read() as session:
        assert editions(session) == []


def test_it_is_not_sent_to_many_more_than_was_said(desk: Desk, database: Database) -> None:
    """The page stood open while a whole village joined."""
    with database.begin() as session:
        group = session.scalars(select(Group)).one()
        for msisdn in (OTIENO, ACHIENG):
            join(session, group, meet(session, msisdn, NOW), NOW)
    refused = desk.send(SEND, page=SEND, minute=str(ASKED), people="3")
    assert refused.status_code == 409
    assert "it is for 5, not for 3" in refused.text
    with database.read() as session:
        assert editions(session) == []


def test_very_many_are_left_to_a_worker(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition_pages, "SLICE", 2)
    page = desk.open(send(desk)).text
    assert "a worker goes on by itself" in page
    assert 'hx-trigger="load delay:4s"' in page
    with database.read() as session:
        assert promised(session) == {}
        assert editions(session)[0].addressed_at is None
    assert "not all yet" in desk.open("/dashboard/bulletins/editions").text


def test_a_list_is_sent_too(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        nakuru = place_id(session, NAKURU)
        for msisdn in (WANJIKU, OTIENO):
            subscribe(
                session, meet(session, msisdn, NOW), commodity="milk", place_id=nakuru,
                timezone="Africa/Nairobi", now=NOW,
            )  # fmt: skip
    path = "/dashboard/bulletins/list/1/send"
    sent = desk.send(path, page=path, minute=str(ASKED), people="2")
    assert sent.location == "/dashboard/bulletins/editions/1"
    with database.read() as session:
        assert set(promised(session)) == {WANJIKU, OTIENO}
    assert "milk Nakuru" in desk.open("/dashboard/bulletins/editions").text
    assert "milk Nakuru" in desk.open("/dashboard/bulletins/editions?kind=list&of=1").text
    assert "No edition yet" in desk.open("/dashboard/bulletins/editions?kind=group&of=1").text


def test_what_is_read_on_the_menu_is_put_there(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        session.scalars(select(Group)).one().bulletin_channel = Channel.USSD
    assert "Put it on the menu" in desk.open(SEND).text
    assert "Nobody was texted: it is read on the menu." in " ".join(
        desk.open(send(desk)).text.split()
    )
    with database.read() as session:
        assert promised(session) == {}


def test_the_funnel_tells_what_became_of_every_text(desk: Desk, database: Database) -> None:
    page = send(desk)
    with database.begin() as session:
        texts = promised(session)
        texts[NJERI].state = OutboundState.DELIVERED
        texts[KAMAU].state = OutboundState.FAILED
        texts[WANJIKU].state = OutboundState.UNKNOWN
    part = desk.browser.get(page, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "hx-get" not in part
    rows = [" ".join(line.split()) for line in part.split("<tr>")]
    for words in ("delivered", "failed", "unknown: a gateway may have it"):
        (row,) = (one for one in rows if f'row">{words}<' in one)
        assert '"figure">1<' in row
        assert "33 %" in row
    with database.begin() as session:
        group = session.scalars(select(Group)).one()
        session.add(
            Edition(
                group_id=group.id, due_at=MONDAY, made_at=NOW, text="", recipients=0,
                state=EditionState.MISSED, missed_because="nobody ran", addressed_at=NOW,
            )
        )  # fmt: skip
    history = desk.open("/dashboard/bulletins/editions").text
    assert "nobody ran" in history
    assert "Missed: nobody ran" in desk.open("/dashboard/bulletins/editions/2").text
    assert desk.open("/dashboard/bulletins/editions/9").status_code == 404
    assert desk.open("/dashboard/bulletins/editions?kind=group&of=99").status_code == 404


def test_many_editions_come_page_by_page(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        group = session.scalars(select(Group)).one()
        for number in range(1, 26):
            due_at = MONDAY - number * WEEK
            session.add(
                Edition(
                    group_id=group.id, due_at=due_at, made_at=due_at, text="x", recipients=1_000,
                    addressed_at=due_at,
                )
            )  # fmt: skip
    for query in ("?", "?kind=group&of=1&"):
        first = desk.open(f"/dashboard/bulletins/editions{query}").text
        assert first.count("count them") == 20
        assert "after=20" in first
        assert (
            desk.open(f"/dashboard/bulletins/editions{query}after=20").text.count("count them") == 5
        )


def test_what_holds_it_back_is_said_before(database_url: str, database: Database) -> None:
    """At night, with a budget that is nearly spent."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        quiet_hours="11-13",
        daily_sms_budget="3",
        sms_price="KES 0.80",
    )
    service = open_service(settings)
    with database.begin() as session:
        kirima(session)
        opt_out(session, meet(session, KAMAU, NOW), channel=Channel.SMS, wording="STOP", now=NOW)
    page = sit_down(service, database, StaffRole.MODERATOR).open(SEND).text
    words = " ".join(page.split())
    assert "Send it to 2" in words
    assert "the texts wait until 13:00" in words
    # Bulletins may take 85 per cent of three segments: two.
    assert "leaves 2 segments for bulletins" in words
    assert "KES 1.60" in words
    service.database.engine.dispose()
