"""The items of a sentence: commodity, place and price of each clause, gaps filled where we may."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.commands import Item
from handlers.parser.amounts import Amounts, read_amounts
from handlers.parser.clauses import commodity_tags, split_clauses
from handlers.parser.measures import PIECE, SIZES
from handlers.parser.places import locate, place_names
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag
from prices.kinds import Buyer, PriceType, Side

# What is counted alive.
_HEAD = "head"
_NO_AMOUNTS = Amounts()
_BEAR_ON_AMOUNTS = frozenset({"figure", "unit", "currency"})


def read_items(sentence: Sentence, *, only_plain: bool = False) -> tuple[Item, ...]:
    """The items as they were said, one clause borrowing from its neighbours what it leaves out."""
    only_plain = only_plain and "figure" in sentence.signs  # else it is the same work
    return sentence.once(
        f"items {only_plain}", lambda: _read_items(sentence, only_plain=only_plain)
    )


def _read_items(sentence: Sentence, *, only_plain: bool) -> tuple[Item, ...]:
    names = sentence.once("names", lambda: _names_of_clauses(sentence))
    items = [_read(named, sentence, only_plain=only_plain) for named in names]
    if sentence.has(*Side):
        sides = [_side(named.clause) for named in names]
        items = [replace(item, side=side) for item, side in zip(items, sides, strict=True)]
    if len(items) == 1:
        return (_with_unknown_words(items[0], sentence),)
    items = [item for item in items if item.commodity or item.is_placed]
    whole = [_borrow(items, at) for at in range(len(items))]
    # Beside prices a lone place only says where: "eggs 420 <new line> karatina" is one report.
    told = any(_is_told(item) for item in items)
    return tuple(
        item
        for item, said in zip(whole, items, strict=True)
        if said.commodity or _is_told(said) or not told
    )


def read_whole(sentence: Sentence, *, only_plain: bool = False) -> Item:
    """The text as one item, exactly as said: the first commodity, the place, nothing filled in."""
    return sentence.once(
        f"whole {only_plain}", lambda: _read_whole(sentence, only_plain=only_plain)
    )


def _read_whole(sentence: Sentence, *, only_plain: bool) -> Item:
    item = _read(_names(sentence.tags, sentence), sentence, only_plain=only_plain)
    return _with_unknown_words(item, sentence)


@dataclass(frozen=True)
class _Names:
    """A clause and what it names beside its numbers."""

    clause: Sequence[Tag]
    commodity: str | None
    places: tuple[int, ...]
    price_type: PriceType | None
    grade: str | None
    buyer: Buyer | None


def _names_of_clauses(sentence: Sentence) -> list[_Names]:
    clauses = split_clauses(sentence.tags, sentence.vocabulary) or [sentence.tags]
    return [_names(clause, sentence) for clause in clauses]


def _names(clause: Sequence[Tag], sentence: Sentence) -> _Names:
    return _Names(
        clause,
        commodity=_commodity(clause, sentence),
        places=locate(place_names(clause), sentence),
        price_type=_price_type(clause, sentence),
        grade=next((tag.sense.grade for tag in clause if tag.sense.grade), None),
        buyer=next((tag.sense.buyer for tag in clause if tag.sense.buyer), None),
    )


def _read(named: _Names, sentence: Sentence, *, only_plain: bool) -> Item:
    places, amounts = named.places, _NO_AMOUNTS
    if not sentence.signs.isdisjoint(_BEAR_ON_AMOUNTS):
        amounts = read_amounts(
            named.clause,
            sentence.vocabulary,
            only_plain=only_plain,
            is_deal=sentence.is_deal,
            is_livestock=_is_livestock(named.commodity, sentence),
        )
    return Item(
        commodity=named.commodity,
        place_id=places[0] if len(places) == 1 else None,
        places=places if len(places) > 1 else (),
        price=amounts.price,
        prices=amounts.prices,
        currency=amounts.currency,
        unit=_unit(amounts, named.commodity, sentence),
        quantity=amounts.quantity,
        price_type=named.price_type,
        grade=named.grade,
        buyer=named.buyer,
    )


def _unit(amounts: Amounts, commodity: str | None, sentence: Sentence) -> str | None:
    """Livestock is counted by the head, however it was said: each, a piece, two goats."""
    if not _is_livestock(commodity, sentence) or amounts.unit not in {None, PIECE}:
        counted = PIECE if amounts.quantity and _is_base(commodity, PIECE, sentence) else None
        return amounts.unit or _unit_in_the_name(sentence) or counted
    return _HEAD if amounts.unit or amounts.quantity or amounts.price else None


def _is_livestock(commodity: str | None, sentence: Sentence) -> bool:
    return _is_base(commodity, _HEAD, sentence)


def _is_base(commodity: str | None, unit: str, sentence: Sentence) -> bool:
    entry = sentence.vocabulary.commodities.get(commodity or "")
    return entry is not None and entry.base_unit == unit


def _unit_in_the_name(sentence: Sentence) -> str | None:
    """The bale of "hay bale", the bunch of "bunch of matooke"; not the grams of "green grams"."""
    for tag in sentence.tags:
        if tag.sense.commodities and " " in tag.text:
            for word in tag.text.split():
                units = sentence.vocabulary.unit_words.get(word, ())
                if units and units[0] not in SIZES:
                    return min(units, key=len)
    return None


def _is_told(item: Item) -> bool:
    return item.price is not None or bool(item.prices)


def _price_type(clause: Sequence[Tag], sentence: Sentence) -> PriceType | None:
    """The step of the trade that is named; what a buyer pays is what the farmer gets."""
    if not sentence.has("price_type", "buyer"):
        return None
    said = [tag for tag in clause if tag.price_type]
    if sentence.is_deal:
        said = [tag for tag in said if not tag.plays("total")]  # jumla: wholesale, and all in all
    elif not said and any(tag.buyer for tag in clause) and any(tag.plays("pay") for tag in clause):
        return PriceType.FARM_GATE
    return said[0].price_type if said else None


def _side(clause: Sequence[Tag]) -> Side | None:
    """Whether the sender says that they sell or that they buy; None for neither and for both."""
    sides = [side for side in Side if any(tag.plays(side) for tag in clause)]
    return sides[0] if len(sides) == 1 else None


def _commodity(clause: Sequence[Tag], sentence: Sentence) -> str | None:
    commodities = sentence.vocabulary.commodities
    named = commodity_tags(clause)
    if named:
        codes = [code for code, _ in named[0].commodities]
        return min(codes, key=lambda code: commodities[code].rank)
    return next((tag.buys for tag in clause if tag.buys in commodities), None)


def _with_unknown_words(item: Item, sentence: Sentence) -> Item:
    if not sentence.loose or (item.commodity and item.is_placed):
        return item
    return replace(item, unknown_words=sentence.said(sentence.loose) or None)


def _borrow(items: Sequence[Item], at: int) -> Item:
    """Take a missing commodity or place from the clause before, else from the one behind."""
    item = items[at]
    neighbours = [*reversed(items[:at]), *items[at + 1 :]]
    if not item.commodity:
        item = replace(item, commodity=next((n.commodity for n in neighbours if n.commodity), None))
    if not item.is_placed:
        placed = next((n for n in neighbours if n.is_placed), Item())
        item = replace(item, place_id=placed.place_id, places=placed.places)
    if item.unit is None and at and item.commodity == items[at - 1].commodity:
        item = replace(item, unit=items[at - 1].unit)  # "kilo 38 jumla, 45 rejareja"
    if not item.side:
        item = replace(item, side=next((n.side for n in neighbours if n.side), None))
    return item
