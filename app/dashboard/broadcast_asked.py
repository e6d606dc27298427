"""To whom a broadcast goes, as a form says it."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from groups.broadcast_models import Reach
from groups.broadcasts import Whom
from groups.groups import find_group
from groups.models import BulletinList
from prices.kinds import PlaceKind
from prices.models import Place
from prices.vocabulary import Vocabulary

Row = TypeVar("Row", BulletinList, Place)


def whom_asked(session: Session, form: Mapping[str, str], vocabulary: Vocabulary) -> Whom | str:
    """Whom the form names; a sentence where it names nobody."""
    country = vocabulary.country
    match form.get("reach", ""):
        case Reach.GROUP:
            group = find_group(session, form.get("group", ""))
            named = None if group is None else Whom(group.country, group=group)
            return named or "There is no group with that code."
        case Reach.LIST:
            of_list = _by_id(session, BulletinList, form.get("list", ""))
            named = None if of_list is None else Whom(country.code, bulletin_list=of_list)
            return named or "There is no such list."
        case Reach.COUNTY:
            county = _by_id(session, Place, form.get("county", ""))
            is_one = county is not None and county.kind is PlaceKind.ADMIN1
            named = Whom(country.code, county=county) if is_one else None
            return named or f"There is no such {country.admin1_word}."
        case Reach.EVERYBODY:
            return Whom(country.code)
        case _:
            return "Say to whom it goes."


def _by_id(session: Session, kind: type[Row], written: str) -> Row | None:
    is_id = written.isascii() and written.isdecimal() and len(written) < 10
    return session.get(kind, int(written)) if is_id else None
