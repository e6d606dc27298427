"""Who reported what a file of reports tells: subscribers, known or met now."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from messaging.models import Subscriber
from messaging.msisdn import MsisdnError, is_phone_number, normalise, read_sender
from messaging.subscribers import country_of, find_subscriber, get_or_create_subscribers
from prices.importers.observation_lines import Reporter
from prices.importers.observations import MeetAll


def meeting(country: str) -> MeetAll:
    """Reporters become subscribers; who writes to us later is known already."""

    def meet(session: Session, met_at: Mapping[str, datetime]) -> dict[str, Reporter | None]:
        numbers = {written: _msisdn(written, country) for written in met_at}
        found = get_or_create_subscribers(
            session,
            {number: met_at[written] for written, number in numbers.items() if number},
            default_country=country,
        )
        return {
            written: _reporter(found[number]) if number else None
            for written, number in numbers.items()
        }

    return meet


def looking(country: str) -> MeetAll:
    """Reporters as they would become subscribers: those not met yet get a number of their own."""
    new: defaultdict[str, int] = defaultdict(count(1).__next__)

    def look(session: Session, written: str) -> Reporter | None:
        msisdn = _msisdn(written, country)
        if msisdn is None:
            return None
        found = find_subscriber(session, msisdn)
        if found is None:
            return Reporter(-new[msisdn], country_of(session, msisdn, country))
        return _reporter(found)

    return lambda session, met_at: {written: look(session, written) for written in met_at}


def _reporter(found: Subscriber) -> Reporter:
    return Reporter(found.id, found.country, found.is_demo)


def _msisdn(written: str, country: str) -> str | None:
    """A phone number as somebody wrote it down, in E.164."""
    sender = read_sender(written)
    if is_phone_number(sender):
        return sender
    try:
        return normalise(sender, country)
    except MsisdnError:
        return None
