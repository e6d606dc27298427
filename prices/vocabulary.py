"""The words of the catalogue and the map, in one immutable value that the parser can search.

Built from the database once per change of the reference data (`prices.catalogue`); from there on
it is a plain value: no session, no clock.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prices.kinds import Pace, PlaceKind, PriceType

_APOSTROPHES = re.compile("['’‘`´ʼ]")
# Latin accents go; the vowel signs of Bengali and its neighbours are letters and stay.
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[^\w\u0900-\u0963\u0966-\u0dff]+")

# Signs that every language writes alike; other units go by their names.
_SIGNS = {"litre": "L", "kg": "kg"}


def fold(text: str) -> str:
    """Bring a name to the form in which names are compared: "Murang’a" → "muranga".

    Lower case, no accents, no apostrophes, one space between words.
    """
    if text.isascii() and text.isalpha():  # nearly every word; this keeps the parser quick
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    return _NOT_WORD.sub(" ", _ACCENTS.sub("", decomposed)).strip()


@dataclass(frozen=True)
class CountryEntry:
    """A country's money, clock and language of last resort."""

    code: str
    name: str
    currency: str
    currency_sign: str
    language: str
    timezone: str
    admin1_word: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceEntry:
    """A place as the parser and the phrases need it."""

    id: int
    code: str
    name: str
    kind: PlaceKind
    parent_id: int | None
    admin1_id: int | None
    latitude: float | None
    longitude: float | None
    population: int | None


@dataclass(frozen=True)
class CommodityEntry:
    """A commodity with the name replies use in each language."""

    code: str
    name: str
    base_unit: str
    price_type: PriceType
    shop_code: str | None
    rank: int
    names: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = Pace.STAPLE


@dataclass(frozen=True)
class UnitEntry:
    """A unit with the name replies use in each language."""

    code: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)


# What is worked out from a vocabulary is kept with it: two are the same only if they are one.
@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything one country's people may name, by identity and by folded word.

    It is hashed by identity: whoever works something out of it may keep that beside it.
    `place_words` maps a folded name to every place that bears it; `commodity_words` a folded term
    to (commodity code, language of the term); `unit_words` a folded term to every unit code it may
    mean ("bag" is another weight for maize than for rice).
    """

    country: CountryEntry
    places: Mapping[int, PlaceEntry]
    commodities: Mapping[str, CommodityEntry]
    units: Mapping[str, UnitEntry]
    place_words: Mapping[str, tuple[int, ...]]
    commodity_words: Mapping[str, tuple[tuple[str, str], ...]]
    unit_words: Mapping[str, tuple[str, ...]]
    # Terms of every language: those of others are heard only from somebody who writes theirs.
    commodity_words_anywhere: Mapping[str, tuple[tuple[str, str], ...]] = field(
        default_factory=dict
    )
    # What others worked out from it and refers to it, by whose it is: gone when it is gone.
    beside: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def commodity_name(self, code: str, language: str) -> str:
        """The commodity's name in a language, else in English."""
        entry = self.commodities[code]
        return entry.names.get(language, entry.name)

    def unit_name(self, code: str, language: str) -> str:
        """The unit's name in a language, else in English."""
        entry = self.units[code]
        return entry.names.get(language, entry.name)

    def unit_sign(self, code: str, language: str) -> str:
        """The unit as it stands behind a stroke: L, kg, piece."""
        return _SIGNS.get(code) or self.unit_name(code, language)

    def money_sign(self, currency: str) -> str:
        """How a currency is written here: the country's own by its sign, another by its code."""
        return self.country.currency_sign if currency == self.country.currency else currency

    def admin1_of(self, place_id: int) -> PlaceEntry | None:
        """The county, district or region a place lies in."""
        admin1_id = self.places[place_id].admin1_id
        return None if admin1_id is None else self.places[admin1_id]
