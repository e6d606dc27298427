"""What is asked of the price store."""

from datetime import datetime

from sqlalchemy.orm import Session

from prices.answers import LastKnown, NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.kinds import PriceType
from prices.vocabulary import Vocabulary

__all__ = [
    "LastKnown",
    "NearestPrice",
    "NoPrice",
    "OwnPrice",
    "PriceAnswer",
    "Published",
    "answer_price",
]


def answer_price(
    session: Session,
    vocabulary: Vocabulary,
    *,
    commodity: str,
    place_id: int,
    price_type: PriceType | None,
    now: datetime,
) -> PriceAnswer:
    """The best honest answer: own market, else nearest, else published series, else nothing."""
    raise NotImplementedError
