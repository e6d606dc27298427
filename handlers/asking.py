"""A question back: with numbers to choose from where there are several ways, and held for a while.

Whoever answers need not say again what they said: each answer leads to a whole command.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from handlers.commands import Command, Confirm
from handlers.conversation import Conversation
from handlers.keywords.fitting import NAME_LENGTHS
from handlers.stored_commands import as_json, from_json
from messaging.held_questions import hold_question, hold_unless_asked
from messaging.phrases import say
from messaging.segments import measure, to_gsm7

MOST_CHOICES = 5
# As long as there are more, a choice goes before a name is cut.
FEWEST_CHOICES = 2


# Nothing of what was asked is wanted any more.
DROPPED = Confirm(0, is_word=True)


class Wanted(StrEnum):
    """What an answer in words has to name."""

    PLACE = "place"
    COMMODITY = "commodity"
    PRICE = "price"


@dataclass(frozen=True)
class Choice:
    """One answer in words, and the whole command it stands for; None: to drop it.

    Where room lacks, one that `stays` is offered all the same; of the others the last goes first.
    """

    words: str
    command: Command | None
    stays: bool = False


@dataclass(frozen=True)
class Question:
    """What we ask back, and where each answer leads.

    `choices` are answered by their number. `wants` may be answered by a name or a figure instead:
    then it completes `about`, the command as far as it was said.
    """

    text: str
    choices: tuple[Command | None, ...] = ()
    wants: Wanted | None = None
    about: Command | None = None


# The words before the numbers, and what there is to choose, with names up to so many letters.
Compose = Callable[[int], tuple[str, Sequence[Choice]]]


def choose(
    conversation: Conversation,
    compose: Compose,
    *,
    wants: Wanted | None = None,
    about: Command | None = None,
) -> Question:
    """A question with numbered choices, within one segment; what does not fit is not offered."""
    text, kept = "", tuple[Choice, ...]()
    for longest in NAME_LENGTHS:
        text, kept = _as_many_as_fit(conversation, *compose(longest))
        if _fits(text):
            break
    return Question(text, tuple(choice.command for choice in kept), wants, about)


def drop_it(conversation: Conversation) -> Choice:
    """The way out of a question."""
    return Choice(say(conversation.language, "to drop it"), None)


def ask(conversation: Conversation, question: Question) -> str:
    """Hold a question for its answer, where a short one is enough, and hear its words."""
    if question.choices or question.wants:
        _hold(conversation, question)
    return question.text


def begin_with(conversation: Conversation, question: Question, asked_at: datetime) -> str:
    """Hold a question that nobody's words led to, unless another is open, and hear its words.

    It may be asked later: then it can be answered from then on.
    """
    hold_unless_asked(
        conversation.session,
        conversation.subscriber,
        question=question.text,
        answers=_answers(question),
        asked_at=asked_at,
        now=conversation.now,
    )
    return question.text


def _hold(conversation: Conversation, question: Question) -> None:
    conversation.asked.append(question.text)
    hold_question(
        conversation.session,
        conversation.subscriber,
        question=question.text,
        answers=_answers(question),
        raw_text=conversation.raw_text,
        inbound_id=conversation.inbound_id,
        now=conversation.now,
    )


def as_asked(text: str, answers: Mapping[str, Any]) -> Question:
    """The question that was held."""
    about, wants = answers["about"], answers["wants"]
    return Question(
        text,
        tuple(None if stored is None else from_json(stored) for stored in answers["choices"]),
        None if wants is None else Wanted(wants),
        None if about is None else from_json(about),
    )


def _answers(question: Question) -> dict[str, Any]:
    return {
        "choices": [None if one is None else as_json(one) for one in question.choices],
        "wants": question.wants,
        "about": None if question.about is None else as_json(question.about),
    }


def _as_many_as_fit(
    conversation: Conversation, before: str, choices: Sequence[Choice]
) -> tuple[str, tuple[Choice, ...]]:
    kept = list(choices)
    while kept:
        text = _numbered(conversation, before, kept)
        may_go = [at for at, choice in enumerate(kept) if not choice.stays]
        is_short = len(kept) <= FEWEST_CHOICES or not may_go
        if (len(kept) <= MOST_CHOICES and _fits(text)) or is_short:
            return text, tuple(kept)
        del kept[may_go[-1]]
    return to_gsm7(before), ()


def _numbered(conversation: Conversation, before: str, choices: Sequence[Choice]) -> str:
    told = ", ".join(f"{number} {choice.words}" for number, choice in enumerate(choices, start=1))
    return to_gsm7(f"{before} {say(conversation.language, 'Reply {choices}.', choices=told)}")


def _fits(text: str) -> bool:
    return measure(text).segments <= 1
