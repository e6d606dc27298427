"""The log of changes, and the page on which accounts are changed."""

from app.service import Service
from app.staff.change_log import changes, write_change
from app.staff.models import StaffRole
from db.session import Database
from tests.app.dashboard.desk import hire, sit_down
from tests.conftest import NOON


def test_a_change_of_role_stands_in_the_log_with_before_and_after(
    service: Service, database: Database
) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    hire(database, StaffRole.VIEWER, "jane@example.org")
    done = desk.send("/dashboard/staff/2/role", page="/dashboard/staff", role="moderator")
    assert done.location == "/dashboard/staff"
    assert "jane@example.org is moderator now." in desk.open("/dashboard/staff").text
    with database.read() as session:
        (change,) = changes(session)
    assert (change.who, change.action, change.subject) == (
        "admin@example.org",
        "change role",
        "staff jane@example.org",
    )
    assert (change.before, change.after) == ({"role": "viewer"}, {"role": "moderator"})
    page = desk.open("/dashboard/log?about=staff+jane@example.org").text
    assert "role: viewer" in page
    assert "role: moderator" in page


def test_an_account_is_closed_and_opened_again(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    hire(database, StaffRole.VIEWER, "jane@example.org")
    for is_open in ("0", "1"):
        desk.send("/dashboard/staff/2/open", page="/dashboard/staff", is_open=is_open)
    with database.read() as session:
        actions = [change.action for change in changes(session)]
    assert actions == ["reopen account", "close account"]


def test_nobody_shuts_themselves_out(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.ADMIN)
    hire(database, StaffRole.VIEWER)
    for path, form in (("role", {"role": "viewer"}), ("open", {"is_open": "0"})):
        sent = desk.send(f"/dashboard/staff/1/{path}", page="/dashboard/staff", **form)
        assert sent.status_code == 409
    assert (
        desk.send("/dashboard/staff/9/role", page="/dashboard/staff", role="admin").status_code
        == 404
    )
    assert (
        desk.send("/dashboard/staff/2/role", page="/dashboard/staff", role="king").status_code
        == 400
    )
    with database.read() as session:
        assert changes(session) == []


def test_a_long_log_comes_page_by_page(service: Service, database: Database) -> None:
    desk = sit_down(service, database, StaffRole.VIEWER)
    with database.begin() as session:
        for number in range(1, 121):
            write_change(
                session, None, action="accept report", subject=f"report {number}",
                before={"status": "held"}, after={"status": "accepted"}, now=NOON,
            )  # fmt: skip
    first = desk.open("/dashboard/log").text
    assert "report 120<" in first
    assert "report 70<" not in first
    second = desk.open("/dashboard/log?after=71").text
    assert "report 70<" in second
    assert "First page" in second
    assert "Nothing was changed yet about nothing" in desk.open("/dashboard/log?about=nothing").text
