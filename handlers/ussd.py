"""A hop of a USSD session: find where the caller stands, press what is new, draw the screen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.act import act
from handlers.allowance import NOTHING, Allowance
from handlers.commands import Command, PriceReport
from handlers.conversation import Conversation
from handlers.keywords.price_readings import readings
from handlers.keywords.price_report import take_report_in_call
from handlers.keywords.reporting import Doubted
from handlers.keywords.wanted import note_questions, wanted_cell
from handlers.screens.caller import Caller
from handlers.screens.frames import Doubt, Meaning, PriceView, State, as_json, from_json
from handlers.screens.screen import Screen, closing
from handlers.screens.tree import Step, draw, press, takes_free_text
from handlers.ussd_facts import StoredFacts
from messaging.kinds import Channel
from messaging.message import UssdAnswer, UssdRequest
from messaging.models import Subscriber, UssdSession
from messaging.phrases import say
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from messaging.ussd_sessions import hold_session, open_session, storable
from prices.catalogue import Catalogue
from prices.kinds import PlaceKind
from prices.vocabulary import Vocabulary

SEPARATOR = "*"
# The longest way through the tree has some ten keys, pages included.
MOST_KEYS_AT_ONCE = 20


def handle_ussd(
    session: Session,
    request: UssdRequest,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
) -> UssdAnswer:
    """Answer one hop. The transcript tells a repeat from a new key; a repeat changes nothing."""
    request = storable(request)
    held = hold_session(session, request) or _begin(session, request, default_country, now)
    subscriber = find_subscriber(session, request.msisdn)
    if subscriber is None or not _is_bound(held, subscriber, request):
        return _over(catalogue.vocabulary(session, default_country).country.language)
    vocabulary = catalogue.vocabulary(session, subscriber.country)
    return _hop(_Call(session, held, subscriber, vocabulary, request.transcript, now, allowance))


@dataclass(frozen=True)
class _Call:
    """One hop at work; `transcript` is all that was typed since the call began."""

    session: Session
    held: UssdSession
    subscriber: Subscriber
    vocabulary: Vocabulary
    transcript: str
    now: datetime
    allowance: Allowance

    @property
    def language(self) -> str:
        """The person's own choice, else their country's."""
        return self.subscriber.language or self.vocabulary.country.language

    def caller(self) -> Caller:
        """The person as the screens see them, after whatever has just been done."""
        facts = StoredFacts(
            self.session, self.vocabulary, self.now, self.subscriber.usual_commodity_code
        )
        return Caller(self.language, self.vocabulary, facts, self.now, self._home_place_id())

    def _home_place_id(self) -> int | None:
        """The home place, where it is one of this country and narrower than all of it."""
        home = self.vocabulary.places.get(self.subscriber.home_place_id or 0)
        return None if home is None or home.kind is PlaceKind.COUNTRY else home.id


def _begin(
    session: Session, request: UssdRequest, default_country: str, now: datetime
) -> UssdSession:
    subscriber = get_or_create_subscriber(
        session,
        request.msisdn,
        default_country=default_country,
        now=now,
        gateway=request.gateway if request.leads_back else None,
    )
    return open_session(session, request, subscriber, state=as_json(State()), now=now)


def _is_bound(held: UssdSession, subscriber: Subscriber, request: UssdRequest) -> bool:
    """A call belongs to one number and one service code: nobody else may step into it."""
    return held.subscriber_id == subscriber.id and held.service_code == request.service_code


def _over(language: str) -> UssdAnswer:
    return UssdAnswer(say(language, "This call is over. Please dial again."), ends=True)


def _hop(call: _Call) -> UssdAnswer:
    held = call.held
    if not held.answer:  # just begun; a deep dial brings its first keys along
        return _go_on(call, State(), call.transcript or None)
    if _is_repeat(held.transcript, call.transcript):
        return UssdAnswer(held.answer, held.ended)
    if held.ended:
        return _over(call.language)
    typed = _new_input(held.transcript, call.transcript)
    state = from_json(held.state, call.vocabulary)
    if typed is None or state is None:  # we lost each other: from the top, and nothing is done
        return _go_on(call, State(), None)
    return _go_on(call, state, typed)


def _is_repeat(known: str, transcript: str) -> bool:
    """True for the hop just answered, and for an earlier one that comes late."""
    return transcript == known or (transcript != "" and known.startswith(transcript + SEPARATOR))


def _new_input(known: str, transcript: str) -> str | None:
    """What was typed since; None where the transcript does not go on from the one we know."""
    if not known:
        return transcript
    prefix = known + SEPARATOR
    return transcript[len(prefix) :] if transcript.startswith(prefix) else None


def _go_on(call: _Call, state: State, typed: str | None) -> UssdAnswer:
    """Press key after key, and keep where that led together with the answer."""
    if typed is None:
        screen, state = draw(state, call.caller())
    elif typed.count(SEPARATOR) >= MOST_KEYS_AT_ONCE and not takes_free_text(state):
        notice = say(call.language, "Too many keys at once.")
        screen, state = draw(state, call.caller(), notice)
    else:
        screen, state = _press_all(call, state, typed)
    held = call.held
    held.transcript = call.transcript
    held.state = as_json(state)
    held.answer = screen.text
    held.ended = screen.ends
    held.updated_at = call.now
    return UssdAnswer(screen.text, screen.ends)


def _press_all(call: _Call, state: State, typed: str) -> tuple[Screen, State]:
    rest: str | None = typed
    while rest is not None:
        token, rest = _next(state, rest)
        call.held.hops += 1
        screen, state = _press(call, state, token)
        if screen.ends:
            break
    return screen, state


def _next(state: State, typed: str) -> tuple[str, str | None]:
    """The next input and what is left; free text may hold the separator itself."""
    if takes_free_text(state):
        return typed, None
    token, separator, rest = typed.partition(SEPARATOR)
    return token, rest if separator else None


def _press(call: _Call, state: State, token: str) -> tuple[Screen, State]:
    caller = call.caller()
    step = press(state, token, caller)
    _note_question(call, state, step, caller)
    if step.command is None:
        return draw(step.state, caller, step.notice)
    reply = _act(call, step.command)
    if isinstance(reply, Doubted):
        return draw(step.state.instead(_doubt(call, reply)), call.caller())
    if step.ends:
        return closing(reply or say(call.language, "Thank you.")), step.state
    return draw(step.state, call.caller(), say(call.language, "Saved."))


def _note_question(call: _Call, before: State, step: Step, caller: Caller) -> None:
    """A screen with a price that has just been opened is a question for that price."""
    frame = step.state.frame
    if isinstance(frame, PriceView) and frame != before.frame:
        cell = wanted_cell(call.vocabulary, frame.commodity, frame.place_id)
        answer = caller.facts.price(frame.commodity, frame.place_id)
        note_questions(_conversation(call), [(cell, answer)])


def _act(call: _Call, command: Command) -> str | Doubted | None:
    if isinstance(command, PriceReport):
        return take_report_in_call(_conversation(call), command)
    return act(_conversation(call), command)


def _doubt(call: _Call, doubted: Doubted) -> Doubt:
    """The screen that asks what was meant; whoever hangs up has said it all the same."""
    held = doubted.held
    *likely, told = readings(_conversation(call), doubted.subject, held)
    return Doubt(
        held.commodity,
        held.place_id,
        held.observation_id,
        told=Meaning(told.price, told.unit),
        usual=held.usual_per_unit if held.is_usual_known else None,
        likely=tuple(Meaning(one.price, one.unit) for one in likely),
    )


def _conversation(call: _Call) -> Conversation:
    return Conversation(
        session=call.session,
        subscriber=call.subscriber,
        vocabulary=call.vocabulary,
        language=call.language,
        channel=Channel.USSD,
        # A repeated hop has the same key: what was done is done once.
        source_key=f"ussd:{call.held.id}:{call.held.hops}",
        raw_text=call.transcript,
        now=call.now,
        allowance=call.allowance,
    )
