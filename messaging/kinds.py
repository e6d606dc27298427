"""The closed sets of the conversation: channels, kinds of message, the life of one."""

from enum import StrEnum


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    USSD = "ussd"
    VOICE = "voice"


class OutboundKind(StrEnum):
    """Why we write; also the order of sending, most urgent first (`PRIORITIES`)."""

    REPLY = "reply"
    ALERT = "alert"
    BULLETIN = "bulletin"
    NUDGE = "nudge"


PRIORITIES = {
    OutboundKind.REPLY: 0,
    OutboundKind.ALERT: 1,
    OutboundKind.BULLETIN: 2,
    OutboundKind.NUDGE: 3,
}


class Lane(StrEnum):
    """Who stands in line behind whom: a bulletin to thousands is in no reply's way."""

    URGENT = "urgent"
    BULK = "bulk"


LANES = {
    OutboundKind.REPLY: Lane.URGENT,
    OutboundKind.ALERT: Lane.URGENT,
    OutboundKind.BULLETIN: Lane.BULK,
    OutboundKind.NUDGE: Lane.BULK,
}


class OutboundState(StrEnum):
    """The life of an outbound message. Final states never change again."""

    QUEUED = "queued"  # promised, waiting for its time
    SENDING = "sending"  # claimed by a worker that speaks to the gateway now
    SENT = "sent"  # the gateway took it
    DELIVERED = "delivered"  # on the handset
    FAILED = "failed"  # will not arrive
    SUPPRESSED = "suppressed"  # withheld: the person opted out
    EXPIRED = "expired"  # too old to be worth sending
    STOPPED = "stopped"  # one of too many equal ones to one person: two machines were talking
    UNKNOWN = "unknown"  # the gateway may have it: never sent again, a delivery report will tell

    @property
    def is_final(self) -> bool:
        """True when no delivery report can change it."""
        return self in {
            OutboundState.DELIVERED,
            OutboundState.FAILED,
            OutboundState.SUPPRESSED,
            OutboundState.EXPIRED,
            OutboundState.STOPPED,
        }


class AirtimeState(StrEnum):
    """The life of airtime that was promised for a report. Final states never change again."""

    PROMISED = "promised"  # waiting for its time
    SENDING = "sending"  # claimed by a worker that speaks to the gateway now
    SENT = "sent"  # the gateway took it
    DELIVERED = "delivered"  # on the phone
    FAILED = "failed"  # the gateway says that it will not arrive on this phone
    EXPIRED = "expired"  # could not be paid within a day
    UNKNOWN = "unknown"  # the gateway may have it: never sent again, its callback will tell

    @property
    def is_final(self) -> bool:
        """True when no callback can change it."""
        return self in {AirtimeState.DELIVERED, AirtimeState.FAILED, AirtimeState.EXPIRED}


class SessionOutcome(StrEnum):
    """How a session ended, as the gateway tells it."""

    FINISHED = "finished"  # we ended it and it was heard; not that the caller got what they wanted
    DROPPED = "dropped"  # hung up, or silent for too long
    FAILED = "failed"  # somewhere between the phone and us it broke
