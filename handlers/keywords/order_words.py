"""An order of a group in words: what is bought, how much of it is ordered, until when (pure)."""

from datetime import date
from decimal import Decimal
from typing import Protocol

from handlers.keywords.fitting import quotable
from handlers.parser.order_text import article_of
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, capitalised, day_month, money, price, weekday
from prices.vocabulary import Vocabulary

FEED = "feed"
# A year's feed for a herd of four. Who wants more buys a lorry alone.
MOST_OF_ONE = 100
# As of a charge, which it becomes.
MOST_MONEY = Decimal(200_000)


class Order(Protocol):
    """What is bought together: of `groups.orders`, or as the menu knows it."""

    @property
    def article(self) -> str:
        """The name under which it is kept."""
        ...

    @property
    def words(self) -> str:
        """As it was typed."""
        ...

    @property
    def currency(self) -> str:
        """That of its prices."""
        ...

    @property
    def threshold(self) -> int:
        """How many make the price."""
        ...

    @property
    def price(self) -> Decimal:
        """Of one."""
        ...

    @property
    def last_day(self) -> date:
        """On which it can be ordered."""
        ...


class Ordered(Protocol):
    """How much of it is ordered."""

    @property
    def ordered(self) -> int:
        """How many in all."""
        ...

    @property
    def members(self) -> int:
        """By how many."""
        ...


def article_name(order: Order, language: str) -> str:
    """What is bought, in the words of whoever is told: "feed"; else as it was typed."""
    known = {
        FEED: say(language, "feed"),
        "salt": say(language, "salt"),
        "soap": say(language, "soap"),
        "sugar": say(language, "sugar"),
        "semen": say(language, "semen"),
    }
    return known.get(order.article) or quotable(order.words).lower()


def to_type(order: Order, language: str) -> str:
    """The same as it is typed behind ORDER."""
    return article_name(order, language).upper()


def counted(number: int, order: Order, language: str) -> str:
    """So many, in bags where it is known that they are: 3 bags."""
    if order.article == FEED:
        return say_many(language, "{n} bag", "{n} bags", number)
    return amount(Decimal(number), language)


def until(order: Order, language: str) -> str:
    """The last day on which it can be ordered: Saturday 28 Nov."""
    return f"{weekday(order.last_day.weekday(), language)} {day_month(order.last_day, language)}"


def sum_of(number: int, each: Decimal, order: Order, vocabulary: Vocabulary, language: str) -> str:
    """What so many cost: KES 5,550, in the group's money, wherever whoever hears it is from."""
    sign = vocabulary.money_sign(order.currency)
    return money(amount(number * each, language), sign, language)


def most_of(order: Order) -> int:
    """How many one member may order; what they cost has to be owed for milk."""
    return max(1, min(MOST_OF_ONE, int(MOST_MONEY // order.price)))


def so_far(order: Order, tally: Ordered, language: str) -> str:
    """How it stands: 18 of 30 bags; beyond that 34 bags, 30 needed."""
    if tally.ordered > order.threshold:
        return say(
            language,
            "{ordered}, {threshold} needed",
            ordered=counted(tally.ordered, order, language),
            threshold=amount(Decimal(order.threshold), language),
        )
    return say(
        language,
        "{ordered} of {threshold}",
        ordered=tally.ordered,
        threshold=counted(order.threshold, order, language),
    )


def of_members(tally: Ordered, language: str) -> str:
    """Of how many: 9 members."""
    return say_many(language, "{n} member", "{n} members", tally.members)


def stands(order: Order, tally: Ordered, vocabulary: Vocabulary, language: str) -> str:
    """Feed: 18 of 30 bags, 9 members, KES 1,850 each, until Saturday 28 Nov."""
    return say(
        language,
        "{article}: {so_far}, {members}, {price} each, until {day}.",
        article=capitalised(article_name(order, language)),
        so_far=so_far(order, tally, language),
        members=of_members(tally, language),
        price=sum_of(1, order.price, order, vocabulary, language),
        day=until(order, language),
    )


def in_shops(found: Decimal | None, language: str) -> str:
    """What people say that it costs there: Shops 2,100."""
    return "" if found is None else say(language, "Shops {price}.", price=price(found, language))


def means(order: Order, words: str) -> bool:
    """Whether it is meant by these words; by none it may be."""
    return not words or article_of(words) == order.article
