"""Where a hook may lead: to the world, never into the operator's own network."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
_PORTS = {"https": 443, "http": 80}
# IPv6 addresses that lead to the IPv4 address at their end (RFC 6052, RFC 4291).
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
# Of local use, about which Python's releases differ: RFC 6890, RFC 3879, RFC 8215.
_LOCAL = (IPv4Network("192.0.0.0/24"), IPv6Network("fec0::/10"), IPv6Network("64:ff9b:1::/48"))


class UnsafeAddressError(ValueError):
    """It leads where no hook may; the words say so in one line."""


def checked_url(written: str, *, to_loopback: bool) -> str:
    """An address as it is kept; ValueError where no event could go to it.

    `to_loopback` lets one lead to this machine, in the clear too, for trying out.
    """
    url = written.strip()
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("the address has signs that no address has")
    parts = split_url(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address must not hold a name or a password: events are signed")
    if parts.scheme == "http" and not to_loopback:
        raise ValueError("the address must begin with https://")
    if len(url) > LONGEST or len(parts.hostname or "") > 253:
        raise ValueError(f"the address has at most {LONGEST} signs")
    literal = _literal(parts.hostname or "")
    if literal is not None:
        _check(parts, literal, to_loopback=to_loopback)
    return url.partition("#")[0]


def split_url(url: str) -> SplitResult:
    """The parts of an address; ValueError where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")  # as it is asked for
    except ValueError:
        raise ValueError("it is no address: https://example.org/prices") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ValueError("the address must begin with https:// and the name of a host")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port, the usual one where none is said."""
    return parts.port or _PORTS[parts.scheme]


def safe_addresses(parts: SplitResult, *, to_loopback: bool) -> list[str]:
    """Every address that the host's name stands for now; UnsafeAddressError where one is not safe.

    Whoever connects has to go to one of these: asked again, the name may stand for another.
    """
    found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for address in addresses:
        _check(parts, address, to_loopback=to_loopback)
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is one of the whole world, whatever it is wrapped in."""
    return all(_is_global(one) for one in _meant(address))


def is_loopback(address: str) -> bool:
    """Whether an address is this machine itself."""
    return ip_address(address.partition("%")[0]).is_loopback


def _check(parts: SplitResult, address: str, *, to_loopback: bool) -> None:
    if to_loopback and is_loopback(address):
        return
    if not is_public(address):
        raise UnsafeAddressError("its host is not in the open Internet: no event goes there")
    if parts.scheme != "https":
        raise UnsafeAddressError("only this machine itself may be told by http://")


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def _meant(address: str) -> Iterator[IPv4Address | IPv6Address]:
    """An address, and those that one of IPv6 carries inside."""
    outer = ip_address(address.partition("%")[0])
    yield outer
    if isinstance(outer, IPv4Address):
        return
    if outer.ipv4_mapped is not None:
        yield outer.ipv4_mapped
    if outer.sixtofour is not None:
        yield outer.sixtofour
    if outer.teredo is not None:
        yield from outer.teredo
    if any(outer in network for network in _TRANSLATED):
        yield IPv4Address(int(outer) & 0xFFFF_FFFF)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return True  # it is judged by what is in it: releases differ about the wrapping too
    is_local = any(address in network for network in _LOCAL)
    return address.is_global and not address.is_multicast and not is_local


def host_of(url: str) -> str:
    """An address as others may see it: what comes behind the host may be a key of the receiver."""
    parts = split_url(url)
    is_bare = parts.path in {"", "/"} and not parts.query
    return f"{parts.scheme}://{parts.netloc}{'/' if is_bare else '/…'}"
