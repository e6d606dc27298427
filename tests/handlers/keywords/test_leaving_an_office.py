"""Whoever leads a group does not leave it without anybody who does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from db.session import Database
from groups.groups import find_group, join, leave
from groups.members import members_of, officers_of
from groups.models import Role
from messaging.phrases import languages
from messaging.segments import measure
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.texting import Phones

LEAVE = "LEAVE GROUP KIRIMA"
LEFT = "You have left Kirima Dairy Group. To come back send JOIN KIRIMA."


@pytest.fixture
def dairy(database: Database, now: datetime) -> Dairy:
    """KIRIMA: Njeri secretary, Peter collector, Rose treasurer, Wanjiku, Kamau, and Mary."""
    return Dairy(Phones(database, now))


def office(dairy: Dairy, role: Role) -> list[str]:
    with dairy.phones.database.read() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        return [one.name for one in officers_of(session, group, role)]


def is_in(dairy: Dairy, msisdn: str) -> bool:
    with dairy.phones.database.begin() as session:
        person, group = meet(session, msisdn, dairy.phones.now), find_group(session, "KIRIMA")
        assert group is not None
        return person.id in {one.subscriber_id for one in members_of(session, group)}


def add_chair(dairy: Dairy) -> None:
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        chair = meet(session, ACHIENG, dairy.phones.now, name="Grace Achieng", language="en")
        join(session, group, chair, dairy.phones.now, role=Role.CHAIR)


def test_the_other_one_who_leads_stands_in_and_is_told(dairy: Dairy) -> None:
    add_chair(dairy)
    assert dairy.text(NJERI, LEAVE) == (
        "You are secretary of Kirima Dairy Group. If you leave, chair Grace Achieng stands in. "
        "Reply 1 to leave, 2 to stay."
    )
    assert is_in(dairy, NJERI)
    assert dairy.text(NJERI, "1") == LEFT
    assert not is_in(dairy, NJERI)
    assert dairy.told(ACHIENG) == [
        "Njeri Mwangi has left Kirima Dairy Group, whose secretary they were. You stand in. "
        "To name another: SECRETARY and the name, or ELECT SECRETARY"
    ]
    assert office(dairy, Role.SECRETARY) == []
    assert dairy.text(ACHIENG, "SECRETARY ROSE") == "Rose Atieno is treasurer already."


@pytest.mark.parametrize("answer", ["2", "NO"])
def test_who_thinks_again_stays(dairy: Dairy, answer: str) -> None:
    add_chair(dairy)
    dairy.text(ACHIENG, LEAVE)
    assert dairy.text(ACHIENG, answer) == "Dropped. Nothing was written down."
    assert office(dairy, Role.CHAIR) == ["Grace Achieng"]
    assert dairy.told(NJERI) == []


def test_a_chair_leaves_and_the_secretary_stands_in(dairy: Dairy) -> None:
    add_chair(dairy)
    assert "secretary Njeri Mwangi stands in" in dairy.text(ACHIENG, LEAVE)
    dairy.text(ACHIENG, "1")
    assert "CHAIR and the name, or ELECT CHAIR" in dairy.told(NJERI)[0]


def test_who_leads_alone_names_who_follows(dairy: Dairy) -> None:
    asked = dairy.text(NJERI, LEAVE)
    assert asked == (
        "Nobody else leads Kirima Dairy Group. Who takes over from you? Reply 1 Rose Atieno, "
        "2 Peter Otieno, 3 Jane Wanjiku, 4 Hosea Kamau, 5 to stay."
    )
    assert dairy.text(NJERI, "3") == (
        "Jane Wanjiku is secretary now. You have left Kirima Dairy Group. "
        "To come back send JOIN KIRIMA."
    )
    assert office(dairy, Role.SECRETARY) == ["Jane Wanjiku"]
    assert not is_in(dairy, NJERI)
    assert dairy.told(WANJIKU) == ["You are secretary of Kirima Dairy Group now."]
    # The other officers hear who it is.
    assert (
        dairy.told(ROSE)
        == dairy.told(PETER)
        == ["Kirima Dairy Group: Njeri Mwangi has left, Jane Wanjiku is secretary now."]
    )


def test_an_officer_who_takes_over_leaves_the_office_before(dairy: Dairy) -> None:
    dairy.text(NJERI, LEAVE)
    dairy.text(NJERI, "1")
    assert office(dairy, Role.SECRETARY) == ["Rose Atieno"]
    assert office(dairy, Role.TREASURER) == []
    assert dairy.text(ROSE, "TREASURER HOSEA") == "Hosea Kamau is treasurer now."


def test_a_number_later_than_it_is_asked_leaves_nobody_without_a_leader(dairy: Dairy) -> None:
    dairy.text(NJERI, LEAVE)
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        leave(session, group, meet(session, WANJIKU, dairy.phones.now), dairy.phones.now)
    asked = dairy.text(NJERI, "3")
    assert asked.startswith("Nobody else leads Kirima Dairy Group. Who takes over from you?")
    assert "Jane" not in asked
    assert is_in(dairy, NJERI)


def test_both_who_lead_leave_one_after_the_other(dairy: Dairy) -> None:
    add_chair(dairy)
    dairy.text(NJERI, LEAVE)
    dairy.text(ACHIENG, LEAVE)
    assert dairy.text(ACHIENG, "1") == LEFT
    # Grace was to stand in, and is gone.
    assert dairy.text(NJERI, "1").startswith("Nobody else leads Kirima Dairy Group.")
    assert is_in(dairy, NJERI)


def test_both_who_lead_leave_at_the_same_moment(dairy: Dairy) -> None:
    add_chair(dairy)
    both = (NJERI, ACHIENG)
    for leader in both:
        assert "stands in" in dairy.text(leader, LEAVE)
    together = Barrier(2)

    def answer(leader: str) -> str:
        together.wait()
        return dairy.text(leader, "1")

    with ThreadPoolExecutor(2) as threads:
        replies = sorted(threads.map(answer, both))
    assert replies[0].startswith("Nobody else leads Kirima Dairy Group.")
    assert replies[1] == LEFT
    assert [is_in(dairy, leader) for leader in both].count(True) == 1


def test_where_nobody_else_has_a_phone_it_is_said_and_asked(dairy: Dairy) -> None:
    dairy.text(KAMAU, "CREATE GROUP BIDII")
    dairy.text(KAMAU, "Githunguri")
    dairy.text(KAMAU, "ADD MEMBER ZIPPORAH")
    asked = dairy.text(KAMAU, "LEAVE GROUP BIDII")
    assert asked == (
        "Nobody else in Bidii has a phone: if you leave, nobody can lead it. "
        "Reply 1 to leave, 2 to stay."
    )
    assert dairy.text(KAMAU, "1").startswith("You have left Bidii.")


def test_the_last_of_all_just_leaves(dairy: Dairy) -> None:
    dairy.text(KAMAU, "CREATE GROUP BIDII")
    dairy.text(KAMAU, "Githunguri")
    assert dairy.text(KAMAU, "LEAVE GROUP BIDII").startswith("You have left Bidii.")


def test_a_treasurer_just_leaves_and_who_leads_is_told(dairy: Dairy) -> None:
    assert dairy.text(ROSE, LEAVE) == LEFT
    assert dairy.told(NJERI) == [
        "Rose Atieno has left Kirima Dairy Group, whose treasurer they were. "
        "To name another: TREASURER and the name, or ELECT TREASURER"
    ]


def test_a_collector_and_a_member_just_leave(dairy: Dairy) -> None:
    assert dairy.text(PETER, LEAVE) == LEFT
    assert dairy.told(NJERI) == [
        "Peter Otieno has left Kirima Dairy Group, whose collector they were. "
        "To name another: COLLECTOR and the name"
    ]
    assert dairy.text(WANJIKU, LEAVE) == LEFT
    assert len(dairy.told(NJERI)) == 1


def test_in_a_group_that_lost_its_leaders_the_last_officer_is_asked(dairy: Dairy) -> None:
    """As the file of an operator may have brought it in."""
    with dairy.phones.database.begin() as session:
        group = found_group(session, "BIDII")
        now = dairy.phones.now
        join(session, group, meet(session, MUTISO, now, language="en"), now, role=Role.TREASURER)
        join(session, group, meet(session, KAMAU, now), now)
    assert dairy.text(MUTISO, "LEAVE GROUP BIDII") == (
        "Nobody else leads Bidii Dairy Group. Who takes over from you? "
        "Reply 1 Hosea Kamau, 2 to stay."
    )
    assert dairy.text(MUTISO, "1").startswith("Hosea Kamau is secretary now.")


def test_what_a_gateway_repeats_is_told_once(dairy: Dairy) -> None:
    dairy.text(ROSE, LEAVE)
    dairy.text(ROSE, LEAVE)
    assert len(dairy.told(NJERI)) == 1


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(dairy: Dairy, language: str) -> None:
    add_chair(dairy)
    with dairy.phones.database.begin() as session:
        group = find_group(session, "KIRIMA")
        assert group is not None
        group.name = "Githunguri Mwihoko Dairy Farmers Co-operative Society"
        for msisdn in (NJERI, PETER, ROSE, WANJIKU, KAMAU, ACHIENG):
            person = meet(session, msisdn, dairy.phones.now, name="Bartholomayo Zebedayo Mwangaza")
            person.language, person.has_chosen_language = language, True
    replies = [dairy.text(ROSE, LEAVE), dairy.text(NJERI, LEAVE), dairy.text(NJERI, "1")]
    replies += [dairy.text(ACHIENG, LEAVE), dairy.text(ACHIENG, "2")]
    replies += [*dairy.told(ACHIENG), *dairy.told(WANJIKU), *dairy.told(PETER)]
    assert len(replies) == 7
    for reply in replies:
        assert measure(reply).segments == 1, reply
