"""A report that is made, and not kept yet."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from prices.kinds import Buyer, ObservationStatus, PriceType, Side
from prices.models import PriceObservation


@dataclass
class NewReport:
    """What becomes a `PriceObservation`, column by column: see there.

    An object of the session takes ten times as long to make, and whoever texts waits for it.
    """

    source_key: str
    reporter_id: int
    commodity_code: str
    place_id: int
    price_type: PriceType
    buyer: Buyer | None
    grade: str | None
    currency: str
    price: Decimal
    unit_code: str
    unit_factor_id: int | None
    price_per_base_unit: Decimal
    quantity: Decimal | None
    reported_at: datetime
    reported_on: date
    raw_text: str
    side: Side | None
    is_confirmed: bool = False
    is_demo: bool = False
    status: ObservationStatus = ObservationStatus.ACCEPTED
    error: float | None = None
    error_deviation: float | None = None
    slip_probability: float | None = None
    reporter_bias: float | None = None
    reporter_noise: float | None = None
    reporter_slip_share: float | None = None
    id: int = 0  # until it is kept

    @property
    def columns(self) -> dict[str, Any]:
        """Its row, but for the id, which the database gives."""
        row = dict(vars(self))
        del row["id"]
        return row


AnyReport = NewReport | PriceObservation
