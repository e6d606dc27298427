"""A price where few were known earns airtime, where the operator gives any."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.session import Database
from handlers.allowance import Allowance
from handlers.first_word import addressing
from handlers.rewarding import reward
from messaging.kinds import AirtimeState
from messaging.models import AirtimeGrant
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, OTIENO
from tests.groups.stories import meet
from tests.handlers.texting import Phones
from tests.messaging.airtime import KES_5
from tests.prices.stories import kenya, report_price

ON_ITS_WAY = "KES 5 airtime is on its way."


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    return Phones(database, now, allowance=Allowance(airtime=KES_5))


def promised(database: Database) -> list[Decimal]:
    with database.read() as session:
        return list(session.scalars(select(AirtimeGrant.amount).order_by(AirtimeGrant.id)))


def test_the_first_price_of_a_place_earns(database: Database, phones: Phones) -> None:
    assert phones.text(OTIENO, "report milk molo 45") == (
        "Thank you. Milk Molo KES 45/L, farm gate. You are the first this week. " + ON_ITS_WAY
    )
    with database.read() as session:
        (grant,) = session.scalars(select(AirtimeGrant))
        assert (grant.state, grant.due_at) == (AirtimeState.PROMISED, phones.now)
        assert grant.observation_id == session.scalars(select(PriceObservation.id)).one()
        assert grant.granted_on == phones.now.date()


def test_in_swahili(phones: Phones) -> None:
    reply = phones.text(OTIENO, "ripoti maziwa molo 45") or ""
    assert reply.endswith("Airtime ya KES 5 iko njiani.")


def test_the_third_does_not(database: Database, phones: Phones) -> None:
    replies = [phones.text(who, "milk molo 45") for who in (OTIENO, ACHIENG, MUTISO, KAMAU)]
    assert [ON_ITS_WAY in (reply or "") for reply in replies] == [True, True, False, False]
    assert promised(database) == [5, 5]


def test_once_a_person_and_day(database: Database, phones: Phones) -> None:
    for text in ("milk molo 45", "milk njoro 45", "beans molo 100"):
        phones.text(OTIENO, text)
    assert promised(database) == [5]
    phones.wait(days=1)
    assert ON_ITS_WAY in (phones.text(OTIENO, "potatoes molo 30 kg") or "")


def test_two_in_one_text_where_two_may_earn(database: Database, phones: Phones) -> None:
    phones.allowance = Allowance(airtime=replace(KES_5, per_person_day=2))
    reply = phones.text(OTIENO, "milk molo 45, beans molo 100 kg") or ""
    assert "KES 10 airtime is on its way." in reply
    assert promised(database) == [5, 5]


def test_a_repeat_earns_nothing_more(database: Database, phones: Phones) -> None:
    phones.allowance = Allowance(airtime=replace(KES_5, per_person_day=9))
    for _ in range(3):
        reply = phones.text(OTIENO, "milk molo 45", gateway_message_id="the-same")
        assert ON_ITS_WAY in (reply or "")
    # The same price told again the same day is no news.
    assert ON_ITS_WAY not in (phones.text(OTIENO, "milk molo 45") or "")
    assert promised(database) == [5]


def test_it_is_off_unless_it_is_on(database: Database, now: datetime) -> None:
    assert "airtime" not in (Phones(database, now).text(OTIENO, "milk molo 45") or "")
    assert promised(database) == []


def test_the_days_money_is_used_up(database: Database, phones: Phones) -> None:
    phones.allowance = Allowance(airtime=replace(KES_5, a_day=Decimal(9)))
    assert ON_ITS_WAY in (phones.text(OTIENO, "milk molo 45") or "")
    assert ON_ITS_WAY not in (phones.text(ACHIENG, "milk njoro 45") or "")
    phones.wait(days=1)
    assert ON_ITS_WAY in (phones.text(ACHIENG, "milk njoro 45") or "")


def test_money_of_another_country_is_no_airtime_here(database: Database, phones: Phones) -> None:
    assert "airtime" not in (phones.text(NAKATO, "report milk kampala 2000") or "")
    assert promised(database) == []


def test_made_up_people_earn_nothing(database: Database, phones: Phones) -> None:
    with database.begin() as session:
        meet(session, OTIENO, phones.now, is_demo=True)
    assert "airtime" not in (phones.text(OTIENO, "milk molo 45") or "")
    assert promised(database) == []


@pytest.mark.parametrize("status", ObservationStatus)
def test_only_what_is_believed_earns(
    database: Database, phones: Phones, status: ObservationStatus
) -> None:
    with database.begin() as session:
        words = kenya(session)
        kept = report_price(session, words, OTIENO, "milk", "Molo", 45, phones.now)
        session.get_one(PriceObservation, kept.observation_id).status = status
        otieno = addressing(session, words, meet(session, OTIENO, phones.now), phones.now)
        otieno = replace(otieno, language="en", allowance=phones.allowance)
        earned = reward(otieno, [kept])
        assert earned == (ON_ITS_WAY if status is ObservationStatus.ACCEPTED else "")


def test_no_airtime_is_left_when_the_text_could_not_be_handled(
    database: Database, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power goes")

    with monkeypatch.context() as outage:
        outage.setattr("handlers.sms.enqueue", fail)
        with pytest.raises(RuntimeError):
            phones.text(OTIENO, "milk molo 45")
    assert promised(database) == []
    assert ON_ITS_WAY in (phones.text(OTIENO, "milk molo 45") or "")


def test_the_balance_tells_what_was_earned(phones: Phones) -> None:
    phones.text(OTIENO, "milk molo 45")
    phones.wait(days=2)
    phones.text(OTIENO, "milk njoro 46")
    phones.wait(days=1)
    assert phones.text(OTIENO, "balance") == (
        "You told 2 prices in the last 30 days. 2 count. The last: milk Njoro, yesterday. "
        "They earned KES 10 airtime."
    )
    assert (phones.text(OTIENO, "salio") or "").endswith("Zimekupatia airtime ya KES 10.")


def test_the_balance_tells_what_might_be_earned(phones: Phones) -> None:
    for who in (OTIENO, ACHIENG, KAMAU):
        phones.text(who, "milk molo 45")
    assert (phones.text(KAMAU, "balance") or "").endswith(
        "Where few tell a price, it earns KES 5 airtime."
    )
    phones.allowance = Allowance()
    assert (phones.text(KAMAU, "balance") or "").endswith("Bei pays nothing for them.")
    # What was earned before it was turned off stays true.
    assert (phones.text(OTIENO, "balance") or "").endswith("They earned KES 5 airtime.")


def test_thirty_days_later_it_is_forgotten(phones: Phones) -> None:
    phones.text(OTIENO, "milk molo 45")
    phones.now += timedelta(days=31)
    phones.text(OTIENO, "milk molo 45")
    assert (phones.text(OTIENO, "balance") or "").endswith("They earned KES 5 airtime.")
