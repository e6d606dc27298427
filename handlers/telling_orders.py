"""An order of a group is opened, filled, closed, cancelled or delivered: who has to hear of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from groups.members import Member, members_of, officers_of
from groups.models import Group
from groups.order_models import GroupOrder, OrderEnd
from groups.orders import Tally, price_in_shops
from handlers.conversation import Conversation
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import NAME_LENGTHS, Part, fit, fits
from handlers.keywords.group_choice import member_name
from handlers.keywords.join_group import group_name
from handlers.keywords.order_words import (
    article_name,
    counted,
    in_shops,
    of_members,
    so_far,
    sum_of,
    to_type,
    until,
)
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from prices.vocabulary import Vocabulary

# Who had no charge over a market day still reads what became of it.
WORTH_READING_FOR = timedelta(days=3)
_OFFICERS_SEGMENTS = 2
# The first names of a long list; the whole of it is a text of its own.
_MOST_NAMED = 10

# A text to one member, in their own words: names may have so many letters.
Words = Callable[[Conversation, Member, int], Sequence[Part]]


def tell_opened(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    order: GroupOrder,
    by: Subscriber,
    now: datetime,
) -> int:
    """Every member hears what is ordered, at which price, and how; how many are told."""
    shops = price_in_shops(session, vocabulary, group, order.article, now)

    def words(theirs: Conversation, _: Member, longest: int) -> list[Part]:
        language = theirs.language
        opened = say(
            language,
            "{group} buys {article} together: {price} each if {threshold} are ordered by {day}.",
            group=group_name(group, longest),
            article=article_name(order, language),
            price=sum_of(1, order.price, order, vocabulary, language),
            threshold=counted(order.threshold, order, language),
            day=until(order, language),
        )
        return [
            Part(opened),
            Part(in_shops(shops, language), rank=1),
            Part(how_to_order(order, language)),
        ]

    others = [one for one in members_of(session, group) if one.subscriber_id != by.id]
    return _tell(
        session, vocabulary, group, others, words, f"order:{order.id}:opened", now,
        until=order.ends_at,
    )  # fmt: skip


def how_to_order(order: GroupOrder, language: str) -> str:
    """What to type."""
    return say(language, "To order 3: ORDER {article} 3", article=to_type(order, language))


def tell_reached(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    order: GroupOrder,
    tally: Tally,
    by: Subscriber,
    now: datetime,
) -> int:
    """All officers and all who ordered hear, once, that enough is ordered."""

    def words(theirs: Conversation, member: Member, longest: int) -> list[Part]:
        language, mine = theirs.language, tally.of(member.id)
        reached = say(
            language,
            "{group}: enough {article} is ordered, {so_far}. Ordering goes on until {day}.",
            group=group_name(group, longest),
            article=article_name(order, language),
            so_far=so_far(order, tally, language),
            day=until(order, language),
        )
        return [Part(reached), Part(_yours(theirs, order, mine))]

    everybody = _concerned(session, group, tally)
    others = [one for one in everybody if one.subscriber_id != by.id]
    return _tell(session, vocabulary, group, others, words, f"order:{order.id}:reached", now)


def tell_closed(
    session: Session, vocabulary: Vocabulary, order: GroupOrder, tally: Tally, now: datetime
) -> int:
    """Officers hear what is ordered and by whom, members whether it goes ahead; how many do."""
    group = session.get_one(Group, order.group_id)
    officers = officers_of(session, group)
    ids = {one.id for one in officers}
    members = [one.member for one in tally.wishes if one.member.id not in ids]
    key = f"order:{order.id}:closed"

    def to_members(theirs: Conversation, member: Member, longest: int) -> list[Part]:
        return [
            Part(_ended(theirs, group, order, tally, longest)),
            Part(_yours(theirs, order, tally.of(member.id)) if _goes(order) else ""),
            Part(_not_kept(theirs) if not _goes(order) else _kept_later(theirs), rank=1),
        ]

    def to_officers(theirs: Conversation, _: Member, longest: int) -> list[Part]:
        return _list_of(theirs, group, order, tally, longest)

    told = _tell(session, vocabulary, group, members, to_members, key, now)
    return told + _tell(
        session, vocabulary, group, officers, to_officers, key, now, segments=_OFFICERS_SEGMENTS
    )


def tell_cancelled(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    order: GroupOrder,
    tally: Tally,
    by: Subscriber,
    now: datetime,
) -> int:
    """All officers and all who ordered hear that nothing is bought; how many do."""

    def words(theirs: Conversation, _: Member, longest: int) -> list[Part]:
        cancelled = say(
            theirs.language,
            "{group}: the order of {article} is cancelled.",
            group=group_name(group, longest),
            article=article_name(order, theirs.language),
        )
        return [Part(cancelled), Part(_not_kept(theirs))]

    everybody = _concerned(session, group, tally)
    others = [one for one in everybody if one.subscriber_id != by.id]
    return _tell(session, vocabulary, group, others, words, f"order:{order.id}:cancelled", now)


def tell_delivered(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    order: GroupOrder,
    tally: Tally,
    by: Subscriber,
    now: datetime,
) -> int:
    """Each who ordered hears what is kept from their milk money; how many do."""
    price = order.final_price or order.price

    def words(theirs: Conversation, member: Member, longest: int) -> list[Part]:
        language, mine = theirs.language, tally.of(member.id)
        kept = say(
            language,
            "{group}: {article} has come at {price} each. Yours: {count}, {sum} will be kept from "
            "your milk money.",
            group=group_name(group, longest),
            article=article_name(order, language),
            price=sum_of(1, price, order, vocabulary, language),
            count=counted(mine, order, language),
            sum=sum_of(mine, price, order, vocabulary, language),
        )
        return [Part(kept), Part(say(language, "Not right? Ask your treasurer."), rank=1)]

    others = [one.member for one in tally.wishes if one.member.subscriber_id != by.id]
    return _tell(session, vocabulary, group, others, words, f"order:{order.id}:delivered", now)


def _concerned(session: Session, group: Group, tally: Tally) -> list[Member]:
    """All officers and all who ordered, each once."""
    every = [*officers_of(session, group), *(one.member for one in tally.wishes)]
    return list({one.id: one for one in every}.values())


def _tell(
    session: Session,
    vocabulary: Vocabulary,
    group: Group,
    people: Iterable[Member],
    words: Words,
    key: str,
    now: datetime,
    *,
    segments: int = 1,
    until: datetime | None = None,
) -> int:
    """Promise each who has a phone a text, none at night; how many those are."""
    due_at, _ = waking_hours(now, group.timezone)
    valid_for = WORTH_READING_FOR if until is None else until - due_at
    told = [one for one in people if one.subscriber_id is not None]
    for member in told:
        person = session.get_one(Subscriber, member.subscriber_id)
        theirs = addressing(session, vocabulary, person, now)

        def compose(
            longest: int, theirs: Conversation = theirs, member: Member = member
        ) -> Sequence[Part]:
            return words(theirs, member, longest)

        enqueue(
            session,
            recipient=person,
            text=fit(compose, segments),
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"{key}:{person.id}",
            now=now,
            due_at=due_at,
            valid_for=valid_for,
        )
    return len(told)


def _yours(theirs: Conversation, order: GroupOrder, mine: int) -> str:
    """Yours: 3 bags, KES 5,550; nothing to who ordered none."""
    if not mine:
        return ""
    return say(
        theirs.language,
        "Yours: {count}, {sum}.",
        count=counted(mine, order, theirs.language),
        sum=sum_of(mine, order.price, order, theirs.vocabulary, theirs.language),
    )


def _goes(order: GroupOrder) -> bool:
    return order.ended is OrderEnd.GOES_AHEAD


def _kept_later(theirs: Conversation) -> str:
    return say(theirs.language, "It is kept from your milk money when it has come.")


def _not_kept(theirs: Conversation) -> str:
    return say(theirs.language, "Nothing is kept from your milk money for it.")


def _ended(
    theirs: Conversation, group: Group, order: GroupOrder, tally: Tally, longest: int
) -> str:
    language = theirs.language
    told = {
        "group": group_name(group, longest),
        "article": article_name(order, language),
        "so_far": so_far(order, tally, language),
    }
    if _goes(order):
        return say(language, "{group}: the order of {article} goes ahead, {so_far}.", **told)
    return say(language, "{group}: the order of {article} does not go ahead, {so_far}.", **told)


def _list_of(
    theirs: Conversation, group: Group, order: GroupOrder, tally: Tally, longest: int
) -> list[Part]:
    """How it ended, what it comes to, and who ordered the most, as many as there is room for."""
    language = theirs.language
    head = [Part(_ended(theirs, group, order, tally, longest))]
    if not tally.members:
        return head
    comes_to = say(
        language,
        "{members}, {sum}.",
        members=of_members(tally, language),
        sum=sum_of(tally.ordered, order.price, order, theirs.vocabulary, language),
    )
    whole = say(language, "Whole list: ORDER LIST {article}", article=to_type(order, language))

    def parts(named: int) -> list[Part]:
        most = ", ".join(
            f"{member_name(one.member, min(longest, NAME_LENGTHS[1]))} {one.quantity}"
            for one in tally.wishes[:named]
        )
        is_whole = named >= tally.members
        told = say(language, "The most: {names}.", names=most) if not is_whole else f"{most}."
        return [*head, Part(comes_to), Part(told), Part("" if is_whole else whole)]

    most = min(_MOST_NAMED, tally.members)
    fitting = (count for count in range(most, 0, -1) if fits(parts(count), _OFFICERS_SEGMENTS))
    return parts(next(fitting, 1))
