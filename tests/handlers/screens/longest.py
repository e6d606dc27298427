"""A country in which everything has the longest name there is, and all there is to tell is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from typing import TypeVar

from groups.alert_rules import MOST, AlertWay, Usually
from handlers.screens.caller import (
    Caller,
    GroupFacts,
    QuestionFacts,
    Standing,
    WatchedFacts,
    WeeklyFacts,
)
from handlers.screens.entrances import places_for
from handlers.screens.frames import (
    AlertView,
    BulletinView,
    Commodities,
    Doubt,
    GroupAbout,
    GroupView,
    Languages,
    LeaveGroup,
    Meaning,
    Office,
    PriceKey,
    PriceView,
    Purpose,
    Resume,
    Root,
    State,
    WatchView,
)
from handlers.screens.order_frames import OrderCount, OrderFor, OrderList, Orders, OrderView
from handlers.screens.people_frames import AddMember, ElectionView, MeetingView, People
from messaging.phrases import languages
from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.cells import Cell, CellEstimate
from prices.comparisons import OwnTrend, PublishedTrend
from prices.estimates import Confidence
from prices.kinds import Buyer, PlaceKind, PriceType
from prices.nearby import Selling
from prices.vocabulary import (
    CommodityEntry,
    CountryEntry,
    PlaceEntry,
    UnitEntry,
    Vocabulary,
    fold,
)
from tests.handlers.screens.account import KIRIMA, weekly_on
from tests.handlers.screens.bargains import WrittenSelling, longest_bargains
from tests.handlers.screens.book import WrittenBook, longest_books, not_theirs
from tests.handlers.screens.fakes import NOON, PlainFacts, estimate, own_price
from tests.handlers.screens.group_orders import WrittenOrders, longest_orders
from tests.handlers.screens.people import WrittenPeople, longest_people
from tests.handlers.screens.selling import longest_sellings, longest_trends

Shape = TypeVar("Shape")

# Figures as wide as a price can be.
WIDEST, NEARLY = Decimal("9999999.99"), Decimal("8888888.75")
# More than a list shows at once.
MANY = 9
BULLETINS = (
    "KIRIMA 30 Nov. " + "Milk/L: Nakuru 1,047.50 (+2), best net Molo 48. " * 9,
    "W" * 480,
    "দুধ ৬৫ টাকা, " * 20,
    None,
)


@dataclass(frozen=True)
class LongFacts(PlainFacts):
    """Every shape of an answer, each at another place; lists that go on over pages."""

    things: Sequence[str] = ()
    measures: Sequence[str] = ()
    group_names: Sequence[str] = ()
    has_alerts: bool = True
    has_every_alert: bool = False

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Every one."""
        return [place.id for place in self.places(PlaceKind.ADMIN1)]

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """All that lie in it, but in the last county none."""
        if county_id == self.counties(None)[-1]:
            return []
        return [place.id for place in self.markets() if place.admin1_id == county_id]

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """More than a screen holds."""
        return self.things

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """As many as anybody can have."""
        return [place.id for place in self.markets()][-MANY:]

    def units(self, commodity: str, place_id: int) -> Sequence[str]:
        """More than a screen holds."""
        return self.measures

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """Of one market, of many, of the nearest, of a series, an old one, none."""
        place, other = self.vocabulary.places[place_id], self.markets()[-1]
        return shaped(longest_prices(place, other, commodity, self.things[-1]), place_id)

    def beside(self, commodity: str, place_id: int) -> Sequence[CellEstimate]:
        """What everybody pays, made up and not."""
        made = [
            estimate(str(WIDEST), str(NEARLY), str(WIDEST), is_demo=is_demo)
            for is_demo in (True, False)
        ]
        return [
            CellEstimate(Cell(commodity, place_id, price_type, buyer), one)
            for one in made
            for price_type in PriceType
            for buyer in (None, *Buyer)
        ]

    def best_markets(self, commodity: str, place_id: int) -> Selling:
        """Three offers down to none."""
        return shaped(longest_sellings(self.markets()[:3]), place_id)

    def trend(self, commodity: str, place_id: int) -> OwnTrend | PublishedTrend | None:
        """With much to hold it against, and little."""
        place, other = self.vocabulary.places[place_id], self.markets()[-1]
        return shaped(longest_trends(place, other, commodity, self.things[-1]), place_id)

    def groups(self) -> Sequence[GroupFacts]:
        """Groups of every name, some of them for trying Bei out."""
        return groups_called(tuple(self.group_names))

    def has_group(self, code: str) -> bool:
        """Only one."""
        return code.upper() == "KIRIMA"

    def bulletin(self, group_id: int) -> str | None:
        """One that is long, one in a single word, one in another script, and none."""
        return shaped(BULLETINS, group_id)

    def book(self, group_id: int) -> WrittenBook:
        """All there is to write and to read, a little, and nothing."""
        return shaped(longest_books(tuple(self.group_names)), group_id)

    def question(self) -> QuestionFacts:
        """As long as one can be, with as many answers."""
        return QuestionFacts("Which of them is meant? " + "1 Wanjiku, " * 12, 5)

    def people(self, group_id: int) -> WrittenPeople:
        """Of a plain member, of a leader, and of an officer with nothing going on."""
        names = [*self.group_names, *(f"{n} {name}" for n, name in enumerate(self.group_names))]
        return shaped(longest_people(names, NOON), group_id)

    def orders(self, group_id: int) -> WrittenOrders:
        """Of one thing, of many, of none."""
        return shaped(longest_orders(self.group_names), group_id)

    def selling(self, group_id: int) -> WrittenSelling:
        """All there is to say, much of it, and nothing."""
        return shaped(longest_bargains(self.markets()[0], self.things[-1]), group_id)

    def alerts(self) -> Sequence[WeeklyFacts]:
        """Prices of counties and of markets, or none."""
        if not self.has_alerts:
            return []
        places = [*self.counties(None), *self.favourites(None)]
        prices = [PriceKey(self.things[0], place_id) for place_id in places]
        return [WeeklyFacts(price, weekly_on(2, 23)) for price in prices]

    def watched(self) -> Sequence[WatchedFacts]:
        """Every way of waiting, for base units and for the longest ones, or none."""
        if not self.has_alerts:
            return []
        alerts = [
            WatchedFacts(
                number,
                PriceKey(self.things[0], place.id),
                list(PriceType)[number % 3],
                way,
                None if way is AlertWay.UNUSUAL else WIDEST,
                unit,
                Decimal(90),
            )
            for number, (way, unit, place) in enumerate(
                product(AlertWay, (self.measures[0], None), self.markets()[:2])
            )
        ]
        return alerts[:MOST] if self.has_every_alert else alerts[: MOST - 1]

    def base_units(self, commodity: str, place_id: int, unit: str) -> Decimal | None:
        """Of every other unit nobody knows."""
        return None if self.measures.index(unit) % 2 else Decimal(1)

    def standing(self, commodity: str, place_id: int, price_type: PriceType | None) -> Standing:
        """One that is fresh, of a few markets and made up; one that is old; none."""
        long = estimate(str(NEARLY), str(NEARLY), str(WIDEST), is_demo=True)
        old = replace(long, confidence=Confidence.OLD, newest_at=NOON - timedelta(days=29))
        types = list(PriceType)
        own = price_type or types[place_id % 3]
        standings = [Standing(own, long, markets=188), Standing(own, old), Standing(own)]
        return shaped(standings, place_id)

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        """For a month, for the last weeks, and not known."""
        month = Usually(WIDEST, 0.2, date(2026, 9, 1))
        return shaped([month, replace(month, month=None), None], place_id)

    def places(self, *kinds: PlaceKind) -> list[PlaceEntry]:
        """Those of these kinds, as they come."""
        return [place for place in self.vocabulary.places.values() if place.kind in kinds]

    def markets(self) -> list[PlaceEntry]:
        """Where something is sold."""
        return self.places(PlaceKind.MARKET, PlaceKind.WARD)


