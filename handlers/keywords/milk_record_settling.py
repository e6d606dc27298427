"""Whose book is meant, which day, which member and how many litres: settled, or asked back.

A question without choices is a sentence that says why nothing was written.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from groups.book import OLDEST
from groups.book_kinds import Milking
from groups.members import OFFICES, Member, find_among, members_of, office_in
from groups.models import Group, Role
from handlers.asking import Choice, Question, choose, drop_it
from handlers.commands import (
    Command,
    DaySaid,
    Delivery,
    LossRecord,
    MilkRecord,
    RejectRecord,
)
from handlers.conversation import Conversation
from handlers.keywords.fitting import clip, quotable
from handlers.keywords.group_choice import which_of_groups
from handlers.keywords.milk_words import litres_told as litres_told
from handlers.keywords.milk_words import milking_words as milking_words
from messaging.phrases import say
from messaging.phrases.formats import amount, day_month, local_date, money

# Raw cow's milk at 20 degrees: 1.026 to 1.032 kg a litre, 1.03 where one figure is used (FAO, Milk
# testing and payment systems, 2009).
KG_PER_LITRE = Decimal("1.03")
_CENTILITRE, _CENT = Decimal("0.01"), Decimal("0.01")
# Two good cows give 60 litres in one milking; a member with more is asked once each time. No
# member's cans hold 500.
ASKED_FROM, REFUSED_FROM = Decimal(60), Decimal(500)
MOST_BULK = Decimal(50_000)  # more than two tankers carry
# Milk of the evening is brought from three on; what comes before is of the morning.
EVENING_FROM = 13
MOST_A_LITRE = Decimal(100_000)  # it costs less in any currency where a book is kept
MILK_WRITERS = frozenset(OFFICES)
MONEY_WRITERS = frozenset({Role.TREASURER, Role.SECRETARY})
QUOTED = 24


def which_group(
    conversation: Conversation,
    code: str | None,
    writers: Collection[Role],
    again: Callable[[str], Command],
) -> Group | Question:
    """The group whose book is meant; `again` makes the command whole with a group's code."""
    language = conversation.language
    offices = office_in(conversation.session, conversation.subscriber)
    able = [group for group, role in offices if role in writers]
    if code is not None:
        able = [group for group in able if group.code == code]
    if not able:
        return Question(_no_officer(language, offices[0][0] if offices else None, code))
    if len(able) == 1:
        return able[0]

    asked = say(language, "In which group's book?")
    return which_of_groups(conversation, able, again, asked=asked)


def book_and_day(
    conversation: Conversation, command: MilkRecord | RejectRecord | LossRecord
) -> tuple[Group, date] | Question:
    """In whose book a line about milk is to be written, and for which day."""
    group = which_group(
        conversation, command.group, MILK_WRITERS, lambda code: replace(command, group=code)
    )
    if isinstance(group, Question):
        return group
    day = on_day(conversation, group, command.day)
    return day if isinstance(day, Question) else (group, day)


def _no_officer(language: str, group: Group | None, code: str | None) -> str:
    named = code or (group.code if group else None)
    if named is None:
        return say(language, "Only a group's officers write in its milk book. Nothing was written.")
    return say(
        language,
        "Your office in {group} does not write this in its book. Nothing was written.",
        group=named,
    )


def holds_office(conversation: Conversation, group: Group, writers: Collection[Role]) -> bool:
    """Whether whoever writes holds one of these offices there."""
    offices = office_in(conversation.session, conversation.subscriber)
    return any(one.id == group.id and role in writers for one, role in offices)


def on_day(conversation: Conversation, group: Group, said: DaySaid | None) -> date | Question:
    """The day that was said, by the group's clock; today where none was."""
    today = local_date(conversation.now, group.timezone)
    day = _day(said or DaySaid(), today)
    language = conversation.language
    if day is None:
        return Question(say(language, "There is no such day. Nothing was written."))
    if day > today:
        return Question(
            say(
                language,
                "{day} is still to come. Nothing was written.",
                day=day_month(day, language),
            )
        )
    if day < today - OLDEST:
        return Question(
            say(
                language,
                "{day} is more than {n} days ago. Nothing was written.",
                day=day_month(day, language),
                n=OLDEST.days,
            )
        )
    return day


def _day(said: DaySaid, today: date) -> date | None:
    if said.weekday is not None:
        return today - timedelta(days=(today.weekday() - said.weekday) % 7)
    if said.day is None:
        return today + timedelta(days=said.from_today)
    try:
        day = date(said.year or today.year, said.month, said.day)
    except ValueError:
        return None
    # In January, 28/12 is of the year before.
    is_of_last_year = said.year is None and day > today + timedelta(days=180)
    return day.replace(year=day.year - 1, day=min(day.day, 28)) if is_of_last_year else day


