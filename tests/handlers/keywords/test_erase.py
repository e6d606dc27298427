"""ERASE ME: asked back once, done by one word alone, and the last text says so."""

from datetime import datetime

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from handlers.commands import EraseMe, MyData, Stop
from handlers.parser import Sender, parse
from messaging.consent import may_send
from messaging.kinds import OutboundKind
from messaging.models import ConsentEvent, Erasure, HeldQuestion, InboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from messaging.subscribers import find_subscriber
from tests.cast import WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.keywords.talking import Talk
from tests.handlers.parser.words import WORDS
from tests.handlers.texting import Phones, rows

ASKED = (
    "This deletes your number, your texts and all you asked for. Prices you told stay, without "
    "you. It cannot be undone. To delete all reply YES"
)
DONE = (
    "Your number and what you wrote are deleted within a day. This is our last text. Write again "
    "and we meet you anew."
)


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    return Phones(database, now)


def waits(phones: Phones) -> bool:
    """Whether somebody is to be erased."""
    with phones.database.read() as session:
        return rows(session, Erasure) > 0


def test_yes_has_them_erased(phones: Phones) -> None:
    assert phones.text(WANJIKU, "ERASE ME") == ASKED
    assert not waits(phones)
    assert phones.text(WANJIKU, "YES") == DONE
    with phones.database.read() as session:
        person = find_subscriber(session, WANJIKU)
        assert person is not None
        wish = session.scalars(select(Erasure)).one()
        last = session.scalars(select(InboundMessage.id).order_by(InboundMessage.id.desc())).first()
        assert (wish.subscriber_id, wish.inbound_message_id) == (person.id, last)
        assert (wish.asked_at, wish.due_at) == (phones.now, phones.now)
        # Until then nothing is started to them, and what they said is kept as a no.
        assert not may_send(person, OutboundKind.BULLETIN)
        assert rows(session, ConsentEvent, subscriber_id=person.id, opted_in=False) == 1
        assert rows(session, HeldQuestion) == 0


@pytest.mark.parametrize("answer", ["1", "yess", "ok", "yes please", "yeah", "sawa", "2", "maybe"])
def test_nothing_but_yes_erases(phones: Phones, answer: str) -> None:
    phones.text(WANJIKU, "ERASE ME")
    assert phones.text(WANJIKU, answer) != DONE
    assert not waits(phones)
    # It is still open for the word itself.
    assert phones.text(WANJIKU, "yes") == DONE


def test_no_keeps_everything(phones: Phones) -> None:
    phones.text(WANJIKU, "ERASE ME")
    assert phones.text(WANJIKU, "NO") == "Dropped. Nothing was written down."
    assert phones.text(WANJIKU, "YES") != DONE
    assert not waits(phones)


def test_a_yes_that_comes_too_late_erases_nobody(phones: Phones) -> None:
    phones.text(WANJIKU, "ERASE ME")
    phones.wait(hours=2, seconds=1)
    assert phones.text(WANJIKU, "YES") != DONE
    assert not waits(phones)


def test_a_yes_to_another_question_erases_nobody(phones: Phones) -> None:
    phones.text(WANJIKU, "ERASE ME")
    phones.text(WANJIKU, "PRICE MILK NAKURU")
    assert phones.text(WANJIKU, "YES") != DONE
    assert not waits(phones)


def test_who_says_it_again_reads_the_same(phones: Phones) -> None:
    phones.text(WANJIKU, "ERASE ME")
    phones.text(WANJIKU, "YES")
    phones.wait(minutes=1)
    assert phones.text(WANJIKU, "ERASE ME") == DONE
    with phones.database.read() as session:
        assert rows(session, Erasure) == 1


def test_the_gateways_repeat_asks_nothing_new(phones: Phones) -> None:
    phones.text(WANJIKU, "ERASE ME", gateway_message_id="m-1")
    phones.text(WANJIKU, "YES", gateway_message_id="m-2")
    phones.wait(minutes=5)
    assert phones.text(WANJIKU, "YES", gateway_message_id="m-2") == DONE
    with phones.database.read() as session:
        assert session.scalars(select(Erasure.asked_at)).one() < phones.now


