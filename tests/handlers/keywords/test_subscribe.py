"""Weekly prices: wanted, and wanted no more."""

from groups.subscriptions import subscriptions_of
from handlers.commands import Confirm, Item, PriceQuery, Subscribe, Unsubscribe
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
    assert wants(talk, Item("milk"), "sw") == "Mahali gani? Tuma: JIANDIKISHE MAZIWA NAIROBI"
    assert subscriptions_of(talk.session, talk.subscriber(WANJIKU)) == []


def test_home_is_meant_where_no_place_is_said(talk: Talk) -> None:
    talk.subscriber(WANJIKU).home_place_id = talk.place("Molo").id
    assert "milk prices for Molo every" in wants(talk, Item("milk"))


def test_several_in_one_text(talk: Talk) -> None:
    both = (talk.item("milk", "Nakuru"), talk.item("maize", "Kitale"))
    for _ in range(2):  # asking twice is one subscription each
        assert talk.says(WANJIKU, Subscribe(both)) == (
            "You will get these prices every Monday at 7 am: milk Nakuru, maize Kitale. "
            "Free. Reply STOP to end."
        )
    assert len(subscriptions_of(talk.session, talk.subscriber(WANJIKU))) == 2
    assert talk.says(WANJIKU, Subscribe(both), "sw") == (
        "Utapokea bei hizi kila Jumatatu saa 1 asubuhi: maziwa Nakuru, mahindi Kitale. "
        "Ni bure. Jibu ACHA kusitisha."
    )


def test_lists_that_come_at_other_times_are_said_apart(talk: Talk) -> None:
    wants(talk, talk.item("milk", "Nakuru"))
    (early,) = subscriptions_of(talk.session, talk.subscriber(WANJIKU))
    early.bulletin_weekdays, early.bulletin_hour = 16, 16
    both = (talk.item("milk", "Nakuru"), talk.item("maize", "Kitale"))
    assert talk.says(WANJIKU, Subscribe(both)) == (
        "You will get maize prices for Kitale every Monday at 7 am. "
        "You will get milk prices for Nakuru every Friday at 4 pm. Free. Reply STOP to end."
    )


def test_a_list_of_several_days_and_one_of_a_month(talk: Talk) -> None:
    wants(talk, talk.item("milk", "Nakuru"))
    wants(talk, talk.item("maize", "Kitale"))
    twice, monthly = subscriptions_of(talk.session, talk.subscriber(WANJIKU))
    twice.bulletin_weekdays = 0b1001
    monthly.bulletin_weekdays, monthly.bulletin_month_day = 0, 15
    both = (talk.item("milk", "Nakuru"), talk.item("maize", "Kitale"))
    assert talk.says(WANJIKU, Subscribe(both)) == (
        "You will get milk prices for Nakuru every Monday and Thursday at 7 am. "
        "You will get maize prices for Kitale every month on day 15 at 7 am. "
        "Free. Reply STOP to end."
    )


def test_more_than_can_be_read_are_counted(talk: Talk) -> None:
    many = tuple(talk.item(code, "Nakuru") for code in list(talk.vocabulary.commodities)[:9])
    reply = talk.says(WANJIKU, Subscribe(many))
    assert reply is not None
    assert "+3. Free." in reply
    assert len(subscriptions_of(talk.session, talk.subscriber(WANJIKU))) == 9


def test_one_is_whole_and_the_other_is_asked_about(talk: Talk) -> None:
    kiambu = (talk.place("Kiambu").id, talk.place("Githunguri").id)
    reply = talk.says(
        WANJIKU, Subscribe((talk.item("milk", "Nakuru"), Item("maize", places=kiambu)))
    )
    assert reply is not None
    assert reply.startswith("You will get milk prices for Nakuru every Monday at 7 am. Free.")
    assert "Reply 1 " in reply
    assert "maize prices for Kiambu" in (talk.says(WANJIKU, Confirm(1), words="1") or "")
    assert len(subscriptions_of(talk.session, talk.subscriber(WANJIKU))) == 2


def test_one_place_answers_for_both(talk: Talk) -> None:
    asked = talk.says(WANJIKU, Subscribe((Item("milk"), Item("maize"))))
    assert asked == "Which place? Send: SUB MILK NAIROBI"
    assert talk.says(WANJIKU, PriceQuery((talk.item(None, "Molo"),)), words="molo") == (
        "You will get these prices every Monday at 7 am: milk Molo, maize Molo. "
        "Free. Reply STOP to end."
    )


def test_several_end_at_once(talk: Talk) -> None:
    for code in ("milk", "maize", "beans"):
        wants(talk, talk.item(code, "Nakuru"))
    both = Unsubscribe((Item("milk"), Item("maize")))
    assert talk.says(WANJIKU, both) == (
        "No more milk prices for Nakuru. No more maize prices for Nakuru. "
        "To end all messages send STOP"
    )
    assert talk.says(WANJIKU, both) == (
        "You had no such weekly prices. To end all messages send STOP"
    )
    (left,) = subscriptions_of(talk.session, talk.subscriber(WANJIKU))
    assert left.commodity_code == "beans"


def test_of_two_to_end_only_one_was_there(talk: Talk) -> None:
    wants(talk, talk.item("milk", "Nakuru"))
    assert talk.says(WANJIKU, Unsubscribe((Item("milk"), Item("maize")))) == (
        "No more milk prices for Nakuru. To end all messages send STOP"
    )


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
