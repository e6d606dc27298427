"""Which number is the price, which the quantity, and which only says how big the bag is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from handlers.parser.tag import Tag
from prices.vocabulary import Vocabulary

_MONEY_MARKS = frozenset({"/=", "/-", "="})
_PRICE_MARKS = frozenset({"@"})
_PER_MARKS = frozenset({"/", "@"})
# How unit codes write a size: bag_90kg, 500ml, jerrycan_20l.
SIZES = {"kg": "kg", "g": "g", "litre": "l", "ml": "ml"}
# Sacks are sold in these, so "dairy meal 70kg 2900" is the price of a sack, not of 70 kilos.
_SACK_KG = frozenset(map(Decimal, (25, 50, 70, 90, 100, 126)))
_SACK = "bag"
_UNSAID_BOXES = (_SACK, "packet")  # "unga 2kg 180", "potatoes 50kg 1800"
# Mangoes go three for fifty; "20 kwa 45" is twenty of something at 45 each.
MOST_FOR_ONE_PRICE = 12
_PIECE = "piece"
# "Ng'ombe laki nane" is the price of one cow, not so many of them.
MOST_HEADS = 100
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


@dataclass(frozen=True)
class _Figure:
    """A number and what stands beside it."""

    at: int
    value: Decimal
    is_money: bool
    is_per: bool
    unit: Tag | None
    unit_leads: bool
    is_old: bool
    is_new: bool
    is_each: bool  # @ 44, at 44, 44 each: the price of one unit
    is_paid: bool
    is_count: bool


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
    figures = [
        _figure(tags, at)
        for at, tag in enumerate(tags)
        if tag.number is not None and not _tells_time(tags, at)
    ]
    size = _size(figures, tags, vocabulary, is_deal=is_deal)
    if size is not None:
        figures = [figure for figure in figures if figure is not size[0]]
    if is_livestock:
        heads = [figure for figure in figures if _counts_heads(tags, figure)]
        figures = [figure for figure in figures if figure not in heads or is_deal]
    for_several = _for_several(tags, figures)
    able = [for_several] if for_several else _prices(figures, only_plain=only_plain, deal=is_deal)
    price = able[0] if len(able) == 1 else None
    quantity = None if for_several else _quantity(figures, price)
    is_total = is_deal and any(tag.plays("total") for tag in tags)
    if price and quantity and (is_total or _is_total(price, quantity, is_deal=is_deal)):
        price = replace(price, value=price.value / quantity.value)
    return Amounts(
        price=None if price is None else price.value,
        prices=() if price or only_plain else tuple(figure.value for figure in able),
        currency=next((tag.currency for tag in tags if tag.currency), None),
        unit=size[1] if size else _unit(price, quantity, tags) or (_PIECE if for_several else None),
        quantity=None if quantity is None else quantity.value,
    )


def _tells_time(tags: Sequence[Tag], at: int) -> bool:
    """True for an hour, a number of days and "11 a day": neither money nor measure."""
    before, after = _beside(tags, at)
    timed = after is not None and after.plays("time")
    if after is not None and after.plays("per") and not after.units:
        timed = any(tag.plays("time") for tag in tags[at + 2 : at + 3])
    return timed or (before is not None and before.plays("o_clock"))


def _figure(tags: Sequence[Tag], at: int) -> _Figure:
    before, after = _beside(tags, at)
    money_behind = after is not None and (_is_money(tags, at + 1) or after.text in _MONEY_MARKS)
    money_before = before is not None and (
        before.currency is not None or before.text in _PRICE_MARKS or before.plays("at", "pay")
    )
    is_per, unit = _unit_behind(tags, at + 1 + money_behind)
    leads = unit is None and _unit_leads(tags, at)
    is_per = is_per or (leads and before is not None and before.plays("per"))  # "each 650"
    said = _last_said(tags, at) or _said_next(tags, at)
    return _Figure(
        at=at,
        value=tags[at].number or Decimal(0),
        is_money=money_behind or money_before,
        is_per=is_per,
        unit=before if leads else unit,
        unit_leads=leads,
        is_old=said == "was",
        is_new=said == "now",
        is_each=is_per
        or (before is not None and (before.text in _PRICE_MARKS or before.plays("at"))),
        is_paid=before is not None and before.plays("pay", "for"),
        is_count=_is_count(tags, at),
    )


def _last_said(tags: Sequence[Tag], at: int) -> str | None:
    """Whether "was" or "now" was said since the number before: "yesterday beans 120 today 110"."""
    for tag in reversed(tags[:at]):
        if tag.number is not None:
            break
        for role in ("now", "was"):
            if tag.plays(role):
                return role
    return None


def _said_next(tags: Sequence[Tag], at: int) -> str | None:
    """Whether "was" or "now" follows at once: "elfu nne jana, leo elfu tatu"."""
    after = tags[at + 1 : at + 2]
    return next((role for role in ("now", "was") if after and after[0].plays(role)), None)


def _counts_heads(tags: Sequence[Tag], figure: _Figure) -> bool:
    """True for the five of "5 cows" and the two of "mbuzi wawili"; not for "cow 45000"."""
    leads = any(tag.commodities for tag in tags[figure.at + 1 : figure.at + 2])
    in_words = tags[figure.at].sense.in_words and figure.value < MOST_HEADS
    return figure.is_count and not figure.is_money and (leads or in_words)


def _is_count(tags: Sequence[Tag], at: int) -> bool:
    """True for the two of "two goats" and "mbuzi wawili"."""
    return any(tag.commodities for tag in (*tags[at + 1 : at + 2], *tags[max(at - 1, 0) : at]))


def _is_money(tags: Sequence[Tag], at: int) -> bool:
    """True for the shillings of "45 sh"; in "lita 1 sh 55" they belong to the 55."""
    leads = at + 1 < len(tags) and tags[at + 1].number is not None
    return tags[at].currency is not None and not leads


def _unit_leads(tags: Sequence[Tag], at: int) -> bool:
    """True for the 45 of "lita 45"; in "20 lita 45" the litres belong to the 20."""
    if at == 0 or not tags[at - 1].units:
        return False
    return at == 1 or tags[at - 2].number is None


def _beside(tags: Sequence[Tag], at: int) -> tuple[Tag | None, Tag | None]:
    before = [tag for tag in tags[max(at - 2, 0) : at] if tag.text not in {".", ":", "-"}]
    after = tags[at + 1] if at + 1 < len(tags) else None
    return (before[-1] if before else None), after


def _unit_behind(tags: Sequence[Tag], at: int) -> tuple[bool, Tag | None]:
    """The unit that follows, and whether "per" or a slash leads to it."""
    is_per = at < len(tags) and (tags[at].text in _PER_MARKS or tags[at].plays("per"))
    if is_per and any(tag.number is not None for tag in tags[at + 1 : at + 2]):
        return False, None  # "3 kila moja 6500": each of them for the number behind
    if is_per and not tags[at].units:
        at += 1
    if at < len(tags) and tags[at].units:
        return is_per, tags[at]
    return False, None


def _size(
    figures: Sequence[_Figure], tags: Sequence[Tag], vocabulary: Vocabulary, *, is_deal: bool
) -> tuple[_Figure, str] | None:
    """The number that only names a unit ("gunia 90kg", "50kg bag"), with the unit's code."""
    boxes = [code for tag in tags for code in tag.units if code not in {*SIZES, _PIECE}]
    # "Bought rice 50 kg @2600" counts kilos; in a report that would be the price of a sack.
    counts_kilos = is_deal and not boxes
    for figure in figures:
        if figure.unit is None or figure.is_money or figure.is_per or counts_kilos:
            continue
        measure = next((code for code in figure.unit.units if code in SIZES), None)
        if measure is None:
            continue
        code = _sized_unit(figure.value, measure, boxes, vocabulary)
        if code is None and len(figures) > 1:
            code = _sack_of_any_size(figure.value, measure, boxes, vocabulary)
        if code is not None:
            return figure, code
    return None


