"""How calls go, in the operator's words."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from messaging.session_ends import DropOff

# So many screens are named, where most people leave.
MOST_NAMED = 3
# Who hangs up here has heard what they came for.
ANSWERS = frozenset({"price", "best", "trend", "bulletin"})


def calls_in_words(found: DropOff, days: int) -> str:
    """How many there were, how many came to the end, where the others left, what they cost."""
    if not found.calls:
        return ", ".join([f"none in {days} days", *_unseen(found)])
    shares = [
        f"{_counted(found.calls, 'call')} in {days} days",
        f"{_percent(_satisfied(found) / found.calls)} to an answer or the end",
        *_left(found),
    ]
    rest = [*_duration(found), *_costs(found.costs), *_unseen(found)]
    return "; ".join(part for part in (", ".join(shares), ", ".join(rest)) if part)


def _satisfied(found: DropOff) -> int:
    return found.finished + sum(one.left for one in found.screens if one.screen in ANSWERS)


def _left(found: DropOff) -> Iterator[str]:
    """The screens by the names of their frames; a call from before those were kept names none."""
    named = [one for one in found.screens if one.left and one.screen not in {None, *ANSWERS}]
    if named:
        most = (f"{one.screen} ({_percent(one.left / found.calls)})" for one in named[:MOST_NAMED])
        yield f"most left at: {', '.join(most)}"


def _duration(found: DropOff) -> Iterator[str]:
    if found.median_seconds is not None:
        yield f"{found.median_seconds:,} s in the middle"
        yield f"nine of ten within {found.p90_seconds:,} s"


def _costs(costs: Mapping[str | None, Decimal]) -> Iterator[str]:
    each = [
        f"{currency or 'without a currency'} {cost:,.2f}"
        for currency, cost in sorted(costs.items(), key=lambda one: (one[0] is None, one[0] or ""))
    ]
    if each:
        yield f"{' and '.join(each)} in all"


def _unseen(found: DropOff) -> Iterator[str]:
    if found.unseen:
        yield f"{_counted(found.unseen, 'call')} that never reached us"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
