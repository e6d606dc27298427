"""Whoever was given an office at the desk, or lost one, is told once, when they are up."""

from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy import select

from groups.members import add_member, officers_of
from groups.models import Role
from handlers.telling_offices import tell_office
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage
from messaging.phrases import languages
from tests.cast import ACHIENG
from tests.groups.milk_books import kirima_dairy
from tests.handlers.keywords.talking import Talk

# Three at night in Nairobi.
NIGHT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OFFICES = (Role.CHAIR, Role.SECRETARY, Role.TREASURER, Role.COLLECTOR)


def texts(talk: Talk) -> list[OutboundMessage]:
    return list(talk.session.scalars(select(OutboundMessage).order_by(OutboundMessage.id)))


@pytest.mark.parametrize("language", languages())
def test_it_is_one_segment_in_their_own_words(talk: Talk, language: str) -> None:
    group = kirima_dairy(talk.session, NIGHT).group
    group.name = "The Very Long Name of a Self Help Group of Dairy Farmers at Kirima"
    talk.subscriber(ACHIENG).language = language
    (chair,) = officers_of(talk.session, group, Role.CHAIR)
    for minute, (role, holds) in enumerate(product(OFFICES, (True, False))):
        now = NIGHT.replace(minute=minute)
        tell_office(talk.session, talk.vocabulary, group, chair, role, now, holds=holds)
    told = texts(talk)
    assert len(told) == 8
    for one in told:
        assert (one.segments, one.language, one.kind) == (1, language, OutboundKind.ALERT)
        assert one.due_at == SIX
        assert one.subscriber_id == talk.subscriber(ACHIENG).id
    if language == "en":
        assert told[0].text.startswith("You are chair of The Very Long Name")
        assert told[1].text.startswith("You are no longer chair of The Very Long Name")


def test_who_has_no_phone_is_told_nothing(talk: Talk) -> None:
    group = kirima_dairy(talk.session, NIGHT).group
    jane = add_member(talk.session, group, "Jane", NIGHT)
    tell_office(talk.session, talk.vocabulary, group, jane, Role.CHAIR, NIGHT, holds=True)
    assert texts(talk) == []
