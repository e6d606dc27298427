"""A member orders what the group buys together, and asks how it stands."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from groups.groups import groups_of
from groups.members import Member, member_of
from groups.models import Group
from groups.order_models import GroupOrder
from groups.orders import (
    Tally,
    awaited_orders,
    hold_order,
    is_open,
    open_orders,
    price_in_shops,
    tally_of,
    wish,
)
from handlers.commands import BulkOrder, OrderDeed
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import group_among, member_name, tell
from handlers.keywords.join_group import group_name
from handlers.keywords.order_choice import ORDERERS, not_open, nothing_ordered, over, which_order
from handlers.keywords.order_leading import (
    cancel_it,
    how_to_open,
    it_has_come,
    list_it,
    open_it,
)
from handlers.keywords.order_words import (
    article_name,
    counted,
    in_shops,
    most_of,
    so_far,
    stands,
    sum_of,
    to_type,
    until,
)
from handlers.keywords.payment_choice import groups_led, member_meant
from handlers.telling_orders import how_to_order, tell_reached
from messaging.phrases import say
from messaging.phrases.formats import amount, capitalised

# With several orders; one is told in one.
_SEGMENTS_FOR_SEVERAL = 2


def order(conversation: Conversation, command: BulkOrder) -> str:
    """Do it and say so."""
    match command.deed:
        case OrderDeed.TELL:
            return _tell_orders(conversation, command)
        case OrderDeed.TAKE:
            return _take(conversation, command)
        case OrderDeed.OPEN:
            return open_it(conversation, command)
        case OrderDeed.LIST:
            return list_it(conversation, command)
        case OrderDeed.DELIVER:
            return it_has_come(conversation, command)
        case OrderDeed.CANCEL:
            return cancel_it(conversation, command)
        case _:
            assert_never(command.deed)


def _own_groups(conversation: Conversation) -> Sequence[Group]:
    return groups_of(conversation.session, conversation.subscriber)


# How it stands


def _tell_orders(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER: what is open, how much of it is one's own, and until when; of FEED that alone."""
    groups = _own_groups(conversation)
    if not groups:
        return say(conversation.language, "You are in no group.")

    def running(group: Group) -> list[GroupOrder]:
        return [
            *open_orders(conversation.session, group, conversation.now),
            *awaited_orders(conversation.session, group),
        ]

    if command.article:
        found = which_order(
            conversation, command, groups, running, lambda of: not_open(conversation, command, of)
        )
        return found if isinstance(found, str) else _told(conversation, found[0], [found[1]])
    meant = [group for group in groups if command.group in {None, group.code}]
    chosen = group_among(
        conversation,
        [group for group in meant if running(group)],
        lambda code: replace(command, group=code),
        refusal="",
    )
    if isinstance(chosen, str):
        return chosen or _nothing(conversation, command, meant)
    return _told(conversation, chosen, running(chosen))


def _nothing(conversation: Conversation, command: BulkOrder, groups: Sequence[Group]) -> str:
    """That nothing is ordered; to who may open an order, how."""
    if len(groups) != 1:
        return not_open(conversation, command, groups)
    if groups[0].code in {one.code for one in groups_led(conversation, ORDERERS)}:
        return nothing_ordered(conversation, groups[0], how_to_open(conversation.language))
    return nothing_ordered(conversation, groups[0])


def _told(conversation: Conversation, group: Group, orders: Sequence[GroupOrder]) -> str:
    if len(orders) == 1:
        return fit(lambda longest: _told_whole(conversation, group, orders[0], longest))
    return fit(
        lambda _: [
            Part(_told_short(conversation, group, one), rank=at) for at, one in enumerate(orders)
        ],
        _SEGMENTS_FOR_SEVERAL,
    )


def _told_whole(
    conversation: Conversation, group: Group, one: GroupOrder, longest: int
) -> list[Part]:
    session, language = conversation.session, conversation.language
    tally = tally_of(session, one)
    mine = tally.of(_own(conversation, group))
    if not is_open(one, conversation.now):
        return [Part(_awaited(conversation, one, tally)), Part(_yours(conversation, one, mine))]
    shops = price_in_shops(session, conversation.vocabulary, group, one.article, conversation.now)
    return [
        Part(f"{group_name(group, longest)}.", rank=3),
        Part(stands(one, tally, conversation.vocabulary, language)),
        Part(in_shops(shops, language), rank=2),
        Part(_yours(conversation, one, mine) or say(language, "You have ordered none.")),
        Part(how_to_order(one, language), rank=1),
    ]


def _told_short(conversation: Conversation, group: Group, one: GroupOrder) -> str:
    """Feed: 18 of 30 bags, yours 3, until Saturday 28 Nov."""
    language = conversation.language
    tally = tally_of(conversation.session, one)
    if not is_open(one, conversation.now):
        return _awaited(conversation, one, tally)
    return say(
        language,
        "{article}: {so_far}, yours {mine}, until {day}.",
        article=capitalised(article_name(one, language)),
        so_far=so_far(one, tally, language),
        mine=tally.of(_own(conversation, group)),
        day=until(one, language),
    )


def _awaited(conversation: Conversation, one: GroupOrder, tally: Tally) -> str:
    language = conversation.language
    return say(
        language,
        "{article} goes ahead, {so_far}. It has not come yet.",
        article=capitalised(article_name(one, language)),
        so_far=so_far(one, tally, language),
    )


