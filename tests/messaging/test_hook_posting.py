"""An event on its way: signed, within a time, to the address that was found safe and no other."""

import socket
import ssl
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from inspect import getsource
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from messaging.hook_posting import Line
from messaging.hook_signing import fingerprint, new_salt, secret_of, signed
from tests.messaging.receivers import Heard, Receiver, is_from_bei, says

BODY = '{"id":"1","data":{"place_name":"Murang’a"}}'.encode()
HEADERS = signed("s", "1", 1_700_000_000, BODY)


def line(url: str, **more: Any) -> Line:
    return Line(url, to_loopback=True, **{"seconds": 2.0, **more})


def test_a_receiver_knows_by_ten_lines_that_it_is_ours() -> None:
    secret = secret_of("the operator's key", new_salt())
    headers = signed(secret, "1", int(time.time()), BODY)
    with Receiver() as receiver, line(receiver.url) as to:
        answer = to.post(headers, BODY)
    (heard,) = receiver.heard
    assert (answer.code, answer.words, heard.path) == (200, "thanks", "/prices")
    assert (heard.id, heard.headers["Content-Type"]) == ("1", "application/json")
    assert heard.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert is_from_bei(secret, heard.headers, heard.body)
    assert not is_from_bei(secret, heard.headers, heard.body + b" ")
    assert not is_from_bei(secret + "x", heard.headers, heard.body)
    old = signed(secret, "1", int(time.time()) - 301, BODY)
    assert not is_from_bei(secret, old, BODY)


def test_the_ten_lines_stand_in_the_guide() -> None:
    guide = Path(__file__).parents[2] / "docs" / "api.md"
    assert getsource(is_from_bei) in guide.read_text()


def test_a_secret_depends_on_key_and_salt_and_is_known_by_its_fingerprint() -> None:
    salt = new_salt()
    secret = secret_of("key", salt)
    assert secret.startswith("beihook_")
    assert len(secret) > 40
    assert secret == secret_of("key", salt)
    others = {secret_of("key", new_salt()), secret_of("another key", salt)}
    assert len({secret, *others}) == 3
    assert len({fingerprint(one) for one in (secret, *others)}) == 3
    assert salt not in secret


def test_one_line_serves_many_events() -> None:
    with Receiver() as receiver, line(receiver.url) as to:
        assert [to.post(HEADERS, BODY).code for _ in range(20)] == [200] * 20
    assert (receiver.lines, len(receiver.heard)) == (1, 20)


def test_a_receiver_that_hung_up_meanwhile_is_called_again() -> None:
    def once_a_line(by: BaseHTTPRequestHandler, _: Heard) -> tuple[int, str]:
        by.close_connection = True  # without saying so
        return 200, ""

    with Receiver(once_a_line) as receiver, line(receiver.url) as to:
        assert [to.post(HEADERS, BODY).code for _ in range(3)] == [200] * 3
    assert len(receiver.heard) == 3


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_nobody_is_followed(code: int) -> None:
    """Neither to another host nor, by a redirect, into our own network."""
    with Receiver() as inside:

        def elsewhere(by: BaseHTTPRequestHandler, _: Heard) -> None:
            by.send_response(code)
            by.send_header("Location", inside.url)
            by.send_header("Content-Length", "0")
            by.end_headers()

        with Receiver(elsewhere) as receiver, line(receiver.url) as to:
            answer = to.post(HEADERS, BODY)
    assert (answer.code, answer.is_taken) == (code, False)
    assert inside.heard == []


