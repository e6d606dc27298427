"""The menu leads to what there is, tells where one is, and leads nobody beyond their role."""

from app import create_app
from app.dashboard.menu import MENU, menu_for
from app.service import Service
from app.staff.models import StaffRole

ENTRIES = [entry for section in MENU for entry in section.entries]


def words(role: StaffRole) -> list[str]:
    return [entry.words for section in menu_for(role) for entry in section.entries]


def test_a_viewer_is_led_to_nothing_of_an_admins() -> None:
    assert "Staff" in words(StaffRole.ADMIN)
    assert "Staff" not in words(StaffRole.VIEWER)
    assert "Moderation" in words(StaffRole.VIEWER)


def test_each_entry_asks_for_the_role_that_its_page_does(service: Service) -> None:
    views = create_app(service.settings, service).view_functions
    for entry in ENTRIES:
        assert entry.role is getattr(views[entry.endpoint], "needs", None), entry


def test_every_page_of_the_desk_is_below_one_entry(service: Service) -> None:
    """Besides the doors, and one's own account, which stands beside the menu."""
    endpoints = create_app(service.settings, service).view_functions
    for endpoint in endpoints:
        if endpoint.startswith("desk.") and endpoint.count(".") == 2:
            above = [entry.words for entry in ENTRIES if entry.is_above(endpoint)]
            assert len(above) == (0 if endpoint.startswith("desk.account.") else 1), endpoint
