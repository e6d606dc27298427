"""What a group's bulletin says of its own milk book (pure).

What belongs to the step that the group is on comes first (`groups.mode`): the milk itself, then
what it brings, then whether the book comes out even and who buys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from groups.bulletin_figures import FeedCost, GroupFigures, OwnBuyer, Tally
from groups.mode import MONTHS
from groups.reason_words import reason_words
from messaging.phrases import say, say_many
from messaging.phrases.formats import as_told, capitalised, day_month
from scheduler.bulletin_filling import Slot
from scheduler.bulletin_voice import Voice
from scheduler.bulletin_words import noted

WEEK_DAYS = 7


@dataclass(frozen=True)
class Beside:
    """What stands beside a group's own figures: what others get, and what feed costs."""

    market: Decimal | None = None
    feed: FeedCost | None = None


def member_words(of: GroupFigures, voice: Voice, *, is_priced: bool) -> str:
    """The one thing that a member reads of the group: of step 1 its litres, later its price.

    `is_priced`: a price of the same thing stands before it.
    """
    litres, price = _member_litres(of, voice), of.sold.price
    if not is_priced or price is None or (of.standing.step == 1 and litres):
        return litres
    return say(voice.language, "group {price}", price=voice.figure(price))


def step_slots(of: GroupFigures, beside: Beside, voice: Voice) -> Iterator[Slot]:
    """What a group of its step has to know first; what it orders together, of any step."""
    match of.standing.step:
        case 1:
            yield from _litres(of, voice)
            yield from _waste(of, voice)
            yield _recording(of, voice)
            yield from _price(of, beside, voice)
        case 2:
            yield from _price(of, beside, voice)
            yield from _spread(of, voice)
            yield from _waste(of, voice)
        case _:
            yield from _audit(of, voice)
            yield from _price(of, beside, voice)
            yield from _sold(of, voice)
            yield from _contract(of, voice)
    yield from (_slot(_order(one, voice)) for one in of.orders)


