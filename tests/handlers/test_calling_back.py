"""A price comes in: whoever was promised it hears of it, once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from db.session import Database
from groups.models import PriceAsk, PriceWish
from handlers.calling_back import call_back_late
from handlers.sms import handle_sms
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from prices.catalogue import Catalogue
from prices.kinds import ObservationStatus, PriceType
from prices.models import PriceObservation
from tests.app.commandline import bei
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.asking import phones_that_ask, texts_to
from tests.handlers.texting import Phones, rows, sms
from tests.messaging.stories import claim_paid
from tests.prices.stories import kenya, report_price


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Wanjiku asked at noon and was promised a text."""
    phones = phones_that_ask(database, now)
    reply = phones.text(WANJIKU, "price milk olkalou")
    assert (reply or "").endswith("We are asking there and will text you.")
    phones.wait(minutes=40)
    return phones


def call_backs(database: Database, msisdn: str = WANJIKU) -> list[str]:
    return [text.text for text in texts_to(database, msisdn) if text.kind is OutboundKind.ALERT]


def test_the_farmer_hears_of_the_price(database: Database, phones: Phones) -> None:
    phones.text(OTIENO, "milk olkalou 43")
    (text,) = texts_to(database, WANJIKU)
    assert text.text == (
        "MILK Ol Kalou farm gate KES 43/L, just in (1 report). You asked at 12:00."
    )
    assert (text.kind, text.due_at, text.segments) == (OutboundKind.ALERT, phones.now, 1)


def test_in_her_language_and_by_her_clock(database: Database, phones: Phones) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, phones.now, language="sw")
    phones.text(OTIENO, "milk olkalou 43")
    assert call_backs(database) == [
        "MAZIWA Ol Kalou shambani KES 43/L, imefika sasa hivi (ripoti 1). Uliuliza saa 6:00 mchana."
    ]


def test_only_the_first_price_is_told(database: Database, phones: Phones) -> None:
    for reporter in (OTIENO, ACHIENG, MUTISO):
        phones.text(reporter, "milk olkalou 43")
        phones.wait(minutes=1)
    assert len(call_backs(database)) == 1


def test_everybody_who_waits_hears_it(database: Database, phones: Phones) -> None:
    phones.text(KAMAU, "milk olkalou")
    phones.text(OTIENO, "milk olkalou 43")
    assert call_backs(database)[0].endswith("You asked at 12:00.")
    assert call_backs(database, KAMAU)[0].endswith("You asked at 12:40.")


@pytest.mark.parametrize("told", ["beans olkalou 100", "milk nakuru 50", "retail milk olkalou 60"])
def test_another_price_is_not_what_she_waits_for(
    database: Database, phones: Phones, told: str
) -> None:
    assert (phones.text(OTIENO, told) or "").startswith("Thank you")
    assert call_backs(database) == []
    phones.text(OTIENO, "milk olkalou 43")
    assert len(call_backs(database)) == 1


def test_what_she_tells_herself_is_no_news_to_her(database: Database, phones: Phones) -> None:
    phones.text(WANJIKU, "milk olkalou 44")
    assert call_backs(database) == []
    phones.text(OTIENO, "milk olkalou 43")
    assert len(call_backs(database)) == 1


def test_who_opted_out_is_not_texted(database: Database, phones: Phones) -> None:
    phones.text(WANJIKU, "STOP")
    phones.text(OTIENO, "milk olkalou 43")
    assert call_backs(database) == []


def test_who_opts_out_before_it_is_sent_does_not_get_it(database: Database, phones: Phones) -> None:
    phones.text(OTIENO, "milk olkalou 43")
    phones.text(WANJIKU, "STOP")
    sent = []
    with database.begin() as session:
        while claimed := claim_paid(session, phones.now):
            sent += [(each.msisdn, each.text) for each in claimed.messages]
    assert not any("just in" in text for _, text in sent)


def test_after_a_day_nobody_waits_any_more(database: Database, phones: Phones) -> None:
    phones.wait(hours=23, minutes=10)
    phones.text(OTIENO, "milk olkalou 43")
    assert call_backs(database)[0].endswith("You asked yesterday at 12:00.")
    later = phones_that_ask_again(database, phones)
    later.wait(hours=24)
    later.text(ACHIENG, "milk olkalou 44")
    assert len(call_backs(database)) == 1


def phones_that_ask_again(database: Database, phones: Phones) -> Phones:
    phones.wait(days=20)
    reply = phones.text(WANJIKU, "price milk olkalou")
    assert (reply or "").endswith("We are asking there and will text you.")
    return phones


def test_asked_again_she_hears_it_again(database: Database, phones: Phones) -> None:
    phones.text(OTIENO, "milk olkalou 43")
    phones_that_ask_again(database, phones)
    phones.text(OTIENO, "milk olkalou 45")
    assert [text[:40] for text in call_backs(database)] == [
        "MILK Ol Kalou farm gate KES 43/L, just i",
        "MILK Ol Kalou farm gate KES 45/L, just i",
    ]
    with database.read() as session:
        assert rows(session, PriceWish) == 2


def test_a_caller_who_reports_answers_too(
    database: Database, database_url: str, phones: Phones
) -> None:
    with database.begin() as session:
        otieno = meet(session, OTIENO, phones.now)
        otieno.home_place_id = session.scalars(select(PriceWish.place_id)).one()
        session.scalars(select(PriceWish)).one().expires_at += timedelta(days=3650)
    screen = bei("dial", OTIENO, "3", "1", "1", "43", database_url=database_url).out
    assert screen.startswith("Thank you. Milk Ol Kalou KES 43/L")
    assert len(call_backs(database)) == 1


