"""The catalogue as a process holds it, and the conversion of units into base units."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from prices.menus import Menus
from prices.models import (
    Commodity,
    CommodityTerm,
    Country,
    Place,
    PlaceAlias,
    ReferenceStamp,
    Unit,
    UnitFactor,
    UnitTerm,
)
from prices.vocabulary import (
    CommodityEntry,
    CountryEntry,
    PlaceEntry,
    UnitEntry,
    Vocabulary,
    fold,
)

T = TypeVar("T")

# The vocabulary of a country, as somebody holds it.
VocabularyOf = Callable[[Session, str], Vocabulary]

ANY = "*"
ONE = Decimal(1)
# Below this nobody vouches for a factor: the person is asked instead.
UNRELIABLE = "low"


def load_vocabulary(session: Session, country: str) -> Vocabulary:
    """Everything one country's people may name; an unknown country is a LookupError."""
    entry = _country(session, country)
    places = _places(session, country)
    words = _commodity_words(session)
    return Vocabulary(
        country=entry,
        places=places,
        commodities=_commodities(session),
        units=_units(session, country),
        place_words=_place_words(session, country, places),
        commodity_words=_in_languages(words, entry.languages),
        unit_words=_unit_words(session, country),
        commodity_words_anywhere=words,
    )


# Of the reference data. Asked by every text and every hop: without an object for its one number.
VERSION = select(ReferenceStamp.__table__.c.version).scalar_subquery()
_VERSION = Prepared(select(VERSION))


class Catalogue:
    """Vocabularies, read once per change of the reference data and shared by all threads.

    Beside them `menus`, read once a minute.
    """

    def __init__(self, default_country: str = "KE") -> None:
        self.default_country = default_country
        self._lock = Lock()
        self.menus = Menus()
        self._version = -1
        self._vocabularies: dict[str, Vocabulary] = {}

    def vocabulary(self, session: Session, country: str, version: int | None = None) -> Vocabulary:
        """The country's vocabulary; where we do not serve, the default country's.

        `version` is what `VERSION` was found to be, by whoever read it beside something else.
        """
        if version is None:
            row = _VERSION.first(session, {})
            version = None if row is None else row[0]
        held = self._held(version or 0)
        if country not in held:
            # Two threads may both read it once; that costs less than making all wait for one.
            held[country] = self._load(session, country)
        return held[country]

    def _held(self, version: int) -> dict[str, Vocabulary]:
        with self._lock:
            if version != self._version:
                self._version = version
                self._vocabularies = {}
            return self._vocabularies

    def _load(self, session: Session, country: str) -> Vocabulary:
        if session.get(Country, country) is not None:
            return load_vocabulary(session, country)
        # A stranger may write in any language we know, and measure as at home.
        default = load_vocabulary(session, self.default_country)
        return replace(
            default,
            country=replace(default.country, languages=()),
            commodity_words=default.commodity_words_anywhere,
            unit_words=_unit_words(session, country),
        )


@dataclass(frozen=True)
class Conversion:
    """How many base units one unit holds; `factor_id` None: it is the base unit itself."""

    factor_id: int | None
    quantity: Decimal


def convert(
    session: Session, *, commodity: str, unit: str, country: str, place_id: int | None, on: date
) -> Conversion | None:
    """Find the factor that fits best; None where nobody knows it well enough: then we ask."""
    base_unit = session.scalar(select(Commodity.base_unit).where(Commodity.code == commodity))
    if unit == base_unit:
        return Conversion(None, ONE)
    fitting = _factors(
        commodity=commodity, base_unit=base_unit, country=country, place_id=place_id, on=on
    )
    return best_conversion(session.scalars(fitting.where(UnitFactor.unit_code == unit)))


def conversions(
    session: Session, *, commodity: str, country: str, place_id: int | None, on: date
) -> dict[str, Conversion]:
    """Every unit in which a commodity may be priced there, with the factor that fits best."""
    base_unit = session.scalar(select(Commodity.base_unit).where(Commodity.code == commodity))
    fitting = _factors(
        commodity=commodity, base_unit=base_unit, country=country, place_id=place_id, on=on
    )
    by_unit: defaultdict[str, list[UnitFactor]] = defaultdict(list)
    for factor in session.scalars(fitting.order_by(UnitFactor.id)):
        by_unit[factor.unit_code].append(factor)
    found = {unit: best_conversion(factors) for unit, factors in by_unit.items()}
    if base_unit is not None:
        found[base_unit] = Conversion(None, ONE)
    return {unit: conversion for unit, conversion in found.items() if conversion is not None}


def _factors(
    *,
    commodity: str,
    base_unit: str | None,
    country: str,
    place_id: int | None,
    on: date,
) -> Select[UnitFactor]:
    return select(UnitFactor).where(
        UnitFactor.base_unit == base_unit,
        UnitFactor.valid_from <= on,
        or_(UnitFactor.country.is_(None), UnitFactor.country == country),
        or_(UnitFactor.commodity_code.is_(None), UnitFactor.commodity_code == commodity),
        or_(UnitFactor.place_id.is_(None), UnitFactor.place_id == place_id),
    )


