"""GET /api/v1/markets: where prices are told."""

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
    decode,
    lists,
    place_named,
    service,
    vocabulary_of,
)
from prices.kinds import PlaceKind
from prices.open_data import open_markets

blueprint = Blueprint("markets", __name__, url_prefix="/api/v1/markets", description="Places")


class MarketSchema(Schema):
    """A market, town or ward."""

    code = of.words("Its code, which stays.", "ke-nakuru")
    name = of.words("Its name.", "Nakuru")
    kind = of.words("market (towns too) or ward.", PlaceKind.MARKET.value)
    county = of.words("The code of the county it lies in.", "ke-county-nakuru", allow_none=True)
    county_name = of.words("Its name.", "Nakuru", allow_none=True)
    latitude = of.figure("In degrees north; null: not known.", -0.3072, allow_none=True)
    longitude = of.figure("In degrees east.", 36.0723, allow_none=True)


class MarketArgs(PageArgs, CountryArgs):
    """Which places."""

    county = fields.String(load_default=None, metadata={"description": "The code of a county."})


@blueprint.route("")
class Markets(MethodView):
    """The map."""

    @lists(blueprint, MarketArgs, MarketSchema, "places")
    def get(self, args: dict[str, Any]) -> Response:
        """Markets, towns and wards

        Every place of which a price can be told, by code.
        """
        home = service()
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
        county = (
            None if args["county"] is None else place_named(vocabulary, "county", args["county"])
        )
        after = decode(args["cursor"], str)
        found = open_markets(
            vocabulary,
            county_id=None if county is None else county.id,
            after=None if after is None else after[0],
            limit=args["limit"] + 1,
        )
        page = found[: args["limit"]]
        rows = []
        for place in page:
            above = vocabulary.admin1_of(place.id)
            rows.append(
                {
                    "code": place.code,
                    "name": place.name,
                    "kind": place.kind.value,
                    "county": None if above is None else above.code,
                    "county_name": None if above is None else above.name,
                    "latitude": of.degrees(place.latitude),
                    "longitude": of.degrees(place.longitude),
                }
            )
        cursor = [page[-1].code] if len(found) > len(page) else None
        return answer(rows, MarketSchema, args, cursor)
