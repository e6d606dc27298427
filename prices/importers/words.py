"""What the words of a file mean by the catalogue and the map, each looked up once per file."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from prices.kinds import PlaceKind
from prices.vocabulary import PlaceEntry, Vocabulary, fold

WORDS_KNOWN = 50_000  # of each kind

Member = TypeVar("Member", bound=StrEnum)

_ONLY_A_MARKET = (" market", " main", " municipal", " municipality", " open", " air", " town")


class NotUnderstoodError(ValueError):
    """Words that mean nothing to us, or several things; the message is one line that says so."""


class Words:
    """The words of one country: what a commodity, a market or a unit in a file is."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._codes = {place.code: place.id for place in vocabulary.places.values()}
        # So many and no more: a file of nothing but different words must not fill the memory.
        once = lru_cache(maxsize=WORDS_KNOWN)
        self.commodity: Callable[[str], str] = once(self._commodity)
        self.market: Callable[[str], int] = once(self._market)
        self.units: Callable[[str], tuple[str, ...]] = once(self._units)

    def _commodity(self, written: str) -> str:
        """The one commodity of that code, or of that name in any language."""
        known, key = self.vocabulary, fold(written)
        if (code := written.casefold()) in known.commodities:
            return code
        for words in (known.commodity_words, known.commodity_words_anywhere):
            if codes := sorted({code for code, _ in words.get(key, ())}):
                return _only(codes, f"commodity {written!r} may be", "write the code")
        raise NotUnderstoodError(f"there is no commodity {written!r}")

    def _market(self, written: str) -> int:
        """The one market, town or ward of that name or code; behind it may stand its county."""
        places = self.vocabulary.places
        if (id_ := self._codes.get(written)) is not None and places[id_].kind.is_trading_place:
            return id_
        name, county = self._split(fold(written), written)
        named = [places[id_] for id_ in self.vocabulary.place_words[name]]
        traded = [place for place in named if place.kind.is_trading_place]
        if not traded:
            raise NotUnderstoodError(f"{written!r} is no market")
        inside = [place for place in traded if county is None or place.admin1_id in county]
        if not inside:
            word = self.vocabulary.country.admin1_word
            raise NotUnderstoodError(f"{written!r}: that {word} has no market of that name")
        # A market or town before a ward; within a county two of one name are one.
        best = [place for place in inside if place.kind is PlaceKind.MARKET] or inside
        if len({place.admin1_id for place in best}) > 1:
            raise NotUnderstoodError(self._which(written, best))
        return best[0].id

    def market_in(self, written: str, county: str) -> int:
        """The market of that name in a county; a county that is not on the map says nothing."""
        ids = self.vocabulary.place_words.get(self._without_word(fold(county)), ())
        is_county = any(self.vocabulary.places[id_].kind is PlaceKind.ADMIN1 for id_ in ids)
        name = self._bare_market(fold(written))
        return self.market(f"{name}, {county}" if is_county else name)

    def _bare_market(self, name: str) -> str:
        """Without words that only say it is one, where it is not known by them: Kitale Market."""
        while name not in self.vocabulary.place_words and name.endswith(_ONLY_A_MARKET):
            name = name.rpartition(" ")[0]
        return name

    def _without_word(self, county: str) -> str:
        return county.removesuffix(f" {self.vocabulary.country.admin1_word}")

    def _split(self, key: str, written: str) -> tuple[str, set[int] | None]:
        """A known name, and the counties that stand behind it, if any do."""
        known = self.vocabulary.place_words
        if key in known:
            return key, None
        words = self._without_word(key).split()
        for at in range(len(words) - 1, 0, -1):
            name, behind = " ".join(words[:at]), " ".join(words[at:])
            county = {
                id_
                for id_ in known.get(behind, ())
                if self.vocabulary.places[id_].kind is PlaceKind.ADMIN1
            }
            if county and name in known:
                return name, county
        raise NotUnderstoodError(f"there is no market {written!r}")

    def _which(self, written: str, places: Iterable[PlaceEntry]) -> str:
        county = self.vocabulary.country.admin1_word
        choices = " or ".join(
            f"{place.name}, {admin1.name}"
            for place in places
            if (admin1 := self.vocabulary.admin1_of(place.id))
        )
        return f"market {written!r} may be {choices}: add the {county}"

    def _units(self, written: str) -> tuple[str, ...]:
        """Every unit of that code or name: a packet of milk is not one of flour."""
        if (code := written.casefold()) in self.vocabulary.units:
            return (code,)
        if codes := self.vocabulary.unit_words.get(fold(written), ()):
            return codes
        raise NotUnderstoodError(f"there is no unit {written!r}")

    def moment(self, written: str) -> datetime:
        """A moment in ISO 8601; one without a zone is told by the country's clock."""
        try:
            moment = datetime.fromisoformat(written)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=ZoneInfo(self.vocabulary.country.timezone))
            moment.astimezone(ZoneInfo("UTC"))
        except (ValueError, OverflowError):
            raise NotUnderstoodError(f"{written!r} is no moment in ISO 8601") from None
        return moment


def _only(codes: list[str], may_be: str, advice: str) -> str:
    if len(codes) > 1:
        raise NotUnderstoodError(f"{may_be} {' or '.join(codes)}: {advice}")
    return codes[0]


def amount(written: str, what: str) -> Decimal:
    """A number: 45, 45.50, 3,600."""
    try:
        return Decimal(plain_number(written))
    except InvalidOperation:
        raise NotUnderstoodError(f"{what} {written!r} is no number") from None


def plain_number(written: str) -> str:
    """3,600 is three thousand; what a lone comma means in 4,5 nobody can tell."""
    head, *groups = written.partition(".")[0].split(",")
    is_grouped = groups and 0 < len(head) <= 3 and all(len(group) == 3 for group in groups)
    return written.replace(",", "") if is_grouped else written


def member(written: str, kind: type[Member], what: str) -> Member:
    """One of a closed set, however it is spaced: farm_gate, Farm gate, co-operative."""
    bare = fold(written).replace(" ", "").replace("_", "")
    for one in kind:
        if one.value.replace("_", "") == bare:
            return one
    raise NotUnderstoodError(f"{what} {written!r} is none of {', '.join(kind)}")
