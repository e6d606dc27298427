"""A hop of a session: find where the caller stands, press what is new, draw the screen.

The same for a menu on the phone's display and for one that is spoken (`Menu`), and for gateways
that send all that was typed so far as well as for those that send the last input only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from groups.shortcuts import SHORTCUTS, Shortcuts, read_shortcuts, shortcut_values
from handlers.allowance import NOTHING, Allowance
from handlers.screens import tree
from handlers.screens.entrances import places_for
from handlers.screens.frames import Languages, Purpose, Resume, Root, State, from_json
from handlers.screens.screen import Screen
from handlers.screens.tree import Menu
from handlers.ussd_call import Call, HasToWriteError, Service
from handlers.ussd_facts import root_for
from handlers.ussd_typed import is_repeat, new_input, number_of, transcript_with
from messaging.message import LastInput, UssdAnswer, UssdRequest
from messaging.phrases import languages_for, say
from messaging.subscribers import get_or_create_subscriber
from messaging.ussd_sessions import (
    RESUMABLE_FOR,
    Glance,
    Kept,
    Person,
    Seat,
    Seen,
    close_seat,
    find_seat,
    glance,
    has_called,
    keep_hop,
    open_session,
    person_of,
    storable,
    take_seat,
)
from prices.catalogue import VERSION, Catalogue


def handle_ussd(
    session: Session,
    request: UssdRequest,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
    allowance: Allowance = NOTHING,
    menu: Menu = tree.MENU,
) -> UssdAnswer:
    """Answer one hop. What was typed tells a repeat from a new key; a repeat changes nothing."""
    request = storable(request)
    service = Service(session, catalogue, default_country, allowance, menu, now)
    hop = _work_out(service, request)
    return hop.answer if keep(session, hop) else _as_first_answered(session, request)


def look_at_ussd(
    session: Session,
    request: UssdRequest,
    *,
    catalogue: Catalogue,
    default_country: str,
    now: datetime,
) -> "Hop | None":
    """Work a hop out by reading alone; None for one that does something, or is of a stranger.

    Nothing is held meanwhile: whoever waits for a screen waits for the one row that `keep` writes,
    not for the drawing of everybody else's screens.
    """
    service = Service(session, catalogue, default_country, NOTHING, tree.MENU, now, may_write=False)
    try:
        return _glance_at(service, storable(request))
    except HasToWriteError:
        return None


@dataclass(frozen=True)
class Hop:
    """A hop worked out: the answer, and what is to be kept of it.

    `kept` goes into the session that was `seen`, or into one that `opening` begins; without it the
    hop was a repeat. `goes_on_with` is an earlier session that this one takes over.
    """

    answer: UssdAnswer
    person_id: int
    now: datetime
    kept: Kept | None = None
    seen: Seen | None = None
    opening: UssdRequest | None = None
    goes_on_with: int | None = None

    @property
    def is_one_row(self) -> bool:
        """True where all that is to be kept is one row: it needs no transaction."""
        return self.goes_on_with is None


def keep(session: Session, hop: Hop) -> bool:
    """Keep a hop; False, and nothing is kept, where another was there since it was worked out."""
    if hop.kept is None:
        return True
    if not _keep_session(session, hop, hop.kept):
        return False
    if hop.goes_on_with is not None:
        close_seat(session, hop.goes_on_with)
    return True


def _keep_session(session: Session, hop: Hop, kept: Kept) -> bool:
    if hop.seen is not None:
        return keep_hop(session, hop.seen, kept, hop.now)
    if hop.opening is None:
        return False
    return open_session(session, hop.opening, hop.person_id, kept, hop.now) is not None


def _as_first_answered(session: Session, request: UssdRequest) -> UssdAnswer:
    """The carrier repeated the dial, and the other one was first: its answer is the answer."""
    seat = take_seat(session, request)
    if seat is None:
        raise LookupError("a session that was there a moment ago is gone")
    return UssdAnswer(seat.answer, seat.ended)


def _glance_at(service: Service, request: UssdRequest) -> Hop | None:
    # Nearly every hop with an input goes on with a session, and asks for no other.
    seat = find_seat(service.session, request, beside=VERSION) if request.typed.text else None
    if seat is None:
        found = _glance(service, request)
        if found is None or found.is_anothers:
            return None
        if found.seat is None:
            return _first_hop(service, request, found)
        seat = found.seat
    if not _is_their_own(seat, request):
        return None
    return _hop_of(service, request, seat)


def _glance(service: Service, request: UssdRequest) -> Glance | None:
    asked = shortcut_values(service.now)
    return glance(service.session, request, beside=_WITH_A_CALLER, asked=asked)


# What the first hop of a call wants to know beside who calls.
_WITH_A_CALLER = (VERSION, *SHORTCUTS)


def _is_their_own(seat: Seat, request: UssdRequest) -> bool:
    """A call belongs to one number and one service code: nobody else may step into it."""
    return (seat.person.msisdn, seat.service_code) == (request.msisdn, request.service_code)


def _work_out(service: Service, request: UssdRequest) -> Hop:
    seat = take_seat(service.session, request, beside=VERSION)
    if seat is None:
        return _first_hop(service, request, _glance(service, request))
    if not _is_their_own(seat, request):
        country = service.catalogue.vocabulary(service.session, service.default_country).country
        return _over(seat.person, country.language, service.now)
    return _hop_of(service, request, seat)


def _hop_of(service: Service, request: UssdRequest, seat: Seat) -> Hop:
    if is_repeat(seat, request.typed, service.now):
        return Hop(UssdAnswer(seat.answer, seat.ended), seat.person.id, service.now)
    return _next_hop(service, request, seat)


def _over(person: Person, language: str, now: datetime) -> Hop:
    said = say(language, "This call is over. Please dial again.")
    return Hop(UssdAnswer(said, ends=True), person.id, now)


# The first hop


def _first_hop(service: Service, request: UssdRequest, found: Glance | None) -> Hop:
    """Begin a session; what a deep dial brings along is pressed at once."""
    known, last = (found.person, found.before) if found else (None, None)
    version, shortcuts = _beside(found)
    person, typed = _meet(service, request, known), request.typed.text
    vocabulary = service.catalogue.vocabulary(service.session, person.country, version)
    number = number_of(request.typed)
    call = Call(service, person, vocabulary, request.service_code, typed, inputs=number)
    root = root_for(shortcuts, person, vocabulary)
    if typed:
        return _deep_dial(call, request, State((root,)))
    state, before = _beginning(call, request, root, last)
    screen, state = call.draw(state)
    return Hop(
        UssdAnswer(screen.text, screen.ends),
        person.id,
        service.now,
        kept=call.kept(screen, state),
        opening=request,
        goes_on_with=None if before is None else before.id,
    )


def _beside(found: Glance | None) -> tuple[int | None, Shortcuts]:
    if found is None:
        return None, Shortcuts()  # a stranger has done nothing yet
    version, *shortcuts = found.beside
    return version, read_shortcuts(shortcuts)


def _deep_dial(call: Call, request: UssdRequest, state: State) -> Hop:
    """The row comes first: it is what makes a report of this very hop exist once."""
    call.service.is_about_to_write()
    session, typed = call.service.session, call.transcript
    begun = call.kept(Screen(""), state)
    session_id = open_session(session, request, call.person.id, begun, call.now)
    if session_id is None:
        return Hop(_as_first_answered(session, request), call.person.id, call.now)
    call.seen = Seen(session_id, begun.transcript, begun.inputs, begun.hops)
    return _hop(call, call.go_on(state, typed))


def _meet(service: Service, request: UssdRequest, known: Person | None) -> Person:
    """Who calls; what we start goes out the way they came, and a call is a sign of life."""
    gateway = request.gateway if request.leads_back else None
    if known is not None and (gateway is None or (gateway == known.gateway and not known.is_lost)):
        return known
    service.is_about_to_write()
    met = get_or_create_subscriber(
        service.session,
        request.msisdn,
        default_country=service.default_country,
        now=service.now,
        gateway=gateway,
    )
    service.session.flush()
    return person_of(met)


def _beginning(
    call: Call, request: UssdRequest, root: Root, before: Seat | None
) -> tuple[State, Seat | None]:
    """Where a call begins: at the top, where the last one broke off, or with a welcome."""
    if before is None:
        return _welcome(call, root), None
    # At the command line every call is a whole one, its keys given with it.
    broken_off = _broken_off(call, before) if request.leads_back else None
    if broken_off is None:
        return State((root,)), None
    return State((root, *broken_off.frames[1:], Resume())), before


def _broken_off(call: Call, before: Seat) -> State | None:
    """Where the last call stood, if it was under way and no longer ago than a network waits."""
    if before.ended or call.now - before.updated_at > RESUMABLE_FOR:
        return None
    state = from_json(before.state, call.vocabulary)
    if state is not None and isinstance(state.frame, Resume):
        state = state.back()
    return state if state is not None and len(state.frames) > 1 else None


def _welcome(call: Call, root: Root) -> State:
    """The first call ever asks for a language, then for a place; either may be skipped."""
    person = call.person
    if person.language is not None or has_called(call.service.session, person):
        return State((root,))
    country_languages = call.vocabulary.country.languages
    spoken = languages_for(country_languages)
    here = tuple(code for code in spoken if code in country_languages)
    language = Languages(here or spoken, is_welcome=True)
    if person.home_place_id is not None:
        return State((root, language))
    return State((root, places_for(call.caller, Purpose.WELCOME), language))


# Every other hop


def _next_hop(service: Service, request: UssdRequest, seat: Seat) -> Hop:
    person, typed = seat.person, new_input(seat, request.typed)
    call = Call(
        service,
        person,
        service.catalogue.vocabulary(service.session, person.country, seat.beside),
        request.service_code,
        transcript_with(seat, request.typed),
        inputs=number_of(request.typed) or seat.inputs + 1,
        seen=Seen(seat.id, seat.transcript, seat.inputs, seat.hops),
        hops=seat.hops,
        is_one_input=isinstance(request.typed, LastInput),
    )
    if seat.ended:
        return _over(person, call.language, service.now)
    state = from_json(seat.state, call.vocabulary)
    if typed is None or state is None:  # we lost each other: from the top, and nothing is done
        return _hop(call, call.draw(State()))
    return _hop(call, call.go_on(state, typed))


def _hop(call: Call, drawn: tuple[Screen, State]) -> Hop:
    screen, state = drawn
    return Hop(
        UssdAnswer(screen.text, screen.ends),
        call.person.id,
        call.now,
        kept=call.kept(screen, state),
        seen=call.seen,
    )