def further_slots(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """What else the book tells, where there is room behind the market."""
    match of.standing.step:
        case 1:
            yield from _spread(of, voice)
        case 2:
            yield from _litres(of, voice)
        case _:
            yield from _litres(of, voice)
            yield from _waste(of, voice)


def _litres(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """The litres of the week, and how many more or less than the week before."""
    if of.week.may_be_told:
        litres = voice.litres(of.week.litres)
        said = say(voice.language, "our milk {litres} L in 7 days", litres=litres)
        yield _slot(noted(said, _litres_moved(of, voice)))


def _recording(of: GroupFigures, voice: Voice) -> Slot:
    """On how many days of the week deliveries were written."""
    return _slot(
        say(voice.language, "written on {n} of {days} days", n=of.week.days, days=WEEK_DAYS)
    )


def _waste(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """What was refused, and why; what was lost: shares of the week's milk."""
    if not of.week.may_be_told:
        return
    refused = say(
        voice.language, "refused {percent}%", percent=voice.percent(of.week.refused_share)
    )
    lost = say(voice.language, "lost {percent}%", percent=voice.percent(of.week.lost_share))
    yield _slot(f"{noted(refused, *_refused_notes(of, voice))}, {lost}", f"{refused}, {lost}")


def _refused_notes(of: GroupFigures, voice: Voice) -> Iterator[str]:
    if of.before.may_be_told and (of.week.refused or of.before.refused):
        before = voice.percent(of.before.refused_share)
        yield say(voice.language, "{percent}% the week before", percent=before)
    if of.week.why is not None:
        why = reason_words(of.week.why, voice.language)
        yield say(voice.language, "mostly {reason}", reason=why)


def _price(of: GroupFigures, beside: Beside, voice: Voice) -> Iterator[Slot]:
    """What buyers paid the group, and how far that is from what others there get."""
    price = of.sold.price
    if price is None:
        return
    own = say(voice.language, "our price {price}", price=voice.figure(price))
    compared = _against_market(price, beside.market, voice)
    wordings = (noted(own, _price_moved(of, price, voice)), own)
    yield _slot(*(", ".join(filter(None, (words, compared))) for words in wordings))


def _against_market(price: Decimal, market: Decimal | None, voice: Voice) -> str:
    """How much more or less than others get, as the two figures would be read."""
    if market is None:
        return ""
    gap = as_told(price) - as_told(market)
    if gap == 0:
        return say(voice.language, "the same as others")
    figure = voice.figure(abs(gap))
    if gap > 0:
        return say(voice.language, "{figure} more than others", figure=figure)
    return say(voice.language, "{figure} less than others", figure=figure)


def _spread(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """How far formal and informal buyers are apart."""
    if of.sold.spread is not None:
        formal, informal = map(voice.figure, of.sold.spread)
        yield _slot(
            say(
                voice.language,
                "dairies paid {formal}, traders {informal}",
                formal=formal,
                informal=informal,
            )
        )


def _sold(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """Each buyer of the group's milk, what they paid, and when; or as many as have room."""
    told = [words for one in of.sold.buyers if (words := _buyer(one, voice))]
    wordings = ("; ".join(told[:count]) for count in range(len(told), 0, -1))
    said = [say(voice.language, "we sold to {buyers}", buyers=buyers) for buyers in wordings]
    if said:
        yield _slot(*said)


def _buyer(one: OwnBuyer, voice: Voice) -> str:
    """KCC 46, pays in 14 days; nothing of a name that no text can hold."""
    name = voice.own_name(one.name)
    if not name:
        return ""
    said = f"{name} {voice.figure(one.price)}"
    if one.days_to_pay is None:
        return said
    if one.days_to_pay == 0:
        return f"{said}, {say(voice.language, 'cash')}"
    payday = say_many(voice.language, "pays in {n} day", "pays in {n} days", one.days_to_pay)
    return f"{said}, {payday}"


def _audit(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """Whether the book comes out even."""
    checked = of.checked
    if checked is None:
        return
    days = f"{checked.first.day}-{day_month(checked.through, voice.language)}"
    if checked.is_even:
        yield _slot(say(voice.language, "audit {days}: the book comes out even", days=days))
        return
    said = say(voice.language, "audit {days}: the book does not come out even", days=days)
    missing = ""
    if checked.missing > 0:
        litres = voice.litres(checked.missing)
        missing = say(voice.language, "{litres} L missing", litres=litres)
    yield _slot(noted(said, missing), said)


def _contract(of: GroupFigures, voice: Voice) -> Iterator[Slot]:
    """In how many months the steadiest buyer took milk."""
    if of.record.buyers:
        yield _slot(
            say(
                voice.language,
                "one buyer came in {n} of {months} months",
                n=of.record.months_of_steadiest,
                months=MONTHS,
            )
        )


def _order(tally: Tally, voice: Voice) -> str:
    return say(
        voice.language,
        "order {what}: {n} of {threshold}, until {day}",
        what=voice.own_name(tally.words).lower(),
        n=tally.ordered,
        threshold=tally.threshold,
        day=day_month(tally.last_day, voice.language),
    )


def _member_litres(of: GroupFigures, voice: Voice) -> str:
    if not of.week.may_be_told:
        return ""
    litres = voice.litres(of.week.litres)
    said = say(voice.language, "group {litres} L in 7 days", litres=litres)
    return noted(said, _litres_moved(of, voice))


def _litres_moved(of: GroupFigures, voice: Voice) -> str:
    """How many more or less than the week before.

    Only like is compared with like: as many days written, and no one member's own.
    """
    if not of.before.may_be_told or of.before.days != of.week.days:
        return ""
    change = voice.litres_read(of.week.litres) - voice.litres_read(of.before.litres)
    return _moved(change, voice, voice.litres)


def _price_moved(of: GroupFigures, price: Decimal, voice: Voice) -> str:
    if of.sold_before is None:
        return ""
    return _moved(as_told(price) - as_told(of.sold_before), voice, voice.figure)


def _moved(change: Decimal, voice: Voice, figure: Callable[[Decimal], str]) -> str:
    if change == 0:
        return say(voice.language, "no change")
    return f"{'+' if change > 0 else '-'}{figure(abs(change))}"


def _slot(*wordings: str) -> Slot:
    """A sentence of its own."""
    return Slot(tuple(map(capitalised, wordings)), is_sentence=True)
