"""Commands spoken straight to the acts, for stories that do not depend on how a text is read."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from groups.models import Group
from handlers.act import act
from handlers.allowance import NOTHING, Allowance
from handlers.answering import in_context
from handlers.commands import Command, Item
from handlers.conversation import Conversation
from messaging.held_questions import held_question
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.subscribers import get_or_create_subscriber
from prices.catalogue import load_vocabulary
from prices.importers.reference import count_change
from prices.kinds import PriceType
from prices.models import PriceObservation, PublishedPrice
from prices.vocabulary import PlaceEntry, Vocabulary
from tests.prices.stories import place_named

_steps = count(1)


@dataclass
class Talk:
    """People of one country talking to Bei in one transaction."""

    session: Session
    now: datetime
    country: str = "KE"
    allowance: Allowance = NOTHING
    vocabulary: Vocabulary = field(init=False)

    def __post_init__(self) -> None:
        self.vocabulary = load_vocabulary(self.session, self.country)

    def says(
        self, msisdn: str, command: Command, language: str = "en", words: str = "said in a story"
    ) -> str | None:
        """Do what somebody wants, and hear the answer."""
        conversation = self.conversation(msisdn, language, words)
        held = held_question(self.session, conversation.subscriber, self.now)
        return act(*in_context(conversation, command, held))

    def conversation(
        self, msisdn: str, language: str = "en", words: str = "said in a story"
    ) -> Conversation:
        """The same, before anything is done."""
        return Conversation(
            session=self.session,
            subscriber=self.subscriber(msisdn),
            vocabulary=self.vocabulary,
            language=language,
            channel=Channel.SMS,
            source_key=f"story:{next(_steps)}",
            raw_text=words,
            now=self.now,
            allowance=self.allowance,
        )

    def subscriber(self, msisdn: str) -> Subscriber:
        """Who has this number."""
        return get_or_create_subscriber(
            self.session, msisdn, default_country=self.country, now=self.now
        )

    def place(self, name: str) -> PlaceEntry:
        """The place of that name, a market before a county."""
        return place_named(self.vocabulary, name)

    def group(self, code: str, name: str) -> Group:
        """A new group at Molo: milk every Tuesday at 6."""
        group = Group(
            code=code,
            name=name,
            country=self.country,
            place_id=self.place("Molo").id,
            language="sw",
            commodity_code="milk",
            bulletin_weekdays=2,
            bulletin_hour=6,
            timezone="Africa/Nairobi",
            next_bulletin_at=None,
        )
        self.session.add(group)
        self.session.flush()
        return group

    def item(self, commodity: str | None, place: str | None, price: str | None = None) -> Item:
        """A commodity, a place by its name, a price; what is None was not said."""
        return Item(
            commodity=commodity,
            place_id=None if place is None else self.place(place).id,
            price=None if price is None else Decimal(price),
        )

    def kept(self) -> list[PriceObservation]:
        """Every price that was written down, first first."""
        query = select(PriceObservation).order_by(PriceObservation.id)
        return list(self.session.scalars(query))

    def wait(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)

    def publish(self, commodity: str, place: str, price: str, month: date) -> None:
        """A month of the WFP's series for shops."""
        self.session.add(
            PublishedPrice(
                source="WFP",
                place_id=self.place(place).id,
                commodity_code=commodity,
                product=commodity,
                price_type=PriceType.RETAIL,
                priced_on=month,
                currency="KES",
                price=Decimal(price),
                unit_quoted="L",
                price_per_base_unit=Decimal(price),
                flag="actual",
            )
        )
        count_change(self.session)