def test_a_file_of_reports_texts_nobody(
    database: Database, database_url: str, phones: Phones, tmp_path
) -> None:
    reports = tmp_path / "reports.csv"
    reports.write_text(
        "reported_at,reporter,commodity,market,price,unit,currency,price_type,grade,buyer,quantity\n"
        f"2026-11-24T09:10:00Z,{OTIENO},milk,Ol Kalou,43,litre,KES,farm_gate,,,\n"
    )
    ran = bei("import", "observations", str(reports), database_url=database_url)
    assert "1 kept" in ran.out
    assert call_backs(database) == []


def test_a_repeat_of_the_report_tells_it_once(database: Database, phones: Phones) -> None:
    for _ in range(3):
        phones.text(OTIENO, "milk olkalou 43", gateway_message_id="the-same")
    assert len(call_backs(database)) == 1


def test_reports_at_once_tell_it_once(database: Database, phones: Phones) -> None:
    reporters = [OTIENO, ACHIENG, MUTISO, KAMAU]
    start = Barrier(len(reporters))

    def tell(reporter: str) -> None:
        start.wait(timeout=10)
        phones.text(reporter, "milk olkalou 43")

    threads = [Thread(target=tell, args=(reporter,)) for reporter in reporters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(call_backs(database)) == 1
    with database.read() as session:
        assert rows(session, OutboundMessage, kind=OutboundKind.ALERT) == 1


def test_a_report_that_fails_leaves_the_wish_open(
    database: Database, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power goes")

    with monkeypatch.context() as outage:
        outage.setattr("handlers.sms.enqueue", fail)
        with pytest.raises(RuntimeError):
            phones.text(OTIENO, "milk olkalou 43")
    assert call_backs(database) == []
    phones.text(OTIENO, "milk olkalou 43")
    assert len(call_backs(database)) == 1


def test_who_was_asked_and_tells_it_has_answered(database: Database, phones: Phones) -> None:
    phones.text(OTIENO, "milk olkalou 43")
    with database.read() as session:
        answered = session.scalars(select(PriceAsk.answered_at).order_by(PriceAsk.id)).all()
    assert answered == [phones.now, None, None]


def test_a_made_up_report_is_no_answer_for_a_real_farmer(
    database: Database, phones: Phones
) -> None:
    with database.begin() as session:
        meet(session, KAMAU, phones.now, is_demo=True)
        report_price(session, kenya(session), KAMAU, "milk", "Molo", 43, phones.now, is_demo=True)
    phones.text(KAMAU, "milk olkalou 43")
    assert call_backs(database) == []


# What was missed


def late(database: Database, at: datetime) -> int:
    with database.begin() as session:
        return call_back_late(session, catalogue=Catalogue(), now=at)


def test_a_report_that_is_believed_later_is_told_then(database: Database, phones: Phones) -> None:
    held_before = phones.now - timedelta(hours=3)
    with database.begin() as session:
        kept = report_price(session, kenya(session), OTIENO, "milk", "Ol Kalou", 43, held_before)
        session.get_one(PriceObservation, kept.observation_id).status = ObservationStatus.HELD
    assert late(database, phones.now) == 0
    with database.begin() as session:
        report = session.get_one(PriceObservation, kept.observation_id)
        report.status = ObservationStatus.ACCEPTED
    assert late(database, phones.now) == 1
    assert late(database, phones.now) == 0
    assert call_backs(database) == [
        "MILK Ol Kalou farm gate KES 43/L, just in (1 report). You asked at 12:00."
    ]


@pytest.mark.parametrize(
    ("reporter", "what"),
    [
        (WANJIKU, {}),  # her own
        (OTIENO, {"price_type": PriceType.RETAIL}),
        (OTIENO, {"is_demo": True}),
        (OTIENO, {"source_key": "csv:0123"}),
    ],
)
def test_what_is_no_answer_is_none_later(
    database: Database, phones: Phones, reporter: str, what: dict[str, Any]
) -> None:
    with database.begin() as session:
        report_price(session, kenya(session), reporter, "milk", "Ol Kalou", 43, phones.now, **what)
    assert late(database, phones.now) == 0
    assert call_backs(database) == []


def test_after_a_day_it_is_not_told_late_either(database: Database, phones: Phones) -> None:
    with database.begin() as session:
        report_price(session, kenya(session), OTIENO, "milk", "Ol Kalou", 43, phones.now)
    assert late(database, phones.now + timedelta(hours=24)) == 0


def test_a_report_of_the_very_moment_is_told(database: Database, now: datetime) -> None:
    """Both look before the other has committed: neither sees what the other does."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    phones = phones_that_ask(database, now)
    farmer, trader = sms(WANJIKU, "price milk olkalou"), sms(KAMAU, "milk olkalou 43")
    with database.begin() as hers, database.begin() as his:
        for session, text in ((hers, farmer), (his, trader)):
            handle_sms(
                session,
                text,
                catalogue=phones.catalogue,
                default_country="KE",
                now=now,
                allowance=phones.allowance,
            )
    assert call_backs(database) == []
    assert late(database, now) == 1
    assert len(call_backs(database)) == 1
