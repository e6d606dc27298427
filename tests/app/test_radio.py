"""Stories of `bei radio`: a script on the screen, stations, and one line for whatever is wrong."""

import re
import shutil
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.config import Settings
from app.radio import radio_desk
from db.session import Database
from groups.models import RadioScript, RadioStation
from prices.catalogue import Catalogue
from scheduler.radio import make_scripts
from scheduler.radio_voice import PROGRAM
from tests.app.commandline import Ran, bei
from tests.app.test_cli import assert_one_line
from tests.cast import OTIENO
from tests.prices.stories import report_price
from tests.scheduler.stories import HOUR, MINUTE, MONDAY
from tests.scheduler.voices import stand_in


def add(database_url: str, *arguments: str) -> Ran:
    return bei(
        "radio", "add", "Nakuru FM", "nakuru", "--hour", "6", *arguments, database_url=database_url
    )


def test_a_script_has_every_figure_in_words(database_url: str) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    ran = bei("radio", "nakuru", "--language", "en", database_url=database_url)
    assert ran.code == 0
    opening, milk, closing = ran.out.splitlines()
    assert opening.startswith("These are the market prices from Nakuru for ")
    assert milk == (
        "Milk. In Nakuru a farmer gets forty-seven shillings for one litre. One report, from today."
    )
    assert closing.startswith("To tell us your price, text Milk")
    assert not re.search(r"\d", ran.out)
    # How long it is stands beside it, so that the script can be piped on as it is.
    assert re.fullmatch(r"\d+ words, about \d+ seconds, 1 price\n", ran.err)


def test_the_countrys_own_language_where_none_is_asked_for(database_url: str) -> None:
    assert bei("radio", "nakuru", database_url=database_url).out.startswith("Hizi ni bei za soko")
    ugandan = bei("radio", "kampala", database_url=database_url, BEI_COUNTRY="UG")
    assert ugandan.out.startswith("These are the market prices from Kampala")


def test_options_may_stand_before_the_place(database_url: str) -> None:
    ran = bei("radio", "--language", "en", "nakuru county", database_url=database_url)
    assert ran.out.startswith("These are the market prices from Nakuru county")


def test_goods_that_are_asked_for(database_url: str) -> None:
    goods = ("--commodity", "beans", "--commodity", "dairy meal", "--commodity", "beans")
    ran = bei("radio", "nakuru", "--language", "en", *goods, database_url=database_url)
    assert [line.split(".")[0] for line in ran.out.splitlines()[1:-1]] == ["Beans", "Dairy meal"]


