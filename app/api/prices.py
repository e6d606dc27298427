"""GET /api/v1/prices: what is published, with what it rests on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from app.api import fields as of
from app.api.answers import (
    CountryArgs,
    PageArgs,
    answer,
    commodity_known,
    decode,
    lists,
    place_named,
    refuse,
    service,
    vocabulary_of,
)
from app.tables import Value
from prices.cells import CellEstimate
from prices.estimates import Confidence
from prices.exporters import Moment
from prices.geography import trading_places
from prices.kinds import Buyer, PriceType
from prices.open_data import PriceFilter, PriceKey, open_prices
from prices.open_price import price_row, published
from prices.vocabulary import Vocabulary

# Nobody kept a book before this, and nobody asks for what is to come.
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC).date()

blueprint = Blueprint(
    "prices", __name__, url_prefix="/api/v1/prices", description="Price estimates"
)


class PriceSchema(Schema):
    """What a commodity costs at a place."""

    commodity = of.commodity()
    place = of.words("The code of the market, town or ward.", "ke-nakuru")
    place_name = of.words("Its name.", "Nakuru")
    county = of.words("The code of the county it lies in.", "ke-county-nakuru", allow_none=True)
    price_type = of.price_type()
    buyer = of.buyer()
    grade = of.words("As it was said; null: over all grades.", None, allow_none=True)
    price = of.figure("Per unit: the median of what is believed.", 47)
    low = of.figure("The lower end of its 10–90 % range.", 45)
    high = of.figure("The upper end.", 49)
    currency = of.words("ISO 4217.", "KES")
    unit = of.words("The base unit of the commodity.", "litre")
    reports = of.whole("Recent reports, one a person and day.", 6)
    reporters = of.whole("By so many people.", 4)
    confidence = of.confidence()
    newest_at = of.moment("When the newest report was told.")


class PriceArgs(PageArgs, CountryArgs):
    """Which prices."""

    commodity = of.commodity(is_asked=True)
    place = fields.String(
        load_default=None,
        metadata={"description": "A market, or a county with all its markets, by code."},
    )
    price_type = of.price_type(is_asked=True)
    buyer = of.buyer(is_asked=True)
    grade = fields.String(load_default=None, metadata={"description": "A grade as it was said."})
    confidence = of.confidence(is_asked=True)
    updated_since = of.asked_moment("Only prices with a report since then.")
    at = fields.Date(
        load_default=None,
        metadata={"description": "As published at the end of this day; today where left out."},
    )


@blueprint.route("")
class Prices(MethodView):
    """Every price that rests on reports of the last 30 days."""

    @lists(blueprint, PriceArgs, PriceSchema, "prices")
    def get(self, args: dict[str, Any]) -> Response:
        """Price estimates

        One row for each commodity, place and price type over all buyers and grades (null), and one
        for each buyer and grade of which anybody told.
        """
        home = service()
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
            after = decode(args["cursor"], str, str, str, str, str)
            page = open_prices(
                session,
                vocabulary,
                _wanted(vocabulary, args),
                now=_moment(vocabulary, args),
                after=None if after is None else PriceKey(*after),
                limit=args["limit"],
            )
        rows = [_row(vocabulary, one) for one in page.prices]
        return answer(rows, PriceSchema, args, page.after)


def _wanted(vocabulary: Vocabulary, args: Mapping[str, Any]) -> PriceFilter:
    place = None if args["place"] is None else place_named(vocabulary, "place", args["place"])
    if args["commodity"] is not None:
        commodity_known(vocabulary, args["commodity"])
    places = None if place is None else [one.id for one in trading_places(vocabulary, place)]
    return PriceFilter(
        commodity=args["commodity"],
        place_ids=places,
        price_type=_of(PriceType, args["price_type"]),
        buyer=_of(Buyer, args["buyer"]),
        grade=args["grade"],
        confidence=_of(Confidence, args["confidence"]),
        updated_since=args["updated_since"],
    )


def _of(kind: Any, value: str | None) -> Any:
    return None if value is None else kind(value)


def _moment(vocabulary: Vocabulary, args: Mapping[str, Any]) -> datetime:
    now = datetime.now(UTC)
    day = args["at"]
    if day is None:
        return now
    if not FIRST_DAY <= day <= (now + timedelta(days=1)).date():
        refuse("at", f"A day from {FIRST_DAY} to today.")
    return Moment(now, day).by_clock_of(vocabulary.country)


def _row(vocabulary: Vocabulary, one: CellEstimate) -> Mapping[str, Value]:
    return price_row(vocabulary, one.cell, published(one.estimate))
