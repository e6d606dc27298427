"""The price file that imports are measured with, and the measuring of one."""

import csv
import shutil
from pathlib import Path

import pytest

from bench.imports import measure
from bench.price_file import write_price_file
from prices.importers.wfp import SkipReason

ROWS = 3_000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "prices.csv"
    write_price_file(path, ROWS, seed=1)
    return path


def test_the_file_is_always_the_same(file: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.csv", tmp_path / "other.csv"
    write_price_file(again, ROWS, seed=1)
    write_price_file(other, ROWS, seed=2)
    assert again.read_bytes() == file.read_bytes() != other.read_bytes()
    with file.open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == ROWS


def test_an_import_of_it_is_measured(file: Path, tmp_path: Path, sqlite_template: Path) -> None:
    """It has of everything that real files have."""
    shutil.copy(sqlite_template, tmp_path / "bei.db")
    measured = measure(f"sqlite:///{tmp_path / 'bei.db'}", file)
    summary = measured.summary
    assert summary.read == ROWS
    assert summary.inserted > ROWS * 0.9
    assert summary.duplicates
    assert set(summary.skipped) == {
        SkipReason.FORECAST,
        SkipReason.PRODUCT,
        SkipReason.UNIT,
        SkipReason.NO_PRICE,
    }
    assert measured.understood_seconds > 0 < measured.written_seconds
    assert measured.memory_mb > 10
    assert f"{summary.inserted:,} inserted" in str(measured)


def test_a_long_file_has_markets_nobody_knows(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "prices.csv"
    write_price_file(file, 30_000, seed=1)
    shutil.copy(sqlite_template, tmp_path / "bei.db")
    measured = measure(f"sqlite:///{tmp_path / 'bei.db'}", file)
    assert measured.summary.new_markets == ["Soko Jipya 9 (KE)"]
