"""Groups at the desk: seen by everybody there, created and given officers by an admin."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from time_machine import travel

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from groups.groups import find_group, join, leave
from groups.members import add_member, member_of, members_of, officers_of
from groups.models import Group, Role
from groups.order_models import GroupOrder
from groups.orders import open_order, wish
from messaging.consent import opt_out
from messaging.kinds import Channel
from messaging.models import OutboundMessage
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.milk_books import Dairy, days, kirima_dairy, write
from tests.groups.stories import found_group, meet

PAGE = "/dashboard/groups/KIRIMA"
NEW = {"name": "Umoja wa Wafugaji", "place": "molo", "commodity": "maziwa", "language": "sw"}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with travel(NOON, tick=False):
        yield


@pytest.fixture
def dairy(database: Database) -> Dairy:
    """KIRIMA with its four officers, two members, and milk until yesterday."""
    with database.begin() as session:
        dairy = kirima_dairy(session, NOON)
        write(session, dairy, days(dairy, 20, 23), NOON)
        return dairy


@pytest.fixture
def desk(service: Service, database: Database, dairy: Dairy) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


def told(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(OutboundMessage.text).order_by(OutboundMessage.id)))


def office(database: Database, msisdn: str) -> Role:
    with database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        member = member_of(session, group, meet(session, msisdn, NOON))
        assert member is not None
        return member.role


def test_groups_stand_by_code_or_name(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        found_group(session, "UMOJA", name="All Together", is_demo=True)
    page = desk.open("/dashboard/groups").text
    assert page.index("KIRIMA") < page.index("UMOJA")
    assert "Githunguri" in page
    assert "demo" in page
    by_name = desk.open("/dashboard/groups?sort=name").text
    assert by_name.index("UMOJA") < by_name.index("KIRIMA")
    found = desk.open("/dashboard/groups?q=together").text
    assert "UMOJA" in found
    assert "KIRIMA" not in found
    assert "No group is called xyz" in desk.open("/dashboard/groups?q=xyz").text


def test_a_group_shows_its_people_masked_and_its_milk(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        add_member(session, group, "Jane <b>W", NOON)
        opt_out(session, meet(session, KAMAU, NOON), channel=Channel.SMS, wording="STOP", now=NOON)
        meet(session, WANJIKU, NOON).unreachable_at = NOON
    page = desk.open("/dashboard/groups/kirima").text
    assert "Kamau Njoroge" in page
    assert "+254711***004" in page
    assert KAMAU not in page
    assert "Jane &lt;b&gt;W" in page
    assert "said stop" in page
    assert "none arrive" in page
    assert "<svg" in page
    assert "2026-11-23: 100 L" in page
    assert ">2026-11-24<" in page
    only = desk.open(f"{PAGE}?q=kamau").text
    assert "Kamau Njoroge" in only
    assert "Nobody here is called xyz" in desk.open(f"{PAGE}?q=xyz").text
    assert desk.open("/dashboard/groups/NOBODY").status_code == 404


def open_feed(database: Database, **wanted: int) -> None:
    """Njeri opens an order of 30 bags until Saturday; members want some."""
    with database.begin() as session:
        group, njeri = find_group(session, "KIRIMA"), meet(session, NJERI, NOON)
        assert group is not None
        order = open_order(
            session,
            group,
            article="feed",
            words="FEED",
            threshold=30,
            price=Decimal(1850),
            currency="KES",
            last_day=date(2026, 11, 28),
            by=njeri,
            source_key="story",
            now=NOON,
        )
        assert order is not None
        for member in members_of(session, group):
            wish(session, order, member, wanted.get(member.name.split()[0], 0), njeri, NOON)


def orders_told(desk: Desk) -> str:
    """What a group's page tells of its orders, without marks."""
    part = desk.open(PAGE).text.partition('<section aria-labelledby="orders">')[2]
    return " ".join(re.sub(r"<[^>]+>", " ", part.partition("</section>")[0]).split())


