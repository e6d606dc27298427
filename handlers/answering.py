"""What is said, taken together with what we had asked: an answer becomes a whole command."""

import re
from collections.abc import Mapping
from dataclasses import replace

from groups.invitations import invited_to
from handlers.asking import DROPPED, Question, Wanted, as_asked
from handlers.commands import (
    Command,
    Confirm,
    Help,
    Item,
    JoinGroup,
    PriceQuery,
    PriceReport,
    Register,
    SaleRecord,
    SetHome,
    Start,
    Unknown,
)
from handlers.conversation import Conversation
from handlers.keywords.unknown import NO_QUESTION
from handlers.parser import Sender, parse
from handlers.parser.measures import PIECE
from handlers.parser.places import suggest_place
from handlers.parser.report import items_of
from handlers.screens.report import price_typed
from handlers.stored_commands import open_items, with_items, without_what_is_gone
from messaging.held_questions import drop_question
from messaging.models import HeldQuestion

_DIGIT = re.compile("[0-9]")
_YES = Confirm(1, is_word=True)
# Of all that is not understood only so much is read once more: "ndiyo nimekubali".
_LONGEST_YES = 20


def in_context(
    conversation: Conversation, command: Command, held: HeldQuestion | None
) -> tuple[Conversation, Command]:
    """The command as it was meant, and the conversation with all the words that led to it.

    An answer is what was asked, whole. Another command that we understand ends the question; what
    we do not understand, and a call for help, leave it open.
    """
    if held is None:
        return conversation, _astray(conversation, command)
    answer = _answer(conversation, command, as_asked(held.question, held.answers))
    words = f"{held.raw_text}\n{conversation.raw_text}"
    if answer is not None:
        drop_question(conversation.session, conversation.subscriber)
        answer = without_what_is_gone(answer, conversation.vocabulary)
        return replace(conversation, raw_text=words), answer
    if not isinstance(command, Confirm | Unknown | Help):
        drop_question(conversation.session, conversation.subscriber)
    return conversation, command


def _astray(conversation: Conversation, command: Command) -> Command:
    """An answer to nothing; only YES says something: of somebody who is out, Twilio's way back.

    Of somebody who was invited to a group of late, that they want in.
    """
    if _says_yes(conversation, command):
        if conversation.subscriber.opted_out_at is not None:
            return Start()
        invited = invited_to(conversation.session, conversation.subscriber, conversation.now)
        if invited:
            return JoinGroup(invited[0].code if len(invited) == 1 else None)
    is_digit = isinstance(command, Unknown) and _DIGIT.fullmatch(conversation.raw_text.strip())
    return Unknown(NO_QUESTION) if is_digit or isinstance(command, Confirm) else command


def _says_yes(conversation: Conversation, command: Command) -> bool:
    """Whether these words are YES alone; they mean nothing where nobody asked for an answer."""
    text = conversation.raw_text
    if isinstance(command, Unknown) and len(text) <= _LONGEST_YES:
        command = parse(text, conversation.vocabulary, Sender(awaits_answer=True)).command
    return command == _YES


def _answer(conversation: Conversation, command: Command, question: Question) -> Command | None:
    """The whole command this answer makes; None for what is no answer."""
    if isinstance(command, Confirm):
        chosen = (
            _said_yes_or_no(command, question) if command.is_word else _chosen(command, question)
        )
        if chosen is not None:
            return chosen
    if isinstance(command, Unknown) and (offer := _of_that_unit(conversation, question)):
        return offer
    item = _completed(conversation, command, question)
    if item is None or question.about is None:
        return None
    return with_items(question.about, [item, *open_items(question.about)[1:]])


def _said_yes_or_no(command: Confirm, question: Question) -> Command | None:
    """NO drops it, whatever was offered; YES needs a single offer to mean it."""
    drops = [one for one in question.choices if one is not None and _takes_back(one)]
    if command.choice == 0:
        return drops[0] if drops else DROPPED
    offers = [one for one in question.choices if one is not None and one not in drops]
    return offers[0] if len(offers) == 1 else None


def _takes_back(command: Command) -> bool:
    """Whether it says no: to an invitation, or that nothing was meant by a report."""
    if isinstance(command, JoinGroup):
        return command.is_declining
    return any(item.held_report and item.price is None for item in items_of(command))


def _chosen(command: Confirm, question: Question) -> Command | None:
    if not 1 <= command.choice <= len(question.choices):
        return None
    return question.choices[command.choice - 1] or DROPPED


