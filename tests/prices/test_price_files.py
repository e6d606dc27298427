"""Price files that are long, broken off, corrected, hostile, or brought in twice at once."""

import gzip
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from db.session import Database
from prices.importers import bulk, csv_file, series
from prices.importers.csv_file import ImportFileError
from prices.importers.named_series import import_bei
from prices.importers.wfp import ImportSummary, SkipReason, import_wfp
from prices.models import Place, PublishedPrice
from tests.prices.wfp_files import (
    HEADER,
    assert_every_line_is_counted_once,
    counts,
    line,
    stored,
    write,
)

SEED = 47
DAYS = [f"{year}-{month:02}-15" for year in (2024, 2025) for month in range(1, 13)]
NEW_MARKET = line("44", market="Kwa Mpya", point="-0.33,35.95")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of some lines is brought in by as many steps as one of millions."""
    monkeypatch.setattr(bulk, "STAGED_AT_ONCE", 3)
    monkeypatch.setattr(bulk, "WRITTEN_AT_ONCE", 4)
    monkeypatch.setattr(series, "TOLD_EVERY", 5)


def months(price: int = 40) -> list[str]:
    return [line(str(price + number), day=day) for number, day in enumerate(DAYS)]


def told(summary: ImportSummary) -> tuple[int, int, int, int]:
    return summary.inserted, summary.updated, summary.unchanged, summary.duplicates


def by_id(database: Database) -> dict[int, tuple[object, ...]]:
    return {row.id: (row.priced_on, row.price, row.flag) for row in stored(database)}


# Broken off


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("share", [0.3, 0.8])
@pytest.mark.usefixtures("small_steps")
def test_an_import_broken_off_leaves_nothing_and_the_next_completes_it(
    database: Database, tmp_path: Path, fault: type[BaseException], share: float
) -> None:
    """Broken off while the file is read, and while the prices are written."""

    def stop(done: int, total: int) -> None:
        if done >= share * total:
            raise fault

    path = write(tmp_path, [*months(), NEW_MARKET])
    with pytest.raises(fault):
        import_wfp(database, path, progress=stop)
    assert not stored(database)
    with database.read() as session:
        assert session.scalar(select(Place).where(Place.name == "Kwa Mpya")) is None
    assert told(import_wfp(database, path)) == (25, 0, 0, 0)
    assert told(import_wfp(database, path)) == (0, 0, 25, 0)


@pytest.mark.usefixtures("small_steps")
def test_a_correction_broken_off_leaves_what_was_there(database: Database, tmp_path: Path) -> None:
    import_wfp(database, write(tmp_path, months()))
    before = by_id(database)

    def stop(done: int, total: int) -> None:
        if done > 0.8 * total:
            raise RuntimeError

    path = write(tmp_path, months(70))
    with pytest.raises(RuntimeError):
        import_wfp(database, path, progress=stop)
    assert by_id(database) == before
    assert told(import_wfp(database, path)) == (0, 24, 0, 0)


def test_a_file_that_breaks_off_leaves_nothing(database: Database, tmp_path: Path) -> None:
    text = "\n".join([HEADER, *months()]).encode()
    path = tmp_path / "prices.csv.gz"
    path.write_bytes(gzip.compress(text)[:-20])
    with pytest.raises(ImportFileError, match="damaged gzip"):
        import_wfp(database, path)
    assert not stored(database)


def test_nothing_of_an_import_is_left_on_its_connection(database: Database, tmp_path: Path) -> None:
    """The pool gives it to somebody else, who would meet our temporary tables."""
    path = write(tmp_path, months())
    for dry_run in (True, False):
        import_wfp(database, path, dry_run=dry_run)
        with database.read() as session:
            assert not inspect(session.connection()).get_temp_table_names()


# Again, and corrected


@pytest.mark.usefixtures("small_steps")
def test_only_what_was_corrected_is_touched(database: Database, tmp_path: Path) -> None:
    import_wfp(database, write(tmp_path, months()))
    before = by_id(database)
    lines = months()
    lines[3] = line("99", day=DAYS[3])
    lines[20] = line("60", day=DAYS[20], flag="aggregate")
    lines.append(line("50", day="2026-01-15"))
    assert told(import_wfp(database, write(tmp_path, lines))) == (1, 2, 22, 0)
    after = by_id(database)
    changed = {row[0].isoformat() for id_, row in after.items() if before.get(id_) != row}  # type: ignore[attr-defined]
    assert changed == {DAYS[3], DAYS[20], "2026-01-15"}
    assert before.keys() <= after.keys()


@pytest.mark.usefixtures("small_steps")
def test_a_line_corrected_and_corrected_back_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    """Of two lines with one key the last alone is compared with what is stored."""
    import_wfp(database, write(tmp_path, months()))
    before = by_id(database)
    lines = [line("99", day=DAYS[0]), *months(), line("98", day=DAYS[5]), *months()]
    assert told(import_wfp(database, write(tmp_path, lines))) == (0, 0, 24, 26)
    assert by_id(database) == before


@pytest.mark.usefixtures("small_steps")
def test_files_upon_files_end_as_the_last_word_on_each_price(
    database: Database, tmp_path: Path
) -> None:
    """Four files of random lines against a dictionary; a dry run says each time what will be."""
    random = Random(SEED)
    known: dict[tuple[str, str, str], int] = {}
    for _ in range(4):
        keys = [
            (random.choice(("Nakuru", "Molo", "Kwa Mpya")), random.choice(DAYS[:9]), kind)
            for kind in random.choices(("Retail", "Wholesale"), k=40)
        ]
        prices = [(key, random.randint(40, 42)) for key in keys]
        lines = [
            line(str(price), market=market, day=day, price_type=kind, point="-0.3,35.9")
            for (market, day, kind), price in prices
        ]
        last = dict(prices)
        is_new = Counter(
            "new" if key not in known else "same" if known[key] == price else "other"
            for key, price in last.items()
        )
        path = write(tmp_path, [*lines, line("0")])
        dry = import_wfp(database, path, dry_run=True)
        summary = import_wfp(database, path)
        assert dry == summary
        expected = (is_new["new"], is_new["other"], is_new["same"], 40 - len(last))
        assert told(summary) == expected
        assert_every_line_is_counted_once(summary)
        known |= last
    with database.read() as session:
        found = session.execute(
            select(
                Place.name,
                PublishedPrice.priced_on,
                PublishedPrice.price_type,
                PublishedPrice.price,
            ).join(Place, Place.id == PublishedPrice.place_id)
        )
        in_table = {(name, f"{day}", kind.value.title()): price for name, day, kind, price in found}
    assert in_table == known


# Two at once


@dataclass(frozen=True)
class Overtaken(Database):
    """Somebody else brings a file in, between our reading it and our writing."""

    path: Path = Path()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        import_wfp(Database(self.engine), self.path)
        with super().begin() as session:
            yield session


def test_what_another_import_brought_meanwhile_is_there(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, [*months(), NEW_MARKET])
    overtaken = Overtaken(database.engine, turn=database.turn, path=path)
    assert told(import_wfp(overtaken, path)) == (0, 0, 25, 0)
    with database.read() as session:
        assert session.scalars(select(Place.code).where(Place.name == "Kwa Mpya")).one()


def test_an_import_waits_for_one_that_is_writing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, months())
    seconds: list[Future[ImportSummary]] = []

    def begin_the_second(done: int, total: int) -> None:
        if not seconds:
            seconds.append(threads.submit(import_wfp, database, path))
            with pytest.raises(TimeoutError):
                seconds[0].result(timeout=0.5)

    with ThreadPoolExecutor(1) as threads:
        first = import_wfp(database, path, progress=begin_the_second)
        assert told(first) == (24, 0, 0, 0)
        assert told(seconds[0].result()) == (0, 0, 24, 0)


# Progress


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("dry_run", [False, True])
def test_progress_is_told_while_reading_and_while_writing(
    database: Database, tmp_path: Path, dry_run: bool
) -> None:
    heard: list[tuple[int, int]] = []
    import_wfp(
        database,
        write(tmp_path, months()),
        dry_run=dry_run,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == sorted(heard)
    assert heard[-1] == (24, 24)
    assert sum(done <= 12 for done, _ in heard) == 4
    assert sum(done > 12 for done, _ in heard) == (1 if dry_run else 7)


# Hostile files


@pytest.mark.parametrize(
    "odd", ["tab\tand \\N", 'a "quoted" one', "two\nlines", "€ ’ 𝄞", "\\.", "'; --"]
)
def test_what_a_publisher_wrote_is_kept_to_the_letter(
    database: Database, tmp_path: Path, odd: str
) -> None:
    path = tmp_path / "prices.csv"
    quoted = '"' + odd.replace('"', '""') + '"'
    path.write_text(
        "date,market,commodity,price_type,price,currency,unit,source\n"
        f"2026-11-20,Nakuru,maize,retail,60,KES,kg,{quoted}\n",
        encoding="utf-8",
    )
    assert told(import_bei(database, path, country="KE")) == (1, 0, 0, 0)
    assert [row.source for row in stored(database)] == [odd]
    assert told(import_bei(database, path, country="KE")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line(unit="0000000000000000000000000045 KG"), SkipReason.UNIT),
        (line("9999999999999", unit="0.00000000000001 G"), SkipReason.NO_PRICE),
        (line("1" * 100_000), SkipReason.NO_PRICE),
        (line("0." + "1" * 30, unit="0.1 G", day="0001-01-01"), None),
        (line("sNaN"), SkipReason.NO_PRICE),
        (line("Infinity"), SkipReason.NO_PRICE),
        (line(point="nan,inf", market="Lost"), SkipReason.MARKET),
        (line(market="M" * 1_000, point="-0.28,36.07"), SkipReason.MARKET),
        (line(flag="f" * 1_000), None),
    ],
)
def test_a_hostile_line_is_left_out_or_fits(
    database: Database, tmp_path: Path, bad: str, reason: SkipReason | None
) -> None:
    summary = import_wfp(database, write(tmp_path, [bad, line("43", day="2026-02-15")]))
    assert counts(summary) == ({reason: 1} if reason else {})
    assert summary.inserted == (1 if reason else 2)


def test_a_price_just_too_large_for_its_column_is_left_out(
    database: Database, tmp_path: Path
) -> None:
    lines = [line("9999999999999.9999"), line("9999999999999", unit="500 G", day="2026-02-15")]
    summary = import_wfp(database, write(tmp_path, lines))
    assert counts(summary) == {SkipReason.NO_PRICE: 1}
    assert [row.price for row in stored(database)] == [Decimal("9999999999999.9999")]


GOOD = f"{HEADER}\n{line()}\n".encode()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (GOOD + line(flag="\0").encode(), "no text: it holds a NUL"),
        (HEADER.encode("utf-16-le"), "no text: it holds a NUL"),
        (GOOD + b"x" * 2_000, "a line of 1,000 characters or more"),
        (GOOD * 300 + b"\xe0", f"not UTF-8 text, from byte {300 * len(GOOD)} on"),
        (
            gzip.compress(GOOD * 300 + b"\xe0!", mtime=0),
            f"not UTF-8 text, from byte {300 * len(GOOD)} on",
        ),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    complaint: str,
) -> None:
    monkeypatch.setattr(csv_file, "LONGEST_LINE", 1_000)
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=complaint) as caught:
        import_wfp(database, path)
    assert "\n" not in str(caught.value)
    assert not stored(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_comes_through_a_pipe(database: Database, tmp_path: Path) -> None:
    """It is read once: how long it is nobody knows before its end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = "\n".join([HEADER, *months()])
    heard: list[tuple[int, int]] = []
    Thread(target=pipe.write_text, args=(text,), daemon=True).start()
    summary = import_wfp(database, pipe, progress=lambda done, total: heard.append((done, total)))
    assert told(summary) == (24, 0, 0, 0)
    assert heard == [(24, 24)]
