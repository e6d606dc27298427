"""What milk would bring as something else, in sentences (pure)."""

from decimal import Decimal
from enum import IntEnum

from groups.products import Choice, Outcome, Sold
from handlers.keywords.bargain_words import whole_litres
from handlers.keywords.fitting import Part, clip, fits
from handlers.keywords.plain_words import Listener
from messaging.phrases import say
from messaging.phrases.formats import amount, as_told, money, price
from prices.kinds import PriceType

MILK = "milk"
ONE, _NONE = Decimal(1), Decimal(0)
_CENT = Decimal("0.01")
# Of what gives a litre for a litre, or nearly, nobody has to be told how much milk it takes.
ONE_FOR_ONE = Decimal("1.1")
# What goes first where room lacks: the last of the products.
LESSER, UNKNOWN = 2, 1


class Detail(IntEnum):
    """How much is told of a product besides what it brings."""

    NOTHING = 0
    PRICE = 1
    OWN_COST = 2  # and what they said themselves that it costs
    ALL = 3


# How much is told of the best, and of the others, where room lacks.
DETAILS = (
    (Detail.ALL, Detail.ALL),
    (Detail.ALL, Detail.OWN_COST),
    (Detail.OWN_COST, Detail.OWN_COST),
    (Detail.OWN_COST, Detail.PRICE),
    (Detail.PRICE, Detail.PRICE),
    (Detail.PRICE, Detail.NOTHING),
    (Detail.NOTHING, Detail.NOTHING),
)


def parts(
    listener: Listener, found: Choice, group: str, longest: int, *, segments: int = 2
) -> list[Part]:
    """Fresh first, then each product, the best first; then what none of the figures holds.

    Rather is less told of how a figure is reckoned than that one of them is left out.
    """
    for best, others in DETAILS:
        composed = whole(listener, found, group, longest, best, others)
        if fits(composed, segments):
            break
    return composed


def whole(
    listener: Listener, found: Choice, group: str, longest: int, best: Detail, others: Detail
) -> list[Part]:
    """The same with so much told of the best product, and of the others."""
    return [
        Part(title(listener, found, group)),
        Part(fresh_sentence(listener, found)),
        *(
            Part(
                outcome_sentence(listener, found, one, longest, others if number else best),
                LESSER if number else 0,
            )
            for number, one in enumerate(found.known)
        ),
        Part(unknown_sentence(listener, found), UNKNOWN if found.known else 0),
        Part(limits_sentence(listener, found)),
    ]


def title(listener: Listener, found: Choice, group: str) -> str:
    """Of whom and of how much it is."""
    litres = whole_litres(found.litres, listener.language)
    return say(listener.language, "{group}, {litres} L of milk.", group=group, litres=litres)


def fresh_sentence(listener: Listener, found: Choice) -> str:
    """What it brings as it is, and who says so: Fresh KES 46 (your sales)."""
    language, each = listener.language, found.fresh_price
    if each is None:
        return say(language, "Fresh: price not known.")
    told = _money(listener, as_told(each) * found.litres)
    if found.own_price is not None:
        return say(language, "Fresh {sum} (your sales).", sum=told)
    return say(language, "Fresh {sum} (as others get).", sum=told)


def outcome_sentence(
    listener: Listener, found: Choice, outcome: Outcome, longest: int, detail: Detail
) -> str:
    """One product: Cheese 87 (900/kg in shops, 10 L a kg, less about 30 packaging)."""
    language, sold, each = listener.language, outcome.sold, outcome.per_litre
    if sold is None or each is None:
        return ""
    # So much for a litre as it is told, so that what is told of many adds up.
    name, told = product_name(language, outcome), price(_told(each) * found.litres, language)
    if detail is Detail.NOTHING:
        return f"{name} {told}."
    notes = outcome_notes(listener, outcome, longest, detail)
    return f"{name} {told} ({notes})."


def outcome_notes(listener: Listener, outcome: Outcome, longest: int, detail: Detail) -> str:
    """How it is reckoned."""
    if outcome.sold is None:
        return ""
    notes = [sold_words(listener, outcome.making.commodity, outcome.sold, longest)]
    if detail is Detail.ALL and outcome.making.litres > ONE_FOR_ONE:
        notes.append(yield_words(listener, outcome))
    if detail is Detail.ALL or (detail is Detail.OWN_COST and outcome.cost is not None):
        notes.append(cost_words(listener, outcome))
    return ", ".join(notes)


