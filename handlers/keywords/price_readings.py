"""What a doubtful price may have meant: another unit, or a digit that slipped."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from handlers.conversation import Conversation
from handlers.keywords.verbs import Subject
from prices.catalogue import conversions
from prices.observations import Held

MOST_UNITS = 3
# Units that hold the same but for so much are one answer: a kilo of milk is nearly a litre.
ALIKE = Decimal("1.1")
# A reading has to come this near to the usual price.
FAR = 3
# One that comes nearer still is meant, and the others are not.
NEAR = Decimal("1.5")
TENFOLD, HUNDREDFOLD = (Decimal("0.1"), Decimal(10)), (Decimal("0.01"), Decimal(100))


class PriceReading(NamedTuple):
    """So much for a unit, and what that is for a base unit."""

    price: Decimal
    unit: str
    per_base_unit: Decimal


def readings(conversation: Conversation, subject: Subject, held: Held) -> Sequence[PriceReading]:
    """What it may have meant, the likeliest first, and last that it was meant as it stands.

    Whoever named the unit more likely slipped in a digit; whoever did not, in the unit.
    """
    usual = held.usual
    as_said = PriceReading(held.price, held.unit, held.price_per_base_unit)
    in_units = (
        one
        for one in _in_units(conversation, subject, held.price)
        # Another unit explains a price only where it brings it nearer.
        if one.unit != held.unit and _off(one, usual) * NEAR <= _off(as_said, usual)
    )
    units = _likely(_apart(in_units), usual)[:MOST_UNITS]
    tenfold, hundredfold = (
        _likely((_times(as_said, by) for by in factors), usual)
        for factors in (TENFOLD, HUNDREDFOLD)
    )
    if held.is_unit_said:
        return [*_nearest([*tenfold, *units, *hundredfold], usual), as_said]
    is_unit_meant = bool(units) and _off(units[0], usual) <= NEAR
    return [*([] if is_unit_meant else [*tenfold, *hundredfold]), *units, as_said]


def _times(reading: PriceReading, factor: Decimal) -> PriceReading:
    price, unit, per_base_unit = reading
    return PriceReading(price * factor, unit, per_base_unit * factor)


def _likely(found: Iterable[PriceReading], usual: Decimal) -> list[PriceReading]:
    """Those that may be meant, the nearest first."""
    near = [one for one in found if _off(one, usual) <= FAR]
    return sorted(near, key=lambda one: _off(one, usual))


def _apart(found: Iterable[PriceReading]) -> list[PriceReading]:
    """Of units that hold nearly the same the first one."""
    apart: list[PriceReading] = []
    for one in found:
        if all(_off(one, other.per_base_unit) > ALIKE for other in apart):
            apart.append(one)
    return apart


def _nearest(found: Sequence[PriceReading], usual: Decimal) -> Sequence[PriceReading]:
    return [one for one in found if _off(one, usual) <= NEAR] or found


def _in_units(
    conversation: Conversation, subject: Subject, told: Decimal
) -> Iterator[PriceReading]:
    """The price as one of every unit known, first of the base unit; of like ones the clearest."""
    vocabulary, language = conversation.vocabulary, conversation.language
    known = conversions(
        conversation.session,
        commodity=subject.commodity,
        country=vocabulary.country.code,
        place_id=subject.place.id,
        on=conversation.today,
    )
    base_unit = vocabulary.commodities[subject.commodity].base_unit
    # "90 kg bag" says more than "bag".
    longer = {unit: len(vocabulary.unit_name(unit, language)) for unit in known}
    for unit in sorted(known, key=lambda unit: (unit != base_unit, -longer[unit])):
        yield PriceReading(told, unit, told / known[unit].quantity)


def _off(reading: PriceReading, usual: Decimal) -> Decimal:
    """By which factor it misses the usual price, upwards or downwards."""
    ratio = reading.per_base_unit / usual
    return max(ratio, 1 / ratio)
