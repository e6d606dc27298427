"""A member asks what the group's milk would bring as something else."""

from decimal import Decimal

from groups.product_facts import choice_of
from handlers.commands import ProductChoice
from handlers.conversation import Conversation
from handlers.keywords.fitting import fit
from handlers.keywords.price_notes import demo_mark
from handlers.keywords.product_words import ONE, parts
from handlers.keywords.selling_choice import group_meant
from messaging.phrases import say

SEGMENTS = 2
# More than any group of farmers brings in a day.
MOST_LITRES = Decimal(100_000)
# A kilo of anything of milk costs less to make, in any currency where prices are told.
MOST_COST = Decimal(1_000_000)


def tell_products(conversation: Conversation, command: ProductChoice) -> str:
    """What each product would bring for so much milk, in two segments; nothing is written."""
    litres = ONE if command.litres is None else command.litres
    if not 0 < litres <= MOST_LITRES:
        return say(conversation.language, "For how many litres? Send PRODUCTS 100")
    if any(not 0 <= one.cost < MOST_COST for one in command.costs):
        return say(
            conversation.language, "That is no cost of a kilo or a litre. Send PRODUCTS CHEESE 60"
        )
    group = group_meant(conversation, command)
    if isinstance(group, str):
        return group
    found = choice_of(
        conversation.session,
        conversation.vocabulary,
        group,
        litres,
        {one.commodity: one.cost for one in command.costs},
        conversation.now,
    )
    mark = demo_mark(conversation, found.is_demo)
    return fit(lambda longest: [mark, *parts(conversation, found, group.code, longest)], SEGMENTS)
