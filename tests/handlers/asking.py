"""Stories in which prices are asked for begin with a market whose last report is old."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from handlers.allowance import Allowance
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage, Subscriber
from tests.cast import ACHIENG, MUTISO, NJERI, OTIENO
from tests.groups.stories import meet
from tests.handlers.texting import Phones
from tests.prices.stories import kenya, report_price

OLKALOU = "Ol Kalou"
# Those who know the market, the best first: four, three, two reports and one.
KNOWERS = [OTIENO, ACHIENG, MUTISO, NJERI]
TODAY = timedelta(0)


def phones_that_ask(database: Database, now: datetime, *, asks_a_day: int = 200) -> Phones:
    """Everybody's phones, where nobody has told the milk price of Ol Kalou for twelve days."""
    with database.begin() as session:
        know_olkalou(session, now)
    return Phones(database, now, allowance=Allowance(asks_a_day=asks_a_day))


def know_olkalou(session: Session, now: datetime) -> None:
    """The knowers told milk there twelve days ago and before, each one day less than the last."""
    words = kenya(session)
    for fewer, msisdn in enumerate(KNOWERS):
        meet(session, msisdn, now, language="en")
        for day in range(len(KNOWERS) - fewer):
            told_at = now - timedelta(days=12 + day)
            report_price(session, words, msisdn, "milk", OLKALOU, 43, told_at)


def texts_to(database: Database, msisdn: str) -> list[OutboundMessage]:
    """What we began towards somebody, replies apart, oldest first."""
    with database.read() as session:
        return list(
            session.scalars(
                select(OutboundMessage)
                .join(Subscriber, Subscriber.id == OutboundMessage.subscriber_id)
                .where(Subscriber.msisdn == msisdn, OutboundMessage.kind != OutboundKind.REPLY)
                .order_by(OutboundMessage.id)
            )
        )


def asked(database: Database) -> list[str]:
    """Who was texted for a price so far, in the order of asking."""
    with database.read() as session:
        return list(
            session.scalars(
                select(Subscriber.msisdn)
                .join(OutboundMessage, OutboundMessage.subscriber_id == Subscriber.id)
                .where(OutboundMessage.kind == OutboundKind.NUDGE)
                .order_by(OutboundMessage.id)
            )
        )