@cache
def groups_called(names: tuple[str, ...]) -> list[GroupFacts]:
    """One of each name; every other one has the caller as its officer."""
    return [
        replace(
            KIRIMA,
            id=number,
            code=f"GITHUNGURIDAIRYUNI{number:02}",
            name=name,
            members=9_999,
            when=weekly_on(2, 23 - number),
            currency="XOF",  # FCFA, to whoever lives there
            is_officer=number % 2 == 1,
            is_demo=number % 3 == 0,
        )
        for number, name in enumerate(names)
    ]


def shaped(shapes: Sequence[Shape], which: int) -> Shape:
    """Another one for each place, in turn."""
    return shapes[which % len(shapes)]


def longest_prices(
    place: PlaceEntry, other: PlaceEntry, commodity: str, shop_commodity: str
) -> list[PriceAnswer]:
    """Every shape of an answer, with the longest figures money can make."""
    long = estimate(str(WIDEST), str(NEARLY), str(WIDEST), is_demo=True)
    old = LastKnown(NEARLY, datetime(2025, 9, 28, 9, tzinfo=UTC))
    farm, retail = PriceType.FARM_GATE, PriceType.RETAIL
    series = Published(
        commodity, commodity, place, place, 0.0, retail, "UGX", WIDEST, date(2025, 9, 15),
        "A long-named source", old,
    )  # fmt: skip
    return [
        own_price(commodity, place),
        OwnPrice(commodity, place, PriceType.WHOLESALE, "UGX", long, markets=188),
        NearestPrice(commodity, place, other, 99.6, farm, "UGX", long, old),
        NearestPrice(commodity, place, other, 99.6, farm, "UGX", long, None),
        series,
        replace(series, commodity=shop_commodity, place=other, distance_km=99.6),
        NoPrice(commodity, place, farm, "UGX", old),
        NoPrice(commodity, place, farm, "UGX", None),
    ]


