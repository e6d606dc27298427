"""A furnished house for the stories of a file, on either database in turn.

It is furnished once, and copied for every file: so what one of them breaks is whole for the next.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db.session import Database
from tests.security.house import House, furnish, house_on

DATABASES = ["sqlite", "postgresql"]
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the stories of one database together where tests run side by side: one house a half."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and "house_url" in item.fixturenames:  # type: ignore[attr-defined]
            which = item.callspec.params["house_url"]  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.xdist_group(f"security-{which}"))


@pytest.fixture(scope="session")
def sqlite_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished house as a SQLite file."""
    path = tmp_path_factory.mktemp("house") / "furnished.db"
    shutil.copy(sqlite_template, path)
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_house(postgresql_server: Database) -> str:
    """The name of a database with a furnished house."""
    name = "furnished"
    _run(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template_bei")
    furnish(_url(postgresql_server, name))
    return name


@pytest.fixture(scope="module", params=DATABASES)
def house_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a copy of the house."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("house") / "bei.db"
        shutil.copy(request.getfixturevalue("sqlite_house"), path)
        yield f"sqlite:///{path}"
        return
    furnished: str = request.getfixturevalue("postgresql_house")
    admin: Database = request.getfixturevalue("postgresql_server")
    name = f"house_{next(_numbers)}"
    _run(admin, f"CREATE DATABASE {name} TEMPLATE {furnished}")
    yield _url(admin, name)
    _run(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def house(house_url: str) -> Iterator[House]:
    """A furnished house of this file's own."""
    with house_on(house_url) as opened:
        yield opened


def _url(admin: Database, name: str) -> str:
    url = make_url(admin.engine.url).set(database=name)
    return url.render_as_string(hide_password=False)


def _run(admin: Database, statement: str) -> None:
    with admin.looking.connect() as connection:
        connection.exec_driver_sql(statement)
