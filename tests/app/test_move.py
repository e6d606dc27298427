"""A service is moved from one kind of database to the other, and back, and nothing is lost."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url, select, update

from db.base import Base
from db.session import Database, open_database
from messaging.models import Subscriber
from prices.models import Country
from tests.app.backups import empty_of, everything, kind_of, one_line, run
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import meet
from tests.prices.stories import kenya, report_price


@pytest.fixture
def url(database: Database, database_url: str, postgresql_server: Database) -> str:
    """A service where two people told a price, and nobody is at work."""
    with database.begin() as session:
        words = kenya(session)
        for msisdn, price in ((WANJIKU, 46), (OTIENO, 47)):
            report_price(session, words, msisdn, "milk", "Nakuru", price, NOON)
        meet(session, KAMAU, NOON, name="Kamau wa Njoroge, \\N \t “Molo”")
    database.engine.dispose()
    return database_url


@pytest.fixture
def elsewhere(url: str, postgresql_server: Database, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[kind_of(url)]
    server = postgresql_server.engine.url.render_as_string(hide_password=False)
    return empty_of(other, server, tmp_path)


def test_there_and_back_again_every_row_is_as_it_was(
    url: str, elsewhere: str, tmp_path: Path
) -> None:
    before = everything(url)
    ran = run("move", elsewhere, url=url)
    assert ran.code == 0, ran.err
    assert " rows in " in ran.out
    assert "Its data needs the key in BEI_NUMBER_KEY" in ran.out
    assert everything(url) == before
    assert {name: len(rows) for name, rows in everything(elsewhere).items()} == {
        name: len(rows) for name, rows in before.items()
    }
    home = empty_of(kind_of(url), url, tmp_path)
    ran = run("move", home, url=elsewhere)
    assert ran.code == 0, ran.err
    assert everything(home) == before


def test_service_goes_on_where_it_was_moved_to(url: str, elsewhere: str) -> None:
    run("move", elsewhere, url=url)
    moved = open_database(elsewhere)
    with moved.begin() as session:
        assert report_price(session, kenya(session), KAMAU, "milk", "Molo", 44, NOON)
        assert session.scalars(select(Subscriber.msisdn)).all()
        fresh = meet(session, "+254711000099", NOON)
        session.flush()
        assert fresh.id > 3
    # What refers to what is held together as before.
    old, new = open_database(url), open_database(elsewhere)
    for table in Base.metadata.tables:
        of_old, of_new = (
            {
                tuple(key["constrained_columns"])
                for key in inspect(one.engine).get_foreign_keys(table)
            }
            for one in (old, new)
        )
        assert of_old == of_new, table
    for one in (old, new, moved):
        one.engine.dispose()


def test_what_cannot_be_moved_to_is_refused(url: str, elsewhere: str, tmp_path: Path) -> None:
    assert run("move", elsewhere, url=url).code == 0
    assert "not empty" in one_line(run("move", elsewhere, url=url))
    assert "must begin with" in one_line(run("move", "mysql://host/name", url=url))
    line = one_line(run("move", "postgresql://bei:sesam@localhost/bei", url=url))
    assert "run `bei move` without the address" in line
    assert "sesam" not in line
    assert "out of reach" in one_line(run("move", "postgresql://bei@localhost:1/bei", url=url))
    nowhere = empty_of("sqlite", url, tmp_path)
    assert "run `bei db upgrade`" in one_line(run("move", nowhere, url=nowhere))


def test_what_one_kind_does_not_take_leaves_the_new_one_empty(url: str, elsewhere: str) -> None:
    """SQLite holds no text to its length; a foreign key that leads nowhere is taken by neither."""
    database = open_database(url)
    with database.engine.connect() as connection:
        if kind_of(url) == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("UPDATE subscriber SET id = 4711 WHERE id = 1")
        connection.commit()
    database.engine.dispose()
    line = one_line(run("move", elsewhere, url=url))
    assert "price_observation" in line or "misses one of subscriber" in line
    assert everything(elsewhere) == {}
    if kind_of(url) == "sqlite":
        with database.engine.begin() as connection:
            connection.execute(update(Country).values(currency_sign="much too long for it"))
        database.engine.dispose()
        line = one_line(run("move", elsewhere, url=url))
        assert "did not take country: value too long" in line
        assert "much too" not in line  # what somebody wrote is nobody else's
        assert everything(elsewhere) == {}


def test_an_address_with_a_password_is_asked_for(
    url: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = make_url(elsewhere)
    if kind_of(elsewhere) == "postgresql":
        said = said.set(password="sesam")
    typed = said.render_as_string(hide_password=False)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: typed)
    ran = run("move", url=url)
    assert ran.code == 0, ran.err
    assert "sesam" not in ran.out + ran.err
    assert everything(elsewhere)