# Who calls


@dataclass(frozen=True)
class Story:
    """Somebody on the line, and the screens on which they may begin."""

    caller: Caller
    begins: Sequence[State]


def stories(
    language: str, vocabulary: Vocabulary, facts: LongFacts, *, name: str
) -> dict[str, Story]:
    """Everybody whose screens are different ones."""
    market, county = facts.markets()[0], facts.places(PlaceKind.ADMIN1)[0]
    things, price = facts.things, PriceKey(facts.things[0], market.id)
    stranger = Caller(language, vocabulary, facts, NOON, service_code="*384*123456*99#")
    known = replace(stranger, name=name, home_place_id=market.id, usual_commodity=things[0])
    welcome = Languages(languages(), is_welcome=True)
    newcomer = replace(stranger, facts=replace(facts, group_names=(), has_alerts=False))
    left = (
        *not_theirs(1), GroupView(1), GroupAbout(1), BulletinView(1), LeaveGroup(1),
        AlertView(*price), WatchView(1), People(1), ElectionView(1, 1), MeetingView(1),
        AddMember(1), Orders(1), OrderView(1, 1), OrderFor(1, 1), OrderCount(1, 1),
        OrderList(1, 1),
    )  # fmt: skip
    return {
        "newcomer": Story(
            newcomer, [State((Root(), places_for(newcomer, Purpose.WELCOME), welcome))]
        ),
        "who left": Story(
            replace(newcomer, home_place_id=market.id),
            [State((Root(), frame)) for frame in left],
        ),
        "farmer": Story(known, [State((Root(asked=price),)), *resumed(Root(asked=price), facts)]),
        "farmer of a county": Story(
            replace(known, home_place_id=county.id),
            [State((Root(asked=shown),)) for shown in prices_of(facts)],
        ),
        "reporter": Story(known, [State((Root(told=price),))]),
        "officer": Story(known, [State((Root(office=Office(1, facts.groups()[1].code)),))]),
        "who watches as much as may be": Story(
            replace(known, facts=replace(facts, has_every_alert=True)), [State((Root(),))]
        ),
        "who stopped": Story(replace(known, is_out=True), [State((Root(),))]),
        "from abroad": Story(stranger, [State((Root(),))]),
    }


def prices_of(facts: LongFacts) -> list[PriceKey]:
    """A price of every shape."""
    return [PriceKey(facts.things[0], place.id) for place in facts.markets()]


