"""GET /api/v1/bulletins: what subscribers of a price were told.

A group's bulletin is its own: it may hold what its buyers paid.
"""

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
    commodity_known,
    decode,
    lists,
    service,
    vocabulary_of,
)
from groups.editions import OpenEdition, open_editions

blueprint = Blueprint(
    "bulletins", __name__, url_prefix="/api/v1/bulletins", description="Bulletins"
)


class BulletinSchema(Schema):
    """One edition in one language."""

    commodity = of.commodity()
    place = of.words("The market, county or country it is for, by code.", "ke-nakuru")
    due_at = of.moment("When it was due.")
    language = of.words("BCP 47.", "en")
    text = of.words("As subscribers read it.", "Milk, Nakuru, 23 Nov: farm gate KES 47/L")
    segments = of.whole("What a text of it costs, in segments.", 1)


class BulletinArgs(PageArgs, CountryArgs):
    """Of which commodity."""

    commodity = of.commodity(is_asked=True)


@blueprint.route("")
class Bulletins(MethodView):
    """The editions of public lists."""

    @lists(blueprint, BulletinArgs, BulletinSchema, "editions")
    def get(self, args: dict[str, Any]) -> Response:
        """Bulletins

        What subscribers of a commodity at a place were told, the newest first.
        """
        before = decode(args["cursor"], int)
        home = service()
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
            if args["commodity"] is not None:
                commodity_known(vocabulary, args["commodity"])
            found = open_editions(
                session,
                country=vocabulary.country.code,
                commodity=args["commodity"],
                before_id=None if before is None else before[0],
                limit=args["limit"] + 1,
            )
        page = found[: args["limit"]]
        cursor = [page[-1].id] if len(found) > len(page) else None
        return answer([_row(one) for one in page], BulletinSchema, args, cursor)


def _row(one: OpenEdition) -> dict[str, Any]:
    return {
        "commodity": one.commodity,
        "place": one.place,
        "due_at": of.iso(one.due_at),
        "language": one.language,
        "text": one.text,
        "segments": one.segments,
    }
