"""A bargaining card in sentences, for a text, a screen and a sheet of paper (pure)."""

from decimal import Decimal
from typing import assert_never

from groups.bargaining import (
    REMEMBERED,
    Argument,
    BuyerRecord,
    Card,
    Ground,
    Told,
    aim,
    arguments,
    net_of,
)
from handlers.keywords.fitting import Part, clip, quotable
from handlers.keywords.offer_words import payday, reckoning, way
from handlers.keywords.plain_words import (
    Listener,
    buyer_words,
    distance_words,
    price_type_words,
)
from messaging.phrases import say, say_many
from messaging.phrases.formats import age_words, amount, dated, money, month_name, price
from messaging.segments import to_gsm7
from prices.estimates import Confidence
from prices.kinds import Buyer, PriceType
from prices.nearby import Offer

# So many other buyers are named in a text.
MOST_OTHERS = 3
_PER_CENT = Decimal(100)
_TENTH = Decimal("0.1")

# What goes first where room lacks; the fair price, what is paid and what to ask stay.
AGAIN, QUALITY, MORE_TO_SAY, USUAL, SUPPLY = 9, 8, 7, 6, 5
HOW_TO_KNOW, OTHERS, ELSEWHERE, SAY = 4, 3, 2, 1
# What these rest on stands in the sentences before.
_TOLD_BEFORE = frozenset({Ground.OTHER_PAYS, Ground.ELSEWHERE, Ground.PAYS_LATE, Ground.STEADY})


def parts(listener: Listener, card: Card, group: str, longest: int) -> list[Part]:
    """The whole card, what to say last: it is what is read out."""
    return [
        Part(title(listener, card, group, longest)),
        Part(told_sentence(listener, card)),
        Part(target_sentence(listener, card, longest)),
        Part(others_sentence(listener, card, longest), OTHERS),
        Part(elsewhere_sentence(listener, card, longest), ELSEWHERE),
        Part(supply_sentence(listener, card), SUPPLY),
        Part(quality_sentence(listener, card), QUALITY),
        Part(usual_sentence(listener, card), USUAL),
        *say_parts(listener, card, longest),
        Part(aim_sentence(listener, card)),
        Part(unknown_sentence(listener, card), HOW_TO_KNOW if card.knows_prices else 0),
    ]


def title(listener: Listener, card: Card, group: str, longest: int) -> str:
    """Whose card it is, and for a talk with whom."""
    if card.buyer is None:
        return say(listener.language, "{group}, price of milk.", group=group)
    buyer = buyer_name(card.buyer, longest)
    return say(listener.language, "{group} to {buyer}.", group=group, buyer=buyer)


def told_sentence(listener: Listener, card: Card) -> str:
    """What others get: Fair here: KES 45-49/L (6 reports, 4 people, today)."""
    told = card.told
    if told is None:
        return _not_told(listener, card)
    if told.estimate.confidence is Confidence.OLD:
        return _once_told(listener, told)
    if not told.is_range:
        return _one_told(listener, told)
    language, estimate = listener.language, told.estimate
    low, high = price(estimate.low, language), price(estimate.high, language)
    figure = low if low == high else f"{low}-{high}"
    gaps = {"price": _per_litre(listener, figure), "basis": basis(listener, told)}
    if not told.distance_km:
        return say(language, "Fair here: {price} ({basis}).", **gaps)
    return say(language, "Fair in {place}: {price} ({basis}).", place=told.place.name, **gaps)


def basis(listener: Listener, told: Told) -> str:
    """What a range rests on: 6 reports, 4 people, today; of another place how far away it is."""
    language, estimate = listener.language, told.estimate
    found = [
        say_many(language, "{n} report", "{n} reports", estimate.reports),
        # Who told often counts as one.
        say_many(language, "{n} person", "{n} people", estimate.reporters)
        if estimate.reporters < estimate.reports
        else "",
        _age(listener, told),
    ]
    if told.distance_km:
        found.insert(0, distance_words(language, told.distance_km))
    return ", ".join(filter(None, found))


def target_sentence(listener: Listener, card: Card, longest: int) -> str:
    """What the buyer pays and when: KCC pays KES 44 (14 days, 1.7% refused)."""
    language, target = listener.language, card.target
    if target is None:
        if card.asked is None:
            return ""
        return say(
            language,
            "Nothing was sold to {buyer} in {n} days.",
            buyer=buyer_name(card.asked, longest),
            n=REMEMBERED.days,
        )
    notes = buyer_notes(listener, card, target)
    figure = _money(listener, price(target.price, language))
    return say(
        language,
        "{buyer} pays {price}.",
        buyer=buyer_name(target.name, longest),
        price=f"{figure} ({notes})" if notes else figure,
    )


def others_sentence(listener: Listener, card: Card, longest: int) -> str:
    """What the other buyers pay, the dearest first: Others: Brookside 46 (7 days)."""
    if not card.others:
        return ""
    told = []
    for one in card.others[:MOST_OTHERS]:
        notes = buyer_notes(listener, card, one)
        figure = f"{buyer_name(one.name, longest)} {price(one.price, listener.language)}"
        told.append(f"{figure} ({notes})" if notes else figure)
    return say(listener.language, "Others: {buyers}.", buyers=", ".join(told))


