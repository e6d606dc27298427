"""One's own milk, as it is heard: what was brought, and what it comes to."""

from handlers.keywords.milk_words import litres_told
from handlers.screens import milk_own
from handlers.screens.book_facts import OwnMilk
from handlers.screens.book_frames import MyMilk
from handlers.screens.caller import Caller
from handlers.screens.groups import group_of
from handlers.screens.spoken_prices import today
from messaging.phrases import say, say_many
from messaging.phrases.aloud import read_aloud, sum_aloud
from messaging.phrases.formats import day_month
from messaging.phrases.numbers import day_in_words, in_words


def milk_aloud(frame: MyMilk, caller: Caller) -> list[str]:
    """From the first to the twenty-fourth of November: the litres, the days, the money."""
    language = caller.language
    group = group_of(frame.group_id, caller)
    if group is None:
        return [say(language, "You are not in this group any more.")]
    own = caller.facts.book(frame.group_id).own()
    if own is None:
        return [say(language, "You are not in this group any more.")]
    key = in_words(int(milk_own.BY_SMS), language)
    return [
        _brought(own, caller),
        _worth(own, group.currency, caller),
        _later(own, caller),
        say(language, "To get it by SMS press {key}.", key=key),
    ]


def _brought(own: OwnMilk, caller: Caller) -> str:
    language = caller.language
    since, through = day_month(own.since, language), day_month(own.through, language)
    if not own.litres:
        nothing = say(
            language, "From {since} to {through} you brought no milk.", since=since, through=through
        )
        return _aloud(nothing, caller)
    told = say(
        language,
        "From {since} to {through} you brought {litres} litres, on {days}.",
        since=since,
        through=through,
        litres=litres_told(own.litres, language),
        days=say_many(language, "{n} day", "{n} days", own.days),
    )
    return _aloud(told, caller)


def _worth(own: OwnMilk, currency: str, caller: Caller) -> str:
    language = caller.language
    if own.lacks is not None or own.total is None:
        return milk_own.worth_told(own, language)
    if own.is_paid_in_full:
        paid = sum_aloud(own.paid, currency, language)
        return say(language, "Paid in full: {amount}.", amount=paid)
    total = sum_aloud(abs(own.total), currency, language)
    if own.total < 0:
        return say(language, "You owe {amount}.", amount=total)
    if own.pay_on is None:
        return say(language, "So far {amount}.", amount=total)
    by = day_in_words(own.pay_on, language, this_year=today(caller).year)
    return say(language, "To pay {amount} by {day}.", amount=total, day=by)


def _later(own: OwnMilk, caller: Caller) -> str:
    if not own.later:
        return ""
    litres = litres_told(own.later, caller.language)
    return _aloud(
        say(caller.language, "Since then you brought {litres} litres.", litres=litres), caller
    )


def _aloud(text: str, caller: Caller) -> str:
    return read_aloud(text, caller.language, this_year=today(caller).year)
