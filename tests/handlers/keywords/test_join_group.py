"""Into a group by its code."""

import pytest

from groups.groups import active_members
from groups.models import Group
from handlers.commands import JoinGroup, Stop
from messaging.kinds import Channel
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import KAMAU, WANJIKU
from tests.handlers.keywords.talking import Talk


def kirima(talk: Talk, name: str = "Kirima Dairy") -> Group:
    return talk.group("KIRIMA", name)


def test_member_is_welcomed_and_told_when_the_bulletin_comes(talk: Talk) -> None:
    group = kirima(talk)
    assert talk.says(KAMAU, JoinGroup("kirima")) == (
        "Welcome to Kirima Dairy. Its prices come every Tuesday at 6 am. Free. Reply STOP to end."
    )
    assert [member.msisdn for member in active_members(talk.session, group)] == [KAMAU]
    again = talk.says(KAMAU, JoinGroup("KIRIMA"), "sw")
    assert again == (
        "Tayari uko katika Kirima Dairy. Bei zake huja kila Jumanne saa 12 alfajiri. "
        "Ni bure. Jibu ACHA kusitisha."
    )


def test_the_days_are_said_however_many_they_are(talk: Talk) -> None:
    group = kirima(talk)
    group.bulletin_weekdays = 0b1001
    assert "come every Monday and Thursday at 6 am." in (
        talk.says(KAMAU, JoinGroup("KIRIMA")) or ""
    )
    group.bulletin_weekdays, group.bulletin_month_day = 0, 31
    assert "huja kila mwisho wa mwezi saa 12" in (talk.says(KAMAU, JoinGroup("KIRIMA"), "sw") or "")


def test_a_group_that_reads_on_the_menu_is_told_where(talk: Talk) -> None:
    kirima(talk).bulletin_channel = Channel.USSD
    assert talk.says(KAMAU, JoinGroup("KIRIMA")) == (
        "Welcome to Kirima Dairy. Its prices are new on the menu every Tuesday at 6 am."
    )


@pytest.mark.parametrize("language", languages())
def test_whatever_the_days_it_is_one_segment(talk: Talk, language: str) -> None:
    group = kirima(talk, name="Kirima " * 11)
    group.is_demo = True
    for channel in (Channel.SMS, Channel.USSD):
        group.bulletin_channel = channel
        for days, month_day in ((0b1011011, None), (127, None), (0, 30), (0, 31)):
            group.bulletin_weekdays, group.bulletin_month_day = days, month_day
            reply = talk.says(KAMAU, JoinGroup("KIRIMA"), language)
            assert measure(reply or "").segments == 1, reply


def test_who_was_out_is_back_in(talk: Talk) -> None:
    kirima(talk)
    talk.says(KAMAU, Stop())
    talk.says(KAMAU, JoinGroup("KIRIMA"))
    assert talk.subscriber(KAMAU).opted_out_at is None


def test_code_that_is_none(talk: Talk) -> None:
    assert talk.says(WANJIKU, JoinGroup("KIRIMX")) == (
        "There is no group KIRIMX. Please ask your secretary for the code."
    )
    assert talk.says(WANJIKU, JoinGroup(None)) == (
        "Which group? Send JOIN and the code your secretary gave you."
    )
    reply = talk.says(WANJIKU, JoinGroup("X" * 1000))
    assert reply is not None
    assert measure(reply).segments == 1


def test_long_name_is_held_to_a_segment(talk: Talk) -> None:
    kirima(talk, name="Kirima " * 11)
    for language in ("en", "sw"):
        reply = talk.says(KAMAU, JoinGroup("KIRIMA"), language)
        assert reply is not None
        assert measure(reply).segments == 1


def test_demo_group_is_marked(talk: Talk) -> None:
    kirima(talk).is_demo = True
    assert (talk.says(KAMAU, JoinGroup("KIRIMA")) or "").startswith("DEMO Welcome to Kirima")
