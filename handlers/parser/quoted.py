"""The numbers of a clause as they are quoted: with money, a measure, a time beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handlers.parser.tag import Tag

_MONEY_MARKS = frozenset({"/=", "/-", "="})
_PRICE_MARKS = frozenset({"@"})
_PER_MARKS = frozenset({"/", "@"})
# "Ng'ombe laki nane" is the price of one cow, not so many of them.
MOST_HEADS = 100


@dataclass(frozen=True)
class Figure:
    """A number and what stands beside it."""

    at: int
    value: Decimal
    is_money: bool
    is_per: bool
    unit: Tag | None
    unit_leads: bool
    is_old: bool
    is_new: bool
    is_each: bool  # @ 44, at 44, 44 each: the price of one unit
    is_paid: bool
    is_count: bool


def quoted_figures(tags: Sequence[Tag]) -> list[Figure]:
    """The numbers that may be money or measure, each with what stands beside it."""
    return [
        _figure(tags, at)
        for at, tag in enumerate(tags)
        if tag.number is not None and not _tells_time(tags, at)
    ]


def counts_heads(tags: Sequence[Tag], figure: Figure) -> bool:
    """True for the five of "5 cows" and the two of "mbuzi wawili"; not for "cow 45000"."""
    leads = any(tag.commodities for tag in tags[figure.at + 1 : figure.at + 2])
    in_words = tags[figure.at].sense.in_words and figure.value < MOST_HEADS
    return figure.is_count and not figure.is_money and (leads or in_words)


def _tells_time(tags: Sequence[Tag], at: int) -> bool:
    """True for an hour, a number of days and "11 a day": neither money nor measure."""
    before, after = _beside(tags, at)
    timed = after is not None and after.plays("time")
    if after is not None and after.plays("per") and not after.units:
        timed = any(tag.plays("time") for tag in tags[at + 2 : at + 3])
    return timed or (before is not None and before.plays("o_clock"))


def _figure(tags: Sequence[Tag], at: int) -> Figure:
    before, after = _beside(tags, at)
    money_behind = after is not None and (_is_money(tags, at + 1) or after.text in _MONEY_MARKS)
    money_before = before is not None and (
        before.currency is not None or before.text in _PRICE_MARKS or before.plays("at", "pay")
    )
    is_per, unit = _unit_behind(tags, at + 1 + money_behind)
    leads = unit is None and _unit_leads(tags, at)
    is_per = is_per or (leads and before is not None and before.plays("per"))  # "each 650"
    said = _last_said(tags, at) or _said_next(tags, at)
    return Figure(
        at=at,
        value=tags[at].number or Decimal(0),
        is_money=money_behind or money_before,
        is_per=is_per,
        unit=before if leads else unit,
        unit_leads=leads,
        is_old=said == "was",
        is_new=said == "now",
        is_each=is_per
        or (before is not None and (before.text in _PRICE_MARKS or before.plays("at"))),
        is_paid=before is not None and before.plays("pay", "for"),
        is_count=_is_count(tags, at),
    )


def _last_said(tags: Sequence[Tag], at: int) -> str | None:
    """Whether "was" or "now" was said since the number before: "yesterday beans 120 today 110"."""
    for tag in reversed(tags[:at]):
        if tag.number is not None:
            break
        for role in ("now", "was"):
            if tag.plays(role):
                return role
    return None


def _said_next(tags: Sequence[Tag], at: int) -> str | None:
    """Whether "was" or "now" follows at once: "elfu nne jana, leo elfu tatu"."""
    after = tags[at + 1 : at + 2]
    return next((role for role in ("now", "was") if after and after[0].plays(role)), None)


def _is_count(tags: Sequence[Tag], at: int) -> bool:
    """True for the two of "two goats" and "mbuzi wawili"."""
    return any(tag.commodities for tag in (*tags[at + 1 : at + 2], *tags[max(at - 1, 0) : at]))


def _is_money(tags: Sequence[Tag], at: int) -> bool:
    """True for the shillings of "45 sh"; in "lita 1 sh 55" they belong to the 55."""
    leads = at + 1 < len(tags) and tags[at + 1].number is not None
    return tags[at].currency is not None and not leads


def _unit_leads(tags: Sequence[Tag], at: int) -> bool:
    """True for the 45 of "lita 45"; in "20 lita 45" the litres belong to the 20."""
    if at == 0 or not tags[at - 1].units:
        return False
    return at == 1 or tags[at - 2].number is None


def _beside(tags: Sequence[Tag], at: int) -> tuple[Tag | None, Tag | None]:
    before = [tag for tag in tags[max(at - 2, 0) : at] if tag.text not in {".", ":", "-"}]
    after = tags[at + 1] if at + 1 < len(tags) else None
    return (before[-1] if before else None), after


def _unit_behind(tags: Sequence[Tag], at: int) -> tuple[bool, Tag | None]:
    """The unit that follows, and whether "per" or a slash leads to it."""
    is_per = at < len(tags) and (tags[at].text in _PER_MARKS or tags[at].plays("per"))
    if is_per and any(tag.number is not None for tag in tags[at + 1 : at + 2]):
        return False, None  # "3 kila moja 6500": each of them for the number behind
    if is_per and not tags[at].units:
        at += 1
    if at < len(tags) and tags[at].units:
        return is_per, tags[at]
    return False, None
