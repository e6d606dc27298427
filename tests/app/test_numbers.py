"""Phone numbers at rest: no file of the database holds one that can be read."""

from pathlib import Path

import pytest
from sqlalchemy import delete, make_url, select, text, update

from db.sealed import is_sealed, seal_with
from db.session import Database
from messaging.models import NumberSeal, Subscriber
from messaging.subscribers import find_subscriber, get_or_create_subscriber
from tests.app.commandline import bei
from tests.app.test_cli import assert_one_line
from tests.cast import NUMBER_KEY, OTIENO, WANJIKU
from tests.conftest import NOON

OTHER_KEY = "another key, of which nobody here knows anything"


def kept(database: Database) -> list[str]:
    """The numbers as they stand in the table."""
    with database.read() as session:
        return list(session.scalars(text("SELECT msisdn FROM subscriber ORDER BY id")))


def in_the_clear(database: Database, *numbers: str) -> None:
    """A database of before numbers were sealed."""
    seal_with(None)
    with database.begin() as session:
        session.execute(delete(NumberSeal))
        for number in numbers:
            get_or_create_subscriber(session, number, default_country="KE", now=NOON)
    seal_with(NUMBER_KEY)


def test_a_text_leaves_no_number_in_the_database(database: Database, database_url: str) -> None:
    bei("text", WANJIKU, "report milk nakuru 47", database_url=database_url)
    bei("dial", WANJIKU, "1", database_url=database_url)
    (stored,) = kept(database)
    assert is_sealed(stored)
    if database.is_a_file:
        database.engine.dispose()
        file = Path(make_url(database_url).database or "")
        for part in file.parent.glob(f"{file.name}*"):
            assert WANJIKU[4:].encode() not in part.read_bytes(), part.name
    with database.read() as session:
        found = find_subscriber(session, WANJIKU)
        assert found is not None
        assert found.msisdn == WANJIKU


def test_a_number_is_one_person(database: Database) -> None:
    with database.begin() as session:
        met = [
            get_or_create_subscriber(session, number, default_country="KE", now=NOON).id
            for number in (WANJIKU, OTIENO, WANJIKU)
        ]
    assert met[0] == met[2] != met[1]


def test_an_upgrade_seals_what_was_in_the_clear(database: Database, database_url: str) -> None:
    in_the_clear(database, WANJIKU, OTIENO)
    assert kept(database) == [WANJIKU, OTIENO]
    refused = bei("text", WANJIKU, "help", database_url=database_url)
    assert_one_line(refused, "not sealed yet", "bei db upgrade")
    assert kept(database) == [WANJIKU, OTIENO]  # nobody was met a second time

    upgraded = bei("db", "upgrade", database_url=database_url)
    assert "2 phone numbers sealed" in upgraded.out
    assert all(map(is_sealed, kept(database)))
    assert "sealed" not in bei("db", "upgrade", database_url=database_url).out
    assert bei("text", WANJIKU, "help", database_url=database_url).code == 0
    assert len(kept(database)) == 2


def test_without_a_key_all_works_and_the_doctor_says_so(
    database: Database, database_url: str
) -> None:
    if database.is_a_file:
        pytest.skip("an embedded database has a key of its own")
    in_the_clear(database)
    assert bei("text", WANJIKU, "help", database_url=database_url, BEI_NUMBER_KEY="").code == 0
    assert kept(database) == [WANJIKU]
    told = bei("doctor", database_url=database_url, BEI_NUMBER_KEY="").out
    assert "set BEI_NUMBER_KEY" in told


def test_an_embedded_database_has_a_key_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "bei.db"
    url = f"sqlite:///{file}"
    assert bei("db", "upgrade", database_url=url, BEI_NUMBER_KEY="").code == 0
    key = tmp_path / "bei.db-numbers"
    assert key.stat().st_mode & 0o777 == 0o600
    told = bei("numbers", "status", database_url=url, BEI_NUMBER_KEY="")
    assert told.out == "0 of 0 phone numbers are sealed\n"

    key.unlink()  # lost: another one is made, which is not the one
    lost = bei("text", WANJIKU, "help", database_url=url, BEI_NUMBER_KEY="")
    assert_one_line(lost, "another key", "BEI_NUMBER_KEY", "file")


