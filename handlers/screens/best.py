"""Where to sell: who leaves most within reach, what comes off, and how good that is."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from handlers.commands import BestMarket, Item
from handlers.keywords.offer_words import (
    MOST_OFFERS,
    as_ranked,
    counts,
    net_words,
    one_age,
    payday,
    reckoning,
    seller_to,
    way,
)
from handlers.screens.beside import (
    commodity_within,
    demo_mark,
    keys,
    nothing_known,
    press_beside,
)
from handlers.screens.caller import Caller
from handlers.screens.filling import NEEDED, Row, filled, has_room
from handlers.screens.frames import BestMarkets, Purpose
from handlers.screens.moves import Move
from handlers.screens.screen import NAME_WIDTHS, Line, Screen, fit
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, local_date
from messaging.segments import to_gsm7
from prices.geography import NEAR_KM
from prices.kinds import PlaceKind
from prices.nearby import Offer, Selling, is_nearest_best

# What is told first, the lowest before the others: that one has to wait for the money before that
# there is none to wait for.
RECKONING, WAIT, CASH, WAYS, DEMO, NEAREST = 1, 3, 4, 5, 6, 7


class _Told(NamedTuple):
    """An offer in the words that no lack of room changes."""

    offer: Offer
    net: str
    way: str
    payday: str


def show(frame: BestMarkets, caller: Caller, notice: str) -> Screen:
    """As many offers as there is room for, the best with all that comes off it."""
    selling = caller.facts.best_markets(frame.commodity, frame.place_id)
    if not selling.offers:
        return Screen(fit(lambda width: _nothing_near(frame, caller, notice, width)))
    ranked = as_ranked(selling.offers)
    told = [_told(caller, offer, is_best=offer is ranked[0]) for offer in ranked[:MOST_OFFERS]]
    nearest = say(caller.language, "The nearest is best.") if is_nearest_best(ranked) else ""

    def compose(count: int, width: int) -> list[Row]:
        return [
            [Line(notice, NEEDED)],
            [Line(_title(frame, caller, selling, width))],
            *_offers(frame, caller, told[:count], width),
            *_basis(caller, selling, [one.offer for one in told[:count]]),
            [Line(nearest, NEAREST)],
            *keys(caller),
        ]

    counts_down = range(len(told), 1, -1)
    count = next((one for one in counts_down if has_room(compose(one, NAME_WIDTHS[1]))), 1)
    return Screen(filled(partial(compose, count)))


def press(frame: BestMarkets, token: str, caller: Caller) -> Move:
    """To the price there, to keep it as a text, or to sell from another place."""
    command = BestMarket(Item(commodity=frame.commodity, place_id=frame.place_id))
    return press_beside(frame, token, caller, as_text=command, elsewhere=Purpose.SELL)


def _told(caller: Caller, offer: Offer, *, is_best: bool) -> _Told:
    net = net_words(caller, offer, with_money=is_best)
    return _Told(offer, net, way(caller.language, offer), _payday(caller.language, offer))


def _payday(language: str, offer: Offer) -> str:
    days = offer.terms.days_to_pay
    if not days:
        return payday(language, offer)
    return say_many(language, "paid in {n} day", "paid in {n} days", days)


def _offers(frame: BestMarkets, caller: Caller, told: Sequence[_Told], width: int) -> Iterator[Row]:
    """Molo trader KES 48; 50 less 2 bus, 25 km, cash; Nakuru KCC 45, 14 km, paid in 14 days."""
    # A third offer is worth less than to know how long one waits for the money.
    wait = NEEDED if len(told) == MOST_OFFERS else WAIT
    for number, one in enumerate(told):
        seller = to_gsm7(seller_to(caller, frame.commodity, one.offer, width))
        priced = Line(f"{seller} {one.net}")
        payday_rank = wait if one.offer.terms.days_to_pay else CASH
        beside = [Line(one.way, WAYS), Line(one.payday, payday_rank)]
        reckoned = reckoning(caller.language, one.offer) if number == 0 else ""
        if reckoned:
            yield from ([priced], [Line(reckoned, RECKONING), *beside])
        else:
            yield [priced, *beside]


def _title(frame: BestMarkets, caller: Caller, selling: Selling, width: int) -> str:
    """Of what, how much of it and from where: what the figures beneath are reckoned for."""
    language, unit = caller.language, caller.unit_sign(frame.commodity)
    gaps = {
        "commodity": caller.commodity(frame.commodity, width),
        "place": _place(frame, caller, width),
        "unit": unit,
    }
    if selling.quantity is None:
        return say(language, "{commodity} near {place}, per {unit} before transport", **gaps)
    quantity = f"{amount(selling.quantity, language)} {unit}"
    return say(
        language, "{commodity} from {place}, {quantity}, net/{unit}", quantity=quantity, **gaps
    )


def _place(frame: BestMarkets, caller: Caller, width: int) -> str:
    """A county is called one: nothing can be reckoned from there."""
    place, vocabulary = caller.place(frame.place_id, width), caller.vocabulary
    if vocabulary.places[frame.place_id].kind is not PlaceKind.ADMIN1:
        return place
    county = say(caller.language, vocabulary.country.admin1_word)
    return say(caller.language, "{place} {county}", place=place, county=county)


def _basis(caller: Caller, selling: Selling, shown: Sequence[Offer]) -> list[Row]:
    """What the offers rest on: 4 reports each, today; and whether any of it was made up."""
    language = caller.language
    age = one_age(caller, shown) or _oldest(caller, shown)
    is_demo = selling.is_demo or any(offer.estimate.is_demo for offer in shown)
    return [
        [Line(counts(language, shown)), Line(age)],
        [demo_mark(language, DEMO, is_demo=is_demo)],
    ]


def _oldest(caller: Caller, shown: Sequence[Offer]) -> str:
    timezone = caller.vocabulary.country.timezone
    newest_at = min(offer.estimate.newest_at for offer in shown)
    days = (local_date(caller.now, timezone) - local_date(newest_at, timezone)).days
    return say_many(caller.language, "{n} day old at most", "{n} days old at most", days)


def _nothing_near(frame: BestMarkets, caller: Caller, notice: str, width: int) -> list[Line]:
    sentence = say(
        caller.language,
        "Nobody told a {commodity} price within {km} km of {place} this week.",
        commodity=commodity_within(caller, frame.commodity, width),
        km=round(NEAR_KM),
        place=_place(frame, caller, width),
    )
    return nothing_known(frame, caller, notice, sentence)
