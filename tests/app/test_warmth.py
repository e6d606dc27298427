"""A fresh process knows the country's words before anybody asks."""

import pytest
from sqlalchemy import event

from app import create_app
from app.config import Settings
from app.service import Service, open_service
from app.warmth import warm


def service_on(url: str) -> Service:
    return open_service(Settings(_env_file=None, DATABASE_URL=url, simulator=True))


def test_who_comes_first_waits_for_no_words(database_url: str) -> None:
    service = service_on(database_url)
    web = create_app(service=service)
    warm(web)
    read: list[str] = []
    event.listen(
        service.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: read.append(statement),
    )
    assert web.test_client().get("/").status_code == 200
    service.database.engine.dispose()
    assert not [statement for statement in read if "FROM commodity_term" in statement]


def test_a_database_that_is_away_keeps_nobody_from_serving(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    empty = tmp_path_factory.mktemp("away") / "bei.db"
    service = service_on(f"sqlite:///{empty}")
    web = create_app(service=service)
    warm(web)
    assert web.test_client().get("/healthz").status_code == 200
    service.database.engine.dispose()