@pytest.mark.parametrize("command", [("text", WANJIKU, "help"), ("web",), ("worker",)])
def test_with_another_key_nothing_is_done(
    command: tuple[str, ...], database: Database, database_url: str
) -> None:
    bei("text", WANJIKU, "help", database_url=database_url)
    before = kept(database)
    refused = bei(*command, database_url=database_url, BEI_NUMBER_KEY=OTHER_KEY)
    assert_one_line(refused, "another key", "set BEI_NUMBER_KEY to that key")
    assert kept(database) == before
    again = bei("db", "upgrade", database_url=database_url, BEI_NUMBER_KEY=OTHER_KEY)
    assert_one_line(again, "another key")


def test_a_sealed_database_wants_its_key(database: Database, database_url: str) -> None:
    if database.is_a_file:
        pytest.skip("an embedded database has a key of its own")
    refused = bei("text", WANJIKU, "help", database_url=database_url, BEI_NUMBER_KEY="")
    assert_one_line(refused, "there is no key")


def test_the_key_is_changed(database: Database, database_url: str) -> None:
    for number in (WANJIKU, OTIENO):
        bei("text", number, "help", database_url=database_url)
    before = kept(database)

    wrong = bei(
        "numbers", "reseal", "--old-key", "a guess", database_url=database_url,
        BEI_NUMBER_KEY=OTHER_KEY,
    )  # fmt: skip
    assert_one_line(wrong, "another key", "nothing was changed")
    assert kept(database) == before

    changed = bei(
        "numbers", "reseal", "--old-key", NUMBER_KEY, database_url=database_url,
        BEI_NUMBER_KEY=OTHER_KEY,
    )  # fmt: skip
    assert changed.out == "2 phone numbers sealed with the new key\n"
    assert not set(kept(database)) & set(before)
    told = bei("numbers", "status", database_url=database_url, BEI_NUMBER_KEY=OTHER_KEY)
    assert told.out == "2 of 2 phone numbers are sealed\n"
    assert (
        bei("text", WANJIKU, "help", database_url=database_url, BEI_NUMBER_KEY=OTHER_KEY).code == 0
    )
    assert len(kept(database)) == 2
    assert_one_line(bei("text", WANJIKU, "help", database_url=database_url), "another key")


def test_a_broken_number_changes_nothing_of_the_others(
    database: Database, database_url: str
) -> None:
    for number in (WANJIKU, OTIENO):
        bei("text", number, "help", database_url=database_url)
    with database.begin() as session:
        last = session.scalars(select(Subscriber.id).order_by(Subscriber.id.desc())).first()
        session.execute(
            text("UPDATE subscriber SET msisdn = '~1broken' WHERE id = :id"), {"id": last}
        )
    before = kept(database)
    ran = bei(
        "numbers", "reseal", "--old-key", NUMBER_KEY, database_url=database_url,
        BEI_NUMBER_KEY=OTHER_KEY,
    )  # fmt: skip
    assert_one_line(ran, "nothing was changed")
    assert kept(database) == before


def test_a_short_key_is_no_key(database_url: str) -> None:
    ran = bei("doctor", database_url=database_url, BEI_NUMBER_KEY="1234")
    assert_one_line(ran, "BEI_NUMBER_KEY", "32 letters")


def test_numbers_sealed_by_hand_are_counted(database: Database, database_url: str) -> None:
    bei("text", WANJIKU, "help", database_url=database_url)
    with database.begin() as session:
        session.execute(update(Subscriber).values(name="Wanjiku"))
        session.execute(
            text(
                "INSERT INTO subscriber (msisdn, country, has_chosen_language, created_at, is_demo)"
                " VALUES (:number, 'KE', false, :now, false)"
            ),
            {"number": OTIENO, "now": NOON.replace(tzinfo=None)},
        )
    told = bei("numbers", "status", database_url=database_url)
    assert told.out == "1 of 2 phone numbers are sealed\n"
