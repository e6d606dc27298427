"""Migrations that carry data along."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url, select, text

from db.session import Database, open_database
from db.upgrade import MIGRATIONS, upgrade
from prices.catalogue import Catalogue
from prices.importers.reference import load_reference
from prices.kinds import Buyer
from prices.models import PriceCell, PriceObservation
from prices.settling import settle
from tests.prices.stories import near

LATE = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # half past one of the next day in Nairobi
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that nobody has migrated."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
        yield database
        database.engine.dispose()
        return
    admin: Database = request.getfixturevalue("postgresql_server")
    with admin.looking.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE unmigrated")
    url = make_url(admin.engine.url).set(database="unmigrated")
    database = open_database(url.render_as_string(hide_password=False))
    yield database
    database.engine.dispose()
    with admin.looking.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE unmigrated WITH (FORCE)")


def migrate_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def migrate_back_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_old_reports_are_heard_after_an_upgrade(empty: Database) -> None:
    migrate_to(empty, "0003")
    with empty.begin() as session:
        for statement in (
            "INSERT INTO country VALUES"
            " ('KE','Kenya','KES','sw','sw en','Africa/Nairobi','county','KES')",
            "INSERT INTO unit (code, name) VALUES ('litre', 'litre')",
            "INSERT INTO commodity (code, name, base_unit, price_type, rank)"
            " VALUES ('milk', 'Milk', 'litre', 'farm_gate', 10)",
            "INSERT INTO place (id, code, country, kind, name, source)"
            " VALUES (900001, 'ke-nakuru', 'KE', 'market', 'Nakuru', 'story')",
            "INSERT INTO subscriber (id, msisdn, country, has_chosen_language, created_at, is_demo)"
            " VALUES (1, '+254711000001', 'KE', false, '2026-11-01 00:00:00+00', false)",
        ):
            session.execute(text(statement))
        price = 47 * (10_000 if empty.engine.dialect.name == "sqlite" else 1)
        session.execute(
            text(
                "INSERT INTO price_observation (source_key, reporter_id, commodity_code, place_id,"
                " price_type, buyer, currency, price, unit_code, price_per_base_unit, reported_at,"
                " raw_text, status, is_demo) VALUES ('sms:1:1', 1, 'milk', 900001, 'farm_gate',"
                " 'trader', 'KES', :price, 'litre', :price, :at, 'milk nakuru 47', 'accepted',"
                " false)"
            ),
            {"price": price, "at": LATE.replace(tzinfo=None) if price > 47 else LATE},
        )
    upgrade(empty)
    with empty.begin() as session:
        load_reference(session)
    with empty.read() as session:
        [report] = session.scalars(select(PriceObservation)).all()
        assert report.reported_on == date(2026, 11, 23)
        cells = session.scalars(select(PriceCell)).all()
        assert {(cell.buyer, cell.pending_from) for cell in cells} == {
            ("", date(2026, 11, 23)),
            (Buyer.TRADER, date(2026, 11, 23)),
        }
    settle(empty, Catalogue("KE").vocabulary, NOW)
    with empty.read() as session:
        for cell in session.scalars(select(PriceCell)):
            assert (cell.price, cell.pending_from, cell.reports) == (near(47), None, 1)


def test_bulletins_keep_their_day_and_their_editions(empty: Database) -> None:
    """A weekday becomes one bit of seven, and back; what was made was addressed to all."""
    migrate_to(empty, "0011")
    with empty.begin() as session:
        for statement in (
            "INSERT INTO country VALUES"
            " ('KE','Kenya','KES','sw','sw en','Africa/Nairobi','county','KES')",
            "INSERT INTO unit (code, name) VALUES ('litre', 'litre')",
            "INSERT INTO commodity (code, name, base_unit, price_type, rank)"
            " VALUES ('milk', 'Milk', 'litre', 'farm_gate', 10)",
            "INSERT INTO place (id, code, country, kind, name, source)"
            " VALUES (900001, 'ke-nakuru', 'KE', 'market', 'Nakuru', 'story')",
            "INSERT INTO farmer_group (id, code, name, country, place_id, language, commodity_code,"
            " bulletin_weekday, bulletin_hour, timezone, is_demo) VALUES (1, 'KIRIMA', 'Kirima',"
            " 'KE', 900001, 'en', 'milk', 4, 18, 'Africa/Nairobi', false)",
            "INSERT INTO bulletin_list (id, commodity_code, place_id, bulletin_weekday,"
            " bulletin_hour, timezone) VALUES (1, 'milk', 900001, 0, 7, 'Africa/Nairobi')",
            "INSERT INTO edition (id, group_id, due_at, made_at, text, recipients)"
            " VALUES (1, 1, '2026-11-20 15:00:00+00', '2026-11-20 15:00:10+00', 'Milk 47', 3)",
        ):
            session.execute(text(statement))
    migrate_to(empty, "0012")
    with empty.begin() as session:
        days = "SELECT bulletin_weekdays, bulletin_month_day, bulletin_segments FROM "
        assert tuple(session.execute(text(f"{days}farmer_group")).one()) == (16, None, 1)
        assert tuple(session.execute(text(f"{days}bulletin_list")).one()) == (1, None, 1)
        kept = text("SELECT state, addressed_at = made_at, addressed_up_to FROM edition")
        assert tuple(session.execute(kept).one()) == ("made", True, 0)
        # From now on: Tuesdays and Thursdays, and the end of each month.
        session.execute(text("UPDATE farmer_group SET bulletin_weekdays = 10"))
        session.execute(text("UPDATE bulletin_list SET bulletin_weekdays = 0"))
    migrate_back_to(empty, "0011")
    with empty.read() as session:
        day = "SELECT bulletin_weekday FROM "
        assert session.execute(text(f"{day}farmer_group")).scalar_one() == 1
        assert session.execute(text(f"{day}bulletin_list")).scalar_one() == 0
