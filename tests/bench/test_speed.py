"""The country and the texts that speed is measured with."""

from bench.big_country import COMMODITY_TERMS, PLACES, blow_up
from bench.parser import Speed
from bench.stream import LONGEST, stream
from handlers.parser import parse
from handlers.parser.report import as_json
from prices.vocabulary import fold
from tests.handlers.parser.words import WORDS


def test_the_big_country_is_always_the_same() -> None:
    big = blow_up(WORDS, seed=1)
    assert len(big.places) == PLACES
    assert len(big.commodity_words) >= COMMODITY_TERMS
    again, other = blow_up(WORDS, seed=1), blow_up(WORDS, seed=2)
    assert (big.places, big.commodity_words) == (again.places, again.commodity_words)
    assert big.places != other.places


def test_its_names_are_its_own() -> None:
    """A name that is also a good, or is not folded, would be another question."""
    big = blow_up(WORDS, seed=1)
    new = set(big.place_words) - set(WORDS.place_words)
    assert len(new) == PLACES - len(WORDS.places)
    assert not new & set(big.commodity_words)
    assert all(name == fold(name) for name in new)


def test_its_words_are_understood() -> None:
    big = blow_up(WORDS, seed=1)
    place, thing = list(big.place_words)[-1], list(big.commodity_words)[-1]
    (item,) = as_json(parse(f"{thing} {place} 45", big), big)["items"]  # type: ignore[misc, attr-defined]
    assert fold(item["place"]) == place
    assert (item["commodity"], item["price"]) == (big.commodity_words[thing][0][0], 45)


def test_the_stream_is_always_the_same_and_mixed() -> None:
    texts = list(stream(WORDS, 400, seed=1))
    assert texts == list(stream(WORDS, 400, seed=1))
    assert {kind for kind, _ in texts} == {"labelled", "misspelt", "plain", "spam", "long"}
    assert max(len(text) for _, text in texts) <= LONGEST
    assert len({text for kind, text in texts if kind != "labelled"}) > 250


def test_a_speed_is_told_in_texts_per_second() -> None:
    """A hundred texts of 1 ms but ten of 11 ms: 200 ms for them all."""
    told = str(Speed("parse", [0.001] * 90 + [0.011] * 10)).split()
    assert told == ["parse", "100", "500", "1.000", "11.000", "11.000"]
