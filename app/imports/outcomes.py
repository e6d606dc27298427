"""What an import did, or would do, as it is kept and shown (pure)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from messaging.msisdn import mask_numbers
from prices.importers.bulk import PriceShown
from prices.importers.observations import ObservationSummary
from prices.importers.reference_csv import Brought, RowChange
from prices.importers.series import ImportSummary
from prices.reference_fields import written_value
from prices.reference_tables import ReferenceTable

MOST_LINES = 1_000  # left out and named
MOST_SHOWN = 40
MOST_GROUPS = 100
LINES_OF_GROUP = 12


@dataclass(frozen=True)
class Outcome:
    """Every row read is in exactly one of the first six numbers.

    `is_all_or_nothing`: one line that is left out stops all of it.
    """

    new: int
    changed: int
    unchanged: int
    repeated: int  # by a later line of the file
    left_out: int
    read: int
    is_all_or_nothing: bool = False
    reasons: Sequence[tuple[str, int]] = ()
    lines: Sequence[tuple[int, str]] = ()  # left out: their numbers and why
    shown: Sequence[tuple[str, str, str]] = ()  # what, before, after
    new_markets: Sequence[str] = ()
    rows: Sequence[RowChange] = field(default=(), repr=False)

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers, as they are kept."""
        return {
            "read": self.read,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "repeated": self.repeated,
            "left_out": self.left_out,
            "is_all_or_nothing": self.is_all_or_nothing,
        }

    @property
    def detail(self) -> dict[str, Any]:
        """The rest, as it is kept: in whatever column it was, no phone number is."""
        lines = [(line, mask_numbers(reason)) for line, reason in self.lines[:MOST_LINES]]
        return {
            "reasons": [[reason, count] for reason, count in self.reasons],
            "lines": [list(line) for line in lines],
            "groups": _grouped(lines),
            "shown": [[mask_numbers(word) for word in one] for one in self.shown[:MOST_SHOWN]],
            "new_markets": list(self.new_markets[:MOST_LINES]),
        }


def of_series(summary: ImportSummary) -> Outcome:
    """Of published prices."""
    by_count = sorted(summary.skipped.items(), key=lambda item: -item[1].count)
    lines = sorted(
        (named.number, _because(reason, named.example))
        for reason, skipped in by_count
        for named in skipped.named
    )
    return Outcome(
        new=summary.inserted,
        changed=summary.updated,
        unchanged=summary.unchanged,
        repeated=summary.duplicates,
        left_out=sum(skipped.count for _, skipped in by_count),
        read=summary.read,
        reasons=[(str(reason), skipped.count) for reason, skipped in by_count],
        lines=lines,
        shown=[_price_shown(one) for one in summary.shown],
        new_markets=summary.new_markets,
    )


def of_observations(summary: ObservationSummary) -> Outcome:
    """Of people's reports."""
    return Outcome(
        new=summary.kept,
        changed=0,
        unchanged=summary.known,
        repeated=0,
        left_out=summary.unkept,
        read=summary.read,
        lines=[(one.line, one.reason) for one in summary.named],
    )


def of_rows(table: ReferenceTable, brought: Brought) -> Outcome:
    """Of reference data."""
    new = [change for change in brought.changes if change.before is None]
    changed = [change for change in brought.changes if change.before is not None]
    return Outcome(
        new=len(new),
        changed=len(changed),
        unchanged=brought.unchanged,
        repeated=0,
        left_out=len(brought.faults),
        read=brought.read,
        is_all_or_nothing=True,
        lines=[(fault.line, fault.reason) for fault in brought.faults],
        shown=[_row_shown(table, change) for change in (*changed, *new)],
        rows=brought.changes,
    )


def differences(
    before: Mapping[str, str] | None, after: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What a row was and is, only where that is not the same."""
    if before is None:
        return {}, {name: value for name, value in after.items() if value}
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def _grouped(lines: Iterable[tuple[int, str]]) -> list[list[Any]]:
    """Each reason once, with the first of its lines: the most frequent first."""
    by_reason: defaultdict[str, list[int]] = defaultdict(list)
    for line, reason in lines:
        by_reason[reason].append(line)
    common_first = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    return [
        [reason, len(found), found[:LINES_OF_GROUP]] for reason, found in common_first[:MOST_GROUPS]
    ]


def _because(reason: str, example: str) -> str:
    """A reason with its words; one whose words are only the line it stands on without them."""
    told = re.sub(r"^line \d+(: )?", "", example)
    return f"{reason}: {told}" if told else str(reason)


def _price_shown(one: PriceShown) -> tuple[str, str, str]:
    what = f"{one.product}, {one.place or '?'}, {one.priced_on:%Y-%m-%d}, {one.price_type}"
    unit = f"{one.currency} per {one.unit_quoted}"
    was = "" if one.was is None else f"{written_value(one.was)} {unit}"
    return what, was, f"{written_value(one.price)} {unit}"


def _row_shown(table: ReferenceTable, change: RowChange) -> tuple[str, str, str]:
    before, after = differences(change.before, change.after)
    return table.subject(change.after), _fields(before.items()), _fields(after.items())


def _fields(items: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}: {value or '–'}" for name, value in items)
