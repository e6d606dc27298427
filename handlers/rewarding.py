"""Airtime for a price where few were known: promised together with the report."""

from collections.abc import Sequence

from groups.demand import was_thin
from handlers.conversation import Conversation
from messaging.airtime import AirtimeOffer, promise_airtime
from messaging.phrases import say
from messaging.phrases.formats import amount, money
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from prices.observations import Recorded


def reward(conversation: Conversation, kept: Sequence[Recorded]) -> str:
    """Promise airtime for each price that earns it, and say so; else nothing is said."""
    offer, language = conversation.allowance.airtime, conversation.language
    if offer is None or offer.currency != conversation.vocabulary.country.currency:
        return ""
    promised = [told for told in kept if _is_promised(conversation, told, offer)]
    if not promised:
        return ""
    sign = conversation.vocabulary.money_sign(offer.currency)
    figure = amount(offer.amount * len(promised), language)
    return say(language, "{amount} airtime is on its way.", amount=money(figure, sign, language))


def _is_promised(conversation: Conversation, told: Recorded, offer: AirtimeOffer) -> bool:
    return _earns(conversation, told) and promise_airtime(
        conversation.session,
        conversation.subscriber,
        offer,
        observation_id=told.observation_id,
        on=conversation.today,
        now=conversation.now,
    )


def _earns(conversation: Conversation, told: Recorded) -> bool:
    """Only what is believed as it stands, from a real person, where next to nothing was known."""
    row = conversation.session.get_one(PriceObservation, told.observation_id)
    is_believed = row.status is ObservationStatus.ACCEPTED and not row.is_demo
    return is_believed and was_thin(conversation.session, conversation.vocabulary, row)
