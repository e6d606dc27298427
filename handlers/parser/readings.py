"""Several readings of one sentence, weighed: which explains the most of what was written?

A reading's weight is the share of the words that mean something, or should, that it accounts for:
"nitumie bei ya maziwa nyeri kila siku" read as a question leaves "every day" unexplained.
"""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.commands import Command
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag

# Nearer than this two readings are as good as each other.
MARGIN = 0.05
# A reading that leaves more than half unexplained has found some words, not what was said.
LEAST = 0.5


@dataclass(frozen=True)
class Reader:
    """One way to read a sentence, and which of its words that way accounts for.

    `needs`: signs of which the sentence must bear one, or it cannot be read so. `measures`: units,
    price types, grades and buyers are explained; `figures`: numbers as well. `names_people`: words
    nobody knows are names, and explained; `is_whole`: so is whatever the verb is followed by.
    `over`: the readers whose reading is wrong wherever this one is right, so that nobody is asked
    to choose between the two.
    """

    name: str
    read: Callable[[Sentence], Command | None]
    needs: frozenset[str]
    explains: frozenset[str]
    measures: bool = False
    figures: bool = False
    names_people: bool = False
    is_whole: bool = False
    over: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A command that the sentence may be, and the share of its words that it explains."""

    reader: Reader
    command: Command
    weight: float


def readings_of(sentence: Sentence, readers: tuple[Reader, ...]) -> tuple[Reading, ...]:
    """The readings that are possible, the weightiest first; in the readers' order where equal.

    Who is wrong wherever an earlier one is right is not asked, and nobody is behind one that
    explains every word.
    """
    readings: list[Reading] = []
    beaten: set[str] = set()
    for reader in readers:
        if reader.name in beaten or sentence.signs.isdisjoint(reader.needs):
            continue
        command = reader.read(sentence)
        if command is None:
            continue
        reading = Reading(reader, command, weigh(sentence, reader))
        readings.append(reading)
        if reading.weight >= LEAST:
            beaten |= reader.over
        if reading.weight == 1:
            break
    able = [reading for reading in readings if reading.weight >= LEAST]
    return tuple(sorted(able, key=lambda reading: -reading.weight))


def weigh(sentence: Sentence, reader: Reader) -> float:
    """The share of the sentence that a reader explains, 0 to 1."""
    if reader.is_whole:
        return 1.0
    explained = total = 0.0
    for tag in sentence.tags:
        if _counts(tag):
            total += 1
            explained += tag.likeness * _explains(reader, tag)
    return explained / total if total else 1.0


def rivals(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings nobody can tell from the best one; only that one where it wins."""
    best = readings[0]
    beaten = best.reader.over
    others = [
        reading
        for reading in readings[1:]
        if best.weight - reading.weight < MARGIN and reading.reader.name not in beaten
    ]
    return (best, *others)


def _counts(tag: Tag) -> bool:
    """Padding and marks say nothing of what a text is about, but for the question mark."""
    return tag.text == "?" or not (tag.mark or tag.aside or tag.is_padding)


def _explains(reader: Reader, tag: Tag) -> bool:
    sense = tag.sense
    if not sense.is_known:
        return reader.names_people
    if tag.text == "?":
        return "question" in reader.explains
    if not sense.roles.keys().isdisjoint(reader.explains) or sense.commodities or sense.places:
        return True
    return sense.names and (reader.figures or (reader.measures and sense.number is None))
