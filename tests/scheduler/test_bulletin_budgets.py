"""Every text fits what its operator pays for, whatever it has to name."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.session import open_database
from groups.models import Form
from messaging.phrases import languages
from messaging.segments import measure
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice
from prices.catalogue import load_vocabulary
from prices.kinds import Buyer, PlaceKind
from prices.models import Country
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletin_parts import BulletinPrices, Market, Told
from scheduler.bulletin_text import group_bulletin, list_bulletin
from scheduler.bulletin_voice import Voice
from tests.scheduler.bulletin_texts import LONGEST, longest_answers, offer, with_everything
from tests.scheduler.stories import MONDAY
from tests.scheduler.test_bulletin_best import WORDS

BUDGETS = range(1, 5)


def texts(prices: BulletinPrices, voice: Voice, segments: int) -> list[str]:
    """A member's, a secretary's and a subscriber's; those of a demo, which are longer."""
    to_groups = [
        group_bulletin(
            prices, name="W" * 20, form=form, segments=segments, is_demo=True, voice=voice
        )
        for form in Form
    ]
    commodity = prices.lead.answer.commodity
    to_list = list_bulletin(
        prices, commodity=commodity, place=prices.place, segments=segments, voice=voice
    )
    return [*to_groups, to_list]


def longest_things(vocabulary: Vocabulary, language: str) -> list[tuple[PlaceEntry, str]]:
    """The longest names there are."""
    places = sorted(vocabulary.places.values(), key=lambda place: len(place.name))[-2:]
    codes = sorted(
        vocabulary.commodities, key=lambda code: len(vocabulary.commodity_name(code, language))
    )[-2:]
    return list(zip(places, codes, strict=True))


# The names are those of the reference files, whatever database holds them.
def test_the_longest_names_and_figures_fit_one_segment(sqlite_template: Path) -> None:
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        countries = list(session.scalars(select(Country.code)))
        assert len(countries) > 10
        for vocabulary in (load_vocabulary(session, country) for country in countries):
            for language in languages():
                fits_one_segment(Voice(language, vocabulary, vocabulary.country.timezone, MONDAY))
    template.engine.dispose()


def fits_one_segment(voice: Voice) -> None:
    for place, code in longest_things(voice.vocabulary, voice.language):
        for answer in longest_answers(code, place, voice.vocabulary.country.currency):
            for text in texts(with_everything(answer, place), voice, 1):
                assert measure(text).segments == 1, text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("form", Form)
def test_who_pays_for_more_is_told_at_least_as_much(language: str, form: Form) -> None:
    """Each figure of the smaller text stands in the larger one, and the price in each."""
    place = WORDS.places[1]
    voice = Voice(language, WORDS, "Africa/Nairobi", MONDAY)
    for answer in longest_answers("milk", place, "KES"):
        prices = with_everything(answer, place)
        written = [
            group_bulletin(
                prices, name="KIRIMA", form=form, segments=budget, is_demo=False, voice=voice
            )
            for budget in BUDGETS
        ]
        for smaller, larger in pairwise(written):
            assert len(smaller) <= len(larger)
            assert not figures(smaller) - figures(larger)
        for budget, text in zip(BUDGETS, written, strict=True):
            assert measure(text).segments <= budget
            assert isinstance(answer, NoPrice) or voice.figure(LONGEST.price) in text
        # What there is to say would fill more than is paid for: so what is paid for is filled.
        assert measure(written[-1]).segments == len(BUDGETS) or form is Form.SHORT


