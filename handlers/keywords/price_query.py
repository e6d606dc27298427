"""Somebody asks what it costs, there."""

from collections.abc import Sequence
from typing import assert_never

from handlers.asking import Question, ask
from handlers.commands import Item, PriceQuery
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import query_example
from handlers.keywords.price_parts import answer_parts, shop_part, usual_part
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Subject, Verb
from handlers.keywords.wanted import (
    is_asked_there,
    note_questions,
    waiting_part,
    wanted_by,
)
from messaging.phrases import say
from messaging.segments import measure
from prices.answers import NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.cells import CellEstimate
from prices.comparisons import Usual
from prices.kinds import PriceType
from prices.queries import answer_price, price_there, told_in_all
from prices.usual import usual_for_published, usual_price

SEGMENTS_FOR_SEVERAL = 2
WHOLE_NAME, SHORT_NAME = 80, 16
QUERY = Verb(query_example, lambda item: PriceQuery((item,)))


def tell_prices(conversation: Conversation, query: PriceQuery) -> str:
    """The price of each thing asked for, or the one question that leads to it."""
    settled = [settle(conversation, item, QUERY) for item in query.items or (Item(),)]
    subjects = [one for one in settled if isinstance(one, Subject)]
    questions = [one for one in settled if isinstance(one, Question)]
    if not subjects:
        return ask(conversation, questions[0])
    if len(settled) == 1:
        return _tell_one(conversation, subjects[0])
    answers = [_look_up(conversation, one, one.item.price_type) for one in subjects]
    cells = [wanted_by(conversation.vocabulary, one) for one in subjects]
    note_questions(conversation, list(zip(cells, answers, strict=True)))
    reply = _tell_several(conversation, answers, [one.text for one in questions[:1]])
    if questions and questions[0].text in reply:
        ask(conversation, questions[0])
    return reply


def _look_up(
    conversation: Conversation,
    subject: Subject,
    price_type: PriceType | None,
    known: Sequence[CellEstimate] | None = None,
) -> PriceAnswer:
    return answer_price(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=price_type,
        now=conversation.now,
        known=known,
    )


def _tell_one(conversation: Conversation, subject: Subject) -> str:
    # Of the place itself everything is read once, for its own price and for that of its shops.
    known = told_in_all(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        now=conversation.now,
    )
    answer = _look_up(conversation, subject, subject.item.price_type, known)
    cell = wanted_by(conversation.vocabulary, subject)
    note_questions(conversation, [(cell, answer)])
    is_asked = is_asked_there(conversation, cell, answer)
    beside = _shops(conversation, subject, answer, known)
    usual = _usual(conversation, answer)

    def compose(longest: int) -> list[Part]:
        *told, call = answer_parts(conversation, answer, longest)
        last = waiting_part(conversation.language, longest) if is_asked else call
        return [*told, beside, usual_part(conversation, answer, usual, longest), last]

    return fit(compose)


def _shops(
    conversation: Conversation,
    subject: Subject,
    answer: PriceAnswer,
    known: Sequence[CellEstimate],
) -> Part:
    """What shops there take, beside what people at the place told of another step of the trade."""
    if not isinstance(answer, OwnPrice) or answer.price_type is PriceType.RETAIL:
        return Part("")
    shops = price_there(
        conversation.session,
        conversation.vocabulary,
        commodity=subject.commodity,
        place_id=subject.place.id,
        price_type=PriceType.RETAIL,
        now=conversation.now,
        known=known,
    )
    return shop_part(conversation, shops, is_marked_demo=answer.estimate.is_demo)


def _usual(conversation: Conversation, answer: PriceAnswer) -> Usual | None:
    """The norm of the very series that is told, or of the season in which people report."""
    session, vocabulary = conversation.session, conversation.vocabulary
    match answer:
        case Published():
            return usual_for_published(session, vocabulary, answer)
        case OwnPrice() | NearestPrice():
            return usual_price(
                session,
                vocabulary,
                commodity=answer.commodity,
                place_id=answer.place.id,
                price_type=answer.price_type,
                on=conversation.today,
            )
        case NoPrice():
            return None
        case _:
            assert_never(answer)


def _tell_several(
    conversation: Conversation, answers: Sequence[PriceAnswer], questions: Sequence[str]
) -> str:
    """Only what must be said of each, as many as two segments hold, the first asked first."""
    lines = [_briefly(conversation, answer, WHOLE_NAME) for answer in answers]
    text = " ".join([*lines, *questions])
    if measure(text).segments <= SEGMENTS_FOR_SEVERAL:
        return text
    rest = say(conversation.language, "For the others ask again.")
    lines = [_briefly(conversation, answer, SHORT_NAME) for answer in answers]
    while len(lines) > 1 and measure(" ".join([*lines, rest])).segments > SEGMENTS_FOR_SEVERAL:
        lines.pop()
    return " ".join([*lines, rest] if len(lines) < len(answers) else lines)


def _briefly(conversation: Conversation, answer: PriceAnswer, longest: int) -> str:
    parts = answer_parts(conversation, answer, longest)
    return " ".join(part.text for part in parts if part.text and not part.rank)
