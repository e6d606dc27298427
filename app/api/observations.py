"""/api/v1/observations: reports as everybody may read them, and the door to tell one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, cast

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import Forbidden, Unauthorized

from app.api import fields as of
from app.api.answers import (
    CountryArgs,
    PageArgs,
    ProblemSchema,
    answer,
    commodity_known,
    decode,
    lists,
    place_named,
    refuse,
    service,
    vocabulary_of,
)
from app.api.keys import may, note_use
from app.api.models import ApiKey, Scope
from app.api.telling import TellError, Telling, tell
from app.api.who import key_of_request, key_sent
from app.secret_key import secret_key_of
from app.tables import Value
from prices.exporters import open_grade, pseudonym_of
from prices.geography import trading_places
from prices.kinds import ObservationStatus, Side
from prices.observations import Held, Recorded
from prices.open_data import OpenReport, ReportFilter, ReportKey, open_reports
from prices.vocabulary import Vocabulary

LATELY = timedelta(days=30)
LONGEST_KEY = 80

blueprint = Blueprint(
    "observations", __name__, url_prefix="/api/v1/observations", description="Price reports"
)


class ObservationSchema(Schema):
    """One report. Who told it is a pseudonym: only which reports are one person's can be seen."""

    reported_at = of.moment("When it was told.")
    reporter = of.words("A pseudonym.", "3f2b9c0d1e4a5b6c")
    commodity = of.commodity()
    place = of.words("The code of the market, town or ward.", "ke-nakuru")
    price_type = of.price_type()
    buyer = of.buyer()
    grade = of.words("As it was said.", None, allow_none=True)
    price = of.figure("Per `unit`, as it was told.", 47)
    unit = of.words("A code: litre, kg, bag_90kg.", "litre")
    currency = of.words("ISO 4217.", "KES")
    price_per_base_unit = of.figure("The same per base unit of the commodity.", 47)
    quantity = of.figure("Of a sale, in `unit`.", 12, allow_none=True)
    side = of.words("sells or buys, where it was said.", "sells", allow_none=True)


class ObservationArgs(PageArgs, CountryArgs):
    """Which reports."""

    commodity = of.commodity(is_asked=True)
    place = fields.String(
        load_default=None,
        metadata={"description": "A market, or a county with all its markets, by code."},
    )
    since = of.asked_moment("Told from then on; the last 30 days where left out.")
    until = of.asked_moment("Told before then.")


class TellSchema(Schema):
    """A report, as a text would tell it."""

    reporter = fields.String(
        required=True,
        validate=validate.Length(1, 30),
        metadata={"description": "Phone number of who says so.", "example": "+254711000001"},
    )
    commodity = fields.String(
        required=True,
        validate=validate.Length(1, 80),
        metadata={"description": "A code, or a name as people write it.", "example": "milk"},
    )
    market = fields.String(
        required=True,
        validate=validate.Length(1, 80),
        metadata={"description": "A code, or a name as people write it.", "example": "Nakuru"},
    )
    price = of.positive("For one unit.", 47, is_needed=True)
    unit = of.told("A code or a word; the base unit where left out.", "litre", 40)
    currency = of.told("ISO 4217; the country's where left out.", "KES", 3)
    price_type = of.price_type(is_asked=True)
    buyer = of.buyer(is_asked=True)
    grade = of.told("As it was said.", None, 40)
    quantity = of.positive("Of a sale, in the unit.", 12, is_needed=False)
    side = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf([one.value for one in Side]),
        metadata={"description": "Which side of the deal the reporter is on."},
    )
    reported_at = of.asked_moment("When it was told; now where left out.")


class ToldSchema(Schema):
    """What became of a report."""

    id = of.whole("Its number with us.", 12)
    status = fields.String(
        required=True,
        validate=validate.OneOf([ObservationStatus.ACCEPTED.value, ObservationStatus.HELD.value]),
        metadata={
            "description": (
                "accepted counts; held waits for the moderators: it is far from what is believed "
                "there."
            ),
            "example": "accepted",
        },
    )
    price_per_base_unit = of.figure("As it was understood.", 47)
    unit = of.words("The unit it was understood in.", "litre")


