"""Whatever is asked of the API, it answers as its document says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app import create_app
from app.api.keys import give_key
from app.api.models import Scope
from app.config import Settings
from app.service import open_service
from db.session import open_database
from tests.cast import OTIENO, WANJIKU
from tests.conftest import NOON
from tests.prices.stories import kenya, report_price

MOST_A_MINUTE = 6000


@pytest.fixture(scope="module")
def document(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document of a service with some prices, and a key to tell more."""
    file = tmp_path_factory.mktemp("api") / "bei.db"
    file.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{file}"
    database = open_database(url)
    with database.begin() as session:
        words = kenya(session)
        for msisdn, price in ((WANJIKU, 46), (OTIENO, 47)):
            report_price(session, words, msisdn, "milk", "Nakuru", price, NOON)
        _, key = give_key(
            session, name="schemathesis", scopes=[Scope.WRITE_OBSERVATIONS],
            per_minute=MOST_A_MINUTE, now=NOON,
        )  # fmt: skip
    database.engine.dispose()
    service = open_service(Settings(_env_file=None, DATABASE_URL=url, secret_key="k"))
    schema = schemathesis.openapi.from_wsgi(
        "/api/openapi.json", create_app(service.settings, service)
    )
    schema.config.headers = {"Authorization": f"Bearer {key}"}
    yield schema
    service.database.engine.dispose()


# A country that Bei does not know is well-formed, and refused all the same.
PATHS = ("prices", "observations", "markets", "commodities", "coverage", "bulletins")


@pytest.mark.parametrize(
    ("path", "method"), [*((path, "GET") for path in PATHS), ("observations", "POST")]
)
def test_every_answer_is_as_the_document_says(document: Any, path: str, method: str) -> None:
    @settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=document[f"/api/v1/{path}"][method].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()


def test_no_path_is_left_out(document: Any) -> None:
    assert set(document.raw_schema["paths"]) == {f"/api/v1/{path}" for path in PATHS}
