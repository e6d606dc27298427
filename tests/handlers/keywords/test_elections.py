"""Stories of an election by text: opened, named, voted, and how it ends."""

from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from db.session import Database
from groups.groups import join
from groups.members import members_of
from groups.models import Group, Role
from groups.office_models import ElectionEnd, ElectionVote, GroupElection
from handlers.telling_elections import tell_closed
from messaging.models import OutboundMessage, Subscriber
from messaging.phrases import languages
from messaging.segments import measure
from prices.catalogue import Catalogue
from scheduler.elections import close_elections
from tests.cast import ACHIENG, KAMAU, MUTISO, NJERI, OTIENO, WANJIKU
from tests.groups.stories import found_group, meet
from tests.handlers.texting import Phones, rows

MEMBERS = {NJERI: "Njeri", KAMAU: "Kamau", WANJIKU: "Wanjiku", OTIENO: "Otieno", MUTISO: "Mutiso"}
NONE = "Nothing is voted on in Kirima Dairy now."


@pytest.fixture
def phones(database: Database, now: datetime) -> Phones:
    """Njeri is secretary of KIRIMA, and has opened the election of a chair."""
    with database.begin() as session:
        group = found_group(session, "KIRIMA", name="Kirima Dairy")
        for msisdn, name in MEMBERS.items():
            role = Role.SECRETARY if msisdn == NJERI else Role.MEMBER
            join(
                session, group, meet(session, msisdn, now, name=name, language="en"), now, role=role
            )
    return Phones(database, now)


def close(phones: Phones) -> int:
    return close_elections(phones.database, Catalogue(), tell_closed, phones.now)


def roles(phones: Phones) -> dict[str, Role]:
    with phones.database.read() as session:
        group = session.scalars(select(Group)).one()
        return {one.name: one.role for one in members_of(session, group)}


def told(phones: Phones, msisdn: str) -> list[str]:
    with phones.database.read() as session:
        query = select(OutboundMessage.text).join(
            Subscriber, Subscriber.id == OutboundMessage.subscriber_id
        )
        texts = query.where(Subscriber.msisdn == msisdn).order_by(OutboundMessage.id)
        return list(session.scalars(texts.where(OutboundMessage.dedupe_key.like("election:%"))))


def ends(phones: Phones) -> list[ElectionEnd | None]:
    with phones.database.read() as session:
        return list(session.scalars(select(GroupElection.ended).order_by(GroupElection.id)))


def test_an_officer_opens_it_and_everybody_hears(phones: Phones) -> None:
    assert phones.text(NJERI, "ELECT CHAIR") == (
        "Kirima Dairy votes for its chair until Thursday 12:00. All members are told."
    )
    for msisdn in MEMBERS:
        assert told(phones, msisdn) == [
            "Kirima Dairy elects its chair until Thursday 12:00. "
            "Within 24 hours name somebody: NOMINATE JANE. To vote: VOTE JANE"
        ]
    assert phones.text(NJERI, "elect chair") == (
        "That election is under way: NOMINATE JANE, VOTE JANE"
    )


