"""A price in the book is one that was really paid: the market hears of it, once, of its writer."""

from datetime import timedelta

from groups.book import line_at_first
from groups.book_kinds import EntryKind
from groups.book_lines import Line
from groups.models import Group
from handlers.conversation import Conversation
from messaging.phrases.formats import local_date
from prices.held_reports import withdraw
from prices.kinds import Buyer, PriceType, Side
from prices.observations import record_observation

MILK = "milk"
# What is written later tells no price of today any more.
TELLS_A_PRICE_FOR = timedelta(days=3)


def tell_price(conversation: Conversation, group: Group, line: Line) -> None:
    """Keep it as one vote of whoever wrote it, like any other: of a sale and of milk brought.

    One that is hardly honest is held like everybody's, and weighed by the filter in the end.
    """
    place = conversation.vocabulary.places.get(group.place_id)
    today = local_date(conversation.now, group.timezone)
    is_told = place is not None and place.kind.is_trading_place
    if not is_told or line.price_per_litre is None or line.day < today - TELLS_A_PRICE_FOR:
        return
    # The group sells its bulk, and buys from its members as a co-operative does.
    is_bought = line.kind is EntryKind.DELIVERY
    record_observation(
        conversation.session,
        conversation.vocabulary,
        source_key=_price_key(line),
        reporter_id=conversation.subscriber.id,
        commodity=MILK,
        place_id=group.place_id,
        price=line.price_per_litre,
        unit=None,
        price_type=PriceType.FARM_GATE,
        quantity=line.litres,
        buyer=Buyer.COOPERATIVE if is_bought else line.buyer_kind,
        side=Side.BUYS if is_bought else Side.SELLS,
        raw_text=conversation.raw_text,
        now=conversation.now,
        is_demo=conversation.subscriber.is_demo or group.is_demo,
    )


def untell_price(conversation: Conversation, line: Line) -> None:
    """The line was taken out of the book: its price speaks no more.

    It was told of the line as it was written first; a correction changes litres alone.
    """
    if line.price_per_litre is None:
        return
    first = line_at_first(conversation.session, line)
    withdraw(conversation.session, conversation.vocabulary, _price_key(first), conversation.now)


def _price_key(line: Line) -> str:
    return f"book:{line.id}"
