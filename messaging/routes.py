"""Which gateway a message leaves through: by the country prefix of its number (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Routes:
    """The gateways for a number, the first choice first, by the longest prefix that fits it."""

    default: str
    by_prefix: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def ways(self, msisdn: str) -> tuple[str, ...]:
        """The gateways for a number (E.164), the first choice first; never none."""
        fitting = [prefix for prefix in self.by_prefix if msisdn.startswith(prefix)]
        return self.by_prefix[max(fitting, key=len)] if fitting else (self.default,)
