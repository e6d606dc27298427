"""An example for each command in each language, found by trying: the parser has to read it so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from docs.message_words import countries, keywords
from handlers.parser import Sender, parse
from handlers.parser.report import as_json
from prices.vocabulary import PlaceEntry, Vocabulary, fold

PRICE = 45
NAME = "Jane"
GROUP = "kirima"

VocabularyOf = Callable[[str], Vocabulary]


@dataclass(frozen=True)
class Command:
    """What people can do, the parts of the lexicon that begin it, and how it is written."""

    does: str
    intent: str
    parts: tuple[str, ...]
    form: str


COMMANDS = (
    Command("ask a price", "price_query", ("price",), "{word} {thing} {place}"),
    Command("ask in a sentence", "price_query", ("question",), "{word} {thing} {place}"),
    Command("tell a price", "price_report", ("report",), "{word} {thing} {place} {price}"),
    Command("note a sale", "sale_record", ("sale", "bought"), "{word} {thing} {price} {place}"),
    Command("ask where it sells best", "best_market", ("best",), "{word} {thing}"),
    Command("tell what transport costs", "transport", ("transport",), "{word} {place} {price}"),
    Command("ask whether it rises", "trend", ("trend",), "{word} {thing} {place}"),
    Command("get prices every week", "subscribe", ("subscribe",), "{word} {thing} {place}"),
    Command("hear when it passes a price", "alert", ("alert",), "{word} {thing} {place} {price}"),
    Command("end one of them", "unsubscribe", ("unsubscribe",), "{word} {thing} {place}"),
    Command("end every message", "stop", ("stop_all", "stop"), "{word}"),
    Command("come back", "start", ("start",), "{word}"),
    Command("say who and where you are", "register", ("register",), "{word} {name} {place}"),
    Command("tell your name", "register", ("name",), "{word} {name}"),
    Command("choose your market", "home", ("home",), "{word} {place}"),
    Command("choose the language", "language", ("language",), "{word} {language}"),
    Command("join a group", "join_group", ("join", "group"), "{word} {group}"),
    Command("write in the milk book", "milk_record", ("record",), "{word} {name} 12"),
    Command("note milk that was lost", "loss_record", ("loss", "spilt"), "{word} 5 {why}"),
    Command("see what you delivered", "statement", ("statement",), "{word}"),
    Command("note what a member owes", "charge", ("charge",), "{word} {name} 120 soap"),
    Command("try another price of milk", "what_if", ("what_if",), "{word} 48"),
    Command("see or propose how the group pays", "scheme", ("scheme",), "{word}"),
    Command("see how your reports count", "balance", ("balance",), "{word}"),
    Command("hear how the milk book comes out", "audit", ("audit",), "{word}"),
    Command("hear how far the group has come", "progress", ("progress",), "{word}"),
    Command("see what is kept of you", "my_data", ("my_data",), "{word}"),
    Command("have it deleted", "erase", ("erase",), "{word}"),
    Command("say yes", "confirm", ("yes",), "{word}"),
    Command("say no", "confirm", ("no",), "{word}"),
    Command("get help", "help", ("help",), "{word}"),
)


def words_of(command: Command, language: str) -> list[str]:
    """The words that begin a command in a language, as the lexicon lists them."""
    parts = keywords().get(language, {})
    return [word for part in command.parts for word in parts.get(part, ())]


def home_of(language: str) -> str | None:
    """The country that listens for the language: where it is the first of several, if anywhere."""
    heard = {line["code"]: line["languages"].split() for line in countries()}
    first = [code for code, languages in heard.items() if language in languages[:1]]
    return next(iter(first), None) or next(
        (code for code, languages in heard.items() if language in languages), None
    )


def example(command: Command, language: str, vocabulary_of: VocabularyOf) -> str | None:
    """The first text that is read as this command, with everything that it names."""
    country = home_of(language)
    if country is None:
        return None
    vocabulary = vocabulary_of(country)
    gaps = _gaps(language, vocabulary)
    for word in words_of(command, language):
        text = " ".join(command.form.format(word=word, **gaps).split())
        if _is_read_so(text, command, gaps, vocabulary):
            return text
    return None


def _gaps(language: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    return {
        "thing": _thing(language, vocabulary),
        "place": _place(vocabulary).name.casefold(),
        "price": str(PRICE),
        "name": NAME,
        "group": GROUP,
        "language": language.partition("-")[0],
        "why": next(iter(keywords().get(language, {}).get("sour", ())), ""),
    }


def _thing(language: str, vocabulary: Vocabulary) -> str:
    """Milk in this language, else the first of the goods that has a word in it."""
    words = vocabulary.commodity_words.items()
    ranks = {
        word: vocabulary.commodities[code].rank
        for word, meanings in words
        for code, spoken in meanings[:1]
        if spoken == language
    }
    names = {fold(entry.names.get(language, "")) for entry in vocabulary.commodities.values()}
    return min(ranks, key=lambda word: (ranks[word], word not in names), default="")


def _place(vocabulary: Vocabulary) -> PlaceEntry:
    """The largest market whose name no other place bears."""
    return max(
        (place for place in vocabulary.places.values() if _is_one_of_its_name(place, vocabulary)),
        key=lambda place: place.population or 0,
    )


def _is_one_of_its_name(place: PlaceEntry, vocabulary: Vocabulary) -> bool:
    bearers = vocabulary.place_words[fold(place.name)]
    return place.kind.is_trading_place and all(
        id_ == place.id or not vocabulary.places[id_].kind.is_trading_place for id_ in bearers
    )


def _is_read_so(
    text: str, command: Command, gaps: Mapping[str, str], vocabulary: Vocabulary
) -> bool:
    # Yes and no are answers: they mean something to whom we asked something.
    sender = Sender(awaits_answer=command.intent == "confirm")
    read = as_json(parse(text, vocabulary, sender), vocabulary)
    if read["intent"] != command.intent:
        return False
    wanted = [name for name in ("thing", "place", "price") if f"{{{name}}}" in command.form]
    items = cast(list[Mapping[str, object]], read["items"])
    return not wanted or any(_holds(item, wanted, gaps, vocabulary) for item in items)


def _holds(
    item: Mapping[str, object],
    wanted: Sequence[str],
    gaps: Mapping[str, str],
    vocabulary: Vocabulary,
) -> bool:
    codes = [code for code, _ in vocabulary.commodity_words.get(gaps["thing"], ())]
    found = {
        "thing": item["commodity"] in codes,
        "place": fold(str(item["place"] or "")) == fold(gaps["place"]),
        "price": item["price"] == PRICE,
    }
    return all(found[name] for name in wanted)
