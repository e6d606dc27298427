"""Who speaks, by which way, in which language, and when: what every act needs to know."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.beside import Beside, CountUp
from handlers.allowance import NOTHING, Allowance
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.phrases.formats import local_date
from prices.vocabulary import PlaceEntry, Vocabulary


@dataclass(frozen=True)
class Conversation:
    """One thing said by one person, on any channel. `language` is the one to answer in."""

    session: Session
    subscriber: Subscriber
    vocabulary: Vocabulary
    language: str
    channel: Channel
    source_key: str  # "sms:<inbound id>", "ussd:<session>:<step>": what was done is done once
    raw_text: str
    now: datetime
    inbound_id: int | None = None  # of a text; a call has none
    allowance: Allowance = NOTHING
    # What is written beside the answer, where that is only worked out and kept later by who can.
    beside: list[Beside] | None = field(default=None, compare=False)
    # What was asked back of them meanwhile, and is held for its answer.
    asked: list[str] = field(default_factory=list, compare=False)

    def count_beside(self, count: CountUp) -> None:
        """Have something counted that no answer depends on: now, or with the answer."""
        if self.beside is None:
            count.write(self.session)
        else:
            self.beside.append(count)

    @property
    def today(self) -> date:
        """The day on the person's own calendar."""
        return local_date(self.now, self.timezone)

    @property
    def timezone(self) -> str:
        """The clock of the person's country."""
        return self.vocabulary.country.timezone

    @property
    def home(self) -> PlaceEntry | None:
        """Where the person lives, as far as they said."""
        home_id = self.subscriber.home_place_id
        return None if home_id is None else self.vocabulary.places.get(home_id)