def test_the_number_to_text_to_is_said(database_url: str) -> None:
    ran = bei(
        "radio",
        "nakuru",
        "--language",
        "en",
        database_url=database_url,
        BEI_AT_SENDER="22384",
    )
    assert ran.out.endswith("to two two three eight four.\n")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("nakuru", "--language", "es"), ("radio scripts in es", "en and sw")),
        (("atlantis",), ("no place atlantis",)),
        (("township",), ("township may be ke-", "add the county")),
        (("nakuru", "--commodity", "unobtainium"), ("no commodity unobtainium",)),
        (("nakuru", *("--commodity", "milk") * 7), ("at most 6",)),
        (("end", "Molo FM"), ("no station Molo FM", "bei radio stations")),
        (("write", "Molo FM"), ("no station Molo FM",)),
        (("add", "Molo FM", "molo", "--hour", "6"), ("--days", "--day")),
        (
            ("add", "Molo FM", "molo", "--hour", "6", "--days", "mon", "--day", "3"),
            ("--days", "--day"),
        ),
        (("add", "Molo FM", "molo", "--hour", "6", "--days", "someday"), ("someday", "mon,thu")),
        (("add", "Molo FM", "molo", "--hour", "24", "--days", "mon"), ("--hour",)),
        (("add", "///", "molo", "--hour", "6", "--days", "mon"), ("name",)),
        (("add", "Molo FM", "atlantis", "--hour", "6", "--days", "mon"), ("atlantis",)),
        (
            ("add", "Molo FM", "molo", "--hour", "6", "--days", "mon", "--email", "nobody"),
            ("'nobody'", "address"),
        ),
        (
            ("add", "Molo FM", "molo", "--hour", "6", "--days", "mon", "--language", "fr"),
            ("radio scripts in fr",),
        ),
    ],
)
def test_what_is_wrong_is_one_line(
    sqlite_template: Path, tmp_path: Path, arguments: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """Nothing of it depends on the database, so each is tried on one."""
    shutil.copy(sqlite_template, tmp_path / "bei.db")
    url = f"sqlite:///{tmp_path / 'bei.db'}"
    assert_one_line(bei("radio", *arguments, database_url=url), *names)


def test_a_station_is_added_listed_and_ended(database_url: str) -> None:
    added = add(database_url, "--days", "mon,thu", "--email", "news@nakuru.fm")
    assert added.code == 0, added.err
    assert added.out.startswith(
        "Nakuru FM: ke-nakuru in sw, what is told there, mon,thu at 06:00 (Africa/Nairobi), to "
        "news@nakuru.fm\n  next "
    )
    assert_one_line(add(database_url, "--days", "mon"), "already")
    listed = bei("radio", "stations", database_url=database_url)
    assert "Nakuru FM: ke-nakuru in sw" in listed.out
    assert "none so far" in listed.out
    ended = bei("radio", "end", "nakuru fm", database_url=database_url)
    assert ended.out == "Nakuru FM gets no more scripts\n"
    assert bei("radio", "stations", database_url=database_url).out == ""
    monthly = add(database_url, "--day", "31", "--commodity", "milk", "--commodity", "maize")
    assert "ke-nakuru in sw, milk, maize, day 31 of the month at 06:00" in monthly.out


def test_what_became_of_the_last_is_listed(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.radio_writing.voice_program", lambda: None)
    add(database_url, "--days", "mon", "--language", "en")
    desk = radio_desk(Settings(_env_file=None, radio_dir=str(tmp_path)))

    def listed_after(late: object, written: bool) -> str:
        with database.begin() as session:
            session.execute(update(RadioStation).values(next_script_at=MONDAY))
            for script in session.scalars(select(RadioScript)):
                session.delete(script)
        make_scripts(database, Catalogue(), desk, MONDAY + late)  # type: ignore[operator]
        if not written:
            with database.begin() as session:
                session.execute(update(RadioScript).values(written_at=None))
        return bei("radio", "stations", database_url=database_url).out

    assert "the last was written for Monday 23 November 2026 07:00" in listed_after(MINUTE, True)
    assert "NOT WRITTEN yet: is BEI_RADIO_DIR writable?" in listed_after(MINUTE, False)
    assert "the last was MISSED, Monday 23 November 2026 07:00" in listed_after(13 * HOUR, True)


def test_any_host_writes_a_script_again(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database_url, "--days", "mon", "--language", "en")
    elsewhere = {"BEI_RADIO_DIR": str(tmp_path / "elsewhere"), "PATH": str(tmp_path)}
    write = ("radio", "write", "nakuru fm")
    assert_one_line(bei(*write, database_url=database_url, **elsewhere), "no script", "Nakuru FM")
    with database.begin() as session:
        session.execute(update(RadioStation).values(next_script_at=MONDAY))
    # A worker that has no place to write to: the script is in the database all the same.
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    desk = radio_desk(Settings(_env_file=None, radio_dir=str(blocked)))
    assert make_scripts(database, Catalogue(), desk, MONDAY + MINUTE) == 1

    written = bei(*write, database_url=database_url, **elsewhere)
    mail = tmp_path / "elsewhere" / "nakuru-fm-2026-11-23-0700.eml"
    assert written.out == f"{mail}\n"
    assert b"To: Nakuru FM" not in mail.read_bytes()
    with database.read() as session:
        assert session.scalars(select(RadioScript.written_at)).one() is not None

    stand_in(tmp_path, "speaks")
    spoken = bei(*write, database_url=database_url, **elsewhere)
    assert spoken.out == f"{mail}\n{mail.with_suffix('.wav')}\n"
    stand_in(tmp_path, "fails")
    silent = bei(*write, database_url=database_url, **elsewhere)
    assert (silent.code, silent.out) == (1, f"{mail}\n")
    assert silent.err == f"bei: {PROGRAM} ended with 3: no such voice; the mail is written\n"
    nowhere = elsewhere | {"BEI_RADIO_DIR": str(blocked)}
    assert_one_line(bei(*write, database_url=database_url, **nowhere), "BEI_RADIO_DIR")


def test_a_script_is_spoken_into_a_file(database_url: str, tmp_path: Path) -> None:
    wav, path = tmp_path / "nakuru.wav", tmp_path / "path"
    path.mkdir()
    spoken = ("radio", "nakuru", "--wav", str(wav))
    missing = bei(*spoken, database_url=database_url, PATH=str(path))
    assert missing.code == 1
    assert missing.out.startswith("Hizi ni bei")  # the text is there all the same
    assert missing.err.endswith(f"bei: {PROGRAM} is not installed: {wav} was not written\n")
    stand_in(path, "fails")
    failed = bei(*spoken, database_url=database_url, PATH=str(path))
    assert (failed.code, failed.out, wav.exists()) == (1, missing.out, False)
    stand_in(path, "speaks")
    assert bei(*spoken, database_url=database_url, PATH=str(path)).code == 0
    assert wav.exists()
    lost = ("radio", "nakuru", "--wav", str(tmp_path / "none" / "nakuru.wav"))
    assert "was not written" in bei(*lost, database_url=database_url, PATH=str(path)).err


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_full_script_is_spoken_in_its_minute(
    database: Database, database_url: str, tmp_path: Path, language: str
) -> None:
    goods = ["milk", "maize", "beans", "potatoes", "onions", "dairy_meal"]
    with database.begin() as session:
        vocabulary = Catalogue().vocabulary(session, "KE")
        for number, code in enumerate(goods):
            msisdn, told_at = f"+25471100400{number}", datetime.now(UTC)
            report_price(session, vocabulary, msisdn, code, "Nakuru", 45 + number, told_at)
    wav = tmp_path / "nakuru.wav"
    asked = [word for code in goods for word in ("--commodity", code)]
    found = str(Path(shutil.which(PROGRAM) or "").parent)
    ran = bei(
        "radio", "nakuru", "--language", language, *asked, "--wav", str(wav),
        database_url=database_url, PATH=found,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ("no time for" in ran.err) == (ran.out.count("\n") < len(goods) + 2)
    said = re.search(r"about (\d+) seconds", ran.err)
    with wave.open(str(wav), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
    assert said is not None
    assert seconds == pytest.approx(int(said[1]), abs=6)
    assert seconds <= 62


def test_the_desk_is_set_up_by_the_settings() -> None:
    def desk(**what: object) -> tuple[str | None, str]:
        made = radio_desk(Settings(_env_file=None, **what))  # type: ignore[arg-type]
        return made.number, made.host

    assert desk() == (None, "localhost")
    assert desk(at_sender="BEI") == (None, "localhost")
    assert desk(at_sender="22384", public_base_url="https://bei.example.org/x") == (
        "22384",
        "bei.example.org",
    )
