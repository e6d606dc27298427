"""Stories of a broadcast: to whom it goes, once each, and how it is stopped."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

import scheduler.addressing
import scheduler.broadcasts
from db.session import Database
from groups.broadcast_models import Broadcast
from groups.broadcasts import (
    TooLong,
    Whom,
    begin_broadcast,
    confirm_broadcast,
    said_before,
    stop_broadcast,
    texts_of,
    write_texts,
)
from groups.groups import join
from groups.models import Group
from groups.subscriptions import subscribe
from messaging.claims import claim
from messaging.kinds import Lane, OutboundKind, OutboundState
from messaging.models import OutboundMessage
from messaging.sending_rules import SendingRules
from messaging.sms_prices import SmsLimit, SmsLimits
from prices.models import Place
from scheduler.broadcasts import put_away, readers_of, send_broadcasts, states_of
from tests.cast import ACHIENG, KAMAU, NAKATO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import GITHUNGURI, NAKURU, meet, place_id
from tests.messaging.stories import BY_PAID, PAID
from tests.scheduler.stories import MINUTE, MONDAY, kirima, promised

ENGLISH, SWAHILI = "Market day moves to Tuesday.", "Siku ya soko ni Jumanne."


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler.addressing, "SLICE", 2)
    monkeypatch.setattr(scheduler.broadcasts, "PUT_AWAY", 2)


def begun(database: Database, whom: str = "group", **texts: str) -> int:
    """A draft; its id."""
    with database.begin() as session:
        to = {
            "group": Whom("KE", group=session.scalars(select(Group)).first()),
            "everybody": Whom("KE"),
            "county": Whom("KE", county=_county(session)),
        }
        broadcast = begin_broadcast(session, to[whom], "en", "staff:1", MONDAY)
        assert write_texts(session, broadcast, {"en": ENGLISH} | texts) is None
        return broadcast.id


def _county(session: object) -> Place:
    found = session.scalars(  # type: ignore[attr-defined]
        select(Place).where(Place.code == "ke-county-nakuru")
    )
    return found.one()  # type: ignore[no-any-return]


def confirmed(database: Database, id_: int) -> None:
    with database.begin() as session:
        broadcast = session.get_one(Broadcast, id_)
        people = sum(one.people for one in readers_of(session, broadcast))
        confirm_broadcast(broadcast, expected=people, confirmed_by="staff:2", now=MONDAY)


def standing(database: Database, id_: int) -> Broadcast:
    with database.read() as session:
        return session.get_one(Broadcast, id_)


def test_a_draft_goes_to_nobody(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
    begun(database)
    assert send_broadcasts(database, MONDAY) == 0
    with database.read() as session:
        assert promised(session) == {}


def test_everybody_of_a_group_gets_it_once_in_their_language(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
        meet(session, OTIENO, MONDAY)  # in no group
    id_ = begun(database, sw=SWAHILI)
    confirmed(database, id_)
    assert send_broadcasts(database, MONDAY) == 3
    assert send_broadcasts(database, MONDAY + MINUTE) == 0
    with database.read() as session:
        texts = promised(session)
        assert {who: text.text for who, text in texts.items()} == {
            NJERI: ENGLISH, KAMAU: SWAHILI, WANJIKU: ENGLISH,
        }  # fmt: skip
        text = texts[WANJIKU]
        assert text.dedupe_key == f"broadcast:{id_}:{text.subscriber_id}"
        assert (text.kind, text.state) == (OutboundKind.BULLETIN, OutboundState.QUEUED)
        assert (text.due_at, text.expires_at) == (MONDAY, MONDAY + timedelta(hours=24))
    one = standing(database, id_)
    assert (one.recipients, one.expected, one.addressed_at) == (3, 3, MONDAY)
    assert one.states == {"queued": 3}


def test_who_said_stop_or_is_out_of_reach_or_made_up_gets_nothing(database: Database) -> None:
    with database.begin() as session:
        group = kirima(session)
        meet(session, NJERI, MONDAY, opted_out_at=MONDAY)
        meet(session, KAMAU, MONDAY, unreachable_at=MONDAY)
        join(session, group, meet(session, "+254700000199", MONDAY, is_demo=True), MONDAY)
    id_ = begun(database)
    with database.read() as session:
        (reader,) = readers_of(session, session.get_one(Broadcast, id_))
        assert (reader.people, reader.segments_in_all) == (1, 1)
    confirmed(database, id_)
    assert send_broadcasts(database, MONDAY) == 1
    with database.read() as session:
        assert promised(session).keys() == {WANJIKU}


def test_a_county_is_whoever_lives_there_or_is_in_a_group_there(database: Database) -> None:
    with database.begin() as session:
        group = kirima(session, place_id=place_id(session, NAKURU))
        meet(session, OTIENO, MONDAY, home_place_id=place_id(session, NAKURU))
        meet(session, ACHIENG, MONDAY, home_place_id=place_id(session, GITHUNGURI))
        # Lives there and is in the group: one text.
        join(session, group, meet(session, OTIENO, MONDAY), MONDAY)
    id_ = begun(database, "county")
    confirmed(database, id_)
    assert send_broadcasts(database, MONDAY) == 4
    with database.read() as session:
        assert promised(session).keys() == {NJERI, KAMAU, WANJIKU, OTIENO}


def test_everybody_is_of_one_country(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
        meet(session, OTIENO, MONDAY)
        meet(session, NAKATO, MONDAY, country="UG")
    id_ = begun(database, "everybody")
    confirmed(database, id_)
    assert send_broadcasts(database, MONDAY) == 4
    with database.read() as session:
        assert NAKATO not in promised(session)


def test_a_list_is_whoever_is_on_it_now(database: Database) -> None:
    with database.begin() as session:
        githunguri = place_id(session, GITHUNGURI)
        of_list = subscribe(
            session, meet(session, WANJIKU, MONDAY), commodity="milk", place_id=githunguri,
            timezone="Africa/Nairobi", now=MONDAY,
        )  # fmt: skip
        broadcast = begin_broadcast(
            session, Whom("KE", bulletin_list=of_list), "en", "staff:1", MONDAY
        )
        write_texts(session, broadcast, {"en": ENGLISH})
    confirmed(database, broadcast.id)
    assert send_broadcasts(database, MONDAY) == 1


def test_several_workers_promise_each_text_once(database: Database) -> None:
    with database.begin() as session:
        group = kirima(session)
        for number in range(20):
            join(session, group, meet(session, f"+2547220001{number:02}", MONDAY), MONDAY)
    id_ = begun(database)
    confirmed(database, id_)
    together, counts = Barrier(3), []

    def work() -> None:
        together.wait()
        counts.append(send_broadcasts(database, MONDAY))

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send_broadcasts(database, MONDAY)
    with database.read() as session:
        assert len(promised(session)) == 23
    assert standing(database, id_).recipients == 23


def test_a_broadcast_that_is_stopped_sends_what_left_and_no_more(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
        stranger = meet(session, OTIENO, MONDAY)
        session.add(
            OutboundMessage(
                dedupe_key="edition:1:9", subscriber_id=stranger.id, kind=OutboundKind.BULLETIN,
                priority=2, text="MILK", language="en", encoding="GSM-7", segments=1,
                created_at=MONDAY, due_at=MONDAY,
            )
        )  # fmt: skip
    id_ = begun(database)
    confirmed(database, id_)
    send_broadcasts(database, MONDAY)
    with database.begin() as session:
        first = session.scalars(
            select(OutboundMessage.id).where(OutboundMessage.dedupe_key.startswith("broadcast"))
        ).first()
        session.execute(
            update(OutboundMessage)
            .where(OutboundMessage.id == first)
            .values(state=OutboundState.SENT)
        )
        stop_broadcast(session.get_one(Broadcast, id_), stopped_by="staff:1", now=MONDAY + MINUTE)
    assert put_away(database, id_, MONDAY + MINUTE, most=9) == 2
    with database.read() as session:
        assert states_of(session, session.get_one(Broadcast, id_)) == {"sent": 1, "stopped": 2}
        texts = promised(session)
    assert texts[OTIENO].state is OutboundState.QUEUED  # another's bulletin goes on
    gone = [text for text in texts.values() if text.state is OutboundState.STOPPED]
    assert {text.detail for text in gone} == {"the broadcast was stopped"}


def test_what_is_stopped_between_two_slices_is_promised_to_nobody_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as session:
        kirima(session)
    id_ = begun(database)
    confirmed(database, id_)
    address_slice = scheduler.broadcasts._address_slice

    def address_then_stop(*args: object) -> int:
        made: int = address_slice(*args)  # type: ignore[arg-type]
        stop_broadcast(args[1], stopped_by="staff:1", now=MONDAY)  # type: ignore[arg-type]
        return made

    monkeypatch.setattr(scheduler.broadcasts, "_address_slice", address_then_stop)
    assert send_broadcasts(database, MONDAY) == 2
    assert send_broadcasts(database, MONDAY + MINUTE) == 0
    with database.read() as session:
        assert {text.state for text in promised(session).values()} == {OutboundState.STOPPED}
        assert len(promised(session)) == 2


def test_a_text_that_comes_back_from_a_gateway_after_the_stop_is_put_away_too(
    database: Database,
) -> None:
    with database.begin() as session:
        kirima(session)
    id_ = begun(database)
    confirmed(database, id_)
    send_broadcasts(database, MONDAY)
    with database.begin() as session:
        session.execute(update(OutboundMessage).values(state=OutboundState.SENDING))
        stop_broadcast(session.get_one(Broadcast, id_), stopped_by="staff:1", now=MONDAY)
    assert put_away(database, id_, MONDAY, most=9) == 0
    with database.begin() as session:
        session.execute(update(OutboundMessage).values(state=OutboundState.QUEUED))
    send_broadcasts(database, MONDAY + MINUTE)
    with database.read() as session:
        assert {text.state for text in promised(session).values()} == {OutboundState.STOPPED}


def test_it_may_fill_the_share_of_bulletins_and_no_more(database: Database) -> None:
    """Of a budget of three segments bulletins may have two: 85 per cent, rounded down."""
    with database.begin() as session:
        kirima(session)
    confirmed(database, begun(database))
    send_broadcasts(database, MONDAY)
    rules = SendingRules(BY_PAID.routes, limits=SmsLimits("Africa/Nairobi", day=SmsLimit(3)))
    went = 0
    for _ in range(4):
        with database.begin() as session:
            claimed = claim(session, PAID, rules, lane=Lane.BULK, worker="w", now=MONDAY)
        went += 0 if claimed is None else len(claimed.messages)
    assert went == 2


def test_who_reads_no_language_of_it_gets_its_own(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
        meet(session, WANJIKU, MONDAY, language="fr")
    id_ = begun(database, sw=SWAHILI)
    with database.read() as session:
        readers = readers_of(session, session.get_one(Broadcast, id_))
    assert [(one.language, one.people) for one in readers] == [("en", 2), ("sw", 1)]


def test_a_text_that_nobody_reads_to_its_end_is_refused(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
    id_ = begun(database)
    with database.begin() as session:
        broadcast = session.get_one(Broadcast, id_)
        assert write_texts(session, broadcast, {"en": "x" * 700}) == TooLong("en", 5)
        assert [one.text for one in texts_of(session, broadcast)] == [ENGLISH]
        assert (
            write_texts(session, broadcast, {"en": "Kesho \0 asubuhi  \r\n\n", "sw": " "}) is None
        )
        (text,) = texts_of(session, broadcast)
        assert (text.text, text.segments) == ("Kesho  asubuhi", 1)


def test_the_same_words_lately_are_found(database: Database) -> None:
    with database.begin() as session:
        kirima(session)
    first, second = begun(database), begun(database)
    with database.read() as session:
        draft = session.get_one(Broadcast, second)
        assert said_before(session, draft, MONDAY - MINUTE) is None
    confirmed(database, first)
    with database.read() as session:
        twin = said_before(session, draft, MONDAY - MINUTE)
        assert twin is not None
        assert twin.id == first
        assert said_before(session, draft, MONDAY + MINUTE) is None
