"""A small country and a plain price store, for screens that know no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from groups.alert_rules import Usually
from handlers.screens.caller import (
    Caller,
    GroupFacts,
    QuestionFacts,
    Standing,
    WatchedFacts,
    WeeklyFacts,
)
from handlers.screens.frames import State
from handlers.screens.screen import Screen
from handlers.screens.tree import Step, draw, press
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.cells import CellEstimate
from prices.comparisons import OwnTrend, PublishedTrend
from prices.estimates import Confidence, Estimate
from prices.kinds import PlaceKind, PriceType
from prices.nearby import Selling
from prices.vocabulary import (
    CommodityEntry,
    CountryEntry,
    PlaceEntry,
    UnitEntry,
    Vocabulary,
    fold,
)
from tests.handlers.screens.bargains import WrittenSelling
from tests.handlers.screens.book import WrittenBook
from tests.handlers.screens.group_orders import WrittenOrders
from tests.handlers.screens.people import WrittenPeople

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

KENYA, NAKURU_COUNTY, KIAMBU_COUNTY, EMPTY_COUNTY = 1, 2, 3, 4
NAKURU, MOLO, GITHUNGURI, KIAMBU, NJORO_WARD, MOLO_SUBCOUNTY = 10, 11, 12, 13, 14, 15


def place(
    place_id: int, name: str, kind: PlaceKind, admin1_id: int | None, population: int | None = None
) -> PlaceEntry:
    """A place without a point."""
    parent_id = KENYA if kind is PlaceKind.ADMIN1 else admin1_id
    return PlaceEntry(
        place_id, fold(name), name, kind, parent_id, admin1_id, None, None, population
    )


PLACES = {
    entry.id: entry
    for entry in (
        place(KENYA, "Kenya", PlaceKind.COUNTRY, None),
        place(NAKURU_COUNTY, "Nakuru", PlaceKind.ADMIN1, NAKURU_COUNTY),
        place(KIAMBU_COUNTY, "Kiambu", PlaceKind.ADMIN1, KIAMBU_COUNTY),
        place(EMPTY_COUNTY, "Lamu", PlaceKind.ADMIN1, EMPTY_COUNTY),
        place(NAKURU, "Nakuru", PlaceKind.MARKET, NAKURU_COUNTY, 570_000),
        place(MOLO, "Molo", PlaceKind.MARKET, NAKURU_COUNTY, 40_000),
        place(NJORO_WARD, "Njoro", PlaceKind.WARD, NAKURU_COUNTY),
        place(MOLO_SUBCOUNTY, "Kuresoi", PlaceKind.ADMIN2, NAKURU_COUNTY),
        place(GITHUNGURI, "Githunguri", PlaceKind.MARKET, KIAMBU_COUNTY, 10_000),
        place(KIAMBU, "Kiambu", PlaceKind.MARKET, KIAMBU_COUNTY, 100_000),
    )
}
COMMODITIES = {
    "milk": CommodityEntry(
        "milk", "milk", "litre", PriceType.FARM_GATE, "milk_processed", 1, {"sw": "maziwa"}
    ),
    "milk_processed": CommodityEntry(
        "milk_processed", "packet milk", "litre", PriceType.RETAIL, None, 2,
        {"sw": "maziwa ya pakiti"},
    ),
    "maize": CommodityEntry(
        "maize", "maize", "kg", PriceType.WHOLESALE, None, 3, {"sw": "mahindi"}
    ),
}  # fmt: skip
VOCABULARY = Vocabulary(
    country=CountryEntry(
        "KE", "Kenya", "KES", "KES", "en", "Africa/Nairobi", "county", ("en", "sw")
    ),
    places=PLACES,
    commodities=COMMODITIES,
    units={
        "litre": UnitEntry("litre", "litre", {"sw": "lita"}),
        "kg": UnitEntry("kg", "kg", {"sw": "kilo"}),
        "bag_90kg": UnitEntry("bag_90kg", "90 kg bag", {"sw": "gunia la kilo 90"}),
    },
    place_words={
        "nakuru": (NAKURU, NAKURU_COUNTY),
        "molo": (MOLO,),
        "githunguri": (GITHUNGURI,),
        "kenya": (KENYA,),
    },
    commodity_words={"milk": (("milk", "en"),), "maziwa": (("milk", "sw"),)},
    unit_words={"litre": ("litre",), "kg": ("kg",)},
)


@dataclass(frozen=True)
class PlainFacts:
    """Prices where they are written down, an honest nothing elsewhere."""

    vocabulary: Vocabulary = VOCABULARY
    prices: Mapping[tuple[str, int], PriceAnswer] = field(default_factory=dict)
    every_price: PriceAnswer | None = None

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Those with a price first, then as they come."""
        places = self.vocabulary.places.values()
        counties = [entry.id for entry in places if entry.kind is PlaceKind.ADMIN1]
        priced = {self.vocabulary.places[id_].admin1_id for code, id_ in self.prices if
                  code == commodity}  # fmt: skip
        return sorted(counties, key=lambda id_: id_ not in priced)

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """As written down."""
        return [
            place_id
            for code, place_id in self.prices
            if code == commodity and self.vocabulary.places[place_id].admin1_id == county_id
        ]

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """Every one, as they come."""
        return list(self.vocabulary.commodities)

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """None."""
        return ()

    def units(self, commodity: str, place_id: int) -> Sequence[str]:
        """Its own, and then every other."""
        own = self.vocabulary.commodities[commodity].base_unit
        return tuple(dict.fromkeys((own, *self.vocabulary.units)))

    def beside(self, commodity: str, place_id: int) -> Sequence[CellEstimate]:
        """Nothing."""
        return ()

    def best_markets(self, commodity: str, place_id: int) -> Selling:
        """Nowhere."""
        return Selling((), None, is_demo=False)

    def trend(self, commodity: str, place_id: int) -> OwnTrend | PublishedTrend | None:
        """Nobody knows."""
        return None

    def groups(self) -> Sequence[GroupFacts]:
        """None."""
        return ()

    def has_group(self, code: str) -> bool:
        """No."""
        return False

    def bulletin(self, group_id: int) -> str | None:
        """None yet."""
        return None

    def book(self, group_id: int) -> WrittenBook:
        """Nothing in it."""
        return WrittenBook()

    def selling(self, group_id: int) -> WrittenSelling:
        """Nothing is known."""
        return WrittenSelling()

    def people(self, group_id: int) -> WrittenPeople:
        """Nobody."""
        return WrittenPeople()

    def orders(self, group_id: int) -> WrittenOrders:
        """Nothing is ordered."""
        return WrittenOrders()

    def question(self) -> QuestionFacts | None:
        """None."""
        return None

    def alerts(self) -> Sequence[WeeklyFacts]:
        """None."""
        return ()

    def watched(self) -> Sequence[WatchedFacts]:
        """None."""
        return ()

    def base_units(self, commodity: str, place_id: int, unit: str) -> Decimal | None:
        """Ninety in a bag."""
        own = self.vocabulary.commodities[commodity].base_unit
        return {own: Decimal(1), "bag_90kg": Decimal(90)}.get(unit)

    def standing(self, commodity: str, place_id: int, price_type: PriceType | None) -> Standing:
        """What is written down of that place itself."""
        own = self.vocabulary.commodities[commodity].price_type
        match self.price(commodity, place_id):
            case OwnPrice(estimate=told, markets=markets):
                return Standing(price_type or own, told, markets)
            case _:
                return Standing(price_type or own)

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        """Nobody knows."""
        return None

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """As written down."""
        nothing = NoPrice(
            commodity, self.vocabulary.places[place_id], PriceType.FARM_GATE, "KES", None
        )
        return self.every_price or self.prices.get((commodity, place_id), nothing)


