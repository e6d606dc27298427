"""Three groups of those who call: who leads them, their milk book, and what they do together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from groups.adopting import adopt, propose
from groups.book import write_lines
from groups.book_kinds import EntryKind, Milking
from groups.book_lines import NewLine
from groups.elections import close_election, hold_election, nominate, open_election, vote
from groups.groups import join
from groups.meetings import answer_meeting, call_meeting
from groups.members import Member, add_member, members_of
from groups.models import Group, Role
from groups.orders import close_order, hold_order, open_order, wish
from groups.schemes import Scheme
from messaging.models import Subscriber
from tests.groups.stories import found_group, meet

CODES = ("KIRIMA", "UMOJA", "M" * 20)
# As long as the column is.
LONGEST_NAME = "Muungano wa Wafugaji wa Ng'ombe wa Maziwa na Wakulima wa Mahindi Kaskazini Magha"
_NAMES = ("Kirima Dairy Group", LONGEST_NAME, "দুধ সমিতি")
# By the order in which they joined. Who joined last was the first in the next group.
_ROLES = (
    Role.MEMBER, Role.CHAIR, Role.SECRETARY, Role.TREASURER, Role.COLLECTOR, Role.MEMBER,
    Role.COLLECTOR, Role.MEMBER, Role.MEMBER,
)  # fmt: skip
# The one that has hardly begun has no treasurer yet.
_ROLES_OF_NEW = tuple(Role.MEMBER if one is Role.TREASURER else one for one in _ROLES)
_ALL_ROLES = (_ROLES, _ROLES, _ROLES_OF_NEW)
_WITHOUT_PHONE = ("Jane Wanjiru", "Peter Mwangi wa Kamau")
_AWAY = len(_ROLES) - 1  # from a group's first phone to that of the next one


def found_groups(session: Session, msisdns: Sequence[str], now: datetime) -> None:
    """One with all that a group does, one where most of it is over, one that has hardly begun."""
    busy, after, new = (
        _found(session, number, msisdns[number * _AWAY :], now) for number in range(len(CODES))
    )
    _write_book(busy, {"KCC": 46, "Jambo Traders": 44}, now)
    _write_book(after, {"KCC": 46}, now)
    _write_book(new, {}, now)
    _pay_by(busy, Scheme(base_price=Decimal(45)), now)
    _order(busy, "feed", 30, now)  # four more, and everybody is told
    _order(after, "feed", 100, now)
    _order_goes_ahead(after, "salt", now)
    _call_meeting(busy, now + timedelta(days=1), now)
    _call_meeting(after, now + timedelta(minutes=30), now)
    _vote(busy, Role.CHAIR, busy.with_phone[:4], now)
    # With everybody's vote it is over at once: the chair's is missing.
    voted = [one for one in new.with_phone if one.role is not Role.CHAIR]
    _vote(new, Role.TREASURER, voted, now)
    _elect(after, Role.TREASURER, now - timedelta(days=2))
    _vote(after, Role.SECRETARY, (), now)


def holders(numbers: Sequence[str], *roles: Role) -> list[str]:
    """The numbers of all who hold one of these offices in one of the groups."""
    return [
        numbers[group * _AWAY + place]
        for group, every in enumerate(_ALL_ROLES)
        for place, role in enumerate(every)
        if role in roles
    ]


@dataclass(frozen=True)
class _Founded:
    """A group, who is in it by number, and who writes for it."""

    session: Session
    group: Group
    members: Sequence[Member]
    secretary: Subscriber

    @property
    def with_phone(self) -> Sequence[Member]:
        """Those who can vote."""
        return [one for one in self.members if one.subscriber_id is not None]


def _found(session: Session, number: int, msisdns: Sequence[str], now: datetime) -> _Founded:
    group = found_group(session, CODES[number], name=_NAMES[number], bulletin_weekdays=4)
    people = [meet(session, msisdn, now) for msisdn in msisdns[: len(_ROLES)]]
    for person, role in zip(people, _ALL_ROLES[number], strict=True):
        join(session, group, person, now, role=role)
        session.flush()
    for one in _WITHOUT_PHONE:
        add_member(session, group, one, now)
    secretary = people[_ROLES.index(Role.SECRETARY)]
    return _Founded(session, group, members_of(session, group), secretary)


def _write_book(there: _Founded, sold_to: dict[str, int], now: datetime) -> None:
    """This morning's milk of each member, and sales of it that are not paid yet."""
    code = there.group.code
    entry = partial(NewLine, day=now.date(), written_by=there.secretary.id, raw_text="")
    milk = [
        entry(
            EntryKind.DELIVERY,
            source_key=f"{code}:{member.number}",
            milking=Milking.MORNING,
            member_id=member.id,
            litres=Decimal(12),
        )
        for member in there.members
    ]
    sales = [
        entry(
            EntryKind.SALE,
            source_key=f"{code}:{buyer}",
            litres=Decimal(50),
            buyer=buyer,
            price_per_litre=Decimal(price),
            amount=Decimal(50 * price),
            currency="KES",
        )
        for buyer, price in sold_to.items()
    ]
    write_lines(there.session, there.group, [*milk, *sales], now)


def _pay_by(there: _Founded, scheme: Scheme, now: datetime) -> None:
    session, group, by = there.session, there.group, there.secretary
    row = propose(session, group, scheme, words="", by=by, source_key=group.code, now=now)
    adopt(session, group, row, by, now.date(), now)


def _order(there: _Founded, article: str, threshold: int, now: datetime) -> int:
    """An order in which some have said how many they want."""
    order = open_order(
        there.session,
        there.group,
        article=article,
        words=article,
        threshold=threshold,
        price=Decimal(1850),
        currency="KES",
        last_day=(now + timedelta(days=3)).date(),
        by=there.secretary,
        source_key=f"{there.group.code}:{article}",
        now=now,
    )
    assert order is not None
    for member in there.members[-2:]:
        wish(there.session, order, member, 13, there.secretary, now)
    return order.id


def _order_goes_ahead(there: _Founded, article: str, now: datetime) -> None:
    """An order that is closed, and has not come yet."""
    order = hold_order(there.session, _order(there, article, 20, now - timedelta(days=4)))
    close_order(there.session, order, now)


def _call_meeting(there: _Founded, starts_at: datetime, now: datetime) -> None:
    meeting = call_meeting(
        there.session,
        there.group,
        starts_at=starts_at,
        about="The price of milk",
        called_by=there.secretary,
        now=now,
    )
    for number, member in enumerate(there.with_phone[:4]):
        answer_meeting(there.session, meeting, member, now, is_coming=number % 2 == 0)


def _vote(there: _Founded, role: Role, voters: Sequence[Member], now: datetime) -> int:
    """An election under way: two are up, and these have voted, for one of them each."""
    session, named = there.session, there.with_phone[4:6]
    election = open_election(session, there.group, role, there.secretary, now)
    assert election is not None
    for member in named:
        nominate(session, election, member, member, now)
    for number, voter in enumerate(voters):
        vote(session, election, voter, named[number % 2], now)
    return election.id


def _elect(there: _Founded, role: Role, opened_at: datetime) -> None:
    """An election that is over."""
    election = hold_election(there.session, _vote(there, role, there.with_phone[:7], opened_at))
    assert election is not None
    close_election(there.session, election, opened_at + timedelta(days=1))
