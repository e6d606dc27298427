"""What a command would do, in a few words, to choose between two."""

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
    Coming,
    Command,
    Confirm,
    Correction,
    Dispute,
    EraseMe,
    GroupDeed,
    Help,
    Item,
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
from handlers.keywords.fitting import NAME_LENGTHS
from handlers.keywords.naming import commodity_name, place_name, told_price
from handlers.parser.report import items_of
from messaging.phrases import say


def meaning(conversation: Conversation, command: Command, longest: int) -> str:
    """What this command would do, and with what: to tell a price (milk Nakuru 45)."""
    deed, items = _deed(conversation.language, command), items_of(command)
    thing = _thing(conversation, items[0], longest) if items else ""
    more = f" +{len(items) - 1}" if len(items) > 1 else ""
    return f"{deed} ({thing}{more})" if thing else deed


def _thing(conversation: Conversation, item: Item, longest: int) -> str:
    place = conversation.vocabulary.places.get(item.place_id or next(iter(item.places), 0))
    commodity = item.commodity or next(iter(item.commodities), None)
    has_room = longest > NAME_LENGTHS[-1]
    named = [
        commodity_name(conversation, commodity, longest) if commodity else None,
        place_name(conversation, place, longest) if place and has_room else None,
        told_price(conversation, item),
    ]
    return " ".join(filter(None, named))


def _deed(language: str, command: Command) -> str:  # noqa: C901 – one case each
    match command:
        case PriceQuery():
            return say(language, "to ask a price")
        case PriceReport():
            return say(language, "to tell a price")
        case SaleRecord():
            return say(language, "to tell a sale")
        case BestMarket():
            return say(language, "to find the best market")
        case TransportReport():
            return say(language, "to tell what transport costs")
        case Trend():
            return say(language, "to see how a price moves")
        case Subscribe():
            return say(language, "to get weekly prices")
        case Alert():
            return say(language, "to watch a price")
        case Unsubscribe(only=Coming.ALERTS):
            return say(language, "to end an alert")
        case Unsubscribe():
            return say(language, "to end weekly prices")
        case Stop():
            return say(language, "to end all messages")
        case Start():
            return say(language, "to get messages again")
        case MyData():
            return say(language, "to see what we keep of you")
        case EraseMe():
            return say(language, "to delete what we keep of you")
        case Register():
            return say(language, "to register")
        case SetHome():
            return say(language, "to set your market")
        case SetLanguage():
            return say(language, "to choose a language")
        case JoinGroup(is_leaving=True):
            return say(language, "to leave a group")
        case JoinGroup(is_founding=True):
            return say(language, "to found a group")
        case JoinGroup(invited=str()):
            return say(language, "to invite somebody")
        case JoinGroup():
            return say(language, "to join a group")
        case GroupDeed():
            return say(language, "to look after your group")
        case MilkRecord() | RejectRecord() | OwnRecord() | Dispute() | Correction():
            return say(language, "to write down milk")
        case BulkSale() | BuyerPaid():
            return say(language, "to write down a sale")
        case MembersPaid():
            return say(language, "to write down what was paid")
        case LossRecord():
            return say(language, "to write down a loss")
        case Statement():
            return say(language, "to see your statement")
        case Charge():
            return say(language, "to write down a charge")
        case WhatIf():
            return say(language, "to try a milk price")
        case SetScheme() | AgreeScheme():
            return say(language, "to set how your group pays")
        case BulkOrder():
            return say(language, "to order with your group")
        case Balance():
            return say(language, "to see your reports")
        case AuditQuery():
            return say(language, "to see your group's audit")
        case ProgressQuery():
            return say(language, "to see your group's progress")
        case Bargain():
            return say(language, "to bargain over milk")
        case ProductChoice():
            return say(language, "to see what milk may become")
        case Help() | Confirm() | Unknown():
            return say(language, "to get help")
        case Unsure(readings):
            return _deed(language, readings[0])
        case _:
            assert_never(command)
