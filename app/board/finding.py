"""What somebody types into the search: a thing, a place, or both in either order (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary, fold

LONGEST, MOST_WORDS = 60, 6
LIKE_ENOUGH = 72
MOST = 8


@dataclass(frozen=True)
class Found:
    """What the words name; with nothing else, the places and things that are written like them."""

    commodity: str | None = None
    places: Sequence[PlaceEntry] = ()

    def __bool__(self) -> bool:
        return self.commodity is not None or bool(self.places)


def find(vocabulary: Vocabulary, typed: str) -> Found:
    """What is named exactly; of several places of a name the most populous first."""
    words = fold(typed[:LONGEST]).split()[:MOST_WORDS]
    for head, tail in _halves(words):
        for thing, place in ((head, tail), (tail, head)):
            found = _named(vocabulary, thing, place)
            if found:
                return found
    return Found()


def alike(vocabulary: Vocabulary, typed: str) -> tuple[list[str], list[PlaceEntry]]:
    """Commodities and places written nearly like it, the nearest first."""
    words = fold(typed[:LONGEST].replace("-", " "))
    country = f"{vocabulary.country.code.lower()} "
    words = words.removeprefix(country)
    codes = (vocabulary.commodity_words[word][0][0] for word in _near(words, vocabulary, "thing"))
    places = (vocabulary.place_words[word][0] for word in _near(words, vocabulary, "place"))
    return (
        list(dict.fromkeys(codes)),
        [vocabulary.places[id_] for id_ in dict.fromkeys(places)],
    )


def _named(vocabulary: Vocabulary, thing: str, place: str) -> Found | None:
    things = vocabulary.commodity_words.get(thing, ()) if thing else ()
    ids = vocabulary.place_words.get(place, ()) if place else ()
    if bool(thing) != bool(things) or bool(place) != bool(ids):
        return None
    return Found(things[0][0] if things else None, _apart(vocabulary, ids))


def _apart(vocabulary: Vocabulary, ids: Sequence[int]) -> list[PlaceEntry]:
    """The places that a name may mean: not the ward around a market of the same name."""
    places = [vocabulary.places[id_] for id_ in ids]
    with_market = {one.admin1_id for one in places if one.kind is PlaceKind.MARKET}
    return [
        one
        for one in places
        if one.kind in {PlaceKind.MARKET, PlaceKind.ADMIN1} or one.admin1_id not in with_market
    ]


def _halves(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The whole as one name first, then parted between any two words."""
    for cut in range(len(words), 0, -1):
        yield " ".join(words[:cut]), " ".join(words[cut:])


def _near(words: str, vocabulary: Vocabulary, kind: str) -> list[str]:
    known = vocabulary.commodity_words if kind == "thing" else vocabulary.place_words
    found = process.extract(
        words, known.keys(), scorer=fuzz.ratio, limit=MOST, score_cutoff=LIKE_ENOUGH
    )
    return [word for word, *_ in found]
