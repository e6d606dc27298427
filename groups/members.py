"""Members of a group as its officers name them: by number, by name, by a name misspelt."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from db.prepared import Prepared
from groups.groups import next_number
from groups.models import Group, GroupMember, Role
from messaging.models import Subscriber
from prices.vocabulary import fold

NAME_LENGTH = 80
OFFICES = (Role.CHAIR, Role.SECRETARY, Role.TREASURER, Role.COLLECTOR)
_NUMBER = re.compile(r"\s*(?:#|no\.?\s*)?([0-9]{1,6})\s*", re.IGNORECASE)
# Wanjiru and Wanjiku are 86 per cent alike and two people: less than that is a guess, and whoever
# is guessed is told by name in the answer. Shorter words are near too many others.
_ALIKE_PER_CENT, _SHORTEST_ALIKE = 80, 4


@dataclass(frozen=True)
class Member:
    """Somebody in a group now. `name` is what the group calls them, else "#7", their number.

    `subscriber_id` is None of whoever has no phone of their own.
    """

    id: int
    number: int
    name: str
    subscriber_id: int | None
    role: Role


def members_of(session: Session, group: Group) -> list[Member]:
    """Who is in the group now, by number."""
    query = _in_now().where(GroupMember.group_id == group.id).order_by(GroupMember.number)
    return [_member(*row) for row in session.execute(query)]


def member_of(session: Session, group: Group, subscriber: Subscriber) -> Member | None:
    """Somebody's own place in a group; None where they are not in."""
    query = _in_now().where(
        GroupMember.group_id == group.id, GroupMember.subscriber_id == subscriber.id
    )
    row = session.execute(query).first()
    return None if row is None else _member(*row)


def member_by_id(session: Session, group: Group, member_id: int) -> Member | None:
    """Who holds this place in the group now."""
    query = _in_now().where(GroupMember.group_id == group.id, GroupMember.id == member_id)
    row = session.execute(query).first()
    return None if row is None else _member(*row)


def find_members(session: Session, group: Group, words: str) -> list[Member]:
    """Whom these words may mean: "7", "#7", "jane", "Jane W", and "jeni" where nobody is called so.

    Several where several are called alike: then they are to be asked back about by number.
    """
    return find_among(members_of(session, group), words)


def find_among(members: Sequence[Member], words: str) -> list[Member]:
    """The same among members that were read before."""
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return [one for one in members if one.number == int(number[1])]
    said = fold(words).split()
    if not said:
        return []
    for is_like in (_is_called, _begins, _is_alike):
        found = [one for one in members if _fits(said, fold(one.name).split(), is_like)]
        if found:
            return found
    return []


def officers_of(session: Session, group: Group, *roles: Role) -> list[Member]:
    """Who holds one of these offices, the chair first; without a role: any office."""
    wanted = roles or OFFICES
    query = _in_now().where(GroupMember.group_id == group.id, GroupMember.role.in_(wanted))
    found = [_member(*row) for row in session.execute(query.order_by(GroupMember.number))]
    return sorted(found, key=lambda one: OFFICES.index(one.role))


def roles_of(session: Session, subscriber_id: int) -> list[Role]:
    """What somebody is in the groups they are in; nothing for most who write to us."""
    return [role for (role,) in _ROLES.rows(session, {"subscriber_id": subscriber_id})]


# Beside a row of `Subscriber`: whether they are in any group.
IS_MEMBER = (
    select(GroupMember.id)
    .where(GroupMember.subscriber_id == Subscriber.id, GroupMember.left_at.is_(None))
    .exists()
)


def office_in(session: Session, subscriber: Subscriber) -> list[tuple[Group, Role]]:
    """The groups in which somebody holds an office, by code, and which."""
    query = (
        select(Group, GroupMember.role)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.subscriber_id == subscriber.id, GroupMember.left_at.is_(None))
        .where(GroupMember.role.in_(OFFICES))
        .order_by(Group.code)
    )
    return [(group, role) for group, role in session.execute(query)]


def names_in(session: Session, groups: Sequence[Group]) -> frozenset[str]:
    """The folded words of the names of all members, and their numbers as #7.

    Whoever keeps their book may mean them.
    """
    if not groups:
        return frozenset()
    query = _in_now().where(GroupMember.group_id.in_([group.id for group in groups]))
    members = [_member(*row) for row in session.execute(query)]
    words = {word for one in members for word in fold(one.name).split()}
    return frozenset({*words, *(f"#{one.number}" for one in members)})


def add_member(session: Session, group: Group, name: str, now: datetime) -> Member:
    """Enter somebody who has no phone; the same name again is somebody else of that name."""
    row = GroupMember(
        group_id=group.id,
        number=next_number(session, group),
        name=" ".join(name.split())[:NAME_LENGTH],
        joined_at=now,
    )
    session.add(row)
    session.flush()
    return _member(row, None)


def remove_member(session: Session, member: Member, now: datetime) -> None:
    """Let a member go; what the book says of them stays."""
    row = session.get_one(GroupMember, member.id)
    row.left_at, row.role = now, Role.MEMBER


def vacate(session: Session, group_id: int, person_id: int, now: datetime) -> Role:
    """Take somebody's phone from the place they have in a group; what they were in it, at most.

    Another place is to be theirs, and nobody has two.
    """
    row = session.scalar(
        select(GroupMember).where(
            GroupMember.group_id == group_id, GroupMember.subscriber_id == person_id
        )
    )
    if row is None:
        return Role.MEMBER
    was = row.role if row.left_at is None else Role.MEMBER
    row.subscriber_id, row.left_at, row.role = None, row.left_at or now, Role.MEMBER
    session.flush()
    return was


def _in_now() -> Select[GroupMember, str | None]:
    return (
        select(GroupMember, Subscriber.name)
        .outerjoin(Subscriber, Subscriber.id == GroupMember.subscriber_id)
        .where(GroupMember.left_at.is_(None))
    )


def _member(row: GroupMember, own_name: str | None) -> Member:
    name = row.name or own_name or f"#{row.number}"
    return Member(row.id, row.number, name, row.subscriber_id, row.role)


def _fits(said: Sequence[str], name: Sequence[str], is_like: Callable[[str, str], bool]) -> bool:
    """Whether each word that was said is one of the name's, none of them taken twice."""
    left = list(name)
    for word in said:
        taken = next((one for one in left if is_like(word, one)), None)
        if taken is None:
            return False
        left.remove(taken)
    return True


def _is_called(word: str, name: str) -> bool:
    """The word itself, or its first letter: "Jane W"."""
    return word == name or (len(word) == 1 and name.startswith(word))


def _begins(word: str, name: str) -> bool:
    return name.startswith(word)


def _is_alike(word: str, name: str) -> bool:
    is_long = min(len(word), len(name)) >= _SHORTEST_ALIKE
    return is_long and word[0] == name[0] and fuzz.ratio(word, name) >= _ALIKE_PER_CENT


_mine = GroupMember.__table__
_ROLES = Prepared(
    select(_mine.c.role).where(
        _mine.c.subscriber_id == bindparam("subscriber_id"), _mine.c.left_at.is_(None)
    )
)