def buyer_notes(listener: Listener, card: Card, buyer: BuyerRecord) -> str:
    """How long their money takes, what they refuse, and when it was, if not lately."""
    language = listener.language
    notes = [money_after(listener, card, buyer)]
    if buyer.refused:
        percent = percent_words(buyer.refused, language)
        notes.append(say(language, "{percent}% refused", percent=percent))
    if not buyer.is_lately:
        day = dated(buyer.last_on, card.today, language)
        notes.append(say(language, "last on {day}", day=day))
    return ", ".join(filter(None, notes))


def money_after(listener: Listener, card: Card, buyer: BuyerRecord) -> str:
    """How long money takes: cash, 14 days; what is owed, where none was ever written as paid."""
    language = listener.language
    if buyer.days_to_pay is not None:
        if buyer.days_to_pay == 0:
            return say(language, "cash")
        return say_many(language, "{n} day", "{n} days", buyer.days_to_pay)
    if buyer.owed_since is None:
        return ""
    return say(language, "unpaid since {day}", day=dated(buyer.owed_since, card.today, language))


def elsewhere_sentence(listener: Listener, card: Card, longest: int) -> str:
    """The best elsewhere: Best elsewhere: Molo trader KES 48 (50 less 2 bus, 25 km)."""
    language, offer = listener.language, card.elsewhere
    if offer is None:
        return ""
    seller = _seller(language, offer, longest)
    figure = amount(net_of(offer), language)
    reckoned = reckoning(language, offer) if card.is_net else say(language, "before transport")
    notes = ", ".join(filter(None, (reckoned, way(language, offer), payday(language, offer))))
    market = f"{seller} {figure} ({notes})"
    return say(language, "Best elsewhere: {market}.", market=market)


def _seller(language: str, offer: Offer, longest: int) -> str:
    """Where, and to whom: Molo trader; a price of another step of the trade is called so."""
    told = [clip(to_gsm7(offer.place.name), longest)]
    if offer.buyer is not None:
        told.append(
            clip(quotable(offer.terms.name or ""), longest) or buyer_words(language, offer.buyer)
        )
    if offer.price_type is not PriceType.FARM_GATE and offer.buyer is not Buyer.DIRECT:
        told.append(price_type_words(language, offer.price_type))
    return " ".join(told)


def supply_sentence(listener: Listener, card: Card) -> str:
    """How much there is, and how steady: Our milk: 212 L a day (190-230)."""
    language, supply = listener.language, card.supply
    if not supply.litres:
        return ""
    litres = whole_litres(supply.litres, language)
    if supply.low is None or supply.high is None:
        days = say_many(language, "{n} day written", "{n} days written", supply.days_written)
        return say(language, "Our milk: {litres} L a day ({notes}).", litres=litres, notes=days)
    low, high = whole_litres(supply.low, language), whole_litres(supply.high, language)
    if low == high:
        return say(language, "Our milk: {litres} L a day.", litres=litres)
    return say(
        language, "Our milk: {litres} L a day ({notes}).", litres=litres, notes=f"{low}-{high}"
    )


def quality_sentence(listener: Listener, card: Card) -> str:
    """When it comes, and how good it is: 60% in the morning, 1.1% refused."""
    language, supply = listener.language, card.supply
    if not supply.litres:
        return ""
    notes = []
    if supply.morning is not None:
        morning = round(supply.morning * _PER_CENT)
        notes.append(say(language, "{percent}% in the morning", percent=morning))
    refused = percent_words(supply.refused, language)
    notes.append(say(language, "{percent}% refused", percent=refused))
    return f"{', '.join(notes)}."


def usual_sentence(listener: Listener, card: Card) -> str:
    """What is usual in this month, else what it was in the last weeks."""
    language, usual = listener.language, card.usual
    if usual is None:
        return ""
    figure = price(usual.price, language)
    if usual.month is None:
        return say(language, "The last weeks {price}.", price=figure)
    month = month_name(usual.month, language)
    return say(language, "Usual for {month} {price}.", month=month, price=figure)


def say_parts(listener: Listener, card: Card, longest: int) -> list[Part]:
    """What to say at the table, the strongest first; nothing where nothing speaks for more."""
    found = arguments(card)
    # One that stands there already is the first to go; then what is left begins with the word.
    news = [one for one in found if one.ground not in _TOLD_BEFORE]
    ordered = [*news, *(one for one in found if one not in news)]
    told = []
    for number, one in enumerate(ordered):
        words = argument_words(listener, card, one, longest)
        if number == 0:
            words = say(listener.language, "Say: {argument}", argument=words)
        rank = AGAIN if one.ground in _TOLD_BEFORE else MORE_TO_SAY if number else SAY
        told.append(Part(words, rank))
    return told


