"""Stories of espeak-ng: whole sound or none, and a reason in one line for whatever went wrong."""

import shutil
import wave
from pathlib import Path

import pytest

from scheduler.radio_voice import PROGRAM, speak, voice_program
from tests.scheduler.voices import stand_in

TEXT = "These are the market prices from Nakuru."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "radio"
    folder.mkdir()
    return folder / "nakuru.wav"


def seconds(file: Path) -> float:
    with wave.open(str(file), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def test_what_is_spoken_comes_by_stdin_and_by_no_shell(tmp_path: Path, file: Path) -> None:
    program = stand_in(tmp_path, "speaks")
    text = "$(touch /tmp/never) -w elsewhere; Murang'a."
    assert speak(program, text, "sw", file) is None
    heard, arguments = (tmp_path / "heard").read_text(), (tmp_path / "arguments").read_text()
    assert heard == text
    assert arguments.split()[:2] == ["-v", "sw"]
    assert text not in arguments
    assert seconds(file) > 0


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("fails", f"{PROGRAM} ended with 3: no such voice"),
        ("fails silently", f"{PROGRAM} ended with 4: it said nothing"),
        ("is killed", f"{PROGRAM} ended with -9: it said nothing"),
        ("writes nothing", f"{PROGRAM} wrote no sound"),
        ("writes half", f"{PROGRAM} wrote no sound"),
        ("writes no frames", f"{PROGRAM} wrote no sound"),
        ("hangs", f"{PROGRAM} took longer than 0.5 seconds"),
    ],
)
def test_a_fault_is_one_line_and_leaves_what_was_there(
    tmp_path: Path, file: Path, what: str, reason: str
) -> None:
    file.write_bytes(b"last week's")
    program = stand_in(tmp_path, what)
    patience = 0.5 if what == "hangs" else 20
    assert speak(program, TEXT, "en", file, timeout_seconds=patience) == reason
    assert [(one.name, one.read_bytes()) for one in file.parent.iterdir()] == [
        ("nakuru.wav", b"last week's")
    ]


def test_a_program_that_cannot_be_run_is_told_too(tmp_path: Path, file: Path) -> None:
    broken = tmp_path / PROGRAM
    broken.write_bytes(b"\x00\x01")
    broken.chmod(0o755)
    assert "Exec format error" in (speak(str(broken), TEXT, "en", file) or "")
    assert list(file.parent.iterdir()) == []


def test_it_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert voice_program() is None
    program = stand_in(tmp_path, "speaks")
    assert voice_program() == program


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_real_one_speaks_both_languages(file: Path, language: str) -> None:
    assert speak(voice_program() or "", TEXT, language, file) is None
    assert 1 < seconds(file) < 10
    assert file.stat().st_mode & 0o777 == 0o644
