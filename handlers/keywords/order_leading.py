"""Officers open an order, end it, see who ordered what, and write that it has come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from groups.book import Written
from groups.groups import currency_of
from groups.members import OFFICES
from groups.models import Group
from groups.order_models import GroupOrder, OrderEnd
from groups.orders import (
    FARTHEST,
    Tally,
    Wish,
    awaited_orders,
    cancel_order,
    close_order,
    deliver,
    hold_order,
    is_open,
    last_orders,
    open_order,
    open_orders,
    price_in_shops,
    tally_of,
)
from handlers.asking import Choice, ask, choose, drop_it
from handlers.commands import BulkOrder
from handlers.conversation import Conversation
from handlers.first_word import waking_hours
from handlers.keywords.charge import WRITERS
from handlers.keywords.fitting import Part, fit, quotable
from handlers.keywords.group_choice import NAME_LENGTH, member_name
from handlers.keywords.join_group import group_name
from handlers.keywords.meeting_times import day_said
from handlers.keywords.order_choice import ORDERERS, not_open, which_order
from handlers.keywords.order_words import (
    MOST_MONEY,
    article_name,
    counted,
    in_shops,
    of_members,
    so_far,
    stands,
    sum_of,
    to_type,
    until,
)
from handlers.keywords.payment_choice import group_meant, groups_led, today_in
from handlers.parser.order_text import article_of
from handlers.telling_orders import tell_cancelled, tell_delivered, tell_opened
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, capitalised, day_month, local_date, typed
from messaging.segments import measure, to_gsm7

# More than a lorry takes.
MOST_IN_ALL = 9_999
# A list of forty is read on a small screen: what does not fit is a text of its own.
_LIST_SEGMENTS = 3
_ROOM_FOR_MORE = 60
# A price that came so much dearer or cheaper than it was told is first asked about.
_FAR = Decimal(2)


# Opening


def how_to_open(language: str) -> str:
    """What to type."""
    return say(language, "To begin: ORDER OPEN FEED 30 AT 1850 BY SAT")


def open_it(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER OPEN FEED 30 AT 1850 BY SAT by an officer: all members hear of it."""
    language = conversation.language
    refusal = say(language, "Only the chair, the secretary or the treasurer can do this.")
    group = group_meant(
        conversation,
        groups_led(conversation, ORDERERS),
        command.group,
        lambda code: replace(command, group=code),
        refusal=refusal,
    )
    if isinstance(group, str):
        return group
    last_day = _last_day(command.last_day, today_in(conversation, group))
    refused = _cannot_open(conversation, group, command, last_day)
    if refused is not None or last_day is None:
        return refused or how_to_open(language)
    order = open_order(
        conversation.session,
        group,
        article=article_of(command.article),
        words=command.article,
        threshold=int(command.count or 0),
        price=command.price or Decimal(0),
        currency=currency_of(conversation.session, group),
        last_day=last_day,
        by=conversation.subscriber,
        source_key=conversation.source_key,
        now=conversation.now,
    )
    return (
        _is_open(conversation, group, command)
        if order is None
        else _opened(conversation, group, order)
    )


def _last_day(words: str, today: date) -> date | None:
    """The one day that all these words tell: SAT, 28/11, SAT 28/11; None where they do not."""
    said = {day_said(word, today) for word in words.split()}
    return said.pop() if len(said) == 1 else None


def _cannot_open(
    conversation: Conversation, group: Group, command: BulkOrder, last_day: date | None
) -> str | None:
    """What to answer where something is missing or cannot be meant; None: it can be opened."""
    language, now = conversation.language, conversation.now
    count, price = command.count, command.price
    if not quotable(command.article) or count is None or price is None or last_day is None:
        return how_to_open(language)
    if count != count.to_integral_value() or not 1 <= count <= MOST_IN_ALL:
        most = amount(Decimal(MOST_IN_ALL), language)
        return say(language, "How many are needed is 1 to {most}. Nothing was opened.", most=most)
    if not 0 < price <= MOST_MONEY:
        most = amount(MOST_MONEY, language)
        return say(language, "A price of one is 0.01 to {most}. Nothing was opened.", most=most)
    # Who is told of it at six in the morning must have until the evening.
    first = local_date(waking_hours(now, group.timezone)[0], group.timezone)
    if not first <= last_day <= first + FARTHEST:
        return say(
            language,
            "The last day is from {first} to {last}. Nothing was opened.",
            first=day_month(first, language),
            last=day_month(first + FARTHEST, language),
        )
    return None


