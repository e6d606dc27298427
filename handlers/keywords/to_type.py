"""What people can type to name a place or a price, by text and as a menu shows it (pure)."""

from collections.abc import Iterable
from decimal import Decimal

from handlers.commands import PriceQuery
from handlers.parser import Sender, parse
from messaging.phrases import say
from messaging.phrases.formats import as_told, typed
from prices.answers import NoPrice, PriceAnswer, Published
from prices.kinds import PlaceKind
from prices.remembered import Remembered
from prices.vocabulary import PlaceEntry, Vocabulary, fold


def place_to_type(vocabulary: Vocabulary, language: str, place: PlaceEntry) -> str:
    """A place in words that lead back to it: NAKURU, and KARURI KIAMBU where there are several."""
    asked = place.id, language
    return _TYPED.answer(vocabulary, asked, lambda: _place_to_type(vocabulary, language, place))


_TYPED: Remembered[str] = Remembered()


def _place_to_type(vocabulary: Vocabulary, language: str, place: PlaceEntry) -> str:
    spellings = [place.name, *_longer_spellings(vocabulary, language, place)]
    for spelling in spellings:
        if _leads_to(vocabulary, language, spelling, place):
            return spelling.upper()
    return spellings[-1].upper()


def figure_to_type(answer: PriceAnswer) -> str | None:
    """A price that is likely there, so that nobody learns to report a silly one."""
    if isinstance(answer, NoPrice):
        return None
    return example_figure(answer.price if isinstance(answer, Published) else answer.estimate.price)


def example_figure(price: Decimal) -> str:
    """A price to type as an example, as round as it is told: from ten on without cents."""
    told = as_told(price)
    return typed(told.quantize(Decimal(1)) if told >= 10 else told)


def largest_market(places: Iterable[PlaceEntry]) -> PlaceEntry | None:
    """Of these places the one with the most people where things are sold."""
    trading = [place for place in places if place.kind.is_trading_place]
    return max(trading, key=lambda place: (place.population or 0, -place.id), default=None)


def _longer_spellings(vocabulary: Vocabulary, language: str, place: PlaceEntry) -> list[str]:
    """A place with its county; a county with the word for it."""
    admin1 = vocabulary.admin1_of(place.id)
    if admin1 is not None and admin1 != place:
        return [f"{place.name} {admin1.name}"]
    if place.kind is not PlaceKind.ADMIN1:
        return []
    word = vocabulary.country.admin1_word
    # In the person's own words where the country's people would type them, else in English.
    own_words = say(language, "{place} {county}", place=place.name, county=say(language, word))
    return [fold(own_words), f"{place.name} {word}"]


def _leads_to(vocabulary: Vocabulary, language: str, spelling: str, place: PlaceEntry) -> bool:
    """Whether the parser takes these words for this place; a name of its own needs no asking."""
    if vocabulary.place_words.get(fold(spelling)) == (place.id,):
        return True
    asked = say(language, "PRICE {commodity} {place}", commodity="", place=spelling)
    command = parse(asked, vocabulary, Sender(language=language)).command
    return isinstance(command, PriceQuery) and command.items[0].place_id == place.id
