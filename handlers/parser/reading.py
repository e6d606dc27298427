"""Stage seven: which command a settled sentence is. The reading that explains most has it."""

from handlers.commands import Command, Parsed, Unknown, Unsure
from handlers.parser.book import read_balance, read_loss, read_milk_record, read_statement
from handlers.parser.market import (
    read_alert,
    read_best,
    read_query,
    read_report,
    read_sale,
    read_subscribe,
    read_trend,
)
from handlers.parser.people import (
    read_confirm,
    read_help,
    read_home,
    read_join,
    read_language,
    read_register,
    read_start,
)
from handlers.parser.readings import Reader, Reading, readings_of, rivals
from handlers.parser.sentence import Sentence
from handlers.parser.stopping import read_stop, read_unsubscribe

_ASKED = frozenset({"price", "question", "now", "repeat", "send"})
_TOLD = frozenset(
    {"price", "report", "at", "per", "for", "was", "now", "pay", "time", "total", "to", "between"}
)
_WANTED = frozenset({"subscribe", "start", "join", "repeat", "send", "price", "register", "time"})
_PERSON = frozenset({"register", "name", "home", "offer", "language_name", "join"})

# Where two explain as much, the one that harms least comes first.
READERS: tuple[Reader, ...] = (
    Reader("stop", read_stop, frozenset({"stop", "stop_all", "unsubscribe", "messages", "send"})),
    Reader("unsubscribe", read_unsubscribe, frozenset({"unsubscribe", "stop", "stop_all", "price",
        "messages", "alert", "subscribe"}), over=frozenset({"query", "report"})),
    Reader("confirm", read_confirm, frozenset({"yes", "no"}), figures=True),
    Reader("start", read_start, frozenset({"start"})),
    Reader("language", read_language, frozenset({"language", "language_name"}), names_people=True,
        over=frozenset({"register", "help"})),
    Reader("help", read_help, frozenset({"help", "question", "service", "price"}),
        over=frozenset({"query"})),
    Reader("statement", read_statement, frozenset({"statement"})),
    Reader("balance", read_balance, frozenset({"balance"})),
    Reader("loss", read_loss, frozenset({"loss", "sour", "spilt", "rejected"}), figures=True),
    Reader("milk_record", read_milk_record, frozenset({"record"}), figures=True,
        names_people=True, over=frozenset({"report"})),
    Reader("sale", read_sale, _TOLD | {"sale", "bought", "delivered", "rejected", "sour", "spilt",
        "loss"}, figures=True, over=frozenset({"report", "query", "best"})),
    Reader("alert", read_alert, _WANTED | {"alert", "above", "below", "to"}, figures=True,
        over=frozenset({"subscribe", "report", "query"})),
    Reader("subscribe", read_subscribe, _WANTED | {"alert"},
        over=frozenset({"register", "join", "query", "report"})),
    Reader("best", read_best, _ASKED | {"best", "sale", "offer", "pay"},
        over=frozenset({"query", "trend"})),
    Reader("trend", read_trend, _ASKED | {"trend"}, over=frozenset({"query"})),
    Reader("query", read_query, _ASKED | {"pay", "sale", "trend", "best"}),
    Reader("report", read_report, _TOLD, figures=True, over=frozenset({"query"})),
    Reader("home", read_home, _PERSON, over=frozenset({"register", "query"})),
    Reader("register", read_register, _PERSON, names_people=True,
        over=frozenset({"join", "query", "report"})),
    Reader("join", read_join, frozenset({"join", "group"}), names_people=True,
        over=frozenset({"query", "report"})),
)  # fmt: skip
# Who writes Sheng reads Swahili.
_DIALECTS = {"sheng": "sw", "bn-Latn": "bn"}
# Grammar tells little about a language: "na" and "sms" are everybody's.
_VERBS = frozenset(
    {
        "stop_all", "stop", "unsubscribe", "start", "help", "price", "report", "subscribe", "send",
        "repeat", "register", "name", "home", "language", "join", "group", "question", "sale",
        "bought", "best", "trend", "alert", "statement", "balance", "loss", "record",
    }
)  # fmt: skip


def read(sentence: Sentence) -> Parsed:
    """The command, the language it was written in, and how much of the text it explains."""
    readings = readings_of(sentence, READERS)
    if not readings:
        return Parsed(Unknown(), language_of(sentence))
    alike = rivals(readings)
    return Parsed(_command(alike), language_of(sentence), round(readings[0].weight, 2))


def _command(alike: tuple[Reading, ...]) -> Command:
    if len(alike) == 1:
        return alike[0].command
    return Unsure(tuple(reading.command for reading in alike))


def language_of(sentence: Sentence) -> str | None:
    """The language of the first keyword, else of the commodity; None where neither tells."""
    spoken = (
        _only(languages)
        for tag in sentence.tags
        for role, languages in tag.roles.items()
        if role in _VERBS
    )
    named = (
        _only(tuple(language for _, language in tag.commodities))
        for tag in sentence.tags
        if tag.commodities
    )
    return next(filter(None, spoken), None) or next(filter(None, named), None)


def _only(languages: tuple[str, ...]) -> str | None:
    known = {_DIALECTS.get(language, language) for language in languages}
    return known.pop() if len(known) == 1 and "*" not in known else None
