"""One command, one act, one answer."""

from typing import assert_never

from handlers.commands import (
    Command,
    Help,
    JoinGroup,
    PriceQuery,
    PriceReport,
    Register,
    SetLanguage,
    Start,
    Stop,
    Subscribe,
    Unknown,
    Unsubscribe,
)
from handlers.conversation import Conversation
from handlers.keywords.help import give_help
from handlers.keywords.join_group import join_group
from handlers.keywords.language import set_language
from handlers.keywords.price_query import tell_prices
from handlers.keywords.price_report import take_reports
from handlers.keywords.register import register
from handlers.keywords.start import start
from handlers.keywords.stop import stop
from handlers.keywords.subscribe import subscribe
from handlers.keywords.unknown import excuse
from handlers.keywords.unsubscribe import unsubscribe


def act(conversation: Conversation, command: Command) -> str | None:  # noqa: C901 – one case each
    """Do what was asked and say so; None where silence is the answer. Sends nothing itself."""
    match command:
        case PriceQuery():
            return tell_prices(conversation, command)
        case PriceReport():
            return take_reports(conversation, command)
        case Subscribe():
            return subscribe(conversation, command)
        case Unsubscribe():
            return unsubscribe(conversation, command)
        case Stop():
            return stop(conversation)
        case Start():
            return start(conversation)
        case Help():
            return give_help(conversation)
        case Register():
            return register(conversation, command)
        case SetLanguage():
            return set_language(conversation, command)
        case JoinGroup():
            return join_group(conversation, command)
        case Unknown():
            return excuse(conversation, command)
        case _:
            assert_never(command)
