"""The tables of the reference data as the desk lists, edits, exports and imports them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from db.base import Base
from prices import reference_checks as checks
from prices.kinds import Buyer, Pace, PlaceKind, PriceType, TransportMode
from prices.models import (
    BuyerTerms,
    Commodity,
    CommodityLoad,
    CommodityTerm,
    Place,
    PlaceAlias,
    PriceBound,
    TransportTariff,
    Unit,
    UnitFactor,
    UnitTerm,
)
from prices.reference_fields import Field, Kind, Known, Value, Values, read_value, written_value

CONFIDENCE = ("exact", "high", "medium", "low")


class BadRow(Exception):  # noqa: N818 – it is what somebody typed, not an error of ours
    """What is wrong with a row, field by field; under "" what is wrong with all of it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name or 'row'}: {fault}" for name, fault in faults.items()))


def _always_first(_: Mapping[str, str]) -> int:
    return 0


@dataclass(frozen=True)
class ReferenceTable:
    """One table: its words, its fields, what makes a row one and the same.

    `is_removable`: no price refers to its rows. `is_versioned`: a row is never edited, a change is
    the next version of it. `one_name_per`: of all rows alike in these fields one has `is_name`.
    """

    name: str  # in addresses, and of its file
    title: str
    one: str
    about: str
    model: type[Base]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    sort: str
    check: checks.Check = checks.nothing
    is_removable: bool = True
    is_versioned: bool = False
    one_name_per: tuple[str, ...] = ()
    wave: Callable[[Mapping[str, str]], int] = _always_first  # what must be there before others
    parts: tuple[tuple[str, str], ...] = ()  # (table, field) that tell more of a row

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by their names."""
        return {one.name: one for one in self.fields}

    @property
    def columns(self) -> list[str]:
        """The header of its file."""
        return [one.name for one in self.fields]

    def read(self, written: Mapping[str, str], known: Known) -> dict[str, Value]:
        """The row that is meant; BadRow says all that is wrong with it."""
        values: dict[str, Value] = {}
        faults: dict[str, str] = {}
        for one in self.fields:
            try:
                values[one.name] = read_value(one, written.get(one.name, ""), known)
            except ValueError as fault:
                faults[one.name] = str(fault)
        if not faults:
            for name, fault_ in self.check(values, known):
                faults.setdefault(name, fault_)
        if faults:
            raise BadRow(faults)
        return values

    def write(self, values: Values) -> dict[str, str]:
        """A row as the form and the file have it."""
        return {one.name: written_value(values[one.name]) for one in self.fields}

    def subject(self, written: Mapping[str, str]) -> str:
        """By which name the log of changes knows a row."""
        named = "/".join(written[name] or "*" for name in self.key)
        return f"{self.one.lower()} {named}"[:80]


def _choices(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


def _source(longest: int = 300) -> Field:
    return Field("source", "Source", longest=longest, hint="Who says so, for whoever asks.")


def _commodity(*, needed: bool = True, fixed: bool = True, hint: str = "") -> Field:
    return Field(
        "commodity_code", "Commodity", Kind.COMMODITY, needed=needed, is_fixed=fixed, hint=hint
    )


def _country(*, needed: bool = True, everywhere: bool = False, hint: str = "") -> Field:
    return Field(
        "country",
        "Country",
        Kind.COUNTRY,
        needed=needed,
        is_fixed=True,
        everywhere=everywhere,
        hint=hint,
    )


def _place(label: str, *, needed: bool = True, hint: str = "") -> Field:
    return Field(
        "place_code",
        label,
        Kind.PLACE,
        needed=needed,
        is_fixed=True,
        column="place_id",
        hint=hint or "The code of a place, as the list of places has it.",
    )


def _amount(name: str, label: str, **more: object) -> Field:
    return Field(name, label, Kind.NUMBER, is_above=True, **more)  # type: ignore[arg-type]


_LANGUAGE = Field("language", "Language", Kind.LANGUAGE, is_fixed=True, longest=8)
_IS_NAME = Field(
    "is_name",
    "Name in replies",
    Kind.YES_NO,
    needed=False,
    hint="Replies in this language use the word; one word has it.",
)
_LOW = _amount("low", "Lowest")
_HIGH = _amount("high", "Highest")
_SIX = {"places": 6, "needed": False}


def _shop_forms_last(row: Mapping[str, str]) -> int:
    """A thing may name another as its shop form: that one has to be there first."""
    return 1 if row.get("shop_code") else 0


def _larger_first(row: Mapping[str, str]) -> int:
    kinds = _choices(PlaceKind)
    return kinds.index(row["kind"]) if row.get("kind") in kinds else 0


TABLES = (
    ReferenceTable(
        "commodities",
        "Commodities",
        "Commodity",
        "What has a price of its own. Its words are a table of their own.",
        Commodity,
        (
            Field("code", "Code", Kind.CODE, longest=40, is_fixed=True),
            Field("name", "Name", Kind.WORD, hint="In English; replies take it from its words."),
            Field(
                "base_unit",
                "Base unit",
                Kind.UNIT,
                is_fixed=True,
                hint="In which its prices are kept: it stays as it is.",
            ),
            Field(
                "price_type",
                "Usual price",
                Kind.CHOICE,
                choices=_choices(PriceType),
                hint="What a price means where nobody says which.",
            ),
            Field(
                "shop_code",
                "Shop form",
                Kind.COMMODITY,
                needed=False,
                hint="Where its shop price stands, when shops sell it under another name.",
            ),
            Field(
                "rank",
                "Rank",
                Kind.WHOLE,
                most=Decimal(9999),
                hint="The lowest stand first on menus.",
            ),
            Field(
                "pace",
                "Pace",
                Kind.CHOICE,
                choices=_choices(Pace),
                hint="How fast its price moves, and how long a report is recent.",
            ),
        ),
        key=("code",),
        sort="rank",
        check=checks.commodity,
        is_removable=False,
        wave=_shop_forms_last,
        parts=(
            ("commodity_terms", "commodity_code"),
            ("unit_factors", "commodity_code"),
            ("price_bounds", "commodity_code"),
            ("commodity_loads", "commodity_code"),
            ("buyer_terms", "commodity_code"),
        ),
    ),
    ReferenceTable(
        "commodity_terms",
        "Words for commodities",
        "Commodity word",
        "What people text for a commodity, in every language.",
        CommodityTerm,
        (
            _commodity(),
            _LANGUAGE,
            Field("term", "Word", Kind.WORD, is_fixed=True),
            Field(
                "confidence", "How sure", Kind.CHOICE, choices=("high", "medium", "low"), longest=10
            ),
            _IS_NAME,
        ),
        key=("commodity_code", "language", "term"),
        sort="commodity_code",
        one_name_per=("commodity_code", "language"),
    ),
    ReferenceTable(
        "units",
        "Units",
        "Unit",
        "Measures by their codes. How much one holds stands in the factors.",
        Unit,
        (
            Field("code", "Code", Kind.CODE, longest=20, is_fixed=True),
            Field("name", "Name", Kind.WORD, longest=40, hint="In English, one of it."),
        ),
        key=("code",),
        sort="code",
        is_removable=False,
        parts=(("unit_terms", "unit_code"), ("unit_factors", "unit_code")),
    ),
    ReferenceTable(
        "unit_terms",
        "Words for units",
        "Unit word",
        "What people text for a unit, everywhere (*) or in one country.",
        UnitTerm,
        (
            Field("unit_code", "Unit", Kind.UNIT, is_fixed=True),
            _country(everywhere=True, hint="* in every country."),
            _LANGUAGE,
            Field("term", "Word", Kind.WORD, longest=40, is_fixed=True),
            _IS_NAME,
        ),
        key=("unit_code", "country", "language", "term"),
        sort="unit_code",
        one_name_per=("unit_code", "country", "language"),
    ),
    ReferenceTable(
        "unit_factors",
        "Unit factors",
        "Unit factor",
        "How much of the base unit a unit holds. A change is a new version: prices that were told "
        "by the old one stay as they were worked out.",
        UnitFactor,
        (
            Field("unit_code", "Unit", Kind.UNIT, is_fixed=True),
            _country(needed=False, hint="Empty: in every country."),
            _commodity(needed=False, hint="Empty: of everything with that base unit."),
            _place("Place", needed=False, hint="Empty: in the whole country."),
            Field("base_unit", "Base unit", Kind.UNIT, is_fixed=True),
            _amount(
                "quantity",
                "Holds",
                hint="So many base units. Empty: nobody knows, and people are asked.",
                **_SIX,
            ),
            _amount("low", "Lowest", **_SIX),
            _amount("high", "Highest", **_SIX),
            Field(
                "confidence",
                "How sure",
                Kind.CHOICE,
                choices=CONFIDENCE,
                hint="Low: nobody vouches for it, and people are asked.",
            ),
            Field("valid_from", "Valid from", Kind.DAY),
            _source(),
        ),
        key=("unit_code", "country", "commodity_code", "place_code"),
        sort="unit_code",
        check=checks.factor,
        is_removable=False,
        is_versioned=True,
    ),
    ReferenceTable(
        "places",
        "Places",
        "Place",
        "The map: countries, counties, districts, wards and markets.",
        Place,
        (
            Field("code", "Code", Kind.CODE, is_fixed=True, hint="Such as ke-nakuru-molo."),
            _country(),
            Field("kind", "Kind", Kind.CHOICE, choices=_choices(PlaceKind), is_fixed=True),
            Field(
                "parent_code",
                "Lies in",
                Kind.PLACE,
                needed=False,
                column="parent_id",
                hint="The code of the place above it.",
            ),
            Field("name", "Name", Kind.WORD),
            Field(
                "latitude",
                "Latitude",
                Kind.DEGREES,
                needed=False,
                places=6,
                least=Decimal(-90),
                most=Decimal(90),
            ),
            Field(
                "longitude",
                "Longitude",
                Kind.DEGREES,
                needed=False,
                places=6,
                least=Decimal(-180),
                most=Decimal(180),
            ),
            Field(
                "population",
                "People",
                Kind.WHOLE,
                needed=False,
                most=Decimal(2_000_000_000),
                hint="Of namesakes the largest is meant.",
            ),
            _source(40),
        ),
        key=("code",),
        sort="code",
        check=checks.place,
        is_removable=False,
        wave=_larger_first,
        parts=(
            ("place_aliases", "place_code"),
            ("buyer_terms", "place_code"),
            ("unit_factors", "place_code"),
        ),
    ),
    ReferenceTable(
        "place_aliases",
        "Other names of places",
        "Place name",
        "Nicknames, abbreviations, old spellings.",
        PlaceAlias,
        (_place("Place"), Field("alias", "Name", Kind.WORD, is_fixed=True)),
        key=("place_code", "alias"),
        sort="alias",
    ),
    ReferenceTable(
        "buyer_terms",
        "Buyers’ terms",
        "Buyer’s terms",
        "What a kind of buyer does besides naming a price: rejects, bonus, days to pay.",
        BuyerTerms,
        (
            _place("Place", hint="A market, a county or the country, by its code."),
            _commodity(),
            Field("buyer", "Buyer", Kind.CHOICE, choices=_choices(Buyer), is_fixed=True),
            Field("name", "Name", Kind.WORD, needed=False, longest=40, hint="Where it is one."),
            Field(
                "reject_share",
                "Share rejected",
                Kind.NUMBER,
                most=Decimal("0.9999"),
                hint="Of what is brought: 5 % is 0.05.",
            ),
            Field("bonus", "Bonus", Kind.NUMBER, hint="Per base unit, on top of the price."),
            Field(
                "days_to_pay",
                "Days to pay",
                Kind.WHOLE,
                needed=False,
                most=Decimal(3650),
                hint="0 is cash; empty: not known.",
            ),
            _source(),
        ),
        key=("place_code", "commodity_code", "buyer"),
        sort="place_code",
    ),
    ReferenceTable(
        "transport_tariffs",
        "Transport tariffs",
        "Transport tariff",
        "What carrying costs, for a load: so much a journey and so much a kilometre. The newest "
        "line of a way counts.",
        TransportTariff,
        (
            _country(),
            Field("mode", "By", Kind.CHOICE, choices=_choices(TransportMode), is_fixed=True),
            Field("valid_from", "Valid from", Kind.DAY, is_fixed=True),
            _amount("base_fare", "A journey", hint="In the country's money."),
            Field("fare_per_km", "A kilometre", Kind.NUMBER),
            _amount("load_kg", "Load in kg"),
            Field(
                "most_loads",
                "Most loads",
                Kind.WHOLE,
                is_above=True,
                most=Decimal(10_000),
                hint="More than so many nobody sends that way.",
            ),
            _source(),
        ),
        key=("country", "mode", "valid_from"),
        sort="mode",
    ),
    ReferenceTable(
        "price_bounds",
        "Price bounds",
        "Price bound",
        "Between which prices a base unit is sold at all: they hold where nobody has told yet.",
        PriceBound,
        (_country(), _commodity(), _LOW, _HIGH, _source()),
        key=("country", "commodity_code"),
        sort="commodity_code",
        check=checks.bound,
    ),
    ReferenceTable(
        "commodity_loads",
        "Usual loads",
        "Usual load",
        "How much of a thing somebody takes to a market who does not say, and what it weighs.",
        CommodityLoad,
        (
            _commodity(),
            _amount("quantity", "Quantity", hint="In base units."),
            _amount("kg_per_base_unit", "Kg per base unit"),
            _source(),
        ),
        key=("commodity_code",),
        sort="commodity_code",
    ),
)
BY_NAME: Mapping[str, ReferenceTable] = {table.name: table for table in TABLES}