def _is_open(conversation: Conversation, group: Group, command: BulkOrder) -> str:
    """That it is being ordered already, and how it stands."""
    language, article = conversation.language, article_of(command.article)
    open_now = open_orders(conversation.session, group, conversation.now)
    order = next((one for one in open_now if one.article == article), None)
    if order is None:  # its last day is over, and a worker closes it within a minute
        return say(language, "The last order is being closed. Send it again in two minutes.")
    tally = tally_of(conversation.session, order)
    return fit(
        lambda _: [
            Part(say(language, "It is ordered already.")),
            Part(stands(order, tally, conversation.vocabulary, language)),
            Part(
                say(
                    language,
                    "To end it: ORDER CANCEL {article}",
                    article=to_type(order, language),
                ),
                rank=1,
            ),
        ]
    )


def _opened(conversation: Conversation, group: Group, order: GroupOrder) -> str:
    session, language, now = conversation.session, conversation.language, conversation.now
    vocabulary = conversation.vocabulary
    told = tell_opened(session, vocabulary, group, order, conversation.subscriber, now)
    shops = price_in_shops(session, vocabulary, group, order.article, now)
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{group} orders {article}: {threshold} at {price} each, until {day}.",
                    group=group_name(group, longest),
                    article=article_name(order, language),
                    threshold=counted(order.threshold, order, language),
                    price=sum_of(1, order.price, order, vocabulary, language),
                    day=until(order, language),
                )
            ),
            Part(say_many(language, "{n} member is told.", "{n} members are told.", told)),
            Part(in_shops(shops, language), rank=1),
            Part(
                say(language, "Your own: ORDER {article} 3", article=to_type(order, language)),
                rank=2,
            ),
        ]
    )


# Ending it before


