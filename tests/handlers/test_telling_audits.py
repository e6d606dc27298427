"""What an audit found goes to every officer in one text, in their own words, when they are up."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy import select

from groups.audit_of_group import Finding, FindingKind
from groups.audits import Told
from handlers.telling_audits import tell_findings
from messaging.kinds import OutboundKind
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from tests.cast import ACHIENG, MUTISO, NJERI, OTIENO
from tests.groups.milk_books import OFFICERS, Dairy, kirima_dairy
from tests.handlers.keywords.talking import Talk

# Three at night in Nairobi.
NIGHT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def dairy(talk: Talk) -> Dairy:
    talk.now = NIGHT
    for msisdn in OFFICERS:
        talk.subscriber(msisdn).language = "en"
    return kirima_dairy(talk.session, NIGHT)


def of(kind: FindingKind, received: float, found: float, member: str | None = None) -> Told:
    day = date(2026, 11, 22)
    since = date(2026, 11, 16) if kind is FindingKind.DRIP else day
    finding = Finding(kind, since, day, Decimal(str(received)), Decimal(str(found)), 1)
    return Told(finding, member)


def texts(talk: Talk) -> dict[str, OutboundMessage]:
    found = talk.session.execute(
        select(Subscriber.msisdn, OutboundMessage).join(
            Subscriber, Subscriber.id == OutboundMessage.subscriber_id
        )
    )
    return dict(found.all())


def told(talk: Talk, dairy: Dairy, *found: Told) -> dict[str, OutboundMessage]:
    assert tell_findings(talk.session, talk.vocabulary, dairy.group, found, talk.now) == 4
    return texts(talk)


def test_every_officer_is_told_when_they_are_up(talk: Talk, dairy: Dairy) -> None:
    talk.subscriber(MUTISO).language = "sw"
    promised = told(talk, dairy, of(FindingKind.BEFORE_SALE, 180, 140))
    assert promised.keys() == {NJERI, OTIENO, ACHIENG, MUTISO} == OFFICERS.keys()
    assert {one.due_at for one in promised.values()} == {SIX}
    assert {one.kind for one in promised.values()} == {OutboundKind.ALERT}
    assert promised[NJERI].text == (
        "Audit of Kirima Dairy Group. 22 Nov: 180 L received, 140 sold or lost, 40 missing. "
        "Every officer gets this text. The whole: AUDIT"
    )
    assert promised[MUTISO].text == (
        "Ukaguzi wa Kirima Dairy Group. 22 Nov: L 180 zilipokelewa, 140 ziliuzwa au kupotea, "
        "40 hazipo. Kila kiongozi anapata ujumbe huu. Yote: UKAGUZI"
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (of(FindingKind.BEFORE_SALE, 180, 210), "22 Nov: 180 L received, 30 more sold than that."),
        (
            of(FindingKind.AT_BUYER, 180, 160.5),
            "22 Nov: 180 L received, 19.5 missing on the buyer's scale.",
        ),
        (
            of(FindingKind.DRIP, 2700, 2600),
            "16-22 Nov: 2,700 L received, 100 missing, a little every day.",
        ),
        (
            of(FindingKind.OWN_SIDE, 12, 15.5, "Jane Wanjiru"),
            "22 Nov Jane Wanjiru: receipt 12 L, own side 15.5.",
        ),
    ],
)
def test_what_is_said(talk: Talk, dairy: Dairy, found: Told, words: str) -> None:
    assert words in told(talk, dairy, found)[NJERI].text


def test_the_same_night_again_is_the_same_text(talk: Talk, dairy: Dairy) -> None:
    told(talk, dairy, of(FindingKind.BEFORE_SALE, 180, 140))
    told(talk, dairy, of(FindingKind.BEFORE_SALE, 180, 130))
    assert "40 missing" in texts(talk)[NJERI].text


@pytest.mark.parametrize(("language", "count"), list(product(languages(), (1, 4, 40))))
def test_many_findings_are_two_segments_and_the_rest_is_counted(
    talk: Talk, dairy: Dairy, language: str, count: int
) -> None:
    for msisdn in OFFICERS:
        talk.subscriber(msisdn).language = language
    dairy.group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
    found = [of(FindingKind.OWN_SIDE, 1200.5, 1500.5, "Jane Wanjiru wa Kamau")] * count
    (text,) = {one.text for one in told(talk, dairy, *found).values()}
    assert max(one.segments for one in texts(talk).values()) <= 2
    if count == 40:
        left = 40 - text.count("22 ")
        assert str(left) in text
