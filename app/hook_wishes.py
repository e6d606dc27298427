"""What an operator may wish of a hook; what cannot be is a ValueError told in one line."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.named import commodity_named
from app.service import Service
from messaging.hook_addresses import checked_url
from messaging.hooks import HookWanted
from prices.kinds import PlaceKind
from prices.reads import countries
from prices.vocabulary import Vocabulary, fold


def hook_wished(
    session: Session,
    service: Service,
    *,
    url: str,
    country: str | None,
    commodities: Sequence[str],
    counties: Sequence[str],
    with_demo: bool,
) -> HookWanted:
    """A hook as it is kept: everything by its code."""
    code = country.strip().upper() if country else None
    if code is not None and code not in countries(session):
        raise ValueError(f"Bei has no prices of {code}")
    words = service.catalogue.vocabulary(session, code or service.settings.country)
    return HookWanted(
        url=checked_url(url, to_loopback=service.settings.hooks_to_loopback),
        country=code,
        commodities=tuple(dict.fromkeys(commodity_named(one, words) for one in commodities)),
        counties=tuple(dict.fromkeys(_county(one, words) for one in counties)),
        with_demo=with_demo,
    )


def _county(written: str, words: Vocabulary) -> str:
    """The code of a county, of the country that is meant."""
    meant = fold(written)
    for place in words.places.values():
        is_meant = written == place.code or meant == fold(place.name)
        if place.kind is PlaceKind.ADMIN1 and is_meant:
            return place.code
    raise ValueError(f"there is no {words.country.admin1_word} {written} in {words.country.name}")
