"""One hop at work: keys are pressed, commands done once, and the screen is drawn."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from groups.asked_in_calls import Lookup
from handlers.act import act
from handlers.allowance import Allowance
from handlers.answering import in_context
from handlers.commands import Command, Confirm, PriceReport
from handlers.conversation import Conversation
from handlers.keywords.price_readings import readings
from handlers.keywords.price_report import take_report_in_call
from handlers.keywords.reporting import Doubted
from handlers.keywords.wanted import is_fresh, wanted_cell
from handlers.screens.caller import Caller
from handlers.screens.frames import NAMES, Asked, Doubt, Meaning, PriceView, State, as_json
from handlers.screens.screen import Screen, closing
from handlers.screens.tree import Menu, Step
from handlers.ussd_facts import StoredFacts
from handlers.ussd_typed import SEPARATOR
from messaging.held_questions import held_question
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import local_date
from messaging.subscribers import subscriber_of
from messaging.ussd_sessions import Kept, Person, Seen, person_of
from prices.catalogue import Catalogue
from prices.kinds import PlaceKind
from prices.vocabulary import Vocabulary

# The longest way through the tree has some ten keys, pages included.
MOST_KEYS_AT_ONCE = 20


class HasToWriteError(Exception):
    """A hop that was only to be looked at does something."""


@dataclass(frozen=True)
class Service:
    """What every hop works with; nothing is written where it may not be."""

    session: Session
    catalogue: Catalogue
    default_country: str
    allowance: Allowance
    menu: Menu
    now: datetime
    may_write: bool = True

    def is_about_to_write(self) -> None:
        """Stop here where that may not be: HasToWriteError."""
        if not self.may_write:
            raise HasToWriteError


@dataclass
class Call:
    """One hop; `transcript` is all that was typed since the call began.

    `seen` is the session as it was found, None before it is begun: then nothing can be done yet.
    """

    service: Service
    person: Person
    vocabulary: Vocabulary
    service_code: str
    transcript: str
    inputs: int
    seen: Seen | None = None
    hops: int = 0
    is_one_input: bool = False  # the gateway sends them one by one: a star is a star
    lookups: list[Lookup] = field(default_factory=list)
    _caller: Caller | None = field(default=None, init=False)

    @property
    def now(self) -> datetime:
        """The moment of the hop."""
        return self.service.now

    @property
    def language(self) -> str:
        """The person's own choice, else their country's."""
        return self.person.language or self.vocabulary.country.language

    @property
    def caller(self) -> Caller:
        """The person as the screens see them, after whatever has just been done."""
        if self._caller is None:
            self._caller = self._look()
        return self._caller

    def draw(self, state: State, notice: str = "") -> tuple[Screen, State]:
        """The screen of a state, and the state that remembers what is numbered on it."""
        return self.service.menu.draw(state, self.caller, notice)

    def go_on(self, state: State, typed: str) -> tuple[Screen, State]:
        """Press key after key."""
        if self._is_too_much(state, typed):
            return self.draw(state, say(self.language, "Too many keys at once."))
        rest: str | None = typed
        while rest is not None:
            token, rest = self._next(state, rest)
            self.hops += 1
            screen, state = self._press(state, token)
            if screen.ends:
                break
        return screen, state

    def kept(self, screen: Screen, state: State) -> Kept:
        """What the next hop has to know."""
        return Kept(
            transcript=self.transcript,
            inputs=self.inputs,
            state=as_json(state),
            answer=screen.text,
            ended=screen.ends,
            hops=self.hops,
            screen=NAMES[type(state.frame)],
            asked="".join(lookup.as_line() for lookup in self.lookups),
        )

    def _is_too_much(self, state: State, typed: str) -> bool:
        is_joined = not (self.is_one_input or self.service.menu.takes_free_text(state))
        return is_joined and typed.count(SEPARATOR) >= MOST_KEYS_AT_ONCE

    def _next(self, state: State, typed: str) -> tuple[str, str | None]:
        """The next input and what is left; free text may hold the separator itself."""
        if self.is_one_input or self.service.menu.takes_free_text(state):
            return typed, None
        token, separator, rest = typed.partition(SEPARATOR)
        return token, rest if separator else None

    def _press(self, state: State, token: str) -> tuple[Screen, State]:
        step = self.service.menu.press(state, token, self.caller)
        self._note_question(state, step)
        if step.command is None:
            return self.draw(step.state, step.notice)
        return self._do(step, step.command)

    def _do(self, step: Step, command: Command) -> tuple[Screen, State]:
        """Do what a key asked for, once, and show what came of it."""
        self.service.is_about_to_write()
        conversation, command = _meant(self._conversation(), command)
        reply = _act(conversation, command)
        self._look_again(conversation.subscriber)
        if isinstance(reply, Doubted):
            return self.draw(step.state.instead(_doubt(conversation, reply)))
        if step.by_text:
            _send(conversation, reply)
            return self.draw(step.state, say(self.language, "Sent by SMS."))
        question = self.caller.facts.question() if conversation.asked else None
        if question is not None and question.text in (reply or ""):
            return self.draw(_asked(step), (reply or "").replace(question.text, "").strip())
        if step.is_told:
            reply = reply or say(self.language, "Thank you.")
            return self.service.menu.draw_reply(step.state, self.caller, reply)
        if step.ends:
            return closing(reply or say(self.language, "Thank you.")), step.state
        return self.draw(step.state, say(self.language, "Saved."))

    def _note_question(self, before: State, step: Step) -> None:
        """A screen with a price that has just been opened is a question for that price."""
        frame = step.state.frame
        if not isinstance(frame, PriceView) or frame == before.frame or self.person.is_demo:
            return
        cell = wanted_cell(self.vocabulary, frame.commodity, frame.place_id)
        answer = self.caller.facts.price(frame.commodity, frame.place_id)
        today = local_date(self.now, self.vocabulary.country.timezone)
        self.lookups.append(Lookup(cell, today, is_fresh(answer)))

    def _look(self) -> Caller:
        service, person = self.service, self.person
        menus = service.catalogue.menus
        return Caller(
            self.language,
            self.vocabulary,
            StoredFacts(service.session, self.vocabulary, menus, person, self.now),
            self.now,
            home_place_id=self._home_place_id(),
            name=person.name,
            usual_commodity=person.usual_commodity,
            is_out=person.is_out,
            service_code=self.service_code,
        )

    def _look_again(self, subscriber: Subscriber) -> None:
        """Something was done: the person may be another now, and the prices too."""
        self.service.session.flush()
        self.person, self._caller = person_of(subscriber), None

    def _home_place_id(self) -> int | None:
        """The home place, where it is one of this country and narrower than all of it."""
        home = self.vocabulary.places.get(self.person.home_place_id or 0)
        return None if home is None or home.kind is PlaceKind.COUNTRY else home.id

    def _conversation(self) -> Conversation:
        if self.seen is None:
            raise LookupError("nothing can be done before a session is begun")
        return Conversation(
            session=self.service.session,
            subscriber=subscriber_of(self.service.session, self.person.id),
            vocabulary=self.vocabulary,
            language=self.language,
            channel=self.service.menu.channel,
            # A repeated hop has the same key: what was done is done once.
            source_key=f"ussd:{self.seen.session_id}:{self.hops}",
            raw_text=self.transcript,
            now=self.now,
            allowance=self.service.allowance,
        )


def _meant(conversation: Conversation, command: Command) -> tuple[Conversation, Command]:
    """The command; of an answer to what was asked back the whole command that it makes."""
    if not isinstance(command, Confirm):
        return conversation, command
    held = held_question(conversation.session, conversation.subscriber, conversation.now)
    return in_context(conversation, command, held)


def _asked(step: Step) -> State:
    """Where a question is shown that a command led to; one after the other, no deeper."""
    state = step.state.back() if isinstance(step.state.frame, Asked) else step.state
    return state.forward(Asked(step.ends))


def _act(conversation: Conversation, command: Command) -> str | Doubted | None:
    if isinstance(command, PriceReport):
        return take_report_in_call(conversation, command)
    return act(conversation, command)


def _send(conversation: Conversation, text: str | None) -> None:
    """Promise the text that somebody asked for by a key."""
    if text is None:
        return
    enqueue(
        conversation.session,
        recipient=conversation.subscriber,
        text=text,
        language=conversation.language,
        kind=OutboundKind.REPLY,
        dedupe_key=conversation.source_key,
        now=conversation.now,
    )


def _doubt(conversation: Conversation, doubted: Doubted) -> Doubt:
    """The screen that asks what was meant; whoever hangs up has said it all the same."""
    held = doubted.held
    *likely, told = readings(conversation, doubted.subject, held)
    return Doubt(
        held.commodity,
        held.place_id,
        held.observation_id,
        told=Meaning(told.price, told.unit),
        usual=held.usual_per_unit if held.is_usual_known else None,
        likely=tuple(Meaning(one.price, one.unit) for one in likely),
        price_type=doubted.subject.item.price_type,
    )
