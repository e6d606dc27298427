"""From which addresses a gateway calls, where the operator says so (pure)."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]


@lru_cache(maxsize=8)
def parse_addresses(written: str, known: tuple[str, ...]) -> Mapping[str, Networks]:
    """`africastalking=192.0.2.0/24,2001:db8::/32; twilio=…` by gateway; ValueError names a slip."""
    found: dict[str, Networks] = {}
    for part in filter(None, (part.strip() for part in written.split(";"))):
        name, is_said, addresses = (piece.strip() for piece in part.partition("="))
        if name not in known:
            raise ValueError(f"{name} is no gateway: {', '.join(known)}")
        if name in found:
            raise ValueError(f"{name} stands there twice")
        listed = [address.strip() for address in addresses.split(",") if address.strip()]
        if not is_said or not listed:
            raise ValueError(f"{name} has no address: {name}=192.0.2.0/24")
        found[name] = tuple(_network(address) for address in listed)
    return found


@lru_cache(maxsize=4096)
def comes_from(address: str | None, networks: Networks) -> bool:
    """Whether an address lies in one of these; a gateway has few, so most answers are known."""
    try:
        asked = ip_address(address or "")
    except ValueError:
        return False
    # ::ffff:192.0.2.1 is 192.0.2.1, as a socket for both kinds tells it.
    asked = getattr(asked, "ipv4_mapped", None) or asked
    return any(asked in network for network in networks)


def _network(written: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(written)
    except ValueError:
        raise ValueError(f"{written} is no address or range: 192.0.2.0/24") from None
