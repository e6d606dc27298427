"""What the doctor says of how long personal data is kept."""

from datetime import datetime, timedelta

import pytest

from app.config import Settings, SettingsError, load_settings
from app.health.retention import kept_too_long
from db.retention import Keeping, Kept
from db.session import Database
from messaging.inbox import store_inbound
from messaging.message import InboundSms
from messaging.models import DeliveryReport
from scheduler.privacy_retention import forget_old
from tests.app.commandline import bei
from tests.cast import WANJIKU

DAY = timedelta(days=1)
KEEPING = Settings(_env_file=None).keeping


def told(database: Database, keeping: Keeping, now: datetime) -> tuple[bool, str]:
    with database.read() as session:
        return kept_too_long(session, keeping, now)


def let_go(database: Database, now: datetime) -> None:
    """The worker does, who has believed its clock for a day."""
    for at in (now - DAY, now):
        forget_old(database, KEEPING, at)


def test_how_long_what_is_kept(database: Database, now: datetime) -> None:
    assert told(database, KEEPING, now) == (
        True,
        "words of texts for 400 days, calls for 90 days, gateways' reports for 90 days, "
        "who asked and was asked for 400 days",
    )
    assert told(database, Keeping(), now)[1].startswith("words of texts for ever, calls for ever")


def test_what_no_worker_lets_go_is_told_after_a_week(database: Database, now: datetime) -> None:
    with database.begin() as session:
        for days in (96, 98, 99):
            session.add(
                DeliveryReport(
                    gateway="at", gateway_message_id="m", status="Sent", payload={},
                    received_at=now - days * DAY,
                )
            )  # fmt: skip
            session.flush()
    assert told(database, KEEPING, now)[0]
    # The newest row of a table always stays.
    is_well, words = told(database, KEEPING, now + 2 * DAY)
    assert not is_well
    assert "2 of delivery reports are a week beyond their time: start the worker" in words
    let_go(database, now)
    assert told(database, KEEPING, now + 2 * DAY)[0]


def test_what_waits_for_somebody_is_told_and_no_fault(database: Database, now: datetime) -> None:
    sms = InboundSms(
        gateway="at", gateway_message_id="m", sender=WANJIKU, recipient="20880", text="milk"
    )
    with database.begin() as session:
        store_inbound(session, sms, default_country="KE", now=now - 500 * DAY)
    let_go(database, now)
    is_well, words = told(database, KEEPING, now)
    assert is_well
    assert words.endswith("1 of texts that came stay beyond their time, for nobody acted upon them")


def test_the_doctor_tells_it(database_url: str) -> None:
    ran = bei("doctor", database_url=database_url, BEI_KEEP_CALLS_DAYS="0")
    assert "ok    personal data: words of texts for 400 days, calls for ever," in ran.out


@pytest.mark.parametrize("days", ["1", "30", "-1", "40000", "long"])
def test_too_short_a_time_is_refused(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("BEI_KEEP_TEXTS_DAYS", days)
    with pytest.raises(SettingsError, match="BEI_KEEP_TEXTS_DAYS is wrong"):
        load_settings(None)


def test_each_kind_has_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("TEXTS", "CALLS", "REPORTS_OF_GATEWAYS"), start=31):
        monkeypatch.setenv(f"BEI_KEEP_{name}_DAYS", str(number))
    monkeypatch.setenv("BEI_KEEP_ASKED_DAYS", "0")
    assert load_settings(None).keeping.days == {
        Kept.TEXTS: 31,
        Kept.CALLS: 32,
        Kept.REPORTS: 33,
        Kept.ASKED: 0,
    }