def _own(conversation: Conversation, group: Group) -> int:
    """The caller's place in the group."""
    member = member_of(conversation.session, group, conversation.subscriber)
    return 0 if member is None else member.id


def _yours(conversation: Conversation, one: GroupOrder, mine: int) -> str:
    language = conversation.language
    if not mine:
        return ""
    return say(
        language,
        "Yours: {count}, {sum}.",
        count=counted(mine, one, language),
        sum=sum_of(mine, one.price, one, conversation.vocabulary, language),
    )


# Ordering


def _take(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER FEED 3, ORDER FEED 3 FOR JANE: what was said before goes, 0 takes it out."""
    groups = _own_groups(conversation)
    if not groups:
        return say(conversation.language, "You are in no group.")
    found = which_order(
        conversation,
        command,
        groups,
        lambda group: open_orders(conversation.session, group, conversation.now),
        lambda of: not_open(conversation, command, of),
    )
    if isinstance(found, str):
        return found
    group, one = found
    refused = _how_many(conversation, one, command.count)
    member = _for_whom(conversation, group, one, command) if refused is None else refused
    if isinstance(member, str):
        return member
    # Closed by a worker since it was looked for: whoever holds it first is heard.
    one = hold_order(conversation.session, one.id)
    if not is_open(one, conversation.now):
        return over(conversation, group, one)
    return _note(conversation, group, one, member, int(command.count or 0))


def _how_many(conversation: Conversation, one: GroupOrder, count: Decimal | None) -> str | None:
    """What to answer to a number that nobody can order; None: it can be."""
    language, most = conversation.language, most_of(one)
    if count is None or count != count.to_integral_value():
        return say(
            language,
            "Only whole ones are ordered: {example}. Nothing was written.",
            example=say(language, "ORDER {article} 3", article=to_type(one, language)),
        )
    if 0 <= count <= most:
        return None
    return say(
        language,
        "{n}? At most {most} for one member. Nothing was written.",
        n=amount(count, language),
        most=counted(most, one, language),
    )


def _for_whom(
    conversation: Conversation, group: Group, one: GroupOrder, command: BulkOrder
) -> Member | str:
    """The member whose it is to be; only who leads orders for another."""
    language = conversation.language
    if not command.member:
        own = member_of(conversation.session, group, conversation.subscriber)
        return own or say(language, "You are in no group.")
    if group.code not in {led.code for led in groups_led(conversation, ORDERERS)}:
        return say(
            language, "Only the chair, the secretary or the treasurer orders for other members."
        )
    return member_meant(
        conversation,
        group,
        command.member,
        lambda number: replace(command, article=one.words, group=group.code, member=number),
    )


def _note(
    conversation: Conversation, group: Group, one: GroupOrder, member: Member, quantity: int
) -> str:
    session, now = conversation.session, conversation.now
    is_enough = wish(session, one, member, quantity, conversation.subscriber, now)
    tally = tally_of(session, one)
    if is_enough:
        tell_reached(
            session, conversation.vocabulary, group, one, tally, conversation.subscriber, now
        )
    tell(
        conversation,
        member.subscriber_id,
        lambda theirs, longest: _noted_for(theirs, group, one, member, quantity, longest),
        key="order",
    )
    is_own = member.subscriber_id == conversation.subscriber.id
    language = conversation.language
    return fit(
        lambda longest: [
            Part(
                _noted(conversation, one, "" if is_own else member_name(member, longest), quantity)
            ),
            Part(_so_far(conversation, one, tally)),
            Part(say(language, "That is enough: all are told.") if is_enough else ""),
            Part(
                say(language, "It is kept from your milk money when it has come.")
                if is_own and quantity
                else "",
                rank=1,
            ),
        ]
    )


def _noted(conversation: Conversation, one: GroupOrder, name: str, quantity: int) -> str:
    """What is written now: of oneself, or of another by name."""
    language = conversation.language
    gaps = {
        "article": article_name(one, language),
        "count": counted(quantity, one, language),
        "sum": sum_of(quantity, one.price, one, conversation.vocabulary, language),
    }
    if not quantity:
        taken = say(language, "No {article} is ordered for you now.", article=gaps["article"])
        of_other = say(
            language, "No {article} is ordered for {name} now.", article=gaps["article"], name=name
        )
        return of_other if name else taken
    if name:
        return say(language, "{name}, {article}: {count}, {sum}.", name=name, **gaps)
    return say(language, "Yours, {article}: {count}, {sum}.", **gaps)


def _so_far(conversation: Conversation, one: GroupOrder, tally: Tally) -> str:
    language = conversation.language
    return say(
        language,
        "So far {so_far}, until {day}.",
        so_far=so_far(one, tally, language),
        day=until(one, language),
    )


def _noted_for(
    theirs: Conversation,
    group: Group,
    one: GroupOrder,
    member: Member,
    quantity: int,
    longest: int,
) -> str:
    """To a member for whom somebody else ordered."""
    language = theirs.language
    noted = _noted(theirs, one, member_name(member, longest), quantity)
    wrong = say(
        language,
        "An officer of {group} wrote it. Wrong? ORDER {article} 0",
        group=group_name(group, longest),
        article=to_type(one, language),
    )
    return f"{noted} {wrong}"
