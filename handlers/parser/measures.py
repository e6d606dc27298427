"""What a price is for: the measure that is said, and the number that only says how big it is."""

from collections.abc import Sequence
from decimal import Decimal

from handlers.parser.quoted import Figure
from handlers.parser.tag import Tag
from prices.vocabulary import Vocabulary

# How unit codes write a size: bag_90kg, 500ml, jerrycan_20l.
SIZES = {"kg": "kg", "g": "g", "litre": "l", "ml": "ml"}
PIECE = "piece"
# Sacks are sold in these, so "dairy meal 70kg 2900" is the price of a sack, not of 70 kilos.
_SACK_KG = frozenset(map(Decimal, (25, 50, 70, 90, 100, 126)))
_SACK = "bag"
_UNSAID_BOXES = (_SACK, "packet")  # "unga 2kg 180", "potatoes 50kg 1800"


def size_of(
    figures: Sequence[Figure], tags: Sequence[Tag], vocabulary: Vocabulary, *, is_deal: bool
) -> tuple[Figure, str] | None:
    """The number that only names a unit ("gunia 90kg", "50kg bag"), with the unit's code."""
    boxes = [code for tag in tags for code in tag.units if code not in {*SIZES, PIECE}]
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


def unit_of(price: Figure | None, quantity: Figure | None, tags: Sequence[Tag]) -> str | None:
    """The code of the measure beside the price, else beside the quantity, else anywhere."""
    beside_price = None if price is None else price.unit
    beside_quantity = None if quantity is None else quantity.unit
    anywhere = next((tag for tag in tags if tag.units), None)
    units = [tag for tag in (beside_price, beside_quantity, anywhere) if tag is not None]
    codes = [_code(tag) for tag in units]
    if len(codes) > 1 and codes[0] == PIECE:  # "5 trays, 370 each": each of them is a tray
        codes = codes[1:]
    return _with_its_size(codes[0], tags) if codes else None


def _with_its_size(code: str, tags: Sequence[Tag]) -> str:
    """Bags of 50 kg, where their size is said apart from them."""
    sized = (unit for tag in tags for unit in tag.units if unit.startswith(f"{code}_"))
    return next(sized, code)


def _code(tag: Tag) -> str:
    """The measure that bears this very name, else the plainest of those the word may mean."""
    return tag.text if tag.text in tag.units else min(tag.units, key=len)
