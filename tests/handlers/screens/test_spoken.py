"""What is heard in a call: whole sentences, the answer first, and only keys that lead somewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from handlers.commands import SetLanguage
from handlers.screens.caller import Caller, GroupFacts
from handlers.screens.frames import (
    Amount,
    BestMarkets,
    BulletinView,
    Commodities,
    Frame,
    GroupView,
    JoinCode,
    Languages,
    MyGroups,
    Office,
    Places,
    PriceKey,
    PriceView,
    Purpose,
    Resume,
    Root,
    State,
)
from handlers.screens.screen import Screen
from handlers.screens.spoken import MENU, draw, press
from handlers.screens.tree import Step
from messaging.kinds import Channel
from messaging.phrases import languages
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.estimates import Confidence, Estimate
from prices.kinds import PriceType
from tests.handlers.screens.account import MONDAY
from tests.handlers.screens.fakes import (
    GITHUNGURI,
    MOLO,
    NAKURU,
    NAKURU_COUNTY,
    NOON,
    PLACES,
    VOCABULARY,
    PlainFacts,
    estimate,
    longest_answers,
    own_price,
)

KIRIMA = GroupFacts(7, "KIRIMA", "Kirima Dairy", 24, MONDAY, "KES", is_officer=False, is_demo=False)
TUMAINI = GroupFacts(8, "TUMAINI", "Tumaini 2", 12, MONDAY, "KES", is_officer=False, is_demo=False)
BULLETIN = (
    "KIRIMA 23 Nov. Milk/L: Nakuru farm gate 47 (+2, 6 reports), Molo 48 (38 km), shops 62. "
    "Dairy meal/bag 2,950 (-50)."
)


@dataclass(frozen=True)
class HeardFacts(PlainFacts):
    """Prices as for screens, and the groups of whoever calls."""

    asked_for: Sequence[int] = ()
    own_groups: Sequence[GroupFacts] = ()
    bulletins: Mapping[int, str] = field(default_factory=dict)

    def favourites(self, commodity: str | None) -> Sequence[int]:
        return self.asked_for

    def groups(self) -> Sequence[GroupFacts]:
        return tuple(self.own_groups)

    def bulletin(self, group_id: int) -> str | None:
        return self.bulletins.get(group_id)


MILK_AT_NAKURU = HeardFacts(prices={("milk", NAKURU): own_price("milk", PLACES[NAKURU])})


def on_the_phone(
    language: str = "en", facts: HeardFacts | None = None, home: int | None = None
) -> Caller:
    facts = facts or HeardFacts()
    # The fake facts lack what no call asks for: where to sell, trends, alerts.
    return Caller(language, facts.vocabulary, facts, NOON, home)  # type: ignore[arg-type]


def listen(caller: Caller, keys: str = "", *, start: Frame | None = None) -> tuple[Screen, Step]:
    """Press the keys one after the other; what is heard last, and the last step."""
    root = start if isinstance(start, Root) else Root()
    frames = (root,) if start is None or isinstance(start, Root) else (root, start)
    screen, state = draw(State(frames), caller)
    step = Step(state)
    for key in keys:
        step = press(state, key, caller)
        screen, state = draw(step.state, caller, step.notice)
        step = replace(step, state=state)
    return screen, step


def heard(caller: Caller, keys: str = "", *, start: Frame | None = None) -> str:
    return listen(caller, keys, start=start)[0].text


def price_heard(answer: PriceAnswer, language: str = "en", commodity: str = "milk") -> str:
    facts = HeardFacts(every_price=answer)
    return heard(on_the_phone(language, facts), start=PriceView(commodity, NAKURU))


# The first screen


def test_the_first_screen_offers_what_can_be_heard() -> None:
    assert heard(on_the_phone("en")) == (
        "Bei. For prices press one. For the bulletin of your group press four. "
        "For your alerts press five. To change the language press seven. "
        "Kubadilisha lugha bonyeza saba."
    )
    assert heard(on_the_phone("sw")).startswith(
        "Bei. Kwa bei bonyeza moja. Kwa taarifa ya kikundi chako bonyeza nne."
    )


def test_whoever_cannot_follow_hears_the_way_to_another_language() -> None:
    for language in ("en", "sw"):
        said = heard(on_the_phone(language))
        assert "To change the language press seven." in said
        assert "Kubadilisha lugha bonyeza saba." in said


def test_the_price_that_is_asked_for_most_has_a_key_of_its_own() -> None:
    caller = on_the_phone("en", MILK_AT_NAKURU)
    root = Root(asked=PriceKey("milk", NAKURU))
    assert "For the price of Milk at Nakuru press nine." in heard(caller, start=root)
    assert heard(caller, "9", start=root).startswith("Milk at Nakuru.")


def test_a_shortcut_without_a_voice_is_not_offered() -> None:
    root = Root(told=PriceKey("milk", NAKURU), asked=PriceKey("milk", NAKURU))
    assert "press nine" not in heard(on_the_phone(), start=root)
    assert heard(on_the_phone(), "9", start=root).startswith("That number leads nowhere here.")


def test_an_officers_shortcut_leads_to_the_bulletin() -> None:
    facts = HeardFacts(own_groups=(KIRIMA,), bulletins={7: BULLETIN})
    root = Root(office=Office(7, "KIRIMA"))
    assert heard(on_the_phone("en", facts), "9", start=root).startswith("Kirima the twenty-third")


@pytest.mark.parametrize("key", ["2", "3", "6", "8", "9", "0", "*", "", "x", "00", "12"])
def test_keys_without_a_voice_lead_nowhere(key: str) -> None:
    caller = on_the_phone("en")
    _, state = draw(State(), caller)
    step = press(state, key, caller)
    assert (step.state, step.command) == (state, None)
    assert draw(step.state, caller, step.notice)[0].text.startswith(
        "That number leads nowhere here. Bei. For prices press one."
    )


# Languages


def test_a_newcomer_hears_each_language_in_its_own_words() -> None:
    country = replace(VOCABULARY.country, language="sw")
    facts = HeardFacts(replace(VOCABULARY, country=country))
    welcome = Languages(("en", "sw", "es", "fr"), is_welcome=True)
    caller = on_the_phone("sw", facts)
    assert heard(caller, start=welcome) == (
        "Bei. Kwa Kiswahili bonyeza moja. For English press two."
    )
    _, step = listen(caller, "2", start=welcome)
    assert step.command == SetLanguage("en")


def test_after_the_language_comes_the_first_screen_not_the_list_of_counties() -> None:
    places = Places(Purpose.WELCOME, (NAKURU_COUNTY,))
    state = State((Root(), places, Languages(("en", "sw"), is_welcome=True)))
    caller = on_the_phone("en")
    _, state = draw(state, caller)
    for key in ("1", "0"):
        step = press(state, key, caller)
        screen, after = draw(step.state, caller, "Saved.")
        assert screen.text.startswith("Saved. Bei. For prices press one.")
        assert after.frames == (Root(),)


def test_the_language_can_be_changed_later() -> None:
    caller = on_the_phone("en")
    assert heard(caller, "7") == (
        "For English press one. Kwa Kiswahili bonyeza mbili. To go back press zero."
    )
    assert listen(caller, "72")[1].command == SetLanguage("sw")
    assert heard(caller, "73").startswith("That number leads nowhere here.")


# Prices


def test_the_price_of_milk_by_keys() -> None:
    caller = on_the_phone("en", MILK_AT_NAKURU)
    assert heard(caller, "1") == (
        "Which product? For Milk press one. For Packet milk press two. For Maize press three. "
        "To go back press zero."
    )
    assert heard(caller, "11") == (
        "Milk. Which place? For Nakuru press one. For Kiambu press two. For Lamu press three. "
        "To go back press zero."
    )
    assert heard(caller, "111") == (
        "Milk. Which place? For All of Nakuru press one. For Nakuru press two. "
        "To go back press zero."
    )
    assert heard(caller, "1112") == (
        "Milk at Nakuru. At the farm one litre sells for forty-seven shillings, mostly between "
        "forty-five and forty-nine. Six reports, the newest from today. For another place press "
        "eight. To hear it again press nine. To go back press zero."
    )


def test_the_price_of_milk_in_swahili() -> None:
    caller = on_the_phone("sw", MILK_AT_NAKURU, home=NAKURU)
    assert heard(caller, "1").startswith("Bidhaa gani, Nakuru? Kwa Maziwa bonyeza moja.")
    assert heard(caller, "11") == (
        "Maziwa, Nakuru. Shambani, bei ya lita ni shilingi arobaini na saba, mara nyingi kati ya "
        "arobaini na tano na arobaini na tisa. Ripoti sita, ya mwisho ni ya leo. Kwa mahali "
        "pengine bonyeza nane. Kusikia tena bonyeza tisa. Kurudi nyuma bonyeza sifuri."
    )


def test_home_and_favourites_come_before_the_counties() -> None:
    facts = HeardFacts(asked_for=(GITHUNGURI,))
    caller = on_the_phone("en", facts, home=MOLO)
    said = heard(caller, "118")
    assert said.startswith("Milk. Which place? For Molo press one. For Githunguri press two.")
    assert heard(caller, "1182").startswith("Milk at Githunguri.")


def test_places_that_share_a_name_are_told_apart() -> None:
    places = Places(Purpose.PRICES, (NAKURU, NAKURU_COUNTY), "milk")
    said = heard(on_the_phone("en"), start=places)
    assert "For Nakuru press one. For Nakuru county press two." in said
    other = replace(PLACES[GITHUNGURI], name="Nakuru")
    facts = HeardFacts(replace(VOCABULARY, places=PLACES | {GITHUNGURI: other}))
    places = Places(Purpose.PRICES, (NAKURU, GITHUNGURI), "milk")
    said = heard(on_the_phone("sw", facts), start=places)
    assert "Kwa Nakuru, Nakuru bonyeza moja. Kwa Nakuru, Kiambu bonyeza mbili." in said


def test_seven_at_a_time_and_nine_for_more() -> None:
    options = tuple(["milk", "milk_processed", "maize"] * 3)
    commodities = Commodities(Purpose.PRICES, options)
    caller = on_the_phone("en")
    said = heard(caller, start=commodities)
    assert "For Milk press seven. For more press nine. To go back press zero." in said
    assert "eight" not in said
    assert heard(caller, "9", start=commodities) == (
        "Which product? For Packet milk press one. For Maize press two. To go back press zero."
    )
    assert heard(caller, "99", start=commodities).startswith("That number leads nowhere here.")


def test_an_answer_is_said_again_without_a_word_of_blame() -> None:
    caller = on_the_phone("en", MILK_AT_NAKURU, home=NAKURU)
    assert heard(caller, "119") == heard(caller, "11")
    assert heard(caller, "110").startswith("Which product, at Nakuru?")


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5"])
def test_a_price_offers_nothing_that_has_no_voice(key: str) -> None:
    caller = on_the_phone("en", MILK_AT_NAKURU, home=NAKURU)
    said, step = listen(caller, f"11{key}")
    assert said.text.startswith("That number leads nowhere here. Milk at Nakuru.")
    assert step.state.frame == PriceView("milk", NAKURU)
    assert step.command is None


def of(**changed: object) -> OwnPrice:
    """The price of milk at Nakuru, but for what is changed of what it rests on."""
    made: Estimate = replace(estimate("47", "45", "49"), **changed)  # type: ignore[arg-type]
    return OwnPrice("milk", PLACES[NAKURU], PriceType.FARM_GATE, "KES", made)


@pytest.mark.parametrize(
    ("answer", "english", "swahili"),
    [
        (
            of(reports=1, confidence=Confidence.ONE, newest_at=NOON - timedelta(days=3)),
            "sells for forty-seven shillings. One report, from three days ago.",
            "ni shilingi arobaini na saba. Ripoti moja, ya siku tatu zilizopita.",
        ),
        (
            of(price=Decimal("47.50"), low=Decimal("47.50"), high=Decimal("47.50")),
            "sells for forty-seven shillings and fifty cents. Six reports, the newest from today.",
            "ni shilingi arobaini na saba na senti hamsini. Ripoti sita, ya mwisho ni ya leo.",
        ),
        (
            of(newest_at=NOON - timedelta(days=1)),
            "Six reports, the newest from yesterday.",
            "Ripoti sita, ya mwisho ni ya jana.",
        ),
        (
            of(newest_at=NOON - timedelta(days=20)),
            "Six reports, the newest from the fourth of November.",
            "Ripoti sita, ya mwisho ni ya tarehe nne Novemba.",
        ),
        (
            of(is_demo=True),
            "Milk at Nakuru. Demo data, not real. At the farm one litre",
            "Maziwa, Nakuru. Mfano tu, si bei halisi. Shambani, bei ya lita",
        ),
        (
            replace(of(reports=40), markets=5),
            "Forty reports from several markets, the newest from today.",
            "Ripoti arobaini kutoka masoko kadhaa, ya mwisho ni ya leo.",
        ),
        (
            replace(of(), price_type=PriceType.WHOLESALE),
            "In wholesale one litre costs forty-seven shillings",
            "Kwa jumla, bei ya lita ni shilingi arobaini na saba",
        ),
        (
            replace(of(price=Decimal(52)), price_type=PriceType.RETAIL, currency="GHS"),
            "In the shops one litre costs fifty-two Ghanaian cedis",
            "Dukani, bei ya lita ni cedi za Ghana hamsini na mbili",
        ),
    ],
)
def test_a_price_says_how_good_it_is(answer: OwnPrice, english: str, swahili: str) -> None:
    assert english in price_heard(answer, "en")
    assert swahili in price_heard(answer, "sw")


OLD = LastKnown(Decimal(42), datetime(2026, 3, 3, 9, tzinfo=UTC))


def test_a_price_from_elsewhere_says_so() -> None:
    answer = NearestPrice(
        "milk", PLACES[NAKURU], PLACES[MOLO], 38.4, PriceType.FARM_GATE, "KES",
        estimate("44", "43", "46"), OLD,
    )  # fmt: skip
    assert price_heard(answer).startswith(
        "Milk at Nakuru. Nobody there has told a price since the third of March. Then it was "
        "forty-two shillings. The nearest price is from Molo, thirty-eight kilometres away. At "
        "the farm one litre sells for forty-four shillings, mostly between forty-three and "
        "forty-six. Six reports, the newest from today."
    )
    assert price_heard(answer, "sw").startswith(
        "Maziwa, Nakuru. Hakuna aliyetoa bei huko tangu tarehe tatu Machi. Wakati huo ilikuwa "
        "shilingi arobaini na mbili. Bei ya karibu ni ya Molo, umbali wa kilomita thelathini na "
        "nane. Shambani, bei ya lita ni shilingi arobaini na nne"
    )


def test_a_published_price_names_its_source_and_month() -> None:
    answer = Published(
        "milk", "milk_processed", PLACES[NAKURU], PLACES[MOLO], 1.2, PriceType.RETAIL, "KES",
        Decimal(75), date(2025, 10, 15), "WFP", None,
    )  # fmt: skip
    assert price_heard(answer).startswith(
        "Milk at Nakuru. Nobody there has told a price yet. The nearest price is from Molo, one "
        "kilometre away. This is the price of Packet milk. In the shops one litre costs "
        "seventy-five shillings. It was published by WFP for October two thousand and "
        "twenty-five. For another place press eight."
    )
    here = replace(answer, commodity="milk", place=PLACES[NAKURU], priced_on=date(2026, 10, 15))
    assert price_heard(here, "sw").startswith(
        "Maziwa, Nakuru. Bado hakuna aliyetoa bei huko. Dukani, bei ya lita ni shilingi sabini na "
        "tano. Imechapishwa na WFP, Oktoba. Kwa mahali pengine"
    )


def test_where_nobody_knows_that_is_said() -> None:
    nothing = NoPrice("milk", PLACES[NAKURU], PriceType.FARM_GATE, "KES", None)
    assert price_heard(nothing).startswith(
        "Milk at Nakuru. Nobody there has told a price yet. For another place press eight."
    )
    assert "tangu tarehe tatu Machi" in price_heard(replace(nothing, last_known=OLD), "sw")


# My group


def test_the_bulletin_of_my_group_is_read_aloud() -> None:
    facts = HeardFacts(own_groups=(KIRIMA,), bulletins={7: BULLETIN})
    assert heard(on_the_phone("en", facts), "4") == (
        "Kirima the twenty-third of November. Milk per litre: Nakuru farm gate forty-seven, up "
        "two, six reports, Molo forty-eight, thirty-eight kilometres, shops sixty-two. Dairy meal "
        "per bag two thousand nine hundred and fifty, down fifty. For your milk press two. For "
        "meetings and elections press four. To hear it again press nine. To go back press zero."
    )


def test_of_several_groups_one_is_chosen() -> None:
    facts = HeardFacts(own_groups=(KIRIMA, TUMAINI), bulletins={7: BULLETIN})
    caller = on_the_phone("sw", facts)
    assert heard(caller, "4") == (
        "Kikundi gani? Kwa Kirima Dairy bonyeza moja. Kwa Tumaini mbili bonyeza mbili. "
        "Kurudi nyuma bonyeza sifuri."
    )
    # It was written in English, and so are its numbers.
    assert heard(caller, "41").startswith("Kirima the twenty-third of November. Milk per litre")
    assert heard(caller, "41").endswith(
        "down fifty. Kwa maziwa yako bonyeza mbili. Kwa mikutano na uchaguzi bonyeza nne. "
        "Kusikia tena bonyeza tisa. Kurudi nyuma bonyeza sifuri."
    )
    assert heard(caller, "42").startswith("Bado hakuna taarifa ya Tumaini mbili.")
    assert heard(caller, "43").startswith("Namba hiyo haitumiki hapa. Kikundi gani?")


def test_a_bulletin_in_swahili_is_read_in_swahili() -> None:
    written = "KIRIMA 23 Nov. Maziwa/L: Nakuru shambani 47 (+2, ripoti 6), dukani 62."
    facts = HeardFacts(own_groups=(KIRIMA,), bulletins={7: written})
    said = (
        "Kirima tarehe ishirini na tatu Novemba. Maziwa kwa lita: Nakuru shambani arobaini na "
        "saba, imepanda mbili, ripoti sita, dukani sitini na mbili."
    )
    for language in ("en", "sw"):
        assert heard(on_the_phone(language, facts), "4").startswith(said)
    short = HeardFacts(own_groups=(KIRIMA,), bulletins={7: "KIRIMA 47"})
    assert heard(on_the_phone("sw", short), "4").startswith("Kirima arobaini na saba")


def test_groups_of_one_name_are_told_apart() -> None:
    facts = HeardFacts(own_groups=(KIRIMA, replace(TUMAINI, name="Kirima Dairy")))
    said = heard(on_the_phone("en", facts), start=MyGroups((7, 8)))
    assert "For Kirima Dairy Kirima press one. For Kirima Dairy Tumaini press two." in said


def test_somebody_in_no_group_hears_how_to_join_one() -> None:
    caller = on_the_phone("en")
    assert heard(caller, "4") == (
        "You are in no group. Ask the secretary of a group how to join it. "
        "To hear it again press nine. To go back press zero."
    )
    assert heard(caller, "41").startswith("That number leads nowhere here. You are in no group.")
    assert heard(caller, "40").startswith("Bei.")


@pytest.mark.parametrize("frame", [GroupView(99), BulletinView(99)])
def test_a_group_that_was_left_has_no_bulletin(frame: Frame) -> None:
    assert heard(on_the_phone("en"), start=frame).startswith("You are not in this group any more.")


# All of it


def test_the_menu_is_one_of_voice_and_takes_no_text() -> None:
    assert MENU.channel is Channel.VOICE
    assert not MENU.takes_free_text(State((Root(), JoinCode())))


@pytest.mark.parametrize(
    "frame",
    [
        Resume(),
        BestMarkets("milk", MOLO),
        Amount("milk", MOLO),
        Commodities(Purpose.REPORT, ("milk",)),
        Places(Purpose.HOME, (MOLO,)),
    ],
)
def test_a_screen_without_a_voice_gives_way_to_the_first(frame: Frame) -> None:
    screen, state = draw(State((Root(), frame)), on_the_phone("en"))
    assert screen.text.startswith("Bei. For prices press one.")
    assert state.frames == (Root(),)


def everything_said(language: str) -> list[str]:
    """Every screen of a call, with the oddest names and the longest figures."""
    odd = replace(KIRIMA, name="Oil & <Feed> [2] *№* – 'Çı'")
    facts = HeardFacts(own_groups=(odd, TUMAINI), bulletins={7: f"DEMO {BULLETIN} <&>"})
    caller = on_the_phone(language, facts, home=MOLO)
    said = [heard(caller, keys) for keys in ("", "1", "11", "118", "4", "41", "42", "7", "x")]
    return [
        *said,
        *(price_heard(answer, language) for answer in longest_answers(PLACES[NAKURU], "milk")),
    ]


@pytest.mark.parametrize("language", languages())
def test_nothing_is_said_that_a_voice_stumbles_over(language: str) -> None:
    for text in everything_said(language):
        assert text
        assert not set(text) & set('<>&()[]{}/*#_|"+=@\n\t'), text
        assert "  " not in text
        assert not re.search(r" [.,:;?!]|[,;:][.,:;?!]", text), text


@pytest.mark.parametrize("language", ["en", "sw"])
def test_no_figure_and_no_abbreviation_is_left(language: str) -> None:
    for text in everything_said(language):
        assert not re.search(r"\b(KES|UGX|km|kg|L)\b", text), text
        assert not re.search(r"\d", text), text


@pytest.mark.parametrize("language", languages())
def test_a_price_is_heard_within_half_a_minute(language: str) -> None:
    """Two and a half words a second: a minute of a call costs more than a text."""
    caller = on_the_phone(language, MILK_AT_NAKURU, home=NAKURU)
    answer, _, _ = heard(caller, "11").partition(". For another")
    assert len(answer.split()) <= 75
