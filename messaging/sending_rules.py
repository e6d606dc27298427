"""What the operator decided about sending: which way, how fast, when, and for how much (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from messaging.kinds import OutboundKind
from messaging.quiet_hours import QuietHours
from messaging.routes import Routes
from messaging.sms_prices import SmsLimits


@dataclass(frozen=True)
class SendingRules:
    """The decisions, as every worker reads them.

    `rates` are segments a second by gateway, for all workers together; one that is not named has
    no limit. `resends` are the kinds of message that are sent once more when nobody knows whether
    they went.
    """

    routes: Routes
    rates: Mapping[str, float] = field(default_factory=dict)
    quiet_hours: QuietHours | None = None
    limits: SmsLimits | None = None
    resends: frozenset[OutboundKind] = frozenset()