class TellHeaders(Schema):
    """By what a repeat is known."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        required=True,
        validate=validate.Regexp(rf"^[\x21-\x7e]{{1,{LONGEST_KEY}}}$"),
        metadata={
            "description": "Your own name of this report: sent again, it is told once.",
            "example": "2026-11-24/12",
        },
    )


@blueprint.route("")
class Observations(MethodView):
    """Reports."""

    @lists(blueprint, ObservationArgs, ObservationSchema, "reports")
    def get(self, args: dict[str, Any]) -> Response:
        """Price reports

        Those that count, in the order they were told; never who told them or in which words.
        """
        home, now = service(), datetime.now(UTC)
        key = secret_key_of(home.settings)
        if key is None:
            refuse("reporter", "This service has no BEI_SECRET_KEY: reporters cannot be named.")
        with home.database.read() as session:
            vocabulary = vocabulary_of(session, args)
            after = decode(args["cursor"], str, int)
            found = open_reports(
                session,
                _wanted(vocabulary, args, now),
                after=None if after is None else _after(after),
                limit=args["limit"] + 1,
            )
        page = found[: args["limit"]]
        here = [one for one in page if one.place_id in vocabulary.places]
        last = page[-1] if len(found) > len(page) else None
        cursor = None if last is None else [last.reported_at.isoformat(), last.id]
        rows = [_row(vocabulary, one, key.encode()) for one in here]
        return answer(rows, ObservationSchema, args, cursor)

    @blueprint.doc(security=[{"key": []}])
    @blueprint.arguments(TellHeaders, location="headers")
    @blueprint.arguments(TellSchema)
    @blueprint.response(201, ToldSchema, description="It counts.")
    @blueprint.alt_response(
        202, schema=ToldSchema, description="It is held: the moderators will look at it."
    )
    @blueprint.alt_response(401, schema=ProblemSchema, description="No key, or one not known.")
    @blueprint.alt_response(403, schema=ProblemSchema, description="A key that is not for this.")
    def post(self, headers: dict[str, Any], told: dict[str, Any]) -> tuple[Response, int]:
        """Tell a price

        Through the same door as a text: one vote a person and day, held where it is far from what
        is believed there. Nobody is asked back: what is held waits for the moderators.
        """
        key = cast(ApiKey, key_of_request())
        now = datetime.now(UTC)
        home = service()
        with home.database.begin() as session:
            try:
                kept = tell(
                    session,
                    home,
                    Telling(**told),
                    source_key=f"api:{key.id}:{headers['idempotency_key']}",
                    now=now,
                )
            except TellError as wrong:
                refuse(wrong.field, wrong.reason)
            note_use(session, key, now)
        return _told(kept)


@blueprint.before_request
def _know_the_key() -> None:
    """Whoever writes is known."""
    if request.method != "POST":
        return
    if key_sent() is None:
        raise Unauthorized("Send a key: Authorization: Bearer bei_…")
    key = key_of_request()
    if key is None:
        raise Unauthorized("This key is not known, or was taken back.")
    if not may(key, Scope.WRITE_OBSERVATIONS):
        raise Forbidden(f"This key is not for {Scope.WRITE_OBSERVATIONS}.")


def _told(kept: Recorded | Held) -> tuple[Response, int]:
    is_held = isinstance(kept, Held)
    status = ObservationStatus.HELD if is_held else ObservationStatus.ACCEPTED
    body = {
        "id": kept.observation_id,
        "status": status.value,
        "price_per_base_unit": kept.price_per_base_unit,
        "unit": kept.unit,
    }
    return jsonify(ToldSchema().dump(body)), 202 if is_held else 201


def _wanted(vocabulary: Vocabulary, args: Mapping[str, Any], now: datetime) -> ReportFilter:
    place = None if args["place"] is None else place_named(vocabulary, "place", args["place"])
    if args["commodity"] is not None:
        commodity_known(vocabulary, args["commodity"])
    until = args["until"] or now + timedelta(days=1)
    since = args["since"] or until - LATELY
    if since > until:
        refuse("until", "It lies before `since`.")
    return ReportFilter(
        since=since,
        until=until,
        commodity=args["commodity"],
        place_ids=None if place is None else [one.id for one in trading_places(vocabulary, place)],
    )


def _after(cursor: list[Any]) -> ReportKey:
    try:
        at = datetime.fromisoformat(cursor[0])
    except ValueError:
        _not_ours()
    if at.tzinfo is None:
        _not_ours()
    return ReportKey(at, cursor[1])


def _not_ours() -> NoReturn:
    refuse("cursor", "Not a cursor of this list: take it from `next`.")


def _row(vocabulary: Vocabulary, one: OpenReport, key: bytes) -> Mapping[str, Value]:
    return {
        "reported_at": of.iso(one.reported_at),
        "reporter": pseudonym_of(one.reporter_id, key),
        "commodity": one.commodity,
        "place": vocabulary.places[one.place_id].code,
        "price_type": one.price_type.value,
        "buyer": None if one.buyer is None else one.buyer.value,
        "grade": open_grade(one.grade),
        "price": one.price,
        "unit": one.unit,
        "currency": one.currency,
        "price_per_base_unit": one.price_per_base_unit,
        "quantity": one.quantity,
        "side": None if one.side is None else one.side.value,
    }
