"""How a bulletin names things and writes figures, in one language (pure)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from messaging.phrases import say
from messaging.phrases.formats import (
    amount,
    capitalised,
    day_month,
    local_date,
    money,
    price,
)
from messaging.segments import measure, to_gsm7
from prices.kinds import Buyer, PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary

# From here on nobody cares for less than a litre.
WHOLE_LITRES = 100
_WHOLE, _TENTH = Decimal(1), Decimal("0.1")


@dataclass(frozen=True)
class Voice:
    """For whom a bulletin speaks: their language, their country's words, their calendar."""

    language: str
    vocabulary: Vocabulary
    timezone: str
    now: datetime
    # The place that the heading names already; then the lead names its currency instead.
    headed_place_id: int | None = None
    longest_name: int | None = None  # names are cut to so many letters where room is short

    @property
    def today(self) -> date:
        """This day by the readers' own calendar."""
        return local_date(self.now, self.timezone)

    def day(self) -> str:
        """This day: 23 Nov."""
        return day_month(self.today, self.language)

    def commodity(self, code: str) -> str:
        """A commodity as it begins a sentence: Milk."""
        return capitalised(self.commodity_name(code))

    def commodity_name(self, code: str) -> str:
        """A commodity by its name in the language, as the catalogue writes it."""
        return self._cut(self.vocabulary.commodity_name(code, self.language))

    def unit(self, commodity: str) -> str:
        """What a price of it is for: L."""
        code = self.vocabulary.commodities[commodity].base_unit
        return self.vocabulary.unit_sign(code, self.language)

    def place(self, place: PlaceEntry) -> str:
        """A place; a county is called one, so that nobody takes it for its town."""
        name = self._cut(place.name)
        if place.kind is not PlaceKind.ADMIN1:
            return name
        county = say(self.language, self.vocabulary.country.admin1_word)
        return say(self.language, "{place} {county}", place=name, county=county)

    def figure(self, value: Decimal) -> str:
        """A price without its currency."""
        return price(value, self.language)

    def money(self, value: Decimal) -> str:
        """A sum with its currency, in whole units: KES 12,400."""
        sign = self.vocabulary.country.currency_sign
        return money(amount(value.quantize(_WHOLE), self.language), sign, self.language)

    def litres(self, value: Decimal) -> str:
        """Litres as a scale shows them: 12.5, 1,250."""
        return self._tenths(self.litres_read(value))

    def litres_read(self, value: Decimal) -> Decimal:
        """Litres as they are read, so that what is told adds up."""
        return value.quantize(_TENTH if abs(value) < WHOLE_LITRES else _WHOLE)

    def percent(self, share: Decimal) -> str:
        """A share in a hundred: 3, 3.2."""
        return self._tenths((share * 100).quantize(_TENTH))

    def own_name(self, name: str, longest: int = 20) -> str:
        """A name that somebody of the group wrote; nothing where it is of another script.

        One letter outside GSM-7 would make the whole text cost twice as much.
        """
        written = to_gsm7(name)
        if measure(written).encoding != "GSM-7":
            return ""
        return _cut(written, longest)

    def price_type(self, price_type: PriceType) -> str:
        """At which step of the trade: farm gate."""
        match price_type:
            case PriceType.FARM_GATE:
                return say(self.language, "farm gate")
            case PriceType.WHOLESALE:
                return say(self.language, "wholesale")
            case PriceType.RETAIL:
                return say(self.language, "shops")

    def buyer(self, buyer: Buyer) -> str:
        """Who buys: trader."""
        match buyer:
            case Buyer.DIRECT:
                return say(self.language, "direct")
            case Buyer.TRADER:
                return say(self.language, "trader")
            case Buyer.COOPERATIVE:
                return say(self.language, "co-op")
            case Buyer.PROCESSOR:
                return say(self.language, "processor")

    def _tenths(self, value: Decimal) -> str:
        told = amount(value, self.language)
        # A scale has one figure behind the point; money has two.
        return told if value == value.to_integral_value() else told[:-1]

    def _cut(self, name: str) -> str:
        return name if self.longest_name is None else _cut(name, self.longest_name)


def _cut(name: str, longest: int) -> str:
    """A name cut to a length, after a whole word where it can be: Wundanyi/Mbale → Wundanyi."""
    if len(name) <= longest:
        return name
    words = name[: longest + 1].replace("/", " ").rsplit(" ", 1)[0].rstrip(" -(,'.")
    return words if 4 <= len(words) <= longest else name[: longest - 1].rstrip(" -(,'") + "."
