"""A country with more places and goods than any we serve, made of one we do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from random import Random

from prices.kinds import PlaceKind
from prices.vocabulary import CommodityEntry, PlaceEntry, Vocabulary

PLACES, COMMODITY_TERMS = 5_000, 1_200

_ONSETS = ("b", "ch", "d", "g", "k", "l", "m", "mb", "n", "nd", "ng", "ny", "r", "s", "t", "w")
_VOWELS = ("a", "e", "i", "o", "u", "aa", "ai")
_TAILS = ("ni", "ro", "ra", "kwa", "ga", "ru", "so", "ti")
_SECOND_WORDS = ("market", "ndogo", "juu", "chini")


def blow_up(vocabulary: Vocabulary, *, seed: int) -> Vocabulary:
    """The same country with more of everything; one seed always gives the same names."""
    taken = {*vocabulary.place_words, *vocabulary.commodity_words, *vocabulary.unit_words}
    names = made_up_names(Random(seed), taken)
    places = _more_places(vocabulary, names)
    goods = _more_goods(vocabulary, names)
    return replace(
        vocabulary,
        places={**vocabulary.places, **places},
        commodities={**vocabulary.commodities, **goods},
        place_words={
            **vocabulary.place_words,
            **{place.name.casefold(): (id_,) for id_, place in places.items()},
        },
        commodity_words={
            **vocabulary.commodity_words,
            **{entry.name: ((code, "sw"),) for code, entry in goods.items()},
        },
    )


def made_up_names(random: Random, taken: set[str]) -> Iterator[str]:
    """Words as a map has them, each but once and none that means something already."""
    while True:
        stem = "".join(
            random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(random.randint(2, 3))
        )
        name = stem + random.choice(_TAILS)
        if random.random() < 0.1:
            name += f" {random.choice(_SECOND_WORDS)}"
        if name not in taken:
            taken.add(name)
            yield name


def _more_places(vocabulary: Vocabulary, names: Iterator[str]) -> Mapping[int, PlaceEntry]:
    """Markets, spread over the counties."""
    counties = [place for place in vocabulary.places.values() if place.kind is PlaceKind.ADMIN1]
    first = max(vocabulary.places) + 1
    return {
        id_: PlaceEntry(
            id=id_,
            code=f"bench-{id_}",
            name=name.title(),
            kind=PlaceKind.MARKET,
            parent_id=counties[id_ % len(counties)].id,
            admin1_id=counties[id_ % len(counties)].id,
            latitude=None,
            longitude=None,
            population=None,
        )
        for id_, name in enumerate(islice(names, PLACES - len(vocabulary.places)), start=first)
    }


def _more_goods(vocabulary: Vocabulary, names: Iterator[str]) -> Mapping[str, CommodityEntry]:
    """Goods of one term each, otherwise like those that are there."""
    pattern = next(iter(vocabulary.commodities.values()))
    terms = islice(names, max(COMMODITY_TERMS - len(vocabulary.commodity_words), 0))
    return {
        f"bench_{rank}": replace(pattern, code=f"bench_{rank}", name=term, rank=rank, names={})
        for rank, term in enumerate(terms, start=len(vocabulary.commodities))
    }
