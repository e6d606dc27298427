"""Where no fresh price is known, those are asked who know the market."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from groups.asks import (
    Knower,
    best_of,
    can_be_told,
    note_ask,
    people_being_asked,
    who_may_be_asked,
)
from groups.models import AskReason, PriceAsk
from groups.wishes import wish
from handlers.asking import Question, Wanted, begin_with
from handlers.commands import Item, PriceReport
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, report_example
from messaging.budgets import hold_budget
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import local_date
from prices.cells import Cell
from prices.vocabulary import Vocabulary

# So many reporters are asked for one price: of three strangers one answers.
ASKED_AT_ONCE = 3
# Who has not answered in half a day will not.
STILL_ASKED = timedelta(hours=12)
# One nudge for a price, then time for an answer.
BETWEEN_NUDGES = timedelta(hours=2)


def ask_there(conversation: Conversation, cell: Cell) -> bool:
    """Ask a market's reporters for a price, and note who waits for it; False where nobody is asked.

    Of those who wait for one price the first has it asked for, the others wait along.
    """
    person, now, a_day = (
        conversation.subscriber,
        conversation.now,
        conversation.allowance.asks_a_day,
    )
    if a_day <= 0 or person.opted_out_at is not None:  # no text of ours would reach them
        return False
    asking = _Asking(
        session=conversation.session,
        vocabulary=conversation.vocabulary,
        cell=cell,
        reason=AskReason.QUERY,
        a_day=a_day,
        now=now,
        besides=person.id,
        is_demo=person.is_demo,
    )
    if not asking.ask(ASKED_AT_ONCE, within=STILL_ASKED).in_all:
        return False
    wish(conversation.session, person, cell, now)
    return True


def nudge(
    session: Session, vocabulary: Vocabulary, cell: Cell, now: datetime, *, a_day: int
) -> bool:
    """Ask one reporter for a price that many want to know; False where nobody new is asked."""
    asking = _Asking(session, vocabulary, cell, AskReason.NUDGE, a_day, now)
    return asking.ask(1, within=BETWEEN_NUDGES).newly > 0


class _Reached(NamedTuple):
    """How many were asked for a price only now, and how many are being asked for it by then."""

    newly: int
    in_all: int


@dataclass(frozen=True)
class _Asking:
    """One price that is to be asked for; `besides` is who wants to know it."""

    session: Session
    vocabulary: Vocabulary
    cell: Cell
    reason: AskReason
    a_day: int
    now: datetime
    besides: int | None = None
    is_demo: bool = False

    def ask(self, enough: int, *, within: timedelta) -> _Reached:
        """Ask so many that `enough` are being asked."""
        being_asked = self._being_asked(within)
        # Looked for before anything is held: mostly there is nobody.
        if being_asked >= enough or not self._is_anybody_there():
            return _Reached(0, being_asked)
        return self._ask_missing(enough, within)

    def _being_asked(self, within: timedelta) -> int:
        """How many were asked for it so lately, or will be in the morning."""
        return people_being_asked(
            self.session,
            self.cell,
            besides=self.besides,
            is_demo=self.is_demo,
            since=self.now - within,
        )

    def _is_anybody_there(self) -> bool:
        """Whether there is anybody who could tell it, and may be asked."""
        return can_be_told(self.vocabulary, self.cell) and bool(self._who_may_be_asked())

    def _who_may_be_asked(self) -> list[Knower]:
        return who_may_be_asked(
            self.session,
            self.cell,
            reason=self.reason,
            besides=self.besides,
            is_demo=self.is_demo,
            on=self._day,
        )

    def _ask_missing(self, enough: int, within: timedelta) -> _Reached:
        # Who else asks for this reason waits here, and then sees whom we asked.
        budget = hold_budget(self.session, self.reason, self._day)
        being_asked = self._being_asked(within)
        missing = enough - being_asked
        people = self._people(min(missing, self.a_day - int(budget.spent)))
        asked = sum(self._ask(person) for person in people)
        budget.spent += asked
        return _Reached(asked, being_asked + asked)

    def _people(self, most: int) -> list[Subscriber]:
        if most <= 0:
            return []
        return best_of(self.session, self._who_may_be_asked(), self._day, most)

    def _ask(self, person: Subscriber) -> bool:
        due_at, until = self._hours
        ask = note_ask(
            self.session, person, self.cell, reason=self.reason, on=self._day, due_at=due_at
        )
        if ask is None:
            return False
        words = addressing(self.session, self.vocabulary, person, self.now)
        # The figure alone is answer enough, while they remember what it is for.
        text = begin_with(words, _question_for_a_price(_text(words, ask), ask), due_at)
        enqueue(
            self.session,
            recipient=person,
            text=text,
            language=words.language,
            kind=OutboundKind.NUDGE,
            dedupe_key=f"ask:{person.id}:{self._day}",
            now=self.now,
            due_at=due_at,
            valid_for=until - due_at,
        )
        return True

    @property
    def _hours(self) -> tuple[datetime, datetime]:
        return waking_hours(self.now, self.vocabulary.country.timezone)

    @property
    def _day(self) -> date:
        """The day on which they are asked, by their clock."""
        return local_date(self._hours[0], self.vocabulary.country.timezone)


def _text(words: Conversation, ask: PriceAsk) -> str:
    place = words.vocabulary.places[ask.place_id]
    example = report_example(words, ask.commodity_code, place)

    def compose(longest: int) -> list[Part]:
        named = {
            "commodity": commodity_name(words, ask.commodity_code, longest),
            "place": place_name(words, place, longest),
        }
        return [
            Part(_question(words.language, ask.reason, named)),
            Part(say(words.language, "Do you know it? Reply {example}.", example=example)),
            Part(say(words.language, "STOP ends.")),
        ]

    return fit(compose)


def _question_for_a_price(text: str, ask: PriceAsk) -> Question:
    item = Item(commodity=ask.commodity_code, place_id=ask.place_id)
    return Question(text, wants=Wanted.PRICE, about=PriceReport((item,)))


def _question(language: str, reason: AskReason, named: dict[str, str]) -> str:
    match reason:
        case AskReason.QUERY:
            return say(language, "Somebody needs the {commodity} price at {place} today.", **named)
        case AskReason.NUDGE:
            return say(language, "People ask for the {commodity} price at {place}.", **named)
