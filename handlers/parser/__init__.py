"""The message language: a text, the words of a country and its sender become one command.

Pure: no session, no clock, no file is touched while a text is read.
"""

from collections.abc import Hashable
from dataclasses import replace

from handlers.commands import Parsed, Unknown
from handlers.parser.book_text import read_book
from handlers.parser.cleaning import clean
from handlers.parser.figures import join_figures
from handlers.parser.filling import fill_in
from handlers.parser.index import index_of, languages_heard
from handlers.parser.mending import mend
from handlers.parser.order_text import read_order
from handlers.parser.payment_text import read_payment
from handlers.parser.personal_text import read_personal
from handlers.parser.reading import read
from handlers.parser.selling_text import read_selling
from handlers.parser.sentence import Sender, Sentence
from handlers.parser.settling import settle
from handlers.parser.tags import tag
from handlers.parser.tokens import split
from prices.remembered import Remembered
from prices.vocabulary import Vocabulary

__all__ = ["LONGEST_TEXT", "Sender", "parse"]

# Three segments. Nobody types more on a keypad; a pasted page must not cost us time.
LONGEST_TEXT = 480
# People find few wordings for what they want, and short ones: those are read once for all of them.
# So many take 2 MB with each vocabulary, and 6 where somebody makes them up to take the most.
LONGEST_REMEMBERED, MOST_REMEMBERED = 40, 4_096

_NOBODY = Sender()


def parse(text: str, vocabulary: Vocabulary, sender: Sender = _NOBODY) -> Parsed:
    """Understand a text; whatever cannot be understood is `Unknown`, never an exception."""
    if len(text) > LONGEST_TEXT or len(cleaned := clean(text)) > LONGEST_TEXT:
        return Parsed(Unknown("too_long"))
    for_the_book = read_personal(cleaned) or read_book(cleaned, vocabulary, sender)
    of_pay = for_the_book or read_payment(cleaned, sender)
    of_a_group = of_pay or read_order(cleaned, sender) or read_selling(cleaned, vocabulary)
    return of_a_group or _with_what_we_know(
        _read_alike(cleaned, vocabulary, sender), vocabulary, sender
    )


def understand(cleaned: str, vocabulary: Vocabulary, sender: Sender = _NOBODY) -> Sentence:
    """The stages between cleaning and reading: split, tag, join figures, mend, settle."""
    index = index_of(vocabulary, sender.language)
    tags = tag(split(cleaned), index)
    tags = mend(join_figures(tags, by_space=index.groups_by_space), index)
    return Sentence(cleaned, settle(tags, sender), vocabulary, sender)


def _read_alike(cleaned: str, vocabulary: Vocabulary, sender: Sender) -> Parsed:
    """What the words say, without what their sender left out."""
    found = None
    if len(cleaned) <= LONGEST_REMEMBERED:
        asked = cleaned, _bearing(vocabulary, sender)
        found = _READINGS.answer(
            vocabulary, asked, lambda: _read_for_all(cleaned, vocabulary, sender)
        )
    return found or read(understand(cleaned, vocabulary, sender))


# None: which place is meant, depends on where the sender lives.
_READINGS: Remembered[Parsed | None] = Remembered(MOST_REMEMBERED)


def _read_for_all(cleaned: str, vocabulary: Vocabulary, sender: Sender) -> Parsed | None:
    sentence = understand(cleaned, vocabulary, sender)
    parsed = read(sentence)
    return None if sentence.rests_on_home else parsed


def _bearing(vocabulary: Vocabulary, sender: Sender) -> Hashable:
    """All else of a sender that bears on how their words are read; most are alike in it."""
    return (
        languages_heard(vocabulary, sender.language),
        sender.home_place_id is None,
        sender.home_place_id in vocabulary.places,
        sender.usual_commodity in vocabulary.commodities,
        sender.awaits_answer,
        sender.keeps_book,
    )


def _with_what_we_know(parsed: Parsed, vocabulary: Vocabulary, sender: Sender) -> Parsed:
    command = fill_in(parsed.command, vocabulary, sender)
    return parsed if command is parsed.command else replace(parsed, command=command)
