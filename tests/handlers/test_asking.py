"""A question fits one segment, and every number stands for what was said beside it."""

from handlers.asking import Choice, Question, choose, drop_it
from handlers.commands import Balance, Command, Help, Start, Statement
from messaging.segments import measure
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk

COMMANDS: list[Command] = [Help(), Start(), Balance(), Statement(), Help(), Start(), Help()]


def asked(talk: Talk, *words: str, before: str = "Which?") -> Question:
    choices = [Choice(word, one) for word, one in zip(words, COMMANDS, strict=False)]
    return choose(
        talk.conversation(WANJIKU),
        lambda longest: (before, [Choice(c.words[:longest], c.command) for c in choices]),
    )


def test_numbers_from_one_on(talk: Talk) -> None:
    question = asked(talk, "milk", "maize")
    assert question.text == "Which? Reply 1 milk, 2 maize."
    assert question.choices == (Help(), Start())


def test_at_most_five(talk: Talk) -> None:
    question = asked(talk, *"abcdefg")
    assert question.text == "Which? Reply 1 a, 2 b, 3 c, 4 d, 5 e."
    assert len(question.choices) == 5


def test_the_last_goes_first_where_room_lacks(talk: Talk) -> None:
    question = asked(talk, "a" * 60, "b" * 60, "c" * 60)
    assert question.text == f"Which? Reply 1 {'a' * 60}, 2 {'b' * 60}."
    assert question.choices == (Help(), Start())


def test_two_long_names_are_cut_before_one_is_left_alone(talk: Talk) -> None:
    question = asked(talk, "a" * 80, "b" * 80)
    assert question.text == f"Which? Reply 1 {'a' * 24}, 2 {'b' * 24}."
    assert measure(question.text).segments == 1


def test_a_number_stands_for_what_is_said_beside_it(talk: Talk) -> None:
    """Where short names tell fewer choices apart, the numbers are those of the short names."""

    def compose(longest: int) -> tuple[str, list[Choice]]:
        named = zip("abc", COMMANDS, strict=False)
        first, second, third = (Choice(letter * longest, one) for letter, one in named)
        return "Which?" + "?" * 80, [first, second, third] if longest > 24 else [third, first]

    question = choose(talk.conversation(WANJIKU), compose)
    assert f"1 {'c' * 24}, 2 {'a' * 24}." in question.text
    assert question.choices == (Balance(), Help())


def test_the_way_out_is_a_number_too(talk: Talk) -> None:
    conversation = talk.conversation(WANJIKU, "sw")
    question = choose(
        conversation, lambda _: ("Bei?", [Choice("45", Help()), drop_it(conversation)])
    )
    assert question.text == "Bei? Jibu 1 45, 2 kufuta."
    assert question.choices == (Help(), None)
