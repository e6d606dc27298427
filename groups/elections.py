"""Elections by text: who may be voted for, one vote each, and how it ends."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.upserts import insert_missing, insert_or_replace
from groups.members import Member, members_of, officers_of
from groups.models import Group, GroupMember, Role
from groups.office_models import ElectionEnd, ElectionNominee, ElectionVote, GroupElection
from groups.offices import hold_group
from messaging.models import Subscriber

# Two days reach whoever charges the phone every other day; half of it is for naming people, so
# that nobody is named when most have voted.
LASTS, NAMED_WITHIN = timedelta(hours=48), timedelta(hours=24)
RUN_OFF_LASTS = timedelta(hours=24)
# Of those with a phone. Half hardly ever answer a text within two days; fewer than a third, and a
# family could take the group's money into its hands while the others are at the market.
FEWEST_VOTING = Fraction(1, 3)
# By appointment only: there may be many, and whoever sends them answers for them.
ELECTED = (Role.CHAIR, Role.SECRETARY, Role.TREASURER)


@dataclass(frozen=True)
class Decision:
    """How it ends, and who had the most votes."""

    ended: ElectionEnd
    leading: tuple[int, ...] = ()


@dataclass(frozen=True)
class Closed:
    """An election that is over. `run_off` is the one that follows where it was even."""

    election: GroupElection
    counted: tuple[tuple[Member, int], ...]  # the most votes first
    voters: int
    elected: Member | None = None
    run_off: GroupElection | None = None


def decide(votes: Mapping[int, int], voters: int, *, is_run_off: bool) -> Decision:
    """Whoever has the most votes, where at least a third voted (pure).

    `votes` by nominee. What is even is voted on once more; even again, nobody is elected and who
    holds the office keeps it: lots would be drawn by a machine that nobody sees.
    """
    cast = sum(votes.values())
    if not cast or Fraction(cast, voters) < FEWEST_VOTING:
        return Decision(ElectionEnd.VOID)
    most = max(votes.values())
    leading = tuple(sorted(one for one, count in votes.items() if count == most))
    if len(leading) == 1:
        return Decision(ElectionEnd.ELECTED, leading)
    return Decision(ElectionEnd.VOID if is_run_off else ElectionEnd.RUN_OFF, leading)


def open_election(
    session: Session, group: Group, role: Role, opened_by: Subscriber, now: datetime
) -> GroupElection | None:
    """Begin an election; None where one to this office is running already."""
    hold_group(session, group)
    if any(one.role is role for one in running_elections(session, group)):
        return None
    return _open(session, group.id, role, now, LASTS, opened_by=opened_by.id)


def running_elections(session: Session, group: Group) -> list[GroupElection]:
    """What the group votes on now, the oldest first."""
    running = select(GroupElection).where(
        GroupElection.group_id == group.id, GroupElection.closed_at.is_(None)
    )
    return list(session.scalars(running.order_by(GroupElection.id)))


def due_elections(session: Session, now: datetime) -> list[int]:
    """Those whose time is over and that nobody closed."""
    due = select(GroupElection.id).where(
        GroupElection.closed_at.is_(None), GroupElection.ends_at <= now
    )
    return list(session.scalars(due.order_by(GroupElection.id)))


def hold_election(session: Session, election_id: int) -> GroupElection | None:
    """The election, held until the transaction ends; None where it was closed meanwhile."""
    return session.scalar(
        select(GroupElection)
        .where(GroupElection.id == election_id, GroupElection.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def may_name(election: GroupElection, now: datetime) -> bool:
    """Whether somebody may still be nominated; in a run-off nobody is."""
    return election.round == 1 and now < election.opened_at + NAMED_WITHIN


def nominate(
    session: Session, election: GroupElection, member: Member, by: Member, now: datetime
) -> None:
    """Put a member up; who is up already stays."""
    insert_missing(session, ElectionNominee, [_nominee(election, member.id, by.id, now)])


def nominees_of(session: Session, election: GroupElection) -> list[Member]:
    """Who may be voted for and is still in the group, by number."""
    chosen = select(ElectionNominee.member_id).where(ElectionNominee.election_id == election.id)
    ids = set(session.scalars(chosen))
    group = session.get_one(Group, election.group_id)
    return [one for one in members_of(session, group) if one.id in ids]


def vote(
    session: Session, election: GroupElection, voter: Member, nominee: Member, now: datetime
) -> None:
    """A member's one vote; given again it takes the place of the one before."""
    row = {
        "election_id": election.id,
        "voter_id": voter.id,
        "nominee_id": nominee.id,
        "voted_at": now,
    }
    insert_or_replace(session, ElectionVote, [row], key=("election_id", "voter_id"))