def best_conversion(fitting: Iterable[UnitFactor]) -> Conversion | None:
    """The nearest and newest of the factors that fit; None where nobody vouches for it."""
    best = max(fitting, key=_fit, default=None)
    if best is None or best.quantity is None or best.confidence == UNRELIABLE:
        return None
    return Conversion(best.id, best.quantity)


def _fit(factor: UnitFactor) -> tuple[bool, bool, bool, int]:
    return (
        factor.place_id is not None,
        factor.commodity_code is not None,
        factor.country is not None,
        factor.version,
    )


def _country(session: Session, code: str) -> CountryEntry:
    country = session.get(Country, code)
    if country is None:
        raise LookupError(f"no country has the code {code}")
    return CountryEntry(
        code=country.code,
        name=country.name,
        currency=country.currency,
        currency_sign=country.currency_sign,
        language=country.language,
        timezone=country.timezone,
        admin1_word=country.admin1_word,
        languages=tuple(country.languages.split()),
    )


def _places(session: Session, country: str) -> dict[int, PlaceEntry]:
    found = session.execute(
        select(
            Place.id,
            Place.code,
            Place.name,
            Place.kind,
            Place.parent_id,
            Place.admin1_id,
            Place.latitude,
            Place.longitude,
            Place.population,
        )
        .where(Place.country == country)
        .order_by(Place.id)
    )
    return {row.id: PlaceEntry(*row) for row in found}


def _place_words(
    session: Session, country: str, places: Mapping[int, PlaceEntry]
) -> dict[str, tuple[int, ...]]:
    aliases = session.execute(
        select(PlaceAlias.alias, PlaceAlias.place_id)
        .join(Place, Place.id == PlaceAlias.place_id)
        .where(Place.country == country)
        .order_by(PlaceAlias.id)
    )
    # Of several places with one name the most populous comes first.
    largest_first = sorted(places.values(), key=lambda place: -(place.population or 0))
    named = [(place.name, place.id) for place in largest_first]
    return _index(
        (word, place_id) for name, place_id in [*named, *aliases] for word in _spellings(name)
    )


def _spellings(name: str) -> tuple[str, ...]:
    """A name folded, and run together: people text "olkalou" for Ol Kalou."""
    folded = fold(name)
    return (folded, folded.replace(" ", ""))


def _index(words: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: defaultdict[str, dict[T, None]] = defaultdict(dict)  # a set that keeps its order
    for word, meaning in words:
        found[word][meaning] = None
    return {word: tuple(meanings) for word, meanings in found.items()}


def _commodities(session: Session) -> dict[str, CommodityEntry]:
    names = _names(
        session.execute(
            select(CommodityTerm.commodity_code, CommodityTerm.language, CommodityTerm.term).where(
                CommodityTerm.is_name
            )
        )
    )
    found = session.execute(
        select(
            Commodity.code,
            Commodity.name,
            Commodity.base_unit,
            Commodity.price_type,
            Commodity.shop_code,
            Commodity.rank,
            Commodity.pace,
        ).order_by(Commodity.rank, Commodity.code)
    )
    return {
        row.code: CommodityEntry(
            row.code,
            row.name,
            row.base_unit,
            row.price_type,
            row.shop_code,
            row.rank,
            names[row.code],
            row.pace,
        )
        for row in found
    }


def _commodity_words(session: Session) -> dict[str, tuple[tuple[str, str], ...]]:
    """Every term of every language."""
    found = session.execute(
        select(CommodityTerm.term, CommodityTerm.commodity_code, CommodityTerm.language).order_by(
            CommodityTerm.id
        )
    )
    return _index(
        (word, (code, language)) for term, code, language in found for word in _spellings(term)
    )


def _in_languages(
    words: Mapping[str, tuple[tuple[str, str], ...]], languages: Iterable[str]
) -> dict[str, tuple[tuple[str, str], ...]]:
    heard = frozenset(languages)
    return {
        word: here
        for word, meanings in words.items()
        if (here := tuple(meaning for meaning in meanings if meaning[1] in heard))
    }


def _units(session: Session, country: str) -> dict[str, UnitEntry]:
    names = _names(
        session.execute(
            select(UnitTerm.unit_code, UnitTerm.language, UnitTerm.term)
            .where(UnitTerm.is_name, UnitTerm.country.in_([ANY, country]))
            .order_by(UnitTerm.country)  # "*" first: the country's own name wins
        )
    )
    found = session.execute(select(Unit.code, Unit.name))
    return {code: UnitEntry(code, name, names[code]) for code, name in found}


def _unit_words(session: Session, country: str) -> dict[str, tuple[str, ...]]:
    found = session.execute(
        select(UnitTerm.term, UnitTerm.unit_code)
        .where(UnitTerm.country.in_([ANY, country]))
        .order_by(UnitTerm.id)
    )
    return _index((fold(term), code) for term, code in found)


def _names(terms: Iterable[tuple[str, str, str]]) -> defaultdict[str, dict[str, str]]:
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for code, language, term in terms:
        names[code][language] = term
    return names
