"""A dairy group and its people, for stories of the milk book; everything goes by text."""

from dataclasses import dataclass, field

from sqlalchemy import select

from groups.book import every_line
from groups.book_lines import Line
from groups.groups import find_group, join
from groups.members import add_member
from groups.models import Role
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage, Subscriber
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones

PETER = "+254722000021"  # collector of KIRIMA
ROSE = "+254722000022"  # treasurer of KIRIMA
OUMA = "+254722000023"  # collector of UMOJA


@dataclass
class Dairy:
    """KIRIMA: Njeri its secretary, Peter collects, Rose keeps the money; Wanjiku and Kamau milk.

    Mary Achieng has no phone. UMOJA has a collector, and nobody else of this cast.
    """

    phones: Phones
    seen: int = field(default=0)

    def __post_init__(self) -> None:
        now = self.phones.now
        with self.phones.database.begin() as session:
            kirima = found_group(session, "KIRIMA")
            for number, name, role in (
                (NJERI, "Njeri Mwangi", Role.SECRETARY),
                (PETER, "Peter Otieno", Role.COLLECTOR),
                (ROSE, "Rose Atieno", Role.TREASURER),
                (WANJIKU, "Jane Wanjiku", Role.MEMBER),
                (KAMAU, "Hosea Kamau", Role.MEMBER),
            ):
                person = meet(session, number, now, name=name, language="en")
                join(session, kirima, person, now, role=role)
            add_member(session, kirima, "Mary Achieng", now)
            umoja = found_group(session, "UMOJA")
            join(session, umoja, meet(session, OUMA, now, language="en"), now, role=Role.COLLECTOR)

    def text(self, sender: str, text: str) -> str:
        """What somebody texts, and what they are told."""
        return self.phones.text(sender, text) or ""

    def book(self, code: str = "KIRIMA") -> list[Line]:
        """Every line of a group's book."""
        with self.phones.database.read() as session:
            group = find_group(session, code)
            assert group is not None
            return list(every_line(session, group.id))

    def told(self, msisdn: str) -> list[str]:
        """What somebody was told without asking, first first."""
        wanted = (
            select(OutboundMessage.text)
            .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
            .where(Subscriber.msisdn == msisdn, OutboundMessage.kind != OutboundKind.REPLY)
            .order_by(OutboundMessage.id)
        )
        with self.phones.database.read() as session:
            return list(session.scalars(wanted))
