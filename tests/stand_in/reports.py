"""Delivery reports on their way back to whoever sent the messages: some now, some when told to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from time import sleep

import requests

from tests.stand_in import africastalking, twilio
from tests.stand_in.calls import Call, Recipient
from tests.stand_in.plan import Manner

POSTMEN = 4
TRIES, PAUSE_SECONDS = 25, 0.2


@dataclass(frozen=True)
class Letter:
    """All that is said of one message later, in the order in which it comes."""

    number: str
    url: str
    forms: Sequence[Mapping[str, str]]
    headers: Callable[[Mapping[str, str]], Mapping[str, str]]


def letter_about(
    call: Call, recipient: Recipient, manner: Manner, reports_to: str | None
) -> Letter | None:
    """What is said of a message, and where; None where nobody wants to hear."""
    if recipient.id is None:
        return None
    if call.gateway == twilio.NAME:
        forms = list(twilio.reports(call, recipient.number, recipient.id, manner))
        url = call.callback
    else:
        forms = list(africastalking.reports(recipient.number, recipient.id, manner))
        url = reports_to
    return None if url is None else _letter(call, recipient, url, forms)


def _letter(
    call: Call, recipient: Recipient, url: str, forms: Sequence[Mapping[str, str]]
) -> Letter:
    return Letter(recipient.number, url, forms, lambda form: _headers(call, form))


def _headers(call: Call, form: Mapping[str, str]) -> Mapping[str, str]:
    return twilio.signed(call, form) if call.gateway == twilio.NAME else {}


class Postmen:
    """Bring letters, several side by side; the forms of one letter one after the other."""

    def __init__(self) -> None:
        self.held: list[Letter] = []
        self.posted = self.undelivered = 0
        self._waiting: SimpleQueue[Letter | None] = SimpleQueue()
        self._count = Lock()
        self._on_the_way = 0
        self._men = [Thread(target=self._walk, daemon=True) for _ in range(POSTMEN)]
        for man in self._men:
            man.start()

    @property
    def on_the_way(self) -> int:
        """Letters that are not all delivered yet; those that are held are not counted."""
        return self._on_the_way

    def post(self, letter: Letter) -> None:
        """Bring it when there is time."""
        with self._count:
            self._on_the_way += 1
        self._waiting.put(letter)

    def hold(self, letter: Letter) -> None:
        """Keep it until `release`."""
        with self._count:
            self.held.append(letter)

    def release(self, numbers: Collection[str]) -> int:
        """Bring what was held about these numbers, about all where none is named; how many."""
        with self._count:
            wanted = [each for each in self.held if not numbers or each.number in numbers]
            self.held = [each for each in self.held if numbers and each.number not in numbers]
        for letter in wanted:
            self.post(letter)
        return len(wanted)

    def bring(self, letter: Letter, by: requests.Session) -> None:
        """Bring it now."""
        for form in letter.forms:
            came = _bring(letter, form, by)
            with self._count:
                self.posted += came
                self.undelivered += not came

    def stop(self) -> None:
        """What is in somebody's hands is brought; the rest is dropped."""
        for _ in self._men:
            self._waiting.put(None)

    def _walk(self) -> None:
        with requests.Session() as by:
            while (letter := self._waiting.get()) is not None:
                self.bring(letter, by)
                with self._count:
                    self._on_the_way -= 1


def _bring(letter: Letter, form: Mapping[str, str], by: requests.Session) -> bool:
    """Bring one form; the web may be starting, or dead for a while."""
    for _ in range(TRIES):
        try:
            answer = by.post(letter.url, data=form, headers=letter.headers(form), timeout=10)
        except requests.RequestException:
            sleep(PAUSE_SECONDS)
        else:
            if answer.ok:
                return True
            sleep(PAUSE_SECONDS)
    return False
