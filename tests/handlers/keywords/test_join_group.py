"""Into a group by its code."""

from groups.groups import active_members
from groups.models import Group
from handlers.commands import JoinGroup, Stop
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
