"""A broadcast at the desk: written, tried, confirmed by its number, stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.config import Settings
from app.service import Service, open_service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.broadcast_models import Broadcast
from groups.subscriptions import open_list
from messaging.kinds import OutboundKind, OutboundState
from messaging.models import OutboundMessage, Subscriber
from prices.models import Place
from scheduler.broadcasts import send_broadcasts
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.groups.stories import GITHUNGURI, meet, place_id
from tests.scheduler.stories import MONDAY, kirima, promised

PAGE = "/dashboard/broadcasts"
NEW = f"{PAGE}/new"


@pytest.fixture
def moderator(service: Service, database: Database) -> Desk:
    with database.begin() as session:
        kirima(session)
    return sit_down(service, database, StaffRole.MODERATOR)


def begin(desk: Desk, **form: str) -> str:
    """A draft; its page."""
    form = {"reach": "group", "group": "kirima", "language": "en"} | form
    begun = desk.send(NEW, page=NEW, **form)
    assert begun.status_code == 302, begun.text
    return begun.location


def written(desk: Desk, **form: str) -> str:
    """A draft that says something; its page."""
    page = begin(desk, **form)
    texts = {"text_en": "Market day moves to Tuesday.", "text_sw": "Soko ni Jumanne."}
    assert desk.send(f"{page}/texts", page=page, **texts).location == page
    return page


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return [change.action for change in changes(session)]


def test_before_the_first_one_the_page_says_what_it_is_for(moderator: Desk) -> None:
    assert "a warning, a meeting" in moderator.open(PAGE).text


def test_from_the_first_word_to_the_phones(moderator: Desk, database: Database) -> None:
    page = written(moderator)
    draft = moderator.open(page).text
    assert "Market day moves" in draft
    assert "Soko ni Jumanne." in draft
    assert "cost unknown" in draft.lower()
    asked = moderator.open(f"{page}/confirm").text
    assert "It goes to <strong>3</strong>" in asked
    done = moderator.send(f"{page}/confirm", page=f"{page}/confirm", count="3")
    assert done.location == page
    assert "It goes out to 3 phones." in moderator.open(page).text
    assert send_broadcasts(database, datetime.now(UTC)) == 3
    going = moderator.open(page).text
    assert "promised to all" in going
    assert '<td class="figure">3</td>' in going
    assert "hx-get" in moderator.open(f"{page}/going").text
    with database.read() as session:
        texts = promised(session)
        assert texts[KAMAU].text == "Soko ni Jumanne."
        assert texts[WANJIKU].text == "Market day moves to Tuesday."
        (sent, wrote, began) = changes(session)
    assert (began.action, began.after) == ("begin broadcast", {"to": "group KIRIMA"})
    assert wrote.after["en"] == "Market day moves to Tuesday."
    assert sent.after == {"to": "group KIRIMA", "people": 3, "segments": 3}
    assert "promised to all" in moderator.open(PAGE).text


def test_of_a_draft_nothing_goes_out_to_be_looked_at(moderator: Desk) -> None:
    shown = moderator.open(f"{written(moderator)}/going")
    assert shown.status_code == 404
    assert "a draft still" in shown.text


@pytest.mark.parametrize("count", ["", "2", "4", "three", "3 people"])
def test_another_number_sends_nothing(moderator: Desk, database: Database, count: str) -> None:
    page = written(moderator)
    sent = moderator.send(f"{page}/confirm", page=f"{page}/confirm", count=count)
    assert sent.status_code == 409
    assert "It would go to 3 now" in sent.text
    assert send_broadcasts(database, datetime.now(UTC)) == 0
    assert "send broadcast" not in actions(database)


def test_whoever_joined_meanwhile_makes_the_number_wrong(
    moderator: Desk, database: Database
) -> None:
    page = written(moderator)
    moderator.open(f"{page}/confirm")
    with database.begin() as session:
        meet(session, WANJIKU, MONDAY, opted_out_at=MONDAY)
    sent = moderator.send(f"{page}/confirm", page=f"{page}/confirm", count="3")
    assert sent.status_code == 409
    assert "It would go to 2 now" in sent.text


def test_it_goes_out_once_however_often_the_button_is_pressed(
    moderator: Desk, database: Database
) -> None:
    page = written(moderator)
    token = moderator.token(f"{page}/confirm")
    first, second = (
        moderator.browser.post(f"{page}/confirm", data={"csrf_token": token, "count": "3"})
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (302, 409)
    for _ in range(2):
        send_broadcasts(database, datetime.now(UTC))
    with database.read() as session:
        assert len(promised(session)) == 3
    # Nor is it written on any more.
    for deed in ("texts", "test", "confirm"):
        assert moderator.send(f"{page}/{deed}", page=PAGE, msisdn="0722000002").status_code == 409


def test_the_same_once_more_is_warned_of(moderator: Desk, database: Database) -> None:
    first = written(moderator)
    moderator.send(f"{first}/confirm", page=f"{first}/confirm", count="3")
    assert "said the same" in moderator.open(f"{written(moderator)}/confirm").text


def test_without_words_or_people_there_is_nothing_to_confirm(
    moderator: Desk, database: Database
) -> None:
    page = begin(moderator)
    refused = moderator.open(f"{page}/confirm")
    assert refused.status_code == 409
    assert "Write the text in en first" in refused.text
    moderator.send(f"{page}/texts", page=page, text_sw="Soko ni Jumanne.")
    assert moderator.open(f"{page}/confirm").status_code == 409
    page = written(moderator)
    with database.begin() as session:
        for person in session.scalars(select(Subscriber)):
            person.opted_out_at = MONDAY
    assert "Nobody would get it" in moderator.open(f"{page}/confirm").text


def test_a_text_too_long_is_refused_and_the_old_one_stays(
    moderator: Desk, database: Database
) -> None:
    page = written(moderator)
    for text, words in (("x" * 650, "takes 5 segments"), ("x" * 701, "at most 700 characters")):
        refused = moderator.send(f"{page}/texts", page=page, text_en=text)
        assert refused.status_code == 400
        assert words in refused.text
    assert "Market day moves" in moderator.open(page).text
    sizes = moderator.send(f"{PAGE}/measure", page=page, text_en="x" * 161, text_sw="ш")
    assert "English: 2 segments (GSM-7)" in sizes.text
    assert "Kiswahili: 1 segment (UCS-2)" in sizes.text
    assert "Nothing is written" in moderator.send(f"{PAGE}/measure", page=page).text


def test_it_is_tried_on_ones_own_phone(moderator: Desk, database: Database) -> None:
    page = written(moderator)
    done = moderator.send(f"{page}/test", page=page, msisdn="0722 000 002", language="sw")
    assert done.location == page
    shown = moderator.open(page).text
    assert "On its way to +254722***002" in shown
    assert "9 more times" in shown
    with database.read() as session:
        text = promised(session)[OTIENO]
        assert (text.text, text.kind) == ("Soko ni Jumanne.", OutboundKind.BULLETIN)
        newest = changes(session)[0]
    assert newest.after == {"to": "+254722***002", "language": "sw"}


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"msisdn": "12", "language": "en"}, 400),
        ({"msisdn": "0722000002", "language": "fr"}, 400),
        ({"msisdn": "0711000001", "language": "en"}, 409),
    ],
)
def test_a_test_that_cannot_go_sends_nothing(
    moderator: Desk, database: Database, form: dict[str, str], status: int
) -> None:
    page = written(moderator)
    with database.begin() as session:
        meet(session, WANJIKU, MONDAY, opted_out_at=MONDAY)
    assert moderator.send(f"{page}/test", page=page, **form).status_code == status
    with database.read() as session:
        assert promised(session) == {}


def test_it_is_tried_ten_times_and_no_more(moderator: Desk, database: Database) -> None:
    page = written(moderator)
    with database.begin() as session:
        session.scalars(select(Broadcast)).one().tests = 10
    assert "tried often enough" in moderator.open(page).text
    form = {"msisdn": "0722000002", "language": "en"}
    assert moderator.send(f"{page}/test", page=f"{page}/confirm", **form).status_code == 409


def test_it_is_stopped_while_it_waits(moderator: Desk, database: Database) -> None:
    page = written(moderator)
    moderator.send(f"{page}/confirm", page=f"{page}/confirm", count="3")
    send_broadcasts(database, datetime.now(UTC))
    done = moderator.send(f"{page}/stop", page=page)
    assert done.location == page
    assert "3 texts that waited will not go" in moderator.open(page).text
    with database.read() as session:
        states = {text.state for text in session.scalars(select(OutboundMessage))}
    assert states == {OutboundState.STOPPED}
    assert moderator.send(f"{page}/stop", page=PAGE).status_code == 409
    assert actions(database)[0] == "stop broadcast"


def test_a_draft_is_put_aside(moderator: Desk, database: Database) -> None:
    page = written(moderator)
    assert moderator.send(f"{page}/stop", page=page).location == PAGE
    assert "put aside" in moderator.open(PAGE).text
    assert "nothing was sent" in moderator.open(page).text
    assert moderator.send(f"{page}/confirm", page=PAGE, count="3").status_code == 409


def test_all_of_a_county_is_an_admins_to_confirm(
    moderator: Desk, service: Service, database: Database
) -> None:
    with database.read() as session:
        county = session.scalars(select(Place.id).where(Place.code == "ke-county-kiambu")).one()
    page = written(moderator, reach="county", county=str(county))
    assert "An admin confirms it" in moderator.open(page).text
    assert moderator.open(f"{page}/confirm").status_code == 403
    assert moderator.send(f"{page}/confirm", page=page, count="3").status_code == 403
    admin = sit_down(service, database, StaffRole.ADMIN)
    done = admin.send(f"{page}/confirm", page=f"{page}/confirm", count="3")
    assert done.location == page
    assert "send broadcast" in actions(database)


def test_everybody_and_a_list(moderator: Desk, database: Database) -> None:
    with database.begin() as session:
        of_list = open_list(
            session, commodity="milk", place_id=place_id(session, GITHUNGURI), timezone="UTC"
        )
    assert (
        "list milk, Githunguri"
        in moderator.open(written(moderator, reach="list", list=str(of_list.id))).text
    )
    assert "everybody in KE" in moderator.open(written(moderator, reach="everybody")).text


@pytest.mark.parametrize(
    "form",
    [
        {"reach": "", "language": "en"},
        {"reach": "mars", "language": "en"},
        {"reach": "group", "group": "NONE", "language": "en"},
        {"reach": "list", "list": "9", "language": "en"},
        {"reach": "county", "county": "1", "language": "en"},
        {"reach": "county", "county": "٣", "language": "en"},
        {"reach": "everybody", "language": "xx"},
    ],
)
def test_to_nobody_there_is_nothing_to_begin(
    moderator: Desk, database: Database, form: dict[str, str]
) -> None:
    assert moderator.send(NEW, page=NEW, **form).status_code == 400
    with database.read() as session:
        assert session.scalar(select(Broadcast)) is None


def test_a_viewer_reads_and_does_nothing(
    moderator: Desk, service: Service, database: Database
) -> None:
    page = written(moderator)
    viewer = sit_down(service, database, StaffRole.VIEWER)
    shown = viewer.open(page).text
    assert "Market day moves" in shown
    assert "<textarea" not in shown
    assert viewer.open(NEW).status_code == 403
    assert viewer.open(f"{page}/confirm").status_code == 403
    for deed in ("texts", "test", "confirm", "stop"):
        assert viewer.send(f"{page}/{deed}", page=PAGE, count="3").status_code == 403
    with database.read() as session:
        assert session.scalars(select(Broadcast)).one().confirmed_at is None


@pytest.fixture
def sparing(database_url: str, database: Database) -> Iterator[Service]:
    """A service that may spend ten segments a day, and lets people sleep at any hour."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        daily_sms_budget="2",
        sms_price="KES 0.80",
        quiet_hours="0-23",
    )
    service = open_service(settings)
    yield service
    service.database.engine.dispose()


def test_what_is_beyond_the_budget_is_told_before(sparing: Service, database: Database) -> None:
    with database.begin() as session:
        kirima(session)
    desk = sit_down(sparing, database, StaffRole.MODERATOR)
    asked = desk.open(f"{written(desk)}/confirm").text
    assert "KES 2.40" in asked
    assert "beyond the budget" in asked
    assert "1 segments more today" in asked


@pytest.mark.parametrize("path", ["/99", "/99/going", "/99/confirm"])
def test_what_is_not_there(moderator: Desk, path: str) -> None:
    assert moderator.open(f"{PAGE}{path}").status_code == 404
    assert moderator.send(f"{PAGE}/99/stop", page=PAGE).status_code == 404