def resumed(root: Root, facts: LongFacts) -> list[State]:
    """Calls that broke off, at a list and at a price."""
    commodity, place_id = prices_of(facts)[0]
    lists = Commodities(Purpose.PRICES, tuple(facts.things), place_id)
    return [
        State((root, lists, Resume())),
        State((root, lists, PriceView(commodity, place_id), Resume())),
    ]


def doubts(commodity: str, place_id: int, unit: str, other_unit: str) -> Iterator[Doubt]:
    """A price that is hardly meant, with and without what it usually is, and what may be meant."""
    told = Meaning(WIDEST, unit)
    meanings = (Meaning(NEARLY, unit), Meaning(WIDEST, other_unit), Meaning(Decimal(1), unit))
    for likely in (meanings, meanings[:1], ()):
        for usual in (NEARLY, None):
            yield Doubt(commodity, place_id, 7, told, usual, likely)


# Words


def longest_of(vocabulary: Vocabulary, language: str, group_names: Sequence[str]) -> LongFacts:
    """A country as it is, but for its longest names: few enough to go everywhere."""
    narrow = _narrowed(vocabulary)
    things = sorted(
        vocabulary.commodities, key=lambda code: -len(vocabulary.commodity_name(code, language))
    )
    measures = sorted(vocabulary.units, key=lambda code: -len(vocabulary.unit_name(code, language)))
    return LongFacts(
        narrow, things=things[:MANY], measures=measures[:MANY], group_names=group_names
    )


def _narrowed(vocabulary: Vocabulary) -> Vocabulary:
    by_length = sorted(vocabulary.places.values(), key=lambda place: -len(place.name))
    country = [place for place in by_length if place.kind is PlaceKind.COUNTRY]
    counties = [place for place in by_length if place.kind is PlaceKind.ADMIN1][:MANY]
    inside = {county.id for county in counties}
    markets = [
        place for place in by_length if place.kind.is_trading_place and place.admin1_id in inside
    ][: 2 * MANY]
    between = {place.parent_id for place in markets} - inside - {None}
    kept = {place.id: place for place in (*country, *counties, *markets)}
    kept |= {id_: vocabulary.places[id_] for id_ in between if id_ is not None}
    words = {
        word: still
        for word, ids in vocabulary.place_words.items()
        if (still := tuple(id_ for id_ in ids if id_ in kept))
    }
    return replace(vocabulary, places=kept, place_words=words)


def made_up(
    names: Sequence[str],
    others: Sequence[str],
    things: Sequence[str],
    measures: Sequence[str],
    *,
    country: CountryEntry,
) -> Vocabulary:
    """A country of these names: a county of each, and in it a market, so that all are shared.

    In the first county there are more markets than a screen holds, those of the other names.
    """
    places = {1: _place(1, country.name, PlaceKind.COUNTRY, None)}
    for number, (name, other) in enumerate(zip(names, others, strict=True)):
        county_id = 100 + number
        places[county_id] = _place(county_id, name, PlaceKind.ADMIN1, county_id)
        places[200 + number] = _place(200 + number, name, PlaceKind.MARKET, county_id)
        places[300 + number] = _place(300 + number, other, PlaceKind.MARKET, 100)
    words: dict[str, tuple[int, ...]] = {}
    for place in places.values():
        words[fold(place.name)] = (*words.get(fold(place.name), ()), place.id)
    units = {f"unit{n}": UnitEntry(f"unit{n}", name) for n, name in enumerate(measures)}
    commodities = {
        f"thing{n}": CommodityEntry(
            f"thing{n}", name, f"unit{n % len(measures)}", list(PriceType)[n % 3], None, n
        )
        for n, name in enumerate(things)
    }
    return Vocabulary(
        country=country,
        places=places,
        commodities=commodities,
        units=units,
        place_words=words,
        commodity_words={fold(name): ((f"thing{n}", "en"),) for n, name in enumerate(things)},
        unit_words={fold(name): (f"unit{n}",) for n, name in enumerate(measures)},
    )


def _place(id_: int, name: str, kind: PlaceKind, admin1_id: int | None) -> PlaceEntry:
    parent_id = {PlaceKind.COUNTRY: None, PlaceKind.ADMIN1: 1}.get(kind, admin1_id)
    return PlaceEntry(id_, str(id_), name, kind, parent_id, admin1_id, None, None, None)
