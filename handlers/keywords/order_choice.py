"""Which order of which group is meant, asked back where it may be several."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from groups.models import Group, Role
from groups.order_models import GroupOrder
from groups.orders import last_orders, open_orders
from handlers.asking import Choice, ask, choose
from handlers.commands import BulkOrder
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.group_choice import group_among
from handlers.keywords.join_group import group_name
from handlers.keywords.order_words import article_name, means, to_type
from handlers.parser.order_text import article_of
from messaging.phrases import say
from messaging.phrases.formats import day_month, local_date

# Who opens an order and orders for others: not whoever only collects the milk.
ORDERERS = (Role.CHAIR, Role.SECRETARY, Role.TREASURER)
# The orders of a group among which one is meant.
OrdersOf = Callable[[Group], Sequence[GroupOrder]]
_WORDS_LENGTH = 24


def which_order(
    conversation: Conversation,
    command: BulkOrder,
    groups: Sequence[Group],
    orders_of: OrdersOf,
    none_found: Callable[[Sequence[Group]], str],
) -> tuple[Group, GroupOrder] | str:
    """The order that is meant; else what to answer: there is none, or which of several."""
    meant = [one for one in groups if command.group in {None, one.code}]
    found = {
        group.code: orders
        for group in meant
        if (orders := [one for one in orders_of(group) if means(one, command.article)])
    }
    group = group_among(
        conversation,
        [one for one in meant if one.code in found],
        lambda code: replace(command, group=code),
        refusal="",
    )
    if isinstance(group, str):
        return group or none_found(meant)
    oldest = {one.article: one for one in reversed(found[group.code])}
    if len(oldest) == 1:
        return group, next(iter(oldest.values()))
    return _which_article(conversation, command, group, list(oldest.values()))


def _which_article(
    conversation: Conversation, command: BulkOrder, group: Group, orders: Sequence[GroupOrder]
) -> str:
    language = conversation.language
    choices = [
        Choice(
            article_name(one, language),
            replace(command, article=one.words, group=group.code),
        )
        for one in sorted(orders, key=lambda one: one.id)
    ]
    asked = say(language, "Which order?")
    return ask(conversation, choose(conversation, lambda _: (asked, choices)))


def not_open(conversation: Conversation, command: BulkOrder, groups: Sequence[Group]) -> str:
    """That nothing of that name is ordered now: it is over, or what there is instead."""
    for group in groups:
        last = last_orders(conversation.session, group, article_of(command.article))
        if last:
            return over(conversation, group, last[0])
    if len(groups) == 1:
        return _not_open_in(conversation, command, groups[0])
    return say(conversation.language, "No such order is open in your groups.")


def over(conversation: Conversation, group: Group, order: GroupOrder) -> str:
    """That an order is closed, and since when."""
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "{group}: ordering {article} ended on {day}.",
                    group=group_name(group, longest),
                    article=article_name(order, conversation.language),
                    day=day_month(_ended_on(group, order), conversation.language),
                )
            )
        ]
    )


def _ended_on(group: Group, order: GroupOrder) -> date:
    """The last day on which it was open: an order that was ended before is over since then."""
    if order.closed_at is None or order.closed_at >= order.ends_at:
        return order.last_day
    return local_date(order.closed_at, group.timezone)


def _not_open_in(conversation: Conversation, command: BulkOrder, group: Group) -> str:
    language = conversation.language
    words = clip(quotable(command.article).lower(), _WORDS_LENGTH)
    others = open_orders(conversation.session, group, conversation.now)
    if not words or not others:
        return nothing_ordered(conversation, group)

    def parts(longest: int) -> list[Part]:
        names = ", ".join(to_type(one, language) for one in others)
        return [
            Part(
                say(
                    language,
                    "No order of {article} is open in {group}.",
                    article=words,
                    group=group_name(group, longest),
                )
            ),
            Part(say(language, "Open: {articles}.", articles=names), rank=1),
        ]

    return fit(parts)


def nothing_ordered(conversation: Conversation, group: Group, beside: str = "") -> str:
    """That a group buys nothing together at the moment."""
    return fit(
        lambda longest: [
            Part(
                say(
                    conversation.language,
                    "Nothing is ordered together in {group} now.",
                    group=group_name(group, longest),
                )
            ),
            Part(beside),
        ]
    )
