"""A small country to try the message language on: few places, but every kind of namesake."""

from handlers.commands import Command, Item, PriceQuery, PriceReport
from handlers.parser import Sender, parse
from prices.kinds import PlaceKind, PriceType
from prices.vocabulary import (
    CommodityEntry,
    CountryEntry,
    PlaceEntry,
    UnitEntry,
    Vocabulary,
    fold,
)

KENYA, NAKURU_COUNTY, KIAMBU_COUNTY, NYERI_COUNTY, BUNGOMA_COUNTY = 1, 2, 3, 4, 5
NAKURU, MOLO, GITHUNGURI, KIAMBU, NYERI, BUNGOMA, KASUKU, HOLA, KALE = range(10, 19)
MAKUTANO_NAKURU, MAKUTANO_NYERI, MOLO_WARD, NAIROBI, OL_KALOU, KIKUYU = range(20, 26)

_COUNTIES = {
    NAKURU_COUNTY: "Nakuru",
    KIAMBU_COUNTY: "Kiambu",
    NYERI_COUNTY: "Nyeri",
    BUNGOMA_COUNTY: "Bungoma",
}
_MARKETS = {
    NAKURU: ("Nakuru", NAKURU_COUNTY),
    MOLO: ("Molo", NAKURU_COUNTY),
    GITHUNGURI: ("Githunguri", KIAMBU_COUNTY),
    KIAMBU: ("Kiambu", KIAMBU_COUNTY),
    NYERI: ("Nyeri", NYERI_COUNTY),
    BUNGOMA: ("Bungoma", BUNGOMA_COUNTY),
    KASUKU: ("Kasuku", NYERI_COUNTY),
    HOLA: ("Hola", BUNGOMA_COUNTY),
    KALE: ("Kale", BUNGOMA_COUNTY),
    MAKUTANO_NAKURU: ("Makutano", NAKURU_COUNTY),
    MAKUTANO_NYERI: ("Makutano", NYERI_COUNTY),
    NAIROBI: ("Nairobi", KIAMBU_COUNTY),
    OL_KALOU: ("Ol Kalou", NYERI_COUNTY),
    KIKUYU: ("Kikuyu", KIAMBU_COUNTY),
}
_COMMODITIES = {
    "milk": {"en": "milk|fresh milk|mlk", "sw": "maziwa"},
    "milk_camel": {"en": "camel milk", "sw": "maziwa ya ngamia"},
    "maize": {"en": "maize", "sw": "mahindi"},
    "eggs": {"en": "eggs", "sw": "mayai"},
    "kale": {"en": "kale|kales", "sw": "sukuma wiki|sukuma"},
    "groundnuts": {"en": "g/nuts|groundnuts", "sw": "karanga"},
    "cattle": {"en": "cow|cows|friesian", "sw": "ng'ombe"},
    "hay": {"en": "hay|bale", "sw": "nyasi"},
    "potatoes": {"en": "potatoes|shangi", "sw": "viazi"},
    "beans": {"en": "beans|wairimu", "sw": "maharagwe"},
    "maize_flour": {"en": "unga", "sw": "unga"},
    "dairy_meal": {"en": "dairy meal", "sw": "chakula cha ng'ombe"},
    "mango": {"en": "mangoes", "sw": "maembe"},
}
_BASE_UNITS = {"milk": "litre", "milk_camel": "litre", "cattle": "head"}
_UNITS = {
    "litre": "litre|litres|l|ltr|ltrs|lita",
    "kg": "kg|kgs|kilo",
    "ml": "ml",
    "500ml": "500ml|half litre|nusu lita",
    "bag": "bag|bags|gunia|sack",
    "bag_50kg": "50kg bag",
    "bag_90kg": "90kg bag",
    "debe": "debe",
    "kasuku": "kasuku",
    "tray": "tray|trays",
    "bale": "bale|bales",
    "piece": "piece|each|moja",
    "head": "head",
}


def _place(id_: int, name: str, kind: PlaceKind, county: int | None) -> PlaceEntry:
    parent = KENYA if kind is PlaceKind.ADMIN1 else county
    return PlaceEntry(id_, f"ke-{id_}", name, kind, parent, county, None, None, None)


def _places() -> dict[int, PlaceEntry]:
    places = [_place(KENYA, "Kenya", PlaceKind.COUNTRY, None)]
    places += [_place(id_, name, PlaceKind.ADMIN1, id_) for id_, name in _COUNTIES.items()]
    places += [_place(id_, name, PlaceKind.MARKET, at) for id_, (name, at) in _MARKETS.items()]
    places.append(_place(MOLO_WARD, "Molo", PlaceKind.WARD, NAKURU_COUNTY))
    return {place.id: place for place in places}


def _vocabulary() -> Vocabulary:
    places = _places()
    place_words: dict[str, tuple[int, ...]] = {"nai": (NAIROBI,), "on": (OL_KALOU,)}
    for place in places.values():
        for word in {fold(place.name), fold(place.name).replace(" ", "")}:
            place_words[word] = (*place_words.get(word, ()), place.id)
    commodity_words: dict[str, tuple[tuple[str, str], ...]] = {}
    for code, languages in _COMMODITIES.items():
        for language, terms in languages.items():
            for term in map(fold, terms.split("|")):
                commodity_words[term] = (*commodity_words.get(term, ()), (code, language))
    return Vocabulary(
        country=CountryEntry(
            "KE", "Kenya", "KES", "KES", "sw", "Africa/Nairobi", "county", ("sw", "en", "sheng")
        ),
        places=places,
        commodities={
            code: CommodityEntry(
                code, code.capitalize(), _BASE_UNITS.get(code, "kg"), PriceType.RETAIL, None, rank
            )
            for rank, code in enumerate(_COMMODITIES)
        },
        units={code: UnitEntry(code, code) for code in _UNITS},
        place_words=place_words,
        commodity_words=commodity_words,
        unit_words={
            fold(term): (code,) for code, terms in _UNITS.items() for term in terms.split("|")
        },
    )


WORDS = _vocabulary()
STRANGER = Sender()
WANJIKU_AT_HOME = Sender(home_place_id=GITHUNGURI, usual_commodity="milk")


def read(text: str, sender: Sender = STRANGER) -> Command:
    return parse(text, WORDS, sender).command


def asked(text: str, sender: Sender = STRANGER) -> list[tuple[str | None, int | None]]:
    """The (commodity, place) pairs of a price query."""
    command = read(text, sender)
    assert isinstance(command, PriceQuery), command
    return [(item.commodity, item.place_id) for item in command.items]


def told(text: str, sender: Sender = STRANGER) -> Item:
    """The one item of a price report."""
    (item,) = all_told(text, sender)
    return item


def all_told(text: str, sender: Sender = STRANGER) -> tuple[Item, ...]:
    command = read(text, sender)
    assert isinstance(command, PriceReport), command
    return command.items
