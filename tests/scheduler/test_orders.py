"""An order whose last day is over is closed once, and all concerned hear of it, whoever works."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db.session import Database
from groups.models import Group
from groups.order_models import GroupOrder, OrderEnd, OrderWish
from groups.orders import Tally
from handlers.telling_orders import tell_closed
from messaging.gateways.simulator import Simulator
from messaging.models import OutboundMessage
from messaging.phrases import languages
from messaging.routes import Routes
from messaging.segments import measure
from messaging.sending_rules import SendingRules
from prices.catalogue import Catalogue
from prices.vocabulary import Vocabulary
from scheduler.orders import TellOrderClosed, close_orders
from scheduler.timetable import Worker
from tests.cast import KAMAU, NJERI, WANJIKU
from tests.groups.stories import meet
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones

OPEN = "ORDER OPEN FEED 10 AT 1850 BY SAT"
OVER = "Kirima Dairy Group: ordering feed ended on 28 Nov."


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """Ordering feed is open until Saturday, midnight."""
    dairy = Dairy(Phones(database, now))
    dairy.text(NJERI, OPEN)
    return dairy


def at_its_end(dairy: Dairy, **passed: float) -> None:
    """It is the very second in which it closes, and so much more."""
    dairy.phones.now = order(dairy).ends_at + timedelta(**passed)


def order(dairy: Dairy) -> GroupOrder:
    with dairy.phones.database.read() as session:
        return session.scalars(select(GroupOrder).order_by(GroupOrder.id.desc())).all()[0]


def close(dairy: Dairy, tell: TellOrderClosed = tell_closed) -> int:
    return close_orders(dairy.phones.database, Catalogue(), tell, dairy.phones.now)


def ordered(dairy: Dairy) -> int:
    with dairy.phones.database.read() as session:
        return sum(session.scalars(select(OrderWish.quantity)))


def closing_texts(dairy: Dairy) -> list[OutboundMessage]:
    with dairy.phones.database.read() as session:
        texts = select(OutboundMessage).where(OutboundMessage.dedupe_key.like("order:%:closed:%"))
        return list(session.scalars(texts))


def test_what_goes_ahead(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 7")
    dairy.text(KAMAU, "ORDER FEED 3")
    dairy.text(ROSE, "ORDER FEED 2 FOR MARY")
    at_its_end(dairy, microseconds=-1)
    assert close(dairy) == 0
    at_its_end(dairy)
    assert close(dairy) == 1
    assert close(dairy) == 0
    assert order(dairy).ended is OrderEnd.GOES_AHEAD
    assert dairy.told(WANJIKU)[-1] == (
        "Kirima Dairy Group: the order of feed goes ahead, 12 bags, 10 needed. "
        "Yours: 7 bags, KES 12,950. It is kept from your milk money when it has come."
    )
    whole = (
        "Kirima Dairy Group: the order of feed goes ahead, 12 bags, 10 needed. 3 members, "
        "KES 22,200. Jane Wanjiku 7, Hosea Kamau 3, Mary Achieng 2."
    )
    for officer in (NJERI, PETER, ROSE):
        assert dairy.told(officer)[-1] == whole
    assert len(closing_texts(dairy)) == 5


def test_what_does_not(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 7")
    at_its_end(dairy)
    assert close(dairy) == 1
    assert order(dairy).ended is OrderEnd.TOO_FEW
    assert dairy.told(WANJIKU)[-1] == (
        "Kirima Dairy Group: the order of feed does not go ahead, 7 of 10 bags. "
        "Nothing is kept from your milk money for it."
    )
    assert dairy.told(ROSE)[-1] == (
        "Kirima Dairy Group: the order of feed does not go ahead, 7 of 10 bags. 1 member, "
        "KES 12,950. Jane Wanjiku 7."
    )
    # Whoever ordered none was told that it is open, and needs no more.
    assert len(dairy.told(KAMAU)) == 1
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820").startswith("No such order goes ahead.")


def test_of_what_nobody_ordered_only_officers_hear(dairy: Dairy) -> None:
    at_its_end(dairy)
    close(dairy)
    assert {one.text for one in closing_texts(dairy)} == {
        "Kirima Dairy Group: the order of feed does not go ahead, 0 of 10 bags."
    }
    assert len(closing_texts(dairy)) == 3


def test_it_closes_at_night_and_is_told_in_the_morning(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 10")
    at_its_end(dairy)
    close(dairy)
    assert {f"{one.due_at:%d %H:%M}" for one in closing_texts(dairy)} == {"29 03:00"}


def test_what_went_ahead_is_waited_for_and_then_charged(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 10")
    at_its_end(dairy, hours=10)
    close(dairy)
    assert dairy.text(WANJIKU, "ORDER") == (
        "Feed goes ahead, 10 of 10 bags. It has not come yet. Yours: 10 bags, KES 18,500."
    )
    assert dairy.text(NJERI, "ORDER LIST").endswith("4 Jane Wanjiku: 10")
    assert dairy.text(NJERI, OPEN.replace("SAT", "5/12")).startswith("Kirima Dairy Group orders")
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820").startswith("Written: feed, 10 bags")
    assert dairy.text(ROSE, "ORDER DELIVERED FEED 1820").startswith("Feed: 0 of 10 bags")
    assert len(dairy.book()) == 1


# In the second in which it closes


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_member_is_late_from_that_second_on(dairy: Dairy, is_closed: bool) -> None:
    at_its_end(dairy, microseconds=-1)
    assert dairy.text(KAMAU, "ORDER FEED 2").startswith("Yours, feed: 2 bags")
    at_its_end(dairy)
    if is_closed:
        close(dairy)
    assert dairy.text(WANJIKU, "ORDER FEED 3") == OVER
    assert dairy.text(KAMAU, "ORDER FEED 0") == OVER
    assert ordered(dairy) == 2


def test_until_a_worker_has_closed_it_no_other_is_opened(dairy: Dairy) -> None:
    at_its_end(dairy, hours=9)
    again = OPEN.replace("SAT", "5/12")
    assert dairy.text(NJERI, again) == (
        "The last order is being closed. Send it again in two minutes."
    )
    close(dairy)
    assert dairy.text(NJERI, again).startswith("Kirima Dairy Group orders feed")


def test_who_orders_while_it_closes_is_counted_or_told_that_it_is_over(dairy: Dairy) -> None:
    """The text came in time; whether it or the worker holds the order first, both are right."""
    ends_at, replies, closed = order(dairy).ends_at, list[str](), list[int]()
    just_before = Phones(dairy.phones.database, ends_at - timedelta(microseconds=1))

    def work() -> None:
        closed.append(close_orders(dairy.phones.database, Catalogue(), tell_closed, ends_at))

    together([work, lambda: replies.append(just_before.text(WANJIKU, "ORDER FEED 10") or "")])
    assert closed == [1]
    at_its_end(dairy)
    if ordered(dairy):
        assert replies[0].startswith("Yours, feed: 10 bags")
        assert order(dairy).ended is OrderEnd.GOES_AHEAD
    else:
        assert replies[0] == OVER
        assert order(dairy).ended is OrderEnd.TOO_FEW


# Many at once


def together(jobs: list[Callable[[], object]]) -> None:
    """All at the same moment, each in a thread of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        start.wait()
        job()

    threads = [Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_close_it_once(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 10")
    at_its_end(dairy)
    closed: list[int] = []
    together([lambda: closed.append(close(dairy))] * 2)
    assert sorted(closed) == [0, 1]
    assert len(closing_texts(dairy)) == 4


def test_two_who_fill_it_at_once_tell_it_once(dairy: Dairy) -> None:
    phones, replies = dairy.phones, list[str]()
    people = (WANJIKU, KAMAU, ROSE, PETER)

    def orders_five(sender: str) -> Callable[[], object]:
        own = Phones(phones.database, phones.now)
        return lambda: replies.append(own.text(sender, "ORDER FEED 5") or "")

    together([orders_five(sender) for sender in people])
    assert ordered(dairy) == 20
    assert sum("That is enough: all are told." in reply for reply in replies) == 1
    told = [one for msisdn in (NJERI, *people) for one in dairy.told(msisdn) if "enough" in one]
    # Both officers and who ordered before, but for whoever fills it: it may be one of the two.
    assert 2 <= len(told) <= 4


def test_two_officers_who_say_that_it_has_come_charge_once(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 6")
    dairy.text(KAMAU, "ORDER FEED 4")
    phones, replies = dairy.phones, list[str]()

    def says(sender: str, price: int) -> Callable[[], object]:
        own = Phones(phones.database, phones.now)
        return lambda: replies.append(own.text(sender, f"ORDER DELIVERED FEED {price}") or "")

    together([says(ROSE, 1820), says(NJERI, 1825)])
    assert sorted(reply.split(":")[0][:12] for reply in replies) == ["Feed has com", "Written"]
    assert len({one.amount / 2 for one in dairy.book() if one.amount}) == 2
    assert len(dairy.book()) == 2


def test_two_officers_who_open_it_at_once_open_one(dairy: Dairy) -> None:
    phones, replies = dairy.phones, list[str]()

    def opens(sender: str) -> Callable[[], object]:
        own = Phones(phones.database, phones.now)
        text = "ORDER OPEN SOAP 20 AT 150 BY SAT"
        return lambda: replies.append(own.text(sender, text) or "")

    together([opens(ROSE), opens(NJERI)])
    assert sorted(reply[:16] for reply in replies) == ["It is ordered al", "Kirima Dairy Gro"]
    with phones.database.read() as session:
        assert len(session.scalars(select(GroupOrder)).all()) == 2


# Faults


def test_what_could_not_be_told_is_not_closed_yet(dairy: Dairy) -> None:
    dairy.text(WANJIKU, "ORDER FEED 10")
    at_its_end(dairy)

    def fail(
        session: Session, vocabulary: Vocabulary, order: GroupOrder, tally: Tally, now: datetime
    ) -> int:
        tell_closed(session, vocabulary, order, tally, now)
        raise RuntimeError("killed behind the last text")

    with capture_logs() as logs:
        assert close(dairy, fail) == 0
    assert [(entry["event"], entry["what"]) for entry in logs] == [("not_closed", "order")]
    assert order(dairy).closed_at is None
    assert closing_texts(dairy) == []
    assert close(dairy) == 1
    assert len(closing_texts(dairy)) == 4


def test_a_database_out_of_reach_is_the_timetables_affair(dairy: Dairy) -> None:
    at_its_end(dairy)

    def lost(*_: object) -> int:
        raise OperationalError("SELECT 1", None, Exception("gone"))

    with pytest.raises(OperationalError):
        close(dairy, lost)


def test_a_worker_that_is_told_to_stop_leaves_the_rest(dairy: Dairy) -> None:
    at_its_end(dairy)
    stopping = Event()
    stopping.set()
    now = dairy.phones.now
    assert (
        close_orders(dairy.phones.database, Catalogue(), tell_closed, now, stopping=stopping) == 0
    )


def test_the_timetable_closes_them(dairy: Dairy) -> None:
    at_its_end(dairy)
    for tell, closed in ((None, False), (tell_closed, True)):
        worker = Worker(
            dairy.phones.database,
            Catalogue(),
            {"simulator": Simulator()},
            SendingRules(Routes("simulator")),
            retry_unhandled=lambda session, now: 0,
            now=lambda: dairy.phones.now,
            tell_order_closed=tell,
        )
        {job.name: job for job in worker.timetable()}["close orders"].run()
        assert (order(dairy).closed_at is not None) is closed


# What it may cost


@pytest.mark.parametrize("language", languages())
def test_officers_read_as_many_names_as_two_segments_hold(dairy: Dairy, language: str) -> None:
    for number in range(40):
        first = f"{'ABCDEFGHIJ'[number % 10]}{'abcd'[number // 10]}"
        dairy.text(NJERI, f"ADD MEMBER {first}njiru wa Kamau wa Githunguri-Komothai")
    with dairy.phones.database.begin() as session:
        session.scalars(select(Group).where(Group.code == "KIRIMA")).one().name = "Kirima Wa" * 8
        for msisdn in (NJERI, ROSE, WANJIKU):
            person = meet(session, msisdn, dairy.phones.now)
            person.language, person.has_chosen_language = language, True
    for number in range(7, 47):
        dairy.text(ROSE, f"ORDER FEED 99 FOR #{number}")
    dairy.text(WANJIKU, "ORDER FEED 100")
    at_its_end(dairy)
    assert close(dairy) == 1
    for one in closing_texts(dairy):
        assert one.encoding == "GSM-7"
    assert measure(dairy.told(WANJIKU)[-1]).segments == 1
    for officer in (NJERI, ROSE):
        told = dairy.told(officer)[-1]
        assert measure(told).segments == 2
        assert "4,060" in told or "4 060" in told or "4060" in told
        assert "99" in told
