"""The message language: a text, the words of a country and its sender become one command.

Pure: no session, no clock, no file is touched while a text is read.
"""

from handlers.commands import Parsed, Unknown
from handlers.parser.book_text import read_book
from handlers.parser.cleaning import clean
from handlers.parser.figures import join_figures
from handlers.parser.index import index_of
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
from prices.vocabulary import Vocabulary

__all__ = ["LONGEST_TEXT", "Sender", "parse"]

# Three segments. Nobody types more on a keypad; a pasted page must not cost us time.
LONGEST_TEXT = 480

_NOBODY = Sender()


def parse(text: str, vocabulary: Vocabulary, sender: Sender = _NOBODY) -> Parsed:
    """Understand a text; whatever cannot be understood is `Unknown`, never an exception."""
    if len(text) > LONGEST_TEXT or len(cleaned := clean(text)) > LONGEST_TEXT:
        return Parsed(Unknown("too_long"))
    for_the_book = read_personal(cleaned) or read_book(cleaned, vocabulary, sender)
    of_pay = for_the_book or read_payment(cleaned, sender)
    of_a_group = of_pay or read_order(cleaned, sender) or read_selling(cleaned, vocabulary)
    return of_a_group or read(understand(cleaned, vocabulary, sender))


def understand(cleaned: str, vocabulary: Vocabulary, sender: Sender = _NOBODY) -> Sentence:
    """The stages between cleaning and reading: split, tag, join figures, mend, settle."""
    index = index_of(vocabulary, sender.language)
    tags = tag(split(cleaned), index)
    tags = mend(join_figures(tags, by_space=index.groups_by_space), index)
    return Sentence(cleaned, settle(tags, sender), vocabulary, sender)
