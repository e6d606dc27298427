"""GET /api/v1/coverage: where prices are known, and where people ask in vain."""

from datetime import UTC, datetime
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
from groups.coverage import Coverage, coverage

blueprint = Blueprint("coverage", __name__, url_prefix="/api/v1/coverage", description="Coverage")


class CoverageSchema(Schema):
    """One commodity in one county."""

    commodity = of.commodity()
    county = of.words(
        "A code; null: asked of the whole country.", "ke-county-nakuru", allow_none=True
    )
    good = of.whole("Places with a good price.", 2)
    few = of.whole("Places with few reports.", 3)
    one = of.whole("Places with a single one.", 1)
    old = of.whole("Places where none is recent.", 4)
    asked = of.whole("Questions of the last 14 days.", 120)
    in_vain = of.whole("Those that found no fresh price.", 30)


class CoverageArgs(PageArgs, CountryArgs):
    """Of which commodity."""

    commodity = of.commodity(is_asked=True)


@blueprint.route("")
class CoverageView(MethodView):
    """Commodity by county."""

    @lists(blueprint, CoverageArgs, CoverageSchema, "counties of each commodity")
    def get(self, args: dict[str, Any]) -> Response:
        """Coverage

        Of each commodity and county how many places have which kind of price, and how often it was
        asked for in the last 14 days.
        """
        after = decode(args["cursor"], str, int)
        home = service()
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
            rows = coverage(session, vocabulary, datetime.now(UTC))
        meant = [
            row
            for row in rows
            if args["commodity"] in {None, row.commodity} and (not after or _key(row) > after)
        ]
        page = meant[: args["limit"]]
        told = [
            {
                "commodity": row.commodity,
                "county": vocabulary.places[row.county_id].code if row.county_id else None,
                "good": row.good,
                "few": row.few,
                "one": row.one,
                "old": row.old,
                "asked": row.asked,
                "in_vain": row.in_vain,
            }
            for row in page
        ]
        return answer(
            told, CoverageSchema, args, _key(page[-1]) if len(meant) > len(page) else None
        )


def _key(row: Coverage) -> list[Any]:
    return [row.commodity, row.county_id or 0]
