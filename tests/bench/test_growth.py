"""Two countries that differ by one number: what is asked of them has an answer in both."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.config import Settings
from app.service import open_service
from bench import growth
from bench.growth_world import Size, fill, homes_of, people_of, wards_of
from bench.results import Figure
from messaging.models import InboundMessage
from prices.kinds import PlaceKind
from prices.models import Place, PriceObservation
from tests.cast import NUMBER_KEY


def test_a_country_has_so_much_of_everything(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    service = open_service(Settings(_env_file=None, DATABASE_URL=url, number_key=NUMBER_KEY))
    fill(service, Size(times=2, people=200, rows=400))
    database = service.database
    with database.read() as session:
        for kind in (PlaceKind.ADMIN2, PlaceKind.WARD, PlaceKind.MARKET):
            those = select(func.count(Place.id)).where(Place.country == "KE", Place.kind == kind)
            assert session.scalar(those.where(Place.source == "bench")) == session.scalar(
                those.where(Place.source != "bench")
            )
        assert session.scalar(select(func.count(PriceObservation.id))) == 400
        assert session.scalar(select(func.count(InboundMessage.id))) == 200
    homes = homes_of(database)
    assert len(people_of(database, homes[:1], 10)) in {1, 2}  # 200 people, some 184 homes
    assert wards_of(database)
    database.engine.dispose()


def test_all_is_asked_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "TIMES", 2)
    monkeypatch.setattr(growth, "TURNS", 1)
    monkeypatch.setattr(growth, "IMPORTED", 50)
    found: list[Figure] = []
    monkeypatch.setattr(growth, "Figure", lambda *what: found.append(Figure(*what)))
    arguments = ["--people", "200", "--rows", "400", "--runs", "4", "--database", "sqlite"]
    result = CliRunner().invoke(growth.main, arguments)
    assert result.exit_code == 0, result.output
    assert len(found) == len(growth.OFTEN) + 3
    without = [figure.name for figure in found if figure.is_met is None]
    assert without == ["SQLite, 2×: a text that asks where to sell"]
    took = {figure.name.partition(": ")[2]: figure.value for figure in found}
    mixed = 67 * took[growth.ASKS] + 25 * took[growth.REPORTS] + 8 * took[growth.WHERE_TO_SELL]
    assert took["a text, as they come"] == pytest.approx(mixed / 100)
