"""What people mostly write about: prices asked for, told, and wanted every week."""

from dataclasses import replace

from handlers.commands import (
    Alert,
    BestMarket,
    Item,
    PriceQuery,
    PriceReport,
    SaleRecord,
    Subscribe,
    Trend,
)
from handlers.parser.filling import fill_all
from handlers.parser.items import read_items, read_whole
from handlers.parser.sentence import Sentence
from handlers.parser.transport import MODES

FEW_UNKNOWN_WORDS = 2
# People count acres, rooms and guests by fewer than that.
MANY = 100


def read_subscribe(sentence: Sentence) -> Subscribe | None:
    """SUBSCRIBE MILK NAKURU, "nitumie bei ya maziwa nyeri kila wiki", JIUNGE MAZIWA NAKURU."""
    named = sentence.names_something
    wanted = sentence.opens_with("subscribe", "alert") or (
        named
        and (
            sentence.has("subscribe")
            or _joins_for_a_thing(sentence)
            or (sentence.has("repeat") and sentence.has("price", "send"))
            or (sentence.has("register") and sentence.has("price"))
        )
    )
    if not wanted or sentence.has("other", "stop", "unsubscribe"):
        return None
    return Subscribe(read_items(sentence) or (read_whole(sentence),))


def _joins_for_a_thing(sentence: Sentence) -> bool:
    """True for JOIN MILK; in "join Bukoola coffee farmers group" the coffee is a name."""
    joins = sentence.opens_with("start", "join") and not sentence.names_a_group
    return joins and _names_a_commodity(sentence)


def read_alert(sentence: Sentence) -> Alert | None:
    """ALERT MILK NAKURU 50, "nijulishe mahindi ikifika 4000": told once the price is there.

    ALERT MILK NAKURU: told when it is unusual; ALERTS: what is there for me?
    """
    if sentence.has("other"):
        return None
    if not sentence.names_something:
        return Alert(Item()) if sentence.is_bare("alert") else None
    if not sentence.numbers:
        return _unusual(sentence)
    passes = sentence.has("above", "below")
    asked = sentence.opens_with("alert", "subscribe") or sentence.has("alert")
    # "Niambie mahindi ikifika 3500" tells us to; "is maize above 3500?" asks.
    tells = sentence.has("send", "repeat") or sentence.opens_with("question")
    asked = asked or (passes and tells and not sentence.has("?"))
    if not asked or not (passes or sentence.has("alert")):
        return None
    item = read_whole(sentence)
    if item.price is None:
        return None
    is_above = sentence.has("above") if passes else None
    return Alert(item, is_above)


def _unusual(sentence: Sentence) -> Alert | None:
    """ALERT, one thing, and no word of every week: that would be a subscription."""
    if not sentence.opens_with("alert") or sentence.has("repeat", "stop", "unsubscribe"):
        return None
    return Alert(read_whole(sentence)) if len(read_items(sentence)) < 2 else None


def read_best(sentence: Sentence) -> BestMarket | None:
    """BEST MILK 40L, "wapi niuze maziwa", "where is maize highest"."""
    if not sentence.has("best") or sentence.is_other_talk or sentence.names_money:
        return None
    is_asked = sentence.opens_with("best") or sentence.is_question or sentence.has("price", "sale")
    if not (is_asked and _names_a_commodity(sentence) and _is_clear_with_keyword(sentence)):
        return None
    return BestMarket(_without_price(read_whole(sentence, only_plain=True)))


def read_trend(sentence: Sentence) -> Trend | None:
    """TREND MILK NAKURU, "has milk gone up in nyeri?"; that it has gone up is an opinion."""
    if not sentence.has("trend") or sentence.is_other_talk or sentence.names_money:
        return None
    is_asked = sentence.opens_with("trend") or sentence.is_question
    if not (is_asked and _names_a_commodity(sentence) and _is_clear_with_keyword(sentence)):
        return None
    return Trend(_without_price(read_whole(sentence)))


def read_sale(sentence: Sentence) -> SaleRecord | None:
    """SOLD 20 L MILK 45, "nimeuza ng'ombe mmoja 95000": the deal is the sender's own."""
    if sentence.has("other"):
        return None
    is_deal = sentence.has("sale", "bought") or (
        sentence.has("delivered")
        and (sentence.has("pay", "rejected", "at", "for", "buyer") or sentence.names_money)
    )
    is_about_us = sentence.names_something or sentence.has("buyer", "unit")
    if not (is_deal and is_about_us and _is_clear_with_keyword(sentence)):
        return None
    items = read_items(sentence)
    # "Did you sell 20 litres?" asks; a sale told whole may be followed by a question.
    figures = [{item.price is not None, item.quantity is not None} for item in items]
    told = any(found == {True} if sentence.is_question else True in found for found in figures)
    return SaleRecord(items) if told else None


