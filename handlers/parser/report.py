"""What the parser understood, as data for scoring and as text for the operator."""

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
    Item,
    JoinGroup,
    LossRecord,
    MembersPaid,
    MilkRecord,
    MyData,
    OwnRecord,
    Parsed,
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
from handlers.parser import Sender, parse, understand
from handlers.parser.cleaning import clean
from handlers.parser.places import suggest_place
from handlers.parser.reading import READERS
from handlers.parser.readings import readings_of
from handlers.parser.tag import Tag
from prices.vocabulary import PlaceEntry, Vocabulary

# `Unsure` has the intent of the likeliest of its readings.
INTENTS: dict[type[Command], str] = {
    PriceQuery: "price_query",
    PriceReport: "price_report",
    SaleRecord: "sale_record",
    BestMarket: "best_market",
    TransportReport: "transport",
    Trend: "trend",
    Subscribe: "subscribe",
    Unsubscribe: "unsubscribe",
    Alert: "alert",
    Stop: "stop",
    Start: "start",
    MyData: "my_data",
    EraseMe: "erase",
    Help: "help",
    Register: "register",
    SetHome: "home",
    SetLanguage: "language",
    JoinGroup: "join_group",
    GroupDeed: "group",
    MilkRecord: "milk_record",
    LossRecord: "loss_record",
    RejectRecord: "reject_record",
    Correction: "correction",
    OwnRecord: "own_record",
    Dispute: "dispute",
    BulkSale: "bulk_sale",
    BuyerPaid: "buyer_paid",
    MembersPaid: "members_paid",
    Statement: "statement",
    Charge: "charge",
    WhatIf: "what_if",
    SetScheme: "scheme",
    AgreeScheme: "scheme_adopted",
    BulkOrder: "order",
    Balance: "balance",
    AuditQuery: "audit",
    ProgressQuery: "progress",
    Bargain: "bargain",
    ProductChoice: "products",
    Confirm: "confirm",
    Unknown: "unknown",
}


def intent_of(command: Command) -> str:
    """The command's name in the contract."""
    if isinstance(command, Unsure):
        return intent_of(command.readings[0])
    return INTENTS[type(command)]


def items_of(command: Command) -> tuple[Item, ...]:
    """What the command is about; nothing for a command that names neither thing nor place."""
    match command:
        case PriceQuery(items) | PriceReport(items) | SaleRecord(items):
            return items
        case Subscribe(items) | Unsubscribe(items):
            return () if items == (Item(),) else items
        case MilkRecord(deliveries):
            return tuple(
                Item("milk", quantity=one.quantity, unit=one.unit, grade=one.grade)
                for one in deliveries
            )
        case RejectRecord(one) | OwnRecord(one):
            return (Item("milk", quantity=one.quantity, unit=one.unit, grade=one.grade),)
        case TransportReport(item, start):
            return tuple(one for one in (item, start) if one != Item())
        case Unsure(readings):
            return items_of(readings[0])
        case (
            BestMarket(item)
            | Trend(item)
            | Alert(item)
            | SetHome(item)
            | LossRecord(item)
            | Register(item=item)
            | JoinGroup(item=item)
        ):
            return () if item == Item() else (item,)
        case _:
            return ()


def as_json(parsed: Parsed, vocabulary: Vocabulary) -> dict[str, object]:
    """The object that `bei parse --jsonl` prints for a text, without its id and text."""
    return {
        "intent": intent_of(parsed.command),
        "language": parsed.language,
        "items": [_item(item, vocabulary) for item in items_of(parsed.command)],
        "confidence": parsed.confidence,
        "ask": _question(parsed.command, vocabulary),
    }


def _item(item: Item, vocabulary: Vocabulary) -> dict[str, object]:
    return {
        "commodity": item.commodity,
        "place": _place_name(item, vocabulary),
        "price": None if item.price is None else float(item.price),
        "currency": item.currency,
        "unit": item.unit,
        "quantity": None if item.quantity is None else float(item.quantity),
        "price_type": item.price_type,
        "grade": item.grade,
        "buyer": item.buyer,
    }


def _place_name(item: Item, vocabulary: Vocabulary) -> str | None:
    """The place, or the likeliest of several: a name was said, only not which one was meant."""
    ids = [item.place_id] if item.place_id is not None else item.places
    return next((vocabulary.places[id_].name for id_ in ids), None)


