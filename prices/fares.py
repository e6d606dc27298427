"""What people say that they pay to carry goods, made into what carrying costs (pure).

A fare is held against the tariff: what is learnt is how much dearer, or cheaper, a road is. So a
fare for 20 kg tells something of 500 kg too, which go by another way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from statistics import median

from prices.kinds import TransportMode
from prices.netback import Carriage, Load, Tariff, carried, cheapest

# Fuel and the season change a fare; within three months few do.
WINDOW = timedelta(days=90)
# So many fares of a county weigh as much as the tariff.
TARIFF_WEIGHT = 5
# Without a tariff: fewer fares of a county say nothing of a road that nobody told of.
LEAST_FARES = 3
# Farther than this factor from the tariff a fare is a slip, or pays for something else.
UNLIKELY = 5


@dataclass(frozen=True)
class ToldFare:
    """What somebody paid for a load between two places; `km` by road, None: not known."""

    reporter_id: int
    route: frozenset[int]  # the two places: the way back costs the same
    fare: Decimal
    load: Load
    km: Decimal | None
    mode: TransportMode | None
    reported_at: datetime
    is_demo: bool = False


@dataclass(frozen=True)
class Vote:
    """A fare, and how many times the tariff it is; None where there is none to hold it against."""

    told: ToldFare
    dearness: Decimal | None


@dataclass(frozen=True)
class Learnt:
    """What is known of carrying in a county: the tariffs, and one vote a person and road."""

    tariffs: Sequence[Tariff]
    votes: Sequence[Vote]

    def carriage(self, route: frozenset[int], km: Decimal, load: Load) -> Carriage | None:
        """What carrying a load costs on a road; None where nobody knows.

        1. The median of what people told of this very road: with a tariff, of how far their fares
           are from it; without one, of their fares by weight.
        2. The tariff, moved towards what people of the county pay: by n / (n + 5) of the way.
           Without one the median of their fares by weight and distance, from three people on.
        3. The tariff.
        """
        usual = cheapest(self.tariffs, km, load)
        own = self._by_route.get(route)
        if own:
            return _of_this_road(own, load, usual)
        if usual is not None:
            return Carriage(usual.fare * self._moved, usual.mode, self._is_moved_by_demo)
        return None if self.tariffs else _without_tariff(self.votes, km, load)

    @cached_property
    def told_from(self) -> Mapping[int, frozenset[int]]:
        """By place, where the roads from there end that somebody told of."""
        ends: defaultdict[int, set[int]] = defaultdict(set)
        for route in self._by_route:
            for place_id in route:
                ends[place_id] |= route - {place_id}
        return {place_id: frozenset(goals) for place_id, goals in ends.items()}

    @cached_property
    def is_demo(self) -> bool:
        """Whether any of it was made up."""
        return any(vote.told.is_demo for vote in self.votes)

    def at_least(self, km: Decimal, load: Load) -> Decimal | None:
        """What a road costs that nobody told of; None where the tariffs do not say.

        It is no less on a longer road: each way of carrying takes more then, or as much.
        """
        usual = cheapest(self.tariffs, km, load)
        return None if usual is None else usual.fare * self._moved

    @cached_property
    def _by_route(self) -> Mapping[frozenset[int], Sequence[Vote]]:
        votes: defaultdict[frozenset[int], list[Vote]] = defaultdict(list)
        for vote in self.votes:
            votes[vote.told.route].append(vote)
        return dict(votes)

    @cached_property
    def _ratios(self) -> list[Decimal]:
        return [vote.dearness for vote in self.votes if vote.dearness is not None]

    @cached_property
    def _moved(self) -> Decimal:
        """What the tariff is multiplied by for all that the county's people pay."""
        if not self._ratios:
            return Decimal(1)
        trust = Decimal(len(self._ratios)) / (len(self._ratios) + TARIFF_WEIGHT)
        return 1 + trust * (median(self._ratios) - 1)

    @cached_property
    def _is_moved_by_demo(self) -> bool:
        return any(vote.told.is_demo for vote in self.votes if vote.dearness is not None)


def learn(tariffs: Sequence[Tariff], told: Iterable[ToldFare]) -> Learnt:
    """Hold every fare against the tariff; of a person's fares on a road the latest counts."""
    latest: dict[tuple[int, frozenset[int]], ToldFare] = {}
    for fare in sorted(told, key=lambda fare: fare.reported_at):
        latest[fare.reporter_id, fare.route] = fare
    return Learnt(tariffs, [Vote(fare, dearness(fare, tariffs)) for fare in latest.values()])


def dearness(told: ToldFare, tariffs: Sequence[Tariff]) -> Decimal | None:
    """How many times the tariff a fare is; None where there is none to hold it against.

    The tariff is that of the cheapest way. Where another way was said, the fare may be of a hire
    of one's own, or of a place on a load that others share: the nearer of the two tariffs counts.
    """
    if told.km is None:
        return None
    able = [cheapest(tariffs, told.km, told.load)]
    able += [carried(one, told.km, told.load) for one in tariffs if one.mode is told.mode]
    ratios = [told.fare / one.fare for one in able if one is not None]
    return min(ratios, key=lambda ratio: max(ratio, 1 / ratio), default=None)


def is_unlikely(ratio: Decimal | None) -> bool:
    """True for a fare more than a factor of 5 from the tariff."""
    return ratio is not None and not Decimal(1) / UNLIKELY <= ratio <= UNLIKELY


def _of_this_road(votes: Sequence[Vote], load: Load, usual: Carriage | None) -> Carriage:
    is_demo = any(vote.told.is_demo for vote in votes)
    ratios = [vote.dearness for vote in votes if vote.dearness is not None]
    if usual is not None and ratios:
        return replace(usual, fare=usual.fare * median(ratios), is_demo=is_demo)
    per_kg = median(vote.told.fare / vote.told.load.kg for vote in votes)
    return Carriage(per_kg * load.kg, _commonest_mode(votes), is_demo)


def _without_tariff(votes: Sequence[Vote], km: Decimal, load: Load) -> Carriage | None:
    measured = [(vote.told, vote.told.km) for vote in votes if vote.told.km]
    if len({told.reporter_id for told, _ in measured}) < LEAST_FARES:
        return None
    per_kg_km = median(told.fare / (told.load.kg * far) for told, far in measured)
    is_demo = any(told.is_demo for told, _ in measured)
    return Carriage(per_kg_km * load.kg * km, _commonest_mode(votes), is_demo)


def _commonest_mode(votes: Iterable[Vote]) -> TransportMode | None:
    said = Counter(vote.told.mode for vote in votes if vote.told.mode is not None)
    return said.most_common(1)[0][0] if said else None