def test_an_order_stands_on_the_page_while_members_can_order(
    desk: Desk, database: Database
) -> None:
    assert "ORDER OPEN FEED 30 AT 1850 BY SAT: 30 bags at least" in orders_told(desk)
    open_feed(database, Wanjiku=12, Kamau=6)
    assert orders_told(desk).endswith(
        "feed KES 1,850 30 bags 18 bags 2 KES 33,300 12 bags 2026-11-28"
    )
    with travel(datetime(2026, 11, 28, 21, tzinfo=UTC), tick=False):
        desk.log_in("admin@example.org")
        assert "Nothing is being ordered" in orders_told(desk)


def test_an_order_that_is_full_says_so(desk: Desk, database: Database) -> None:
    open_feed(database, Kamau=31)
    assert orders_told(desk).endswith("30 bags 31 bags 1 KES 57,350 enough 2026-11-28")


def test_what_is_ordered_was_typed_by_somebody(desk: Desk, database: Database) -> None:
    open_feed(database)
    with database.begin() as session:
        order = session.scalars(select(GroupOrder)).one()
        order.article, order.words = "b", "<b>"
    assert "<b>" not in desk.open(PAGE).text


def test_how_far_a_group_is_comes_by_itself_and_as_a_page(desk: Desk) -> None:
    assert f'hx-get="{PAGE}/mode"' in desk.open(PAGE).text
    part = desk.browser.get(f"{PAGE}/mode", headers={"HX-Request": "true"}).text
    assert "Step 1 of 3" in part
    assert "<html" not in part
    assert "every delivery is written" in part
    assert "<html" in desk.open(f"{PAGE}/mode").text


def test_a_new_group_without_anybody_says_what_to_do(desk: Desk, database: Database) -> None:
    made = desk.send("/dashboard/groups", page="/dashboard/groups", **NEW)
    assert made.location == "/dashboard/groups/UMOJA"
    page = " ".join(desk.open("/dashboard/groups/UMOJA").text.split())
    assert "Nobody holds an office" in page
    assert "Farmers text JOIN UMOJA" in page
    assert "No delivery is written of the last 30 days" in page
    with database.read() as session:
        group = find_group(session, "UMOJA")
        assert group is not None
        assert (group.language, group.commodity_code, group.is_demo) == ("sw", "milk", False)
        assert (group.bulletin_weekdays, group.bulletin_hour) == (1, 7)
        (change,) = changes(session)
    assert (change.action, change.subject) == ("create group", "group UMOJA")


def test_a_name_that_is_taken_gets_a_code_of_its_own(desk: Desk) -> None:
    made = desk.send(
        "/dashboard/groups", page="/dashboard/groups", **(NEW | {"name": "Kirima Dairy"})
    )
    assert made.location == "/dashboard/groups/KIRIMADAIRY"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": "123"}, "a group&#39;s name needs letters"),
        ({"name": ""}, "a group&#39;s name needs letters"),
        ({"place": "atlantis"}, "there is no place atlantis in Kenya"),
        ({"commodity": "gold dust"}, "there is no commodity gold dust"),
        ({"language": "xx"}, "Bei does not speak xx"),
    ],
)
def test_a_group_that_cannot_be_is_not_created(
    desk: Desk, database: Database, typed: dict[str, str], fault: str
) -> None:
    refused = desk.send("/dashboard/groups", page="/dashboard/groups", **(NEW | typed))
    assert refused.status_code == 400
    assert fault in refused.text
    with database.read() as session:
        assert len(session.scalars(select(Group)).all()) == 1
        assert changes(session) == []


def test_an_office_is_given_and_its_holder_told_in_their_language(
    desk: Desk, database: Database
) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, NOON).language = "sw"
    given = desk.send(f"{PAGE}/officers", page=PAGE, member="wanjiku", role="collector")
    assert given.location == PAGE
    assert office(database, WANJIKU) is Role.COLLECTOR
    (text,) = told(database)
    assert "mkusanyaji" in text
    with database.read() as session:
        (change,) = changes(session)
    assert change.before == {"member": 6, "office": "member"}
    assert change.after == {"member": 6, "office": "collector"}


