"""What the address of a list says: how it is sorted and where the page begins (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

PAGE = 50
# A database turns away a larger number where an id is meant.
LARGEST_ID = 2**31 - 1
# Nobody looks for more; SQLite gives up on a pattern of 50,000 letters.
LONGEST_WORDS = 80


@dataclass(frozen=True)
class Sort:
    """By which column a list stands."""

    key: str
    is_descending: bool = False


def sort_of(args: Mapping[str, str], known: Collection[str], default: str) -> Sort:
    """?sort=-price as Sort("price", True); what is no column of the list is as if not said."""
    written = args.get("sort", default)
    if written.lstrip("-") not in known:
        written = default
    return Sort(written.lstrip("-"), written.startswith("-"))


def words_of(args: Mapping[str, str]) -> str | None:
    """?q=githunguri as what is looked for; None for nothing."""
    return args.get("q", "")[:LONGEST_WORDS].strip() or None


def after_of(args: Mapping[str, str]) -> int | None:
    """?after=120 as 120; anything else is the first page."""
    written = args.get("after", "")
    is_id = written.isdecimal() and len(written) <= 10 and int(written) <= LARGEST_ID
    return int(written) if is_id else None
