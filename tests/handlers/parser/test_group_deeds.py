"""What is done in a group, and what only looks like it."""

from dataclasses import replace

import pytest

from handlers.commands import Deed, GroupDeed, JoinGroup
from handlers.parser import Sender, parse
from tests.handlers.parser.words import WORDS, read

OFFICER = replace(Sender(), keeps_book=True)


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("MEMBERS", GroupDeed(Deed.MEMBERS)),
        ("wanachama kirima", GroupDeed(Deed.MEMBERS, "kirima")),
        ("ADD MEMBER JANE WANJIRU", GroupDeed(Deed.ADD, "JANE WANJIRU")),
        ("Add member: Rose Nakuru Milk.", GroupDeed(Deed.ADD, "Rose Nakuru Milk")),
        ("REMOVE MEMBER #7", GroupDeed(Deed.REMOVE, "#7")),
        ("COLLECTOR PETER", GroupDeed(Deed.APPOINT, "PETER", "collector")),
        ("mwenyekiti Molo", GroupDeed(Deed.APPOINT, "Molo", "chair")),
        ("REMOVE COLLECTOR PETER", GroupDeed(Deed.DISMISS, "PETER")),
        ("MEETING SAT 10AM", GroupDeed(Deed.MEET, "SAT 10AM")),
        ("COMING", GroupDeed(Deed.COME)),
        ("not coming", GroupDeed(Deed.STAY_AWAY)),
        ("ELECT CHAIR", GroupDeed(Deed.ELECT, office="chair")),
        ("NOMINATE JANE", GroupDeed(Deed.NOMINATE, "JANE")),
        ("VOTE FOR JANE", GroupDeed(Deed.VOTE, "JANE")),
        ("VOTE", GroupDeed(Deed.VOTE)),
        ("PIN 4821", GroupDeed(Deed.SET_PIN, "4821")),
        ("NEW SIM KIRIMA 7 4821", GroupDeed(Deed.NEW_SIM, "KIRIMA 7 4821")),
    ],
)
def test_the_verb_and_whom_it_is_about(text: str, deed: GroupDeed) -> None:
    assert read(text) == deed


def test_remove_alone_is_an_officers_word() -> None:
    assert parse("REMOVE JANE", WORDS, OFFICER).command == GroupDeed(Deed.REMOVE, "JANE")
    for text in ("REMOVE JANE", "REMOVE MILK NAKURU", "REMOVE ME"):
        assert not isinstance(read(text), GroupDeed), text
    for text in ("REMOVE MILK NAKURU", "REMOVE ME"):
        assert not isinstance(parse(text, WORDS, OFFICER).command, GroupDeed), text


@pytest.mark.parametrize(
    "text",
    [
        "members?",
        "PIN 48",
        "PIN 4821 was wrong",
        "NEW SIM 4821",
        "election results are out in Nakuru county",
        "collector of debts came with 3 men and took my cow",
        "coming home tomorrow",
        "COLLECTOR",
        "ELECT CHAIR JANE",
        "Chama meeting sat 2pm at Thika, bring 200 each",
    ],
)
def test_what_is_nothing_of_it(text: str) -> None:
    assert not isinstance(read(text), GroupDeed)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("CREATE GROUP KIRIMA DAIRY", JoinGroup("KIRIMA DAIRY", is_founding=True)),
        ("unda kikundi Molo Maziwa", JoinGroup("Molo Maziwa", is_founding=True)),
        ("create group", JoinGroup(None, is_founding=True)),
        ("INVITE 0711000001", JoinGroup(None, invited="0711000001")),
        ("invite +254 711 000 001 kirima", JoinGroup("KIRIMA", invited="+254 711 000 001")),
        ("alika", JoinGroup(None, invited="")),
    ],
)
def test_a_group_is_founded_and_others_are_invited(text: str, command: JoinGroup) -> None:
    assert read(text) == command
