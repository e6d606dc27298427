"""Stand-ins for espeak-ng: an executable that does, or fails to do, what the real one does."""

import sys
from pathlib import Path

from scheduler.radio_voice import PROGRAM

# It keeps what it was told beside itself, and writes a tenth of a second of silence.
_BEGINNING = """#!{python}
import os, signal, sys, time, wave
from pathlib import Path

here = Path(__file__).parent
text = sys.stdin.read()
(here / "heard").write_text(text)
(here / "arguments").write_text(" ".join(sys.argv[1:]))
with (here / "calls").open("a") as calls:
    calls.write("x")
target = sys.argv[sys.argv.index("-w") + 1]

def write(frames):
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22050)
        sound.writeframes(bytes(2 * frames))

"""
_ENDINGS = {
    "speaks": "write(2205)",
    "fails": 'sys.exit(print("no such voice\\nand more", file=sys.stderr) or 3)',
    "fails silently": "write(2205); sys.exit(4)",
    "is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "writes nothing": "pass",
    "writes half": 'Path(target).write_bytes(b"RIFF\\x00\\x00")',
    "writes no frames": "write(0)",
    "hangs": "time.sleep(60)",
}


def stand_in(folder: Path, what: str) -> str:
    """An espeak-ng in that folder that does so; its path."""
    program = folder / PROGRAM
    program.write_text(_BEGINNING.replace("{python}", sys.executable) + _ENDINGS[what] + "\n")
    program.chmod(0o755)
    return str(program)
