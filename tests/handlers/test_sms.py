"""A text comes in: the road from a gateway's message to the reply in the outbox."""

import threading
from datetime import datetime
from typing import NoReturn

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.models import Group, Role, Subscription
from handlers import sms as sms_handler
from handlers.sms import handle_sms, retry_unhandled, store_unhandled
from messaging.consent import may_send
from messaging.kinds import OutboundKind
from messaging.models import (
    ConsentEvent,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    Subscriber,
)
from messaging.segments import measure
from prices.catalogue import Catalogue
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from tests.cast import ACHIENG, KAMAU, MUTISO, NAKATO, NJERI, OTIENO, WANJIKU
from tests.handlers.texting import Phones, rows, sms, values
from tests.prices.stories import place_named, without_range


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    return Phones(database, now)


def subscriber(phones: Phones, msisdn: str) -> Subscriber:
    with phones.database.read() as session:
        return session.scalars(select(Subscriber).where(Subscriber.msisdn == msisdn)).one()


# The four answers


def test_farmer_asks_for_a_price_that_people_reported(phones: Phones) -> None:
    for reporter, price in [(OTIENO, 46), (ACHIENG, 47), (MUTISO, 48), (KAMAU, 47)]:
        phones.text(reporter, f"report milk nakuru {price}")
    reply = phones.text(WANJIKU, "price milk nakuru")
    assert reply is not None
    assert without_range(reply).startswith(
        "MILK Nakuru farm gate KES 47/L (range), 4 reports, today."
    )
    assert reply.endswith("Sold today? Reply MILK NAKURU 47")
    assert measure(reply).segments == 1


def test_farmer_is_told_the_nearest_price(phones: Phones) -> None:
    phones.text(OTIENO, "milk nakuru 47")
    reply = phones.text(WANJIKU, "price milk molo")
    assert reply is not None
    assert reply.startswith(
        "No milk price for Molo yet. Nearest: Nakuru farm gate KES 47/L (1 report, today, "
    )
    assert " km)" in reply


def test_farmer_is_told_when_the_last_price_was(phones: Phones) -> None:
    phones.text(OTIENO, "milk lodwar 60")
    phones.wait(days=60)
    reply = phones.text(WANJIKU, "price milk lodwar")
    assert reply is not None
    assert reply.startswith("No milk price for Lodwar since 24 Nov 2026 (then 60).")


def test_farmer_is_told_honestly_that_there_is_no_price(phones: Phones) -> None:
    reply = phones.text(WANJIKU, "price milk lodwar")
    assert reply == (
        "No milk price for Lodwar yet. Sold or bought there? Reply MILK LODWAR and your price"
    )


def test_a_report_changes_the_next_answer(phones: Phones) -> None:
    before = phones.text(WANJIKU, "price milk molo")
    phones.text(MUTISO, "milk molo 44")
    after = phones.text(WANJIKU, "price milk molo")
    assert before != after
    assert after is not None
    assert "MILK Molo farm gate KES 44/L, 1 report, today." in after


# Once is once


def test_a_gateway_that_repeats_gets_one_reply_and_one_observation(phones: Phones) -> None:
    message = sms(OTIENO, "milk nakuru 47")
    replies = [phones.deliver(message) for _ in range(5)]
    assert len(set(replies)) == 1
    with phones.database.read() as session:
        assert rows(session, InboundMessage) == 1
        assert rows(session, OutboundMessage) == 1
        assert rows(session, PriceObservation) == 1


def test_a_repeat_says_what_was_promised_first_whatever_happened_since(phones: Phones) -> None:
    message = sms(WANJIKU, "price milk molo")
    first = phones.deliver(message)
    phones.text(MUTISO, "milk molo 44")
    assert phones.deliver(message) == first


def test_two_processes_get_the_same_message_at_once(phones: Phones) -> None:
    message = sms(OTIENO, "milk nakuru 47")
    replies: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: replies.append(phones.deliver(message))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 4
    assert len(set(replies)) == 1
    with phones.database.read() as session:
        assert rows(session, InboundMessage) == 1
        assert rows(session, OutboundMessage) == 1
        assert rows(session, PriceObservation) == 1
        assert rows(session, Subscriber) == 1


def test_the_same_id_from_another_gateway_is_another_message(phones: Phones) -> None:
    phones.deliver(sms(OTIENO, "milk nakuru 47", gateway="one", gateway_message_id="1"))
    phones.deliver(sms(OTIENO, "milk nakuru 47", gateway="two", gateway_message_id="1"))
    with phones.database.read() as session:
        assert rows(session, InboundMessage) == 2


# What is kept


