"""What the operator lets us spend beyond answering people."""

from dataclasses import dataclass

from messaging.airtime import AirtimeOffer


@dataclass(frozen=True)
class Allowance:
    """How many reporters may be asked in a day, what a report earns; nothing unless it is said."""

    asks_a_day: int = 0
    airtime: AirtimeOffer | None = None


NOTHING = Allowance()
