"""Calls that stories begin with."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from messaging.kinds import Channel
from messaging.models import UssdSession
from tests.cast import WANJIKU
from tests.messaging.stories import meet

GATEWAY = "africastalking"
SECOND = timedelta(seconds=1)


def call(
    session: Session,
    at: datetime,
    session_id: str = "ATUid_1",
    msisdn: str = WANJIKU,
    *,
    screen: str | None = "places",
    ended: bool = False,
    seconds: int = 20,
    channel: Channel = Channel.USSD,
    gateway: str = GATEWAY,
) -> UssdSession:
    """A call whose last hop came so many seconds after it began."""
    made = UssdSession(
        gateway=gateway,
        gateway_session_id=session_id,
        subscriber_id=meet(session, msisdn, at).id,
        service_code="*384*123#",
        transcript="1",
        state={},
        answer="Which market?",
        ended=ended,
        hops=2,
        started_at=at,
        updated_at=at + seconds * SECOND,
        channel=channel,
        screen=screen,
    )
    session.add(made)
    session.flush()
    return made
