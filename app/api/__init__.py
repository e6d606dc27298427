"""The open API: what everybody may read, and one door to tell prices by; OpenAPI 3.1."""

from flask import Flask
from flask_smorest import Api

from app.api import (
    bulletins,
    commodities,
    coverage,
    document,
    limits,
    markets,
    observations,
    prices,
)
from app.api.answers import ProblemSchema

DESCRIPTION = """
Market prices as farmers and traders report them, each with what it rests on: how many reports by
how many people, how old, in which range. Made-up demo data is never among them.

Reading needs no key. Lists come in pages: `next` is the address of what follows, null at the end.
`?format=csv`, or `Accept: text/csv`, gives the same rows as a table. Every answer has an ETag.

Prices: WFP – World Food Programme, via HDX, where a series is named as its source. Places: GeoNames
(CC BY 4.0), IEBC.
"""


class _Documented(Api):
    """flask-smorest, but for its way with errors: ours answers those of the whole web."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave the errors of other pages alone (`app.errors`)."""


def open_api(flask_app: Flask) -> None:
    """Put the API and its documents into the web."""
    flask_app.config.update(
        API_TITLE="Bei",
        API_VERSION="1.0.0",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = _Documented(
        flask_app,
        spec_kwargs={
            "info": {"description": DESCRIPTION.strip()},
            "servers": [{"url": "/"}],
        },
    )
    document.describe_keys(api)
    for part in (prices, observations, markets, commodities, coverage, bulletins):
        api.register_blueprint(part.blueprint)
    flask_app.register_blueprint(document.pages)
    limits.limit(flask_app)