def sold_words(listener: Listener, commodity: str, sold: Sold, longest: int) -> str:
    """At which price, of which step of the trade, and where: 900/kg in shops at Molo."""
    language = listener.language
    unit = listener.vocabulary.unit_sign(
        listener.vocabulary.commodities[commodity].base_unit, language
    )
    figure = f"{price(sold.price, language)}/{unit}"
    told = _at_step(language, sold.price_type, figure)
    if not sold.distance_km:
        return told
    return say(language, "{price} at {place}", price=told, place=clip(sold.place.name, longest))


def _at_step(language: str, price_type: PriceType, figure: str) -> str:
    match price_type:
        case PriceType.RETAIL:
            return say(language, "{price} in shops", price=figure)
        case PriceType.WHOLESALE:
            return say(language, "{price} wholesale", price=figure)
        case PriceType.FARM_GATE:
            return say(language, "{price} at the farm", price=figure)


def yield_words(listener: Listener, outcome: Outcome) -> str:
    """How much milk it takes: 10 L a kg."""
    language, vocabulary = listener.language, listener.vocabulary
    unit = vocabulary.unit_sign(
        vocabulary.commodities[outcome.making.commodity].base_unit, language
    )
    litres = amount(outcome.making.litres, language)
    return say(language, "{litres} L a {unit}", litres=litres, unit=unit)


def cost_words(listener: Listener, outcome: Outcome) -> str:
    """What comes off: less 30 packaging; what the group itself says it costs; or nothing known."""
    language = listener.language
    if outcome.cost is not None:
        return say(language, "less {cost} as you said", cost=price(outcome.cost, language))
    if outcome.making.packaging is None:
        return say(language, "packaging not known")
    packaging = price(outcome.making.packaging, language)
    return say(language, "less about {cost} packaging", cost=packaging)


def unknown_sentence(listener: Listener, found: Choice) -> str:
    """What has no local price, and how it gets one."""
    if not found.unknown:
        return ""
    language = listener.language
    names = ", ".join(product_name(language, one) for one in found.unknown)
    told = say(language, "No local price: {products}.", products=names)
    first = found.unknown[0].making.commodity
    if found.known or first not in listener.vocabulary.commodities:
        return told
    typed = listener.vocabulary.commodity_name(first, language).upper()
    how = say(language, "Know one? Text {product} and its price.", product=typed)
    return f"{told} {how}"


def limits_sentence(listener: Listener, found: Choice) -> str:
    """What is left over fresh milk, and what still has to be paid of it: no profit is told."""
    language, best = listener.language, found.best
    over = found.over_fresh(best)
    if not found.known:
        return ""
    if best is None or over is None:
        return say(language, "Before labour, fuel, the shop's share and losses.")
    return say(
        language,
        "{product}: {sum} a litre over fresh, before labour, fuel, the shop's share and losses.",
        product=product_name(language, best),
        sum=_money(listener, _told(over)),
    )


def product_name(language: str, outcome: Outcome) -> str:
    """What is made, where two share one price both of them."""
    names = [_name(language, one) for one in outcome.making.products]
    if len(names) == 1:
        return names[0]
    return say(language, "{first} or {other}", first=names[0], other=names[1])


def _name(language: str, product: str) -> str:
    named = {
        "lala": say(language, "Lala"),
        "yoghurt": say(language, "yoghurt"),
        "cheese": say(language, "Cheese"),
        "butter": say(language, "Butter"),
        "ghee": say(language, "ghee"),
    }
    return named.get(product, product)


def _told(per_litre: Decimal) -> Decimal:
    """Rounder than it was worked out: a yield is known to a tenth at best."""
    return max(as_told(per_litre.quantize(_CENT)), _NONE)


def _money(listener: Listener, value: Decimal) -> str:
    sign = listener.vocabulary.country.currency_sign
    return money(price(value, listener.language), sign, listener.language)
