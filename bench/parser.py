"""`python -m bench.parser`: how many texts one core understands in a second.

The country is one of ours blown up to 5,000 places; every text is another one, so that none has
been read before and is remembered. The floor, of the same run and the same texts, is to look up
each word. Seconds are those the core worked for us: the parser waits for nothing.
"""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter, thread_time

import click

from app.memory import collect_rarely
from bench.big_country import blow_up
from bench.results import Figure
from bench.stream import stream
from db.session import open_database
from db.upgrade import upgrade
from handlers.parser import parse
from prices.catalogue import load_vocabulary
from prices.importers.reference import load_reference
from prices.vocabulary import Vocabulary, fold

TEXTS, WARM_UP = 5_000, 500
SEED = 47


@dataclass(frozen=True)
class Speed:
    """Seconds that each of some texts took."""

    name: str
    seconds: Sequence[float]

    def __str__(self) -> str:
        cuts = quantiles(self.seconds, n=100)
        middle, p95, p99 = (f"{cuts[at] * 1000:9.3f}" for at in (49, 94, 98))
        per_second = len(self.seconds) / sum(self.seconds)
        return f"{self.name:<28}{len(self.seconds):>7,}{per_second:>11,.0f}{middle}{p95}{p99}"


@click.command()
@click.option("--texts", default=TEXTS, show_default=True, help="How many are read.")
def main(texts: int) -> list[Figure]:
    """Warm up on other texts, then read each text once beside its floor."""
    collect_rarely()  # as the processes that serve do
    vocabulary = blow_up(_kenya(), seed=SEED)
    print(
        f"{len(vocabulary.places):,} places with {len(vocabulary.place_words):,} names, "
        f"{len(vocabulary.commodity_words):,} commodity terms"
    )
    print(f"first text, with the index built: {_first_text(vocabulary) * 1000:.0f} ms")
    for _, text in stream(vocabulary, WARM_UP, seed=SEED + 1):
        parse(text, vocabulary)
    print(f"{'':<28}{'texts':>7}{'per second':>11}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    speeds = _measure(vocabulary, texts)
    for speed in speeds:
        print(speed)
    return [Figure("texts understood by one core", *_per_second(speeds[0], speeds[-1]))]


def _per_second(ours: Speed, floor: Speed) -> tuple[float, str, float]:
    mine, bare = (len(speed.seconds) / sum(speed.seconds) for speed in (ours, floor))
    return mine, "texts/s", bare


def _kenya() -> Vocabulary:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(database)
        with database.begin() as session:
            load_reference(session)
            vocabulary = load_vocabulary(session, "KE")
        database.engine.dispose()
    return vocabulary


def _first_text(vocabulary: Vocabulary) -> float:
    began = perf_counter()
    parse("bei maziwa nakuru", vocabulary)
    return perf_counter() - began


def _measure(vocabulary: Vocabulary, texts: int) -> list[Speed]:
    """All texts, each kind of them, and the floor of all."""
    floor: list[float] = []
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    for kind, text in _unread(vocabulary, texts):
        began = thread_time()
        _look_up(text, vocabulary)
        looked_up = thread_time()
        parse(text, vocabulary)
        kinds[kind].append(thread_time() - looked_up)
        floor.append(looked_up - began)
    everything = [second for seconds in kinds.values() for second in seconds]
    return [
        Speed("parse", everything),
        *(Speed(f"  {kind}", seconds) for kind, seconds in sorted(kinds.items())),
        Speed("look up each word (floor)", floor),
    ]


def _unread(vocabulary: Vocabulary, texts: int) -> list[tuple[str, str]]:
    """So many texts with their kinds, but for those that were read before."""
    read = {text for _, text in stream(vocabulary, WARM_UP, seed=SEED + 1)}
    by_text = {text: kind for kind, text in stream(vocabulary, texts, seed=SEED)}
    return [(kind, text) for text, kind in by_text.items() if text not in read]


def _look_up(text: str, vocabulary: Vocabulary) -> None:
    for word in fold(text).split():
        vocabulary.place_words.get(word)
        vocabulary.commodity_words.get(word)


if __name__ == "__main__":
    main()
