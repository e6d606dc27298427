"""What all lists of the API share: pages, two formats, marks by which nothing is sent twice."""

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlencode

from flask import Response, current_app, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from app.service import Service
from app.tables import Value, write_csv
from prices.reads import countries
from prices.vocabulary import PlaceEntry, Vocabulary

DEFAULT_LIMIT, MOST = 100, 1000
LONGEST_CURSOR = 400
CSV = "text/csv"
# Prices move by the minute at most: whoever asks again within it may take what they have.
KEPT_SECONDS = 60


View = TypeVar("View", bound=Callable[..., Response])


class PageArgs(Schema):
    """What every list may be asked."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MOST),
        metadata={"description": f"Rows of a page, at most {MOST}."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(1, LONGEST_CURSOR),
        metadata={"description": "Where the page begins: take it from `next`."},
    )
    format = fields.String(
        load_default=None,
        validate=validate.OneOf(["json", "csv"]),
        metadata={"description": "csv gives the rows as a table; json, the default, an object."},
    )


class ProblemSchema(Schema):
    """What is wrong with what was asked, as `app.errors` writes it."""

    title = fields.String(required=True, metadata={"description": "What kind of fault."})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = fields.String(
        required=True, allow_none=True, metadata={"description": "What to do about it."}
    )
    errors = fields.Dict(metadata={"description": "What is wrong, by field."})


class CountryArgs(Schema):
    """Of which country."""

    country = fields.String(
        load_default=None,
        validate=validate.Regexp("^[A-Z]{2}$"),
        metadata={"description": "ISO 3166-1, as KE; the service's own where it is left out."},
    )


def page_of(item: type[Schema], what: str) -> type[Schema]:
    """The schema of a page of these."""
    return Schema.from_dict(
        {
            "data": fields.List(
                fields.Nested(item), required=True, metadata={"description": f"The {what}."}
            ),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "The address of the next page; null at the end."},
            ),
        },
        name=f"{item.__name__.removesuffix('Schema')}Page",
    )


def lists(
    blueprint: Blueprint, asked: type[Schema], item: type[Schema], what: str
) -> Callable[[View], View]:
    """Describe a view that answers with a page of `item`, in both formats."""

    def describe(view: View) -> View:
        view = blueprint.alt_response(304, description="Nothing new since the ETag sent.")(view)
        view = blueprint.response(200, {"type": "string"}, content_type=CSV)(view)
        view = blueprint.response(200, page_of(item, what))(view)
        # A filter that is misspelt must not give everything.
        return cast(View, blueprint.arguments(asked, location="query", unknown=RAISE)(view))

    return describe


def answer(
    rows: Sequence[Mapping[str, Value]],
    schema: type[Schema],
    args: Mapping[str, Any],
    cursor: object,
) -> Response:
    """A page in the format that is wanted; `cursor` is the last row's, None at the end."""
    following = None if cursor is None else _address(encode(cursor))
    if _wants_csv(args):
        response = Response(_table(rows, schema), mimetype=CSV)
        if following is not None:
            response.headers["Link"] = f'<{following}>; rel="next"'
    else:
        response = jsonify(data=schema(many=True).dump(rows), next=following)
    return marked(response)


def marked(response: Response) -> Response:
    """With a mark of its content; nothing but "not modified" to whoever has it already."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Vary"] = "Accept"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


def encode(cursor: object) -> str:
    """A place in a list as a word for an address."""
    written = json.dumps(cursor, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def decode(written: str | None, *kinds: type) -> Any:
    """The place in a list; None for the beginning. One that we did not write is refused."""
    if written is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except ValueError:
        found = None
    is_ours = isinstance(found, list) and [type(one) for one in found] == list(kinds)
    if not is_ours:
        refuse("cursor", "Not a cursor of this list: take it from `next`.")
    return found


def refuse(field: str, reason: str) -> NoReturn:
    """Say what is wrong with what was asked."""
    error = UnprocessableEntity("What was asked is not valid.")
    error.data = {"errors": {field: [reason]}}  # type: ignore[attr-defined]
    raise error


def service() -> Service:
    """What the edges work with."""
    return cast(Service, current_app.extensions["bei"])


def vocabulary_of(session: Session, args: Mapping[str, Any]) -> Vocabulary:
    """The words of the country that is meant."""
    home = service()
    country = args["country"] or home.settings.country
    if country not in countries(session):
        refuse("country", "Bei has no prices of this country.")
    return home.catalogue.vocabulary(session, country)


def place_named(vocabulary: Vocabulary, field: str, written: str) -> PlaceEntry:
    """A place by its code."""
    code = written.strip().lower()
    found = next((one for one in vocabulary.places.values() if one.code == code), None)
    if found is None:
        refuse(field, "No place has this code: see /api/v1/markets.")
    return found


def commodity_known(vocabulary: Vocabulary, code: str) -> str:
    """A commodity by its code."""
    if code not in vocabulary.commodities:
        refuse("commodity", "No commodity has this code: see /api/v1/commodities.")
    return code


def _wants_csv(args: Mapping[str, Any]) -> bool:
    if args.get("format") is not None:
        return bool(args["format"] == "csv")
    return request.accept_mimetypes.best_match(["application/json", CSV]) == CSV


def _address(cursor: str) -> str:
    query = request.args.to_dict() | {"cursor": cursor}
    return f"{request.path}?{urlencode(query)}"


def _table(rows: Sequence[Mapping[str, Value]], schema: type[Schema]) -> str:
    out = io.StringIO()
    names = list(schema().fields)
    write_csv(out, names, ([row[name] for name in names] for row in rows))
    return out.getvalue()
