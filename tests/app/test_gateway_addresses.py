"""From where gateways call: what may be written, and who is let in."""

from ipaddress import ip_network

import pytest

from app.gateway_addresses import comes_from, parse_addresses

KNOWN = ("africastalking", "twilio")
THEIRS = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))


def test_each_gateway_has_its_own() -> None:
    found = parse_addresses(
        " africastalking = 192.0.2.0/24, 2001:db8::/32 ; twilio=192.0.2.9;", KNOWN
    )
    assert found == {"africastalking": THEIRS, "twilio": (ip_network("192.0.2.9"),)}
    assert parse_addresses("", KNOWN) == {}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("192.0.2.0/24", "no gateway"),
        ("vonage=192.0.2.0/24", "no gateway"),
        ("twilio", "no address"),
        ("twilio=", "no address"),
        ("twilio=192.0.2.1/24", "no address or range"),  # bits beside the range: a slip
        ("twilio=example.org", "no address or range"),
        ("twilio=192.0.2.1; twilio=192.0.2.2", "twice"),
    ],
)
def test_a_slip_is_named(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_addresses(written, KNOWN)


@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [
        ("192.0.2.77", True),
        ("::ffff:192.0.2.77", True),
        ("2001:db8::1", True),
        ("192.0.3.77", False),
        ("2001:db9::1", False),
        ("", False),
        (None, False),
        ("192.0.2.77, 1.2.3.4", False),
        ("unknown", False),
    ],
)
def test_only_who_calls_from_there_is_let_in(address: str | None, is_let_in: bool) -> None:
    assert comes_from(address, THEIRS) is is_let_in
