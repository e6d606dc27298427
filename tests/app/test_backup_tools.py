"""PostgreSQL's own tools: missing, too old, failing; and what they are told of a password."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from db.session import Database
from tests.app.backups import TOOLS, everything, fake_tool, one_line, run

PASSWORD = "se:sam\\17"


@pytest.fixture
def url(postgresql_server: Database, request: pytest.FixtureRequest) -> str:
    """A service on PostgreSQL."""
    name = f"tools_{abs(hash(request.node.name))}"
    with postgresql_server.looking.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template_bei")
    address = make_url(postgresql_server.engine.url).set(database=name)
    return address.render_as_string(hide_password=False)


def test_where_there_is_no_tool_it_is_said_what_to_install(url: str, tmp_path: Path) -> None:
    line = one_line(run("backup", tmp_path / "one.zip", url=url, PATH=str(tmp_path)))
    assert "pg_dump is not on PATH: install postgresql-client-" in line
    assert not (tmp_path / "one.zip").exists()


def test_a_tool_that_is_older_than_the_server_is_named(url: str, tmp_path: Path) -> None:
    fake_tool(tmp_path, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    line = one_line(run("backup", tmp_path / "one.zip", url=url, PATH=str(tmp_path)))
    assert "pg_dump on PATH is of PostgreSQL 9, the server of" in line
    assert "install postgresql-client-" in line


def test_half_a_dump_is_not_believed(url: str, tmp_path: Path) -> None:
    script = (
        'if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 99.1"; exit; fi\n'
        "echo PGDMP; echo 'the server closed the connection' >&2; exit 1"
    )
    fake_tool(tmp_path, "pg_dump", script)
    line = one_line(run("backup", tmp_path / "one.zip", url=url, PATH=str(tmp_path)))
    assert "the server closed the connection" in line
    assert sorted(one.name for one in tmp_path.iterdir()) == [".bei-backup.lock", "pg_dump"]


def test_a_password_stands_on_no_command_line(url: str, tmp_path: Path) -> None:
    script = (
        f'if [ "$1" != --version ]; then echo "$@" > {tmp_path}/said\n'
        f'{CAT} "$(echo "$@" | {SED})" > {tmp_path}/read; fi\n'
        f'exec {TOOLS}/pg_dump "$@"'
    )
    fake_tool(tmp_path, "pg_dump", script)
    known = make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)
    ran = run("backup", tmp_path / "one.zip", url=known, PATH=str(tmp_path))
    assert ran.code == 0, ran.err
    said = (tmp_path / "said").read_text()
    assert "--dbname=" in said
    assert "sam" not in said
    assert (tmp_path / "read").read_text() == "*:*:*:*:se\\:sam\\\\17\n"
    file = Path(said.partition("passfile=")[2].split()[0])
    assert not file.exists()


CAT = "/bin/cat"
SED = r"/bin/sed -E 's/.*passfile=([^ ]+).*/\1/'"


def test_what_the_server_does_not_take_changes_nothing(url: str, tmp_path: Path) -> None:
    before = everything(url)
    run("backup", tmp_path / "one.zip", url=url)
    name = str(make_url(url).database)
    for tool, script in {
        "psql": "/bin/cat > /dev/null; echo 'ERROR:  No space left on device' >&2; exit 3",
        "pg_restore": "/bin/cat > /dev/null; echo 'SELECT 1;'; exit 1",
    }.items():
        folder = tmp_path / tool
        folder.mkdir()
        version = f'if [ "$1" = --version ]; then echo "{tool} (PostgreSQL) 99.1"; exit; fi\n'
        fake_tool(folder, tool, version + script)
        ran = run(
            "restore", tmp_path / "one.zip", "--replace", url=url, stdin=f"{name}\n",
            PATH=f"{folder}:{TOOLS}",
        )  # fmt: skip
        assert ran.code != 0
        assert "and is as it was" in ran.err
        assert everything(url) == before
