"""Bulletins at the desk: when they come, what they would say, and who may change that."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from time_machine import travel

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.models import BulletinList, Edition, EditionState, Group
from groups.subscriptions import open_list, subscribe
from messaging.kinds import Channel
from messaging.models import OutboundMessage
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import NAKURU, found_group, meet, place_id
from tests.scheduler.stories import HOUR, MONDAY, WEEK, kirima

PAGE = "/dashboard/bulletins/group/1"
# The form as it stands in the page of KIRIMA.
FORM = {
    "rhythm": "week",
    "days": "mon",
    "month_day": "",
    "hour": "7",
    "timezone": "Africa/Nairobi",
    "language": "en",
    "channel": "sms",
    "segments": "1",
    "secretary_segments": "2",
    "commodities": "",
    "markets": "",
}


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    """An hour before the bulletins of a Monday."""
    with travel(MONDAY - HOUR, tick=False):
        yield


@pytest.fixture
def desk(service: Service, database: Database) -> Desk:
    with database.begin() as session:
        kirima(session)
    return sit_down(service, database, StaffRole.MODERATOR)


def group_of(database: Database) -> Group:
    with database.read() as session:
        return session.scalars(select(Group)).one()


def test_every_group_stands_with_its_time_and_its_last_edition(
    desk: Desk, database: Database
) -> None:
    with database.begin() as session:
        group = found_group(session, "UMOJA", bulletin_channel=Channel.USSD, is_demo=True)
        for due_at, state in ((MONDAY - WEEK, EditionState.MADE), (MONDAY, EditionState.MISSED)):
            session.add(
                Edition(
                    group_id=group.id, due_at=due_at, made_at=due_at, text="", recipients=7,
                    state=state, missed_because="nobody was there", addressed_at=due_at,
                )
            )  # fmt: skip
    page = desk.open("/dashboard/bulletins").text
    assert "mon at 07:00 (Africa/Nairobi)" in page
    assert "23 Nov 2026, 07:00" in page
    assert page.index("KIRIMA") < page.index("UMOJA")
    assert "missed" in page
    assert "none yet" in page
    turned = desk.open("/dashboard/bulletins?sort=-name").text
    assert turned.index("UMOJA") < turned.index("KIRIMA")
    assert desk.open("/dashboard/bulletins?sort=next").status_code == 200
    found = desk.open("/dashboard/bulletins?q=umo").text
    assert "UMOJA" in found
    assert "KIRIMA" not in found
    assert "Nothing is called x%" in desk.open("/dashboard/bulletins?q=x%25").text


def test_an_empty_desk_says_what_to_do(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    assert "There is no group yet" in desk.open("/dashboard/bulletins").text
    lists = desk.open("/dashboard/bulletins?kind=list").text
    assert "There is no list yet" in lists
    assert "Open a list" not in lists


def test_a_bulletin_is_set_and_the_log_tells_what_it_was(desk: Desk, database: Database) -> None:
    form = FORM | {"hour": "8", "segments": "2", "commodities": "maize, mahindi", "markets": "molo"}
    kept = desk.send(PAGE, page=PAGE, **form)
    assert kept.location == PAGE
    group = group_of(database)
    assert (group.bulletin_hour, group.bulletin_segments) == (8, 2)
    assert group.bulletin_commodities == ["maize"]
    assert group.next_bulletin_at == MONDAY + HOUR
    with database.read() as session:
        (change,) = changes(session)
    assert (change.action, change.subject) == ("set bulletin", "group KIRIMA")
    assert change.before == {
        "comes": "mon at 07:00 (Africa/Nairobi)",
        "segments": 1,
        "compared with": "nothing",
        "tells too of": "nothing",
    }
    assert change.after["compared with"] == "ke-nakuru-molo"
    page = desk.open(PAGE).text
    assert "Kept: mon at 08:00 (Africa/Nairobi)." in page
    assert 'value="Maize"' in page
    assert 'value="ke-nakuru-molo"' in page


def test_what_is_kept_again_is_no_change(desk: Desk, database: Database) -> None:
    desk.send(PAGE, page=PAGE, **FORM)
    assert "Nothing was changed." in desk.open(PAGE).text
    with database.read() as session:
        assert changes(session) == []


def test_a_bulletin_may_come_once_a_month_and_be_read_on_the_menu(
    desk: Desk, database: Database
) -> None:
    desk.send(PAGE, page=PAGE, **(FORM | {"rhythm": "month", "month_day": "31", "channel": "ussd"}))
    group = group_of(database)
    assert (group.bulletin_weekdays, group.bulletin_month_day) == (0, 31)
    assert group.bulletin_channel is Channel.USSD
    page = desk.open(PAGE).text
    assert "Read on the menu by 3" in page
    assert "day 31 of the month at 07:00" in page


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"days": ""}, "choose a day of the week at least"),
        ({"rhythm": "month", "month_day": "32"}, "the day of the month is a number from 1 to 31"),
        ({"hour": "25"}, "the hour is a number from 0 to 23"),
        ({"hour": "٧"}, "the hour is a number from 0 to 23"),
        ({"timezone": "Africa/Atlantis"}, "there is no time zone Africa/Atlantis"),
        ({"language": "xx"}, "Bei does not speak xx"),
        ({"segments": "5"}, "what a text may take is a number from 1 to 4"),
        ({"secretary_segments": "0"}, "what the secretary"),
        ({"channel": "voice"}, "it goes by text, or is read on the menu"),
        ({"commodities": "gold dust"}, "there is no commodity gold dust"),
        ({"markets": "atlantis"}, "there is no place atlantis in Kenya"),
        ({"markets": "nakuru county"}, "is no market"),
        ({"commodities": "a,b,c,d,e,f,g"}, "name 6 at most"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    desk: Desk, database: Database, typed: dict[str, str], fault: str
) -> None:
    refused = desk.send(PAGE, page=PAGE, **(FORM | typed))
    assert refused.status_code == 400
    assert fault in refused.text
    # What was typed stays in the form.
    assert all(f'value="{value}"' in refused.text for value in typed.values() if value.isdigit())
    looked = desk.browser.post(
        f"{PAGE}/preview",
        data={"csrf_token": desk.token(PAGE), **FORM, **typed},
        headers={"HX-Request": "true"},
    )
    assert looked.status_code == 200
    assert fault in looked.text
    assert desk.send(f"{PAGE}/preview", page=PAGE, **(FORM | typed)).status_code == 400
    assert group_of(database).bulletin_hour == 7
    with database.read() as session:
        assert changes(session) == []


def test_the_preview_follows_the_form_and_keeps_nothing(desk: Desk, database: Database) -> None:
    page = desk.open(PAGE).text
    assert "en, members" in page
    assert "sw, members" in page
    assert "3 recipients, 3 segments" in " ".join(page.split())
    assert "cost unknown" in page
    form = FORM | {"hour": "9", "language": "fr", "csrf_token": desk.token(PAGE)}
    part = desk.browser.post(f"{PAGE}/preview", data=form, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "fr, members" in part.text
    assert "23 Nov 2026, 09:00" in part.text
    whole = desk.send(f"{PAGE}/preview", page=PAGE, **(FORM | {"hour": "9"}))
    assert "<html" in whole.text
    assert 'value="9"' in whole.text
    assert group_of(database).bulletin_hour == 7
    assert group_of(database).next_bulletin_at == MONDAY
    with database.read() as session:
        assert session.scalars(select(OutboundMessage)).all() == []


def test_every_language_of_the_country_is_shown_though_nobody_reads_it(
    service: Service, database: Database
) -> None:
    with database.begin() as session:
        found_group(session, "KIRIMA")
    desk = sit_down(service, database, StaffRole.VIEWER)
    page = desk.open(PAGE).text
    assert "sw, members" in page
    assert "0 recipients" in page
    # Who may only look has no form, and no way to send.
    assert "Keep</button>" not in page
    assert "Send it now" not in page


def test_a_list_is_opened_set_and_shown(desk: Desk, database: Database) -> None:
    lists = "/dashboard/bulletins?kind=list"
    opened = desk.send(
        "/dashboard/bulletins/lists", page=lists, commodity="maziwa", place="nakuru county"
    )
    assert opened.location == "/dashboard/bulletins/list/1"
    again = desk.send(
        "/dashboard/bulletins/lists", page=lists, commodity="milk", place="nakuru county"
    )
    assert again.location == opened.location
    form = {key: value for key, value in FORM.items() if key not in ("channel", "commodities")}
    kept = desk.send(
        opened.location, page=opened.location, **(form | {"days": "thu", "language": ""})
    )
    assert kept.status_code == 302
    with database.read() as session:
        (one,) = session.scalars(select(BulletinList))
        assert (one.commodity_code, one.bulletin_weekdays, one.language) == ("milk", 8, None)
        assert [change.action for change in changes(session)] == ["set bulletin", "open list"]
    page = desk.open(lists).text
    assert "milk Nakuru" in page
    assert "thu at 07:00" in page
    assert "milk Nakuru" in desk.open(f"{lists}&q=milk&sort=next").text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"commodity": "gold dust", "place": "nakuru"}, "there is no commodity gold dust"),
        ({"commodity": "milk", "place": "atlantis"}, "there is no place atlantis"),
    ],
)
def test_a_list_of_nothing_is_not_opened(
    desk: Desk, database: Database, typed: dict[str, str], fault: str
) -> None:
    lists = "/dashboard/bulletins?kind=list"
    refused = desk.send("/dashboard/bulletins/lists", page=lists, **typed)
    assert refused.status_code == 400
    assert fault in refused.text
    with database.read() as session:
        assert session.scalars(select(BulletinList)).all() == []


def test_a_viewer_changes_nothing_by_page_or_by_request(
    service: Service, database: Database
) -> None:
    with database.begin() as session:
        kirima(session)
    desk = sit_down(service, database, StaffRole.VIEWER)
    token = desk.token("/dashboard/log")
    for path in (PAGE, f"{PAGE}/preview", f"{PAGE}/send", "/dashboard/bulletins/lists"):
        sent = desk.browser.post(path, data={"csrf_token": token, **FORM})
        assert sent.status_code == 403, path
    assert desk.open(f"{PAGE}/send").status_code == 403
    with database.read() as session:
        assert changes(session) == []
        assert session.scalars(select(Edition)).all() == []


def test_an_address_of_nobody_is_told(desk: Desk) -> None:
    for path in ("group/9", "list/9", "club/1", "group/9/send"):
        answer = desk.open(f"/dashboard/bulletins/{path}")
        assert answer.status_code == 404, path
        assert "no such group or list" in answer.text


def test_long_lists_come_page_by_page(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        nakuru = place_id(session, NAKURU)
        for number in range(60):
            found_group(session, f"G{number:02d}")
        for commodity in ("milk", "maize"):
            open_list(session, commodity=commodity, place_id=nakuru, timezone="Africa/Nairobi")
        for msisdn in (WANJIKU, KAMAU, NJERI):
            subscribe(
                session, meet(session, msisdn, MONDAY), commodity="milk", place_id=nakuru,
                timezone="Africa/Nairobi", now=MONDAY,
            )  # fmt: skip
    first = desk.open("/dashboard/bulletins").text
    assert "G49" in first
    assert "G50" not in first
    assert "after=51" in first
    second = desk.open("/dashboard/bulletins?after=51").text
    assert "G50" in second
    assert "G49" not in second
    assert "KIRIMA" in second
    by_time = desk.open("/dashboard/bulletins?sort=-next").text
    assert by_time.index("KIRIMA") < by_time.index("G59")
