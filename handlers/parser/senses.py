"""Everything a word, a number or a mark may mean, before the rest of the text decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from handlers.parser.lazily import lazily
from prices.kinds import Buyer, PriceType

# Words that hold a sentence together without saying what it is about.
PADDING = frozenset(
    {"filler", "greeting", "helping", "copula", "of", "and", "in", "from", "now", "town", "ending"}
    | {"sells", "buys"}
)
_GRAMMAR_OF_AMOUNTS = frozenset(
    {"per", "for", "at", "was", "now", "time", "o_clock", "total", "pay", "copula"}
    | {"sale", "bought", "delivered"}
)


@dataclass(frozen=True)
class Sense:
    """What one run of words may mean. Those of the vocabulary are built once and shared."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # role → languages
    commodities: tuple[tuple[str, str], ...] = ()  # (code, language)
    places: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    number: Decimal | None = None
    in_words: bool = False
    is_scale: bool = False  # hundred, elfu: it multiplies a number beside it
    multiplies_behind: bool = False
    says_cents: bool = False
    currency: str | None = None
    price_type: PriceType | None = None
    buyer: Buyer | None = None
    buys: str | None = None  # the commodity that this buyer is known for
    grade: str | None = None
    aside: bool = False
    mark: bool = False

    @lazily
    def is_shorthand(self) -> bool:
        """True for a currency, a price type, a buyer or a grade."""
        facts = (self.currency, self.price_type, self.buyer, self.grade)
        return any(fact is not None for fact in facts)

    @lazily
    def names(self) -> bool:
        """True for a thing, a place, a measure, a figure or shorthand: more than grammar."""
        named = self.commodities or self.places or self.units or self.is_shorthand
        return bool(named) or self.number is not None

    @lazily
    def is_known(self) -> bool:
        """True when it means anything to us at all."""
        return self.names or bool(self.roles) or self.mark or self.aside

    @lazily
    def is_padding(self) -> bool:
        """True for a greeting, a filler, a small grammar word."""
        return bool(self.roles) and not self.names and self.roles.keys() <= PADDING

    @lazily
    def is_meaningful(self) -> bool:
        """True for what says what the text is about."""
        return self.is_known and not (self.mark or self.aside or self.is_padding)

    @lazily
    def signs(self) -> frozenset[str]:
        """What it may stand for in a text: its roles, and whether it names a thing or a figure."""
        named = {
            "commodity": bool(self.commodities or self.buys),
            "place": bool(self.places),
            "unit": bool(self.units),
            "buyer": self.buyer is not None,
            "figure": self.number is not None,
            "currency": self.currency is not None,
            "price_type": self.price_type is not None,
            "grade": self.grade is not None,
        }
        return frozenset(self.roles).union(sign for sign, is_named in named.items() if is_named)

    @lazily
    def bears_on_amounts(self) -> bool:
        """True for figures, measures and the grammar between them; most other verbs only part."""
        facts = (self.units, self.number is not None, self.currency is not None)
        is_grammar = not self.roles.keys().isdisjoint(_GRAMMAR_OF_AMOUNTS)
        return any(facts) or self.mark or self.aside or is_grammar or not self.roles

    @lazily
    def is_ambiguous(self) -> bool:
        """True where the rest of the text must decide: a place or a unit that is also else."""
        others = (self.commodities, self.roles, self.is_shorthand, self.number is not None)
        both = bool(self.places) and bool(self.units)
        return both or (bool(self.places or self.units) and any(others))


@lru_cache(maxsize=4096)
def number_sense(value: Decimal) -> Sense:
    """A number in figures: the same few prices are written over and over."""
    return Sense(number=value)


NOTHING = Sense()
MARK = Sense(mark=True)
ASIDE = Sense(aside=True)
