"""Two readings as good as each other: the person decides."""

from handlers.commands import (
    Alert,
    BestMarket,
    Help,
    Item,
    PriceQuery,
    PriceReport,
    Subscribe,
    Trend,
    Unsubscribe,
    Unsure,
)
from messaging.segments import measure
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


def test_each_reading_is_told_in_a_few_words(talk: Talk) -> None:
    told = PriceReport((talk.item("milk", None, "45"),))
    assert talk.says(WANJIKU, Unsure((told, Unsubscribe((Item("milk"),))))) == (
        "What do you want? Reply 1 to tell a price (milk 45), 2 to end weekly prices (milk)."
    )
    assert talk.says(WANJIKU, Unsure((told, Help())), "sw") == (
        "Unataka nini? Jibu 1 kutoa bei (maziwa 45), 2 kupata msaada."
    )


def test_readings_that_sound_alike_are_offered_once(talk: Talk) -> None:
    alike = PriceQuery((Item("milk"),)), PriceQuery((Item("milk", unknown_words="x"),))
    assert talk.says(WANJIKU, Unsure(alike)) == ("What do you want? Reply 1 to ask a price (milk).")


def test_as_many_readings_as_fit(talk: Talk) -> None:
    item = talk.item("milk_camel", "Githunguri")
    readings = (PriceQuery((item,)), BestMarket(item), Trend(item), Subscribe((item,)), Alert(item))
    reply = talk.says(WANJIKU, Unsure(readings)) or ""
    assert measure(reply).segments == 1
    assert "1 to ask a price (camel milk Githunguri), 2 to find the best market" in reply
