"""The stand-in itself: its reports, what it notices of its clients, what is left of it."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.cast import KAMAU, WANJIKU
from tests.stand_in.calls import segments
from tests.stand_in.journal import read_journal
from tests.stand_in.plan import Fault, Manner, Plan, Word
from tests.stand_in.process import standing_in
from tests.stand_in.standin import StandIn

PATIENCE_SECONDS = 60


class Mailbox:
    """Our end: what was reported to us, in the order in which it came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.forms: list[dict[str, str]] = []
        self.signatures: list[str | None] = []

    @property
    def statuses(self) -> list[str]:
        return [form.get("status") or form["MessageStatus"] for form in self.forms]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Somewhere for reports to go."""

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            box.forms.append(dict(parse_qsl(body)))
            box.signatures.append(self.headers.get("X-Twilio-Signature"))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        box = Mailbox(f"http://127.0.0.1:{server.server_address[1]}/delivery")
        thread = Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield box
        server.shutdown()


def send(url: str, number: str = WANJIKU, timeout: float = PATIENCE_SECONDS) -> requests.Response:
    """A text to one phone, as their documents say."""
    form = {"username": "bei", "to": number, "message": "KES 47/L"}
    return requests.post(
        f"{url}/version1/messaging", data=form, headers={"apiKey": "key"}, timeout=timeout
    )


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


STATUSES: Mapping[Manner, list[str]] = {
    Manner.PROMPT: ["Success"],
    Manner.TWICE: ["Success", "Success"],
    Manner.BACKWARDS: ["Success", "Buffered", "Sent"],
    Manner.ODD: ["Teleported", "Success"],
}


@pytest.mark.parametrize("manner", STATUSES)
def test_reports_come_as_they_are_meant_to(manner: Manner, tmp_path: Path) -> None:
    plan = Plan(manners={manner: 1.0})
    with (
        mailbox() as box,
        StandIn(plan, tmp_path / "journal", reports_to=box.url) as stand_in,
    ):
        told = send(stand_in.url).json()["SMSMessageData"]["Recipients"][0]
        until(lambda: len(box.forms) >= len(STATUSES[manner]))
        until(lambda: stand_in.state()["reports_on_the_way"] == 0)
        assert box.statuses == STATUSES[manner]
        assert {form["id"] for form in box.forms} == {told["messageId"]}
        assert {form["phoneNumber"] for form in box.forms} == {WANJIKU}


def test_an_early_report_beats_the_answer(tmp_path: Path) -> None:
    plan = Plan(manners={Manner.EARLY: 1.0})
    with (
        mailbox() as box,
        StandIn(plan, tmp_path / "journal", reports_to=box.url) as stand_in,
    ):
        send(stand_in.url)
        assert box.statuses == ["Success"]
        assert stand_in.state()["reports_on_the_way"] == 0


@pytest.mark.parametrize(
    "plan", [Plan(manners={Manner.LATE: 1.0}), Plan(words={Word.LEFT_OUT: 1.0})]
)
def test_late_reports_come_when_it_is_told_to(plan: Plan, tmp_path: Path) -> None:
    with mailbox() as box, standing_in(plan, tmp_path / "journal", reports_to=box.url) as process:
        send(process.url)
        until(lambda: process.state()["reports_held"] == 1)
        assert box.forms == []
        assert process.release(KAMAU) == 0
        assert process.release(WANJIKU) == 1
        until(lambda: box.statuses == ["Success"])


def test_some_are_never_heard_of_again(tmp_path: Path) -> None:
    plan = Plan(manners={Manner.NEVER: 1.0})
    with (
        mailbox() as box,
        StandIn(plan, tmp_path / "journal", reports_to=box.url) as stand_in,
    ):
        send(stand_in.url)
        until(lambda: stand_in.state()["open_calls"] == 0)
        state = stand_in.state()
        assert (state["reports_on_the_way"], state["reports_held"], box.forms) == (0, 0, [])


def test_of_a_call_that_was_cut_reports_come_late(tmp_path: Path) -> None:
    plan = Plan(script=(Fault.CUTS,), manners={Manner.NEVER: 1.0})
    with (
        mailbox() as box,
        StandIn(plan, tmp_path / "journal", reports_to=box.url) as stand_in,
    ):
        with pytest.raises(requests.ConnectionError):
            send(stand_in.url)
        until(lambda: stand_in.state()["reports_held"] == 1)


def test_a_status_callback_is_signed_with_the_clients_own_token(tmp_path: Path) -> None:
    with mailbox() as box, StandIn(Plan(), tmp_path / "journal") as stand_in:
        form = {"To": WANJIKU, "From": "+15005550006", "Body": "KES 47", "StatusCallback": box.url}
        url = f"{stand_in.url}/2010-04-01/Accounts/AC1/Messages.json"
        sid = requests.post(url, data=form, auth=("AC1", "token"), timeout=60).json()["sid"]
        until(lambda: box.statuses == ["sent", "delivered"])
    assert {form["MessageSid"] for form in box.forms} == {sid}
    is_signed = RequestValidator("token").validate
    assert all(map(is_signed, [box.url] * 2, box.forms, box.signatures))


def test_it_notices_that_a_client_is_gone(tmp_path: Path) -> None:
    """As one that was killed: nobody heard the answer, and the journal says so."""
    journal = tmp_path / "journal"
    with StandIn(Plan(answers_after_seconds=(0.5, 0.5)), journal) as stand_in:
        with pytest.raises(requests.ReadTimeout):
            send(stand_in.url, timeout=0.1)
        until(lambda: stand_in.state()["open_calls"] == 0)
    (call,) = read_journal(journal)
    assert [number for number, _ in call.accepted] == [WANJIKU]
    assert call.answered is False


def test_its_journal_outlives_it(tmp_path: Path) -> None:
    """An answer that somebody heard is always in it."""
    with standing_in(Plan(), tmp_path / "journal") as process:
        for _ in range(3):
            send(process.url)
        calls = process.calls()
    assert [call.number for call in calls] == [0, 1, 2]
    with (tmp_path / "journal").open("a") as file:
        file.write('{"call": 3, "gatew')
    assert len(read_journal(tmp_path / "journal")) == 3


def test_it_takes_no_call_without_a_key(tmp_path: Path) -> None:
    with StandIn(Plan(), tmp_path / "journal") as stand_in:
        bare = requests.post(f"{stand_in.url}/version1/messaging", data={"to": "1"}, timeout=60)
        lost = requests.post(f"{stand_in.url}/version2", data={"to": "1"}, timeout=60)
        twilio = f"{stand_in.url}/2010-04-01/Accounts/AC1/Messages.json"
        empty = requests.post(twilio, data={"To": WANJIKU}, auth=("AC1", "t"), timeout=60)
    assert [bare.status_code, lost.status_code, empty.status_code] == [401, 404, 400]
    assert read_journal(tmp_path / "journal") == []


def test_it_keeps_a_connection_open(tmp_path: Path) -> None:
    """And answers in one piece: a second one would wait for the receipt of the first."""
    form = urlencode({"username": "bei", "to": WANJIKU, "message": "KES 47"})
    request = (
        "POST /version1/messaging HTTP/1.1\r\nHost: here\r\napiKey: key\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(form)}\r\n\r\n{form}"
    )
    with StandIn(Plan(), tmp_path / "journal") as stand_in:
        where = ("127.0.0.1", urlsplit(stand_in.url).port)
        with socket.create_connection(where, PATIENCE_SECONDS) as line:
            for _ in range(3):
                line.sendall(request.encode())
                head, _, body = line.recv(65_536).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 201 ")
                assert f"Content-Length: {len(body)}".encode() in head


def test_what_a_text_costs() -> None:
    assert [segments("x" * length) for length in (0, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]


def test_two_do_not_share_a_port(tmp_path: Path) -> None:
    with StandIn(Plan(), tmp_path / "a") as one, StandIn(Plan(), tmp_path / "b") as other:
        assert one.url != other.url
        port = int(one.url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
