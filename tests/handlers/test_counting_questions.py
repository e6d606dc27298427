"""Every question for a price is counted, texted or dialled: so it is known what people want."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select

from db.session import Database
from groups.models import CellQueryCount
from messaging.models import UssdSession
from prices.kinds import PriceType
from scheduler.upkeep import count_asked
from tests.app.commandline import bei
from tests.cast import OTIENO, WANJIKU
from tests.groups.stories import meet
from tests.handlers.test_ussd import Call, speaks_english
from tests.handlers.texting import Phones
from tests.prices.stories import kenya, place_named

Count = tuple[str, PriceType, int, int]
FARM_GATE, RETAIL = PriceType.FARM_GATE, PriceType.RETAIL


def counts(database: Database, place: str = "Molo") -> list[Count]:
    """What was asked for at a place: which price, how often, how often in vain."""
    row = CellQueryCount
    with database.read() as session:
        found = session.execute(
            select(row.commodity_code, row.price_type, row.asked, row.unanswered)
            .where(row.place_id == place_named(kenya(session), place).id)
            .order_by(row.commodity_code, row.price_type)
        )
        return [tuple(count) for count in found]


def test_texts(database: Database, now: datetime) -> None:
    phones = Phones(database, now)
    phones.text(WANJIKU, "milk molo")
    phones.text(OTIENO, "bei maziwa molo?")
    phones.text(OTIENO, "report milk molo 45")
    phones.text(WANJIKU, "milk molo")
    phones.text(WANJIKU, "retail milk molo")
    phones.text(WANJIKU, "beans molo, milk molo")
    assert counts(database) == [
        ("beans", PriceType.WHOLESALE, 1, 1),
        ("milk", FARM_GATE, 4, 2),
        ("milk", RETAIL, 1, 1),
    ]


def test_what_is_no_question_for_a_price_is_not_counted(database: Database, now: datetime) -> None:
    phones = Phones(database, now)
    for text in ("report milk molo 45", "trend milk molo", "help", "1", "best milk molo"):
        phones.text(WANJIKU, text)
    assert counts(database) == []


def test_made_up_people_want_nothing(database: Database, now: datetime) -> None:
    with database.begin() as session:
        meet(session, WANJIKU, now, is_demo=True)
    Phones(database, now).text(WANJIKU, "milk molo")
    assert counts(database) == []


def test_calls(database: Database, database_url: str, now: datetime) -> None:
    with database.begin() as session:
        molo = place_named(kenya(session), "Molo").id
        meet(session, WANJIKU, now, language="en", home_place_id=molo, usual_commodity_code="milk")
    screen = bei("dial", WANJIKU, "1", "1", database_url=database_url).out
    assert "Molo" in screen
    assert counts(database) == []  # a hop writes no row but its own
    assert count_asked(database) == 1
    assert count_asked(database) == 0
    assert counts(database) == [("milk", FARM_GATE, 1, 1)]
    # A key that is none draws the same screen once more: no new question.
    bei("dial", WANJIKU, "1", "1", "5", "7", database_url=database_url)
    assert count_asked(database) == 1
    assert counts(database) == [("milk", FARM_GATE, 2, 2)]


def test_calls_that_go_on_while_they_are_counted(database: Database, now: datetime) -> None:
    speaks_english(database, home="Molo")
    call = Call(database, now=now)
    call.press("1", "1")
    assert count_asked(database) == 1
    call.press("0", "1", "0", "2")
    Call(database, now=now).hop("1*1*0*1")
    assert count_asked(database) == 2
    assert counts(database) == [("maize", PriceType.WHOLESALE, 1, 1), ("milk", FARM_GATE, 4, 4)]


def test_a_repeat_is_no_second_question(database: Database, now: datetime) -> None:
    speaks_english(database, home="Molo")
    call = Call(database, now=now)
    call.press("1", "1")
    for _ in range(3):
        call.hop("1*1")
    count_asked(database)
    assert counts(database) == [("milk", FARM_GATE, 1, 1)]


def test_what_another_release_noted_holds_up_nothing(database: Database, now: datetime) -> None:
    speaks_english(database, home="Molo")
    Call(database, now=now).hop("1*1")
    with database.begin() as session:
        row = session.scalars(select(UssdSession)).one()
        row.asked = f"milk|of|old\n{row.asked}"
    assert count_asked(database) == 1
    assert counts(database) == [("milk", FARM_GATE, 1, 1)]


def test_two_workers_count_a_call_once(database: Database, now: datetime) -> None:
    speaks_english(database, home="Molo")
    for _ in range(20):
        Call(database, now=now).hop("1*1")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: count_asked(database), range(4))) == 20
    assert counts(database) == [("milk", FARM_GATE, 20, 20)]
