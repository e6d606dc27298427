"""Groups that farmers found themselves, by text."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from groups.groups import find_group, join
from groups.models import Group, Role, fold_code
from messaging.models import Subscriber
from prices.vocabulary import CountryEntry, fold

NAME_LENGTH = 60
_CODE_LENGTH, _SHORTEST_CODE = 16, 3
# No group is known by the words that half of them bear: "Dairy" would be the first one's code.
_EVERYBODYS = frozenset(
    {
        "dairy", "farmers", "farmer", "group", "milk", "self", "help", "women", "youth", "society",
        "cooperative", "sacco", "the", "kikundi", "chama", "wakulima", "wafugaji", "grupo",
        "asociacion", "groupe", "groupement", "union",
    }
)  # fmt: skip
# Mondays at seven, as everybody's own lists; the operator may set another time.
_MONDAY, _HOUR = 1, 7


def found_group(
    session: Session,
    founder: Subscriber,
    country: CountryEntry,
    *,
    name: str,
    place_id: int,
    language: str,
    commodity: str,
    now: datetime,
) -> Group:
    """A new group whose founder is its secretary; its code is made of its name, and is its own."""
    group = open_group(
        session,
        country,
        name=name,
        place_id=place_id,
        language=language,
        commodity=commodity,
        is_demo=founder.is_demo,
    )
    join(session, group, founder, now, role=Role.SECRETARY)
    return group


def open_group(
    session: Session,
    country: CountryEntry,
    *,
    name: str,
    place_id: int,
    language: str,
    commodity: str,
    is_demo: bool = False,
) -> Group:
    """A new group with nobody in it yet."""
    values: dict[str, object] = {
        "name": name[:NAME_LENGTH],
        "country": country.code,
        "place_id": place_id,
        "language": language,
        "commodity_code": commodity,
        "bulletin_weekdays": _MONDAY,
        "bulletin_hour": _HOUR,
        "timezone": country.timezone,
        "is_demo": is_demo,
    }
    return next(filter(None, (_enter(session, code, values) for code in codes_for(name))))


def codes_for(name: str) -> Iterator[str]:
    """Codes that lead to a name, the plainest first: KIRIMA, KIRIMADAIRY, KIRIMA2, KIRIMA3 …"""
    words = fold(name).split()
    own = [word for word in words if word not in _EVERYBODYS] or words
    first = fold_code(own[0])
    if len(first) < _SHORTEST_CODE:
        first = fold_code("".join(own[:2]))
    first = first[:_CODE_LENGTH]
    yield first
    yield fold_code(" ".join(words))[:_CODE_LENGTH]
    yield from (f"{first}{number}" for number in count(2))


def _enter(session: Session, code: str, values: dict[str, object]) -> Group | None:
    """The group of this code; None where another one has it."""
    if find_group(session, code) is not None:
        return None
    group = Group(code=code, **values)
    try:
        # The savepoint keeps the caller's work when another process took the code first.
        with session.begin_nested():
            session.add(group)
    except IntegrityError:
        return None
    return group
