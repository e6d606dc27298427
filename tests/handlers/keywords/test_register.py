"""Who and where somebody is: what was understood is said back, what is missing is asked."""

from handlers.commands import Item, Register, SetLanguage
from messaging.segments import measure
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


def register(talk: Talk, command: Register, language: str = "en") -> str:
    reply = talk.says(WANJIKU, command, language)
    assert reply is not None
    return reply


def test_name_and_place(talk: Talk) -> None:
    command = Register("Jane Wanjiku", talk.item("milk", "Molo"))
    assert register(talk, command) == "We have noted: Jane Wanjiku, Molo."
    person = talk.subscriber(WANJIKU)
    assert (person.name, person.home_place_id) == ("Jane Wanjiku", talk.place("Molo").id)
    assert person.usual_commodity_code == "milk"


def test_name_without_a_place(talk: Talk) -> None:
    assert register(talk, Register("Jane")) == (
        "We have noted: Jane. Where are you? Send: REGISTER NAIROBI"
    )


def test_place_without_a_name(talk: Talk) -> None:
    assert register(talk, Register(item=talk.item(None, "Molo"))) == (
        "We have noted: Molo. What is your name? Send: REGISTER JANE MOLO"
    )


def test_nothing_said(talk: Talk) -> None:
    assert register(talk, Register()) == "Where are you? Send: REGISTER JANE NAIROBI"
    assert register(talk, Register(), "sw") == "Uko wapi? Tuma: SAJILI JANE NAIROBI"


def test_everything_known_already(talk: Talk) -> None:
    register(talk, Register("Jane", talk.item(None, "Molo"), language="en"))
    assert register(talk, Register()) == "We have noted: Jane, Molo, English."


def test_language_is_spoken_at_once(talk: Talk) -> None:
    command = Register("Jane", talk.item(None, "Molo"), language="sw")
    assert register(talk, command) == "Tumeandika: Jane, Molo, Kiswahili."
    assert talk.subscriber(WANJIKU).language == "sw"


def test_language_nobody_speaks_here_is_not_noted(talk: Talk) -> None:
    command = Register("Jane", talk.item(None, "Molo"), language="xx")
    assert register(talk, command) == "We have noted: Jane, Molo."
    assert talk.subscriber(WANJIKU).language is None


def test_what_is_not_said_stays(talk: Talk) -> None:
    register(talk, Register("Jane", talk.item("milk", "Molo")))
    register(talk, Register("Wanjiku"))
    assert talk.subscriber(WANJIKU).home_place_id == talk.place("Molo").id


def test_place_that_is_several(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    item = Item(places=(talk.place("Kiambu").id, county.id))
    assert register(talk, Register("Jane", item)) == (
        "We have noted: Jane. Which Kiambu? Reply 1 Kiambu town, 2 Kiambu county."
    )


def test_endless_name_is_cut(talk: Talk) -> None:
    reply = register(talk, Register("Jane " * 100, talk.item(None, "Molo")))
    assert measure(reply).segments == 1
    assert len(talk.subscriber(WANJIKU).name or "") <= 80
    assert measure(register(talk, Register("x" * 500))).segments == 1


def test_language_chosen(talk: Talk) -> None:
    assert talk.says(WANJIKU, SetLanguage("sw")) == "Kuanzia sasa tutakuandikia kwa Kiswahili."
    assert talk.subscriber(WANJIKU).language == "sw"


def test_languages_offered(talk: Talk) -> None:
    offer = "Choose your language. Send: Kiswahili / English / Español / Francais"
    assert talk.says(WANJIKU, SetLanguage(None)) == offer
    assert talk.says(WANJIKU, SetLanguage("lg")) == offer
    assert talk.subscriber(WANJIKU).language is None
