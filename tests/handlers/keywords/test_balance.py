"""What became of my reports?"""

from handlers.commands import Balance, PriceReport
from prices.kinds import ObservationStatus
from tests.cast import ACHIENG, WANJIKU
from tests.handlers.keywords.talking import Talk


def balance(talk: Talk, language: str = "en") -> str:
    reply = talk.says(WANJIKU, Balance(), language)
    assert reply is not None
    return reply


def tell(talk: Talk, price: str, who: str = WANJIKU) -> None:
    talk.says(who, PriceReport((talk.item("milk", "Nakuru", price),)))


def test_how_many_and_the_last(talk: Talk) -> None:
    tell(talk, "45")
    talk.wait(days=2)
    tell(talk, "46")
    tell(talk, "44", ACHIENG)
    talk.wait(days=1)
    assert balance(talk) == (
        "You told 2 prices in the last 30 days. 2 count. The last: milk Nakuru, yesterday. "
        "Bei pays nothing for them."
    )
    assert balance(talk, "sw").startswith("Umetoa bei 2 katika siku 30 zilizopita.")


def test_those_that_wait_are_told(talk: Talk) -> None:
    for price in ("45", "46", "47"):
        tell(talk, price)
    held, dropped, _ = talk.kept()
    held.status, dropped.status = ObservationStatus.HELD, ObservationStatus.DROPPED
    talk.session.flush()
    assert balance(talk).startswith(
        "You told 3 prices in the last 30 days. 1 count, 1 wait to be checked."
    )


def test_nothing_told_lately(talk: Talk) -> None:
    assert balance(talk) == (
        "You told no price in the last 30 days. To tell your price: MILK NAIROBI and your price."
    )
    tell(talk, "45")
    talk.wait(days=31)
    assert balance(talk).startswith("You told no price in the last 30 days.")