def have_all_voted(session: Session, election: GroupElection) -> bool:
    """Whether everybody with a phone has voted: then nobody waits for the end."""
    return sum(_votes(session, election).values()) >= _voters(session, election)


def close_election(session: Session, election: GroupElection, now: datetime) -> Closed:
    """End an election that is held: give the office, or begin the run-off."""
    votes, voters = _votes(session, election), _voters(session, election)
    decision = decide(votes, voters, is_run_off=election.round > 1)
    election.closed_at, election.ended = now, decision.ended
    session.flush()  # the run-off may only be opened when this one is closed
    counted = _counted(nominees_of(session, election), votes)
    match decision.ended:
        case ElectionEnd.ELECTED:
            elected = next(one for one, _ in counted if one.id == decision.leading[0])
            election.elected_id = elected.id
            _give_office(session, election, elected)
            return Closed(election, counted, voters, elected=elected)
        case ElectionEnd.RUN_OFF:
            run_off = _run_off(session, election, decision.leading, now)
            return Closed(election, counted, voters, run_off=run_off)
        case ElectionEnd.VOID:
            return Closed(election, counted, voters)


def _counted(
    nominees: Sequence[Member], votes: Mapping[int, int]
) -> tuple[tuple[Member, int], ...]:
    return tuple(sorted(((one, votes.get(one.id, 0)) for one in nominees), key=lambda of: -of[1]))


def _votes(session: Session, election: GroupElection) -> Counter[int]:
    """Votes by nominee: of members who are still in, for members who are."""
    still_in = select(GroupMember.id).where(GroupMember.left_at.is_(None))
    rows = session.execute(
        select(ElectionVote.nominee_id, func.count())
        .where(ElectionVote.election_id == election.id)
        .where(ElectionVote.voter_id.in_(still_in), ElectionVote.nominee_id.in_(still_in))
        .group_by(ElectionVote.nominee_id)
    )
    return Counter(dict(rows.all()))


def _voters(session: Session, election: GroupElection) -> int:
    counted = select(func.count(GroupMember.subscriber_id)).where(
        GroupMember.group_id == election.group_id, GroupMember.left_at.is_(None)
    )
    return session.scalar(counted) or 0


def _give_office(session: Session, election: GroupElection, elected: Member) -> None:
    """To whoever was elected; who held it before is a member as the others."""
    group = session.get_one(Group, election.group_id)
    hold_group(session, group)
    before = [one.id for one in officers_of(session, group, election.role)]
    for ids, role in ((before, Role.MEMBER), ([elected.id], election.role)):
        session.execute(update(GroupMember).where(GroupMember.id.in_(ids)).values(role=role))


def _run_off(
    session: Session, election: GroupElection, leading: Sequence[int], now: datetime
) -> GroupElection:
    again = _open(
        session,
        election.group_id,
        election.role,
        now,
        RUN_OFF_LASTS,
        opened_by=election.opened_by,
        round_=election.round + 1,
    )
    rows = [_nominee(again, member_id, None, now) for member_id in leading]
    insert_missing(session, ElectionNominee, rows)
    return again


def _open(
    session: Session,
    group_id: int,
    role: Role,
    now: datetime,
    lasts: timedelta,
    *,
    opened_by: int | None,
    round_: int = 1,
) -> GroupElection:
    election = GroupElection(
        group_id=group_id,
        role=role,
        round=round_,
        opened_by=opened_by,
        opened_at=now,
        ends_at=now + lasts,
    )
    session.add(election)
    session.flush()
    return election


def _nominee(
    election: GroupElection, member_id: int, by: int | None, now: datetime
) -> dict[str, object]:
    return {
        "election_id": election.id,
        "member_id": member_id,
        "nominated_by": by,
        "nominated_at": now,
    }
