"""A script as sound: espeak-ng reads it into a WAV file, where it is installed."""

import shutil
import subprocess
import wave
from pathlib import Path

from scheduler.radio_files import written_whole

PROGRAM = "espeak-ng"
VOICES = {"en": "en-gb", "sw": "sw"}
# At this speed of espeak-ng's a full script of either language takes its minute; its own "words a
# minute" are those of a mean English text, and figures are longer words (measured: docs/radio.md).
SPEED = 160
# A minute is spoken in less than a second; what takes this long hangs.
TIMEOUT_SECONDS = 30.0


def voice_program() -> str | None:
    """Where espeak-ng is; None where it is not installed."""
    return shutil.which(PROGRAM)


def speak(
    program: str,
    text: str,
    language: str,
    file: Path,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> str | None:
    """Read a text into a WAV file, whole or not at all; why not, where nothing came of it."""
    try:
        with written_whole(file) as unfinished:
            _run(program, text, language, unfinished, timeout_seconds)
            _listen(unfinished)
    except subprocess.TimeoutExpired:
        return f"{PROGRAM} took longer than {timeout_seconds:g} seconds"
    except subprocess.CalledProcessError as fault:
        said = fault.stderr.decode(errors="replace").strip().partition("\n")[0]
        return f"{PROGRAM} ended with {fault.returncode}: {said[:200] or 'it said nothing'}"
    except (wave.Error, EOFError):  # a full disk, a voice that is not there
        return f"{PROGRAM} wrote no sound"
    except OSError as fault:
        return str(fault)
    return None


def _run(program: str, text: str, language: str, file: Path, timeout_seconds: float) -> None:
    # No shell, and the text by stdin: nothing in a place's name is ever a command or an option.
    voice = ["-v", VOICES[language], "-s", str(SPEED)]
    subprocess.run(  # noqa: S603 – the program is found on PATH, its arguments are ours
        [program, *voice, "-b", "1", "--stdin", "-w", str(file)],
        input=text.encode(),
        capture_output=True,
        timeout=timeout_seconds,
        check=True,
        # Ctrl-C is for the worker, which finishes what it has begun.
        start_new_session=True,
    )


def _listen(file: Path) -> None:
    """Raise wave.Error or EOFError for a file without any sound in it."""
    with wave.open(str(file), "rb") as sound:
        if not sound.getnframes():
            raise EOFError
