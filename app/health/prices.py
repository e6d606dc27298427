"""The audit of prices in the operator's words."""

from collections.abc import Mapping

from prices.audit import WAITING, Audit
from prices.estimates import Confidence
from prices.kinds import ObservationStatus

_LABELS = {
    Confidence.GOOD: "good",
    Confidence.FEW: "on few reports",
    Confidence.ONE: "on one",
    Confidence.OLD: "old",
}


def reports_in_words(audit: Audit, days: int) -> str:
    """How many there were, how near they came, and what became of them."""
    if not audit.reports:
        return f"none in {days} days"
    parts = [f"{_counted(audit.reports, 'report')} in {days} days", *_nearness(audit)]
    dropped = audit.by_status.get(ObservationStatus.DROPPED, 0)
    parts += [
        f"{_percent(audit.asked_back / audit.reports)} asked back",
        f"{_percent(dropped / audit.reports)} dropped",
    ]
    return ", ".join(parts)


def _nearness(audit: Audit) -> list[str]:
    if audit.half_within is None or audit.most_within is None:
        return ["none where enough was known to judge it by"]
    told = [
        f"half within {_percent(audit.half_within)} of what was believed before them",
        f"nine of ten within {_percent(audit.most_within)}",
    ]
    if audit.coverage is not None:
        told.append(f"{_percent(audit.coverage)} in the range foretold (80 % would be right)")
    return told


def waiting_in_words(audit: Audit) -> str:
    """What waits for an answer or for the moderators."""
    if not audit.waiting:
        return "none waits for a look"
    each = (f"{audit.by_status.get(status, 0):,} {status}" for status in WAITING)
    wait = "wait" if audit.waiting > 1 else "waits"
    return f"{audit.waiting:,} {wait} for a look: {', '.join(each)}"


def labels_in_words(labels: Mapping[Confidence, int]) -> str:
    """How good the prices are that are published now."""
    told = [f"{labels[label]:,} {words}" for label, words in _LABELS.items() if labels.get(label)]
    return f"{sum(labels.values()):,} published: {', '.join(told)}" if told else "none published"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
