"""Stories of a script's files: whole or not at all, once, and never lost."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from db.session import Database
from groups.models import EditionState, RadioScript, RadioStation
from groups.schedules import Schedule
from groups.stations import Wanted, add_station
from scheduler.radio_files import mail_of, written_whole
from scheduler.radio_writing import (
    CLAIM_LASTS,
    WRITTEN_WITHIN,
    RadioDesk,
    write_files,
    write_scripts,
)
from tests.groups.stories import NAKURU, place_id
from tests.scheduler.stories import MINUTE, MONDAY
from tests.scheduler.voices import stand_in

TEXT = "Hizi ni bei za soko za Nakuru.\nMaziwa. Bado hakuna aliyetoa bei Nakuru.\nTuma."


@pytest.fixture
def desk(tmp_path: Path) -> RadioDesk:
    return RadioDesk(tmp_path / "radio", "22384", "bei.example.org")


@pytest.fixture
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH: espeak-ng is there or not as the story has it."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def make(database: Database, **what: object) -> tuple[RadioScript, RadioStation]:
    """A script of Monday at seven that nobody has written yet."""
    with database.begin() as session:
        wanted = Wanted(
            place_id=place_id(session, NAKURU),
            language="sw",
            schedule=Schedule((0,), 7, "Africa/Nairobi"),
            email="news@nakuru.fm",
        )
        station = add_station(session, "Nakuru FM", wanted)
        assert station is not None
        values = {
            "radio_station_id": station.id,
            "due_at": MONDAY,
            "made_at": MONDAY + MINUTE,
            "state": EditionState.MADE,
            "language": "sw",
            "subject": "Bei za soko: Nakuru, 23 Nov",
            "text": TEXT,
        }
        script = RadioScript(**(values | what))
        session.add(script)
        session.flush()
        return script, station


def written_at(database: Database) -> object:
    with database.read() as session:
        return session.scalars(select(RadioScript.written_at)).one()


def names(desk: RadioDesk) -> list[str]:
    return sorted(file.name for file in desk.directory.iterdir())


def test_the_mail_is_ready_to_be_sent(database: Database) -> None:
    script, station = make(database)
    raw = mail_of(script, station, host="bei.example.org")
    assert all(len(line) <= 78 for line in raw.decode("ascii").split("\r\n"))
    mail = cast(EmailMessage, message_from_bytes(raw, policy=default))
    assert mail["From"] == "Bei <bei@bei.example.org>"
    assert mail["To"] == "Nakuru FM <news@nakuru.fm>"
    assert mail["Subject"] == "Bei za soko: Nakuru, 23 Nov"
    assert parsedate_to_datetime(mail["Date"]) == MONDAY + MINUTE
    assert mail["Message-ID"] == f"<radio-{station.id}-20261123T0400@bei.example.org>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").split("\n\n") == [
        *TEXT.split("\n"),
        "(Maneno 14, kama sekunde 7.)\n",
    ]
    assert list(mail.defects) == []
    assert mail["Content-Language"] == "sw"


def test_the_mail_can_be_read_by_whoever_opens_the_file(database: Database) -> None:
    """Long paragraphs are broken between words, and nothing is written in code."""
    number = "twenty-three " * 30
    script, station = make(database, text=f"Prices.\n{number.strip()}.", language="en")
    raw = mail_of(script, station, host="localhost").decode("ascii")
    assert all(len(line) <= 72 for line in raw.split("\r\n"))
    assert raw.count("twenty-three") == 30


def test_a_station_without_an_address_is_sent_nothing_by_mistake(database: Database) -> None:
    script, station = make(database)
    station.email = None
    mail = message_from_bytes(mail_of(script, station, host="localhost"), policy=default)
    assert mail["To"] is None


def test_names_of_any_letters_make_a_mail(database: Database) -> None:
    script, station = make(database, text="En Cañete: dos soles.\nAsí.", language="en")
    station.name = 'Radio "Ñandú", Cañete'
    mail = message_from_bytes(mail_of(script, station, host="localhost"), policy=default)
    assert mail["To"].addresses[0].display_name == 'Radio "Ñandú", Cañete'
    assert "En Cañete: dos soles." in cast(EmailMessage, mail).get_content()


def test_without_espeak_the_mail_is_all(database: Database, desk: RadioDesk, voice: Path) -> None:
    make(database)
    with capture_logs() as logs:
        assert write_scripts(database, desk, MONDAY + MINUTE) == 1
    assert names(desk) == ["nakuru-fm-2026-11-23-0700.eml"]
    assert [entry["event"] for entry in logs] == ["radio_script_written"]
    assert written_at(database) == MONDAY + MINUTE


def test_with_espeak_it_is_spoken_once(database: Database, desk: RadioDesk, voice: Path) -> None:
    stand_in(voice, "speaks")
    make(database)
    assert [write_scripts(database, desk, MONDAY + n * MINUTE) for n in (1, 2, 20)] == [1, 0, 0]
    assert names(desk) == ["nakuru-fm-2026-11-23-0700.eml", "nakuru-fm-2026-11-23-0700.wav"]
    assert (voice / "heard").read_text() == TEXT
    assert (voice / "calls").read_text() == "x"


@pytest.mark.parametrize("what", ["fails", "writes half", "is killed"])
def test_a_fault_of_the_voice_never_costs_the_text(
    database: Database, desk: RadioDesk, voice: Path, what: str
) -> None:
    stand_in(voice, what)
    make(database)
    with capture_logs() as logs:
        assert write_scripts(database, desk, MONDAY + MINUTE) == 1
    assert names(desk) == ["nakuru-fm-2026-11-23-0700.eml"]
    (silent,) = [entry for entry in logs if entry["event"] == "radio_script_not_spoken"]
    assert silent["log_level"] == "warning"
    assert "bei radio write" in silent["what_to_do"]
    assert written_at(database) == MONDAY + MINUTE


def test_where_nothing_can_be_written_it_is_said_and_tried_again(
    database: Database, desk: RadioDesk, voice: Path
) -> None:
    make(database)
    desk.directory.write_text("a file where the folder should be")
    with capture_logs() as logs:
        assert write_scripts(database, desk, MONDAY + MINUTE) == 0
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("radio_script_not_written", "error")
    assert "BEI_RADIO_DIR" in entry["what_to_do"]
    desk.directory.unlink()
    assert write_scripts(database, desk, MONDAY + 2 * MINUTE) == 0
    assert write_scripts(database, desk, MONDAY + MINUTE + CLAIM_LASTS) == 1
    assert len(names(desk)) == 1


def test_a_dead_workers_script_is_written_by_another(
    database: Database, desk: RadioDesk, voice: Path
) -> None:
    make(database)
    with database.begin() as session:
        session.execute(update(RadioScript).values(claimed_at=MONDAY + MINUTE))
    assert write_scripts(database, desk, MONDAY + 2 * MINUTE) == 0
    assert write_scripts(database, desk, MONDAY + MINUTE + CLAIM_LASTS) == 1


def test_an_old_script_is_left_to_the_operator(
    database: Database, desk: RadioDesk, voice: Path
) -> None:
    script, station = make(database)
    assert write_scripts(database, desk, MONDAY + MINUTE + WRITTEN_WITHIN) == 0
    assert write_files(script, station, desk).mail.exists()


def test_written_again_the_files_are_the_same(
    database: Database, desk: RadioDesk, voice: Path
) -> None:
    script, station = make(database)
    first = write_files(script, station, desk).mail.read_bytes()
    assert write_files(script, station, desk).mail.read_bytes() == first
    assert len(names(desk)) == 1


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_text("last week's")

    def write_half() -> None:
        with written_whole(file) as unfinished:
            unfinished.write_text("this we")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [one.name for one in tmp_path.iterdir()] == ["mail.eml"]
    assert file.read_text() == "last week's"
    with written_whole(file) as unfinished:
        unfinished.write_text("this week's")
        assert file.read_text() == "last week's"
    assert file.read_text() == "this week's"
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_week_of_scripts_beside_each_other(
    database: Database, desk: RadioDesk, voice: Path
) -> None:
    script, station = make(database)
    write_files(script, station, desk)
    script.due_at += timedelta(days=7)
    write_files(script, station, desk)
    assert names(desk) == ["nakuru-fm-2026-11-23-0700.eml", "nakuru-fm-2026-11-30-0700.eml"]
