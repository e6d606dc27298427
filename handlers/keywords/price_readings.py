"""What a price without a measure may have meant: another unit, or a digit that slipped."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from handlers.conversation import Conversation
from handlers.keywords.verbs import Subject
from prices.catalogue import conversions
from prices.estimates import SLIP
from prices.observations import UnitUnsaid

MOST_UNITS = 3
# A unit that comes this near to the usual price is meant; farther off a digit may have slipped.
NEAR = Decimal("1.5")
SLIPS = tuple(Decimal(10) ** power for power in (-1, 1, -2, 2))


class PriceReading(NamedTuple):
    """So much for a unit, and what that is for a base unit."""

    price: Decimal
    unit: str
    per_base_unit: Decimal


def readings(
    conversation: Conversation, subject: Subject, unsaid: UnitUnsaid, base_unit: str
) -> Sequence[PriceReading]:
    """What it may have meant, the likeliest first, and last that it was meant as it stands."""
    usual = unsaid.usual
    units = sorted(
        (
            one
            for one in _in_units(conversation, subject, unsaid.price)
            if _is_near(one, usual, SLIP)
        ),
        key=lambda one: _off(one, usual),
    )[:MOST_UNITS]
    as_said = PriceReading(unsaid.price, base_unit, unsaid.price)
    if units and _is_near(units[0], usual, NEAR):
        return [*units, as_said]
    slips = [PriceReading(unsaid.price * by, base_unit, unsaid.price * by) for by in SLIPS]
    slipped = sorted(slips, key=lambda one: _off(one, usual))[:1]
    return [*(one for one in slipped if _is_near(one, usual, SLIP)), *units, as_said]


def _in_units(
    conversation: Conversation, subject: Subject, told: Decimal
) -> Iterator[PriceReading]:
    """The price as one of every unit known; of two that hold the same the clearer name."""
    vocabulary, language = conversation.vocabulary, conversation.language
    known = conversions(
        conversation.session,
        commodity=subject.commodity,
        country=vocabulary.country.code,
        place_id=subject.place.id,
        on=conversation.today,
    )
    # "90 kg bag" says more than "bag".
    names = {unit: vocabulary.unit_name(unit, language) for unit in known}
    by_size = {
        known[unit].quantity: unit for unit in sorted(known, key=lambda unit: len(names[unit]))
    }
    for quantity, unit in by_size.items():
        yield PriceReading(told, unit, told / quantity)


def _off(reading: PriceReading, usual: Decimal) -> Decimal:
    """By which factor it misses the usual price, upwards or downwards."""
    if not usual:
        return Decimal("Infinity")
    ratio = reading.per_base_unit / usual
    return max(ratio, 1 / ratio)


def _is_near(reading: PriceReading, usual: Decimal, factor: Decimal | int) -> bool:
    return _off(reading, usual) <= factor
