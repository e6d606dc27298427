"""What we tell people to type, we understand: in every language, in a country that speaks it."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from db.session import Database, open_database
from handlers.commands import (
    Alert,
    BestMarket,
    Command,
    Help,
    Item,
    JoinGroup,
    PriceQuery,
    PriceReport,
    Register,
    SetLanguage,
    Start,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unsubscribe,
)
from handlers.keywords.naming import query_example
from handlers.keywords.to_type import largest_market
from handlers.parser import Sender, parse
from handlers.parser.report import items_of
from messaging.phrases import languages, say
from messaging.phrases.formats import language_name
from prices.catalogue import load_vocabulary
from prices.kinds import PlaceKind
from prices.models import Country
from prices.vocabulary import PlaceEntry, Vocabulary, fold
from tests.cast import WANJIKU
from tests.conftest import NOON
from tests.handlers.keywords.talking import Talk

# The words that stand within a sentence, in capitals.
SAID_IN_PASSING: list[tuple[str, list[type[Command]]]] = [
    ("Free. Reply STOP to end.", [Stop]),
    ("To end all messages send STOP", [Stop]),
    ("You will get no more messages from Bei. Reply START to come back.", [Start]),
    ("Welcome back to Bei. Your messages go on. Reply STOP to end.", [Stop]),
    ("Which group? Send JOIN and the code your secretary gave you.", [JoinGroup]),
    ("Weekly prices: SUB. To end all messages: STOP", [Subscribe, Stop]),
    ("More: HELP", [Help]),
    ("STOP ends.", [Stop]),
    ("To end one send STOP ALERT and its name.", [Stop, Alert]),
    ("You had no such alert. To end all messages send STOP", [Stop]),
]


@pytest.fixture(scope="module")
def vocabularies(sqlite_template: Path) -> dict[str, Vocabulary]:
    """The real words of a country for each language, its first language where there is one."""
    template = open_database(f"sqlite:///{sqlite_template}")
    with template.read() as session:
        countries = session.scalars(select(Country).order_by(Country.code)).all()
        loaded = {
            language: load_vocabulary(session, _where_spoken(language, countries).code)
            for language in languages()
        }
    template.engine.dispose()
    return loaded


def _where_spoken(language: str, countries: Sequence[Country]) -> Country:
    spoken = [country for country in countries if language in country.languages.split()]
    return next((country for country in spoken if country.language == language), spoken[0])


def capital(vocabulary: Vocabulary) -> PlaceEntry:
    """The largest place where something is sold that shares its name with no other."""
    places = vocabulary.places.values()
    words = vocabulary.place_words
    place = largest_market(place for place in places if words[fold(place.name)] == (place.id,))
    assert place is not None
    return place


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("example", "kind"),
    [
        ("PRICE {commodity} {place}", PriceQuery),
        ("SUB {commodity} {place}", Subscribe),
        ("BEST {commodity} {place}", BestMarket),
        ("TREND {commodity} {place}", Trend),
        ("ALERT {commodity} {place}", Alert),
        ("ALERT {commodity} {place} {price}", Alert),
        ("STOP ALERT {commodity} {place}", Unsubscribe),
        ("{commodity} {place} {price}", PriceReport),
    ],
)
def test_examples_about_a_thing_at_a_place(
    vocabularies: dict[str, Vocabulary], language: str, example: str, kind: type[Command]
) -> None:
    vocabulary = vocabularies[language]
    place = capital(vocabulary)
    for code in list(vocabulary.commodities)[:10]:
        name = vocabulary.commodity_name(code, language).upper()
        gaps = {"commodity": name, "place": place.name.upper(), "price": "450"}
        wanted = {name: gaps[name] for name in gaps if f"{{{name}}}" in example}
        text = say(language, example, **wanted)
        command = parse(text, vocabulary, Sender(language=language)).command
        assert isinstance(command, kind), text
        (item,) = items_of(command)
        assert (item.commodity, item.place_id) == (code, place.id), text


@pytest.mark.parametrize(
    ("country", "language", "msisdn"),
    [
        ("KE", "en", WANJIKU),
        ("KE", "sw", WANJIKU),
        ("PE", "es", "+51987654321"),
        ("SN", "fr", "+221771234567"),
    ],
)
def test_a_whole_county_can_be_typed(
    database: Database, country: str, language: str, msisdn: str
) -> None:
    with database.begin() as session:
        talk = Talk(session, NOON, country)
        for place in talk.vocabulary.places.values():
            if place.kind is PlaceKind.ADMIN1:
                text = query_example(talk.conversation(msisdn, language), "milk", place)
                command = parse(text, talk.vocabulary, Sender(language=language)).command
                assert isinstance(command, PriceQuery), text
                assert command.items == (Item("milk", place.id),), text


@pytest.mark.parametrize("language", languages())
def test_examples_of_who_somebody_is(vocabularies: dict[str, Vocabulary], language: str) -> None:
    vocabulary = vocabularies[language]
    place = capital(vocabulary)
    for example, has_name in (("REGISTER {place}", False), ("REGISTER JANE {place}", True)):
        text = say(language, example, place=place.name.upper())
        command = parse(text, vocabulary, Sender(language=language)).command
        assert isinstance(command, Register), text
        assert (command.name, command.item.place_id) == (
            text.split()[1] if has_name else None,
            place.id,
        )


@pytest.mark.parametrize("language", languages())
def test_examples_of_what_transport_costs(
    vocabularies: dict[str, Vocabulary], language: str
) -> None:
    vocabulary = vocabularies[language]
    place = capital(vocabulary)
    kilo = vocabulary.unit_name("kg", language).upper()
    for fare, load in (("300", ""), ("300", f" 20 {kilo}")):
        text = say(language, "TRANSPORT {place} {fare}", place=place.name.upper(), fare=fare + load)
        for example, start in ((text, None), (_leaving(language, text, place), place.id)):
            command = parse(example, vocabulary, Sender(language=language)).command
            assert isinstance(command, TransportReport), example
            assert (command.item.place_id, command.item.price) == (place.id, 300), example
            assert (command.item.unit, command.start.place_id) == ("kg" if load else None, start)


def _leaving(language: str, text: str, place: PlaceEntry) -> str:
    return say(language, "{example} FROM {place}", example=text, place=place.name.upper())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("sentence", "kinds"), SAID_IN_PASSING)
def test_words_said_in_passing(
    vocabularies: dict[str, Vocabulary],
    language: str,
    sentence: str,
    kinds: list[type[Command]],
) -> None:
    words = re.findall(r"\b[A-ZÀ-Ý]{3,}\b", say(language, sentence))
    assert len(words) == len(kinds), words
    for word, kind in zip(words, kinds, strict=True):
        text = f"{word} KIRIMA" if kind is JoinGroup else word
        command = parse(text, vocabularies[language], Sender(language=language)).command
        assert isinstance(command, kind), text
        if isinstance(command, JoinGroup):
            assert command.code is not None
            assert command.code.upper() == "KIRIMA"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("code", ["KIRIMA", "208", "KIRIMA2"])
def test_the_way_back_into_a_group(
    vocabularies: dict[str, Vocabulary], language: str, code: str
) -> None:
    sentence = say(language, "To come back send JOIN {code}.", code=code)
    (text,) = re.findall(rf"\b[A-Z]+ {code}\.", sentence)
    command = parse(text, vocabularies[language], Sender(language=language)).command
    assert command == JoinGroup(code), text


@pytest.mark.parametrize("language", languages())
def test_every_language_is_chosen_by_its_own_name(
    vocabularies: dict[str, Vocabulary], language: str
) -> None:
    for other in languages():
        text = language_name(other)
        command = parse(text, vocabularies[language], Sender(language=language)).command
        assert command == SetLanguage(other), text