def figures(text: str) -> set[str]:
    """Every figure that a text tells."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


NAMES = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -/'éñ€[", min_size=1, max_size=70
)


@given(
    name=NAMES,
    commodity=NAMES,
    segments=st.sampled_from(BUDGETS),
    language=st.sampled_from(languages()),
    number=st.integers(0, 3),
)
def test_any_name_fits(
    name: str, commodity: str, segments: int, language: str, number: int
) -> None:
    place = replace(WORDS.places[1], name=name, kind=PlaceKind.ADMIN1)
    milk = replace(WORDS.commodities["milk"], name=commodity)
    vocabulary = replace(WORDS, places={1: place}, commodities={"milk": milk})
    voice = Voice(language, vocabulary, "Africa/Nairobi", MONDAY)
    answer = longest_answers("milk", place, "KES")[number]
    for text in texts(with_everything(answer, place), voice, segments):
        assert measure(text).segments <= segments, text


def test_a_name_in_a_script_of_its_own_is_said_all_the_same() -> None:
    place = replace(WORDS.places[1], name="নাকুরু")
    vocabulary = replace(WORDS, places={1: place})
    voice = Voice("en", vocabulary, "Africa/Nairobi", MONDAY)
    answer = longest_answers("milk", place, "KES")[0]
    assert isinstance(answer, OwnPrice)
    prices = BulletinPrices(place=place, lead=Told(answer), since=MONDAY)
    text = group_bulletin(
        prices, name="KIRIMA", form=Form.SHORT, segments=2, is_demo=False, voice=voice
    )
    assert measure(text).encoding == "UCS-2"
    assert "নাকুরু wholesale 1,234,567" in text
    assert measure(text).segments <= 2


MADE_UP = Decimal(7_777_777)


@given(
    made_up=st.lists(st.booleans(), min_size=9, max_size=9),
    form=st.sampled_from(Form),
    segments=st.sampled_from(BUDGETS),
    number=st.integers(0, 3),
)
def test_nothing_made_up_is_said_to_people(
    made_up: list[bool], form: Form, segments: int, number: int
) -> None:
    """Beside a real price no figure that was invented, in whatever part it stands."""
    place = WORDS.places[1]
    voice = Voice("en", WORDS, "Africa/Nairobi", MONDAY)
    answer = longest_answers("milk", place, "KES")[number]
    prices = invented(with_everything(answer, place), made_up)
    text = group_bulletin(
        prices, name="KIRIMA", form=form, segments=segments, is_demo=False, voice=voice
    )
    assert "DEMO" not in text
    assert voice.figure(MADE_UP) not in text
    demo = group_bulletin(prices, name="KIRIMA", form=form, segments=6, is_demo=True, voice=voice)
    assert demo.startswith("DEMO ")
    assert not any(made_up[2:5]) or voice.figure(MADE_UP) in demo


def invented(prices: BulletinPrices, parts: list[bool]) -> BulletinPrices:
    """Some parts of a bulletin with a figure that nobody ever told."""
    last, market, shops, feed, other, wanted, buyer, best, fares = parts
    place = prices.place
    fake = replace(LONGEST, price=MADE_UP, is_demo=True)
    own = longest_answers("milk", place, "KES")[0]
    assert isinstance(own, OwnPrice)
    price = replace(own, estimate=fake)
    somebody = offer(place, MADE_UP, buyer=Buyer.TRADER, is_demo=True)
    assert prices.trade is not None
    offers = [somebody] if best else []
    selling = replace(
        prices.trade.selling, offers=(*offers, *prices.trade.selling.offers), is_demo=fares
    )
    return replace(
        prices,
        lead=_last_made_up(prices.lead) if last else prices.lead,
        markets=(Market(price, 5), *prices.markets) if market else prices.markets,
        shops=price if shops else prices.shops,
        feed=Told(price) if feed else prices.feed,
        others=(Told(price), *prices.others) if other else prices.others,
        wanted=(Told(price), *prices.wanted) if wanted else prices.wanted,
        buyers=(somebody, *prices.buyers) if buyer else prices.buyers,
        trade=replace(prices.trade, selling=selling),
    )


def _last_made_up(lead: Told) -> Told:
    """The same with a last price that was made up, where the answer has one to tell."""
    if isinstance(lead.answer, NoPrice | NearestPrice):
        invented = LastKnown(MADE_UP, MONDAY, is_demo=True)
        return replace(lead, answer=replace(lead.answer, last_known=invented))
    return lead
