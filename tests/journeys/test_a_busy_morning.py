"""Many ask and many tell at once: nobody waits for ever, and every promise is kept once."""

import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.session import Database
from groups.models import CellQueryCount, PriceAsk, PriceWish
from handlers.allowance import Allowance
from handlers.calling_back import call_back_late
from messaging.airtime import AirtimeOffer
from messaging.kinds import OutboundKind
from messaging.models import AirtimeGrant, DayBudget, OutboundMessage
from tests.handlers.texting import Phones
from tests.prices.stories import kenya, report_price

PLACES = ["olkalou", "molo", "njoro"]
THINGS = ["milk", "beans"]
KNOWERS = [f"+2547221000{number:02}" for number in range(12)]
THREADS, TEXTS_EACH = 6, 8


def test_a_busy_morning(database: Database, now: datetime) -> None:
    with database.begin() as session:
        know_the_markets(session, now)
    offer = AirtimeOffer(Decimal(5), "KES", per_person_day=1, a_day=Decimal(20))
    phones = Phones(database, now, allowance=Allowance(asks_a_day=7, airtime=offer))
    start, faults, asked = Barrier(THREADS), list[BaseException](), list[str]()

    def talk(number: int) -> None:
        chance = random.Random(number)
        start.wait(timeout=60)
        for turn in range(TEXTS_EACH):
            try:
                asked.extend(say_something(phones, chance, f"+25471220{number:02}{turn:02}"))
            except BaseException as fault:
                faults.append(fault)

    threads = [Thread(target=talk, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert faults == []
    with database.begin() as session:
        call_back_late(session, catalogue=phones.catalogue, now=now)
        every_promise_is_kept_once(session)
        assert session.scalar(select(func.sum(CellQueryCount.asked))) == len(asked)


def know_the_markets(session: Session, now: datetime) -> None:
    """Four people told each market's prices, a month ago and more."""
    words = kenya(session)
    for number, msisdn in enumerate(KNOWERS):
        for thing in THINGS:
            place = ["Ol Kalou", "Molo", "Njoro"][number % len(PLACES)]
            report_price(session, words, msisdn, thing, place, 45, now - timedelta(days=35))


def say_something(phones: Phones, chance: random.Random, farmer: str) -> list[str]:
    """A farmer asks for a price, or somebody tells one; what was asked for."""
    subject = f"{chance.choice(THINGS)} {chance.choice(PLACES)}"
    if chance.random() < 0.6:
        phones.text(farmer, f"price {subject}")
        return [subject]
    phones.text(chance.choice(KNOWERS), f"report {subject} 46")
    return []


def every_promise_is_kept_once(session: Session) -> None:
    texts = Counter(session.scalars(select(OutboundMessage.kind)))
    spent = dict(session.execute(select(DayBudget.name, DayBudget.spent)).all())
    paid = sum(session.scalars(select(AirtimeGrant.amount)))
    answered = select(func.count()).where(PriceWish.answered_at.is_not(None))
    assert texts[OutboundKind.ALERT] == session.scalar(answered)
    assert texts[OutboundKind.NUDGE] == spent.get("query", 0) <= 7
    assert texts[OutboundKind.NUDGE] == session.scalar(select(func.count(PriceAsk.id)))
    assert paid == spent.get("airtime KES", 0) <= 20
