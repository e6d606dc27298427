"""A member looks up what to say to a buyer, by text and hop by hop, on a real database."""

from db.session import Database
from tests.cast import KAMAU, WANJIKU
from tests.conftest import NOON
from tests.handlers.keywords.selling import a_month, selling_group, sells, tells
from tests.handlers.keywords.talking import Talk
from tests.handlers.test_ussd import Call
from tests.handlers.test_ussd_selling import texts
from tests.handlers.texting import Phones


def sold(database: Database) -> None:
    """KIRIMA with a month of sales; its members read English."""
    with database.begin() as session:
        talk = Talk(session, NOON)
        dairy = selling_group(talk)
        sells(talk, dairy, a_month(dairy))
        tells(talk, "milk", "Githunguri", 45, 47, 48, 49)
        tells(talk, "cheese", "Githunguri", 900, 900, 900)
        for phone in (KAMAU, WANJIKU):
            talk.subscriber(phone).language = "en"


def test_by_text(database: Database) -> None:
    sold(database)
    phones = Phones(database, NOON)
    told = phones.text(WANJIKU, "BARGAIN BROOKSIDE")
    assert told is not None
    assert told.startswith("KIRIMA to Brookside. Fair here: KES 44-50/L (4 reports, today).")
    told = phones.text(WANJIKU, "products 100 cheese 100")
    assert told is not None
    assert "Cheese 8,000 (900/kg in shops, 10 L a kg, less 100 as you said)." in told
    # Whoever writes Swahili is answered in it.
    told = phones.text(KAMAU, "patana na kcc")
    assert told is not None
    assert told.startswith(("KIRIMA kwa KCC.", "KIRIMA to KCC."))


def test_on_the_menu(database: Database) -> None:
    sold(database)
    call = Call(database, KAMAU)
    root = call.dial()
    call.press(next(line[0] for line in root.splitlines() if "group" in line.lower()))
    assert call.press("6").text.startswith("Sell better\n1 Bargaining card")
    assert call.press("1").text == "Which buyer?\n1 KCC\n2 Brookside\n0 Back"
    assert call.press("1").text.startswith("KIRIMA to KCC.\nFair here: KES 44-50/L")
    last = call.press("9", "9").text
    assert "Ask KES 50; elsewhere you get 46." in last
    call.press("1")
    (sent,) = texts(database)
    assert sent.startswith("KIRIMA to KCC. Fair here: KES 44-50/L (4 reports, today).")
    # A repeated hop sends nothing twice.
    call.hop(call.transcript)
    assert len(texts(database)) == 1
