"""Which lines of a book count, for whoever reads sums or a few columns and not whole lines."""

from functools import cache

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from groups.book_kinds import EntryKind
from groups.book_models import BookLine


# Made once: a table by another name costs milliseconds, more than a member's sum does.
@cache
def still_counts() -> ColumnElement[bool]:
    """The line takes nothing out, and no other line takes its place (`groups.book.lines_of`)."""
    correction = aliased(BookLine)
    is_corrected = select(correction.id).where(correction.corrects_id == BookLine.id).exists()
    return and_(BookLine.kind != EntryKind.VOID, ~is_corrected)