def cancel_it(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER CANCEL FEED by an officer, as long as it has not come: all concerned hear of it."""
    language, session, now = conversation.language, conversation.session, conversation.now
    groups = groups_led(conversation, ORDERERS)
    if not groups:
        return say(
            language,
            "Only the chair, the secretary or the treasurer can do this. To take yours out: "
            "ORDER FEED 0",
        )
    found = which_order(
        conversation,
        command,
        groups,
        lambda group: [*open_orders(session, group, now), *awaited_orders(session, group)],
        lambda of: not_open(conversation, command, of),
    )
    if isinstance(found, str):
        return found
    group, order = found[0], hold_order(session, found[1].id)
    if not (is_open(order, now) or _is_awaited(order)):
        return not_open(conversation, command, [group])
    tally = tally_of(session, order)
    cancel_order(session, order, now)
    told = tell_cancelled(
        session, conversation.vocabulary, group, order, tally, conversation.subscriber, now
    )
    return fit(
        lambda longest: [
            Part(
                say(
                    language,
                    "{group}: the order of {article} is cancelled.",
                    group=group_name(group, longest),
                    article=article_name(order, language),
                )
            ),
            Part(say_many(language, "{n} member is told.", "{n} members are told.", told)),
        ]
    )


def _is_awaited(order: GroupOrder) -> bool:
    return order.ended is OrderEnd.GOES_AHEAD and order.delivered_at is None


# Who ordered what


def list_it(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER LIST FEED by any officer: by number, and how to go on."""
    language, session, now = conversation.language, conversation.session, conversation.now
    groups = groups_led(conversation, OFFICES)
    if not groups:
        return say(language, "Only officers of a group can do this.")
    found = which_order(
        conversation,
        command,
        groups,
        lambda group: [*open_orders(session, group, now), *awaited_orders(session, group)],
        lambda of: not_open(conversation, command, of),
    )
    if isinstance(found, str):
        return found
    _, order = found
    tally = tally_of(session, order)
    wishes = sorted(tally.wishes, key=lambda one: one.member.number)
    head = say(
        language,
        "{article}: {so_far}, {members}, {sum}.",
        article=capitalised(article_name(order, language)),
        so_far=so_far(order, tally, language),
        members=of_members(tally, language),
        sum=sum_of(tally.ordered, order.price, order, conversation.vocabulary, language),
    )
    return _listed(
        language,
        head if not command.start else "",
        [one for one in wishes if one.member.number >= command.start],
        order,
    )


def _listed(language: str, head: str, wishes: Sequence[Wish], order: GroupOrder) -> str:
    """As many as fit, and the text that goes on with the next one."""
    text = head
    for one in wishes:
        line = f"{one.member.number} {member_name(one.member, NAME_LENGTH)}: {one.quantity}"
        longer = f"{text}\n{line}".strip()
        if measure(to_gsm7(f"{longer}\n{' ' * _ROOM_FOR_MORE}")).segments > _LIST_SEGMENTS:
            more = say(
                language,
                "More: ORDER LIST {article} {number}",
                article=to_type(order, language),
                number=one.member.number,
            )
            return to_gsm7(f"{text}\n{more}")
        text = longer
    return to_gsm7(text) or say(language, "Nobody has that number or a higher one.")


# It has come


def it_has_come(conversation: Conversation, command: BulkOrder) -> str:
    """ORDER DELIVERED FEED 1820: each who ordered is charged in the milk book, once."""
    language, session = conversation.language, conversation.session
    groups = groups_led(conversation, WRITERS)
    if not groups:
        return say(language, "Only the treasurer or the secretary of a group writes charges.")

    def may_come(group: Group) -> list[GroupOrder]:
        filled = (
            one
            for one in open_orders(session, group, conversation.now)
            if one.reached_at is not None
        )
        return [*awaited_orders(session, group), *filled]

    found = which_order(
        conversation, command, groups, may_come, lambda of: _not_awaited(conversation, command, of)
    )
    if isinstance(found, str):
        return found
    group, order = found[0], found[1]
    command = replace(command, article=order.words, group=group.code)
    asked = _asked_for_price(conversation, order, command)
    if asked is not None:
        return asked
    order = hold_order(session, order.id)
    if is_open(order, conversation.now) and not _fills(conversation, order):
        return _not_awaited(conversation, command, [group])
    if not _is_awaited(order):
        return _not_awaited(conversation, command, [group])
    return _charge(conversation, group, order, command.price or order.price)


def _fills(conversation: Conversation, order: GroupOrder) -> bool:
    """The lorry came before the last day: an order that is full is closed by it."""
    if tally_of(conversation.session, order).ordered < order.threshold:
        return False
    close_order(conversation.session, order, conversation.now)
    return True


def _asked_for_price(
    conversation: Conversation, order: GroupOrder, command: BulkOrder
) -> str | None:
    """What to ask of a price that is missing, or hardly meant; None: it may well be."""
    language, price = conversation.language, command.price
    if price is None or not 0 < price <= MOST_MONEY:
        return say(
            language,
            "At which price did one come? ORDER DELIVERED {article} {price}",
            article=to_type(order, language),
            price=typed(order.price),
        )
    if command.is_sure or order.price / _FAR <= price <= order.price * _FAR:
        return None
    asked = say(
        language,
        "{price} each? It was to be {expected}.",
        price=sum_of(1, price, order, conversation.vocabulary, language),
        expected=amount(order.price, language),
    )
    choices = [
        Choice(say(language, "yes"), replace(command, is_sure=True), stays=True),
        drop_it(conversation),
    ]
    return ask(conversation, choose(conversation, lambda _: (asked, choices)))


def _charge(conversation: Conversation, group: Group, order: GroupOrder, price: Decimal) -> str:
    session, now = conversation.session, conversation.now
    tally = tally_of(session, order)
    written = deliver(
        session,
        group,
        order,
        price=price,
        what_for=order.words.lower(),
        by=conversation.subscriber,
        day=today_in(conversation, group),
        raw_text=conversation.raw_text,
        now=now,
    )
    tell_delivered(
        session, conversation.vocabulary, group, order, tally, conversation.subscriber, now
    )
    return _charged(conversation, order, tally, written)


def _charged(
    conversation: Conversation, order: GroupOrder, tally: Tally, written: Sequence[Written]
) -> str:
    language, vocabulary = conversation.language, conversation.vocabulary
    price = order.final_price or order.price
    return fit(
        lambda _: [
            Part(
                say(
                    language,
                    "Written: {article}, {count} at {price} each = {sum}, {members}.",
                    article=article_name(order, language),
                    count=counted(tally.ordered, order, language),
                    price=sum_of(1, price, order, vocabulary, language),
                    sum=sum_of(tally.ordered, price, order, vocabulary, language),
                    members=of_members(tally, language),
                )
            ),
            Part(
                say(
                    language,
                    "Lines {first}-{last}.",
                    first=written[0].line.number,
                    last=written[-1].line.number,
                )
            ),
            Part(say(language, "Wrong? VOID {number}", number=written[0].line.number), rank=1),
        ]
    )


def _not_awaited(conversation: Conversation, command: BulkOrder, groups: Sequence[Group]) -> str:
    """That no such order is waited for: it has come already, or is open still, or was too small."""
    language, session = conversation.language, conversation.session
    for group in groups:
        for order in last_orders(session, group, article_of(command.article)):
            if is_open(order, conversation.now):
                tally = tally_of(session, order)
                return fit(
                    lambda _, order=order, tally=tally: [  # type: ignore[misc]
                        Part(stands(order, tally, conversation.vocabulary, language)),
                        Part(say(language, "Nothing is written before enough is ordered.")),
                    ]
                )
            if order.delivered_at is not None:
                return _came_already(conversation, group, order)
    return say(
        language, "No such order goes ahead. What a member owes otherwise: CHARGE JANE FEED 1200"
    )


def _came_already(conversation: Conversation, group: Group, order: GroupOrder) -> str:
    language = conversation.language
    day = local_date(order.delivered_at or conversation.now, group.timezone)
    return say(
        language,
        "{article} has come on {day} at {price} each, and is written. Nothing was written again.",
        article=capitalised(article_name(order, language)),
        day=day_month(day, language),
        price=sum_of(1, order.final_price or order.price, order, conversation.vocabulary, language),
    )
