"""Stage six: which command a settled sentence is. The first reader that recognises it has it."""

from collections.abc import Callable

from handlers.commands import Command, JoinGroup, Parsed, Register, Unknown
from handlers.parser.market import read_query, read_report, read_subscribe
from handlers.parser.people import (
    read_help,
    read_join,
    read_language,
    read_register,
    read_start,
)
from handlers.parser.sentence import Sentence
from handlers.parser.stopping import read_stop, read_unsubscribe

Reader = Callable[[Sentence], Command | None]

# Where two would do, the one that harms least comes first.
READERS: tuple[Reader, ...] = (
    read_stop,
    read_unsubscribe,
    read_start,
    read_language,
    read_help,
    read_join,
    read_subscribe,
    read_register,
    read_report,
    read_query,
)
# Who writes Sheng reads Swahili.
_DIALECTS = {"sheng": "sw"}
# Grammar tells little about a language: "na" and "sms" are everybody's.
_VERBS = frozenset(
    {
        "stop_all", "stop", "unsubscribe", "start", "help", "price", "report", "subscribe", "send",
        "repeat", "register", "name", "home", "language", "join", "group", "question", "sale",
    }
)  # fmt: skip


def read(sentence: Sentence) -> Parsed:
    """The command, the language it was written in, and how much of the text was understood."""
    for reader in READERS:
        command = reader(sentence)
        if command is not None:
            is_sure = isinstance(command, Register | JoinGroup)  # names are meant to be unknown
            confidence = 1.0 if is_sure else sentence.confidence
            return Parsed(command, language_of(sentence), confidence)
    return Parsed(Unknown(), language_of(sentence))


def language_of(sentence: Sentence) -> str | None:
    """The language of the first keyword, else of the commodity; None where neither tells."""
    spoken = [
        _only(languages)
        for tag in sentence.tags
        for role, languages in tag.roles.items()
        if role in _VERBS
    ]
    named = [
        _only(tuple(language for _, language in tag.commodities))
        for tag in sentence.tags
        if tag.commodities
    ]
    return next((language for language in [*spoken, *named] if language), None)


def _only(languages: tuple[str, ...]) -> str | None:
    known = {_DIALECTS.get(language, language) for language in languages}
    return known.pop() if len(known) == 1 else None