def _question(command: Command, vocabulary: Vocabulary) -> str | None:
    """What we would ask back, in the operator's English; replies take theirs from catalogues."""
    match command:
        case PriceQuery(items) | Subscribe(items):
            questions = [_about_names(item, vocabulary) for item in items]
        case PriceReport(items):
            questions = [_about_names(i, vocabulary) or _about_price(i) for i in items]
        case SaleRecord(items):
            questions = [_about_price(item) for item in items]
        case Alert(item) | BestMarket(item) | Trend(item):
            questions = [_about_names(item, vocabulary)]
        case TransportReport(item):
            questions = [_about_place(item, vocabulary) or _about_price(item)]
        case Unsure(readings):
            meant = " or ".join(intent_of(reading) for reading in readings)
            return f"Which is meant: {meant}?"
        case _:
            return None
    return next((question for question in questions if question), None)


def _about_names(item: Item, vocabulary: Vocabulary) -> str | None:
    return "Which commodity?" if item.commodity is None else _about_place(item, vocabulary)


def _about_place(item: Item, vocabulary: Vocabulary) -> str | None:
    if item.places:
        which = ", ".join(_in_its_county(vocabulary.places[id_], vocabulary) for id_ in item.places)
        return f"Which place: {which}?"
    if item.place_id is not None:
        return None
    guess = suggest_place(item.unknown_words or "", vocabulary)
    return "Which place?" if guess is None else f"Which place? Did you mean {guess.name}?"


def _about_price(item: Item) -> str | None:
    if item.prices:
        return f"Which is the price: {', '.join(f'{price:f}' for price in item.prices)}?"
    return "What price?" if item.price is None else None


def _in_its_county(place: PlaceEntry, vocabulary: Vocabulary) -> str:
    county = vocabulary.admin1_of(place.id)
    return place.name if county is None else f"{place.name} ({county.name})"


def explain(text: str, vocabulary: Vocabulary, sender: Sender | None = None) -> str:
    """The stages of understanding a text, one line each, for `bei parse --explain`."""
    sender = sender or Sender()
    parsed = parse(text, vocabulary, sender)
    if parsed.command == Unknown("too_long"):
        return f"text     {len(text)} characters: too long to read"
    sentence = understand(clean(text), vocabulary, sender)
    lines = [f"text     {text!r}", f"clean    {sentence.text!r}"]
    lines += [f"tag      {tag.text!r}: {_meaning(tag, vocabulary)}" for tag in sentence.tags]
    lines += [
        f"reading  {intent_of(reading.command)} explains {reading.weight:.2f}"
        for reading in readings_of(sentence, READERS)
    ]
    lines += [f"command  {intent_of(parsed.command)} (confidence {parsed.confidence:.2f})"]
    lines += [f"item     {_shown(item, vocabulary)}" for item in items_of(parsed.command)]
    asked = _question(parsed.command, vocabulary)
    return "\n".join([*lines, f"ask      {asked}"] if asked else lines)


def _meaning(tag: Tag, vocabulary: Vocabulary) -> str:
    places = (_in_its_county(vocabulary.places[id_], vocabulary) for id_ in tag.places)
    meanings = [
        *(f"commodity {code} ({language})" for code, language in tag.commodities),
        *(f"place {place}" for place in places),
        *(f"unit {code}" for code in tag.units),
        *([f"number {tag.number}"] if tag.number is not None else []),
        *(
            [f"money {tag.currency or vocabulary.country.currency}"]
            if tag.currency is not None
            else []
        ),
        *(str(fact) for fact in (tag.price_type, tag.buyer, tag.grade) if fact),
        *tag.roles,
        *([f"likeness {tag.likeness:.2f}"] if tag.likeness < 1 else []),
        *(["mark"] if tag.mark else []),
        *(["set aside"] if tag.aside else []),
    ]
    return ", ".join(meanings) or "not known"


def _shown(item: Item, vocabulary: Vocabulary) -> str:
    slots = _item(item, vocabulary) | {"side": item.side, "unknown words": item.unknown_words}
    return ", ".join(f"{name} {value}" for name, value in slots.items() if value is not None)
