"""How a group pays, as an officer types it: BASE 45 A +1 C -2 LEVY 1% (pure)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from groups.schemes import Band, BuyerTerms, GradeRate, Measure, Scheme, Season
from handlers.parser.payment_text import meanings
from prices.vocabulary import fold

_MEASURES = {"fat": Measure.FAT, "density": Measure.DENSITY, "count": Measure.COUNT}
_FIGURE = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,4})?")
_SHARE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)%")
_BOUND = re.compile(r"([^\W\d_]+)([<>])(\d{1,4}(?:\.\d{1,2})?)")
_GRADE = re.compile(r"[A-Z]{1,2}")
_MONTHS = re.compile(r"([^\W\d_]+)(?:-([^\W\d_]+))?")
# FAT > 3.5 and A+1 are typed with spaces and without.
_SPACED = re.compile(r"\s*([<>])\s*")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=[+-]\d)")
_MOST_DAYS = 120


@dataclass(frozen=True)
class NotATerm:
    """A scheme that cannot be read, and at which word; "" where it says no price at all."""

    word: str


def read_terms(words: str) -> Scheme | NotATerm:
    """The scheme that these words say; what they leave out is not in it."""
    left = _GLUED.sub(" ", _SPACED.sub(r"\1", words)).replace(", ", " ").split()
    scheme, has_price = Scheme(), False
    while left:
        read = _read_one(scheme, left)
        if read is None:
            return NotATerm(left[0])
        has_price = has_price or bool(_meant(left[0]) & {"base", "margin"})
        scheme, taken = read
        left = left[taken:]
    return scheme if has_price else NotATerm("")


# A scheme with what some words say, and how many words that were; None: they say nothing.
_Read = tuple[Scheme, int] | None


def _read_one(scheme: Scheme, left: list[str]) -> _Read:
    for meaning, read in _TERMS.items():
        if meaning in _meant(left[0]):
            return read(scheme, left)
    return _band(scheme, left) or _season(scheme, left) or _grade(scheme, left)


def _meant(word: str) -> frozenset[str]:
    return frozenset(meanings().get(fold(word), {}))


def _base(scheme: Scheme, left: list[str]) -> _Read:
    price = _figure(left, 1)
    return None if price is None or price <= 0 else (replace(scheme, base_price=price), 2)


def _margin(scheme: Scheme, left: list[str]) -> _Read:
    margin = _figure(left, 1)
    return None if margin is None or margin < 0 else (replace(scheme, margin=margin), 2)


def _levy(scheme: Scheme, left: list[str]) -> _Read:
    share = _SHARE.fullmatch(left[1]) if len(left) > 1 else None
    if share is not None:
        return replace(scheme, levy_per_cent=Decimal(share[1])), 2
    levy = _figure(left, 1)
    return None if levy is None or levy < 0 else (replace(scheme, levy_per_litre=levy), 2)


def _transport(scheme: Scheme, left: list[str]) -> _Read:
    cost = _figure(left, 1)
    return None if cost is None or cost < 0 else (replace(scheme, transport_per_litre=cost), 2)


def _coin(scheme: Scheme, left: list[str]) -> _Read:
    coin = _figure(left, 1)
    return (
        None
        if coin is None or coin < Decimal("0.01")
        else (
            replace(scheme, smallest_coin=coin),
            2,
        )
    )


def _monthly(scheme: Scheme, _: list[str]) -> _Read:
    return replace(scheme, is_monthly=True), 1


def _pay(scheme: Scheme, left: list[str]) -> _Read:
    """PAY 5: members, days after the period. PAY KCC 14: a buyer, days after a sale."""
    days = _days(left, 1)
    if days is not None:
        return replace(scheme, days_to_pay=days), 2 + _says_days(left, 2)
    days = _days(left, 2)
    if days is None:
        return None
    buyer = BuyerTerms(left[1], days)
    return replace(scheme, buyers=(*scheme.buyers, buyer)), 3 + _says_days(left, 3)


def _days(left: list[str], at: int) -> int | None:
    figure = _figure(left, at)
    if figure is None or figure != figure.to_integral_value() or not 0 <= figure <= _MOST_DAYS:
        return None
    return int(figure)


def _says_days(left: list[str], at: int) -> bool:
    return len(left) > at and "days" in _meant(left[at])


def _band(scheme: Scheme, left: list[str]) -> _Read:
    """FAT>3.5 +1: above or below a bound so much a litre more or less."""
    said, rate = _BOUND.fullmatch(left[0]), _figure(left, 1)
    if said is None or rate is None:
        return None
    measure = next((_MEASURES[one] for one in _meant(said[1]) if one in _MEASURES), None)
    if measure is None:
        return None
    band = Band(measure, said[2] == ">", Decimal(said[3]), rate)
    return replace(scheme, bands=(*scheme.bands, band)), 2


def _season(scheme: Scheme, left: list[str]) -> _Read:
    """NOV-FEB +2, or one month."""
    said, rate = _MONTHS.fullmatch(left[0]), _figure(left, 1)
    if said is None or rate is None:
        return None
    first, last = _month(said[1]), _month(said[2] or said[1])
    if first is None or last is None:
        return None
    return replace(scheme, seasons=(*scheme.seasons, Season(first, last, rate))), 2


def _month(word: str) -> int | None:
    found = (one.removeprefix("month_") for one in _meant(word) if one.startswith("month_"))
    return next(map(int, found), None)


def _grade(scheme: Scheme, left: list[str]) -> _Read:
    """A +1: each grade once."""
    grade, rate = left[0].upper(), _figure(left, 1)
    if not _GRADE.fullmatch(grade) or rate is None:
        return None
    if any(one.grade == grade for one in scheme.grades):
        return None
    return replace(scheme, grades=(*scheme.grades, GradeRate(grade, rate))), 2


def _figure(left: list[str], at: int) -> Decimal | None:
    if len(left) <= at or not _FIGURE.fullmatch(left[at]):
        return None
    return Decimal(left[at])


_TERMS: Mapping[str, Callable[[Scheme, list[str]], _Read]] = {
    "base": _base,
    "margin": _margin,
    "levy": _levy,
    "transport": _transport,
    "coin": _coin,
    "monthly": _monthly,
    "pay": _pay,
}
