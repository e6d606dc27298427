"""GET /api/v1/commodities: what has a price."""

from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema

from app.api import fields as of
from app.api.answers import (
    CountryArgs,
    PageArgs,
    answer,
    decode,
    lists,
    service,
    vocabulary_of,
)

blueprint = Blueprint(
    "commodities", __name__, url_prefix="/api/v1/commodities", description="What has a price"
)


class CommoditySchema(Schema):
    """A thing with a price of its own."""

    code = of.words("Its code, which stays.", "milk")
    name = of.words("Its English name.", "Milk")
    local_name = of.words("Its name in the country's language.", "maziwa")
    unit = of.words("The unit of every price of it.", "litre")
    price_type = of.price_type()
    shop_commodity = of.words(
        "What shops sell in its stead, with a price of its own.", "packet_milk", allow_none=True
    )


class CommodityArgs(PageArgs, CountryArgs):
    """Which commodities."""


@blueprint.route("")
class Commodities(MethodView):
    """The catalogue."""

    @lists(blueprint, CommodityArgs, CommoditySchema, "commodities")
    def get(self, args: dict[str, Any]) -> Response:
        """Commodities

        The catalogue, by code; `price_type` is what a price means that says nothing of it.
        """
        home = service()
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
        after = decode(args["cursor"], str)
        behind = (code for code in sorted(vocabulary.commodities) if not after or code > after[0])
        found = list(behind)
        page = found[: args["limit"]]
        language = vocabulary.country.language
        rows = [
            {
                "code": entry.code,
                "name": entry.name,
                "local_name": vocabulary.commodity_name(entry.code, language),
                "unit": entry.base_unit,
                "price_type": entry.price_type.value,
                "shop_commodity": entry.shop_code,
            }
            for entry in map(vocabulary.commodities.__getitem__, page)
        ]
        return answer(rows, CommoditySchema, args, [page[-1]] if len(found) > len(page) else None)
