"""A phone for stories: what is texted goes through the same door as a gateway's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import Base
from db.session import Database
from handlers.allowance import NOTHING, Allowance
from handlers.sms import handle_sms
from handlers.sms_looking import Answered, Meant, look_at_sms
from handlers.sms_taking import take_sms
from messaging.message import InboundSms
from prices.catalogue import Catalogue

_ids = count(1)


def sms(sender: str, text: str, **more: object) -> InboundSms:
    """A text as a gateway hands it over, with an id of its own unless one is given."""
    values: dict[str, object] = {
        "gateway": "simulator",
        "gateway_message_id": f"story-{next(_ids)}",
        "recipient": "21512",
    }
    return InboundSms(sender=sender, text=text, **(values | more))  # type: ignore[arg-type]


@dataclass
class Phones:
    """Everybody's phones on one service; `now` is the moment the next text arrives."""

    database: Database
    now: datetime
    catalogue: Catalogue = field(default_factory=Catalogue)
    allowance: Allowance = NOTHING

    def text(self, sender: str, text: str, **more: object) -> str | None:
        """Text Bei, and read the reply that was promised."""
        return self.deliver(sms(sender, text, **more))

    def deliver(self, message: InboundSms) -> str | None:
        """A gateway delivers this very message, perhaps once more."""
        reply = take_sms(
            self.database,
            message,
            catalogue=self.catalogue,
            default_country="KE",
            now=self.now,
            allowance=self.allowance,
        )
        return None if reply is None else reply.text

    def deliver_in_transaction(
        self, message: InboundSms, seen: Meant | Answered | None = None
    ) -> str | None:
        """The same with all of it done in one transaction, by what was `seen` of it before."""
        with self.database.begin() as session:
            reply = handle_sms(
                session,
                message,
                catalogue=self.catalogue,
                default_country="KE",
                now=self.now,
                allowance=self.allowance,
                seen=seen,
            )
            return None if reply is None else reply.text

    def look_at(self, message: InboundSms) -> Meant | Answered | None:
        """What is made of a message before anything is written."""
        with self.database.look(may_write=False) as session:
            return look_at_sms(
                session,
                message,
                catalogue=self.catalogue,
                now=self.now,
                allowance=self.allowance,
            )

    def wait(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)


def rows(session: Session, table: type[Base], **wanted: object) -> int:
    """How many rows of a table have these values."""
    return session.scalar(select(func.count()).select_from(table).filter_by(**wanted)) or 0


def values(payload: Mapping[str, object]) -> str:
    """All a payload's values, to search in."""
    return " ".join(map(str, payload.values()))
