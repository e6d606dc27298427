"""What the screens may ask, answered from the price store and the groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from groups.alert_rules import Usually
from groups.editions import last_bulletin
from groups.favourites import favourites_of
from groups.groups import find_group, own_groups
from groups.models import Role
from groups.own_alerts import own_alerts
from groups.schedules import schedule_of
from groups.shortcuts import Shortcuts
from groups.subscriptions import weekly_lists_of
from groups.watching import Watch, watch_meant
from handlers.keywords.offer_words import FEW
from handlers.screens.caller import (
    GroupFacts,
    QuestionFacts,
    Standing,
    WatchedFacts,
    WeeklyFacts,
)
from handlers.screens.frames import Office, PriceKey, Root
from handlers.ussd_book_facts import StoredBook
from handlers.ussd_order_facts import StoredOrders
from handlers.ussd_people_facts import StoredPeople
from handlers.ussd_selling_facts import StoredSelling
from messaging.held_questions import open_question
from messaging.phrases.formats import local_date
from messaging.ussd_sessions import Person
from prices.answers import PriceAnswer
from prices.best_markets import best_few
from prices.catalogue import Conversion, conversions
from prices.cells import CellEstimate
from prices.comparisons import OwnTrend, PublishedTrend
from prices.estimates import Confidence
from prices.kinds import PriceType
from prices.menus import Menu, Menus
from prices.nearby import Selling
from prices.queries import answer_price, told_there
from prices.trends import price_trend
from prices.vocabulary import Vocabulary


@dataclass(frozen=True)
class StoredFacts:
    """The facts of one caller's country at one moment."""

    session: Session
    vocabulary: Vocabulary
    menus: Menus
    person: Person
    now: datetime
    # What was asked already: a price is counted as a question, and then shown.
    _answers: dict[tuple[str, int], PriceAnswer] = field(default_factory=dict, compare=False)
    _told: dict[tuple[str, int], Sequence[CellEstimate]] = field(
        default_factory=dict, compare=False
    )
    _books: dict[int, StoredBook] = field(default_factory=dict, compare=False)
    _sellings: dict[int, StoredSelling] = field(default_factory=dict, compare=False)
    _watches: dict[tuple[str, int, PriceType | None], Watch] = field(
        default_factory=dict, compare=False
    )

    def counties(self, commodity: str | None) -> Sequence[int]:
        """Every county, those with a price of the commodity first."""
        return self._menu.counties(commodity)

    def markets_with_prices(self, county_id: int, commodity: str) -> Sequence[int]:
        """The markets of a county that have a price of the commodity."""
        return self._menu.markets(county_id, commodity)

    def commodities(self, place_id: int | None) -> Sequence[str]:
        """Every commodity: the usual one, those with a price there, then by the order of menus."""
        every, usual = self._menu.commodities(place_id), self.person.usual_commodity
        return tuple(dict.fromkeys((usual, *every))) if usual in every else every

    def favourites(self, commodity: str | None) -> Sequence[int]:
        """The places whose price of the commodity, or of any, was asked for most lately."""
        asked = favourites_of(self.session, self.person.id, self.now)
        meant = (place_id for code, place_id in asked if commodity in {None, code})
        return [place_id for place_id in dict.fromkeys(meant) if self._is_here(place_id)]

    def units(self, commodity: str, place_id: int) -> Sequence[str]:
        """The units that hold a known number of base units there, the base unit first."""
        known = self._conversions(commodity, place_id)
        base_unit = self.vocabulary.commodities[commodity].base_unit
        return sorted(known, key=lambda unit: (unit != base_unit, known[unit].quantity, unit))

    def base_units(self, commodity: str, place_id: int, unit: str) -> Decimal | None:
        """How many base units one of a unit holds there."""
        if unit == self.vocabulary.commodities[commodity].base_unit:
            return Decimal(1)
        found = self._conversions(commodity, place_id).get(unit)
        return None if found is None else found.quantity

    def _conversions(self, commodity: str, place_id: int) -> dict[str, Conversion]:
        return conversions(
            self.session,
            commodity=commodity,
            country=self.vocabulary.country.code,
            place_id=place_id,
            on=local_date(self.now, self.vocabulary.country.timezone),
        )

    def price(self, commodity: str, place_id: int) -> PriceAnswer:
        """The best honest answer."""
        if (commodity, place_id) not in self._answers:
            self._answers[commodity, place_id] = answer_price(
                self.session,
                self.vocabulary,
                commodity=commodity,
                place_id=place_id,
                price_type=None,
                now=self.now,
                known=self._told_at(commodity, place_id),
            )
        return self._answers[commodity, place_id]

    def beside(self, commodity: str, place_id: int) -> Sequence[CellEstimate]:
        """What else is told of a commodity at a trading place lately, always in one order."""
        told = self._told_at(commodity, place_id) or ()
        fresh = (one for one in told if one.estimate.confidence is not Confidence.OLD)
        return sorted(fresh, key=lambda one: (one.cell.price_type, one.cell.buyer or ""))

    def _told_at(self, commodity: str, place_id: int) -> Sequence[CellEstimate] | None:
        """What is told at a trading place; of a region, whose markets are many, it is not read."""
        if not self.vocabulary.places[place_id].kind.is_trading_place:
            return None
        if (commodity, place_id) not in self._told:
            self._told[commodity, place_id] = told_there(
                self.session,
                self.vocabulary,
                commodity=commodity,
                place_id=place_id,
                now=self.now,
            )
        return self._told[commodity, place_id]

    def best_markets(self, commodity: str, place_id: int) -> Selling:
        """Where it can be sold from there, the best first: no more than are told."""
        return best_few(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=place_id,
            price_type=None,
            now=self.now,
            few=FEW,
        )

    def trend(self, commodity: str, place_id: int) -> OwnTrend | PublishedTrend | None:
        """How the price moved."""
        return price_trend(
            self.session,
            self.vocabulary,
            commodity=commodity,
            place_id=place_id,
            price_type=None,
            now=self.now,
        )

    def groups(self) -> Sequence[GroupFacts]:
        """The groups that the caller is in, by code."""
        return self._groups

    def has_group(self, code: str) -> bool:
        """Whether there is a group of this code."""
        return find_group(self.session, code) is not None

    def bulletin(self, group_id: int) -> str | None:
        """What the group's last bulletin said to the caller."""
        return last_bulletin(self.session, group_id, self.person.id)

    def book(self, group_id: int) -> StoredBook:
        """The milk book of a group."""
        if group_id not in self._books:
            language = self.person.language or self.vocabulary.country.language
            self._books[group_id] = StoredBook(
                self.session, group_id, self.person.id, language, self.now
            )
        return self._books[group_id]

    def people(self, group_id: int) -> StoredPeople:
        """The people of a group."""
        return StoredPeople(self.session, group_id, self.person.id, self.now)

    def selling(self, group_id: int) -> StoredSelling:
        """How a group could sell better."""
        if group_id not in self._sellings:
            self._sellings[group_id] = StoredSelling(
                self.session, self.vocabulary, group_id, self.now
            )
        return self._sellings[group_id]

    def orders(self, group_id: int) -> StoredOrders:
        """The orders of a group."""
        return StoredOrders(self.session, self.vocabulary, group_id, self.person.id, self.now)

    def question(self) -> QuestionFacts | None:
        """What the caller was asked back, by text or by a key."""
        held = open_question(self.session, self.person.id, self.now)
        return None if held is None else QuestionFacts(held.question, len(held.answers["choices"]))

    def alerts(self) -> Sequence[WeeklyFacts]:
        """The weekly prices that the caller gets, of what the screens can name."""
        return self._alerts

    def watched(self) -> Sequence[WatchedFacts]:
        """The prices that are watched for the caller, of what the screens can name."""
        return self._watched

    def standing(self, commodity: str, place_id: int, price_type: PriceType | None) -> Standing:
        """Where a price stands, as an alert would tell it."""
        watch = self._watch(commodity, place_id, price_type)
        if watch.seen is None:
            return Standing(watch.cell.price_type)
        return Standing(watch.cell.price_type, watch.seen.estimate, watch.seen.markets)

    def usually(self, commodity: str, place_id: int, price_type: PriceType) -> Usually | None:
        """What is usual for a price, by which an alert without a mark goes."""
        return self._watch(commodity, place_id, price_type).usual

    def _watch(self, commodity: str, place_id: int, price_type: PriceType | None) -> Watch:
        meant = commodity, place_id, price_type
        if meant not in self._watches:
            self._watches[meant] = watch_meant(
                self.session,
                self.vocabulary,
                commodity=commodity,
                place_id=place_id,
                price_type=price_type,
                is_real=not self.person.is_demo,
                now=self.now,
            )
        return self._watches[meant]

    @cached_property
    def _groups(self) -> list[GroupFacts]:
        return [
            GroupFacts(
                id=group.id,
                code=group.code,
                name=group.name,
                members=group.members,
                when=schedule_of(group),
                currency=group.currency,
                is_officer=group.role is not Role.MEMBER,
                is_demo=group.is_demo,
            )
            for group in own_groups(self.session, self.person.id)
        ]

    @cached_property
    def _alerts(self) -> list[WeeklyFacts]:
        return [
            WeeklyFacts(
                PriceKey(wanted.commodity, wanted.place_id),
                when=schedule_of(wanted),
            )
            for wanted in weekly_lists_of(self.session, self.person.id)
            if wanted.commodity in self.vocabulary.commodities and self._is_here(wanted.place_id)
        ]

    @cached_property
    def _watched(self) -> list[WatchedFacts]:
        units = self.vocabulary.units.keys() | {None}
        return [
            WatchedFacts(
                alert.id,
                PriceKey(alert.commodity, alert.place_id),
                alert.price_type,
                alert.way,
                alert.price,
                alert.unit,
                alert.base_units,
            )
            for alert in own_alerts(self.session, self.person.id)
            if _is_known((alert.commodity, alert.place_id), self.vocabulary) and alert.unit in units
        ]

    def _is_here(self, place_id: int) -> bool:
        return place_id in self.vocabulary.places

    @cached_property
    def _menu(self) -> Menu:
        return self.menus.menu(self.session, self.vocabulary, self.now)


def root_for(shortcuts: Shortcuts, person: Person, vocabulary: Vocabulary) -> Root:
    """The first screen with the caller's own shortcut; it is looked up once a call."""
    office, told, asked = shortcuts
    if office is not None:
        return Root(office=Office(*office))
    if told is not None and _is_known(told, vocabulary):
        return Root(told=PriceKey(*told))
    return Root(asked=_wanted(asked, person, vocabulary))


def _wanted(
    asked: tuple[str, int] | None, person: Person, vocabulary: Vocabulary
) -> PriceKey | None:
    """The price somebody looks up most, else that of the usual commodity at home."""
    if asked is not None and _is_known(asked, vocabulary):
        return PriceKey(*asked)
    if person.usual_commodity is None or person.home_place_id is None:
        return None
    usual = PriceKey(person.usual_commodity, person.home_place_id)
    return usual if _is_known(usual, vocabulary) else None


def _is_known(price: tuple[str, int], vocabulary: Vocabulary) -> bool:
    commodity, place_id = price
    return commodity in vocabulary.commodities and place_id in vocabulary.places