def test_the_line_goes_to_the_address_that_was_found_safe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that says something else the second time is not asked a second time."""
    asked = []
    real = socket.getaddrinfo

    def once(host: str, *more: Any, **named: Any) -> Any:
        if host != "example.org":
            return real(host, *more, **named)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    with Receiver() as receiver, line(f"http://example.org:{receiver.port}/x") as to:
        assert [to.post(HEADERS, BODY).code for _ in range(2)] == [200, 200]
    assert asked == ["example.org"]
    assert receiver.heard[0].headers["Host"] == f"example.org:{receiver.port}"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1"]
)
def test_a_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [(0, 0, 0, "", ("8.8.8.8",)), (0, 0, 0, "", (address,))],
    )
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))
    with Line("https://example.org/") as to:
        answer = to.post(HEADERS, BODY)
    assert answer.code is None
    assert "not in the open Internet" in answer.words


def test_without_the_setting_this_machine_is_not_called() -> None:
    with Receiver() as receiver, Line(receiver.url) as to:
        assert to.post(HEADERS, BODY).code is None
    assert (receiver.heard, receiver.lines) == ([], 0)


def test_whoever_is_slow_has_so_many_seconds_for_all_of_it() -> None:
    """A drop of an answer now and then does not begin the time anew."""
    released = Event()

    def drips(by: BaseHTTPRequestHandler, _: Heard) -> None:
        while not released.is_set():
            by.wfile.write(b"HTTP/1.1 200 OK\r\nX: "[:1])
            by.wfile.flush()
            released.wait(0.05)

    with Receiver(drips) as receiver, line(receiver.url, seconds=0.4) as to:
        began = time.monotonic()
        answer = to.post(HEADERS, BODY)
        took = time.monotonic() - began
        released.set()
    assert (answer.code, answer.words) == (None, "no answer in time")
    assert took >= 0.4


def test_an_answer_without_end_is_not_read() -> None:
    sent = []

    def floods(by: BaseHTTPRequestHandler, _: Heard) -> None:
        by.send_response(200)
        by.send_header("Content-Length", str(10**9))
        by.end_headers()
        try:
            while True:
                sent.append(by.wfile.write(b"x" * 65536))
        except OSError:
            return

    with Receiver(floods) as receiver, line(receiver.url) as to:
        answer = to.post(HEADERS, BODY)
        assert answer.is_taken
        assert answer.words == "x" * 200
        receiver.manner = says(200, "again")
        assert to.post(HEADERS, BODY).words == "again"
    assert receiver.lines == 2


def test_what_is_shown_of_an_answer_is_one_line_with_no_number_in_it() -> None:
    manner = says(500, "no\x00\n<b>+254711000001</b>\x1b[31m")
    with Receiver(manner) as receiver, line(receiver.url) as to:
        answer = to.post(HEADERS, BODY)
    assert (answer.code, answer.words) == (500, "no <b>+254711***001</b> [31m")


def test_nobody_there_is_an_answer_too() -> None:
    with Receiver() as receiver:
        url = receiver.url
    with line(url) as to:
        answer = to.post(HEADERS, BODY)
    assert answer.code is None
    assert answer.words.startswith("no answer: ConnectionRefusedError")


def test_a_name_that_nobody_has_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Line("https://example.invalid/") as to:
        assert to.post(HEADERS, BODY).words == (
            "no answer: gaierror: [Errno -2] Name or service not known"
        )


@pytest.mark.parametrize("garbage", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_speaks_no_http_is_an_answer_too(garbage: bytes) -> None:
    def speaks(by: BaseHTTPRequestHandler, _: Heard) -> None:
        by.wfile.write(garbage)

    with Receiver(speaks) as receiver, line(receiver.url) as to:
        answer = to.post(HEADERS, BODY)
    assert answer.code is None
    assert len(receiver.heard) == 1


class Shielded:
    """A receiver behind TLS, with a certificate for `localhost` that nobody vouches for."""

    def __init__(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._context, self._listening = context, socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.heard = b""
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        plain, _ = self._listening.accept()
        with plain:
            try:
                with self._context.wrap_socket(plain, server_side=True) as opened:
                    while BODY not in self.heard:
                        self.heard += opened.recv(65536)
                    opened.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                return

    def stop(self) -> None:
        self._thread.join()
        self._listening.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `localhost`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "localhost.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(*plain))
    return path


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    shielded = Shielded(certificate)
    with line(f"https://localhost:{shielded.port}/") as to:
        answer = to.post(HEADERS, BODY)
    shielded.stop()
    assert answer.code is None
    assert "certificate verify failed" in answer.words
    assert shielded.heard == b""


@pytest.mark.parametrize(("host", "is_right"), [("localhost", True), ("127.0.0.1", False)])
def test_a_certificate_has_to_be_the_hosts_own(
    certificate: Path, host: str, is_right: bool
) -> None:
    """It is checked for the name, though the line goes to an address."""
    shielded = Shielded(certificate)
    trust = ssl.create_default_context(cafile=certificate)
    with line(f"https://{host}:{shielded.port}/", trust=trust) as to:
        answer = to.post(HEADERS, BODY)
    shielded.stop()
    assert answer.is_taken is is_right
    assert (BODY in shielded.heard) is is_right
