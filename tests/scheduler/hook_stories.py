"""A service that tells a receiver on loopback of its prices: what stories of hooks begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.session import Database
from messaging.hook_events import TEST, NewEvent, write_events
from messaging.hook_models import Hook, HookDelivery, HookEvent
from messaging.hooks import HookWanted, add_hook, hook_of, start
from prices.catalogue import Catalogue
from prices.widening import widen
from scheduler.hooks import HookDesk, notice_changes, tell_hooks, tidy_hooks
from tests.conftest import NOON
from tests.groups.watched import tell

KEY = "the operator's key"
DAY = timedelta(days=1)


@dataclass
class Hooks:
    """A service and its worker; `now` is the moment."""

    database: Database
    now: datetime = NOON
    catalogue: Catalogue = field(default_factory=Catalogue)
    key: str = KEY
    secrets: dict[int, str] = field(default_factory=dict)

    def add(self, url: str, name: str = "union", *, is_started: bool = True, **wanted: Any) -> int:
        """Somebody wants to be told; the first look at everything was long ago, or is to come."""
        with self.database.begin() as session:
            added = add_hook(
                session, self.key, name, HookWanted(url, **wanted), made_by="server", now=self.now
            )
            assert added is not None
            hook, secret = added
            if is_started:
                start(session, [hook.id], self.now)
        self.secrets[hook.id] = secret
        return hook.id

    def told(self, price: float | str, place: str = "Nakuru", *more: Any, **what: Any) -> None:
        """Four people tell a price."""
        with self.database.begin() as session:
            tell(session, self.now, str(price), place, *more, **what)

    def notice(self) -> int:
        """The worker looks at the prices; how many events it wrote."""
        return notice_changes(self.database, self.catalogue, self.now)

    def send(self) -> int:
        """It tells the hooks what is due; how many events arrived."""
        desk = HookDesk(self.key, to_loopback=True)
        return tell_hooks(self.database, desk, now=lambda: self.now)

    def tidy(self) -> int:
        """It gives up and deletes; how many events."""
        return tidy_hooks(self.database, self.now)

    def wait(self, **time: float) -> None:
        """Time passes."""
        self.now += timedelta(**time)

    def widen(self) -> None:
        """The worker's other job at the beginning of a day."""
        widen(self.database, self.catalogue.vocabulary, self.now)

    def promise(self, hook_id: int, *cells: int | None) -> None:
        """Events of cells, without any price: what is in them is no matter here."""
        with self.database.begin() as session:
            events = [NewEvent(TEST, cell, {"of": cell}, [hook_id]) for cell in cells]
            write_events(session, events, self.now)

    def hook(self, hook_id: int) -> Hook:
        """How it stands."""
        with self.database.read() as session:
            found = hook_of(session, hook_id)
        assert found is not None
        return found

    def deliveries(self, hook_id: int | None = None) -> Sequence[HookDelivery]:
        """What became of its events, in their order."""
        query = select(HookDelivery).order_by(HookDelivery.id)
        if hook_id is not None:
            query = query.where(HookDelivery.hook_id == hook_id)
        with self.database.read() as session:
            return session.scalars(query).all()

    def events(self) -> Sequence[HookEvent]:
        """All that was written."""
        with self.database.read() as session:
            return session.scalars(select(HookEvent).order_by(HookEvent.id)).all()
