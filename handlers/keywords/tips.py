"""A member's milk was refused: how to keep it from being refused again, once a week and reason.

After what the FAO and the IDF say of milking hygiene and of treated animals in their "Guide to good
dairy farming practice" (2011), and the FAO's "Milk Producer Group Resource Book" (Draaijer, 2002).
"""

from groups.book_kinds import Reason
from groups.members import Member
from handlers.conversation import Conversation
from handlers.first_word import addressing
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say


def give_tip(conversation: Conversation, member: Member, reason: Reason | None) -> None:
    """Promise a member who has a phone the advice that fits the reason, if there is any."""
    if member.subscriber_id is None:
        return
    session, now = conversation.session, conversation.now
    person = session.get_one(Subscriber, member.subscriber_id)
    words = addressing(session, conversation.vocabulary, person, now)
    text = tip(reason, words.language)
    if not text:
        return
    enqueue(
        session,
        recipient=person,
        text=text,
        language=words.language,
        # It may come after whatever else is to be sent: the receipt says what happened.
        kind=OutboundKind.BULLETIN,
        dedupe_key=f"tip:{person.id}:{reason}:{words.today:%G-%V}",
        now=now,
    )


def tip(reason: Reason | None, language: str) -> str:
    """What to do against it; "" where nobody could tell without seeing it."""
    match reason:
        case Reason.SOUR:
            return say(
                language,
                "Against sour milk: wash cans with hot water and soap and dry them in the sun. "
                "Deliver within 2 hours of milking, else stand the can in cold water.",
            )
        case Reason.ALCOHOL:
            return say(
                language,
                "Milk fails the alcohol test when it turns sour, or from a cow with mastitis or a "
                "new calf. Keep such milk apart, and cool the rest at once.",
            )
        case Reason.LACTOMETER:
            return say(
                language,
                "Milk was too light: there is water in it. Add none, and let cans drain dry after "
                "washing. If you added none, ask for a second test.",
            )
        case Reason.ANTIBIOTICS:
            return say(
                language,
                "Keep the milk of a treated cow apart for as many days as the vet or the label "
                "says, from all four teats. Mark her and milk her last.",
            )
        case Reason.DIRT:
            return say(
                language,
                "Wash hands and udder with clean water, dry with a clean cloth, milk into a clean "
                "pail, strain the milk and keep the lid on.",
            )
        case _:
            return ""
