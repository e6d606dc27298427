"""One command, one act, one answer."""

from typing import assert_never

from handlers.commands import (
    AgreeScheme,
    Alert,
    AuditQuery,
    Balance,
    Bargain,
    BestMarket,
    BulkOrder,
    BulkSale,
    BuyerPaid,
    Charge,
    Command,
    Confirm,
    Correction,
    Dispute,
    EraseMe,
    GroupDeed,
    Help,
    JoinGroup,
    LossRecord,
    MembersPaid,
    MilkRecord,
    MyData,
    OwnRecord,
    PriceQuery,
    PriceReport,
    ProductChoice,
    ProgressQuery,
    Register,
    RejectRecord,
    SaleRecord,
    SetHome,
    SetLanguage,
    SetScheme,
    Start,
    Statement,
    Stop,
    Subscribe,
    TransportReport,
    Trend,
    Unknown,
    Unsubscribe,
    Unsure,
    WhatIf,
)
from handlers.conversation import Conversation
from handlers.keywords.alert import watch_price
from handlers.keywords.audit import tell_audit
from handlers.keywords.balance import tell_balance
from handlers.keywords.bargain import tell_bargain
from handlers.keywords.best_market import tell_best_market
from handlers.keywords.charge import charge
from handlers.keywords.confirm import confirm
from handlers.keywords.correct import correct
from handlers.keywords.create_group import create_group
from handlers.keywords.erase import erase
from handlers.keywords.group_deeds import do_in_group
from handlers.keywords.help import give_help
from handlers.keywords.invite import invite
from handlers.keywords.invited import decline_group
from handlers.keywords.join_group import join_group
from handlers.keywords.language import set_language
from handlers.keywords.leave_group import leave_group
from handlers.keywords.loss_record import record_loss
from handlers.keywords.milk_record import record_milk
from handlers.keywords.my_data import tell_my_data
from handlers.keywords.order import order
from handlers.keywords.own_record import dispute, record_own
from handlers.keywords.pay_members import record_pay
from handlers.keywords.price_query import tell_prices
from handlers.keywords.price_report import take_reports
from handlers.keywords.products import tell_products
from handlers.keywords.progress import tell_progress
from handlers.keywords.register import register
from handlers.keywords.reject import record_reject
from handlers.keywords.sale_of_group import record_payment, record_sale
from handlers.keywords.sale_record import take_sales
from handlers.keywords.scheme import agree, scheme
from handlers.keywords.set_home import set_home
from handlers.keywords.start import start
from handlers.keywords.statement import tell_statement
from handlers.keywords.stop import stop
from handlers.keywords.subscribe import subscribe
from handlers.keywords.transport import take_fare
from handlers.keywords.trend import tell_trend
from handlers.keywords.unknown import excuse
from handlers.keywords.unsubscribe import unsubscribe
from handlers.keywords.unsure import which_reading
from handlers.keywords.what_if import tell_what_if


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
        case MyData():
            return tell_my_data(conversation)
        case EraseMe():
            return erase(conversation, command)
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
        case JoinGroup(is_founding=True):
            return create_group(conversation, command)
        case JoinGroup(invited=str()):
            return invite(conversation, command)
        case JoinGroup(is_declining=True):
            return decline_group(conversation, command)
        case JoinGroup():
            return join_group(conversation, command)
        case GroupDeed():
            return do_in_group(conversation, command)
        case MilkRecord():
            return record_milk(conversation, command)
        case LossRecord():
            return record_loss(conversation, command)
        case RejectRecord():
            return record_reject(conversation, command)
        case Correction():
            return correct(conversation, command)
        case OwnRecord():
            return record_own(conversation, command)
        case Dispute():
            return dispute(conversation, command)
        case BulkSale():
            return record_sale(conversation, command)
        case BuyerPaid():
            return record_payment(conversation, command)
        case MembersPaid():
            return record_pay(conversation, command)
        case Statement():
            return tell_statement(conversation, command)
        case Charge():
            return charge(conversation, command)
        case WhatIf():
            return tell_what_if(conversation, command)
        case SetScheme():
            return scheme(conversation, command)
        case AgreeScheme():
            return agree(conversation, command)
        case BulkOrder():
            return order(conversation, command)
        case Balance():
            return tell_balance(conversation)
        case AuditQuery():
            return tell_audit(conversation, command)
        case ProgressQuery():
            return tell_progress(conversation, command)
        case Bargain():
            return tell_bargain(conversation, command)
        case ProductChoice():
            return tell_products(conversation, command)
        case Confirm():
            return confirm(conversation, command)
        case Unsure():
            return which_reading(conversation, command)
        case Unknown():
            return excuse(conversation, command)
        case _:
            assert_never(command)
