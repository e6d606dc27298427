"""Somebody is erased: their groups go on without them, and whoever leads these is told.

No name is told: what is erased here must not go out with the last text to others.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from groups.erasing import erase_person
from groups.groups import groups_of
from groups.members import Member, member_of, members_of
from groups.models import Group, Role
from groups.offices import LEADERS, hand_over, hold_group
from handlers.first_word import addressing, waking_hours
from handlers.keywords.fitting import Part, fit
from handlers.keywords.group_choice import Tell, member_name, office_name
from handlers.keywords.group_names import group_name
from handlers.keywords.leaving_office import how_to_fill, rank
from messaging.erasing import count_said, hold_person, is_with_gateway
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from prices.catalogue import Catalogue
from prices.erasing import count_told

log = structlog.get_logger()


@dataclass(frozen=True)
class Erased:
    """What went: texts and calls lost their words; `told` are the prices and fares that stay.

    `groups` they left, by code; of these nobody leads `leaderless`, for nobody there has a phone.
    """

    texts: int
    calls: int
    told: int
    groups: tuple[str, ...] = ()
    leaderless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Busy:
    """A text or airtime for them is with a gateway at this moment: what comes back needs its row.

    It is over within two minutes, whatever happens to whoever sends it.
    """


def erase(
    session: Session, catalogue: Catalogue, person_id: int, now: datetime
) -> Erased | Busy | None:
    """Erase somebody, once or once more; None where there is nobody of this id."""
    person = hold_person(session, person_id)
    if person is None:
        return None
    if is_with_gateway(session, person_id):
        return Busy()
    texts, calls = count_said(session, person_id)
    groups = groups_of(session, person)
    leaderless = [
        group.code for group in groups if not _let_go(session, catalogue, group, person, now)
    ]
    erased = Erased(
        texts,
        calls,
        count_told(session, person_id),
        tuple(group.code for group in groups),
        tuple(leaderless),
    )
    erase_person(session, person, now)
    if leaderless:
        log.warning(
            "groups_without_leader",
            groups=leaderless,
            what_to_do="give somebody there a phone and an office at the desk",
        )
    return erased


def _let_go(
    session: Session, catalogue: Catalogue, group: Group, person: Subscriber, now: datetime
) -> bool:
    """See to it that somebody leads the group without them; False where nobody can."""
    # Of two who lead and leave at the same moment the second finds that nobody stands in.
    hold_group(session, group)
    own = member_of(session, group, person)
    if own is None or own.role is Role.MEMBER:
        return True
    stay = [one for one in members_of(session, group) if one.id != own.id]
    others = sorted((one for one in stay if one.subscriber_id is not None), key=rank)
    telling = _Telling(session, catalogue, group, own, now)
    if any(one.role in LEADERS for one in others):
        telling.leaders(others)
        return True
    if not others:
        return not stay  # a group of nobody needs no leader
    telling.follower(others, hand_over(session, own, others[0]))
    return True


@dataclass(frozen=True)
class _Telling:
    """Who is told that an officer is gone."""

    session: Session
    catalogue: Catalogue
    group: Group
    own: Member
    now: datetime

    def leaders(self, others: list[Member]) -> None:
        """Who leads the group now, and how they fill the office."""
        for one in others:
            if one.role in LEADERS:
                self._tell(
                    one,
                    lambda theirs, longest: (
                        f"{self._gone(theirs.language, longest)} "
                        f"{how_to_fill(theirs.language, self.own.role)}"
                    ),
                )

    def follower(self, others: list[Member], role: Role) -> None:
        """Whoever leads from now on, though nobody asked them; and the other officers."""
        follower = others[0]
        self._tell(
            follower,
            lambda theirs, longest: (
                f"{self._gone(theirs.language, longest)} "
                + say(
                    theirs.language,
                    "You are {office} of {group} now.",
                    office=office_name(role, theirs.language),
                    group=group_name(self.group, longest),
                )
            ),
        )
        for one in others[1:]:
            if one.role is not Role.MEMBER:
                self._tell(
                    one,
                    lambda theirs, longest: (
                        f"{self._gone(theirs.language, longest)} "
                        + say(
                            theirs.language,
                            "{name} is {office} now.",
                            name=member_name(follower, longest),
                            office=office_name(role, theirs.language),
                        )
                    ),
                )

    def _gone(self, language: str, longest: int) -> str:
        return say(
            language,
            "{group}: its {office} has left Bei.",
            group=group_name(self.group, longest),
            office=office_name(self.own.role, language),
        )

    def _tell(self, officer: Member, words: Tell) -> None:
        person = self.session.get_one(Subscriber, officer.subscriber_id)
        vocabulary = self.catalogue.vocabulary(self.session, self.group.country)
        theirs = addressing(self.session, vocabulary, person, self.now)
        enqueue(
            self.session,
            recipient=person,
            text=fit(lambda longest: [Part(words(theirs, longest))]),
            language=theirs.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"gone:{self.own.id}:{person.id}",
            now=self.now,
            due_at=waking_hours(self.now, self.group.timezone)[0],
        )
