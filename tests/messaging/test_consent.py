from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from db.session import Database
from messaging.consent import may_send, opt_in, opt_out, wants
from messaging.kinds import Channel, OutboundKind
from messaging.models import ConsentEvent
from tests.cast import WANJIKU
from tests.messaging.stories import meet


def test_farmer_says_stop_then_start(database: Database, now: datetime) -> None:
    later = now + timedelta(days=1)
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=now)
        assert wanjiku.opted_out_at == now
        opt_in(session, wanjiku, channel=Channel.USSD, wording="ANZA", now=later)
        assert wanjiku.opted_out_at is None
    with database.read() as session:
        events = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
        told = [(each.opted_in, each.channel, each.wording, each.happened_at) for each in events]
    assert told == [
        (False, Channel.SMS, "STOP", now),
        (True, Channel.USSD, "ANZA", later),
    ]


def test_a_second_stop_does_not_move_the_first(database: Database, now: datetime) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        for hours in (0, 1):
            moment = now + timedelta(hours=hours)
            opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=moment)
        assert wanjiku.opted_out_at == now


@pytest.mark.parametrize("kind", OutboundKind)
def test_after_a_stop_only_replies_may_go(
    database: Database, now: datetime, kind: OutboundKind
) -> None:
    with database.begin() as session:
        wanjiku = meet(session, WANJIKU, now)
        assert may_send(wanjiku, kind)
        opt_out(session, wanjiku, channel=Channel.SMS, wording="STOP", now=now)
        assert may_send(wanjiku, kind) is (kind is OutboundKind.REPLY)


@pytest.mark.parametrize("kind", OutboundKind)
def test_what_is_wanted(kind: OutboundKind) -> None:
    is_reply = kind is OutboundKind.REPLY
    assert wants(kind, opted_out=False, unreachable=False)
    assert wants(kind, opted_out=True, unreachable=False) is is_reply
    assert wants(kind, opted_out=False, unreachable=True) is is_reply
    assert wants(kind, opted_out=True, unreachable=True) is is_reply