def _sized_unit(
    value: Decimal, measure: str, boxes: Sequence[str], vocabulary: Vocabulary
) -> str | None:
    if value == Decimal("0.5") and measure == "litre":
        value, measure = Decimal(500), "ml"
    size = f"{value.normalize():f}{SIZES[measure]}"
    candidates = [
        *(f"{box}_{size}" for box in boxes),
        size,
        *boxes,
        *(f"{box}_{size}" for box in _UNSAID_BOXES),
    ]
    known = (code for code in candidates if code.endswith(size) and code in vocabulary.units)
    return next(known, None)


def _sack_of_any_size(
    value: Decimal, measure: str, boxes: Sequence[str], vocabulary: Vocabulary
) -> str | None:
    if boxes:
        return boxes[0]
    is_sack = measure == "kg" and value in _SACK_KG and _SACK in vocabulary.units
    return _SACK if is_sack else None


def _for_several(tags: Sequence[Tag], figures: Sequence[_Figure]) -> _Figure | None:
    """2 kwa 50, 3 for 100: the price of one."""
    for count, price in pairwise(figures):
        between = tags[count.at + 1 : price.at]
        several = count.unit is None and 0 < count.value <= MOST_FOR_ONE_PRICE
        if several and between and all(tag.plays("for") for tag in between):
            return replace(price, value=price.value / count.value)
    return None


