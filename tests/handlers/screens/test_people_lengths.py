"""What was done stands above the screen on which a call goes on: whole, in every language."""

from dataclasses import replace

import pytest

from handlers.keywords.fitting import Part
from handlers.keywords.fitting import fit as fit_text
from handlers.screens.frames import Frame
from handlers.screens.people_facts import ELECTED
from handlers.screens.people_frames import (
    AddMember,
    Elections,
    ElectionView,
    InvitePhone,
    MemberCard,
    MemberList,
)
from handlers.screens.people_words import office_words
from handlers.screens.screen import fits
from handlers.screens.tree import draw_reply
from messaging.phrases import languages, say
from tests.handlers.screens.account import KIRIMA, at, caller
from tests.handlers.screens.fakes import NOON
from tests.handlers.screens.people import longest_people

LONG = "Wanjiku wa Kamau wa Njoroge wa Kaskazini Magharibi ya Githunguri Komothai Juuuuu"
MOST_OF_IT = 100
NAMES = [f"{LONG[:78]}{n}" for n in range(12)]


def said(language: str, sentence: str, **gaps: object) -> str:
    """The reply as the verb says it: its name as long as one segment leaves room for."""
    return fit_text(lambda longest: [Part(say(language, sentence, name=LONG[:longest], **gaps))])


def replies(language: str) -> list[tuple[Frame, str]]:
    """The longest that each screen has above it, and where."""
    office = max((office_words(one, language) for one in ELECTED), key=len)
    end = "miércoles 23:59" if language == "es" else "Wednesday 23:59"
    voted = "Your vote for {name} is counted. Until {end} you may change it: VOTE and a name."
    removed = "{name}, number {number}, is no longer in the group. The book keeps what was written."
    named = "{name} is nominated as {office}. To vote send VOTE and a name."
    added = "{name} is number {number} in {group}, without a phone."
    lacks = "{name} has no phone here, and an officer needs one. Send INVITE and the number."
    return [
        (AddMember(0), said(language, added, number=999_999, group=LONG[:24])),
        (MemberCard(0, 999_990), said(language, "{name} is {office} now.", office=office)),
        (MemberCard(0, 999_990), said(language, lacks)),
        (MemberList(0, tuple(range(999_980, 999_988))), said(language, removed, number=999_999)),
        (Elections(0), said(language, voted, end=end)),
        (ElectionView(0, 1), said(language, named, office=office)),
        (InvitePhone(0), say(language, "They were invited before. They can send JOIN {code}.",
                             code="GITHUNGURIDAIRYUNION")),
    ]  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_the_longest_replies_are_told_and_the_screen_beneath_is_whole(language: str) -> None:
    """Of a reply without room its first sentence stays; of a name of 80 letters most of it."""
    leader = longest_people(NAMES, NOON)[1]
    group = replace(KIRIMA, id=0)
    on_the_line = caller(language, own_groups=[group], of_people={0: leader})
    for frame, reply in replies(language):
        screen, drawn = draw_reply(at(frame), on_the_line, reply)
        assert fits(screen.text), screen.text
        first, above = reply.partition(". ")[0].rstrip("."), screen.text.rsplit("\n", 1)[0]
        is_most_of_it = reply.startswith(above) and len(above) >= MOST_OF_IT
        assert screen.text.startswith(first) or is_most_of_it, (frame, screen.text)
        # The screen itself is beneath, or behind the next key.
        assert "0 " in screen.text.splitlines()[-1]
        assert drawn.frame == frame