def test_message_is_kept_with_what_was_made_of_it(phones: Phones, now: datetime) -> None:
    phones.text(WANJIKU, "PRICE milk  Nakuru!", network_code="63902")
    with phones.database.read() as session:
        kept = session.scalars(select(InboundMessage)).one()
        reply = session.scalars(select(OutboundMessage)).one()
    assert kept.text == "PRICE milk  Nakuru!"
    assert kept.intent == "price_query"
    assert kept.handled_at == kept.received_at == now
    assert kept.network_code == "63902"
    assert reply.dedupe_key == f"reply:{kept.id}"
    assert reply.in_reply_to_id == kept.id
    assert reply.kind is OutboundKind.REPLY
    assert reply.gateway == "simulator"


def test_reply_on_a_link_comes_from_the_short_code(phones: Phones) -> None:
    phones.text(WANJIKU, "price milk nakuru", link_id="0309044507", recipient="21512")
    phones.text(OTIENO, "price milk nakuru")
    with phones.database.read() as session:
        linked, plain = session.scalars(select(OutboundMessage).order_by(OutboundMessage.id))
    assert (linked.link_id, linked.sender) == ("0309044507", "21512")
    assert (plain.link_id, plain.sender) == (None, None)


@pytest.mark.parametrize(
    "written", ["+254711000001", "254711000001", " 254711000001", "0711000001"]
)
def test_number_stands_in_one_table_only(phones: Phones, written: str) -> None:
    payload = {"from": written, "note": f"tel:{written};", "text": "price milk nakuru"}
    phones.text(WANJIKU, "price milk nakuru", payload=payload)
    with phones.database.read() as session:
        kept = session.scalars(select(InboundMessage)).one()
    assert "711000001" not in values(kept.payload)
    assert kept.payload["from"].strip() == "subscriber"
    assert kept.payload["note"].startswith("tel:")
    assert kept.sender_label is None


# Nobody to answer


@pytest.mark.parametrize("label", ["MTN", "21512", "Safaricom", "A" * 60])
def test_sender_that_is_no_phone_is_kept_and_never_answered(phones: Phones, label: str) -> None:
    assert phones.text(label, "price milk nakuru") is None
    assert phones.text(label, "Congratulations!! You won") is None
    with phones.database.read() as session:
        first = session.scalars(select(InboundMessage)).first()
        assert first is not None
        assert first.subscriber_id is None
        assert first.sender_label == label[:20]
        assert first.handled_at is not None
        assert rows(session, OutboundMessage) == 0
        assert rows(session, Subscriber) == 0


def test_stop_that_the_gateway_answered_is_obeyed_in_silence(phones: Phones) -> None:
    assert phones.text(WANJIKU, "STOP", answered_by_gateway=True) is None
    assert subscriber(phones, WANJIKU).opted_out_at is not None
    assert phones.text(WANJIKU, "START", answered_by_gateway=True) is None
    assert subscriber(phones, WANJIKU).opted_out_at is None


# Consent


def test_farmer_stops_and_comes_back(phones: Phones) -> None:
    phones.text(WANJIKU, "sub milk nakuru")
    stopped = phones.text(WANJIKU, "STOP")
    assert stopped == "You will get no more messages from Bei. Reply START to come back."
    assert not may_send(subscriber(phones, WANJIKU), OutboundKind.BULLETIN)
    assert phones.text(WANJIKU, "stop") is None  # said once; silence was asked for
    started = phones.text(WANJIKU, "START")
    assert started is not None
    assert started.startswith("Welcome back to Bei.")
    assert may_send(subscriber(phones, WANJIKU), OutboundKind.BULLETIN)
    with phones.database.read() as session:
        events = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id)).all()
        assert [event.opted_in for event in events] == [False, False, True]
        assert events[0].wording == "STOP"
        assert rows(session, Subscription, ended_at=None) == 1


def test_who_is_out_still_gets_answers_to_what_they_ask(phones: Phones) -> None:
    phones.text(WANJIKU, "STOP")
    assert phones.text(WANJIKU, "price milk nakuru") is not None
    assert not may_send(subscriber(phones, WANJIKU), OutboundKind.BULLETIN)


def test_who_subscribes_again_is_back_in(phones: Phones) -> None:
    phones.text(WANJIKU, "STOP")
    reply = phones.text(WANJIKU, "sub milk nakuru")
    assert reply is not None
    assert may_send(subscriber(phones, WANJIKU), OutboundKind.BULLETIN)


# Language


def test_answer_is_in_the_language_of_the_words(phones: Phones) -> None:
    assert (phones.text(WANJIKU, "bei ya maziwa lodwar") or "").startswith("Bado hakuna bei")
    assert (phones.text(OTIENO, "price of milk lodwar") or "").startswith("No milk price")


