"""What the stand-in accepted, a line a call, so that it can be read when everything was killed."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from tests.stand_in.calls import Call, Recipient
from tests.stand_in.plan import Fault, Word


class Journal:
    """Appends; each line is with the system before its call is answered."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._turn = Lock()

    def heard(self, number: int, call: Call, fault: Fault, recipients: Sequence[Recipient]) -> None:
        """A call came, and what became of each number in it."""
        self._write(
            call=number,
            gateway=call.gateway,
            fault=fault,
            text=call.text,
            at=datetime.now(UTC).isoformat(),
            accepted=[(each.number, each.id) for each in recipients if each.id is not None],
            refused=[(each.number, each.word) for each in recipients if each.id is None],
            left_out=[each.number for each in recipients if each.word is Word.LEFT_OUT],
            passed_over=[] if fault.accepts else call.numbers,
        )

    def ended(self, number: int, *, heard: bool) -> None:
        """Its answer went out; `heard` where the client was still there to hear it."""
        self._write(call=number, heard=heard)

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)

    def _write(self, **what: Any) -> None:
        with self._turn:
            os.write(self._file, f"{json.dumps(what)}\n".encode())


@dataclass
class Heard:
    """A call as the journal has it; `answered` is None while it is open, or for ever."""

    number: int
    gateway: str
    fault: Fault
    text: str
    at: datetime
    accepted: list[tuple[str, str]] = field(default_factory=list)  # number, id
    refused: list[tuple[str, str]] = field(default_factory=list)  # number, why
    left_out: list[str] = field(default_factory=list)  # accepted, and the answer does not say so
    passed_over: list[str] = field(default_factory=list)  # of a call that nothing was taken of
    answered: bool | None = None

    def tells(self, number: str) -> bool:
        """True where its client has heard what became of a number, or thinks so."""
        is_clear = self.fault.answers or self.fault.says_no
        return is_clear and bool(self.answered) and number not in self.left_out


def read_journal(path: Path) -> list[Heard]:
    """All calls so far; a last line that is not whole yet is left out."""
    calls: dict[int, Heard] = {}
    whole, _, _ = path.read_text().rpartition("\n") if path.exists() else ("", "", "")
    for line in whole.splitlines():
        told = json.loads(line)
        if "heard" in told:
            calls[told["call"]].answered = told["heard"]
        else:
            calls[told["call"]] = _heard(told)
    return list(calls.values())


def _heard(told: dict[str, Any]) -> Heard:
    return Heard(
        number=told["call"],
        gateway=told["gateway"],
        fault=Fault(told["fault"]),
        text=told["text"],
        at=datetime.fromisoformat(told["at"]),
        accepted=[(number, id_) for number, id_ in told["accepted"]],
        refused=[(number, why) for number, why in told["refused"]],
        left_out=told["left_out"],
        passed_over=told["passed_over"],
    )
