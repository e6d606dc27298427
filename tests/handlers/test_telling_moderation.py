"""Whoever told a price that a moderator judged is told kindly, in their language, in one text."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from handlers.telling_moderation import tell_corrected, tell_dropped
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.moderation import Why
from prices.vocabulary import Vocabulary
from tests.cast import OTIENO
from tests.prices.stories import kenya, report_price


def told(
    session: Session,
    vocabulary: Vocabulary,
    now: datetime,
    *,
    language: str = "en",
    price: str = "450",
    unit: str = "litre",
    commodity: str = "milk",
    place: str = "Githunguri",
    source_key: str = "sms:1:0",
) -> PriceObservation:
    """A report that Otieno texted; as held as any."""
    kept = report_price(
        session, vocabulary, OTIENO, commodity, place, price, now,
        unit=unit, source_key=source_key,
    )  # fmt: skip
    person = session.scalars(select(Subscriber).where(Subscriber.msisdn == OTIENO)).one()
    person.language = language
    row = session.get_one(PriceObservation, kept.observation_id)
    row.status = ObservationStatus.HELD
    return row


def promised(session: Session) -> list[OutboundMessage]:
    session.flush()
    return list(session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Thank you for your milk price at Githunguri, KES 450/L. We do not use it: it is far "
            "from what others tell. If it is right, send: MILK GITHUNGURI 450",
        ),
        (
            "sw",
            "Asante kwa bei ya maziwa Githunguri, KES 450/L. Hatuitumii: iko mbali na bei za "
            "wengine. Kama ni sahihi, tuma: MAZIWA GITHUNGURI 450",
        ),
    ],
)
def test_they_are_told_why_it_does_not_count(
    database: Database, now: datetime, language: str, expected: str
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now, language=language)
        assert tell_dropped(session, words, report, Why.FAR, now + timedelta(hours=3))
        (message,) = promised(session)
    assert (message.text, message.language) == (expected, language)
    assert (message.kind, message.segments) == (OutboundKind.ALERT, 1)
    assert message.due_at == now + timedelta(hours=3)


def test_they_are_told_what_it_is_read_as(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now)
        meant = told(session, words, now, price="45", source_key="sms:1:0:corrected")
        assert tell_corrected(session, words, report, meant, now)
        (message,) = promised(session)
    assert message.text == (
        "Thank you for your milk price at Githunguri. We read KES 450/L as KES 45/L. "
        "Not so? Send: MILK GITHUNGURI 450"
    )


def test_at_night_they_are_told_in_the_morning(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now)
        tell_dropped(session, words, report, Why.TEST, now.replace(hour=20))
        (message,) = promised(session)
    assert message.due_at == now.replace(hour=3) + timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "source_key"), [(49, "sms:1:0"), (1, "import:abc:1"), (1, "api:1:abc")]
)
def test_nobody_is_told_who_would_not_know_what_it_is_about(
    database: Database, now: datetime, hours: int, source_key: str
) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now, source_key=source_key)
        assert not tell_dropped(session, words, report, Why.FAR, now + timedelta(hours=hours))
        assert promised(session) == []


def test_whoever_said_stop_is_left_alone(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now)
        session.get_one(Subscriber, report.reporter_id).opted_out_at = now
        assert not tell_dropped(session, words, report, Why.FAR, now)
        assert promised(session) == []


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_text_is_one_segment(database: Database, now: datetime, language: str) -> None:
    """With the longest names, the largest figures, the longest unit."""
    with database.begin() as session:
        words = kenya(session)
        longest = max(words.commodities, key=lambda code: len(words.commodity_name(code, language)))
        place = max(
            (one for one in words.places.values() if one.kind.is_trading_place),
            key=lambda one: len(one.name),
        )
        report = told(session, words, now, language=language, price="9999999")
        report.commodity_code, report.place_id = longest, place.id
        report.price = Decimal("1234567.50")
        report.unit_code = max(words.units, key=lambda code: len(words.unit_name(code, language)))
        for minute, why in enumerate(Why):
            tell_dropped(session, words, report, why, now + timedelta(minutes=minute))
        tell_corrected(session, words, report, report, now + timedelta(minutes=30))
        found = promised(session)
    assert [one.segments for one in found] == [1] * (len(Why) + 1), [one.text for one in found]


def test_another_unit_is_named_in_what_to_send(database: Database, now: datetime) -> None:
    with database.begin() as session:
        words = kenya(session)
        report = told(session, words, now, price="4500", unit="bag_90kg", commodity="maize")
        tell_dropped(session, words, report, Why.TEST, now)
        (message,) = promised(session)
    assert message.text.endswith("If it is right, send: MAIZE GITHUNGURI 4500 90 KG BAG")
