"""ALERT: what is watched, where it stands, and how it ends, in every way it may be said."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from groups.alert_rules import AlertWay
from groups.alerts import MOST, Wanted, alerts_of
from handlers.commands import Alert, Coming, Confirm, Item, Subscribe, Unknown, Unsubscribe
from messaging.models import Subscriber
from prices.kinds import PriceType
from tests.cast import KAMAU, WANJIKU
from tests.groups.watched import tell
from tests.handlers.keywords.talking import Talk

SET = "You will be told when milk in Nakuru (farm gate) is "
END = "To end: STOP ALERT MILK NAKURU"


def wants(talk: Talk, item: Item, is_above: bool | None = None, **how: str) -> str:
    reply = talk.says(WANJIKU, Alert(item, is_above), **how)
    assert reply is not None
    return reply


def watched(talk: Talk, msisdn: str = WANJIKU) -> list[Wanted]:
    return [one.wanted for one in alerts_of(talk.session, talk.subscriber(msisdn))]


def told(
    talk: Talk, price: int, place: str = "Nakuru", commodity: str = "milk", **what: object
) -> None:
    tell(talk.session, talk.now, price, place, commodity, **what)  # type: ignore[arg-type]


@pytest.fixture
def milk(talk: Talk) -> Item:
    """Milk at Nakuru for 50, where it stands at 47."""
    told(talk, 47)
    return talk.item("milk", "Nakuru", "50")


def test_the_reply_says_what_where_it_stands_and_how_it_ends(talk: Talk, milk: Item) -> None:
    assert wants(talk, milk, is_above=True) == (
        f"{SET}KES 50/L or more. Now 47, 4 reports, today. {END}"
    )
    assert wants(talk, milk, is_above=True, language="sw") == (
        "Utaambiwa bei ya maziwa Nakuru (shambani) ikiwa KES 50/L au zaidi. "
        "Sasa 47, ripoti 4, leo. Kuacha: ACHA ARIFA MAZIWA NAKURU"
    )
    assert wants(talk, milk, is_above=True, language="es") == (
        "Le avisaremos si leche en Nakuru (en chacra) esta a KES 50/L o mas. "
        "Ahora 47, 4 reportes, hoy. Terminar: PARAR ALERTA LECHE NAKURU"
    )
    assert wants(talk, milk, is_above=True, language="fr") == (
        "SMS dès que lait à Nakuru (à la ferme) est à 50 KES/L ou plus. "
        "Maintenant 47, 4 relevés, aujourd'hui. Arret : ARRETER ALERTE LAIT NAKURU"
    )


@pytest.mark.parametrize(("price", "words"), [("50", "50/L or more"), ("45", "45/L or less")])
def test_which_way_is_seen_from_where_it_stands(
    talk: Talk, milk: Item, price: str, words: str
) -> None:
    assert f"KES {words}. Now 47" in wants(talk, replace(milk, price=Decimal(price)))


def test_said_the_other_way_it_is_there_already(talk: Talk, milk: Item) -> None:
    reply = wants(talk, replace(milk, price=Decimal(40)), is_above=True)
    assert "KES 40/L or more. It already is: 47, 4 reports, today. " in reply


@pytest.mark.parametrize(("answer", "way"), [(1, AlertWay.ABOVE), (2, AlertWay.BELOW)])
def test_with_no_price_to_see_it_from_it_is_asked(talk: Talk, answer: int, way: AlertWay) -> None:
    asked = wants(talk, talk.item("milk", "Nakuru", "50"), words="alert milk nakuru 50")
    assert asked == (
        "Tell you when milk in Nakuru is above or below KES 50/L? Reply 1 above, 2 below."
    )
    assert watched(talk) == []
    reply = talk.says(WANJIKU, Confirm(answer), words=str(answer)) or ""
    assert "No price from people there yet." in reply
    assert [(one.way, one.price) for one in watched(talk)] == [(way, 50)]


def test_just_at_the_mark_it_is_asked_too(talk: Talk, milk: Item) -> None:
    assert "above or below KES 47/L?" in wants(talk, replace(milk, price=Decimal(47)))


def test_old_reports_do_not_tell_which_way(talk: Talk, milk: Item) -> None:
    talk.wait(days=12)
    assert "above or below" in wants(talk, milk)
    reply = wants(talk, milk, is_above=False)
    assert "or less. Last told: 47, 4 reports, 12 days old." in reply


def test_one_report_tells_which_way(talk: Talk) -> None:
    told(talk, 43, people=1)
    assert "or more. Now 43, 1 report, today." in wants(talk, talk.item("milk", "Nakuru", "50"))


def test_asked_again_it_is_another_figure(talk: Talk, milk: Item) -> None:
    wants(talk, milk)
    wants(talk, replace(milk, price=Decimal(55)))
    assert [one.price for one in watched(talk)] == [55]


# In which measure


def test_in_the_unit_that_was_said(talk: Talk) -> None:
    told(talk, 40, "Kitale", "maize")
    bag = replace(talk.item("maize", "Kitale", "4000"), unit="bag_90kg")
    assert wants(talk, bag) == (
        "You will be told when maize in Kitale (wholesale) is KES 4,000/90 kg bag or more. "
        "Now 3,600, 4 reports, today. To end: STOP ALERT MAIZE KITALE"
    )
    assert [(one.unit, one.base_units) for one in watched(talk)] == [("bag_90kg", 90)]


def test_a_figure_that_can_only_be_for_another_measure_is_asked_about(talk: Talk) -> None:
    told(talk, 40, "Kitale", "maize")
    assert wants(talk, talk.item("maize", "Kitale", "3800"), words="alert maize kitale 3800") == (
        "3,800 for how much maize? Usual is 40 a kg. Reply 1 for 3,800 a 90 kg bag, "
        "2 for 3,800 a 50 kg bag, 3 for 3,800 a kg."
    )
    reply = talk.says(WANJIKU, Confirm(1), words="1") or ""
    assert "KES 3,800/90 kg bag or more. Now 3,600" in reply


def test_whoever_means_it_as_it_stands_may_have_it(talk: Talk) -> None:
    told(talk, 40, "Kitale", "maize")
    wants(talk, talk.item("maize", "Kitale", "3800"), words="alert maize kitale 3800")
    talk.says(WANJIKU, Confirm(3), words="3")
    assert [(one.price, one.base_units) for one in watched(talk)] == [(3800, 1)]


def test_a_measure_of_no_known_size_is_asked_about(talk: Talk, milk: Item) -> None:
    asked = wants(talk, replace(milk, unit="wheelbarrow"), words="alert milk nakuru 50 wheelbarrow")
    assert asked == (
        "How big is that wheelbarrow of milk? Send the price of 1 litre: ALERT MILK NAKURU"
    )
    assert "KES 52/L or more" in (talk.says(WANJIKU, Unknown(), words="52") or "")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"price": Decimal(0)}, "A price must be more than 0."),
        ({"price": Decimal("1e30")}, "That price is too high to be kept."),
        ({"price": Decimal("NaN")}, "A price must be more than 0."),
        ({"currency": "USD"}, "We keep prices in KES here."),
    ],
)
def test_what_can_be_no_price_is_said_so(
    talk: Talk, milk: Item, item: dict[str, Decimal], said: str
) -> None:
    reply = wants(talk, replace(milk, **item), words="alert milk nakuru")
    assert reply.startswith(said)
    assert reply.endswith("ALERT MILK NAKURU")
    assert watched(talk) == []
    # A figure alone answers.
    assert "KES 52/L" in (talk.says(WANJIKU, Unknown(), words="52") or "")


# What is unusual


def test_with_no_figure_what_is_unusual_is_watched(talk: Talk, milk: Item) -> None:
    assert wants(talk, replace(milk, price=None)) == (
        f"{SET}far from usual. Now 47, 4 reports, today. Usual not known yet. {END}"
    )


def test_what_is_usual_is_said(talk: Talk) -> None:
    for weeks in range(6, 0, -1):
        talk.wait(days=-7 * weeks)
        told(talk, 40)
        talk.wait(days=7 * weeks)
    told(talk, 40)
    reply = wants(talk, talk.item("milk", "Nakuru"))
    assert "far from usual. Now 40, 4 reports, today. The last weeks 40. " in reply


def test_what_is_unusual_already_is_said(talk: Talk) -> None:
    for month in range(2022 * 12 + 10, 2026 * 12 + 10):
        year, number = divmod(month, 12)
        talk.publish("milk", "Nakuru", str(60 + number % 3), date(year, number + 1, 15))
    told(talk, 90, price_type=PriceType.RETAIL)
    item = replace(talk.item("milk", "Nakuru"), price_type=PriceType.RETAIL)
    reply = wants(talk, item)
    assert "Now 90, 4 reports, today. Far above usual. Usual for November 61. To end" in reply
    talk.wait(days=1)
    (alert,) = alerts_of(talk.session, talk.subscriber(WANJIKU))
    assert alert.zone == "high"


# Of which price


def test_the_price_type_that_people_tell_there(talk: Talk) -> None:
    told(talk, 70, price_type=PriceType.RETAIL)
    assert "milk in Nakuru (shops) is KES 80/L or more. Now 70" in wants(
        talk, talk.item("milk", "Nakuru", "80")
    )


def test_the_price_type_that_was_said(talk: Talk, milk: Item) -> None:
    reply = wants(talk, replace(milk, price_type=PriceType.WHOLESALE), is_above=True)
    assert "(wholesale) is KES 50/L or more. No price from people there yet." in reply


def test_a_county_is_watched_as_a_whole(talk: Talk, milk: Item) -> None:
    county = talk.vocabulary.admin1_of(milk.place_id or 0)
    assert county is not None
    reply = wants(talk, replace(milk, place_id=county.id))
    assert reply.startswith("You will be told when milk in Nakuru county (farm gate) is KES 50/L")
    assert reply.endswith("To end: STOP ALERT MILK NAKURU COUNTY")


def test_what_was_made_up_is_shown_to_nobody_real(talk: Talk) -> None:
    told(talk, 47, is_demo=True)
    item = talk.item("milk", "Nakuru", "50")
    assert "No price from people there yet." in wants(talk, item, is_above=True)
    talk.subscriber(KAMAU).is_demo = True
    reply = talk.says(KAMAU, Alert(item)) or ""
    assert reply.startswith(f"DEMO {SET}")
    assert "Now 47" in reply


def test_a_place_that_is_missing_is_asked_for(talk: Talk) -> None:
    assert wants(talk, Item("milk", price=Decimal(50))) == (
        "Which place? Send: ALERT MILK NAIROBI 50"
    )


# All of them


def test_alert_alone_lists_them(talk: Talk, milk: Item) -> None:
    assert wants(talk, Item()) == (
        "No price is watched for you. To be told of one send: ALERT MILK NAIROBI"
    )
    wants(talk, milk)
    wants(talk, replace(milk, price=None))
    bag = replace(talk.item("maize", "Kitale", "3600"), unit="bag_90kg")
    wants(talk, bag, is_above=False)
    assert wants(talk, Item()) == (
        "Watched for you: milk Nakuru 50 or more; milk Nakuru far from usual; "
        "maize Kitale 3,600/90 kg bag or less. To end one send STOP ALERT and its name."
    )


def test_an_eleventh_is_refused(talk: Talk) -> None:
    places = [one for one in talk.vocabulary.places.values() if one.kind == "market"]
    for place in places[:MOST]:
        wants(talk, Item("milk", place.id, Decimal(50)), is_above=True)
    assert wants(talk, Item("maize", places[0].id, Decimal(50)), is_above=True) == (
        "10 prices are watched for you, and that is the most. "
        "To end one send STOP ALERT and its name."
    )
    assert len(watched(talk)) == MOST
    assert "+" in wants(talk, Item())


def test_it_is_ended_and_the_weekly_price_goes_on(talk: Talk, milk: Item) -> None:
    wants(talk, milk)
    talk.says(WANJIKU, Subscribe((talk.item("milk", "Nakuru"),)))
    ended = Unsubscribe((talk.item("milk", "Nakuru"),), Coming.ALERTS)
    assert talk.says(WANJIKU, ended) == (
        "No longer watched: milk Nakuru 50 or more. To end all messages send STOP"
    )
    assert watched(talk) == []
    # Whoever has no such alert means the prices of every week.
    assert (talk.says(WANJIKU, ended) or "").startswith("No more milk prices for Nakuru.")
    assert (talk.says(WANJIKU, ended) or "").startswith("You had no such alert.")


def test_stop_milk_ends_all_that_comes_of_it(talk: Talk, milk: Item) -> None:
    wants(talk, milk)
    talk.says(WANJIKU, Subscribe((talk.item("milk", "Nakuru"),)))
    assert talk.says(WANJIKU, Unsubscribe((Item("milk"),))) == (
        "No longer watched: milk Nakuru 50 or more. No more milk prices for Nakuru. "
        "To end all messages send STOP"
    )


def test_on_the_menu_only_the_weekly_price_is_ended(talk: Talk, milk: Item) -> None:
    wants(talk, milk)
    talk.says(WANJIKU, Subscribe((talk.item("milk", "Nakuru"),)))
    talk.says(WANJIKU, Unsubscribe((talk.item("milk", "Nakuru"),), Coming.WEEKLY))
    assert len(watched(talk)) == 1


def test_who_asks_for_alerts_is_back(talk: Talk, milk: Item) -> None:
    person: Subscriber = talk.subscriber(WANJIKU)
    person.opted_out_at = talk.now - timedelta(days=1)
    wants(talk, milk)
    assert person.opted_out_at is None
