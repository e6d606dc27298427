"""A text looked at first: the same reply as ever, the same rows, and nothing written before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

import pytest
from sqlalchemy import select

from db.session import Database
from groups.demand import demand
from handlers.allowance import Allowance
from handlers.keywords import price_query
from handlers.sms import handle_sms
from handlers.sms_looking import Answered, Meant
from messaging.models import HeldQuestion, InboundMessage, OutboundMessage, Subscriber
from messaging.subscribers import find_subscriber
from prices.cells import Cell
from prices.kinds import PriceType
from prices.models import PriceObservation
from tests.cast import ACHIENG, KAMAU, NJERI, OTIENO, WANJIKU
from tests.handlers.texting import Phones, rows, sms
from tests.prices.stories import place_named

QUESTIONS = (
    "price milk nakuru",
    "bei ya maziwa molo",
    "milk",
    "maize kitale, milk nakuru",
    "BEST MILK",
    "TREND MILK NAKURU",
    "HELP",
    "habari yako rafiki",
)


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Otieno told a price; Wanjiku lives in Nakuru and is known."""
    phones = Phones(database, now)
    phones.text(OTIENO, "milk nakuru 47")
    phones.text(WANJIKU, "HOME NAKURU")
    return phones


def handled(phones: Phones, text: str, seen: Meant | Answered | None = None) -> dict[str, Any]:
    """All that is there of a text and its reply, but their own numbers."""
    with phones.database.begin() as session:
        reply = handle_sms(
            session,
            sms(WANJIKU, text),
            catalogue=phones.catalogue,
            default_country="KE",
            now=phones.now,
            seen=seen,
        )
        told = session.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()
        assert told is not None
        came = {"intent": told.intent, "handled_at": told.handled_at, "text": told.text}
        kept = vars(reply).copy() if reply is not None else {}
        for own in ("_sa_instance_state", "id", "dedupe_key", "in_reply_to_id"):
            kept.pop(own, None)
        return came | {"reply": kept}


def counted(phones: Phones) -> dict[Cell, float]:
    with phones.database.read() as session:
        return demand(session, "KE", phones.now.date())


@pytest.mark.parametrize("text", QUESTIONS)
def test_whoever_looks_first_answers_alike(phones: Phones, text: str) -> None:
    asked = sms(WANJIKU, text)
    seen = phones.look_at(asked)
    assert isinstance(seen, Answered)
    with phones.database.begin() as session:  # undone, so that both ways find the same
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        language = person.language
    first = handled(phones, text, seen)
    with phones.database.begin() as session:
        for reply in session.scalars(select(OutboundMessage)):
            reply.in_reply_to_id = None  # else silence: who was excused today is not again
        session.scalars(
            select(Subscriber).where(Subscriber.msisdn == WANJIKU)
        ).one().language = language
    assert handled(phones, text) == first


def test_nothing_is_written_before_a_question_is_kept(phones: Phones) -> None:
    counts = counted(phones)
    seen = phones.look_at(sms(WANJIKU, "bei ya maziwa molo"))
    assert isinstance(seen, Answered)
    assert counted(phones) == counts
    with phones.database.read() as session:
        assert rows(session, InboundMessage, text="bei ya maziwa molo") == 0
    handled(phones, "bei ya maziwa molo", seen)
    with phones.database.read() as session:
        vocabulary = phones.catalogue.vocabulary(session, "KE")
        molo = Cell("milk", place_named(vocabulary, "Molo").id, PriceType.FARM_GATE)
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert person.language == "sw"  # their words tell of it, as ever
    assert counted(phones)[molo] == 2  # without a fresh price it counts double


def meant_by(seen: Meant | Answered | OutboundMessage | None) -> Meant:
    """What was understood of a text."""
    assert isinstance(seen, Meant | Answered)
    return seen.meant if isinstance(seen, Answered) else seen


@pytest.mark.parametrize(
    "text", ["milk 46, maize 40", "STOP", "SUB MILK NAKURU", "LANG SW", "NAME A"]
)
def test_what_does_something_is_only_understood(phones: Phones, text: str) -> None:
    seen = phones.look_at(sms(WANJIKU, text))
    assert isinstance(seen, Meant)
    with phones.database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert (person.opted_out_at, person.name, person.has_chosen_language) == (None, None, False)
    assert phones.text(WANJIKU, text) is not None


def test_a_question_back_is_held_by_who_may_write(phones: Phones) -> None:
    asked = sms(KAMAU, "price milk")  # where?
    phones.text(KAMAU, "HELP")
    assert isinstance(phones.look_at(asked), Meant)
    phones.deliver(asked)
    with phones.database.read() as session:
        assert rows(session, HeldQuestion) == 1