def test_whoever_has_the_most_votes_is_chair(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    assert phones.text(KAMAU, "NOMINATE WANJIKU") == (
        "Wanjiku is nominated as chair. To vote send VOTE and a name."
    )
    phones.text(WANJIKU, "NOMINATE KAMAU")
    assert phones.text(KAMAU, "VOTE WANJIKU") == (
        "Your vote for Wanjiku is counted. Until Thursday 12:00 you may change it: VOTE and a name."
    )
    phones.text(WANJIKU, "VOTE WANJIKU")
    phones.text(OTIENO, "VOTE 2")
    assert close(phones) == 0
    phones.wait(hours=48)
    assert phones.text(MUTISO, "VOTE KAMAU") == NONE
    assert close(phones) == 1
    assert close(phones) == 0
    assert told(phones, MUTISO)[1:] == [
        "Kirima Dairy: Wanjiku is elected chair. Wanjiku 2, Kamau 1. 3 of 5 voted."
    ]
    assert roles(phones) == {
        "Njeri": Role.SECRETARY,
        "Kamau": Role.MEMBER,
        "Wanjiku": Role.CHAIR,
        "Otieno": Role.MEMBER,
        "Mutiso": Role.MEMBER,
    }


def test_one_vote_each_which_may_be_changed(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    phones.text(KAMAU, "NOMINATE WANJIKU")
    phones.text(KAMAU, "NOMINATE OTIENO")
    for name in ("WANJIKU", "OTIENO", "WANJIKU", "WANJIKU"):
        phones.text(KAMAU, f"VOTE {name}")
    phones.text(NJERI, "VOTE OTIENO")
    with phones.database.read() as session:
        assert rows(session, ElectionVote) == 2
    phones.wait(hours=48)
    close(phones)
    assert (told(phones, KAMAU)[-1]).endswith("Otieno 1, Wanjiku 1. 2 of 5 voted.") or (
        "Wanjiku 1, Otieno 1" in told(phones, KAMAU)[-1]
    )


def test_when_all_have_voted_it_ends(phones: Phones) -> None:
    phones.text(NJERI, "ELECT TREASURER")
    phones.text(KAMAU, "NOMINATE KAMAU")
    replies = [phones.text(msisdn, "VOTE KAMAU") for msisdn in MEMBERS]
    assert (
        replies[-1] == "Your vote for Kamau is counted. All have voted: the result comes by text."
    )
    assert ends(phones) == [ElectionEnd.ELECTED]
    assert roles(phones)["Kamau"] is Role.TREASURER
    assert phones.text(KAMAU, "VOTE KAMAU") == NONE


def test_the_new_secretary_takes_the_place_of_the_old_one(phones: Phones) -> None:
    phones.text(NJERI, "ELECT SECRETARY")
    phones.text(KAMAU, "NOMINATE KAMAU")
    for msisdn in MEMBERS:
        phones.text(msisdn, "VOTE KAMAU")
    assert (roles(phones)["Kamau"], roles(phones)["Njeri"]) == (Role.SECRETARY, Role.MEMBER)


def test_an_even_vote_is_voted_on_once_more_and_then_nothing_changes(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    for name in ("KAMAU", "WANJIKU", "OTIENO"):
        phones.text(KAMAU, f"NOMINATE {name}")
    phones.text(KAMAU, "VOTE KAMAU")
    phones.text(WANJIKU, "VOTE WANJIKU")
    phones.wait(hours=48)
    close(phones)
    assert told(phones, MUTISO)[-1] == (
        "Kirima Dairy, chair: even. Vote once more until Friday 12:00: VOTE and the name. "
        "Kamau 1, Wanjiku 1, Otieno 0. 2 of 5 voted."
    )
    assert phones.text(KAMAU, "NOMINATE MUTISO") == (
        "Nobody is nominated any more. To see who is send VOTE"
    )
    assert phones.text(MUTISO, "VOTE OTIENO") == (
        "Which one is meant? Reply 1 Kamau #2, 2 Wanjiku #3, 3 to drop it."
    )
    phones.text(MUTISO, "1")
    phones.text(OTIENO, "VOTE WANJIKU")
    phones.wait(hours=24)
    close(phones)
    assert told(phones, MUTISO)[-1] == (
        "Kirima Dairy, chair: even again. Nothing changes. Kamau 1, Wanjiku 1. 2 of 5 voted."
    )
    assert ends(phones) == [ElectionEnd.RUN_OFF, ElectionEnd.VOID]
    assert Role.CHAIR not in roles(phones).values()


def test_where_fewer_than_a_third_vote_nothing_changes(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    phones.text(KAMAU, "NOMINATE KAMAU")
    phones.text(KAMAU, "VOTE KAMAU")
    phones.wait(hours=48)
    close(phones)
    assert told(phones, KAMAU)[-1] == (
        "Kirima Dairy, chair: fewer than a third voted. Nothing changes. Kamau 1. 1 of 5 voted."
    )
    assert roles(phones)["Kamau"] is Role.MEMBER


def test_of_two_elections_the_office_is_asked(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    phones.text(NJERI, "ELECT TREASURER")
    assert phones.text(KAMAU, "NOMINATE WANJIKU") == (
        "For which office? Reply 1 chair, 2 treasurer."
    )
    assert phones.text(KAMAU, "2") == (
        "Wanjiku is nominated as treasurer. To vote send VOTE and a name."
    )


@pytest.mark.parametrize(
    ("sender", "text", "reply"),
    [
        (KAMAU, "ELECT CHAIR", "Only officers of a group can do this."),
        (NJERI, "ELECT COLLECTOR", "Send ELECT CHAIR, ELECT SECRETARY or ELECT TREASURER"),
        (KAMAU, "VOTE WANJIKU", NONE),
        (KAMAU, "VOTE", NONE),
        (KAMAU, "NOMINATE WANJIKU", NONE),
        (ACHIENG, "VOTE WANJIKU", "You are in no group."),
        (ACHIENG, "NOMINATE WANJIKU", "You are in no group."),
    ],
)
def test_where_nothing_is_voted_on(phones: Phones, sender: str, text: str, reply: str) -> None:
    assert phones.text(sender, text) == reply
    assert ends(phones) == []


def test_who_cannot_be_nominated(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    phones.text(NJERI, "ADD MEMBER JANE")
    assert phones.text(KAMAU, "VOTE") == "Nobody is nominated yet. Send NOMINATE and a name."
    assert phones.text(KAMAU, "NOMINATE JANE") == (
        "Jane has no phone here, and an officer needs one. Send INVITE and the number."
    )
    assert phones.text(KAMAU, "NOMINATE ZEBEDAYO") == (
        "Nobody in Kirima Dairy is called ZEBEDAYO. To see all send MEMBERS"
    )
    phones.wait(hours=25)
    assert phones.text(KAMAU, "NOMINATE WANJIKU") == (
        "Nobody is nominated any more. To see who is send VOTE"
    )


def test_two_workers_close_it_once(phones: Phones) -> None:
    phones.text(NJERI, "ELECT CHAIR")
    phones.text(KAMAU, "NOMINATE KAMAU")
    for msisdn in (KAMAU, WANJIKU):
        phones.text(msisdn, "VOTE KAMAU")
    phones.wait(hours=48)
    closed: list[int] = []
    together = Barrier(2)

    def work() -> None:
        together.wait()
        closed.append(close(phones))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(closed) == [0, 1]
    assert len(told(phones, MUTISO)) == 2


@pytest.mark.parametrize("language", languages())
def test_whatever_the_names_it_is_one_segment(phones: Phones, language: str) -> None:
    with phones.database.begin() as session:
        session.scalars(select(Group)).one().name = "Kirima " * 11
        for msisdn in MEMBERS:
            person = meet(session, msisdn, phones.now)
            person.language, person.has_chosen_language = language, True
            person.name = f"{MEMBERS[msisdn]} " * 10
    texts = [
        (NJERI, "ELECT CHAIR"),
        (NJERI, "ELECT CHAIR"),
        (KAMAU, "VOTE"),
        (KAMAU, "NOMINATE 2"),
        (KAMAU, "NOMINATE 3"),
        (KAMAU, "VOTE 2"),
        (WANJIKU, "VOTE 3"),
        (WANJIKU, "VOTE"),
    ]
    replies = [phones.text(*text) for text in texts]
    for hours in (48, 24):
        phones.wait(hours=hours)
        close(phones)
        replies.append(phones.text(KAMAU, "VOTE 3"))
    for reply in [*replies, *told(phones, MUTISO)]:
        assert measure(reply or "").segments == 1, reply
