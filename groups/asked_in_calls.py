"""What is looked up on the menu: noted with the session, counted a moment later.

A hop writes one row, its session's own. Counting there as well would have every caller of a country
wait for the few rows on which everybody counts the same price.
"""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from groups.demand import count_query
from groups.favourites import note_asked
from messaging.ussd_sessions import take_asked
from prices.cells import Cell
from prices.kinds import PriceType

SEPARATOR = "|"


class Lookup(NamedTuple):
    """A price that was looked up, on which day there, and whether people there told it lately."""

    cell: Cell
    day: date
    is_answered: bool

    def as_line(self) -> str:
        """As the session keeps it; no code holds a space or a bar."""
        cell = self.cell
        answered = "1" if self.is_answered else "0"
        fields = (cell.commodity, str(cell.place_id), cell.price_type, str(self.day), answered)
        return SEPARATOR.join(fields) + "\n"


def count_asked_in_calls(session: Session, most: int) -> int:
    """Count what was looked up in so many sessions; how many sessions that were."""
    taken = take_asked(session, most)
    lookups, favourites = Counter[Lookup](), Counter[tuple[int, str, int]]()
    last_asked_at: dict[tuple[int, str, int], datetime] = {}
    for asked in taken:
        for lookup in filter(None, map(_lookup, asked.lines)):
            lookups[lookup] += 1
            favourite = (asked.subscriber_id, lookup.cell.commodity, lookup.cell.place_id)
            favourites[favourite] += 1
            before = last_asked_at.get(favourite, asked.asked_at)
            last_asked_at[favourite] = max(before, asked.asked_at)
    # In one order: each count stays locked, and a text may ask for the same ones.
    for lookup, times in sorted(lookups.items(), key=lambda one: _order(one[0])):
        count_query(session, lookup.cell, lookup.day, is_answered=lookup.is_answered, times=times)
    for favourite, times in sorted(favourites.items()):
        person_id, commodity, place_id = favourite
        note_asked(
            session,
            person_id,
            commodity=commodity,
            place_id=place_id,
            times=times,
            asked_at=last_asked_at[favourite],
        )
    return len(taken)


def _lookup(line: str) -> Lookup | None:
    """What a line says; None for one of another release, which must not hold up the others."""
    try:
        commodity, place_id, price_type, day, answered = line.split(SEPARATOR)
        cell = Cell(commodity, int(place_id), PriceType(price_type))
        return Lookup(cell, date.fromisoformat(day), answered == "1")
    except ValueError:
        return None


def _order(lookup: Lookup) -> tuple[str, int, PriceType, date, bool]:
    cell = lookup.cell
    return cell.commodity, cell.place_id, cell.price_type, lookup.day, lookup.is_answered
