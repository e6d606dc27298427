"""People's numbers as a list may show them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from messaging.models import Subscriber
from messaging.msisdn import mask


def masked_numbers(session: Session, subscriber_ids: Collection[int]) -> dict[int, str]:
    """The numbers of people, masked, by their ids."""
    found = session.execute(
        select(Subscriber.id, Subscriber.msisdn).where(Subscriber.id.in_(subscriber_ids))
    )
    return {id_: mask(msisdn) for id_, msisdn in found}
