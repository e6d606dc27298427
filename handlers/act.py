"""One command, one act, one answer."""

from typing import assert_never

from handlers.commands import (
    Alert,
    Balance,
    BestMarket,
    Command,
    Confirm,
    Help,
    JoinGroup,
    LossRecord,
    MilkRecord,
    PriceQuery,
    PriceReport,
    Register,
    SaleRecord,
    SetHome,
    SetLanguage,
    Start,
    Statement,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unknown,
    Unsubscribe,
    Unsure,
)
from handlers.conversation import Conversation
from handlers.keywords.alert import watch_price
from handlers.keywords.balance import tell_balance
from handlers.keywords.best_market import tell_best_market
from handlers.keywords.confirm import confirm
from handlers.keywords.help import give_help
from handlers.keywords.join_group import join_group
from handlers.keywords.language import set_language
from handlers.keywords.leave_group import leave_group
from handlers.keywords.loss_record import refuse_loss
from handlers.keywords.milk_record import refuse_milk
from handlers.keywords.price_query import tell_prices
from handlers.keywords.price_report import take_reports
from handlers.keywords.register import register
from handlers.keywords.sale_record import take_sales
from handlers.keywords.set_home import set_home
from handlers.keywords.start import start
from handlers.keywords.statement import refuse_statement
from handlers.keywords.stop import stop
from handlers.keywords.subscribe import subscribe
from handlers.keywords.transport import take_fare
from handlers.keywords.trend import tell_trend
from handlers.keywords.unknown import excuse
from handlers.keywords.unsubscribe import unsubscribe
from handlers.keywords.unsure import which_reading


def act(conversation: Conversation, command: Command) -> str | None:  # noqa: C901 – one case each
    """Do what was asked and say so; None where silence is the answer. Sends nothing itself."""
    match command:
        case PriceQuery():
            return tell_prices(conversation, command)
        case PriceReport():
            return take_reports(conversation, command)
        case SaleRecord():
            return take_sales(conversation, command)
        case BestMarket():
            return tell_best_market(conversation, command)
        case TransportReport():
            return take_fare(conversation, command)
        case Trend():
            return tell_trend(conversation, command)
        case Subscribe():
            return subscribe(conversation, command)
        case Unsubscribe():
            return unsubscribe(conversation, command)
        case Alert():
            return watch_price(conversation, command)
        case Stop():
            return stop(conversation)
        case Start():
            return start(conversation)
        case Help():
            return give_help(conversation)
        case Register():
            return register(conversation, command)
        case SetHome():
            return set_home(conversation, command)
        case SetLanguage():
            return set_language(conversation, command)
        case JoinGroup(is_leaving=True):
            return leave_group(conversation, command)
        case JoinGroup():
            return join_group(conversation, command)
        case MilkRecord():
            return refuse_milk(conversation)
        case LossRecord():
            return refuse_loss(conversation)
        case Statement():
            return refuse_statement(conversation)
        case Balance():
            return tell_balance(conversation)
        case Confirm():
            return confirm(conversation, command)
        case Unsure():
            return which_reading(conversation, command)
        case Unknown():
            return excuse(conversation, command)
        case _:
            assert_never(command)
