"""A day's texts: what people write, misspelt as they misspell it, and what is not for us."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase

from prices.vocabulary import Vocabulary

_LABELLED = Path(__file__).parent.parent / "tests" / "handlers" / "parser" / "data"
LONGEST = 1_600

_FORMS = (
    "bei {thing} {place}",
    "{thing} {place} {price}",
    "{place} {thing} {price}/=",
    "{thing} {place}",
    "how much is {thing} in {place} today?",
    "niliuza {thing} {number} kwa {price} {place}",
    "report {thing} {place} {price} per kg",
    "{thing} {price}, {other} {price} {place}",
    "subscribe {thing} {place}",
    "wapi {thing} bei poa",
)
_SPAM = (
    "{code} Confirmed. You have received Ksh{price},{number}00.00 from JANE DOE 0711{number}001 on "
    "4/3/26. New M-PESA balance is Ksh{price},015.20.",
    "CONGRATULATIONS!!! Umeshinda KES {price},000. Piga {code} sasa upate zawadi yako",
    "Dear customer, your bundle of {number} MB expires on 12/{number}. Dial *544# to buy another.",
    "Good morning brother, the meeting is at {number} pm, bring the {place} papers with you",
    "Bet now & win {number}% bonus! Odds {number}.45, stake {price} bob, code {code}",
)

Draw = Callable[[], str]


def stream(vocabulary: Vocabulary, count: int, *, seed: int) -> Iterator[tuple[str, str]]:
    """So many (kind, text), nearly all different; one seed always gives the same."""
    random = Random(seed)
    draws: dict[str, Draw] = {
        "labelled": _labelled(random),
        "misspelt": _misspelt(random, vocabulary),
        "plain": _plain(random, vocabulary),
        "spam": _spam(random, vocabulary),
        "long": _long(random, vocabulary),
    }
    kinds = random.choices(list(draws), weights=(15, 35, 33, 16, 1), k=count)
    for kind in kinds:
        yield kind, draws[kind]()


def _labelled(random: Random) -> Draw:
    texts = [
        json.loads(line)["text"]
        for path in sorted(_LABELLED.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return lambda: random.choice(texts)


def _plain(random: Random, vocabulary: Vocabulary) -> Draw:
    """A command about any thing at any place of the country."""
    things, places = list(vocabulary.commodity_words), list(vocabulary.place_words)
    return lambda: random.choice(_FORMS).format(
        thing=random.choice(things),
        other=random.choice(things),
        place=random.choice(places),
        price=random.randint(10, 5_000),
        number=random.randint(2, 60),
    )


def _misspelt(random: Random, vocabulary: Vocabulary) -> Draw:
    """The same with one to three slips of the thumb."""
    plain = _plain(random, vocabulary)

    def draw() -> str:
        text = plain()
        for _ in range(random.randint(1, 3)):
            text = _slip(random, text)
        return text

    return draw


def _slip(random: Random, text: str) -> str:
    """A letter left out, doubled, exchanged, swapped with the next."""
    at = random.randrange(len(text))
    before, letter, after = text[:at], text[at], text[at + 1 :]
    return random.choice(
        (
            before + after,
            before + letter * 2 + after,
            before + random.choice(ascii_lowercase) + after,
            before + after[:1] + letter + after[1:],
        )
    )


def _spam(random: Random, vocabulary: Vocabulary) -> Draw:
    """Banks, carriers, luck, and people who meant somebody else."""
    places = list(vocabulary.place_words)
    return lambda: random.choice(_SPAM).format(
        code="".join(random.choices(ascii_lowercase, k=8)).upper(),
        place=random.choice(places),
        price=random.randint(10, 5_000),
        number=random.randint(2, 60),
    )


def _long(random: Random, vocabulary: Vocabulary) -> Draw:
    """Several things at once: mostly two or three segments, now and then all that is read."""
    misspelt = _misspelt(random, vocabulary)

    def draw() -> str:
        parts = min(60, int(6 * random.paretovariate(1.5)))
        text = "".join(misspelt() + random.choice((", ", " na ", ". ")) for _ in range(parts))
        return text[:LONGEST]

    return draw
