"""What stands beside a report at the desk: what it is, how far off, why it is out (pure)."""

from collections.abc import Mapping
from decimal import Decimal
from math import exp

from messaging.phrases.formats import amount, money, price
from prices.cells import Cell
from prices.door import FLAG
from prices.kinds import Buyer, ObservationStatus, PriceType
from prices.report_lines import Mark, ReportLine
from prices.vocabulary import Vocabulary

_TYPES = {
    PriceType.FARM_GATE: "farm gate",
    PriceType.WHOLESALE: "wholesale",
    PriceType.RETAIL: "shops",
}
_BUYERS = {
    Buyer.DIRECT: "direct",
    Buyer.TRADER: "trader",
    Buyer.COOPERATIVE: "co-op",
    Buyer.PROCESSOR: "processor",
}
_STATUSES = {
    ObservationStatus.ACCEPTED: "counts",
    ObservationStatus.FLAGGED: "counts, in doubt",
    ObservationStatus.HELD: "asked back, waits for the answer",
    ObservationStatus.UNANSWERED: "asked back in vain, counts little",
    ObservationStatus.DROPPED: "does not count",
}
# How a standing looks: by the classes of bei.css, always beside its words.
_LOOKS = {
    ObservationStatus.ACCEPTED: "good",
    ObservationStatus.FLAGGED: "few",
    ObservationStatus.HELD: "wrong",
    ObservationStatus.UNANSWERED: "few",
    ObservationStatus.DROPPED: "old",
}
_BY = {"door": "at the door", "reporter": "by its reporter", "clock": "by the clock"}
_CHANNELS = {
    "sms": "by text",
    "ussd": "by call",
    "book": "from a milk book",
    "api": "from another program",
    "import": "from a file",
    "demo": "made up",
}


def status_words(status: ObservationStatus) -> str:
    """What became of a report: counts, in doubt."""
    return _STATUSES[status]


def status_look(status: ObservationStatus) -> str:
    """The class of its tag."""
    return _LOOKS[status]


def type_words(price_type: PriceType) -> str:
    """At which step of the trade: farm gate."""
    return _TYPES[price_type]


def buyer_words(buyer: Buyer) -> str:
    """Who buys: co-op."""
    return _BUYERS[buyer]


def channel_words(source_key: str) -> str:
    """Which way it came."""
    return _CHANNELS.get(source_key.partition(":")[0], "by another way")


def told_words(vocabulary: Vocabulary, line: ReportLine) -> str:
    """The figure as it was said: KES 450/L."""
    paid = money(amount(line.price, "en"), vocabulary.money_sign(line.currency), "en")
    return f"{paid}/{vocabulary.unit_sign(line.unit_code, 'en')}"


def per_base_unit(vocabulary: Vocabulary, cell: Cell, value: Decimal) -> str:
    """A price per base unit, as it is told: KES 46/L."""
    sign = vocabulary.money_sign(vocabulary.country.currency)
    unit = vocabulary.commodities[cell.commodity].base_unit
    return f"{money(price(value, 'en'), sign, 'en')}/{vocabulary.unit_sign(unit, 'en')}"


def rounded(value: Decimal) -> str:
    """An estimate without its money, as it is told: 46."""
    return price(value, "en")


def cell_words(vocabulary: Vocabulary, cell: Cell) -> str:
    """What a price is of: Milk, Githunguri (Kiambu), farm gate, co-op."""
    place, county = vocabulary.places[cell.place_id], vocabulary.admin1_of(cell.place_id)
    where = place.name if county is None or county == place else f"{place.name} ({county.name})"
    parts = [vocabulary.commodities[cell.commodity].name, where, type_words(cell.price_type)]
    if cell.buyer is not None:
        parts.append(buyer_words(cell.buyer))
    if cell.grade is not None:
        parts.append(f"grade {cell.grade}")
    return ", ".join(parts)


def off_words(line: ReportLine) -> str:
    """How far a report is from what was expected: 10 times what was expected, 4 % above it."""
    if line.error is None:
        return ""
    ratio = exp(abs(line.error))
    if ratio >= 1.9:
        times = f"{ratio:.0f}" if ratio >= 9.5 else f"{ratio:.1f}"
        way = "times what was expected" if line.error > 0 else "times less than was expected"
        return f"{times} {way}"
    share = round((exp(line.error) - 1) * 100)
    if share == 0:
        return "as expected"
    return f"{abs(share)} % {'above' if share > 0 else 'below'} what was expected"


def why_marked(line: ReportLine, marks: Mapping[int, Mark], instead: Mapping[int, int]) -> str:
    """Why a report counts little or not at all; nothing of one that counts as any."""
    mark = marks.get(line.id)
    match line.status:
        case ObservationStatus.DROPPED:
            return "taken out" if mark is None else mark.reason
        case ObservationStatus.HELD:
            return f"asked back: {off_words(line)}"
        case ObservationStatus.UNANSWERED:
            return f"no answer: {off_words(line)}"
    if line.id in instead:
        return f"report {instead[line.id]} stands for it: told again, or the same from another"
    if (line.slip_probability or 0) >= FLAG:
        return f"{round((line.slip_probability or 0) * 100)} % likely a slip: {off_words(line)}"
    return ""


def by_words(by: str, people: Mapping[str, str]) -> str:
    """Who changed a report's standing; people by what stands there for them."""
    return _BY.get(by) or people.get(by, by)


def bias_words(bias: float) -> str:
    """Whether somebody tells more or less than others: 4 % higher than others."""
    share = round((exp(bias) - 1) * 100)
    if share == 0:
        return "neither higher nor lower than others"
    return f"{abs(share)} % {'higher' if share > 0 else 'lower'} than others"