def money_told(conversation: Conversation, value: Decimal | None, currency: str | None) -> str:
    """KES 8,280: the money of the book, whichever country whoever hears it is from."""
    language, known = conversation.language, conversation.vocabulary
    sign = known.money_sign(currency or known.country.currency)
    return money(amount(value or Decimal(0), language), sign, language)


def which_milking(conversation: Conversation, group: Group, said: Milking | None) -> Milking:
    """Morning or evening: as said, else by the group's clock."""
    hour = conversation.now.astimezone(ZoneInfo(group.timezone)).hour
    return said or (Milking.EVENING if hour >= EVENING_FROM else Milking.MORNING)


def which_member(
    conversation: Conversation,
    group: Group,
    name: str,
    again: Callable[[str], Command],
    among: Sequence[Member] | None = None,
) -> Member | Question:
    """The member of that name; asked by number where several are called so.

    `among`: the group's members, where they were read before for another name of the same text.
    """
    found = find_among(members_of(conversation.session, group) if among is None else among, name)
    if len(found) == 1:
        return found[0]
    language, quoted = conversation.language, clip(quotable(name), QUOTED)
    if not found:
        return Question(
            say(
                language,
                "There is no {name} in {group}. Nothing was written. To add: ADD MEMBER {added}",
                name=quoted,
                group=group.code,
                added=quoted.upper(),
            )
        )

    def compose(longest: int) -> tuple[str, list[Choice]]:
        return say(language, "Which {name}?", name=quoted), [
            Choice(_told_apart(member, longest), again(f"#{member.number}")) for member in found
        ]

    return choose(conversation, compose)


def _told_apart(member: Member, longest: int) -> str:
    """Jane Wanjiru (no. 7): two of the very same name have their numbers."""
    name = clip(quotable(member.name), longest)
    return name if member.name == f"#{member.number}" else f"{name} (#{member.number})"


def in_litres(quantity: Decimal | None, unit: str | None) -> Decimal:
    """Litres of milk: kilos by its weight, to the centilitre."""
    said = quantity or Decimal(0)
    litres = said / KG_PER_LITRE if unit == "kg" else said
    return litres.quantize(_CENTILITRE)


def price_per_litre(one: Delivery) -> Decimal | None:
    """The price that was said of a delivery, for a litre: of kilos, by their weight."""
    if one.price is None:
        return None
    is_of_kilos = (one.price_unit or one.unit) == "kg"
    return (one.price * KG_PER_LITRE if is_of_kilos else one.price).quantize(_CENT)


def price_refused(conversation: Conversation, price: Decimal) -> Question | None:
    """What is to be said of a price that no litre has; None: it may well be."""
    if 0 < price < MOST_A_LITRE:
        return None
    language = conversation.language
    figure = litres_told(price, language)
    return Question(
        say(language, "{figure} a litre cannot be. Nothing was written.", figure=figure)
    )


def doubt(
    conversation: Conversation, name: str, litres: Decimal, sure: Command, *, is_sure: bool
) -> Question | None:
    """What is to be said of so much milk of one member in one milking; None: it may well be."""
    refused = impossible(conversation, name, litres)
    if refused is not None or litres <= ASKED_FROM or is_sure:
        return refused

    def compose(longest: int) -> tuple[str, list[Choice]]:
        gaps = _of_whom(conversation, name, litres, longest)
        asked = say(conversation.language, "{litres} L of {name} in one milking?", **gaps)
        yes = Choice(say(conversation.language, "yes"), sure, stays=True)
        return asked, [yes, drop_it(conversation)]

    return choose(conversation, compose)


def impossible(conversation: Conversation, name: str, litres: Decimal) -> Question | None:
    """What is to be said where nobody brings so much, whatever they are sure of."""
    language, gaps = conversation.language, _of_whom(conversation, name, litres, QUOTED)
    if litres <= 0:
        return Question(say(language, "How many litres of {name}? Nothing was written.", **gaps))
    if litres > REFUSED_FROM:
        return Question(
            say(
                language,
                "{litres} L of {name} in one milking cannot be. Nothing was written.",
                **gaps,
            )
        )
    return None


def _of_whom(
    conversation: Conversation, name: str, litres: Decimal, longest: int
) -> dict[str, str]:
    told = litres_told(litres, conversation.language)
    return {"name": clip(quotable(name), longest), "litres": told}


def bulk_refused(conversation: Conversation, litres: Decimal) -> Question | None:
    """What is to be said of so much milk of a whole group; None: it may well be."""
    if 0 < litres <= MOST_BULK:
        return None
    told = litres_told(litres, conversation.language)
    return Question(
        say(conversation.language, "{litres} L cannot be. Nothing was written.", litres=told)
    )
