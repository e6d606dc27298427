"""The stand-in's HTTP: hears calls, keeps what it accepts, and answers as the plan says."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from socket import MSG_DONTWAIT, MSG_PEEK, SHUT_RDWR
from threading import Event, Lock, Thread
from types import ModuleType
from typing import Any, Self

import requests

from tests.stand_in import africastalking, twilio
from tests.stand_in.calls import PAGE, Answer, Call, Recipient, Refused
from tests.stand_in.journal import Journal
from tests.stand_in.plan import Fault, Manner, Plan, Word, from_json
from tests.stand_in.reports import Letter, Postmen, letter_about

HOST = "127.0.0.1"
LOOKS_UP_SECONDS = 0.02  # while it keeps somebody waiting
ENDS_WITHIN_SECONDS = 2
OWN_PATH = "/stand-in"


class StandIn:
    """A gateway by a plan; it serves on its own threads from `start` to `stop`."""

    def __init__(
        self, plan: Plan, journal: Path, *, reports_to: str | None = None, port: int = 0
    ) -> None:
        self.plan = plan
        self.reports_to = reports_to
        self.journal = Journal(journal)
        self.postmen = Postmen()
        self.stopping = Event()
        self.open_calls = self.accepted = 0
        self._numbers = count()
        self._count = Lock()
        self._server = _Server((HOST, port), _Handler, self)
        self._thread = Thread(target=self._server.serve_forever, args=[0.05], daemon=True)

    @property
    def url(self) -> str:
        """Where it is: both gateways' …_BASE_URL."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Serve."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Hang up on everybody."""
        self.stopping.set()
        # What hung notices, and says in the journal whether anybody still waited for it.
        deadline = time.monotonic() + ENDS_WITHIN_SECONDS
        while self.open_calls and time.monotonic() < deadline:
            time.sleep(LOOKS_UP_SECONDS)
        self._server.shutdown()
        self._server.server_close()
        self.postmen.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def begin(self, call: Call) -> "OpenCall":
        """Hear a call: what it meets is decided, and what is accepted is kept, before anything."""
        number = next(self._numbers)
        fault = self.plan.fault(number, call.text)
        recipients = self._recipients(number, call) if fault.accepts else []
        self.journal.heard(number, call, fault, recipients)
        with self._count:
            self.open_calls += 1
            self.accepted += sum(each.id is not None for each in recipients)
        return OpenCall(number, call, fault, recipients)

    def end(self, heard: "OpenCall", *, was_there: bool) -> None:
        """A call is over. Of what its client never heard, reports come late."""
        self.journal.ended(heard.number, heard=was_there)
        is_told = was_there and heard.fault.answers
        for letter, manner in self._letters(heard):
            if manner is Manner.NEVER and is_told:
                continue
            if manner is Manner.LATE or not is_told:
                self.postmen.hold(letter)
            elif manner is not Manner.EARLY:
                self.postmen.post(letter)
        with self._count:
            self.open_calls -= 1

    def report_early(self, heard: "OpenCall") -> None:
        """Bring the reports that beat the answer."""
        if not (self.plan.manners.get(Manner.EARLY) and heard.fault.answers):
            return
        with requests.Session() as by:
            for letter, manner in self._letters(heard):
                if manner is Manner.EARLY:
                    self.postmen.bring(letter, by)

    def state(self) -> dict[str, int]:
        """How far it is."""
        return {
            "open_calls": self.open_calls,
            "accepted": self.accepted,
            "busy_ms": round(time.process_time() * 1000),
            "reports_on_the_way": self.postmen.on_the_way,
            "reports_held": len(self.postmen.held),
            "reports_posted": self.postmen.posted,
            "reports_undelivered": self.postmen.undelivered,
        }

    def _recipients(self, number: int, call: Call) -> list[Recipient]:
        new_id = gateway_of(call).new_id
        found = []
        for msisdn in call.numbers:
            word = self.plan.word(number, msisdn)
            if word is Word.LEFT_OUT and call.gateway == twilio.NAME:
                word = Word.TAKEN  # their answer names one message, or is none
            is_taken = word in {Word.TAKEN, Word.LEFT_OUT}
            found.append(Recipient(msisdn, word, new_id() if is_taken else None))
        return found

    def _letters(self, heard: "OpenCall") -> list[tuple[Letter, Manner]]:
        letters = []
        for each in heard.recipients:
            manner = self.plan.manner(each.number)
            if each.word is Word.LEFT_OUT:
                manner = Manner.LATE
            letter = letter_about(heard.call, each, manner, self.reports_to)
            if letter is not None:
                letters.append((letter, manner))
        return letters


