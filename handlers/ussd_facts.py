"""What the screens may ask, answered from the price store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from prices.answers import PriceAnswer
from prices.kinds import PlaceKind
from prices.queries import answer_price, counties, markets_with_prices, priced_commodities
from prices.vocabulary import Vocabulary


@dataclass(frozen=True)
class StoredFacts:
    """The facts of one caller's country at one moment; `usual_commodity` leads every list."""

    session: Session
    vocabulary: Vocabulary
    now: datetime
    usual_commodity: str | None = None
    # What was asked already: a price is counted as a question, and then shown.
    _told: dict[tuple[str, int], PriceAnswer] = field(default_factory=dict, compare=False)

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Every county, those with a price of the commodity first."""
        priced = self._priced_counties(commodity)
        every = counties(self.vocabulary)
        return [place.id for place in sorted(every, key=lambda place: place.id not in priced)]

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """The markets of a county that have a price of the commodity."""
        found = markets_with_prices(self.session, self.vocabulary, county_id, commodity, self.now)
        return [place.id for place in found]

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """Every commodity: the usual one, those with a price there, then by the order of menus."""
        place_id = place_id or self._country_id()
        every = self.vocabulary.commodities
        usual = [code for code in every if code == self.usual_commodity]
        priced = (
            []
            if place_id is None
            else priced_commodities(self.session, self.vocabulary, place_id, self.now)
        )
        by_rank = sorted(every, key=lambda code: every[code].rank)
        return list(dict.fromkeys([*usual, *priced, *by_rank]))

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """The best honest answer."""
        if (commodity, place_id) not in self._told:
            self._told[commodity, place_id] = answer_price(
                self.session,
                self.vocabulary,
                commodity=commodity,
                place_id=place_id,
                price_type=None,
                now=self.now,
            )
        return self._told[commodity, place_id]

    def _priced_counties(self, commodity: str | None) -> set[int | None]:
        country_id = self._country_id()
        if commodity is None or country_id is None:
            return set()
        found = markets_with_prices(self.session, self.vocabulary, country_id, commodity, self.now)
        return {place.admin1_id for place in found}

    def _country_id(self) -> int | None:
        places = self.vocabulary.places.values()
        return next((place.id for place in places if place.kind is PlaceKind.COUNTRY), None)
