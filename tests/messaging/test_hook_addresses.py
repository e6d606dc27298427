"""Where a hook may lead: anywhere in the world, and nowhere in the operator's own network."""

import socket
from typing import Any

import pytest

from messaging.hook_addresses import (
    UnsafeAddressError,
    checked_url,
    host_of,
    is_public,
    safe_addresses,
    split_url,
)

INSIDE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.0.8",
    "198.18.0.1", "203.0.113.5",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::", "2002:0a00:0001::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8")


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_not_public_however_it_is_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_world_is(address: str) -> None:
    assert is_public(address)


def test_an_address_is_kept_as_it_is_asked_for() -> None:
    url = " https://example.org:8443/hook?key=1#part "
    assert checked_url(url, to_loopback=False) == "https://example.org:8443/hook?key=1"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "must begin with https://"),
        ("example.org/hook", "must begin with https://"),
        ("ftp://example.org/", "must begin with https://"),
        ("http://example.org/", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https:///hook", "must begin with https://"),
        ("https://example.org:0/", "must begin with https://"),
        ("https://example.org:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://a..b/", "no address"),
        (f"https://{'a' * 64}.org/", "no address"),
        ("https://me:secret@example.org/", "must not hold a name or a password"),
        ("https://example.org/a b", "signs that no address has"),
        ("https://example.org/\r\nHost: other", "signs that no address has"),
        ("https://example.org\\@10.0.0.1/", "signs that no address has"),
        ("https://exämple.org/", "signs that no address has"),
        (f"https://example.org/{'a' * 500}", "at most 500"),
        ("https://127.0.0.1/", "not in the open Internet"),
        ("https://169.254.169.254/latest/meta-data", "not in the open Internet"),
        ("https://[::1]/", "not in the open Internet"),
        ("https://[::ffff:10.0.0.1]/", "not in the open Internet"),
    ],
)
def test_what_no_event_may_go_to_is_refused_with_the_reason(url: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        checked_url(url, to_loopback=False)


def test_for_trying_out_this_machine_may_be_told_and_no_other_of_the_network() -> None:
    for url in ("http://127.0.0.1:8080/", "https://[::1]/", "http://localhost/"):
        assert checked_url(url, to_loopback=True) == url
    for url in ("http://10.0.0.1/", "https://192.168.0.1/", "http://[::ffff:10.0.0.1]/"):
        with pytest.raises(ValueError, match="not in the open Internet"):
            checked_url(url, to_loopback=True)
    with pytest.raises(ValueError, match="only this machine"):
        checked_url("http://8.8.8.8/", to_loopback=True)


def names_of(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """What the name server answers, whoever is asked for."""

    def found(_: str, port: int, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_stands_for_one_address_inside_is_not_safe(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    names_of(monkeypatch, "8.8.8.8", inside)
    with pytest.raises(UnsafeAddressError):
        safe_addresses(split_url("https://example.org/"), to_loopback=False)


def test_a_name_of_the_world_is_safe_with_all_it_stands_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names_of(monkeypatch, "8.8.8.8", "2606:4700::1111", "8.8.8.8")
    found = safe_addresses(split_url("https://example.org/"), to_loopback=False)
    assert found == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_this_machine_is_known_however_it_is_written(written: str) -> None:
    """The system's own way to read a host takes more than the four figures."""
    with pytest.raises(UnsafeAddressError):
        safe_addresses(split_url(f"https://{written}/"), to_loopback=False)


def test_others_see_the_host_and_not_what_may_be_a_key_behind_it() -> None:
    assert host_of("https://example.org:8443/hook?key=1") == "https://example.org:8443/…"
    assert host_of("https://example.org/") == "https://example.org/"
