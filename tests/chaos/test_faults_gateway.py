"""A gateway is down for a day: what is still worth it goes when it is back, once, and nothing else.

Gateways that hang, break off and lie are in test_bulletin_under_fire.py and test_two_lanes.py.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from db.session import Database
from messaging.kinds import OutboundState
from messaging.message import SendOutcome, SendResult, SmsToSend
from messaging.models import OutboundMessage
from tests.cast import OTIENO
from tests.messaging.stories import BY_PAID, Paid, meet, promise
from tests.scheduler.sending import send_all
from tests.scheduler.stories import MONDAY

MINUTES = 10
HOURS = 24


class Down(Paid):
    """Nobody answers there, until somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.is_up = False
        self.taken = Counter[str]()

    def send_sms(self, messages: Sequence[SmsToSend]) -> list[SendResult]:
        if self.is_up:
            self.taken.update(message.text for message in messages)
            return super().send_sms(messages)
        retry = SendOutcome.RETRY
        return [SendResult(each.outbound_id, retry, gateway_rests_seconds=30) for each in messages]


def test_a_gateway_is_down_for_a_day(database: Database) -> None:
    gateway, now = Down(), MONDAY
    for hour in range(HOURS):
        with database.begin() as session:
            promise(session, meet(session, OTIENO, MONDAY), now, f"asked in hour {hour}")
        for _ in range(60 // MINUTES):
            moment = now
            send_all(database, {"paid": gateway}, BY_PAID, lambda moment=moment: moment)
            now += timedelta(minutes=MINUTES)
    assert gateway.taken == Counter()
    gateway.is_up = True
    for _ in range(6 * 60 // MINUTES):
        moment = now
        send_all(database, {"paid": gateway}, BY_PAID, lambda moment=moment: moment)
        now += timedelta(minutes=MINUTES)
    with database.read() as session:
        rows = session.execute(select(OutboundMessage.text, OutboundMessage.state)).all()
    states = Counter(state for _, state in rows)
    assert set(gateway.taken.values()) == {1}
    assert states.keys() <= {OutboundState.SENT, OutboundState.EXPIRED, OutboundState.FAILED}
    assert set(gateway.taken) == {text for text, state in rows if state is OutboundState.SENT}
    # A price of more than twelve hours ago is told to nobody; what was asked lately is answered.
    hours = sorted(int(text.rpartition(" ")[2]) for text in gateway.taken)
    assert hours[-1] == HOURS - 1
    assert hours[0] >= HOURS - 12
    assert len(hours) >= 6
