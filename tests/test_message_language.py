"""The page of words is the one that the words make."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.session import open_database
from docs.message_examples import COMMANDS, VocabularyOf, example, home_of, words_of
from docs.message_language import PAGE, render
from docs.message_words import countries, keywords, language_name
from handlers.parser.report import INTENTS
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


def test_every_command_is_on_the_page() -> None:
    assert {command.intent for command in COMMANDS} == {*INTENTS.values()} - {"unknown"}


def test_every_country_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for country in countries():
        assert f"| {country['name']} |" in page


def test_what_ends_messages_is_there_in_every_language() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for language, parts in keywords().items():
        for word in (*parts.get("stop", ()), *parts.get("stop_all", ())):
            assert word in page, (language_name(language), word)
