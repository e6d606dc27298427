"""This is my market."""

from handlers.commands import Item, SetHome
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


def test_the_place_is_kept_and_said_back(talk: Talk) -> None:
    talk.subscriber(WANJIKU).name = "Jane"
    reply = talk.says(WANJIKU, SetHome(talk.item("milk", "Molo", "45")))
    assert reply == "We have noted: Jane, Molo."
    person = talk.subscriber(WANJIKU)
    assert (person.home_place_id, person.usual_commodity_code) == (talk.place("Molo").id, None)


def test_which_of_several_is_asked(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    item = Item(places=(talk.place("Kiambu").id, county.id))
    assert talk.says(WANJIKU, SetHome(item)) == (
        "Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
    )
    assert talk.subscriber(WANJIKU).home_place_id is None


def test_no_place_at_all(talk: Talk) -> None:
    assert talk.says(WANJIKU, SetHome(Item()), "sw") == "Uko wapi? Tuma: SAJILI JANE NAIROBI"