def argument_words(  # noqa: C901 – one case each
    listener: Listener, card: Card, argument: Argument, longest: int
) -> str:
    """One argument: Brookside pays 46."""
    language = listener.language
    name = buyer_name(argument.name, longest)
    figure = price(argument.figure, language)
    match argument.ground:
        case Ground.OTHER_PAYS:
            return say(language, "{buyer} pays {price}.", buyer=name, price=figure)
        case Ground.ELSEWHERE:
            net = amount(argument.figure, language)
            return say(language, "{place} leaves {price} after transport.", place=name, price=net)
        case Ground.BELOW_RANGE:
            return say(language, "Nearly all others get {price} or more.", price=figure)
        case Ground.BELOW_USUAL:
            return _usual_words(listener, card, figure)
        case Ground.PAYS_LATE:
            return say_many(
                language,
                "{buyer} pays {n} day sooner.",
                "{buyer} pays {n} days sooner.",
                int(argument.figure),
                buyer=name,
            )
        case Ground.OWES:
            since = card.today if argument.since is None else argument.since
            return say(
                language,
                "{buyer} has owed {sum} since {day}.",
                buyer=name,
                sum=_money(listener, amount(argument.figure.quantize(Decimal(1)), language)),
                day=dated(since, card.today, language),
            )
        case Ground.STEADY:
            litres = whole_litres(argument.figure, language)
            return say(language, "Our milk is steady: {litres} L a day.", litres=litres)
        case Ground.PAYS_WELL:
            return say(
                language,
                "{buyer} pays as well as anybody here: speak of the days to pay.",
                buyer=name,
            )
        case _:
            assert_never(argument.ground)


def _usual_words(listener: Listener, card: Card, figure: str) -> str:
    language = listener.language
    if card.usual is None or card.usual.month is None:
        return say(language, "In the last weeks it was {price}.", price=figure)
    month = month_name(card.usual.month, language)
    return say(language, "In {month} {price} is usual.", month=month, price=figure)


def aim_sentence(listener: Listener, card: Card) -> str:
    """What to ask, and what is got if nothing comes of it."""
    language, found = listener.language, aim(card)
    if found.begin is None:
        return ""
    begin = price(found.begin, language)
    asked = _money(listener, begin)
    other = "" if found.elsewhere is None else price(found.elsewhere, language)
    if not other:
        return say(language, "Ask {price}.", price=asked)
    if other == begin:
        return say(language, "Ask {price}: you get it elsewhere.", price=asked)
    return say(language, "Ask {price}; elsewhere you get {other}.", price=asked, other=other)


def unknown_sentence(listener: Listener, card: Card) -> str:
    """How to know more, where there is little: nobody bargains with a guess."""
    language = listener.language
    told = []
    if card.told is None or not card.told.is_range:
        told.append(say(language, "To know more, ask neighbours to text MILK and their price."))
    if card.target is None and not card.others:
        told.append(say(language, "Write each sale in the milk book."))
    return " ".join(told)


def buyer_name(name: str, longest: int) -> str:
    """A buyer as the book spells them; in another script they are no word of a text."""
    return clip(quotable(name), longest) or "?"


def whole_litres(litres: Decimal, language: str) -> str:
    """Litres of a day or a month: nobody bargains over half a litre."""
    rounded = litres.quantize(Decimal(1) if litres >= 10 else _TENTH)
    return amount(rounded, language)


def percent_words(share: Decimal, language: str) -> str:
    """A share as a percentage: 1.2, 0."""
    percent = (share * _PER_CENT).quantize(_TENTH)
    told = amount(percent, language)
    return told if percent == percent.to_integral_value() else told[:-1]


def _not_told(listener: Listener, card: Card) -> str:
    language, known = listener.language, card.last_known
    if known is None:
        return say(language, "What others get here is not known.")
    figure = _per_litre(listener, price(known.price, language))
    age = age_words(known.reported_at, listener.now, _clock(listener), language)
    return say(language, "What others get is not known; the last was {price}, {age}.",
               price=figure, age=age)  # fmt: skip


def _once_told(listener: Listener, told: Told) -> str:
    language = listener.language
    figure = _per_litre(listener, price(told.estimate.price, language))
    age = _age(listener, told)
    return say(
        language,
        "What others get is not known; the last was {price}, {age}.",
        price=figure,
        age=age,
    )


def _one_told(listener: Listener, told: Told) -> str:
    """What one person told is no range."""
    language = listener.language
    gaps = {
        "price": _per_litre(listener, price(told.estimate.price, language)),
        "age": _age(listener, told),
    }
    if not told.distance_km:
        return say(language, "Only one person told a price here: {price}, {age}.", **gaps)
    return say(
        language,
        "Only one person told a price in {place}: {price}, {age}.",
        place=told.place.name,
        **gaps,
    )


def _age(listener: Listener, told: Told) -> str:
    return age_words(told.estimate.newest_at, listener.now, _clock(listener), listener.language)


def _clock(listener: Listener) -> str:
    return listener.vocabulary.country.timezone


def _per_litre(listener: Listener, figure: str) -> str:
    return f"{_money(listener, figure)}/{listener.vocabulary.unit_sign('litre', listener.language)}"


def _money(listener: Listener, figure: str) -> str:
    return money(figure, listener.vocabulary.country.currency_sign, listener.language)
