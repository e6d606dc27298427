"""A price answer as one flat object, for programs and for the operator's eye."""

from decimal import Decimal
from typing import assert_never

from prices.answers import NearestPrice, NoPrice, OwnPrice, PriceAnswer, Published
from prices.comparisons import Sides
from prices.estimates import Estimate
from prices.vocabulary import Vocabulary


def answer_object(
    answer: PriceAnswer, vocabulary: Vocabulary, sides: Sides | None = None
) -> dict[str, str | int | None]:
    """What was found, where, and how good it is; prices per base unit, as decimal strings.

    `sides` are those of the place and price type that answer: what sellers and buyers say there.
    """
    told: dict[str, str | int | None] = {
        "answer": _KINDS[type(answer)],
        "commodity": answer.commodity,
        "place": answer.place.code,
        "price_type": answer.price_type.value,
        "currency": answer.currency,
        "unit": vocabulary.commodities[answer.commodity].base_unit,
    }
    match answer:
        case OwnPrice():
            told |= {"markets": answer.markets, **_estimate(answer.estimate)}
        case NearestPrice():
            told |= {"asked": answer.asked_place.code, "km": f"{answer.distance_km:.0f}"}
            told |= _estimate(answer.estimate)
        case Published():
            told |= {"asked": answer.asked_place.code, "km": f"{answer.distance_km:.0f}"}
            told |= {"price": _plain(answer.price), "as_of": answer.priced_on.isoformat()}
            told |= {"source": answer.source}
        case NoPrice():
            told["price"] = None
        case _:
            assert_never(answer)
    return told | _sides(sides)


_KINDS = {
    OwnPrice: "own",
    NearestPrice: "nearest",
    Published: "published",
    NoPrice: "none",
}


def _estimate(estimate: Estimate) -> dict[str, str | int | None]:
    return {
        "price": _plain(estimate.price),
        "low": _plain(estimate.low),
        "high": _plain(estimate.high),
        "reports": estimate.reports,
        "reporters": estimate.reporters,
        "confidence": estimate.confidence.value,
        "as_of": estimate.newest_at.isoformat(),
        "demo": "yes" if estimate.is_demo else None,
    }


def _sides(sides: Sides | None) -> dict[str, str | int | None]:
    if sides is None:
        return dict.fromkeys(("sellers", "buyers", "gap"))
    return {
        "sellers": _plain(sides.sellers),
        "buyers": _plain(sides.buyers),
        "gap": _plain(sides.gap),
    }


def _plain(price: Decimal) -> str:
    """47.0000 as 47, 47.5000 as 47.5."""
    return f"{price.normalize():f}"