def _completed(conversation: Conversation, command: Command, question: Question) -> Item | None:
    """What was asked about, with what these words say of it; None where they say something else."""
    if question.wants is None or question.about is None:
        return None
    about = _about(question)
    price = price_typed(conversation.raw_text.strip())
    if question.wants is Wanted.PRICE and price is not None:
        return replace(about, price=price, prices=())
    said = _said(conversation, question)
    if said is None or not _is_wanted(said, question, about) or _contradict(about, said):
        return None
    return _merged(about, said)


def _about(question: Question) -> Item:
    """The thing that was asked about, as far as it is known."""
    return Item() if question.about is None else next(iter(open_items(question.about)), Item())


def _is_wanted(said: Item, question: Question, about: Item) -> bool:
    """What was asked for is named; or the thing, where neither thing nor place was known."""
    names = _names(said)
    is_about_a_person = isinstance(question.about, Register | SetHome)
    if about.commodity is None and names[Wanted.COMMODITY] and not is_about_a_person:
        return True
    return question.wants is not None and names[question.wants]


def _said(conversation: Conversation, question: Question) -> Item | None:
    """The one thing these words name by themselves, without what we know of the person."""
    text, vocabulary = conversation.raw_text, conversation.vocabulary
    is_told = isinstance(question.about, PriceReport | SaleRecord)
    match parse(text, vocabulary).command:
        case PriceQuery(items=(item,)):
            return item
        case PriceReport(items=(item,)) if is_told:
            return item
        case Unknown() if question.wants is Wanted.PLACE and suggest_place(text, vocabulary):
            return Item(unknown_words=text.strip())
        case Unknown() if is_told and question.wants is Wanted.PRICE:
            return _said_of_it(conversation, question)
        case _:
            return None


def _said_of_it(conversation: Conversation, question: Question) -> Item | None:
    """What these words say of the thing that was asked about: "it is 45", "23 per half litre"."""
    about = _about(question)
    vocabulary = conversation.vocabulary
    if about.commodity is None:
        return None
    name = vocabulary.commodity_name(about.commodity, conversation.language)
    match parse(f"{name} {conversation.raw_text}", vocabulary).command:
        case PriceQuery(items=(item,)) | PriceReport(items=(item,)):
            is_sure = item.commodity == about.commodity and item.unknown_words is None
            # "1 for 45" tells a piece of milk, which nobody knows.
            is_piece = item.unit == PIECE != vocabulary.commodities[about.commodity].base_unit
            return item if is_sure and not is_piece else None
        case _:
            return None


def _of_that_unit(conversation: Conversation, question: Question) -> Command | None:
    """Asked for how much a price was, a unit alone answers: then what was said was for that."""
    if _about(question).held_report is None:
        return None
    said = _said_of_it(conversation, question)
    if said is None or said.unit is None or said.price is not None:
        return None
    offers = [one for one in question.choices if one is not None and not _takes_back(one)]
    # The figure as it was told comes last.
    of_unit = (one for one in reversed(offers) if items_of(one)[0].unit == said.unit)
    return next(of_unit, None)


def _names(said: Item) -> Mapping[Wanted, bool]:
    return {
        Wanted.PLACE: bool(said.place_id or said.places or said.unknown_words),
        Wanted.COMMODITY: bool(said.commodity or said.commodities),
        Wanted.PRICE: said.price is not None,
    }


_SLOTS = (
    "commodity",
    "place_id",
    "price",
    "currency",
    "unit",
    "quantity",
    "price_type",
    "grade",
    "buyer",
)


def _contradict(about: Item, said: Item) -> bool:
    """Whether these words name another thing, place or figure than was said before."""
    both = ((getattr(about, slot), getattr(said, slot)) for slot in _SLOTS)
    if any(None not in (old, new) and old != new for old, new in both):
        return True
    is_elsewhere = bool(said.places or said.unknown_words)
    return (is_elsewhere and about.place_id is not None) or bool(
        said.commodities and about.commodity is not None
    )


def _merged(about: Item, said: Item) -> Item:
    """Both together; a name that was open is settled by what is said now."""
    has_place = _names(said)[Wanted.PLACE]
    has_commodity = _names(said)[Wanted.COMMODITY]
    known = {slot: value for slot in _SLOTS if (value := getattr(said, slot)) is not None}
    return replace(
        about,
        **known,
        places=said.places if has_place else about.places,
        commodities=said.commodities if has_commodity else about.commodities,
        unknown_words=said.unknown_words if has_place or has_commodity else about.unknown_words,
    )
