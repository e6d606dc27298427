"""The chain of a book: whatever is changed after the fact shows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from groups.book_chain import broken_at, hash_of
from groups.book_kinds import EntryKind, Milking, Reason
from groups.book_lines import Line

NOW = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


def a_book(lines: int) -> list[Line]:
    book: list[Line] = []
    for number in range(1, lines + 1):
        previous = book[-1].hash if book else ""
        line = Line(
            EntryKind.DELIVERY,
            date(2026, 3, 9),
            written_by=7,
            source_key=f"sms:{number}:0",
            raw_text="MILK JANE 12 A",
            milking=Milking.MORNING,
            member_id=3,
            litres=Decimal(12),
            grade="A",
            id=number + 40,
            group_id=1,
            number=number,
            written_at=NOW,
            previous_hash=previous,
        )
        book.append(replace(line, hash=hash_of(previous, line)))
    return book


def test_a_book_as_it_was_written_is_whole() -> None:
    assert broken_at([]) is None
    assert broken_at(a_book(5)) is None


@pytest.mark.parametrize(
    "what",
    [
        {"litres": Decimal("12.5")},
        {"litres": None},
        {"day": date(2026, 3, 10)},
        {"member_id": 4},
        {"grade": "B"},
        {"kind": EntryKind.REJECT},
        {"milking": None},
        {"reason": Reason.SOUR},
        {"buyer": "KCC"},
        {"price_per_litre": Decimal(1)},
        {"accepted_litres": Decimal(1)},
        {"amount": Decimal(1)},
        {"currency": "KES"},
        {"what_for": "feed"},
        {"corrects_id": 41},
        {"of_line_id": 41},
        {"written_by": 8},
        {"written_at": NOW.replace(microsecond=1)},
        {"source_key": "sms:9:0"},
        {"raw_text": "MILK JANE 12"},
        {"group_id": 2},
        {"number": 9},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_any_field_that_was_changed_breaks_its_line(what: dict[str, Any]) -> None:
    book = a_book(5)
    book[2] = replace(book[2], **what)
    assert broken_at(book) == 3


def test_a_line_with_a_new_hash_breaks_the_next_one() -> None:
    book = a_book(5)
    changed = replace(book[2], litres=Decimal(20))
    book[2] = replace(changed, hash=hash_of(changed.previous_hash, changed))
    assert broken_at(book) == 4


def test_a_line_taken_out_put_in_or_moved_shows() -> None:
    book = a_book(5)
    assert broken_at(book[:2] + book[3:]) == 3
    assert broken_at([*book[:2], book[1], *book[2:]]) == 3
    assert broken_at([book[0], book[2], book[1]]) == 2


def test_the_hash_is_the_same_however_a_figure_is_written() -> None:
    line = a_book(1)[0]
    for same in (Decimal("12.0000"), Decimal("12.0")):
        assert hash_of("", replace(line, litres=same)) == line.hash
    assert hash_of("", replace(line, id=1)) == line.hash
