"""Stage seven: which command a settled sentence is. The reading that explains most has it."""

from handlers.commands import Command, Parsed, Unknown, Unsure
from handlers.parser.audit_words import read_audit, read_progress, read_tolerance
from handlers.parser.book import read_balance, read_loss, read_milk_record, read_statement
from handlers.parser.group_deeds import ROLES as DEEDS
from handlers.parser.group_deeds import read_deed
from handlers.parser.lexicon import EVERYWHERE
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
    read_founding,
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
from handlers.parser.transport import MODES, read_transport


def _words(signs: str) -> frozenset[str]:
    return frozenset(signs.split())


_ASKED = _words("price question now repeat send")
_TOLD = _words("price report at per for was now pay time total to between trend")
_WANTED = _words("subscribe start join repeat send price register time service messages for")
_PERSON = _words("register name home offer language_name join service for")

# Where two explain as much, the one that harms least comes first.
READERS: tuple[Reader, ...] = (
    Reader(
        "stop",
        read_stop,
        needs=_words("stop stop_all unsubscribe no_more remove leave"),
        explains=_words(
            "stop stop_all unsubscribe no_more remove leave messages send price question help"
        ),
    ),
    Reader(
        "unsubscribe",
        read_unsubscribe,
        needs=_words("unsubscribe stop no_more remove"),
        explains=_words(
            "unsubscribe stop stop_all no_more remove price messages send alert subscribe"
        ),
        over=_words("query report"),
    ),
    Reader(
        "confirm",
        read_confirm,
        needs=_words("yes no figure"),
        explains=_words("yes no"),
        figures=True,
    ),
    Reader(
        "group",
        read_deed,
        needs=DEEDS,
        explains=DEEDS,
        is_whole=True,
        over=_words("unsubscribe join query report sale register subscribe milk_record"),
    ),
    Reader(
        "found",
        read_founding,
        needs=_words("found invite"),
        explains=_words("found invite"),
        is_whole=True,
        over=_words("unsubscribe join query report sale register subscribe milk_record"),
    ),
    Reader(
        "tolerance",
        read_tolerance,
        needs=_words("audit"),
        explains=_words("audit"),
        is_whole=True,
        over=_words("query report sale alert audit"),
    ),
    Reader("start", read_start, needs=_words("start"), explains=_words("start")),
    Reader(
        "language",
        read_language,
        needs=_words("language language_name"),
        explains=_words("language language_name"),
        names_people=True,
        over=_words("register help"),
    ),
    Reader(
        "help",
        read_help,
        needs=_words("help service ?"),
        explains=_words("help question service price"),
        over=_words("query"),
    ),
    Reader(
        "transport",
        read_transport,
        needs=_words("transport"),
        explains=_TOLD | _words("transport from in of") | MODES.keys(),
        figures=True,
        over=_words("loss milk_record sale alert report query"),
    ),
    Reader("statement", read_statement, needs=_words("statement"), explains=_words("statement")),
    Reader("balance", read_balance, needs=_words("balance"), explains=_words("balance")),
    Reader("audit", read_audit, needs=_words("audit"), explains=_words("audit")),
    Reader("progress", read_progress, needs=_words("progress"), explains=_words("progress")),
    Reader(
        "loss",
        read_loss,
        needs=_words("loss spilt"),
        explains=_words("loss sour spilt rejected"),
        figures=True,
    ),
    Reader(
        "milk_record",
        read_milk_record,
        needs=_words("figure"),
        explains=_words("record per"),  # "A" is a grade here
        figures=True,
        names_people=True,
        over=_words("report"),
    ),
    Reader(
        "sale",
        read_sale,
        needs=_words("sale bought delivered"),
        explains=_TOLD | _words("sale bought delivered rejected sour spilt loss"),
        figures=True,
        over=_words("report query best"),
    ),
    Reader(
        "alert",
        read_alert,
        needs=_words("figure alert"),
        explains=_WANTED | _words("alert above below to"),
        measures=True,
        figures=True,
        over=_words("subscribe report query"),
    ),
    Reader(
        "subscribe",
        read_subscribe,
        needs=_words("subscribe start join repeat register alert"),
        explains=_WANTED | _words("alert"),
        measures=True,
        over=_words("register join query report"),
    ),
    Reader(
        "best",
        read_best,
        needs=_words("best"),
        explains=_ASKED | _words("best sale offer pay"),
        figures=True,  # how much there is to sell
        over=_words("query trend"),
    ),
    Reader(
        "trend",
        read_trend,
        needs=_words("trend"),
        explains=_ASKED | _words("trend"),
        measures=True,
        over=_words("query"),
    ),
    Reader(
        "report",
        read_report,
        needs=_words("report figure"),
        explains=_TOLD,
        figures=True,
        over=_words("query"),
    ),
    Reader(
        "query",
        read_query,
        needs=_words("price commodity place"),
        explains=_ASKED | _words("pay sale trend best"),
        figures=True,
    ),
    Reader(
        "home",
        read_home,
        needs=_words("home"),
        explains=_PERSON,
        over=_words("register query"),
    ),
    Reader(
        "register",
        read_register,
        needs=_words("register name home"),
        explains=_PERSON,
        names_people=True,
        over=_words("join query report"),
    ),
    Reader(
        "join",
        read_join,
        needs=_words("join group"),
        explains=_words("join group group_verb leave found invite"),
        names_people=True,
        over=_words("query report"),
    ),
)
# Who writes Sheng reads Swahili.
_DIALECTS = {"sheng": "sw", "bn-Latn": "bn"}
# Grammar tells little about a language: "na" and "sms" are everybody's.
_VERBS = frozenset(
    {
        "stop_all", "stop", "unsubscribe", "start", "help", "price", "report", "subscribe", "send",
        "repeat", "register", "name", "home", "language", "join", "group", "question", "sale",
        "bought", "best", "trend", "alert", "statement", "balance", "loss", "record",
        "transport", "audit", "progress", *DEEDS,
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
    known = {_DIALECTS.get(language, language) for language in languages} - {EVERYWHERE}
    return known.pop() if len(known) == 1 else None