@dataclass(frozen=True)
class OpenCall:
    """A call that is being answered."""

    number: int
    call: Call
    fault: Fault
    recipients: Sequence[Recipient]


def gateway_of(call: Call) -> ModuleType:
    """The file that knows how the call's gateway puts things."""
    return twilio if call.gateway == twilio.NAME else africastalking


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: Any, stand_in: StandIn) -> None:
        super().__init__(address, handler)
        self.stand_in = stand_in

    def handle_error(self, *_: object) -> None:
        """Clients die in the midst of calls: that is what they are here for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        self._say(Answer(200, json.dumps(self._stand_in.state())))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith(OWN_PATH):
            self._obey(self.path.removeprefix(OWN_PATH), body)
            return
        try:
            call = self._call(body)
        except Refused as refusal:
            self._say(Answer(refusal.status, refusal.reason, "text/plain"))
            return
        self._take(call)

    def _obey(self, order: str, body: str) -> None:
        """Do what a story wants: bring the reports that are held, follow another plan."""
        if order == "/release":
            released = self._stand_in.postmen.release(set(json.loads(body)))
            self._say(Answer(200, json.dumps({"released": released})))
        else:
            self._stand_in.plan = from_json(body)
            self._say(Answer(200, "{}"))

    @property
    def _stand_in(self) -> StandIn:
        return self.server.stand_in

    def _call(self, body: str) -> Call:
        headers = {name: str(self.headers.get(name, "")) for name in ("apiKey", "Authorization")}
        if self.path == africastalking.PATH:
            return africastalking.read(body, headers)
        if self.path.startswith(twilio.PATH_BEGINS) and self.path.endswith(twilio.PATH_ENDS):
            return twilio.read(body, headers)
        raise Refused(404, f"nothing at {self.path}")

    def _take(self, call: Call) -> None:
        heard, was_there = self._stand_in.begin(call), False
        try:
            self._stand_in.report_early(heard)
            self._wait(self._seconds(heard))
            if not self._client_is_gone():
                was_there = self._answer(heard)
        except OSError:
            self.close_connection = True
        finally:
            self._stand_in.end(heard, was_there=was_there)

    def _seconds(self, heard: OpenCall) -> float:
        plan = self._stand_in.plan
        if heard.fault is Fault.HANGS:
            return plan.hangs_seconds
        if heard.fault is Fault.SLOW:
            return plan.slow_seconds
        return plan.answers_after(heard.number)

    def _wait(self, seconds: float) -> None:
        """Keep the client waiting, unless it goes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._client_is_gone() or self._stand_in.stopping.is_set():
                return
            time.sleep(min(left, LOOKS_UP_SECONDS))

    def _client_is_gone(self) -> bool:
        try:
            said: bytes = self.connection.recv(1, MSG_PEEK | MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return not said

    def _answer(self, heard: OpenCall) -> bool:
        """Answer as the fault has it; whether the client heard anything."""
        if heard.fault in {Fault.HANGS, Fault.CUTS}:
            self._hang_up()
            return False
        if heard.fault is Fault.HALF:
            self._say(self._right_answer(heard), whole=False)
            return False
        self._say(self._right_answer(heard))
        return True

    def _right_answer(self, heard: OpenCall) -> Answer:
        gateway, plan = gateway_of(heard.call), self._stand_in.plan
        answer: Answer
        match heard.fault:
            case Fault.HTML | Fault.PAGE:
                answer = PAGE
            case Fault.ERROR:
                answer = gateway.error(503)
            case Fault.TIMEOUT:
                answer = gateway.error(504)
            case Fault.LIES:
                answer = gateway.error(500)
            case Fault.TOO_MANY:
                answer = gateway.too_many(plan.retry_after_seconds)
            case Fault.NO_BALANCE:
                answer = gateway.no_balance()
            case _:
                answer = gateway.answer(heard.call, heard.recipients)
        return answer

    def _say(self, answer: Answer, *, whole: bool = True) -> None:
        """Say it in one write: a second small packet would wait for the first's receipt."""
        body = answer.body.encode()
        head = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Content-Type: {answer.type}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (answer.headers or {}).items()),
        ]
        said = body if whole else body[: len(body) // 2]
        self.wfile.write("\r\n".join([*head, "", ""]).encode() + said)
        if not whole:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(SHUT_RDWR)
