"""Not one message more, and back again."""

from handlers.commands import Start, Stop
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


def test_stop_is_confirmed_once_for_each_time_somebody_leaves(talk: Talk) -> None:
    assert talk.says(WANJIKU, Stop(), "sw") == "Hutapokea ujumbe tena kutoka Bei. Jibu ANZA kurudi."
    assert talk.says(WANJIKU, Stop(), "sw") is None
    talk.says(WANJIKU, Start())
    assert talk.says(WANJIKU, Stop()) is not None


def test_who_comes_back_is_welcomed(talk: Talk) -> None:
    talk.says(WANJIKU, Stop())
    assert talk.says(WANJIKU, Start()) == (
        "Welcome back to Bei. Your messages go on. Reply STOP to end. "
        "To ask: PRICE MILK NAIROBI. To tell your price: MILK NAIROBI and your price."
    )


def test_who_was_never_away_is_shown_what_to_type(talk: Talk) -> None:
    assert talk.says(WANJIKU, Start(), "sw") == (
        "Hii ni Bei: bei za sokoni kwa ujumbe. "
        "Kuuliza: BEI MAZIWA NAIROBI. Kutoa bei: MAZIWA NAIROBI na bei yako."
    )
