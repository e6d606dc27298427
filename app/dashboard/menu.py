"""The desk's menu: what stands in it, in its order, and who sees it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.staff.models import StaffRole


@dataclass(frozen=True)
class Entry:
    """A page that the menu leads to; `also` are the blueprints of what is found behind it."""

    endpoint: str
    words: str
    role: StaffRole = StaffRole.VIEWER
    also: tuple[str, ...] = ()

    def is_above(self, endpoint: str) -> bool:
        """Whether a page is one of those behind this entry, or the entry's own."""
        return endpoint.rpartition(".")[0] in (self.endpoint.rpartition(".")[0], *self.also)


@dataclass(frozen=True)
class Section:
    """Entries under one heading; without one they stand in the menu themselves."""

    words: str
    entries: tuple[Entry, ...]

    def is_above(self, endpoint: str) -> bool:
        """Whether a page is one of those below this heading."""
        return any(entry.is_above(endpoint) for entry in self.entries)


MENU = (
    Section("", (Entry("desk.today.show", "Today"), Entry("desk.moderation.show", "Moderation"))),
    Section(
        "Prices",
        (
            Entry("desk.prices.show", "Prices"),
            Entry("desk.coverage.show", "Coverage"),
            Entry("desk.reporters.show", "Reporters"),
        ),
    ),
    Section(
        "People",
        (
            Entry("desk.groups.show", "Groups", also=("desk.books",)),
            Entry("desk.subscribers.show", "Subscribers"),
            Entry("desk.messages.show", "Messages"),
        ),
    ),
    Section(
        "Sending",
        (
            Entry("desk.bulletins.show", "Bulletins", also=("desk.editions",)),
            Entry("desk.radio.show", "Radio"),
            Entry("desk.broadcasts.show", "Broadcasts"),
            Entry("desk.costs.show", "Costs"),
        ),
    ),
    Section(
        "Data",
        (
            Entry("desk.reference.show", "Reference data"),
            Entry("desk.imports.show", "Imports"),
            Entry("desk.hooks.show", "Hooks", StaffRole.ADMIN),
        ),
    ),
    Section(
        "Desk",
        (
            Entry("desk.log.show", "Changes"),
            Entry("desk.staff.show", "Staff", StaffRole.ADMIN),
            Entry("desk.settings.show", "Settings", StaffRole.ADMIN),
        ),
    ),
)


def menu_for(role: StaffRole) -> Sequence[Section]:
    """The menu of somebody with this role; a heading with nothing below it is left out."""
    seen = (
        Section(one.words, tuple(entry for entry in one.entries if role.may(entry.role)))
        for one in MENU
    )
    return tuple(one for one in seen if one.entries)
