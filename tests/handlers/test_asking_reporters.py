"""Nobody told a price lately: those who know the market are asked, a few of them and rarely."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from db.session import Database
from groups.models import CellQueryCount, PriceAsk, PriceWish
from handlers.allowance import Allowance
from messaging.consent import opt_out
from messaging.kinds import Channel, OutboundKind
from messaging.models import DayBudget, OutboundMessage
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.asking import asked, phones_that_ask, texts_to
from tests.handlers.texting import Phones
from tests.messaging.stories import claim_paid
from tests.prices.stories import kenya, report_price

PROMISE = "We are asking there and will text you."


def test_a_farmer_asks_and_the_best_reporters_are_asked(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    reply = phones.text(WANJIKU, "milk olkalou")
    assert reply is not None
    assert reply.startswith("MILK Ol Kalou farm gate KES 43/L")
    assert reply.endswith(PROMISE)
    assert asked(database) == [OTIENO, ACHIENG, MUTISO]
    (text,) = texts_to(database, OTIENO)
    assert text.text == (
        "Somebody needs the milk price at Ol Kalou today. Do you know it? "
        "Reply MILK OL KALOU and your price. STOP ends."
    )
    assert (text.kind, text.segments, text.due_at) == (OutboundKind.NUDGE, 1, now)
    with database.read() as session:
        (wish,) = session.scalars(select(PriceWish))
        assert (wish.asked_at, wish.expires_at) == (now, now + timedelta(hours=24))


def test_the_figure_alone_is_answer_enough(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    phones.text(WANJIKU, "milk olkalou")
    phones.wait(minutes=30)
    assert (phones.text(OTIENO, "44") or "").startswith("Thank you. Milk Ol Kalou KES 44/L")
    assert (phones.text(ACHIENG, "no") or "") == "Dropped. Nothing was written down."
    phones.wait(hours=2)
    assert not (phones.text(MUTISO, "45") or "").startswith("Thank you")


def test_what_somebody_was_asked_before_goes_before(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    assert (phones.text(OTIENO, "report milk nakuru") or "").startswith("At which price?")
    phones.text(WANJIKU, "milk olkalou")
    assert asked(database)[0] == OTIENO
    assert (phones.text(OTIENO, "47") or "").startswith("Thank you. Milk Nakuru KES 47/L")


def test_each_in_their_own_language(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    with database.begin() as session:
        meet(session, OTIENO, now, language="sw", home_place_id=None)
    assert (phones.text(WANJIKU, "bei maziwa olkalou") or "").endswith(
        "Tunauliza huko na tutakutumia ujumbe."
    )
    (text,) = texts_to(database, OTIENO)
    assert text.text == (
        "Kuna anayehitaji bei ya maziwa Ol Kalou leo. Unaijua? "
        "Jibu MAZIWA OL KALOU na bei yako. Kusitisha: ACHA."
    )
    assert text.language == "sw"


def test_what_is_known_is_not_asked_for(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    phones.text(KAMAU, "report milk olkalou 44")
    assert PROMISE not in (phones.text(WANJIKU, "milk olkalou") or "")
    assert asked(database) == []


@pytest.mark.parametrize(
    "question", ["milk nyandarua county", "retail milk olkalou", "milk lodwar", "milk atlantis"]
)
def test_nobody_is_asked_where_nobody_could_answer(
    database: Database, now: datetime, question: str
) -> None:
    phones = phones_that_ask(database, now)
    assert PROMISE not in (phones.text(WANJIKU, question) or "")
    assert asked(database) == []
    with database.read() as session:
        assert session.scalars(select(PriceWish)).all() == []


def test_whoever_told_other_things_there_is_asked_too(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    with database.begin() as session:
        report_price(
            session, kenya(session), KAMAU, "potatoes", "Ol Kalou", 30, now - timedelta(days=3)
        )
    phones.text(WANJIKU, "beans olkalou")
    assert set(asked(database)) == {OTIENO, ACHIENG, MUTISO}
    phones.text(WANJIKU, "potatoes olkalou")
    assert asked(database)[3:] == []  # that one is fresh
    phones.wait(days=10)
    phones.text(WANJIKU, "potatoes olkalou")
    assert asked(database)[3] == KAMAU


def test_the_second_who_asks_waits_along(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    phones.text(WANJIKU, "milk olkalou")
    phones.wait(minutes=5)
    assert (phones.text(KAMAU, "milk olkalou") or "").endswith(PROMISE)
    assert (phones.text(WANJIKU, "milk olkalou") or "").endswith(PROMISE)
    assert len(asked(database)) == 3
    with database.read() as session:
        wishes = session.scalars(select(PriceWish).order_by(PriceWish.id)).all()
        # Whoever asks again waits on from then.
        assert [wish.asked_at for wish in wishes] == [phones.now, phones.now]


def test_nobody_is_asked_twice_a_day(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    phones.text(WANJIKU, "milk olkalou")
    phones.text(WANJIKU, "beans olkalou")
    assert asked(database) == [OTIENO, ACHIENG, MUTISO, NJERI]
    assert PROMISE not in (phones.text(WANJIKU, "cabbage olkalou") or "")
    phones.wait(days=1)
    assert (phones.text(WANJIKU, "cabbage olkalou") or "").endswith(PROMISE)
    assert len(asked(database)) == 7


def test_who_answers_no_three_asks_is_left_alone(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    for question in ("milk olkalou", "beans olkalou", "cabbage olkalou", "kale olkalou"):
        phones.text(WANJIKU, question)
        phones.wait(days=1)
    assert [asked(database).count(who) for who in (OTIENO, ACHIENG, MUTISO, NJERI)] == [3, 3, 3, 1]


def test_the_asker_is_not_asked(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    assert (phones.text(OTIENO, "milk olkalou") or "").endswith(PROMISE)
    assert asked(database) == [ACHIENG, MUTISO, NJERI]


def test_who_opted_out_is_neither_asked_nor_promised_anything(
    database: Database, now: datetime
) -> None:
    phones = phones_that_ask(database, now)
    phones.text(OTIENO, "STOP")
    phones.text(WANJIKU, "milk olkalou")
    assert asked(database) == [ACHIENG, MUTISO, NJERI]
    phones.text(KAMAU, "STOP")
    assert PROMISE not in (phones.text(KAMAU, "milk olkalou") or "")


def test_an_ask_stays_behind_when_its_reporter_opts_out_meanwhile(
    database: Database, now: datetime
) -> None:
    phones = phones_that_ask(database, now)
    phones.text(WANJIKU, "milk olkalou")
    with database.begin() as session:
        otieno = meet(session, OTIENO, now)
        opt_out(session, otieno, channel=Channel.SMS, wording="STOP", now=now)
    sent = []
    with database.begin() as session:
        while claimed := claim_paid(session, now):
            sent += [message.msisdn for message in claimed.messages]
    assert set(sent) == {WANJIKU, ACHIENG, MUTISO}


def test_demo_people_and_real_ones_are_not_mixed(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    with database.begin() as session:
        meet(session, KAMAU, now, is_demo=True)
    assert PROMISE not in (phones.text(KAMAU, "milk olkalou") or "")
    assert asked(database) == []


def test_who_only_stands_in_a_file_is_not_asked(database: Database, now: datetime) -> None:
    with database.begin() as session:
        report_price(
            session,
            kenya(session),
            OTIENO,
            "milk",
            "Ol Kalou",
            43,
            now - timedelta(days=12),
            source_key="csv:0123",
        )
    phones = Phones(database, now, allowance=Allowance(asks_a_day=200))
    assert PROMISE not in (phones.text(WANJIKU, "milk olkalou") or "")
    assert asked(database) == []


def test_the_days_budget_is_used_up(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now, asks_a_day=2)
    assert (phones.text(WANJIKU, "milk olkalou") or "").endswith(PROMISE)
    assert asked(database) == [OTIENO, ACHIENG]
    assert PROMISE not in (phones.text(WANJIKU, "beans olkalou") or "")
    phones.wait(days=1)
    assert (phones.text(WANJIKU, "beans olkalou") or "").endswith(PROMISE)
    with database.read() as session:
        assert [int(day.spent) for day in session.scalars(select(DayBudget))] == [2, 2]


def test_it_can_be_turned_off(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now, asks_a_day=0)
    reply = phones.text(WANJIKU, "milk olkalou") or ""
    assert reply.endswith("Reply MILK OL KALOU 43")
    assert asked(database) == []


def test_a_question_by_night_is_asked_at_six(database: Database, now: datetime) -> None:
    """It is ten in the evening in Nairobi: nobody is woken."""
    phones = phones_that_ask(database, now)
    phones.now = now.replace(hour=19)
    assert (phones.text(WANJIKU, "milk olkalou") or "").endswith(PROMISE)
    (text,) = texts_to(database, OTIENO)
    tomorrow = now + timedelta(days=1)
    assert text.due_at == tomorrow.replace(hour=3)
    assert text.expires_at == tomorrow.replace(hour=17)
    with database.read() as session:
        assert set(session.scalars(select(PriceAsk.asked_on))) == {tomorrow.date()}
    assert not (phones.text(OTIENO, "44") or "").startswith("Thank you")
    phones.now = tomorrow.replace(hour=3, minute=5)
    assert (phones.text(OTIENO, "44") or "").startswith("Thank you. Milk Ol Kalou KES 44/L")


def test_an_ask_of_the_evening_is_not_sent_by_night(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    phones.now = now.replace(hour=16, minute=59)  # a minute to eight
    phones.text(WANJIKU, "milk olkalou")
    (text,) = texts_to(database, OTIENO)
    assert (text.due_at, text.expires_at) == (phones.now, now.replace(hour=17))


def test_a_gateways_repeat_asks_nobody_again(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now)
    for _ in range(3):
        reply = phones.text(WANJIKU, "milk olkalou", gateway_message_id="the-same")
        assert (reply or "").endswith(PROMISE)
    assert len(asked(database)) == 3
    with database.read() as session:
        assert session.scalars(select(CellQueryCount.asked)).all() == [1]


def test_of_several_prices_none_is_asked_for_but_all_are_counted(
    database: Database, now: datetime
) -> None:
    phones = phones_that_ask(database, now)
    phones.text(WANJIKU, "milk olkalou, beans nakuru")
    assert asked(database) == []
    with database.read() as session:
        counts = session.execute(
            select(CellQueryCount.commodity_code, CellQueryCount.unanswered).order_by(
                CellQueryCount.commodity_code
            )
        )
        assert [tuple(count) for count in counts] == [("beans", 1), ("milk", 1)]


def test_many_ask_at_once_and_the_limits_hold(database: Database, now: datetime) -> None:
    phones = phones_that_ask(database, now, asks_a_day=4)
    askers = [f"+2547120000{number:02}" for number in range(8)]
    start, replies = Barrier(len(askers)), list[str]()

    def ask(msisdn: str, question: str) -> None:
        start.wait(timeout=10)
        replies.append(phones.text(msisdn, question) or "")

    threads = [
        Thread(target=ask, args=(msisdn, ("milk olkalou", "beans olkalou")[number % 2]))
        for number, msisdn in enumerate(askers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(replies) == len(askers)
    assert sorted(asked(database)) == sorted([OTIENO, ACHIENG, MUTISO, NJERI])
    with database.read() as session:
        assert session.scalars(select(DayBudget.spent)).all() == [4]
        promised = session.scalar(select(func.count()).select_from(PriceWish))
        assert promised == sum(reply.endswith(PROMISE) for reply in replies)
        assert session.scalar(select(func.sum(CellQueryCount.asked))) == len(askers)


def test_no_ask_is_left_when_the_text_could_not_be_handled(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = phones_that_ask(database, now)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power goes")

    monkeypatch.setattr("handlers.sms.enqueue", fail)
    with pytest.raises(RuntimeError):
        phones.text(WANJIKU, "milk olkalou")
    with database.read() as session:
        for table in (PriceAsk, PriceWish, DayBudget, CellQueryCount, OutboundMessage):
            assert session.scalars(select(table)).all() == [], table
