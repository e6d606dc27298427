"""Write docs/message-language.md: every word that is understood, and examples that are read so.

    python -m docs.message_language

The words come from the data files of the parser and the seed; edit those, then run this.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from db.session import open_database
from db.upgrade import upgrade
from docs.markdown import folded, table
from docs.message_examples import COMMANDS, VocabularyOf, example, words_of
from docs.message_words import (
    EVERYWHERE,
    Words,
    countries,
    keywords,
    language_name,
    number_words,
    shorthand,
    units,
)
from prices.catalogue import Catalogue
from prices.importers.reference import load_reference

PAGE = Path(__file__).parent / "message-language.md"
SHOWN = 5  # words of a cell; more of them are folded away
FOLDED = 30  # and beyond these, whoever is curious reads the data
_STOPS = ("stop_all", "stop")

_OPENING = """\
# The message language

Made by `make docs` from the words in `handlers/parser/` and `db/seed/data/`; every example was
given to the parser, and is read as it says. How to text: [texting.md](texting.md).

Capitals, accents and the order of thing, place and figure do not matter. A country listens for the
words of its own languages; what ends messages is heard in every language everywhere.
"""


def render(vocabulary_of: VocabularyOf) -> str:
    """The page, its examples tried with the words of each language's country."""
    spoken = [language for language in _languages() if _begins_commands(language)]
    blocks = [_OPENING, _countries(), _stops()]
    blocks += [_language(language, vocabulary_of) for language in spoken]
    blocks.append(_shorthand(EVERYWHERE, "## In every language"))
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks if block)


def _languages() -> list[str]:
    """Every language of the lexicon, in the order of its first word."""
    return [language for language in keywords() if language != EVERYWHERE]


def _begins_commands(language: str) -> bool:
    """True where more than the end of messages can be said."""
    return any(words_of(command, language) for command in COMMANDS if command.intent != "stop")


def _countries() -> str:
    rows = [
        (
            line["name"],
            line["currency_sign"],
            ", ".join(map(language_name, line["languages"].split())),
        )
        for line in countries()
    ]
    return "\n".join(["## Countries\n", *table(("country", "money", "languages"), rows), ""])


def _stops() -> str:
    words = {
        language_name(language): [word for part in _STOPS for word in parts.get(part, ())]
        for language, parts in keywords().items()
        if any(part in parts for part in _STOPS)
    }
    rows = [(name, _some(said, SHOWN)) for name, said in words.items()]
    every = [f"- {name}: {_listed(said)}" for name, said in words.items() if len(said) > SHOWN]
    heading = "## Words that end every message\n"
    return "\n".join(
        [heading, *table(("language", "words"), rows), "", *folded("All of them", every)]
    )


def _language(language: str, vocabulary_of: VocabularyOf) -> str:
    rows, more = [], []
    for command in COMMANDS:
        words = list(dict.fromkeys(words_of(command, language)))
        if words:
            shown = example(command, language, vocabulary_of)
            rows.append((command.does, _some(words, SHOWN), f"`{shown}`" if shown else "–"))
        if len(words) > SHOWN:
            more.append(f"- {command.does}: {_some(words, FOLDED)}")
    lines = [f"## {language_name(language)}\n", *table(("to …", "words", "example"), rows), ""]
    lines += folded("More words of each command", more)
    lines += folded("Units", _meanings(units(), language))
    lines += folded("Number words", _numbers(language))
    return "\n".join([*lines, _shorthand(language, "")])


def _shorthand(language: str, heading: str) -> str:
    """Price types and buyers; a heading stands only over something."""
    lines = folded("Price types", _meanings(shorthand("price_type"), language))
    lines += folded("Buyers", _meanings(shorthand("buyer"), language))
    return "\n".join([f"{heading}\n", *lines]) if heading and lines else "\n".join(lines)


def _meanings(words: Words, language: str) -> list[str]:
    return [
        f"- {means.replace('_', ' ')}: {_some(forms, FOLDED)}"
        for means, forms in words.get(language, {}).items()
    ]


def _numbers(language: str) -> list[str]:
    words = number_words().get(language, {})
    told = [f"{value} {' · '.join(forms)}" for value, forms in words.items()]
    return [", ".join(told)] if told else []


def _some(words: Sequence[str], most: int) -> str:
    more = len(words) - most
    return _listed(words[:most]) + (f" and {more} more" if more > 0 else "")


def _listed(words: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def main() -> None:
    """Write the page, with the words a new service is filled with."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'words.db'}")
        upgrade(database)
        with database.begin() as session:
            load_reference(session)
            catalogue = Catalogue()
            page = render(lambda country: catalogue.vocabulary(session, country))
        database.engine.dispose()
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
