"""What was asked back, on a screen; and the reply to what was done, above the one that follows."""

from dataclasses import dataclass, replace

import pytest

from handlers.commands import Confirm, Statement
from handlers.screens.book_frames import BookDeed, BookLitres, BookMembers, BookMenu
from handlers.screens.caller import Caller, QuestionFacts
from handlers.screens.frames import Asked, GroupAbout, GroupView, State
from handlers.screens.screen import fewer_sentences, fits
from handlers.screens.tree import draw_reply, press
from tests.handlers.screens.account import KIRIMA, AccountFacts, after, at, caller, pressed, shown

QUESTION = QuestionFacts("70 L of Jane in one milking? Reply 1 yes, 2 to drop it.", 2)
LONG = QuestionFacts("Which of them is meant? Reply " + "1 Wanjiku Kamau, " * 7, 5)
OFFICER = caller(own_groups=[replace(KIRIMA, is_officer=True)])


@dataclass(frozen=True)
class AskedFacts(AccountFacts):
    """Of whom something was asked."""

    asked: QuestionFacts | None = QUESTION

    def question(self) -> QuestionFacts | None:
        """As written down."""
        return self.asked


def asked(question: QuestionFacts | None = QUESTION) -> Caller:
    """Somebody who was asked this."""
    return replace(OFFICER, facts=AskedFacts(own_groups=[KIRIMA], asked=question))


def test_a_question_stands_as_it_is_held() -> None:
    assert shown(at(GroupView(1), Asked()), asked()) == (
        "70 L of Jane in one milking? Reply 1 yes, 2 to drop it.\n0 Answer later 00 Home"
    )


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_number_answers_it_and_the_call_goes_on(key: str) -> None:
    step = pressed(at(GroupView(1), Asked()), key, asked())
    assert (step.command, step.is_told, step.ends) == (Confirm(int(key)), True, False)
    assert step.state.frame == GroupView(1)


def test_where_the_command_would_have_ended_the_call_its_answer_does() -> None:
    step = pressed(at(GroupView(1), Asked(ends=True)), "1", asked())
    assert (step.command, step.ends) == (Confirm(1), True)


@pytest.mark.parametrize("key", ["3", "9", "8", "", "x9"])
def test_what_is_no_answer_is_asked_for_again(key: str) -> None:
    step = pressed(at(GroupView(1), Asked()), key, asked())
    assert (step.command, step.state.frame) == (None, Asked())
    assert step.notice


def test_it_may_be_left_open() -> None:
    for key, frame in (("0", GroupView(1)),):
        assert pressed(at(GroupView(1), Asked()), key, asked()).state.frame == frame


def test_a_question_that_is_held_no_more() -> None:
    gone = asked(None)
    assert shown(at(Asked()), gone) == "Nothing is asked any more.\n0 Back 00 Home"
    assert pressed(at(Asked()), "1", gone).command is None


def test_a_long_question_has_pages_and_is_answered_from_each() -> None:
    state = at(GroupView(1), Asked())
    first = shown(state, asked(LONG))
    assert first.endswith("\n9 More 0 Back")
    assert after(state, "9", asked(LONG)).endswith("\n0 Answer later 00 Home")
    assert pressed(state, "5", asked(LONG)).command == Confirm(5)


# The reply above the screen that follows


def test_on_with_the_first_screen_of_that_kind() -> None:
    members = BookMembers(1, BookDeed.MILK, (1, 2))
    state = at(BookMenu(1), members, replace(members, options=(3,)), BookLitres(1, BookDeed.MILK))
    following = replace(members, options=(4,))
    assert state.on_with(following).frames == at(BookMenu(1), following).frames
    assert state.on_with(None) == state.back()
    # Where none of that kind was passed it takes the place of this one.
    there = at(BookMenu(1)).on_with(members)
    assert there.frames == at(members).frames
    assert State().on_with(members).frames == at(members).frames


def test_a_reply_stands_above_the_screen_as_far_as_there_is_room() -> None:
    about = at(GroupAbout(1))
    short = "Written (no. 1). Thank you."
    screen, _ = draw_reply(about, OFFICER, short)
    assert screen.text.startswith(f"{short}\nKirima Dairy Group\n")
    long = f"{'Written down now. ' * 4}{'And more of it. ' * 6}".strip()
    screen, state = draw_reply(about, OFFICER, long)
    notice = screen.text.split("\nKirima")[0]
    assert long.startswith(notice)
    assert notice.endswith(".")
    assert fits(screen.text)
    assert press(state, "1", OFFICER).state.frame != state.frame


def test_a_reply_that_leaves_no_room_stands_before_the_screen() -> None:
    long = "word " * 28
    screen, state = draw_reply(at(GroupAbout(1)), OFFICER, long)
    assert screen.text == f"{long.strip()}\n9 More 0 Back"
    step = press(state, "9", OFFICER)
    assert shown(step.state, OFFICER).startswith("Kirima Dairy Group\n")
    # Until it is on the phone none of its keys leads anywhere.
    assert (state.shown, state.part) == (0, -1)


def test_sentences_are_counted_by_their_ends() -> None:
    told = "Written (no. 1). 5 L not taken. It is no. 9 now. Thank you."
    assert list(fewer_sentences(told)) == [
        told,
        "Written (no. 1). 5 L not taken. It is no. 9 now.",
        "Written (no. 1). 5 L not taken.",
        "Written (no. 1).",
    ]
    assert list(fewer_sentences("")) == [""]


def test_a_command_by_text_is_not_told_above() -> None:
    step = pressed(at(GroupView(1)), "2", OFFICER)
    by_text = pressed(step.state, "2", OFFICER)
    assert (by_text.command, by_text.by_text, by_text.is_told) == (
        Statement(group="KIRIMA"),
        True,
        False,
    )
