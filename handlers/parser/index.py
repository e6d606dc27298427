"""Every word that a country's people may type, with all it may mean: built once, read often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from babel import Locale

from handlers.parser.lexicon import Lexicon, lexicon
from handlers.parser.preference import by_preference
from handlers.parser.senses import Sense
from handlers.parser.spelling import SHORTEST, Spelling
from prices.vocabulary import Vocabulary

# The verbs that are worth guessing when they are misspelt.
_GUESSED_VERBS = frozenset(
    {
        "price", "report", "subscribe", "unsubscribe", "stop", "stop_all", "help", "register",
        "join", "best", "trend", "alert", "statement", "balance", "home", "language", "start",
        "transport",
    }
)  # fmt: skip
# Folded words for things → (commodity code, language).
Things = Mapping[str, tuple[tuple[str, str], ...]]
LONGEST_ARTICLE = 3
_URGENT = frozenset({"stop", "stop_all", "help"})


@dataclass(frozen=True)
class Index:
    """A vocabulary and the words of its languages, ready to look up.

    `senses` maps a folded run of words to all it may mean; `longest` the first word of such a
    run to the number of words of the longest one; `endings` are taken off a word nobody knows.
    """

    vocabulary: Vocabulary
    senses: dict[str, Sense]
    longest: dict[str, int]
    endings: tuple[str, ...]

    @cached_property
    def groups_by_space(self) -> bool:
        """True where people write 1 250 for what others write 1,250."""
        language = self.vocabulary.country.language
        symbols = Locale.parse(language, sep="-").number_symbols
        return str(symbols["latn"]["group"]).isspace()

    @cached_property
    def place_names(self) -> Spelling:
        """The names of places, to be found however they are spelt."""
        return Spelling(key for key, sense in self.senses.items() if sense.places)

    @cached_property
    def commodity_terms(self) -> Spelling:
        """The words for things, to be found however they are spelt."""
        return Spelling(key for key, sense in self.senses.items() if sense.commodities)

    @cached_property
    def verbs(self) -> Spelling:
        """The keywords, to be found however they are spelt; short ones only where it matters."""
        return Spelling(
            (
                key
                for key, sense in self.senses.items()
                if sense.roles.keys() & (_GUESSED_VERBS if len(key) > SHORTEST else _URGENT)
            ),
            shortest=SHORTEST,
        )


# Under this the indexes of a vocabulary are kept with it: they refer to it, so they end with it.
INDEXES = "indexes of the parser"


def index_of(vocabulary: Vocabulary, language: str | None = None) -> Index:
    """The one index of a vocabulary, for its country's languages and the sender's own."""
    languages = languages_heard(vocabulary, language)
    indexes: dict[tuple[str, ...], Index] = vocabulary.beside.setdefault(INDEXES, {})
    if languages not in indexes:
        # Two threads may both build it once; that costs less than making all wait for one.
        indexes[languages] = _build(vocabulary, languages)
    return indexes[languages]


def languages_heard(vocabulary: Vocabulary, language: str | None) -> tuple[str, ...]:
    """A country's languages; all of them, (), for a country we know nothing of."""
    languages = vocabulary.country.languages
    if not languages or language is None or language in languages:
        return languages
    return (*languages, language)


def _build(vocabulary: Vocabulary, languages: tuple[str, ...]) -> Index:
    words, things = lexicon(languages), _things(vocabulary, languages)
    places = (name for name in vocabulary.place_words if not _is_a_thing(name, things))
    known = {*words.words, *things, *places, *vocabulary.unit_words}
    senses = {key: _sense(key, vocabulary, things, words) for key in known}
    for form, meant in words.shorthand.items():
        if form not in senses and meant in senses:
            senses[form] = senses[meant]
    endings = sorted(key for key, roles in words.roles.items() if "ending" in roles)
    return Index(vocabulary, senses, _longest(senses), tuple(sorted(endings, key=len)[::-1]))


def _is_a_thing(name: str, things: Things) -> bool:
    """True for the village La Quinua: behind "la" everybody means the grain."""
    article, _, rest = name.partition(" ")
    return len(article) <= LONGEST_ARTICLE and rest in things


def _things(vocabulary: Vocabulary, languages: tuple[str, ...]) -> Things:
    """The country's words for things, and those of the sender's own language."""
    foreign = set(languages).difference(vocabulary.country.languages)
    if not foreign:
        return vocabulary.commodity_words
    added = {
        word: tuple(meaning for meaning in meanings if meaning[1] in foreign)
        for word, meanings in vocabulary.commodity_words_anywhere.items()
    }
    here = vocabulary.commodity_words
    words = {*here, *(word for word, meanings in added.items() if meanings)}
    return {word: here.get(word, ()) + added.get(word, ()) for word in words}


def _longest(keys: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in keys:
        first = key.partition(" ")[0]
        longest[first] = max(longest.get(first, 1), key.count(" ") + 1)
    return longest


def _sense(key: str, vocabulary: Vocabulary, things: Things, words: Lexicon) -> Sense:
    number = words.numbers.get(key)
    return Sense(
        roles=words.roles.get(key, {}),
        commodities=things.get(key, ()),
        places=by_preference(vocabulary.place_words.get(key, ()), vocabulary),
        units=vocabulary.unit_words.get(key, ()),
        number=None if number is None else number.value,
        in_words=number is not None,
        is_scale=number is not None and number.is_scale,
        multiplies_behind=number is not None and number.multiplies_behind,
        says_cents=number is not None and number.says_cents,
        currency=words.currencies.get(key),
        price_type=words.price_types.get(key),
        buyer=words.buyers.get(key),
        buys=words.bought.get(key),
        grade=_grade(key, things, words),
    )


def _grade(key: str, things: Things, words: Lexicon) -> str | None:
    """A variety, also within the name of a thing: the Hass of "hass avocado"."""
    if key in words.grades or " " not in key or key not in things:
        return words.grades.get(key)
    return next((words.grades[word] for word in key.split() if word in words.grades), None)