def test_first_language_known_is_remembered(phones: Phones) -> None:
    phones.text(WANJIKU, "bei ya maziwa lodwar")
    assert subscriber(phones, WANJIKU).language == "sw"
    assert (phones.text(WANJIKU, "STOP") or "").startswith("Hutapokea ujumbe tena")


def test_whoever_changes_language_is_followed(phones: Phones) -> None:
    phones.text(WANJIKU, "bei ya maziwa lodwar")
    assert (phones.text(WANJIKU, "price milk lodwar") or "").startswith("No milk price")
    assert (phones.text(WANJIKU, "STOP") or "").startswith("You will get no more")


def test_an_excuse_is_noted_in_the_language_it_is_said_in(phones: Phones) -> None:
    phones.text(WANJIKU, "bei ya maziwa lodwar")
    excuse = phones.text(WANJIKU, "milk prices are too low, the government should act")
    assert (excuse or "").startswith("Sorry, not understood.")
    with phones.database.read() as session:
        spoken = session.scalars(
            select(OutboundMessage.language).order_by(OutboundMessage.id)
        ).all()
    assert spoken == ["sw", "en"]
    assert subscriber(phones, WANJIKU).language == "sw"


def test_own_choice_comes_before_the_language_of_the_words(phones: Phones) -> None:
    chosen = phones.text(WANJIKU, "ENGLISH")
    assert chosen == "From now on we write to you in English."
    assert (phones.text(WANJIKU, "bei ya maziwa lodwar") or "").startswith("No milk price")
    assert (phones.text(WANJIKU, "KISWAHILI") or "").startswith("Kuanzia sasa")
    assert (phones.text(WANJIKU, "price milk lodwar") or "").startswith("Bado hakuna bei")
    with phones.database.read() as session:
        spoken = session.scalars(
            select(OutboundMessage.language).order_by(OutboundMessage.id)
        ).all()
    assert spoken == ["en", "en", "sw", "sw"]


def test_unknown_language_falls_back_on_the_countrys(phones: Phones) -> None:
    kenyan, ugandan = phones.text(WANJIKU, "xyzzy"), phones.text(NAKATO, "xyzzy")
    assert (kenyan or "").startswith("Samahani, hatujaelewa.")
    assert (ugandan or "").startswith("Sorry, not understood.")
    assert subscriber(phones, WANJIKU).language is None


# Not understood


def test_excuse_comes_once_a_day(phones: Phones) -> None:
    excuse = phones.text(WANJIKU, "asdf zxcv")
    assert excuse is not None
    assert measure(excuse).segments == 1
    assert phones.text(WANJIKU, "asdf qwer") is None
    assert phones.text(OTIENO, "asdf qwer") is not None  # everybody their own
    phones.wait(hours=25)
    assert phones.text(WANJIKU, "asdf qwer") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "x" * 10_000,
        "milk " * 2_500,
        "9" * 10_000,
        "😀😀😀 🐄 47",
        "'; DROP TABLE subscriber; --",
        "{0.__class__} %s {place} {commodity}",
        "\x00\x01\x1b[31mmilk\x00 nakuru 45\x7f",
        "\ud83d milk nakuru",
        "\u202emilk nakuru\u202c",
        "milk nakuru 1e999999",
        "milk nakuru " + "9" * 400,
        "দুধের দাম কত",
        "ወተት ዋጋ",
    ],
)
def test_hostile_input_is_survived_and_kept(phones: Phones, text: str) -> None:
    reply = phones.text(WANJIKU, text, payload={"text": text, "\x00key": "\x00"})
    assert reply is None or measure(reply).segments <= 2
    assert phones.text(OTIENO, "milk nakuru 47") is not None
    with phones.database.read() as session:
        kept = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).first()
        assert kept is not None
        assert kept.handled_at is not None
        assert kept.error is None


def test_text_that_is_too_long_is_told_so(phones: Phones) -> None:
    phones.text(WANJIKU, "ENGLISH")
    reply = phones.text(WANJIKU, "milk nakuru 45 " * 200)
    assert reply is not None
    assert reply.startswith("Sorry, that is too long. Please send one line.")


# When something breaks


def break_acts(monkeypatch: pytest.MonkeyPatch, *, only_for: str = "") -> None:
    whole = sms_handler.act

    def broken(conversation: object, command: object) -> str | None:
        if only_for in conversation.raw_text:  # type: ignore[attr-defined]
            raise RuntimeError("the pen broke")
        return whole(conversation, command)  # type: ignore[arg-type]

    monkeypatch.setattr(sms_handler, "act", broken)


