"""A text looked at before anything is written: what it means and, of most texts, the answer.

Where one writes at a time, whoever thinks with that turn in hand keeps all others waiting. So what
can be worked out by reading alone is, as a screen of the menu is; of a price that is told, what it
will write too. What turns out to write more is done in a transaction, where at least its words are
understood already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.beside import TEXT_ID, Beside
from db.looking import MayNotWriteError
from groups.members import IS_MEMBER
from handlers.act import act
from handlers.allowance import Allowance
from handlers.answering import in_context
from handlers.commands import (
    Bargain,
    BestMarket,
    Command,
    Help,
    Parsed,
    PriceQuery,
    PriceReport,
    ProductChoice,
    SaleRecord,
    Trend,
    Unknown,
)
from handlers.conversation import Conversation
from handlers.parser import Sender, parse
from handlers.parser.report import intent_of
from handlers.senders import as_sender, language_of, language_to_note, spoken_in
from messaging.held_questions import known_and_asked
from messaging.inbox import storable
from messaging.kinds import Channel
from messaging.message import InboundSms
from messaging.models import Subscriber
from messaging.msisdn import is_phone_number
from messaging.outbox import SAID_LATELY, since_lately
from messaging.reachability import is_reached
from prices.catalogue import VERSION, Catalogue
from prices.vocabulary import Vocabulary

# They are told something, and nothing of theirs changes. What is told of a group's money is no
# such thing: its lines have to be of one moment.
_ONLY_ASK = PriceQuery | BestMarket | Trend | Bargain | ProductChoice | Help | Unknown

# What is asked with who wrote: everybody waits for each way to the database and back.
_BESIDE = VERSION, IS_MEMBER, SAID_LATELY


@dataclass(frozen=True)
class Meant:
    """What a text means, as far as that rests on who wrote it and on the words we know."""

    vocabulary: Vocabulary
    sender: Sender
    parsed: Parsed

    @property
    def intent(self) -> str:
        """The command's name in the contract, as far as nothing else was meant."""
        return intent_of(self.parsed.command)

    def is_still_so(self, person: Subscriber) -> bool:
        """Whether the same would be understood of its sender now, whom we asked nothing."""
        as_it_is = replace(
            self.sender,
            home_place_id=person.home_place_id,
            usual_commodity=person.usual_commodity_code,
            language=person.language,
            awaits_answer=person.opted_out_at is not None,
        )
        return as_it_is == self.sender


@dataclass(frozen=True)
class Answered:
    """A text with its answer; `reply` None: silence is the answer."""

    person: Subscriber
    command: Command
    reply: str | None
    language: str
    note_language: str | None  # what their words tell of the person
    beside: Sequence[Beside]
    said_lately: int  # how many texts they were promised lately
    # What is left of it where what it would have written does not hold any more.
    meant: Meant

    @property
    def intent(self) -> str:
        """The command's name in the contract."""
        return intent_of(self.command)

    @property
    def only_asks(self) -> bool:
        """Whether nothing of it rests on what others may change."""
        return isinstance(self.command, _ONLY_ASK)


def look_at_sms(
    session: Session, sms: InboundSms, *, catalogue: Catalogue, now: datetime, allowance: Allowance
) -> Meant | Answered | None:
    """Understand a text, and answer it where it asks or tells one price; nothing may be written.

    None where even who wrote has to be written: a stranger, or somebody we asked something.
    """
    if not is_phone_number(sms.sender):
        return None
    found = known_and_asked(session, sms.sender, now, beside=_BESIDE, **since_lately(now))
    if found is None or found.is_asked or _is_news_of(found.person, sms):
        return None
    person, (version, is_member, said_lately) = found.person, found.beside
    vocabulary = catalogue.vocabulary(session, person.country, version)
    sender = as_sender(session, person, None, now, may_be_member=is_member)
    text = storable(sms.text)
    meant = Meant(vocabulary, sender, parse(text, vocabulary, sender))
    conversation = Conversation(
        session=session,
        subscriber=person,
        vocabulary=vocabulary,
        language=language_of(person, meant.parsed, vocabulary),
        channel=Channel.SMS,
        source_key=f"sms:{TEXT_ID}",
        raw_text=text,
        now=now,
        allowance=allowance,
        beside=[],
    )
    return _answered(conversation, meant, said_lately) or meant


def sender_as_seen(
    session: Session, sms: InboundSms, seen: Meant, *, now: datetime
) -> Subscriber | None:
    """Who wrote, where all is as it was when the text was looked at; None: begin anew."""
    found = known_and_asked(session, sms.sender, now)
    if found is None or found.is_asked or not seen.is_still_so(found.person):
        return None
    return found.person


def _is_news_of(person: Subscriber, sms: InboundSms) -> bool:
    """Whether it tells that they come another way, or are there again."""
    return sms.leads_back and not (person.gateway == sms.gateway and is_reached(person))


def _answered(conversation: Conversation, meant: Meant, said_lately: int) -> Answered | None:
    conversation, command = in_context(conversation, meant.parsed.command, None)
    if not (isinstance(command, _ONLY_ASK) or _tells_one_price(conversation, command)):
        return None
    person = conversation.subscriber
    try:
        reply = act(conversation, command)
        conversation.session.flush()  # what was changed, and waits to be written
    except MayNotWriteError:
        return None
    return Answered(
        person=person,
        command=command,
        reply=reply,
        language=spoken_in(conversation),
        note_language=language_to_note(person, meant.parsed),
        beside=conversation.beside or (),
        said_lately=said_lately,
        meant=meant,
    )


def _tells_one_price(conversation: Conversation, command: Command) -> bool:
    """Of several prices one may be of the same cell as another, and has to see that.

    Airtime is promised for a report that is kept already: to think before would be to think twice.
    """
    if conversation.allowance.airtime is not None:
        return False
    return isinstance(command, PriceReport | SaleRecord) and len(command.items) == 1
