"""How texts go, in the operator's words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from messaging.gateway_states import Standing
from messaging.kinds import Lane, OutboundKind
from messaging.msisdn import mask
from messaging.outbox import Loop
from messaging.reachability import Lost
from messaging.sending_rules import SendingRules
from messaging.sms_budget import Spending
from messaging.sms_prices import SmsLimit, SmsLimits, SmsSpent

# So many are named, the newest first.
MOST_NAMED = 3


def rules_in_words(rules: SendingRules, gateways: Sequence[str]) -> str:
    """What the operator decided: which way, how fast, when, and what is sent once more."""
    ways = "; ".join(
        f"{prefix} through {' or '.join(names)}" for prefix, names in rules.routes.by_prefix.items()
    )
    return "; ".join(
        [
            f"{ways}; else {rules.routes.default}" if ways else f"through {rules.routes.default}",
            *_paces(rules, gateways),
            _quiet(rules),
            _resends(rules),
        ]
    )


def budget_in_words(limits: SmsLimits | None, spending: Spending | None) -> str:
    """What texts took of the day and the month, and what waits because of it."""
    if limits is None or spending is None:
        return "none: texts may cost whatever they cost; BEI_DAILY_SMS_BUDGET sets one"
    parts = [
        f"today {_of(limits, limits.day, spending.day)}",
        f"this month {_of(limits, limits.month, spending.month)}",
    ]
    if spending.held_back:
        parts.append(f"WAITING, for it is used up for them: {_by_kind(spending.held_back)}")
    return "; ".join(parts)


def unknown_in_words(unknown: Mapping[OutboundKind, int]) -> str:
    """The texts whose end nobody knows."""
    if not unknown:
        return "none: of every text is known whether it went"
    total = sum(unknown.values())
    return (
        f"{_counted(total, 'text')} may have gone or not: {_by_kind(unknown)}; a gateway broke off "
        "before it answered, and no delivery report has come"
    )


def loops_in_words(loops: Sequence[Loop], days: int) -> str:
    """The texts that were stopped, for they went round between two machines."""
    if not loops:
        return f"none in {days} days"
    named = ", ".join(f"{mask(loop.msisdn)} ({loop.stopped:,})" for loop in loops[:MOST_NAMED])
    stopped = sum(loop.stopped for loop in loops)
    return (
        f"{_counted(stopped, 'text')} stopped in {days} days, to {_counted(len(loops), 'number')}: "
        f"{named}; look what they text: a machine may be answering ours"
    )


def lost_in_words(count: int, newest: Sequence[Lost]) -> str:
    """The phones that no text reaches, to which none is started."""
    if not count:
        return "none"
    named = ", ".join(f"{mask(one.msisdn)} ({one.because})" for one in newest)
    return (
        f"{_counted(count, 'phone')} that no text reached; replies alone still go. "
        f"The newest: {named}"
    )


def standing_in_words(standing: Standing, now: datetime) -> str | None:
    """What is amiss with a gateway; None where nothing is."""
    parts = []
    if standing.rests_until is not None and standing.rests(Lane.URGENT, now):
        because = standing.rests_because or "it turned texts away"
        parts.append(f"rests until {standing.rests_until:%H:%M} UTC: {because}")
    elif standing.bulk_rests_until is not None and standing.rests(Lane.BULK, now):
        until = f"{standing.bulk_rests_until:%H:%M}"
        parts.append(f"takes no bulletins until {until} UTC: their calls failed again and again")
    if standing.share < 100:
        parts.append(f"so many calls failed that it takes {standing.share} % of its texts")
    return "; ".join(parts) or None


def _paces(rules: SendingRules, gateways: Sequence[str]) -> Iterator[str]:
    for name in gateways:
        if name in rules.rates:
            yield f"{name} up to {rules.rates[name]:g} segments a second"


def _quiet(rules: SendingRules) -> str:
    hours = rules.quiet_hours
    if hours is None:
        return "at any hour"
    return f"replies alone from {hours.begins:%H:%M} to {hours.ends:%H:%M}"


def _resends(rules: SendingRules) -> str:
    if not rules.resends:
        return "nothing is sent once more that may have gone"
    kinds = " and ".join(_plural(kind) for kind in OutboundKind if kind in rules.resends)
    return f"{kinds} that may have gone are sent once more"


def _of(limits: SmsLimits, limit: SmsLimit, spent: SmsSpent) -> str:
    segments = f"{spent.segments:,}{_limit_of(limit.segments)} segments"
    if limits.price is None:
        return segments
    money = "" if limit.money is None else f" of {limit.money:,.2f}"
    return f"{segments}, {limits.price.currency} {spent.money:,.2f}{money}"


def _limit_of(segments: int | None) -> str:
    return "" if segments is None else f" of {segments:,}"


def _by_kind(counts: Mapping[OutboundKind, int]) -> str:
    return ", ".join(_counted(count, kind) for kind, count in counts.items())


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word if number == 1 else _plural(word)}"


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
