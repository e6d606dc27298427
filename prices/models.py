"""The tables of the price store: what is sold, in which units, where, and for how much."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Exact
from prices.kinds import (
    Buyer,
    ObservationStatus,
    Pace,
    PlaceKind,
    PriceType,
    Side,
    TransportMode,
)


class Country(Base):
    """A country served: its money, its clock, the language of last resort."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)  # ISO 3166-1
    name: Mapped[str] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3))  # ISO 4217
    # How its money stands before a figure in a text: "KES", "S/", "Tk".
    currency_sign: Mapped[str] = mapped_column(String(6))
    language: Mapped[str] = mapped_column(String(8))  # BCP 47
    # What people there write in, with spaces between: in Kenya "am" is English, not a mango.
    languages: Mapped[str] = mapped_column(String(80))
    timezone: Mapped[str] = mapped_column(String(40))  # IANA
    admin1_word: Mapped[str] = mapped_column(String(20))  # "county", "district", "region"


class Commodity(Base):
    """A thing with a price of its own: camel milk is not cow's milk."""

    __tablename__ = "commodity"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    base_unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    # What an unnamed price of it means: milk is told at the farm gate, flour in the shop.
    price_type: Mapped[PriceType]
    # Where its shop price stands when shops sell it under another name: milk → packet milk.
    shop_code: Mapped[str | None] = mapped_column(ForeignKey("commodity.code"))
    # Commodities offered first on menus have the lowest rank.
    rank: Mapped[int] = mapped_column(default=100)
    pace: Mapped[Pace] = mapped_column(default=Pace.STAPLE)


