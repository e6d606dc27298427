"""What else a word of the reference data means to whoever texts it (pure)."""

from collections.abc import Iterable, Iterator, Mapping

from handlers.parser.index import index_of
from handlers.parser.senses import Sense
from prices.vocabulary import Vocabulary, fold

# Which field of a table is what people text.
WORDS = {"commodity_terms": "term", "unit_terms": "term", "place_aliases": "alias"}
MOST_NAMED = 5


def other_meanings(vocabulary: Vocabulary, table: str, row: Mapping[str, str]) -> list[str]:
    """Everything else that the word may mean: of what means several things people are asked back.

    A commodity in two languages is one meaning.
    """
    if table not in WORDS:
        return []
    sense = index_of(vocabulary).senses.get(fold(row[WORDS[table]]))
    return [] if sense is None else list(_others(vocabulary, sense, row))[:MOST_NAMED]


def _others(vocabulary: Vocabulary, sense: Sense, row: Mapping[str, str]) -> Iterator[str]:
    things = dict.fromkeys(code for code, _ in sense.commodities)
    places = [vocabulary.places[place_id] for place_id in sense.places]
    for code in _but(row.get("commodity_code"), things):
        yield f"the commodity {vocabulary.commodities[code].name}"
    for code in _but(row.get("unit_code"), sense.units):
        yield f"the unit {vocabulary.units[code].name}"
    for code in _but(row.get("place_code"), [place.code for place in places]):
        yield f"the place {code}"
    for role in sense.roles:
        yield f"what people write for “{role.replace('_', ' ')}”"
    if sense.number is not None:
        yield f"the number {sense.number}"


def _but(own: str | None, codes: Iterable[str]) -> Iterator[str]:
    return (code for code in codes if code != own)
