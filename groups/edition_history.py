"""What became of editions, for the desk: how many texts went, arrived, failed, are unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from db.keyset import behind
from groups.models import BulletinList, Edition, EditionText, Group, GroupMember, Subscription
from messaging.kinds import OutboundState
from messaging.models import OutboundMessage
from prices.models import Place

# Texts are found one by one, by their keys: so many of an edition within a page's time.
MOST_COUNTED, MOST_IN_A_LIST = 5_000, 300


@dataclass(frozen=True)
class Funnel:
    """What became of the first `counted` of the texts that were `promised`."""

    promised: int
    states: Mapping[OutboundState, int]

    @property
    def counted(self) -> int:
        """How many texts were looked at."""
        return sum(self.states.values())

    @property
    def is_whole(self) -> bool:
        """Whether that is all of them."""
        return self.counted >= self.promised

    @property
    def waiting(self) -> int:
        """Not with a gateway yet."""
        return self._of(OutboundState.QUEUED, OutboundState.SENDING)

    @property
    def sent(self) -> int:
        """A gateway took it; whether it arrived is not told yet."""
        return self._of(OutboundState.SENT)

    @property
    def delivered(self) -> int:
        """On the handset."""
        return self._of(OutboundState.DELIVERED)

    @property
    def failed(self) -> int:
        """Will not arrive."""
        return self._of(OutboundState.FAILED)

    @property
    def unknown(self) -> int:
        """A gateway may have it."""
        return self._of(OutboundState.UNKNOWN)

    @property
    def withheld(self) -> int:
        """Never sent: they said stop meanwhile, or it was too old."""
        kinds = (OutboundState.SUPPRESSED, OutboundState.EXPIRED, OutboundState.STOPPED)
        return self._of(*kinds)

    def _of(self, *kinds: OutboundState) -> int:
        return sum(self.states.get(kind, 0) for kind in kinds)


@dataclass(frozen=True)
class EditionLine:
    """An edition, whose it is, and what became of it; None where that takes a page of its own."""

    edition: Edition
    audience: Group | BulletinList
    place: Place
    funnel: Funnel | None


def editions_page(
    session: Session,
    *,
    group_id: int | None = None,
    bulletin_list_id: int | None = None,
    after: int | None = None,
    limit: int,
) -> list[EditionLine]:
    """The newest editions first, of one group or list or of all."""
    query = (
        select(Edition, Group, BulletinList, Place)
        .outerjoin(Group, Group.id == Edition.group_id)
        .outerjoin(BulletinList, BulletinList.id == Edition.bulletin_list_id)
        .join(Place, Place.id == func.coalesce(Group.place_id, BulletinList.place_id))
    )
    if group_id is not None:
        query = query.where(Edition.group_id == group_id)
    if bulletin_list_id is not None:
        query = query.where(Edition.bulletin_list_id == bulletin_list_id)
    # Of one audience by when it was due, of all by when it was made: each has its index.
    is_one = group_id is not None or bulletin_list_id is not None
    key = Edition.due_at if is_one else Edition.made_at
    newest = behind(session, query, [key], Edition.id, after=after, is_descending=True)
    return [
        EditionLine(
            edition,
            _whose(group, of_list),
            place,
            funnel_of(session, edition) if edition.recipients <= MOST_IN_A_LIST else None,
        )
        for edition, group, of_list, place in session.execute(newest.limit(limit)).all()
    ]


def find_edition(session: Session, edition_id: int) -> EditionLine | None:
    """One edition, its funnel as far as a page has time for it."""
    edition = session.get(Edition, edition_id)
    if edition is None:
        return None
    audience = _whose(
        session.get(Group, edition.group_id or 0),
        session.get(BulletinList, edition.bulletin_list_id or 0),
    )
    place = session.get_one(Place, audience.place_id)
    return EditionLine(edition, audience, place, funnel_of(session, edition))


def texts_of(session: Session, edition: Edition) -> Sequence[EditionText]:
    """What an edition says, by language, the members' text first."""
    row = EditionText
    wanted = select(row).where(row.edition_id == edition.id)
    return session.scalars(wanted.order_by(row.language, row.form.desc())).all()


def funnel_of(session: Session, edition: Edition, most: int = MOST_COUNTED) -> Funnel:
    """What became of an edition's texts; of very many, of the first people's.

    Whoever left since then is counted too: their place in the group is kept.
    """
    if not edition.recipients:
        return Funnel(0, {})
    person = Subscription.subscriber_id if edition.group_id is None else GroupMember.subscriber_id
    of = (
        Subscription.bulletin_list_id == edition.bulletin_list_id
        if edition.group_id is None
        else GroupMember.group_id == edition.group_id
    )
    key = literal(f"edition:{edition.id}:") + cast(person, String)
    texts = (
        select(OutboundMessage.state)
        .select_from(person.parent.entity)
        .join(OutboundMessage, OutboundMessage.dedupe_key == key)
        .where(of)
        .order_by(person)
        .limit(most)
        .subquery()
    )
    counted = session.execute(select(texts.c.state, func.count()).group_by(texts.c.state))
    return Funnel(edition.recipients, dict(counted.all()))


def _whose(group: Group | None, of_list: BulletinList | None) -> Group | BulletinList:
    found = group or of_list
    if found is None:
        raise LookupError("an edition is of a group or of a list")
    return found