class CommodityTerm(Base):
    """A word people use for a commodity; `is_name` marks the one replies use in that language."""

    __tablename__ = "commodity_term"
    __table_args__ = (UniqueConstraint("commodity_code", "language", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    language: Mapped[str] = mapped_column(String(8))
    term: Mapped[str] = mapped_column(String(80))
    confidence: Mapped[str] = mapped_column(String(10))
    is_name: Mapped[bool] = mapped_column(default=False)


class Unit(Base):
    """A measure by its code: `litre`, `kg`, `bag_90kg`, `debe`."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class UnitTerm(Base):
    """A word for a unit, `*` in every country or in one."""

    __tablename__ = "unit_term"
    __table_args__ = (UniqueConstraint("unit_code", "country", "language", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8))
    term: Mapped[str] = mapped_column(String(40))
    is_name: Mapped[bool] = mapped_column(default=False)


class UnitFactor(Base):
    """How much of a commodity's base unit one unit holds: a debe of maize is not one of potatoes.

    Factors are never edited: a better one is a higher version, so that an old price can be
    worked out again as it was. `quantity` is null where nobody knows: then we ask.
    """

    __tablename__ = "unit_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    # unit/country/commodity/place, "*" for any: with the version this is the factor's identity.
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    base_unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    country: Mapped[str | None] = mapped_column(ForeignKey("country.code"))
    commodity_code: Mapped[str | None] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[Decimal | None] = mapped_column(Exact(6))
    low: Mapped[Decimal | None] = mapped_column(Exact(6))
    high: Mapped[Decimal | None] = mapped_column(Exact(6))
    confidence: Mapped[str] = mapped_column(String(10))  # exact, high, medium, low
    source: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]

    __table_args__ = (UniqueConstraint("key", "version"),)


class Place(Base):
    """A place on the map, from a country down to a market or a ward."""

    __tablename__ = "place"
    __table_args__ = (
        # The children of a place, by name, for menus and roll-ups.
        Index("ix_place_parent_kind_name", "parent_id", "kind", "name"),
        # The trading places of a country, for the nearest one.
        Index("ix_place_country_kind", "country", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)  # a slug: ke-nakuru-molo
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    kind: Mapped[PlaceKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    # The admin1 above, itself for an admin1: the county of a market in one look.
    admin1_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(40))


class PlaceAlias(Base):
    """Another name for a place: a nickname, an abbreviation, an old spelling."""

    __tablename__ = "place_alias"
    __table_args__ = (UniqueConstraint("place_id", "alias"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    alias: Mapped[str] = mapped_column(String(80))


class ReferenceStamp(Base):
    """Counts every change of the reference data: a process sees that its copy is old."""

    __tablename__ = "reference_stamp"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int]


class PublishedPrice(Base):
    """One price of a published series, kept as the publisher gave it and per base unit."""

    __tablename__ = "published_price"
    __table_args__ = (
        UniqueConstraint(
            "source", "place_id", "product", "price_type", "unit_quoted", "currency", "priced_on"
        ),
        # The newest month of one commodity at one place.
        Index("ix_published_price_series", "commodity_code", "place_id", "price_type", "priced_on"),
        # What was lately published at the places of a county, for menus.
        Index("ix_published_price_place", "place_id", "priced_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20))  # "WFP"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    product: Mapped[str] = mapped_column(String(80))  # the publisher's own words
    price_type: Mapped[PriceType]
    priced_on: Mapped[date]  # the publisher's date; WFP's is a month, told by its 15th
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[Decimal]  # per unit_quoted
    unit_quoted: Mapped[str] = mapped_column(String(20))
    price_per_base_unit: Mapped[Decimal]
    flag: Mapped[str] = mapped_column(String(20))  # WFP: actual, aggregate


class PriceObservation(Base):
    """One reported price, with the words it came in and what was made of them."""

    __tablename__ = "price_observation"
    __table_args__ = (
        # A day of one cell, to work its belief out again.
        Index(
            "ix_price_observation_day", "commodity_code", "place_id", "price_type", "reported_on"
        ),
        # The last twenty reports of somebody, for their record and their score.
        Index("ix_price_observation_reporter", "reporter_id", "reported_at"),
        # What waits for an answer, or for the moderators.
        Index("ix_price_observation_status", "status", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Where it came from, once: "sms:<inbound id>:<item>", "ussd:<session>:<step>".
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    buyer: Mapped[Buyer | None]
    grade: Mapped[str | None] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[Decimal]  # per unit_code, as quoted
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    unit_factor_id: Mapped[int | None] = mapped_column(ForeignKey("unit_factor.id"))
    price_per_base_unit: Mapped[Decimal]
    quantity: Mapped[Decimal | None]  # in unit_code
    reported_at: Mapped[datetime]
    reported_on: Mapped[date]  # the same by the country's own clock: one vote a person and day
    raw_text: Mapped[str] = mapped_column(Text)
    status: Mapped[ObservationStatus] = mapped_column(default=ObservationStatus.ACCEPTED)
    # Its reporter was asked back and stands by it.
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    # What the filter says of it, seen from everybody else's reports of its cell and day: by how
    # much it is off (log of the ratio), how well that is known, and how probably it is a slip.
    error: Mapped[float | None]
    error_deviation: Mapped[float | None]
    slip_probability: Mapped[float | None]
    # What was known of its reporter when it came; by this it is weighed, now and ever again.
    reporter_bias: Mapped[float | None]
    reporter_noise: Mapped[float | None]
    reporter_slip_share: Mapped[float | None]
    side: Mapped[Side | None]  # None: they did not say whether they sell or buy


class ObservationChange(Base):
    """A report changed its standing: from what to what, when, by whom and why."""

    __tablename__ = "price_observation_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("price_observation.id"), index=True)
    old_status: Mapped[ObservationStatus | None]  # None: it came in
    new_status: Mapped[ObservationStatus]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(40))  # "door", "reporter", "clock", "staff:<id>"
    reason: Mapped[str] = mapped_column(Text)


class PriceCell(Base):
    """What is published of one cell: the row that answers a question.

    A cell is a commodity at a place for a price type, over all buyers and grades ("") or for one.
    """

    __tablename__ = "price_cell"
    __table_args__ = (
        UniqueConstraint("commodity_code", "place_id", "price_type", "buyer", "grade"),
        # Where in the country a commodity was lately reported for a price type: the nearest one.
        Index("ix_price_cell_recent", "commodity_code", "price_type", "newest_at", "place_id"),
        # The cells of a place, for menus.
        Index("ix_price_cell_place", "place_id", "newest_at"),
        # Those whose range has to be widened because days passed.
        Index("ix_price_cell_estimated", "estimated_on", "newest_at"),
        # Those with reports that the filter has not seen yet.
        Index("ix_price_cell_pending", "pending_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    price_type: Mapped[PriceType]
    buyer: Mapped[str] = mapped_column(String(20))  # a Buyer, "" for all
    grade: Mapped[str] = mapped_column(String(40))  # "" for all
    currency: Mapped[str] = mapped_column(String(3))
    # The first day whose reports are not in the belief yet; None: all are.
    pending_from: Mapped[date | None]
    # The estimate per base unit, as of the end of this day by the country's clock.
    estimated_on: Mapped[date | None]
    price: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    reports: Mapped[int] = mapped_column(default=0)
    reporters: Mapped[int] = mapped_column(default=0)
    newest_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    has_demo: Mapped[bool] = mapped_column(default=False)  # of any age
    # How often that was worked out: who thought of a report beside fewer has to think again.
    hearings: Mapped[int] = mapped_column(default=0, server_default="0")


class CellBelief(Base):
    """A checkpoint: what was believed of a cell's price at the end of a day with reports."""

    __tablename__ = "cell_belief"

    cell_id: Mapped[int] = mapped_column(ForeignKey("price_cell.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int]  # of the filter's parameters: another one is worked out again
    belief: Mapped[bytes] = mapped_column(LargeBinary)


class EstimateMark(Base):
    """A cell over all buyers and grades as it was last looked at, to see whether it has changed.

    `is_real`: as if nobody had made up reports to show how Bei works.
    """

    __tablename__ = "estimate_mark"

    cell_id: Mapped[int] = mapped_column(ForeignKey("price_cell.id"), primary_key=True)
    is_real: Mapped[bool] = mapped_column(primary_key=True)
    # How often it was looked at: who comes second finds another number, and leaves it.
    number: Mapped[int]
    # The cell's row as it stood then.
    estimated_on: Mapped[date | None]
    price: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    reports: Mapped[int]
    reporters: Mapped[int]
    newest_at: Mapped[datetime | None]
    has_demo: Mapped[bool]
    # What a reader was told, as `prices.open_price` writes it; empty: no recent price.
    told: Mapped[dict[str, Any]]
    is_told: Mapped[bool]


class PriceBound(Base):
    """Between which prices per base unit a thing can be sold at all, where nobody has told yet."""

    __tablename__ = "price_bound"
    __table_args__ = (UniqueConstraint("country", "commodity_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    low: Mapped[Decimal]
    high: Mapped[Decimal]
    source: Mapped[str] = mapped_column(Text)


class TransportTariff(Base):
    """What a way of carrying goods costs in a country: so much a journey, so much a kilometre.

    Both are for one load: a whole hire, or a sack or can on a bus. The newest line counts.
    """

    __tablename__ = "transport_tariff"
    __table_args__ = (UniqueConstraint("country", "mode", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(ForeignKey("country.code"))
    mode: Mapped[TransportMode]
    base_fare: Mapped[Decimal]  # in the country's money
    fare_per_km: Mapped[Decimal]
    load_kg: Mapped[Decimal]
    most_loads: Mapped[int]  # more than so many of them nobody sends that way
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(Text)


class CommodityLoad(Base):
    """How much of a commodity somebody takes to a market who does not say, and what it weighs."""

    __tablename__ = "commodity_load"

    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"), unique=True)
    quantity: Mapped[Decimal]  # in base units
    kg_per_base_unit: Mapped[Decimal]
    source: Mapped[str] = mapped_column(Text)


class TransportFare(Base):
    """What somebody says that they pay to take a load from one place to another."""

    __tablename__ = "transport_fare"
    __table_args__ = (
        # The fares of the last months from a place, and from the county around it, either way.
        Index("ix_transport_fare_from", "from_place_id", "reported_at"),
        Index("ix_transport_fare_to", "to_place_id", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_key: Mapped[str] = mapped_column(String(120), unique=True)  # "sms:<inbound id>"
    reporter_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    from_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    to_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    commodity_code: Mapped[str | None] = mapped_column(ForeignKey("commodity.code"))
    currency: Mapped[str] = mapped_column(String(3))
    fare: Mapped[Decimal]  # for the whole load
    quantity: Mapped[Decimal]  # in unit_code, as said
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    load_kg: Mapped[Decimal]
    mode: Mapped[TransportMode | None]
    reported_at: Mapped[datetime]
    raw_text: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)


class BuyerTerms(Base):
    """What a kind of buyer does besides naming a price, at a market, in a county or everywhere."""

    __tablename__ = "buyer_terms"
    __table_args__ = (UniqueConstraint("place_id", "commodity_code", "buyer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    commodity_code: Mapped[str] = mapped_column(ForeignKey("commodity.code"))
    buyer: Mapped[Buyer]
    name: Mapped[str | None] = mapped_column(String(40))  # "KCC", where there is one of its kind
    reject_share: Mapped[Decimal]  # of what is brought, 0 to 1
    bonus: Mapped[Decimal]  # per base unit, on top of the price
    days_to_pay: Mapped[int | None]  # 0: cash; None: not known
    source: Mapped[str] = mapped_column(Text)
