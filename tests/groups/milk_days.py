"""Lines of a milk book as plain values, for stories of whole days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from groups.book_kinds import EntryKind, Milking
from groups.book_lines import Line

FIRST = date(2026, 11, 1)


def line(kind: EntryKind, day: int, litres: float | str | None, **more: Any) -> Line:
    """One line of a day of November; 0 is the last of October."""
    return Line(
        kind=kind,
        day=FIRST + timedelta(days=day - 1),
        written_by=1,
        source_key="story",
        raw_text="",
        litres=None if litres is None else Decimal(str(litres)),
        **more,
    )


def brought(day: int, morning: float, evening: float = 0, member: int = 1) -> list[Line]:
    """What a member brought on a day."""
    both = {Milking.MORNING: morning, Milking.EVENING: evening}
    return [
        line(EntryKind.DELIVERY, day, litres, milking=milking, member_id=member)
        for milking, litres in both.items()
        if litres
    ]


def sold(day: int, litres: float, accepted: float | None = None) -> Line:
    """The bulk of a day."""
    took = None if accepted is None else Decimal(str(accepted))
    return line(EntryKind.SALE, day, litres, accepted_litres=took)


def lost(day: int, litres: float) -> Line:
    """Milk that soured."""
    return line(EntryKind.LOSS, day, litres)


def own(day: int, litres: float | None, member: int = 1, milking: Milking | None = None) -> Line:
    """What a member wrote down."""
    return line(EntryKind.OWN, day, litres, member_id=member, milking=milking)