def estimate(price: str, low: str, high: str, *, is_demo: bool = False) -> Estimate:
    """Six reports of four people, the newest of this morning."""
    return Estimate(
        Decimal(price), Decimal(low), Decimal(high), 6, 4, NOON - timedelta(hours=2),
        Confidence.GOOD, is_demo,
    )  # fmt: skip


def own_price(commodity: str, place: PlaceEntry, *, is_demo: bool = False) -> OwnPrice:
    """47 (45-49) there."""
    made = estimate("47", "45", "49", is_demo=is_demo)
    return OwnPrice(commodity, place, PriceType.FARM_GATE, "KES", made)


def longest_answers(place: PlaceEntry, commodity: str) -> list[PriceAnswer]:
    """Every shape of an answer, with the longest figures money can make."""
    long = estimate("9999999", "8888888.75", "9999999.95", is_demo=True)
    old = LastKnown(Decimal("8888888.75"), datetime(2025, 9, 28, 9, tzinfo=UTC))
    retail = PriceType.RETAIL
    return [
        OwnPrice(commodity, place, PriceType.WHOLESALE, "UGX", long, markets=188),
        NearestPrice(commodity, place, place, 99.6, PriceType.FARM_GATE, "UGX", long, old),
        NearestPrice(commodity, place, place, 99.6, PriceType.FARM_GATE, "UGX", long, None),
        Published(
            commodity, commodity, place, place, 0.0, retail, "UGX", Decimal("9999999.95"),
            date(2025, 9, 15), "A long-named source", old,
        ),
        Published(
            "milk", "milk_processed", place, PLACES[KENYA], 99.6, retail, "UGX",
            Decimal("9999999.95"), date(2025, 9, 15), "A long-named source", old,
        ),
        NoPrice(commodity, place, PriceType.FARM_GATE, "UGX", old),
        NoPrice(commodity, place, PriceType.FARM_GATE, "UGX", None),
    ]  # fmt: skip


def caller(
    language: str = "en",
    *,
    home_place_id: int | None = None,
    facts: PlainFacts | None = None,
) -> Caller:
    """Somebody on the line."""
    facts = facts or PlainFacts()
    return Caller(language, facts.vocabulary, facts, NOON, home_place_id)


def walk(keys: str, on_the_line: Caller) -> tuple[Screen, Step]:
    """Press the keys one after the other; the screen they lead to and the last step."""
    screen, state = draw(State(), on_the_line)
    step = Step(state)
    for key in keys.split():
        step = press(state, key, on_the_line)
        screen, state = draw(step.state, on_the_line, step.notice)
    return screen, step