def _prices(figures: Sequence[_Figure], *, only_plain: bool, deal: bool) -> list[_Figure]:
    """The numbers that can be the price; one where it is clear which."""
    # In a deal "yesterday" says when it was struck.
    current = [figure for figure in figures if deal or not figure.is_old]
    # "Hay bale 1" asks for one bale: nobody quotes a price of one and leaves out the money.
    plain = [figure for figure in current if figure.unit is None and figure.value != 1]
    uncounted = [figure for figure in plain if not figure.is_count]
    # In a deal "today" says when, not which of two prices is the new one.
    by_time = [] if deal and len(current) == len(figures) else current
    for able in (
        [figure for figure in by_time if figure.is_new],
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


def _is_total(price: _Figure, quantity: _Figure, *, is_deal: bool) -> bool:
    """True for "30 litres, they paid 1350", which is 45 a litre; not for "paid 46"."""
    if not is_deal or not price.is_paid or price.is_per or quantity.value <= 1:
        return False
    each = price.value / quantity.value
    return each >= TOTAL_PER_UNIT and each == each.quantize(_CENT)


def _may_price_its_unit(figure: _Figure) -> bool:
    """True for "900 kilo", a price for a kilo; not for "12 litres" and "lita 1", so much milk."""
    if figure.unit is None or figure.value == 1:
        return False
    return figure.unit_leads or not figure.unit.text.endswith("s")


def _quantity(figures: Sequence[_Figure], price: _Figure | None) -> _Figure | None:
    measured = [f for f in figures if f is not price and f.unit is not None and not f.is_per]
    plain = [f for f in figures if f is not price and f.unit is None and not f.is_old]
    able = measured or (plain if price is not None and len(plain) == 1 else [])
    is_clear = len(able) == 1 and able[0].value > 0
    # "lita 1" says how much the price is for, "ng'ombe mmoja" how many were sold.
    return able[0] if is_clear and (able[0].value != 1 or able[0] in plain) else None


def _unit(price: _Figure | None, quantity: _Figure | None, tags: Sequence[Tag]) -> str | None:
    beside_price = None if price is None else price.unit
    beside_quantity = None if quantity is None else quantity.unit
    anywhere = next((tag for tag in tags if tag.units), None)
    units = [tag for tag in (beside_price, beside_quantity, anywhere) if tag is not None]
    codes = [_code(tag) for tag in units]
    if len(codes) > 1 and codes[0] == _PIECE:  # "5 trays, 370 each": each of them is a tray
        codes = codes[1:]
    return _with_its_size(codes[0], tags) if codes else None


def _with_its_size(code: str, tags: Sequence[Tag]) -> str:
    """Bags of 50 kg, where their size is said apart from them."""
    sized = (unit for tag in tags for unit in tag.units if unit.startswith(f"{code}_"))
    return next(sized, code)


def _code(tag: Tag) -> str:
    """The measure that bears this very name, else the plainest of those the word may mean."""
    return tag.text if tag.text in tag.units else min(tag.units, key=len)
