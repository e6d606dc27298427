"""How a bulletin names things and writes figures, in one language (pure)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from messaging.phrases import say
from messaging.phrases.formats import capitalised, day_month, local_date, price
from prices.kinds import Buyer, PlaceKind, PriceType
from prices.vocabulary import PlaceEntry, Vocabulary


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

    def _cut(self, name: str) -> str:
        """A name cut to a length, after a whole word where it can be: Wundanyi/Mbale → Wundanyi."""
        longest = self.longest_name
        if longest is None or len(name) <= longest:
            return name
        words = name[: longest + 1].replace("/", " ").rsplit(" ", 1)[0].rstrip(" -(,'.")
        return words if 4 <= len(words) <= longest else name[: longest - 1].rstrip(" -(,'") + "."