def test_who_said_stop_may_be_erased_too(phones: Phones) -> None:
    phones.text(WANJIKU, "STOP")
    assert phones.text(WANJIKU, "ERASE ME") == ASKED
    assert phones.text(WANJIKU, "YES") == DONE
    assert waits(phones)


def test_a_member_hears_that_groups_are_left(phones: Phones) -> None:
    with phones.database.begin() as session:
        join(
            session,
            found_group(session, "KIRIMA"),
            meet(session, WANJIKU, phones.now, language="en"),
            phones.now,
        )
    asked = phones.text(WANJIKU, "ERASE ME")
    assert asked is not None
    assert "You leave your groups; a milk book keeps the name it knows you by." in asked
    assert measure(asked).segments == 2


@pytest.mark.parametrize(
    ("language", "words", "answer", "last_words"),
    [
        ("sw", "FUTA TAARIFA ZANGU", "NDIYO", "Hii ni SMS yetu ya mwisho"),
        ("es", "BORRAR MIS DATOS", "SÍ", "Este es nuestro último SMS"),
        ("fr", "EFFACER MES DONNÉES", "OUI", "C'est notre dernier SMS"),
    ],
)
def test_in_their_own_language(
    phones: Phones, language: str, words: str, answer: str, last_words: str
) -> None:
    with phones.database.begin() as session:
        meet(session, WANJIKU, phones.now, language=language, has_chosen_language=True)
    asked = phones.text(WANJIKU, words)
    assert asked is not None
    assert asked.endswith(answer.replace("Í", "I"))
    done = phones.text(WANJIKU, answer)
    assert done is not None
    assert last_words.replace("ú", "u") in done
    assert waits(phones)


@pytest.mark.parametrize("language", languages())
def test_no_question_is_longer_than_it_may_be(talk: Talk, language: str) -> None:
    asked = talk.says(WANJIKU, EraseMe(), language) or ""
    assert (measure(asked).segments, measure(asked).encoding) == (1, "GSM-7")
    person = talk.subscriber(WANJIKU)
    join(talk.session, talk.group("KIRIMA", "Kirima"), person, talk.now)
    asked = talk.says(WANJIKU, EraseMe(), language) or ""
    assert (measure(asked).segments, measure(asked).encoding) == (2, "GSM-7")
    done = talk.says(WANJIKU, EraseMe(is_sure=True), language, words="ERASE ME\nYES") or ""
    assert (measure(done).segments, measure(done).encoding) == (1, "GSM-7")
    assert talk.session.get(Erasure, talk.session.scalars(select(Subscriber.id)).one())


@pytest.mark.parametrize(
    "text",
    ["ERASE ME", " erase  me. ", "Delete my data!", "futa taarifa zangu", "Borrar mis datos",
     "effacer mes donnees"],
)  # fmt: skip
def test_words_that_ask_for_it(text: str) -> None:
    assert parse(text, WORDS).command == EraseMe()


@pytest.mark.parametrize(
    "text",
    ["erase", "erase mee", "eras me", "erase me please", "do not erase me", "erase milk",
     "delete me", "futa", "futa taarifa", "erase my", "YES erase me", "data", "my data milk"],
)  # fmt: skip
@pytest.mark.parametrize("sender", [Sender(), Sender(awaits_answer=True, keeps_book=True)])
def test_words_that_do_not(text: str, sender: Sender) -> None:
    """None is mended into it: what is erased is gone."""
    assert not isinstance(parse(text, WORDS, sender).command, EraseMe | MyData)


@pytest.mark.parametrize("text", ["delete my number", "delete me", "futa namba yangu", "FUTA"])
def test_what_meant_stop_still_does(text: str) -> None:
    assert parse(text, WORDS).command == Stop()
