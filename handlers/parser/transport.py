"""What carrying costs: TRANSPORT NAKURU 300 20KG, "nauli kutoka njoro hadi nakuru 300"."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from handlers.commands import Item, TransportReport
from handlers.parser.items import read_whole
from handlers.parser.measures import SIZES, unit_of
from handlers.parser.places import PlaceName, are_related, locate, place_names
from handlers.parser.quoted import Figure, counts_heads, quoted_figures
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag
from prices.kinds import TransportMode

VERB = "transport"
# The parts that the ways of carrying play among the keywords.
MODES = {
    "by_bus": TransportMode.BUS,
    "by_motorbike": TransportMode.MOTORBIKE,
    "by_pickup": TransportMode.PICKUP,
    "by_lorry": TransportMode.LORRY,
}
# What is told or asked beside one of these is a price, not a fare.
_OTHER_VERBS = ("price", "report", "sale", "bought", "trend", "best", "subscribe", "alert", "send")
PAIR = 2
# Who takes more sacks than these does not write to ask what a bus costs.
FEW = 20


def read_transport(sentence: Sentence) -> TransportReport | None:
    """TRANSPORT NAKURU 300 20KG FROM NJORO BY BODA; asked for, it is told without a fare."""
    if not sentence.has(VERB) or _is_other_talk(sentence):
        return None
    report = _read(sentence)
    if sentence.is_question or (sentence.has("price") and not sentence.has("figure")):
        return report if _asks(report, sentence) else None
    if sentence.opens_with(VERB):
        return report if _tells_something(sentence) else None
    is_whole = report.item.price is not None and report.item.place_id is not None
    is_clear = not sentence.loose and not sentence.has(*_OTHER_VERBS)
    return report if is_whole and is_clear else None


def _is_other_talk(sentence: Sentence) -> bool:
    """True for words of banks and the weather; fares and buses are other talk elsewhere only."""
    return any(tag.plays("other") and not tag.plays(VERB, *MODES) for tag in sentence.tags)


def _asks(report: TransportReport, sentence: Sentence) -> bool:
    """True where somebody asks what it costs to a place, and not for the price of a thing."""
    is_about_the_road = not sentence.has("figure") and report.item.place_id is not None
    return is_about_the_road and report.item.commodity is None and not sentence.loose


def _tells_something(sentence: Sentence) -> bool:
    """True for the keyword with a place or a figure, and alone; "transport is bad" tells none."""
    if sentence.has("trend"):
        return False  # "usafiri umepanda hadi 300" is an opinion
    tells = sentence.has("place", "figure") and len(sentence.loose) <= sentence.meaningful
    return tells or sentence.is_bare(VERB)


def _read(sentence: Sentence) -> TransportReport:
    start, goal = _ends(sentence)
    whole = read_whole(sentence)
    item = replace(goal, commodity=whole.commodity, currency=whole.currency)
    carrier = next((tag for tag in sentence.tags if tag.plays(*MODES)), None)
    mode = None if carrier is None else next(MODES[part] for part in carrier.roles if part in MODES)
    return TransportReport(_with_amounts(item, sentence), start, mode)


@dataclass
class _End:
    """Where a road begins or ends, as it was said; `marked` by "from" or "to"."""

    names: list[PlaceName] = field(default_factory=list)
    marked: str | None = None


def _ends(sentence: Sentence) -> tuple[Item, Item]:
    """Where it goes from, and where to; of two that nothing marks the first is the start."""
    ends = _named_ends(sentence)
    goal = next((end for end in ends if end.marked == "to"), None)
    start = next((end for end in ends if end.marked == "from"), None)
    open_ends = [end for end in ends if end.marked is None]
    if goal is None and open_ends:
        goal = open_ends.pop()
    if start is None and open_ends:
        start = open_ends.pop()
    return _placed(start, sentence, _unknown(sentence, from_there=True)), _placed(
        goal, sentence, _unknown(sentence, from_there=False)
    )


def _named_ends(sentence: Sentence) -> list[_End]:
    """The places of a sentence, those that only say where another lies put beside it."""
    ends: list[_End] = []
    named = [at for at, tag in enumerate(sentence.tags) if tag.sense.places]
    for at, name in zip(named, place_names(sentence.tags), strict=True):
        marked = _mark(sentence.tags[at - 1] if at else None)
        if marked or not ends or not _only_says_where(name, ends[-1], sentence):
            ends.append(_End(marked=marked))
        ends[-1].names.append(name)
    return ends


def _only_says_where(name: PlaceName, end: _End, sentence: Sentence) -> bool:
    """True for the Kiambu of "Karuri Kiambu", where there are other Karuris.

    From Njoro to Nakuru is a road, though Njoro lies in the county of that name.
    """
    vocabulary = sentence.vocabulary
    if not any(are_related(name, other, vocabulary) for other in end.names):
        return False
    is_town = any(vocabulary.places[id_].kind.is_trading_place for id_ in name.ids)
    return name in end.names or not is_town or len(locate(end.names, sentence)) != 1


def _mark(before: Tag | None) -> str | None:
    """Whether a place is led by "from", or by "to"."""
    if before is None:
        return None
    return next((part for part in ("from", "to") if before.plays(part)), None)


def _unknown(sentence: Sentence, *, from_there: bool) -> str | None:
    """Words that may be the name of a place nobody knows: behind "from", or anywhere else."""
    said = [
        tag
        for at, tag in enumerate(sentence.tags)
        if not tag.is_known
        and (_mark(sentence.tags[at - 1] if at else None) == "from") is from_there
    ]
    return sentence.said(said) or None


def _placed(end: _End | None, sentence: Sentence, unknown_words: str | None) -> Item:
    if end is None:
        return Item(unknown_words=unknown_words)
    found = locate(end.names, sentence)
    return Item(place_id=found[0]) if len(found) == 1 else Item(places=found)


def _with_amounts(item: Item, sentence: Sentence) -> Item:
    """The fare and the load: a figure with a measure is the load, the other one the fare."""
    tags = [tag for tag in sentence.tags if tag.sense.bears_on_amounts and not tag.plays(*MODES)]
    figures = _as_spoken(quoted_figures(tags), tags, sentence)
    loads = _loads(figures, tags)
    fares = [figure for figure in figures if figure not in loads]
    if not fares and all(_is_fare_of_one(load) for load in loads):
        fares, loads = loads, []
    if len(fares) == PAIR and not loads and sum(fare.is_money for fare in fares) == 1:
        fares, loads = _money_first(fares)
    item = replace(item, unit=_unit(fares, loads, tags), quantity=_quantity(loads))
    if len(fares) == 1:
        return replace(item, price=fares[0].value)
    return replace(item, prices=tuple(fare.value for fare in fares[:PAIR]))


def _as_spoken(figures: Sequence[Figure], tags: Sequence[Tag], sentence: Sentence) -> list[Figure]:
    """In Swahili the measure leads: "300 lita 20" is 20 litres for 300; "300kg 20" is not."""
    spoken = list(figures)
    if not any("sw" in tag.roles.get(VERB, ()) for tag in sentence.tags):
        return spoken
    for at, (one, other) in enumerate(pairwise(figures)):
        unit = one.unit
        is_between = other.at == one.at + 2 and unit is not None and not one.unit_leads
        if is_between and other.unit is None and tags[one.at].end < tags[one.at + 1].start:
            spoken[at : at + 2] = [
                replace(one, unit=None),
                replace(other, unit=unit, unit_leads=True),
            ]
    return spoken


def _loads(figures: Sequence[Figure], tags: Sequence[Tag]) -> list[Figure]:
    """What says how much was carried; the shillings of "300 bob 20 kg" belong to the 300."""
    is_priced = any(f.unit is None for f in figures)
    measured = [
        f for f in figures if f.unit is not None and not f.is_per and (is_priced or not f.is_money)
    ]
    heads = [f for f in figures if f.unit is None and counts_heads(tags, f)]
    return measured or (heads if len(heads) < len(figures) else [])


def _is_fare_of_one(load: Figure) -> bool:
    """True for "gunia 300", "300 bag" and "300 90kg"; so many kilos and bags are a load."""
    if load.unit is None or load.unit_leads:
        return load.unit_leads
    is_measure = not SIZES.keys().isdisjoint(load.unit.units)
    return load.value >= FEW and not (is_measure or load.unit.text.endswith("s"))


def _money_first(fares: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """The figure that is marked as money, and the plain one, which says how much was carried."""
    return [one for one in fares if one.is_money], [one for one in fares if not one.is_money]


def _unit(fares: Sequence[Figure], loads: Sequence[Figure], tags: Sequence[Tag]) -> str | None:
    """What the load is measured in; of two bags of 90 kg the kilo."""
    told = [figure for figure in loads or fares if figure.unit is not None]
    codes = [code for figure in told if (code := unit_of(None, figure, tags))]
    return next((code for code in codes if code in SIZES), codes[0] if codes else None)


def _quantity(loads: Sequence[Figure]) -> Decimal | None:
    """How much was carried; of "2 bags 90 kg" both together."""
    if not loads:
        return None
    quantity = Decimal(1)
    for load in loads[:PAIR]:
        quantity *= load.value
    return quantity