def test_who_is_asked_something_or_unknown_is_heard_with_the_turn_in_hand(phones: Phones) -> None:
    assert phones.look_at(sms(ACHIENG, "milk nakuru")) is None  # a stranger
    assert phones.look_at(sms("MPESA", "milk nakuru")) is None  # nobody at all
    phones.text(KAMAU, "price milk")
    assert phones.look_at(sms(KAMAU, "nakuru")) is None
    reply = phones.text(KAMAU, "nakuru")
    assert reply is not None
    assert "Nakuru" in reply


def test_a_sign_of_life_is_written(phones: Phones) -> None:
    with phones.database.begin() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        person.failures_in_a_row = 2
    assert phones.look_at(sms(WANJIKU, "milk nakuru")) is None
    phones.text(WANJIKU, "milk nakuru")
    with phones.database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert person.failures_in_a_row == 0


def test_a_reporter_who_is_asked_for_a_price_is_asked_by_who_may_write(phones: Phones) -> None:
    """Nobody told a fresh price where Otieno used to: he is asked, and Wanjiku waits."""
    phones.allowance = Allowance(asks_a_day=10)
    phones.wait(days=10)
    asked = sms(WANJIKU, "price milk nakuru")
    assert isinstance(phones.look_at(asked), Meant)
    reply = phones.deliver(asked)
    assert reply is not None
    assert "We are asking there" in reply


def test_meanwhile_another_question_was_asked_back(phones: Phones) -> None:
    """Two texts at once: the second was looked at before the first led to a question."""
    phones.text(KAMAU, "HELP")
    report = sms(KAMAU, "sold milk 46")
    seen = phones.look_at(report)
    assert isinstance(seen, Meant)  # where? that is asked back
    phones.text(KAMAU, "price milk")  # where? it is open now
    assert phones.deliver_in_transaction(report, seen) is not None
    # Another command ends the question, and lacks its own place.
    with phones.database.read() as session:
        assert rows(session, HeldQuestion) == 1
        assert rows(session, PriceObservation, raw_text="sold milk 46") == 0


def test_meanwhile_they_moved(phones: Phones) -> None:
    """What was understood rests on where they live: it is understood anew."""
    report = sms(WANJIKU, "sold milk 46")
    seen = phones.look_at(report)
    phones.text(WANJIKU, "HOME MOLO")
    phones.deliver_in_transaction(report, seen)
    with phones.database.read() as session:
        told = session.scalars(
            select(PriceObservation).where(PriceObservation.raw_text == "sold milk 46")
        ).one()
        vocabulary = phones.catalogue.vocabulary(session, "KE")
        assert told.place_id == place_named(vocabulary, "Molo").id


def test_a_repeat_earns_the_reply_promised_before(phones: Phones) -> None:
    asked = sms(WANJIKU, "price milk nakuru")
    first = phones.deliver(asked)
    assert first is not None
    counts = counted(phones)
    phones.text(NJERI, "milk nakuru 90")  # now another would be told
    assert phones.deliver(asked) == first
    assert counted(phones) == counts
    with phones.database.read() as session:
        assert rows(session, InboundMessage, text="price milk nakuru") == 1


def test_silence_is_an_answer_too(phones: Phones) -> None:
    phones.text(WANJIKU, "habari yako rafiki")
    again = sms(WANJIKU, "habari yako sana")
    seen = phones.look_at(again)
    assert isinstance(seen, Answered)
    assert seen.reply is None
    assert phones.deliver(again) is None
    with phones.database.read() as session:
        told = session.scalars(
            select(InboundMessage).where(InboundMessage.text == "habari yako sana")
        ).one()
        assert (told.intent, told.handled_at) == ("unknown", phones.now)


def test_a_bug_that_only_shows_when_acting_is_raised(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no sign that something has to be written: `app.intake` falls back and says so."""

    def break_down(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("not a word of writing")

    monkeypatch.setattr(price_query, "answer_price", break_down)
    with pytest.raises(RuntimeError):
        phones.look_at(sms(WANJIKU, "price milk nakuru"))


def test_what_is_understood_holds_for_that_person_alone(phones: Phones) -> None:
    seen = meant_by(phones.look_at(sms(WANJIKU, "sold milk 46")))
    with phones.database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        assert seen.is_still_so(person)
        for change in _changes(phones.now):
            before = {name: getattr(person, name) for name in change}
            for name, value in change.items():
                setattr(person, name, value)
            assert not seen.is_still_so(person), change
            for name, value in before.items():
                setattr(person, name, value)


def _changes(now: datetime) -> Sequence[dict[str, Any]]:
    return (
        {"home_place_id": None},
        {"usual_commodity_code": "maize"},
        {"language": "fr"},
        {"opted_out_at": now},
    )
