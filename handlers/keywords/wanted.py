"""A price that is wanted: counted, and asked for where nobody told it lately."""

from collections.abc import Sequence

from groups.demand import query_count
from handlers.asking_reporters import ask_there
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS, Part
from handlers.keywords.verbs import Subject
from messaging.phrases import say
from prices.answers import OwnPrice, PriceAnswer
from prices.cells import Cell
from prices.estimates import Confidence
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary

# Names that had to be cut to so many letters leave no room for a long promise either.
BRIEF_FROM = 16


def note_questions(conversation: Conversation, asked: Sequence[tuple[Cell, PriceAnswer]]) -> None:
    """Count what was asked, so that what people want to know is known; demo people want nothing."""
    if conversation.subscriber.is_demo:
        return
    # In one order: each count stays locked, and another text may ask for the same ones.
    for cell, answer in sorted(asked, key=lambda one: _order(one[0])):
        conversation.count_beside(
            query_count(cell, conversation.today, is_answered=is_fresh(answer))
        )


def is_asked_there(conversation: Conversation, cell: Cell, answer: PriceAnswer) -> bool:
    """Have a price asked for that nobody told lately; False where nobody has to be or can be."""
    return not is_fresh(answer) and ask_there(conversation, cell)


def waiting_part(language: str, longest: int) -> Part:
    """What somebody is promised who waits for a price; in brief where names are cut.

    Only where names cannot be cut any more it may go unsaid: the text comes all the same.
    """
    if longest > BRIEF_FROM:
        return Part(say(language, "We are asking there and will text you."))
    is_last_resort = longest == NAME_LENGTHS[-1]
    return Part(say(language, "We ask and text you."), rank=1 if is_last_resort else 0)


def is_fresh(answer: PriceAnswer) -> bool:
    """Whether people at the place itself told it lately: what anybody would be asked for."""
    return isinstance(answer, OwnPrice) and answer.estimate.confidence is not Confidence.OLD


def wanted_by(vocabulary: Vocabulary, subject: Subject) -> Cell:
    """The price that a question is for; a price type not said is the commodity's own."""
    return wanted_cell(vocabulary, subject.commodity, subject.place.id, subject.item.price_type)


def wanted_cell(
    vocabulary: Vocabulary, commodity: str, place_id: int, price_type: PriceType | None = None
) -> Cell:
    """The same of a commodity and a place."""
    own_type = vocabulary.commodities[commodity].price_type
    return Cell(commodity, place_id, price_type or own_type)


def _order(cell: Cell) -> tuple[str, int, PriceType]:
    return cell.commodity, cell.place_id, cell.price_type
