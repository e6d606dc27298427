"""What a page of the desk is about, as its address says: the country, the thing, the place."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from app.dashboard.guard import service
from prices import reads
from prices.geography import trading_places
from prices.kinds import PlaceKind
from prices.open_data import counties_of
from prices.vocabulary import CommodityEntry, PlaceEntry, Vocabulary


@dataclass(frozen=True)
class Asked:
    """A country with its words, and which thing and county of it; None: all of them."""

    vocabulary: Vocabulary
    countries: Sequence[str]
    commodity: CommodityEntry | None
    county: PlaceEntry | None

    @property
    def place_ids(self) -> list[int] | None:
        """The trading places of the county; None: of the whole country."""
        if self.county is None:
            return None
        return [place.id for place in trading_places(self.vocabulary, self.county)]

    @property
    def commodities(self) -> list[CommodityEntry]:
        """What may be asked for, in the menu's order."""
        return sorted(self.vocabulary.commodities.values(), key=lambda one: (one.rank, one.name))

    @property
    def counties(self) -> list[PlaceEntry]:
        """Where it may be asked for, by name."""
        return counties_of(self.vocabulary)


def asked(session: Session) -> Asked:
    """?country=KE&commodity=milk&county=ke-county-nakuru; what nobody knows is as if not said."""
    countries = sorted(reads.countries(session))
    country = request.args.get("country", "")
    home = service()
    words = home.catalogue.vocabulary(
        session, country if country in countries else home.settings.country
    )
    return Asked(
        words,
        countries,
        words.commodities.get(request.args.get("commodity", "")),
        _county(words, request.args.get("county", "")),
    )


def place_of_code(vocabulary: Vocabulary, code: str) -> PlaceEntry | None:
    """The place with this code; None where the country has none."""
    return next((place for place in vocabulary.places.values() if place.code == code), None)


def _county(vocabulary: Vocabulary, code: str) -> PlaceEntry | None:
    found = place_of_code(vocabulary, code) if code else None
    return found if found is not None and found.kind is PlaceKind.ADMIN1 else None
