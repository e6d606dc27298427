"""The items of a sentence: commodity, place and price of each clause, gaps filled where we may."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.commands import Item
from handlers.parser.amounts import read_amounts
from handlers.parser.clauses import commodity_tags, split_clauses
from handlers.parser.places import locate, place_names
from handlers.parser.sentence import Sentence
from handlers.parser.tags import Tag
from prices.kinds import PriceType


def read_items(sentence: Sentence, *, only_plain: bool = False) -> tuple[Item, ...]:
    """The items as they were said, one clause borrowing from its neighbours what it leaves out."""
    clauses = split_clauses(sentence.tags, sentence.vocabulary) or [sentence.tags]
    items = [_read(clause, sentence, only_plain=only_plain) for clause in clauses]
    if len(items) == 1:
        return (_with_unknown_words(items[0], sentence),)
    items = [item for item in items if item.commodity or _is_placed(item)]
    return tuple(_borrow(items, at) for at in range(len(items)))


def read_whole(sentence: Sentence) -> Item:
    """The text as one item, exactly as said: the first commodity, the place, nothing filled in."""
    item = _read(sentence.tags, sentence, only_plain=False)
    return _with_unknown_words(item, sentence)


def fill(item: Item, sentence: Sentence) -> Item:
    """What the sender left out and we know: the home market, the usual commodity.

    A word we do not know may be the name of either: then nothing is taken for granted.
    """
    if item.unknown_words:
        return item
    sender, vocabulary = sentence.sender, sentence.vocabulary
    if not _is_placed(item) and sender.home_place_id in vocabulary.places:
        item = replace(item, place_id=sender.home_place_id)
    if not item.commodity and sender.usual_commodity in vocabulary.commodities:
        item = replace(item, commodity=sender.usual_commodity)
    return item


def _read(clause: Sequence[Tag], sentence: Sentence, *, only_plain: bool) -> Item:
    places = locate(place_names(clause), sentence)
    amounts = read_amounts(clause, sentence.vocabulary, only_plain=only_plain)
    price_types = [tag.price_type for tag in clause if tag.price_type]
    buyers = [tag.buyer for tag in clause if tag.buyer]
    grades = [tag.grade for tag in clause if tag.grade]
    return Item(
        commodity=_commodity(clause, sentence),
        place_id=places[0] if len(places) == 1 else None,
        places=places if len(places) > 1 else (),
        price=amounts.price,
        currency=amounts.currency,
        unit=amounts.unit,
        quantity=amounts.quantity,
        price_type=price_types[0] if price_types else _paid_by(clause),
        grade=grades[0] if grades else None,
        buyer=buyers[0] if buyers else None,
    )


def _paid_by(clause: Sequence[Tag]) -> PriceType | None:
    """What a buyer pays is what the farmer gets."""
    bought = any(tag.buyer for tag in clause) and any(tag.plays("pay") for tag in clause)
    return PriceType.FARM_GATE if bought else None


def _commodity(clause: Sequence[Tag], sentence: Sentence) -> str | None:
    commodities = sentence.vocabulary.commodities
    named = commodity_tags(clause)
    if named:
        codes = [code for code, _ in named[0].commodities]
        return min(codes, key=lambda code: commodities[code].rank)
    return next((tag.buys for tag in clause if tag.buys in commodities), None)


def _is_placed(item: Item) -> bool:
    return item.place_id is not None or bool(item.places)


def _with_unknown_words(item: Item, sentence: Sentence) -> Item:
    if item.commodity and _is_placed(item):
        return item
    return replace(item, unknown_words=sentence.said(sentence.loose) or None)


def _borrow(items: Sequence[Item], at: int) -> Item:
    """Take a missing commodity or place from the clause before, else from the one behind."""
    item = items[at]
    neighbours = [*reversed(items[:at]), *items[at + 1 :]]
    if not item.commodity:
        item = replace(item, commodity=next((n.commodity for n in neighbours if n.commodity), None))
    if not _is_placed(item):
        placed = next((n for n in neighbours if _is_placed(n)), Item())
        item = replace(item, place_id=placed.place_id, places=placed.places)
    return item