def read_report(sentence: Sentence) -> PriceReport | None:
    """A price with what it is for: MILK NAKURU 45, "45 milk nakuru", PRICE 43 from home."""
    if sentence.is_question or sentence.is_other_talk:
        return None
    items = read_items(sentence, only_plain=sentence.has("price"))
    if sentence.opens_with("report"):
        return PriceReport(items) if _is_clear_with_keyword(sentence) else None
    if sentence.opens_with("price"):
        is_told = _is_told_with_keyword(sentence, items)
    else:
        is_told = _is_told(sentence)
    has_price = any(item.price is not None or item.prices for item in items)
    return PriceReport(items) if is_told and has_price else None


def read_query(sentence: Sentence) -> PriceQuery | None:
    """A commodity or a place with no price: PRICE MILK NAKURU, "maziwa?", "nakuru milk"."""
    is_opinion = sentence.has("trend") and not sentence.is_question  # "prices have gone up"
    if sentence.is_other_talk or is_opinion or not _asks(sentence) or _is_about_amounts(sentence):
        return None
    items = read_items(sentence, only_plain=True)
    return PriceQuery(tuple(_without_price(item) for item in items))


def _is_about_amounts(sentence: Sentence) -> bool:
    """True for "my cow gives 3 litres, what to do?": so many of something, and no price asked."""
    if sentence.has("price", "how_much"):
        return False
    counts = any(item.quantity and item.price is None for item in read_items(sentence))
    return counts or any(tag.aside for tag in sentence.tags)


def _asks(sentence: Sentence) -> bool:
    if sentence.has("price"):
        is_about_nothing = not (sentence.names_something or _names_a_commodity(sentence))
        has_number = sentence.has("figure")
        return _is_clear_with_keyword(sentence) and not (is_about_nothing and has_number)
    if _names_a_commodity(sentence):
        return _is_clear(sentence) and (sentence.is_question or _names_only(sentence))
    # A place alone asks for the usual commodity there; among other words it is only talk.
    return sentence.names_something and all(tag.places or tag.mark for tag in sentence.tags)


def _names_only(sentence: Sentence) -> bool:
    """True for names without a price; "20 bags of maize, Kitale" is an offer."""
    items = read_items(sentence)
    counts = any(item.quantity is not None or item.unit is None for item in items)
    is_offer = sentence.has("offer") or (sentence.numbers > 0 and counts)
    return not is_offer and all(item.price is None for item in items)


def _names_a_commodity(sentence: Sentence) -> bool:
    return sentence.has("commodity")


def _is_clear_with_keyword(sentence: Sentence) -> bool:
    """True when we know at least as many words as we do not."""
    return len(sentence.loose) <= sentence.meaningful


def _is_clear(sentence: Sentence) -> bool:
    """True when every word but the name of a place is known; some more where a place is named."""
    if sentence.has("place"):
        return len(sentence.loose) <= min(FEW_UNKNOWN_WORDS, sentence.meaningful - 1)
    return len(sentence.loose) <= 1


def _is_told_with_keyword(sentence: Sentence, items: tuple[Item, ...]) -> bool:
    """True for PRICE with something to price: named, or the sender's own commodity at home."""
    is_named = _names_a_commodity(sentence) or sentence.names_something
    filled = fill_all(items, sentence.vocabulary, sentence.sender)
    is_known = all(item.commodity and item.place_id for item in filled)
    return (is_named or is_known) and _is_clear_with_keyword(sentence)


def _is_told(sentence: Sentence) -> bool:
    """True when the number hangs on a name and can only be its price."""
    if not _names_a_commodity(sentence):
        is_fare = sentence.has("transport", *MODES)  # "matatu nakuru 300"
        return sentence.names_something and not (sentence.loose or is_fare)
    return _is_clear(sentence) and _can_only_be_a_price(sentence)


def _can_only_be_a_price(sentence: Sentence) -> bool:
    """True for marked money; not for "page 45", "send 200", "I have 3"."""
    if sentence.has("send"):
        return False
    if sentence.names_money:
        return True
    has_place = sentence.has("place")
    return not (sentence.has("offer") or (has_place and _counts_something_unknown(sentence)))


def _counts_something_unknown(sentence: Sentence) -> bool:
    """True for a number beside a word we do not know: "5 acres", "room 12"."""
    tags = [tag for tag in sentence.tags if not (tag.mark or tag.is_padding)]
    is_variety = False
    for at, tag in enumerate(tags):
        near = [other.number for other in tags[max(at - 1, 0) : at + 2] if other.number is not None]
        # Words right behind the thing may be its variety, before a number that counts nothing.
        is_variety = bool(tag.commodities) or (is_variety and not tag.is_known)
        if near and not tag.is_known and not (is_variety and min(near) >= MANY):
            return True
    return False


def _without_price(item: Item) -> Item:
    if item.price is None and item.currency is None and not item.prices and item.side is None:
        return item
    return replace(item, price=None, prices=(), currency=None, side=None)
