"""Every question for a price is counted, texted or dialled: so it is known what people want."""

from datetime import datetime

from sqlalchemy import select

from db.session import Database
from groups.models import CellQueryCount
from prices.kinds import PriceType
from tests.app.commandline import bei
from tests.cast import OTIENO, WANJIKU
from tests.groups.stories import meet
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
    assert counts(database) == [("milk", FARM_GATE, 1, 1)]
    # A key that is none draws the same screen once more: no new question.
    bei("dial", WANJIKU, "1", "1", "5", "7", database_url=database_url)
    assert counts(database) == [("milk", FARM_GATE, 2, 2)]
