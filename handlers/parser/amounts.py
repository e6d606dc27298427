"""Which number is the price, which the quantity, and which only says how big the bag is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from handlers.parser.measures import PIECE, size_of, unit_of
from handlers.parser.quoted import Figure, counts_heads, quoted_figures
from handlers.parser.tag import Tag
from prices.vocabulary import Vocabulary

# Mangoes go three for fifty; "20 kwa 45" is twenty of something at 45 each.
MOST_FOR_ONE_PRICE = 12
# "They paid 1350 for 30 litres" is a total: so much more than its quantity, and even per unit.
TOTAL_PER_UNIT = 20
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Amounts:
    """The numbers of one clause, each in its place; None: not said, or not to be told apart.

    `prices` holds the numbers that may be the price where nothing says which of them is.
    """

    price: Decimal | None = None
    prices: tuple[Decimal, ...] = ()
    currency: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None


def read_amounts(
    clause: Sequence[Tag],
    vocabulary: Vocabulary,
    *,
    only_plain: bool = False,
    is_deal: bool = False,
    is_livestock: bool = False,
) -> Amounts:
    """Tell the numbers of a clause apart.

    `only_plain`: a number with a unit is a quantity, not a price ("price of 20 litres").
    `is_deal`: something changed hands, so a number beside it counts it ("mbuzi wawili 7500").
    `is_livestock`: nobody prices "5 cows" at five.
    """
    tags = [tag for tag in clause if tag.sense.bears_on_amounts]
    figures = quoted_figures(tags)
    size = size_of(figures, tags, vocabulary, is_deal=is_deal)
    if size is not None:
        figures = [figure for figure in figures if figure is not size[0]]
    if is_livestock:
        heads = [figure for figure in figures if counts_heads(tags, figure)]
        figures = [figure for figure in figures if figure not in heads or is_deal]
    for_several = _for_several(tags, figures)
    able = [for_several] if for_several else _prices(figures, only_plain=only_plain, deal=is_deal)
    price = able[0] if len(able) == 1 else None
    quantity = None if for_several else _quantity(figures, price)
    is_total = is_deal and any(tag.plays("total") for tag in tags)
    if price and quantity and (is_total or _is_total(price, quantity, is_deal=is_deal)):
        price = replace(price, value=price.value / quantity.value)
    unit = size[1] if size else unit_of(price, quantity, tags)
    return Amounts(
        price=None if price is None else price.value,
        prices=() if price or only_plain else tuple(figure.value for figure in able),
        currency=next((tag.currency for tag in tags if tag.currency), None),
        unit=unit or (PIECE if for_several else None),
        quantity=None if quantity is None else quantity.value,
    )


def _for_several(tags: Sequence[Tag], figures: Sequence[Figure]) -> Figure | None:
    """2 kwa 50, 3 for 100: the price of one."""
    for count, price in pairwise(figures):
        between = tags[count.at + 1 : price.at]
        several = count.unit is None and 0 < count.value <= MOST_FOR_ONE_PRICE
        if several and between and all(tag.plays("for") for tag in between):
            return replace(price, value=price.value / count.value)
    return None


def _prices(figures: Sequence[Figure], *, only_plain: bool, deal: bool) -> list[Figure]:
    """The numbers that can be the price; one where it is clear which."""
    # In a deal "yesterday" says when it was struck.
    current = [figure for figure in figures if deal or not figure.is_old]
    # "Hay bale 1" asks for one bale: nobody quotes a price of one and leaves out the money.
    plain = [figure for figure in current if figure.unit is None and figure.value != 1]
    uncounted = [figure for figure in plain if not figure.is_count]
    for able in (
        # In a deal "today" says when, not which of two prices is the new one.
        [figure for figure in current if figure.is_new and not deal],
        [figure for figure in current if figure.is_each and not figure.is_per],
        [figure for figure in current if figure.is_money],
        [figure for figure in current if figure.is_per],
        uncounted if deal and len(uncounted) == 1 else [],
        plain,
        [] if only_plain else [figure for figure in current if _may_price_its_unit(figure)],
    ):
        if able:
            return able
    return []


def _is_total(price: Figure, quantity: Figure, *, is_deal: bool) -> bool:
    """True for "30 litres, they paid 1350", which is 45 a litre; not for "paid 46"."""
    if not is_deal or not price.is_paid or price.is_per or quantity.value <= 1:
        return False
    each = price.value / quantity.value
    return each >= TOTAL_PER_UNIT and each == each.quantize(_CENT)


def _may_price_its_unit(figure: Figure) -> bool:
    """True for "900 kilo", a price for a kilo; not for "12 litres" and "lita 1", so much milk."""
    if figure.unit is None or figure.value == 1:
        return False
    return figure.unit_leads or not figure.unit.text.endswith("s")


def _quantity(figures: Sequence[Figure], price: Figure | None) -> Figure | None:
    measured = [f for f in figures if f is not price and f.unit is not None and not f.is_per]
    plain = [f for f in figures if f is not price and f.unit is None and not f.is_old]
    able = measured or (plain if price is not None and len(plain) == 1 else [])
    is_clear = len(able) == 1 and able[0].value > 0
    # "lita 1" says how much the price is for, "ng'ombe mmoja" how many were sold.
    return able[0] if is_clear and (able[0].value != 1 or able[0] in plain) else None
