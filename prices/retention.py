"""How long the words are kept in which prices and fares were told; the figures stay."""

from db.retention import Kept, Rule
from prices.kinds import ObservationStatus
from prices.models import PriceObservation, TransportFare

RULES = (
    Rule(
        "words of reports",
        Kept.TEXTS,
        PriceObservation,
        PriceObservation.reported_at,
        cleared={"raw_text": ""},
        stays=PriceObservation.status == ObservationStatus.HELD,
    ),
    Rule(
        "words of fares",
        Kept.TEXTS,
        TransportFare,
        TransportFare.reported_at,
        cleared={"raw_text": ""},
    ),
)
