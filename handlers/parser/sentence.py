"""A text as the readers get it: settled tags, the words of the country, and who sent it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

from handlers.parser.lazily import lazily
from handlers.parser.tag import Tag
from prices.vocabulary import PlaceEntry, Vocabulary

T = TypeVar("T")


@dataclass(frozen=True)
class Sender:
    """What we know of the person and may fill in: home market, usual commodity, language.

    `awaits_answer`: we asked something and offered numbers; `keeps_book`: an officer's
    "MILK JANE 12" is an entry in the group's book; `book_names`: the folded words of its members'
    names, which are names whatever else they mean, and their numbers as #7. `brings_milk`: "MILK
    12" may tell how much they brought; `has_receipt`: they were told of it just now, and NO says
    that it is wrong.
    `is_member`: of a group; what is said among members is read of them alone.
    """

    home_place_id: int | None = None
    usual_commodity: str | None = None
    language: str | None = None
    awaits_answer: bool = False
    keeps_book: bool = False
    book_names: frozenset[str] = frozenset()
    brings_milk: bool = False
    has_receipt: bool = False
    is_member: bool = False


@dataclass(frozen=True)
class Sentence:
    """One text, ready to be read."""

    text: str
    tags: tuple[Tag, ...]
    vocabulary: Vocabulary
    sender: Sender
    _known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def has(self, *roles: str) -> bool:
        """True when a word of these roles stands anywhere."""
        return not self.signs.isdisjoint(roles)

    def opens_with(self, *roles: str) -> bool:
        """True when the first word that carries a meaning plays one of these parts."""
        return self.opening is not None and self.opening.plays(*roles)

    def is_bare(self, *roles: str) -> bool:
        """True when nothing but words of these roles and padding is said."""
        words = [tag for tag in self.tags if not (tag.mark or tag.is_padding)]
        return bool(words) and all(tag.plays(*roles) for tag in words)

    @lazily
    def home(self) -> PlaceEntry | None:
        """Where its sender lives, if that is a place of this country."""
        return self.vocabulary.places.get(self.sender.home_place_id or 0)

    @property
    def rests_on_home(self) -> bool:
        """Whether anybody had to know where its sender lives to read it."""
        return "home" in self.__dict__

    @lazily
    def opening(self) -> Tag | None:
        """The first word that is more than a greeting or a filler; OK and YES are no more."""
        words = [tag for tag in self.tags if not (tag.mark or tag.is_padding)]
        telling = (tag for tag in words if not tag.plays("yes", "no") or tag.sense.names)
        return next(telling, words[0] if words else None)

    @lazily
    def is_question(self) -> bool:
        """True for a question mark, a question word, or a helping verb that leads: is milk …"""
        return self.has("question", "?") or self._is_turned

    @lazily
    def _is_turned(self) -> bool:
        for tag in self.tags:
            if tag.plays("helping"):
                return True
            if not (tag.mark or tag.is_padding):
                return False
        return False

    @lazily
    def is_other_talk(self) -> bool:
        """True for words of banks, bets and the weather, and for Swahili verbs we do not know.

        "Nimetuma 500 ya maziwa" tells of money sent; an unknown verb is never the name of a place.
        """
        if self.has("other"):
            return True
        # "Wanalipa pesa ngapi" asks for a price, whatever its verb.
        asks = self.is_question and self.has("price", "question")
        return not asks and any(_SWAHILI_VERB.match(tag.text) for tag in self.loose)

    @lazily
    def is_deal(self) -> bool:
        """True where something was sold, bought or delivered."""
        return self.has("sale", "bought", "delivered")

    @lazily
    def names_money(self) -> bool:
        """True where a number is marked as money: a currency, an @, so much per unit."""
        if self.has("currency", "at", "/=", "/-", "@"):
            return True
        # "45 per litre", "45 el litro"; elsewhere "el" is only an article.
        return self.has("per") and any(
            per.plays("per") and (per.units or of.units) for per, of in pairwise(self.tags)
        )

    @lazily
    def names_a_group(self) -> bool:
        """True for "join … group" and "create group …": whatever else is named, is its name."""
        joins = [tag for tag in self.tags if tag.plays("join", "group_verb", "leave")]
        return bool(joins) and (self.has("group") or any(" " in tag.text for tag in joins))

    @lazily
    def names_something(self) -> bool:
        """True when a commodity or a place is named."""
        return any(tag.sense.commodities or tag.sense.places for tag in self.tags)

    @lazily
    def loose(self) -> tuple[Tag, ...]:
        """The words that mean nothing to us."""
        return tuple(tag for tag in self.tags if not tag.is_known)

    @lazily
    def meaningful(self) -> int:
        """How many tags carry a meaning of their own."""
        return sum(1 for tag in self.tags if tag.sense.is_meaningful)

    @lazily
    def numbers(self) -> int:
        """How many figures are named."""
        return sum(1 for tag in self.tags if tag.sense.number is not None)

    @lazily
    def signs(self) -> frozenset[str]:
        """All that its words may stand for; "?" is a question's sign."""
        found: set[str] = set()
        for tag in self.tags:
            if tag.mark:
                found.add(tag.text)
            else:
                found |= tag.sense.signs
        return frozenset(found)

    def once(self, name: str, work_out: Callable[[], T]) -> T:
        """What several readers need is worked out by the first that asks."""
        if name not in self._known:
            self._known[name] = work_out()
        return self._known[name]  # type: ignore[no-any-return]

    def said(self, tags: Iterable[Tag]) -> str:
        """These tags as their writer wrote them, one space between words."""
        words = ""
        end = 0
        for tag in tags:
            words += ("" if tag.start == end else " ") + self.text[tag.start : tag.end]
            end = tag.end
        return words.strip()


# I, you, she, we and they, in the four common tenses: nimetuma, tulinunua, wanaleta, nitafika.
_SWAHILI_VERB = re.compile(r"(?:ni|u|a|tu|wa)(?:me|li|na|ta)[a-z]{3,}$")
