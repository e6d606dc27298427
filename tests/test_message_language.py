"""The page of words is the one that the words make."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.session import open_database
from docs.message_examples import COMMANDS, VocabularyOf, example, home_of, words_of
from docs.message_language import PAGE, render
from docs.message_words import countries, keywords, language_name
from handlers.parser import Sender, parse
from handlers.parser.report import INTENTS, as_json
from prices.catalogue import Catalogue


@pytest.fixture(scope="module")
def vocabulary_of(sqlite_template: Path) -> Iterator[VocabularyOf]:
    database = open_database(f"sqlite:///{sqlite_template}")
    catalogue = Catalogue()
    with database.read() as session:
        yield lambda country: catalogue.vocabulary(session, country)
    database.engine.dispose()


def test_the_page_is_not_stale(vocabulary_of: VocabularyOf) -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render(vocabulary_of)


def test_every_command_that_has_words_has_an_example(vocabulary_of: VocabularyOf) -> None:
    """Words nobody listens for, or that are read as something else, would be a promise broken."""
    without = [
        f"{command.does} in {language}"
        for language in keywords()
        for command in COMMANDS
        if home_of(language) is not None and words_of(command, language)
        if example(command, language, vocabulary_of) is None
    ]
    assert without == []


# Heard of members and officers alone; docs/groups.md, docs/milk-book.md and docs/orders.md have
# their words.
_OF_GROUPS = {
    "group", "reject_record", "correction", "own_record", "dispute", "bulk_sale", "buyer_paid",
    "members_paid", "scheme_adopted", "order",
    "bargain", "products",
}  # fmt: skip


def test_every_command_is_on_the_page() -> None:
    on_the_page = {command.intent for command in COMMANDS}
    assert on_the_page == {*INTENTS.values()} - {"unknown", *_OF_GROUPS}


def test_every_country_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for country in countries():
        assert f"| {country['name']} |" in page


def test_what_ends_messages_is_there_in_every_language() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for language, parts in keywords().items():
        for word in (*parts.get("stop", ()), *parts.get("stop_all", ())):
            assert word in page, (language_name(language), word)


# What each row of the guide's table shows, in its order.
_ROWS = (
    {"price_query"}, {"price_report"}, {"price_report"}, {"sale_record"}, {"best_market"},
    {"transport"}, {"trend"}, {"subscribe"}, {"alert"}, {"alert"}, {"unsubscribe"},
    {"unsubscribe"}, {"stop"}, {"start"},
    {"register", "home"}, {"join_group"}, {"join_group"}, {"language"}, {"milk_record"},
    {"loss_record"}, {"statement", "balance"}, {"my_data", "erase"}, {"help"},
)  # fmt: skip


def _shown() -> list[tuple[str, set[str]]]:
    """Every text of the guide's first table, with what it has to be read as."""
    guide = (PAGE.parent / "texting.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if line.count("|") == len("||||")]
    return [
        (text, intents)
        for row, intents in zip(rows[2:], _ROWS, strict=True)
        for text in re.findall("`([^`]+)`", row)
    ]


@pytest.mark.parametrize(("text", "intents"), _shown())
def test_what_the_guide_shows_is_understood(
    text: str, intents: set[str], vocabulary_of: VocabularyOf
) -> None:
    kenya = vocabulary_of("KE")
    told = as_json(parse(text, kenya, Sender(home_place_id=min(kenya.places))), kenya)
    assert told["intent"] in intents
