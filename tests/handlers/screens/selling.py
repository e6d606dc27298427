"""Offers of markets and prices that moved, for screens that know no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from handlers.screens.caller import Caller
from handlers.screens.frames import BestMarkets, Root, State, TrendView
from handlers.screens.tree import Step, draw, press
from prices.answers import Published
from prices.comparisons import OtherStep, OwnTrend, PublishedTrend, Sides, Usual
from prices.estimates import Estimate
from prices.kinds import Buyer, PriceType, TransportMode
from prices.nearby import Offer, Selling
from prices.netback import Netback, Terms
from prices.norms import Norm
from prices.vocabulary import PlaceEntry
from tests.handlers.screens.fakes import (
    MOLO,
    NAKURU,
    NJORO_WARD,
    NOON,
    PLACES,
    PlainFacts,
    estimate,
    own_price,
)

NOWHERE = Selling((), None, is_demo=False)


@dataclass(frozen=True)
class SellingFacts(PlainFacts):
    """What is written down, whatever is asked; `asked` keeps what was."""

    selling: Selling = NOWHERE
    moved: OwnTrend | PublishedTrend | None = None
    asked: list[tuple[str, int]] = field(default_factory=list, compare=False)

    def best_markets(self, commodity: str, place_id: int) -> Selling:
        """As written down."""
        self.asked.append((commodity, place_id))
        return self.selling

    def trend(self, commodity: str, place_id: int) -> OwnTrend | PublishedTrend | None:
        """As written down."""
        self.asked.append((commodity, place_id))
        return self.moved

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """None."""
        return []


def on_the_line(
    language: str = "en",
    *,
    selling: Selling = NOWHERE,
    moved: OwnTrend | PublishedTrend | None = None,
) -> Caller:
    """Somebody who asks about this."""
    facts = SellingFacts(selling=selling, moved=moved)
    return Caller(language, facts.vocabulary, facts, NOON)


def seen(frame: BestMarkets | TrendView, caller: Caller, notice: str = "") -> str:
    """What stands on the phone."""
    return draw(State((Root(), frame)), caller, notice)[0].text


def pressed(frame: BestMarkets | TrendView, key: str, caller: Caller) -> Step:
    """Where a key leads to from there."""
    return press(State((Root(), frame)), key, caller)


# Where to sell


def offer(
    price: str,
    place: PlaceEntry = PLACES[MOLO],
    km: float = 25.3,
    buyer: Buyer | None = None,
    *,
    less: str = "0",
    rests_on: Estimate | None = None,
    terms: Terms | None = None,
    price_type: PriceType = PriceType.FARM_GATE,
) -> Offer:
    """So much is paid there, less the bus."""
    mode = TransportMode.BUS if Decimal(less) else None
    return Offer(
        place=place,
        distance_km=km,
        price_type=price_type,
        buyer=buyer,
        terms=terms or Terms(),
        estimate=rests_on or of_reports(4),
        netback=Netback(Decimal(price), transport=Decimal(less), mode=mode),
    )


def of_reports(count: int, days_old: int = 0) -> Estimate:
    """So many reports, the newest so old."""
    newest_at = NOON - timedelta(days=days_old, hours=2)
    return replace(estimate("47", "45", "49"), reports=count, newest_at=newest_at)


TRADER = offer("50", buyer=Buyer.TRADER, less="2", terms=Terms(days_to_pay=0))
PROCESSOR = offer(
    "47", PLACES[NAKURU], 14.2, Buyer.PROCESSOR, less="2", terms=Terms(days_to_pay=14, name="KCC")
)
AT_HOME = offer("44", PLACES[NJORO_WARD], 0)


def sold(*offers: Offer, quantity: str | None = "20", is_demo: bool = False) -> Selling:
    """These offers, reckoned for so much."""
    return Selling(offers, None if quantity is None else Decimal(quantity), is_demo=is_demo)


def longest_sellings(places: Sequence[PlaceEntry]) -> list[Selling]:
    """The longest there is to say of offers at these places, in the longest figures."""
    widest = estimate("9999999", "8888888.75", "9999999.95", is_demo=True)
    offers = [
        Offer(
            place=place,
            distance_km=99.6,
            price_type=PriceType.WHOLESALE,
            buyer=buyer,
            terms=Terms(Decimal("0.1"), Decimal(1), 14, name),
            estimate=replace(widest, reports=188 + number, newest_at=newest_at),
            netback=Netback(
                price=Decimal("9999999"),
                rejected=Decimal(1_000_000 + number),
                bonus=Decimal(1_111_111),
                transport=Decimal(1_222_222),
                mode=TransportMode.MOTORBIKE,
            ),
        )
        for number, (place, buyer, name, newest_at) in enumerate(
            zip(
                places,
                (Buyer.PROCESSOR, Buyer.DIRECT, Buyer.COOPERATIVE),
                (None, None, "New Kenya Co-operative Creameries"),
                (NOON, NOON - timedelta(days=13), NOON - timedelta(days=2)),
                strict=False,
            )
        )
    ]
    shapes = [tuple(offers[:count]) for count in (3, 2, 1)]
    quantities = (Decimal("9999.25"), None)
    return [
        Selling(shape, quantity, is_demo=True) for shape in shapes for quantity in quantities
    ] + [NOWHERE]


# Up or down

KNOWN = Norm(Decimal(44), deviation=0.05, months=60, years=4)
NOVEMBER = Usual(KNOWN, date(2026, 11, 1), PLACES[NAKURU], distance_km=0)
RISEN = OwnTrend(
    now=own_price("milk", PLACES[NAKURU]),
    week_ago=Decimal(45),
    month_ago=Decimal("49.5"),
    usual=NOVEMBER,
    other_step=OtherStep(PriceType.RETAIL, Decimal(62)),
    sides=Sides(sellers=Decimal(46), buyers=Decimal(44)),
)


def published_trend(place: PlaceEntry = PLACES[NAKURU]) -> PublishedTrend:
    """75 in October, after 70 in September and 80 a year before."""
    now = Published(
        "milk", "milk", place, place, 0.0, PriceType.RETAIL, "KES", Decimal(75),
        date(2026, 10, 15), "WFP", None,
    )  # fmt: skip
    return PublishedTrend(now, Decimal(70), Decimal(80), None, None)


def longest_trends(
    place: PlaceEntry, other: PlaceEntry, commodity: str, shop_commodity: str
) -> list[OwnTrend | PublishedTrend | None]:
    """The longest there is to say of a price that moved, in the longest figures."""
    now = replace(
        own_price(commodity, place, is_demo=True),
        price_type=PriceType.WHOLESALE,
        currency="UGX",
        estimate=estimate("9999999", "8888888.75", "9999999.95", is_demo=True),
        markets=188,
    )
    norm = Norm(Decimal(7_777_777), deviation=0.01, months=60, years=5)
    usual = Usual(norm, date(2026, 9, 1), other, distance_km=99.6, markets=188)
    shops = OtherStep(PriceType.RETAIL, Decimal(9_999_998))
    sides = Sides(Decimal(9_999_997), Decimal(9_999_996))
    own = OwnTrend(now, Decimal(8_888_888), Decimal(6_666_666), usual, shops, sides)
    published = Published(
        commodity, shop_commodity, place, other, 99.6, PriceType.RETAIL, "UGX", Decimal(9_999_999),
        date(2025, 9, 15), "A long-named source", None,
    )  # fmt: skip
    series = PublishedTrend(published, Decimal(8_888_888), Decimal(6_666_666), usual, shops)
    return [
        own,
        replace(own, usual=replace(usual, place=place, distance_km=0)),
        replace(own, usual=None, month_ago=None),
        replace(own, usual=None, week_ago=None, month_ago=None),
        series,
        replace(series, usual=None),
        replace(series, usual=None, month_before=None, year_before=None),
        None,
    ]
