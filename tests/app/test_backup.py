"""Backups as their operator makes them, puts them back, and finds them missing."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import make_url, select, update

from db.session import Database, open_database
from prices.models import Country
from tests.app.backups import (
    KEYS,
    ROOT,
    TOOLS,
    empty_of,
    everything,
    killed_at,
    kind_of,
    one_line,
    run,
)
from tests.cast import KAMAU, OTIENO, WANJIKU
from tests.conftest import NOON
from tests.groups.stories import found_group
from tests.prices.stories import kenya, report_price


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups are kept."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def url(database: Database, database_url: str) -> str:
    """A service where two people told a price, and nobody is at work."""
    with database.begin() as session:
        words = kenya(session)
        for msisdn, price in ((WANJIKU, 46), (OTIENO, 47)):
            report_price(session, words, msisdn, "milk", "Nakuru", price, NOON)
        found_group(session, "KIRIMA")
    database.engine.dispose()
    return database_url


@pytest.fixture
def file_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A service on SQLite, where a story is of no database in particular."""
    (tmp_path / "bei.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path / 'bei.db'}"


@pytest.fixture
def kept(file_url: str, folder: Path) -> Path:
    """A backup of it."""
    run("backup", folder / "one.zip", url=file_url)
    return folder / "one.zip"


def tell_another_price(url: str) -> None:
    database = open_database(url)
    with database.begin() as session:
        report_price(session, kenya(session), KAMAU, "milk", "Molo", 44, NOON)
    database.engine.dispose()


def rewritten(path: Path, **said: Any) -> Path:
    """The same backup, saying other things of itself."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        manifest = {**json.loads(old.read("manifest.json")), **said}
        for name in old.namelist():
            new.writestr(name, json.dumps(manifest) if name == "manifest.json" else old.read(name))
    return other


def test_a_backup_is_whole_private_and_says_what_is_in_it(url: str, folder: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        ran = run("backup", folder, url=url)
    assert ran.code == 0, ran.err
    path = folder / "bei-20261124T090000Z.zip"
    assert ran.out.startswith(f"{path}: ")
    assert "keep them apart: BEI_SECRET_KEY, BEI_NUMBER_KEY" in ran.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Nothing lies about that was only needed on the way.
    assert {one.name for one in folder.iterdir()} == {path.name, ".bei-backup.lock"}
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["database"] == kind_of(url)
    assert manifest["rows"]["price_observation"] == 2
    assert manifest["rows"] == {table: len(rows) for table, rows in everything(url).items()}
    whole = path.read_bytes()
    assert not any(key.encode() in whole for key in KEYS.values())
    checked = run("backup", "--check", path, url=url)
    assert (checked.code, checked.out.splitlines()) == (0, ran.out.splitlines()[:1])


def test_without_bei_a_backup_is_opened_by_any_program(kept: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(kept) as archive:
        archive.extract("bei.db", tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out" / "bei.db")
    assert connection.execute("SELECT count(*) FROM country").fetchone()[0] > 10
    connection.close()


def test_a_backup_is_put_back_as_it_was(url: str, folder: Path, tmp_path: Path) -> None:
    before = everything(url)
    run("backup", folder / "one.zip", url=url)
    elsewhere = empty_of(kind_of(url), url, tmp_path)
    ran = run("restore", folder / "one.zip", url=elsewhere)
    assert ran.code == 0, ran.err
    assert everything(elsewhere) == before
    tell_another_price(elsewhere)  # the next row finds a number of its own


def test_what_is_there_is_replaced_after_its_name_was_typed(url: str, folder: Path) -> None:
    before = everything(url)
    run("backup", folder / "one.zip", url=url)
    tell_another_price(url)
    after = everything(url)
    refused = run("restore", folder / "one.zip", url=url)
    assert "not empty" in one_line(refused)
    name = str(make_url(url).database).rpartition("/")[2]
    mistyped = run("restore", folder / "one.zip", "--replace", url=url, stdin="yes\n")
    assert f"that is not {name}: nothing was changed" in mistyped.err
    assert everything(url) == after
    ran = run("restore", folder / "one.zip", "--replace", url=url, stdin=f"{name}\n")
    assert ran.code == 0, ran.err
    assert everything(url) == before
    assert run("doctor", url=url).out.count("migrations: at") == 1


def test_who_is_at_work_is_not_disturbed(database: Database, url: str, folder: Path) -> None:
    run("backup", folder / "one.zip", url=url)
    with database.read() as session:
        session.scalars(select(Country.code)).all()
    # That session is over, and its process goes on: it could write at any moment.
    name = str(make_url(url).database).rpartition("/")[2]
    ran = run("restore", folder / "one.zip", "--replace", url=url, stdin=f"{name}\n")
    assert "in use" in ran.err
    assert "stop web and worker" in ran.err
    assert "in use" in one_line(run("move", f"sqlite:///{folder}/new.db", url=url))
    with database.begin() as session:
        session.execute(update(Country).values(currency_sign="x"))


def test_the_newest_are_kept_and_nothing_else_is_touched(file_url: str, folder: Path) -> None:
    (folder / "bei-notes.zip").write_text("mine")
    (folder / "old.zip").write_text("mine")
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            ran = run("backup", folder, "--keep", 2, url=file_url)
            clock.shift(timedelta(days=1))
    assert ran.out.splitlines()[-1] == f"removed {folder / 'bei-20261125T090000Z.zip'}"
    assert sorted(path.name for path in folder.iterdir() if path.suffix == ".zip") == [
        "bei-20261126T090000Z.zip", "bei-20261127T090000Z.zip", "bei-notes.zip", "old.zip",
    ]  # fmt: skip


def test_old_backups_stay_until_a_new_one_is_whole(file_url: str, folder: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        run("backup", folder, url=file_url)
    whole = {path: path.read_bytes() for path in folder.glob("*.zip")}
    path = Path(str(make_url(file_url).database))
    damaged = bytearray(path.read_bytes())
    damaged[8192 : 8192 * 4] = b"\xff" * (8192 * 3)
    path.write_bytes(damaged)
    ran = run("backup", folder, "--keep", 1, url=file_url)
    assert "damaged" in one_line(ran) or "malformed" in one_line(ran)
    assert {path: path.read_bytes() for path in folder.glob("*.zip")} == whole


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["{folder}/no/such/one.zip"], "there is no folder"),
        (["{folder}/none", "--keep", "3"], "there is no folder {folder}/none: make it first"),
        (["{folder}/bei-notes.zip", "--keep", "3"], "--keep is for a folder"),
        (["{folder}/../bei.db"], "is there and is no backup of Bei"),
        ([], "BEI_BACKUP_DIR"),
        (["--check", "{folder}/nothing.zip"], "No such file"),
    ],
)
def test_what_cannot_be_is_one_line(
    file_url: str, folder: Path, arguments: list[str], complaint: str
) -> None:
    (folder / "bei-notes.zip").write_text("mine")
    before = everything(file_url)
    said = [one.format(folder=folder) for one in arguments]
    assert complaint.format(folder=folder) in one_line(run("backup", *said, url=file_url))
    assert everything(file_url) == before


def test_an_empty_database_is_nothing_to_keep(database_url: str, tmp_path: Path) -> None:
    kind = kind_of(database_url)
    empty = empty_of(kind, database_url, tmp_path)
    said = one_line(run("backup", tmp_path / "one.zip", url=empty))
    assert ("there is no database" if kind == "sqlite" else "the database is empty") in said
    assert not (tmp_path / "one.zip").exists()


def test_a_folder_that_was_set_needs_no_name(file_url: str, folder: Path) -> None:
    ran = run("backup", url=file_url, BEI_BACKUP_DIR=str(folder / "made"))
    assert ran.code == 0, ran.err
    assert len(list((folder / "made").glob("bei-*.zip"))) == 1


def cut(path: Path) -> Path:
    other = path.with_name("cut.zip")
    other.write_bytes(path.read_bytes()[:-200])
    return other


def bent(path: Path) -> Path:
    other = path.with_name("bent.zip")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    other.write_bytes(data)
    return other


def forged(path: Path) -> Path:
    """Another database under the same description: every check of the ZIP itself is right."""
    other = path.with_name("forged.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        new.writestr("bei.db", old.read("bei.db").replace(b"Nakuru", b"Molo  "))
        new.writestr("manifest.json", old.read("manifest.json"))
    return other


def foreign(path: Path) -> Path:
    other = path.with_name("foreign.zip")
    with zipfile.ZipFile(other, "w") as new:
        new.writestr("holiday.txt", "Mombasa")
    return other


def strange(path: Path) -> Path:
    other = path.with_name("strange.zip")
    with zipfile.ZipFile(other, "w") as new:
        new.writestr("manifest.json", "[1, 2]")
    return other


@pytest.mark.parametrize("spoil", [cut, bent, forged, foreign, strange])
def test_what_is_no_whole_backup_is_refused_before_anything_is_touched(
    kept: Path, tmp_path: Path, spoil: Any
) -> None:
    bad, place = spoil(kept), tmp_path / "elsewhere" / "bei.db"
    for command in (["restore", bad], ["backup", "--check", bad]):
        assert bad.name in one_line(run(*command, url=f"sqlite:///{place}"))
    assert not place.parent.exists()


def test_a_backup_of_a_newer_bei_is_refused(kept: Path, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere' / 'bei.db'}"
    for said in ({"revision": "9999", "bei": "7.0"}, {"form": 2, "bei": "7.0"}):
        line = one_line(run("restore", rewritten(kept, **said), url=elsewhere))
        assert "a newer Bei (7.0" in line
        assert "upgrade Bei first" in line
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_of_the_other_database_is_refused(kept: Path) -> None:
    line = one_line(run("restore", kept, url="postgresql://nobody@localhost:1/nothing"))
    assert "of sqlite, and DATABASE_URL names postgresql" in line
    assert "bei move" in line


def test_rows_that_are_missing_are_noticed(kept: Path, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere' / 'bei.db'}"
    with zipfile.ZipFile(kept) as archive:
        rows = json.loads(archive.read("manifest.json"))["rows"]
    other = rewritten(kept, rows={**rows, "country": rows["country"] + 1})
    assert "country has" in one_line(run("backup", "--check", other, url=elsewhere))
    assert "country has" in one_line(run("restore", other, url=elsewhere))
    assert run("restore", kept, url=elsewhere).code == 0


def test_an_older_backup_is_brought_up_to_date(file_url: str, folder: Path) -> None:
    """One migration back, and forth again on its way in."""
    newest = run("doctor", url=file_url).out.partition("migrations: at ")[2][:4]
    older = subprocess.run(
        [sys.executable, "-c", DOWNGRADE], cwd=ROOT, env={"DATABASE_URL": file_url, **KEYS},
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert older != newest
    assert run("backup", folder / "old.zip", url=file_url).code == 0
    elsewhere = f"sqlite:///{folder / 'elsewhere' / 'bei.db'}"
    ran = run("restore", folder / "old.zip", url=elsewhere)
    assert ran.code == 0, ran.err
    assert f"migrations: at {newest}, the newest" in run("doctor", url=elsewhere).out


DOWNGRADE = """
from alembic import command
from db.session import open_database
from db.upgrade import _config, revisions
import os
database, config = open_database(os.environ["DATABASE_URL"]), _config()
with database.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.downgrade(config, "-1")
print(revisions(database)[0])
"""


def without_keys() -> dict[str, str]:
    return {"BEI_NUMBER_KEY": "", "BEI_SECRET_KEY": ""}


def test_numbers_are_of_no_use_without_their_key(file_url: str, folder: Path) -> None:
    """An embedded service has keys of its own, in files beside it."""
    path = Path(str(make_url(file_url).database))
    Path(f"{path}-numbers").write_text(KEYS["BEI_NUMBER_KEY"])
    Path(f"{path}-secret").write_text(KEYS["BEI_SECRET_KEY"])
    ran = run("backup", folder / "one.zip", url=file_url, **without_keys())
    assert f"keep them apart: {path}-secret, {path}-numbers" in ran.out
    new = folder / "elsewhere"
    elsewhere = f"sqlite:///{new / 'bei.db'}"
    refused = run("restore", folder / "one.zip", url=elsewhere, **without_keys())
    assert "put its file back beside the database" in one_line(refused)
    assert not new.exists()  # no key of another making lies in the way now
    new.mkdir()
    (new / "bei.db-numbers").write_text(KEYS["BEI_NUMBER_KEY"])
    ran = run("restore", folder / "one.zip", url=elsewhere, **without_keys())
    assert ran.code == 0, ran.err
    assert "BEI_SECRET_KEY is not the one it was made with" in ran.out
    assert "phone numbers: sealed" in run("doctor", url=elsewhere, **without_keys()).out


def test_keys_that_were_put_in_are_laid_beside(file_url: str, folder: Path) -> None:
    ran = run("backup", folder / "one.zip", "--with-keys", url=file_url)
    assert "whoever has it can read the phone numbers" in ran.out
    elsewhere = f"sqlite:///{folder / 'elsewhere' / 'bei.db'}"
    ran = run("restore", folder / "one.zip", url=elsewhere, **without_keys())
    assert ran.code == 0, ran.err
    laid = folder / "elsewhere" / "bei.db-numbers"
    assert (laid.read_text(), stat.S_IMODE(laid.stat().st_mode)) == (KEYS["BEI_NUMBER_KEY"], 0o600)
    assert "BEI_SECRET_KEY is not" not in ran.out


@pytest.mark.parametrize(
    ("place", "calls"),
    [
        ("app.backup.sqlite_file:look_through", 1),
        ("app.backup.making:write_archive", 1),
        ("app.backup.archive:written", 1),
        ("app.backup.making:check_backup", 1),
    ],
)
def test_a_backup_that_was_killed_leaves_no_half_of_it(
    url: str, folder: Path, place: str, calls: int
) -> None:
    if kind_of(url) == "postgresql" and "sqlite_file" in place:
        place = "app.backup.postgresql_dump:_output"
    killed_at(place, "backup", folder / "one.zip", url=url, calls=calls)
    assert not list(folder.glob("*.zip"))
    # The next one sweeps up.
    assert run("backup", folder / "one.zip", url=url).code == 0
    assert {one.name for one in folder.iterdir()} == {"one.zip", ".bei-backup.lock"}


@pytest.mark.parametrize("place", ["before", "within", "after"])
def test_a_restore_that_was_killed_left_all_as_it_was(url: str, folder: Path, place: str) -> None:
    run("backup", folder / "one.zip", url=url)
    before = everything(url)
    tell_another_price(url)
    after = everything(url)
    at = {
        ("sqlite", "before"): "app.backup.restoring:put_together",
        ("sqlite", "within"): "app.backup.restoring:upgrade",
        ("sqlite", "after"): "app.backup.restoring:take_place",
        ("postgresql", "before"): "app.backup.postgresql_dump:_pass_on",
        ("postgresql", "within"): "app.backup.postgresql_dump:_start",
        ("postgresql", "after"): "app.backup.postgresql_dump:_write",
    }[(kind_of(url), place)]
    # Of the tools the second, of the words the last: then all of the dump has been told.
    calls = 2 if kind_of(url) == "postgresql" and place != "before" else 1
    killed_at(at, "restore", folder / "one.zip", "--replace", url=url, calls=calls)
    assert everything(url) == after
    name = str(make_url(url).database).rpartition("/")[2]
    ran = run("restore", folder / "one.zip", "--replace", url=url, stdin=f"{name}\n")
    assert ran.code == 0, ran.err
    assert everything(url) == before


def test_killed_as_the_file_is_written_over_it_is_whole_at_the_next_look(
    file_url: str, folder: Path
) -> None:
    """SQLite's own journal: half of the pages are new, and the old ones come back."""
    run("backup", folder / "one.zip", url=file_url)
    tell_another_price(file_url)
    after = everything(file_url)
    path = make_url(file_url).database
    script = f"""
import os, signal, sqlite3
from pathlib import Path
from app.backup.sqlite_file import alone
with alone(Path({path!r})) as place:
    new = sqlite3.connect(":memory:")
    new.executescript("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(9000000))")
    place.execute("PRAGMA cache_size=10")  # what does not fit goes to the disk before its time
    def half(_, left, total):
        if left < total / 2:
            os.kill(os.getpid(), signal.SIGKILL)
    new.backup(place, pages=100, progress=half)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={"PATH": TOOLS}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == -9, ran.stderr
    assert Path(f"{path}-journal").stat().st_size > 0
    assert everything(file_url) == after


def on_a_full_disk(*arguments: object, url: str, most_bytes: int) -> str:
    """What a command complains of where no file may grow beyond that."""
    script = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from app.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={"PATH": TOOLS, "PYTHONPATH": str(ROOT), "DATABASE_URL": url, **KEYS},
        cwd=tempfile.gettempdir(), input="bei.db\n", text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    (line,) = ran.stderr.splitlines()
    return line


def test_a_full_disk_leaves_all_as_it_was(file_url: str, folder: Path) -> None:
    run("backup", folder / "one.zip", url=file_url)
    whole, before = (folder / "one.zip").read_bytes(), everything(file_url)
    size = Path(str(make_url(file_url).database)).stat().st_size
    line = on_a_full_disk("backup", folder / "one.zip", url=file_url, most_bytes=size // 2)
    assert "bei.db could not be copied" in line
    assert (folder / "one.zip").read_bytes() == whole
    tell_another_price(file_url)
    after = everything(file_url)
    line = on_a_full_disk(
        "restore", folder / "one.zip", "--replace", url=file_url, most_bytes=size // 2
    )
    assert "is as it was" in line
    assert everything(file_url) == after != before
    assert {one.name for one in folder.iterdir()} == {"one.zip", ".bei-backup.lock"}
    assert not list(folder.parent.glob(".bei.db-restore*"))


def test_two_at_once_do_not_write_the_same_file(file_url: str, folder: Path) -> None:
    lock = os.open(folder / ".bei-backup.lock", os.O_RDWR | os.O_CREAT)
    flock(lock, LOCK_EX)
    line = one_line(run("backup", folder, url=file_url))
    assert "another backup is being written" in line
    os.close(lock)
    assert run("backup", folder, url=file_url).code == 0


def test_doctor_looks_for_the_newest(file_url: str, folder: Path) -> None:
    def said(moment: datetime, **settings: str) -> str:
        with time_machine.travel(moment, tick=False):
            out = run("doctor", url=file_url, **settings).out
        (line,) = (line for line in out.splitlines() if " backups: " in line)
        return line

    assert said(NOON).startswith("ok    backups: nobody sees to them here: set BEI_BACKUP_DIR")
    there = {"BEI_BACKUP_DIR": str(folder)}
    assert said(NOON, **there) == f"WRONG backups: none in {folder}: run `bei backup`"
    with time_machine.travel(NOON, tick=False):
        run("backup", url=file_url, **there)
    newest = f"1 in {folder}, the newest of 2026-11-24 09:00 UTC"
    assert said(NOON + timedelta(days=2), **there) == f"ok    backups: {newest}"
    late = NOON + timedelta(days=2, seconds=1)
    assert said(late, **there) == (
        f"WRONG backups: {newest}, more than 2 days ago: run `bei backup`"
    )
    assert said(late, **there, BEI_BACKUP_DAYS="3").startswith("ok ")
