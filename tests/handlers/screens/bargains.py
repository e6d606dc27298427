"""How a group could sell better, as plain values: nothing known, and the longest there can be."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from groups.alert_rules import Usually
from groups.bargaining import BuyerRecord, Card, Supply, Told
from groups.products import Choice, Making, Sold, choice, makings
from prices.estimates import Confidence, Estimate
from prices.kinds import Buyer, PriceType
from prices.nearby import Offer
from prices.netback import Netback, Terms
from prices.vocabulary import PlaceEntry

TODAY = date(2026, 11, 24)
THIS_MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
NO_MILK = Supply(30, 0, Decimal(0))
NO_CARD = Card(TODAY, NO_MILK)
NO_CHOICE = choice(Decimal(1), None, None, makings("KE"), {}, {})
WIDEST, NEARLY = Decimal("9999999.99"), Decimal("8888888.75")
LONG_BUYER = "Ushirika wa Wafugaji wa Ng'ombe wa Maziwa wa Githunguri na Komothai na Kiambu"


@dataclass(frozen=True)
class WrittenSelling:
    """What is written down; without that an honest nothing."""

    names: Sequence[str] = ()
    written: Card = NO_CARD
    choice: Choice = field(default=NO_CHOICE)

    def buyers(self) -> Sequence[str]:
        """As written down."""
        return self.names

    def card(self, buyer: str | None) -> Card:
        """The same for whichever buyer."""
        return self.written if buyer is None else replace(self.written, asked=buyer)

    def products(self) -> Choice:
        """As written down."""
        return self.choice


def told_at(place: PlaceEntry, distance_km: float = 0.0, *, people: int = 4) -> Told:
    """44 to 50, by six reports of this morning."""
    estimate = Estimate(
        Decimal(47), Decimal(44), Decimal(50), 6, people, THIS_MORNING, Confidence.GOOD, False
    )
    return Told(estimate, place, distance_km)


def buyer(name: str, price: int | Decimal, days: int | None = None, **more: object) -> BuyerRecord:
    """Somebody who took 1,000 litres lately."""
    values: dict[str, object] = {
        "kind": None, "litres": Decimal(1000), "last_on": TODAY, "is_lately": True,
        "days_to_pay": days,
    }  # fmt: skip
    return BuyerRecord(name=name, price=Decimal(price), **(values | more))  # type: ignore[arg-type]


def offer(place: PlaceEntry, price: int | Decimal, transport: int | Decimal = 0) -> Offer:
    """What somebody pays at a market 25 km away."""
    estimate = Estimate(
        Decimal(price), Decimal(price), Decimal(price), 4, 4, THIS_MORNING, Confidence.GOOD, False
    )
    return Offer(
        place, 25.0, PriceType.FARM_GATE, None, Terms(), estimate,
        Netback(Decimal(price), transport=Decimal(transport)),
    )  # fmt: skip


def longest_bargains(place: PlaceEntry, commodity: str) -> list[WrittenSelling]:
    """Everything that a card and a choice can say, as wide as it can be; much of it; nothing."""
    wide = replace(told_at(place).estimate, low=NEARLY, high=WIDEST, reports=999, reporters=888)
    late: dict[str, object] = {
        "refused": Decimal("0.999"), "owed": WIDEST, "owed_since": TODAY - timedelta(days=119),
    }  # fmt: skip
    names = [f"{LONG_BUYER} {number}" for number in range(9)]
    far = replace(
        offer(place, WIDEST, NEARLY),
        buyer=Buyer.PROCESSOR,
        price_type=PriceType.WHOLESALE,
        terms=Terms(name=LONG_BUYER, days_to_pay=120),
    )
    whole = Card(
        today=TODAY,
        supply=Supply(
            30, 30, Decimal(99_999), Decimal(88_888), Decimal(99_999), Decimal("0.999"),
            Decimal("0.999"),
        ),
        target=buyer(names[0], 44, 120, **late),
        others=tuple(buyer(name, NEARLY, 99, **late) for name in names[1:]),
        told=Told(wide, place, 99.0),
        elsewhere=far,
        usual=Usually(WIDEST, 0.1, date(2026, 9, 1)),
        is_demo=True,
    )  # fmt: skip
    some = replace(
        whole,
        target=buyer(LONG_BUYER, WIDEST, None, is_lately=False, **late),
        others=(),
        told=told_at(place, 99.0, people=1),
        elsewhere=None,
        usual=Usually(WIDEST, 0.1, None),
    )
    making = Making(commodity, ("butter", "ghee"), Decimal("28.75"), WIDEST)
    sold = Sold(WIDEST, PriceType.RETAIL, place, 99.0, 999, THIS_MORNING, is_demo=True)
    made = [replace(making, products=pair) for pair in (("butter", "ghee"), ("lala", "yoghurt"))]
    choices = [
        choice(Decimal(1), WIDEST, None, made, {commodity: sold}, {}),
        choice(Decimal(1), None, sold, made, {}, {}),
    ]
    return [
        WrittenSelling(names, whole, choices[0]),
        WrittenSelling(names[:1], some, choices[1]),
        WrittenSelling(),
    ]
