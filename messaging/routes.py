"""Which gateway a message leaves through: by the country prefix of its number (pure)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain

# "+" alone is the beginning of every number.
_PREFIX = re.compile(r"\+(?:[1-9]\d{0,8})?", re.ASCII)


@dataclass(frozen=True)
class Routes:
    """The gateways for a number, the first choice first, by the longest prefix that fits it."""

    default: str
    by_prefix: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def ways(self, msisdn: str) -> tuple[str, ...]:
        """The gateways for a number (E.164), the first choice first; never none."""
        return self.named(msisdn) or (self.default,)

    def named(self, msisdn: str) -> tuple[str, ...]:
        """The gateways that the operator named for such numbers; none where nothing was said."""
        fitting = [prefix for prefix in self.by_prefix if msisdn.startswith(prefix)]
        return self.by_prefix[max(fitting, key=len)] if fitting else ()

    @property
    def gateways(self) -> frozenset[str]:
        """Every gateway that a number may be led through."""
        return frozenset({self.default, *chain.from_iterable(self.by_prefix.values())})

    def has_second(self, gateway: str) -> bool:
        """Whether texts whose first choice it is have somewhere else to go."""
        return any(ways[0] == gateway and len(ways) > 1 for ways in self.by_prefix.values())


@dataclass(frozen=True)
class Leaving:
    """What decides the way of a message: for whom, why, and how its question came."""

    msisdn: str
    is_reply: bool
    came_by: str | None = None
    is_bound: bool = False  # to a link of that gateway's, which no other one knows


def ways_of(leaving: Leaving, routes: Routes, gateways: Collection[str]) -> tuple[str, ...]:
    """The gateways that a message may take, the first choice first; never none.

    A reply goes the way its question came. What we start goes as the operator said; where they
    said nothing, the way this person came.
    """
    came_by = leaving.came_by if leaving.came_by in gateways else None
    if came_by is not None and (leaving.is_bound or came_by not in routes.gateways):
        # A gateway no route names is a world of its own: nobody on the simulator has a phone.
        return (came_by,)
    named = tuple(way for way in routes.named(leaving.msisdn) if way in gateways)
    if came_by is not None and (leaving.is_reply or not named):
        return (came_by, *(way for way in named if way != came_by))
    return named or (routes.default,)


def in_turn(ways: tuple[str, ...], draw: int, share: int) -> tuple[str, ...]:
    """The ways as one message tries them: what falls outside the first one's share goes around it.

    `draw` is 0–99 and always the same for a try of a message, whichever worker asks.
    """
    return ways if draw < share or len(ways) == 1 else (*ways[1:], ways[0])


def parse_routes(written: str, default: str, gateways: Collection[str]) -> Routes:
    """The routes in "+254=africastalking,twilio; +256=twilio"; what none names takes `default`.

    ValueError with one sentence where they are none, or name a gateway that is not there.
    """
    by_prefix: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in written.split(";"))):
        prefix, _, names = (some.strip() for some in part.partition("="))
        ways = tuple(name.strip() for name in names.split(","))
        is_odd = not all(ways) or len(set(ways)) < len(ways)
        if not _PREFIX.fullmatch(prefix) or is_odd or prefix in by_prefix:
            raise ValueError("it must be like +254=africastalking,twilio; +256=twilio")
        for name in ways:
            if name not in gateways:
                raise ValueError(f"{name} is no gateway that is configured")
        by_prefix[prefix] = ways
    return Routes(default, by_prefix)