def test_any_office_is_taken_with_a_reason_and_can_be_given_anew(
    desk: Desk, database: Database
) -> None:
    taken = desk.send(f"{PAGE}/officers/1/end", page=PAGE, why="  left with  the phone ")
    assert taken.status_code == 302
    assert office(database, NJERI) is Role.MEMBER
    with database.read() as session:
        (change,) = changes(session)
    assert (change.action, change.note) == ("take office", "left with the phone")
    assert told(database)[0].startswith("Wewe si katibu tena")
    assert desk.send(f"{PAGE}/officers", page=PAGE, member="5", role="secretary").status_code == 302
    assert office(database, KAMAU) is Role.SECRETARY


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"member": "5", "role": "king"}, 400, "Choose an office."),
        ({"member": "5", "role": "member"}, 400, "Choose an office."),
        ({"member": "77", "role": "collector"}, 404, "Nobody in KIRIMA has that number or name."),
        ({"member": "", "role": "collector"}, 404, "Nobody in KIRIMA has that number or name."),
        ({"member": "5", "role": "chair"}, 409, "take that office first, or let them elect."),
        ({"member": "1", "role": "collector"}, 409, "is secretary already"),
        ({"member": "7", "role": "collector"}, 409, "Jane W has no phone here"),
        ({"member": "jane", "role": "collector"}, 409, "That may be 7 Jane W, 8 Jane K"),
    ],
)
def test_an_office_that_cannot_be_given_is_not(
    desk: Desk, database: Database, form: dict[str, str], status: int, words: str
) -> None:
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        for name in ("Jane W", "Jane K"):
            add_member(session, group, name, NOON)
    refused = desk.send(f"{PAGE}/officers", page=PAGE, **form)
    assert refused.status_code == status
    assert words in refused.text
    assert told(database) == []
    with database.read() as session:
        assert changes(session) == []
        assert len(officers_of(session, group)) == 4


def test_an_office_that_nobody_holds_is_not_taken(desk: Desk, database: Database) -> None:
    end = f"{PAGE}/officers"
    assert desk.send(f"{end}/1/end", page=PAGE, why=" ").status_code == 400
    assert desk.send(f"{end}/5/end", page=PAGE, why="x").status_code == 409
    assert desk.send(f"{end}/99/end", page=PAGE, why="x").status_code == 404
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        other = found_group(session, "UMOJA")
        join(session, other, meet(session, OTIENO, NOON), NOON, role=Role.CHAIR)
        leave(session, group, meet(session, ACHIENG, NOON), NOON)
    # Of another group, and of who left.
    assert desk.send(f"{end}/7/end", page=PAGE, why="x").status_code == 404
    assert desk.send(f"{end}/3/end", page=PAGE, why="x").status_code == 404
    with database.read() as session:
        assert changes(session) == []
    assert office(database, MUTISO) is Role.COLLECTOR
    assert told(database) == []


@pytest.mark.parametrize("role", [StaffRole.VIEWER, StaffRole.MODERATOR])
def test_only_an_admin_changes_groups(
    service: Service, database: Database, dairy: Dairy, role: StaffRole
) -> None:
    desk = sit_down(service, database, role)
    page = desk.open(PAGE).text
    assert "Give</button>" not in page
    assert "Take</button>" not in page
    assert "Create a group" not in desk.open("/dashboard/groups").text
    token = desk.token("/dashboard/log")
    for path in ("/dashboard/groups", f"{PAGE}/officers", f"{PAGE}/officers/1/end"):
        sent = desk.browser.post(path, data={"csrf_token": token, **NEW, "why": "x"})
        assert sent.status_code == 403, path
    with database.read() as session:
        assert changes(session) == []


def test_many_members_come_page_by_page(desk: Desk, database: Database) -> None:
    with database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        for number in range(7, 131):
            add_member(session, group, f"Member {number:03d}", NOON)
    first = desk.open(PAGE).text
    assert "Member 100" in first
    assert "Member 101" not in first
    second = desk.open(f"{PAGE}?after=100").text
    assert "Member 101" in second
    assert "Member 100<" not in second
