"""Weekly prices: wanted, and wanted no more."""

from groups.subscriptions import subscriptions_of
from handlers.commands import Item, Subscribe, Unsubscribe
from messaging.segments import measure
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


def wants(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, Subscribe((item,)), language)
    assert reply is not None
    return reply


def ends(talk: Talk, item: Item, language: str = "en") -> str:
    reply = talk.says(WANJIKU, Unsubscribe((item,)), language)
    assert reply is not None
    return reply


def test_farmer_subscribes(talk: Talk) -> None:
    assert wants(talk, talk.item("milk", "Nakuru")) == (
        "You will get milk prices for Nakuru every Monday at 7 am. Free. Reply STOP to end."
    )
    assert wants(talk, talk.item("milk", "Nakuru"), "sw") == (
        "Utapokea bei za maziwa Nakuru kila Jumatatu saa 1 asubuhi. Ni bure. Jibu ACHA kusitisha."
    )
    assert len(subscriptions_of(talk.session, talk.subscriber(WANJIKU))) == 1


def test_whole_county(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Molo").id)
    assert county is not None
    assert "milk prices for Nakuru county every" in wants(talk, Item("milk", county.id))


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    assert wants(talk, Item("milk")) == "Which place? Send: SUB MILK NAIROBI"
    assert wants(talk, Item("milk"), "sw") == "Mahali gani? Tuma: ARIFA MAZIWA NAIROBI"
    assert subscriptions_of(talk.session, talk.subscriber(WANJIKU)) == []


def test_home_is_meant_where_no_place_is_said(talk: Talk) -> None:
    talk.subscriber(WANJIKU).home_place_id = talk.place("Molo").id
    assert "milk prices for Molo every" in wants(talk, Item("milk"))


def test_one_list_ends_and_the_other_goes_on(talk: Talk) -> None:
    wants(talk, talk.item("milk", "Nakuru"))
    wants(talk, talk.item("maize", "Kitale"))
    assert ends(talk, Item("milk")) == (
        "No more milk prices for Nakuru. To end all messages send STOP"
    )
    (left,) = subscriptions_of(talk.session, talk.subscriber(WANJIKU))
    assert left.commodity_code == "maize"


def test_all_lists_end_and_as_many_as_fit_are_named(talk: Talk) -> None:
    for code in list(talk.vocabulary.commodities)[:12]:
        wants(talk, talk.item(code, "Nakuru"))
    reply = ends(talk, Item())
    assert reply.startswith("No more milk prices for Nakuru. No more maize prices for Nakuru.")
    assert measure(reply).segments == 1
    assert subscriptions_of(talk.session, talk.subscriber(WANJIKU)) == []


def test_a_name_of_several_places_ends_only_what_somebody_has_there(talk: Talk) -> None:
    county = talk.vocabulary.admin1_of(talk.place("Kiambu").id)
    assert county is not None
    for item in (talk.item("milk", "Nakuru"), Item("milk", county.id)):
        wants(talk, item)
    reply = ends(talk, Item("milk", places=(talk.place("Kiambu").id, county.id)))
    assert reply.startswith("No more milk prices for Kiambu county.")
    (left,) = subscriptions_of(talk.session, talk.subscriber(WANJIKU))
    assert left.place_id == talk.place("Nakuru").id


def test_nothing_to_end(talk: Talk) -> None:
    assert ends(talk, Item("milk")) == (
        "You had no such weekly prices. To end all messages send STOP"
    )
    assert ends(talk, Item("milk"), "sw").startswith("Hukuwa na bei hizo za kila wiki.")