def fail(phones: Phones, sender: str, text: str) -> None:
    """What the web does when handling raises: everything undone, then the text kept."""
    message = sms(sender, text)
    with pytest.raises(RuntimeError, match="the pen broke"):
        phones.deliver(message)
    with phones.database.begin() as session:
        store_unhandled(
            session, message, error="RuntimeError", default_country="KE", now=phones.now
        )


def retry(phones: Phones) -> int:
    with phones.database.begin() as session:
        return retry_unhandled(session, catalogue=phones.catalogue, now=phones.now)


def test_message_that_could_not_be_handled_is_answered_later(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_acts(broken)
        fail(phones, OTIENO, "milk nakuru 47")
    assert retry(phones) == 0  # not yet due
    phones.wait(minutes=2)
    assert retry(phones) == 1
    assert retry(phones) == 0
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 1
        assert rows(session, OutboundMessage) == 1
        assert session.scalars(select(InboundMessage)).one().handled_at == phones.now


def test_repeat_of_a_message_that_waits_changes_nothing(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = sms(OTIENO, "milk nakuru 47")
    with phones.database.begin() as session:
        store_unhandled(session, message, error="x", default_country="KE", now=phones.now)
        store_unhandled(session, message, error="y", default_country="KE", now=phones.now)
    assert phones.deliver(message) is None
    with phones.database.read() as session:
        assert session.scalars(select(InboundMessage)).one().attempts == 1
        assert rows(session, PriceObservation) == 0


def test_poison_is_tried_five_times_and_holds_up_nobody(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_acts(broken)
        fail(phones, WANJIKU, "poison milk nakuru")
        fail(phones, OTIENO, "milk nakuru 47")
    break_acts(monkeypatch, only_for="poison")
    phones.wait(minutes=2)
    assert retry(phones) == 1
    for _ in range(20):
        phones.wait(hours=4)
        assert retry(phones) == 0
    with phones.database.read() as session:
        poison = session.scalars(select(InboundMessage).where(InboundMessage.handled_at.is_(None)))
        kept = poison.one()
        assert kept.attempts == 5
        assert kept.error == "RuntimeError: the pen broke"
        assert rows(session, OutboundMessage) == 1


def test_waits_grow(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    break_acts(monkeypatch)
    fail(phones, OTIENO, "milk nakuru 47")
    tried = []
    for minute in range(1, 6 * 60):
        phones.wait(minutes=1)
        retry(phones)
        with phones.database.read() as session:
            tried.append((minute, session.scalars(select(InboundMessage.attempts)).one()))
    first = {attempts: minute for minute, attempts in reversed(tried)}
    assert first == {2: 1, 3: 5, 4: 30, 5: 180}


def test_nothing_is_kept_of_an_act_that_fails_halfway(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("the pen broke")

    monkeypatch.setattr(sms_handler, "enqueue", run_out)
    with pytest.raises(RuntimeError, match="the pen broke"):
        phones.text(OTIENO, "milk nakuru 47")
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 0
        assert rows(session, InboundMessage) == 0
        assert rows(session, Subscriber) == 0


def test_country_we_do_not_serve_is_answered_as_the_default_one(
    database: Database, now: datetime
) -> None:
    with database.begin() as session:
        reply = handle_sms(
            session,
            sms("+14155550100", "price milk lodwar"),
            catalogue=Catalogue(),
            default_country="KE",
            now=now,
        )
        assert reply is not None
        assert reply.text.startswith("No milk price for Lodwar yet.")


# Asked back


def test_one_digit_completes_a_report(phones: Phones) -> None:
    phones.text(ACHIENG, "milk githunguri 45")
    asked = phones.text(OTIENO, "milk githunguri 450")
    assert asked is not None
    assert asked.startswith("450 for how much milk? Usual is 45 a litre. Reply 1 for 45 a litre,")
    answer = sms(OTIENO, "1")
    reply = phones.deliver(answer)
    assert (reply or "").startswith("Thank you. Milk Githunguri KES 45/L, farm gate.")
    assert phones.deliver(answer) == reply
    with phones.database.read() as session:
        _, said, meant = session.scalars(select(PriceObservation).order_by(PriceObservation.id))
        inbound = session.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
        assert meant.raw_text == "milk githunguri 450\n1"
        assert said.source_key == f"sms:{inbound[-2].id}:1"
        assert meant.source_key == f"{said.source_key}:corrected"
        assert [message.intent for message in inbound] == ["price_report"] * 3
        assert rows(session, HeldQuestion) == 0


def test_what_was_asked_knows_the_text_that_asked_for_it(phones: Phones) -> None:
    asked = phones.text(WANJIKU, "maziwa?")
    with phones.database.read() as session:
        held = session.scalars(select(HeldQuestion)).one()
        inbound = session.scalars(select(InboundMessage)).one()
    assert (held.question, held.raw_text) == (asked, "maziwa?")
    assert held.inbound_message_id == inbound.id


def test_a_bare_place_completes_the_question(phones: Phones) -> None:
    assert phones.text(WANJIKU, "maziwa?") == "Mahali gani? Tuma: BEI MAZIWA NAIROBI"
    assert (phones.text(WANJIKU, "lodwar") or "").startswith("Bado hakuna bei ya maziwa Lodwar.")
    # Alone again, it is a question of its own.
    assert (phones.text(WANJIKU, "lodwar") or "").startswith("Bidhaa gani?")


def test_a_bare_figure_completes_the_report(phones: Phones) -> None:
    phones.text(OTIENO, "report milk lodwar")
    assert (phones.text(OTIENO, "60") or "").startswith("Thank you. Milk Lodwar KES 60/L")
    assert phones.text(OTIENO, "60") is not None  # not understood: said once
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 1


def test_a_digit_without_a_question_is_told_so_once_a_day(phones: Phones) -> None:
    phones.text(WANJIKU, "ENGLISH")
    reply = phones.text(WANJIKU, "1")
    assert (reply or "").startswith("We have no open question for you. To ask: PRICE MILK")
    assert phones.text(WANJIKU, "2") is None
    assert phones.text(WANJIKU, "asdf qwer") is None
    phones.wait(hours=25)
    assert phones.text(WANJIKU, "2") is not None


def test_opting_out_forgets_the_question(phones: Phones) -> None:
    phones.text(WANJIKU, "maziwa?")
    phones.text(WANJIKU, "STOP")
    with phones.database.read() as session:
        assert rows(session, HeldQuestion) == 0


def test_yes_is_a_way_back(phones: Phones) -> None:
    phones.text(WANJIKU, "ENGLISH")
    phones.text(WANJIKU, "STOP")
    assert (phones.text(WANJIKU, "YES") or "").startswith("Welcome back to Bei.")
    assert subscriber(phones, WANJIKU).opted_out_at is None


def test_yes_answers_one_offer(phones: Phones) -> None:
    phones.text(WANJIKU, "sub milk githunguryx")
    assert (phones.text(WANJIKU, "yes") or "").startswith("You will get milk prices for Githunguri")
    assert subscriber(phones, WANJIKU).language == "en"  # of the first text: YES is nobody's


def test_an_answer_twice_at_once_is_one_report(phones: Phones) -> None:
    phones.text(ACHIENG, "milk githunguri 45")
    phones.text(OTIENO, "milk githunguri 450")
    answers = [sms(OTIENO, "1"), sms(OTIENO, "1")]  # two texts, not one repeated
    threads = [threading.Thread(target=phones.deliver, args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 3
        assert rows(session, PriceObservation, status=ObservationStatus.ACCEPTED) == 2
        assert rows(session, HeldQuestion) == 0


def test_two_questions_at_once_leave_one_of_them_open(phones: Phones) -> None:
    phones.text(WANJIKU, "ENGLISH")
    texts = ["milk?", "maize?", "beans?", "tomatoes?", "onions?", "potatoes?"]
    threads = [threading.Thread(target=phones.text, args=(WANJIKU, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with phones.database.read() as session:
        held = session.scalars(select(HeldQuestion)).one()
        assert held.raw_text in texts
        assert rows(session, OutboundMessage) == 1 + len(texts)


def test_a_collector_who_names_nobody_of_the_group_tells_no_price(phones: Phones) -> None:
    phones.text(NJERI, "ENGLISH")
    with phones.database.begin() as session:
        vocabulary = phones.catalogue.vocabulary(session, "KE")
        group = Group(
            code="KIRIMA",
            name="Kirima",
            country="KE",
            place_id=place_named(vocabulary, "Githunguri").id,
            language="en",
            commodity_code="milk",
            bulletin_weekdays=1,
            bulletin_hour=7,
            timezone="Africa/Nairobi",
        )
        session.add(group)
        session.flush()
        collector = session.scalars(select(Subscriber).where(Subscriber.msisdn == NJERI)).one()
        join(session, group, collector, phones.now, role=Role.COLLECTOR)
    reply = phones.text(NJERI, "MILK JANE 12")
    assert (reply or "").startswith("There is no JANE in KIRIMA. Nothing was written.")
    with phones.database.read() as session:
        assert rows(session, PriceObservation) == 0
