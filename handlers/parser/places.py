"""Which place is meant: names that several places bear, and names that nobody bears."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from handlers.parser.preference import by_preference
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag
from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary, fold

# Githungri and Kitle are found, Nyahururu is no suggestion for Nyamira.
ALIKE_PER_CENT = 83
SHORTEST_GUESS = 4


@dataclass(frozen=True)
class PlaceName:
    """A name in a text, the places that bear it, likeliest first, and whether it is a county's."""

    ids: tuple[int, ...]
    is_county: bool = False


def place_names(tags: Sequence[Tag]) -> list[PlaceName]:
    """The place names among some tags, in the order they were said."""
    named = [(at, tag) for at, tag in enumerate(tags) if tag.sense.places]
    has_county = bool(named) and any("county" in tag.sense.roles for tag in tags)
    return [PlaceName(tag.places, has_county and _is_beside_county(tags, at)) for at, tag in named]


def locate(names: Sequence[PlaceName], sentence: Sentence) -> tuple[int, ...]:
    """The one place meant; several where the sender must say which; none where none is named."""
    if not names:
        return ()
    if len(names) == 1:
        return _narrow(_counties(names[0], sentence.vocabulary), sentence)
    distinct = list(dict.fromkeys(names))  # each name once, however often it is said
    for name in distinct:
        others = [other for other in distinct if other is not name]
        inside = _inside(name, others, sentence.vocabulary)
        if inside:
            return _narrow(inside, sentence)
    return _narrow(_counties(names[0], sentence.vocabulary), sentence)


def are_related(one: PlaceName, other: PlaceName, vocabulary: Vocabulary) -> bool:
    """True where one name only says in which county the other lies, or both are one place."""
    return bool(
        set(one.ids) & set(other.ids)
        or _inside(one, [other], vocabulary)
        or _inside(other, [one], vocabulary)
    )


def are_near(one: Sequence[int], other: Sequence[int], vocabulary: Vocabulary) -> bool:
    """True where some of these places lie in the same county as some of the others."""
    counties = {vocabulary.places[id_].admin1_id for id_ in one}
    return any(vocabulary.places[id_].admin1_id in counties for id_ in other)


def suggest_place(words: str, vocabulary: Vocabulary) -> PlaceEntry | None:
    """The place whose name is most like these words, to be asked about, never to be assumed."""
    key = fold(words)
    if len(key) < SHORTEST_GUESS:
        return None
    found = process.extractOne(
        key, vocabulary.place_words.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE_PER_CENT
    )
    if found is None:
        return None
    return vocabulary.places[by_preference(vocabulary.place_words[found[0]], vocabulary)[0]]


def _is_beside_county(tags: Sequence[Tag], at: int) -> bool:
    beside = [*tags[max(at - 1, 0) : at], *tags[at + 1 : at + 2]]
    if at >= 2 and tags[at - 1].plays("of"):  # kaunti ya Nyeri
        beside.append(tags[at - 2])
    return any(tag.plays("county") for tag in beside)


def _counties(name: PlaceName, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Only the counties of this name where the word says so, else all its places."""
    if not name.is_county:
        return name.ids
    counties = (id_ for id_ in name.ids if vocabulary.places[id_].kind is PlaceKind.ADMIN1)
    return tuple(counties) or name.ids


def _inside(
    name: PlaceName, others: Iterable[PlaceName], vocabulary: Vocabulary
) -> tuple[int, ...]:
    """The places of this name that lie in an area another name means."""
    areas = {id_ for other in others for id_ in other.ids if _is_area(vocabulary.places[id_])}
    return tuple(id_ for id_ in name.ids if areas & set(_above(vocabulary.places[id_], vocabulary)))


def _is_area(place: PlaceEntry) -> bool:
    return place.kind in {PlaceKind.ADMIN1, PlaceKind.ADMIN2}


def _above(place: PlaceEntry, vocabulary: Vocabulary) -> list[int]:
    """The ids of the areas around a place."""
    around = []
    while place.parent_id is not None and place.parent_id in vocabulary.places:
        place = vocabulary.places[place.parent_id]
        around.append(place.id)
    return around


def _narrow(ids: tuple[int, ...], sentence: Sentence) -> tuple[int, ...]:
    """The best kind of place, near the sender's home where several counties have one."""
    vocabulary = sentence.vocabulary
    if len(ids) == 1:
        return ids
    best = vocabulary.places[ids[0]].kind
    same_kind = [vocabulary.places[id_] for id_ in ids if vocabulary.places[id_].kind is best]
    by_county = {place.admin1_id: place.id for place in reversed(same_kind)}
    if len(by_county) > 1:
        home = sentence.home
        if home is not None and home.admin1_id in by_county:
            return (by_county[home.admin1_id],)
    return tuple(id_ for id_ in ids if id_ in by_county.values())
