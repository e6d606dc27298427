"""Everything that is kept of one person, as they may ask for it: their rows of every table.

They are read by the tables' own description, so that a new column comes along by itself. A new
table that names a person has to be put into one of the lists here: a test says which is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, cast

from sqlalchemy import Column, Row, Table, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from groups.audit_models import AuditFinding, ToleranceProposal
from groups.book_models import BookLine, MilkBook
from groups.models import (
    AlertCrossing,
    AskedPrice,
    BulletinList,
    Group,
    GroupMember,
    PriceAlert,
    PriceAsk,
    PriceWish,
    Subscription,
    WatchedPrice,
)
from groups.office_models import (
    ElectionNominee,
    ElectionVote,
    GroupElection,
    GroupInvitation,
    GroupMeeting,
    MeetingAnswer,
    PinTry,
    SimChange,
)
from groups.order_models import GroupOrder, OrderWish
from groups.scheme_models import GroupScheme
from messaging.models import (
    AirtimeGrant,
    AirtimeReport,
    ConsentEvent,
    DeliveryReport,
    Erasure,
    HeldQuestion,
    InboundMessage,
    OutboundMessage,
    SessionEndReport,
    Subscriber,
    UssdSession,
)
from messaging.msisdn import mask, mask_numbers
from prices.models import ObservationChange, Place, PriceObservation, TransportFare

AnyColumn: TypeAlias = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]

AT_ONCE = 500


def _table(column: AnyColumn) -> Table:
    return cast(Table, column.class_.__table__)


@dataclass(frozen=True)
class Part:
    """The rows of one table that are somebody's: those whose `column` names them.

    With `of` it names a row of that part instead. What is in `hides` is not given out.
    """

    name: str
    column: AnyColumn
    of: str | None = None
    hides: frozenset[str] = field(default_factory=frozenset)

    @property
    def table(self) -> Table:
        """Where they stand."""
        return _table(self.column)


PARTS = (
    Part("consent", ConsentEvent.subscriber_id),
    Part("wish_to_be_erased", Erasure.subscriber_id),
    Part("texts_from_them", InboundMessage.subscriber_id),
    Part("texts_to_them", OutboundMessage.subscriber_id),
    Part("delivery_reports", DeliveryReport.subscriber_id),
    Part("question_asked_back", HeldQuestion.subscriber_id),
    Part("calls", UssdSession.subscriber_id),
    Part("ends_of_calls", SessionEndReport.subscriber_id),
    Part("airtime", AirtimeGrant.subscriber_id),
    Part("airtime_reports", AirtimeReport.subscriber_id),
    Part("prices_told", PriceObservation.reporter_id),
    Part("what_became_of_prices_told", ObservationChange.observation_id, "prices_told"),
    Part("fares_told", TransportFare.reporter_id),
    Part("prices_looked_up_on_the_menu", AskedPrice.subscriber_id),
    Part("prices_waited_for", PriceWish.subscriber_id),
    Part("prices_they_were_asked_for", PriceAsk.subscriber_id),
    Part("bulletins", Subscription.subscriber_id),
    Part("alerts", PriceAlert.subscriber_id),
    Part("what_alerts_told", AlertCrossing.price_alert_id, "alerts"),
    Part("groups", GroupMember.subscriber_id),
    Part("invitations", GroupInvitation.subscriber_id),
    Part("invitations_into_their_place", GroupInvitation.member_id, "groups"),
    Part("milk_book", BookLine.member_id, "groups"),
    Part("audit_findings", AuditFinding.member_id, "groups"),
    Part("meetings", MeetingAnswer.member_id, "groups"),
    Part("orders", OrderWish.member_id, "groups"),
    Part("stood_for_office", ElectionNominee.member_id, "groups"),
    Part("elected", GroupElection.elected_id, "groups"),
    # A vote is secret, and who gives this file out is no voter.
    Part("voted", ElectionVote.voter_id, "groups", frozenset({"nominee_id"})),
    Part("wrong_pins_typed", PinTry.tried_by),
    Part("wrong_pins_for_their_place", PinTry.member_id, "groups"),
    Part("moves_of_their_place", SimChange.member_id, "groups"),
    Part("moves_from_this_phone", SimChange.from_subscriber_id),
    Part("moves_to_this_phone", SimChange.to_subscriber_id),
)
# What somebody did in an office is about others, and the group's: here it is only counted.
DONE_FOR_OTHERS = {
    "lines_of_milk_books_written": BookLine.written_by,
    "tolerances_proposed": ToleranceProposal.proposed_by,
    "tolerances_settled": ToleranceProposal.settled_by,
    "schemes_proposed": GroupScheme.proposed_by,
    "schemes_settled": GroupScheme.settled_by,
    "meetings_called": GroupMeeting.called_by,
    "elections_opened": GroupElection.opened_by,
    "people_invited": GroupInvitation.invited_by,
    "moves_of_phones_decided": SimChange.decided_by,
    "orders_opened": GroupOrder.opened_by,
    "orders_delivered": GroupOrder.delivered_by,
    "orders_written_down": OrderWish.said_by,
}
NOT_GIVEN = {
    ElectionVote.nominee_id: "votes are secret",
    ElectionNominee.nominated_by: "who nominates whom is between them and the group",
}

# What these are is told in their own words; of the others that a row refers to, its number.
_TOLD_WITH = {
    _table(of) for of in (
        BulletinList.id, WatchedPrice.id, GroupMeeting.id, GroupElection.id, GroupOrder.id,
    )
}  # fmt: skip
# Ids that gateways and we gave: whatever figures stand in them, they are no phone number.
_NO_WORDS = frozenset(
    {
        "gateway_message_id", "gateway_session_id", "gateway_request_id", "gateway_transaction_id",
        "dedupe_key", "source_key", "link_id", "hash", "previous_hash", "recipient", "sender",
        "service_code", "network_code",
    }
)  # fmt: skip


def everything_of(session: Session, person: Subscriber) -> dict[str, Any]:
    """All that is kept of somebody, by what it is; numbers of others are masked.

    The words in which somebody else wrote of them are not theirs, and stay out.
    """
    told = _Telling(session, person.id)
    found: dict[str, Sequence[Row[Any]]] = {}
    parts: dict[str, Any] = {"person": told.person(person)}
    for part in PARTS:
        theirs = [person.id] if part.of is None else [row.id for row in found[part.of]]
        found[part.name] = _rows(session, part, theirs)
        parts[part.name] = [told.row(part.table, row, part.hides) for row in found[part.name]]
    return {
        **parts,
        "done_for_a_group": {
            name: number
            for name, column in DONE_FOR_OTHERS.items()
            if (number := _count(session, column, person.id))
        },
    }


def _rows(session: Session, part: Part, theirs: Sequence[int]) -> Sequence[Row[Any]]:
    if not theirs:
        return []
    ordered = select(part.table).order_by(*part.table.primary_key.columns)
    return [
        row
        for some in range(0, len(theirs), AT_ONCE)
        for row in session.execute(ordered.where(part.column.in_(theirs[some : some + AT_ONCE])))
    ]


def _count(session: Session, column: AnyColumn, person_id: int) -> int:
    return session.scalar(select(func.count()).where(column == person_id)) or 0


class _Telling:
    """Rows as somebody reads them who has no other table at hand."""

    def __init__(self, session: Session, person_id: int) -> None:
        self._session, self._person_id = session, person_id
        self._known: dict[tuple[str, Any], Any] = {}

    def person(self, person: Subscriber) -> dict[str, Any]:
        """Somebody's own row: the number in full, for it is theirs."""
        table = Subscriber.__table__
        row = self._session.execute(select(table).where(table.c.id == person.id)).one()
        told = self.row(cast(Table, table), row, frozenset({"msisdn", "pin_hash"}))
        return {"number": person.msisdn, **told, "has_a_pin": person.pin_hash is not None}

    def row(self, table: Table, row: Row[Any], hides: frozenset[str]) -> dict[str, Any]:
        """One row by its columns."""
        hidden = hides | self._words_of_others(row)
        return {
            column.name: self._told(column, getattr(row, column.name))
            for column in table.columns
            if column.name not in hidden
        }

    def _words_of_others(self, row: Row[Any]) -> frozenset[str]:
        """A line of a book holds the whole text it was written by, and that one tells of others."""
        writer = getattr(row, "written_by", self._person_id)
        return frozenset() if writer == self._person_id else frozenset({"raw_text"})

    def _told(self, column: Column[Any], value: Any) -> Any:
        if value is None or not column.foreign_keys:
            return _plain(column.name, value)
        (key,) = column.foreign_keys
        known = (key.column.table.name, value)
        if known not in self._known:
            self._known[known] = self._named(key.column.table, value)
        return self._known[known]

    def _named(self, table: Table, value: Any) -> Any:
        """What a row stands for that another one refers to."""
        if table is _table(Subscriber.id):
            return self._somebody(value)
        if table is _table(GroupMember.id):
            return self._member(value)
        if table is _table(Place.id):
            return self._session.get_one(Place, value).code
        if table in {_table(Group.id), _table(MilkBook.group_id)}:
            return self._session.get_one(Group, value).code
        if table in _TOLD_WITH:
            row = self._session.execute(select(table).where(table.c.id == value)).one()
            return self.row(table, row, frozenset())
        return value

    def _somebody(self, subscriber_id: int) -> str:
        if subscriber_id == self._person_id:
            return "this person"
        return mask(self._session.get_one(Subscriber, subscriber_id).msisdn)

    def _member(self, member_id: int) -> str:
        member = self._session.get_one(GroupMember, member_id)
        if member.subscriber_id == self._person_id:
            return "this person"
        return f"member {member.number}"


def _plain(name: str, value: Any) -> Any:
    """A value as JSON has it, with no number of anybody in its words."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value.normalize()) if not value else f"{value.normalize():f}"
        case str():
            return value if name in _NO_WORDS else mask_numbers(value)
        case Mapping():
            return {key: _plain(key, one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(name, one) for one in value]
        case _:
            return value
