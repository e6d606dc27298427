"""Whoever asks the price store for a bulletin: one place, at one moment, for several prices."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from prices.answers import NearestPrice, OwnPrice, PriceAnswer
from prices.kinds import PriceType
from prices.published import local_day
from prices.queries import answer_price, own_price
from prices.vocabulary import PlaceEntry, Vocabulary
from scheduler.bulletin_parts import Told, is_fresh

# Prices are kept by the day. What an edition told is nearest to the end of the day that ended, or
# was to end, nearest to it: of seven in the morning to the evening before, at six to that evening.
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Asker:
    """One place at one moment, to be asked for several prices."""

    session: Session
    vocabulary: Vocabulary
    place: PlaceEntry
    now: datetime
    since: datetime  # when its readers last heard of prices

    def told(self, commodity: str) -> Told:
        """The best honest answer, and what the price was when readers last heard of it."""
        answer = answer_price(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=self.place.id,
            price_type=None,
            now=self.now,
        )
        return self.with_before(answer)

    def with_before(self, answer: PriceAnswer) -> Told:
        """An answer with what the price was when readers last heard of it."""
        return Told(answer, self.before(answer, self.since - HALF_A_DAY))

    def fresh(self, commodity: str, place: PlaceEntry, kind: PriceType | None) -> OwnPrice | None:
        """The price people lately reported at that very place."""
        return self._own(commodity, place, kind, self.now)

    def before(self, answer: PriceAnswer, moment: datetime) -> Decimal | None:
        """The price as it was published at the end of an earlier day, made of reports of its own.

        Only like is compared with like: the same place, the same price type, as many markets, and
        what people said never with what was made up.
        """
        if not isinstance(answer, OwnPrice | NearestPrice) or not is_fresh(answer):
            return None
        if local_day(self.vocabulary, moment) >= local_day(self.vocabulary, self.now):
            return None
        then = self._own(answer.commodity, answer.place, answer.price_type, moment)
        markets = answer.markets if isinstance(answer, OwnPrice) else 1
        if then is None or then.markets != markets:
            return None
        is_made_up = then.estimate.is_demo and not answer.estimate.is_demo
        return None if is_made_up else then.estimate.price

    def _own(
        self, commodity: str, place: PlaceEntry, kind: PriceType | None, at: datetime
    ) -> OwnPrice | None:
        return own_price(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=place.id,
            price_type=kind,
            now=at,
        )
