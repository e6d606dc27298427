"""What is said where not everything has room: never over the budget, never less for more."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import measure
from scheduler.bulletin_filling import Slot, filled

# Letters of every width: one septet, two, and those that make the whole text dear.
WORDS = st.text(alphabet="ab €[é", min_size=1, max_size=90)


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    """Something to say, in up to three wordings, each named so that it is found again."""
    wordings = sorted(draw(st.lists(WORDS, min_size=1, max_size=3)), key=len, reverse=True)
    is_closing = draw(st.booleans())
    is_sentence = is_closing or draw(st.booleans())
    return Slot(tuple(wordings), is_sentence=is_sentence, is_closing=is_closing)


def named(found: Sequence[Slot]) -> list[Slot]:
    """The slots with a name of their own in front: <3> for the third, whatever its wording."""
    return [
        Slot(
            tuple(f"<{number}.{n}>{words}" for n, words in enumerate(slot.wordings)),
            is_closing=slot.is_closing,
        )
        for number, slot in enumerate(found)
    ]


def said(text: str, found: Sequence[Slot]) -> dict[int, int]:
    """Which wording of which slot a text says."""
    return {
        number: wording
        for number, slot in enumerate(found)
        for wording in range(len(slot.wordings))
        if f"<{number}.{wording}>" in text
    }


def whole(text: str) -> str:
    return text


@given(found=st.lists(slots(), max_size=8))
def test_never_over_the_budget_and_never_less_for_more(found: list[Slot]) -> None:
    lead = Slot(("<0.0>the price", "<0.1>price"))
    besides = named([lead, *found])[1:]
    before: dict[int, int] = {}
    for segments in range(1, 5):
        text = filled(lead, besides, segments, whole)
        assert measure(text).segments <= segments
        now = said(text, [lead, *besides])
        assert 0 in now
        # Each slot is still said, in as full a wording at least.
        assert all(number in now and now[number] <= before[number] for number in before)
        before = now


@given(found=st.lists(slots(), max_size=8))
def test_nothing_that_would_still_have_room_is_left_out(found: list[Slot]) -> None:
    lead = Slot(("<0.0>the price",))
    besides = named([lead, *found])[1:]
    text = filled(lead, besides, 2, whole)
    kept = said(text, [lead, *besides])
    for number, slot in enumerate(besides, start=1):
        if number not in kept:
            assert measure(f"{text}, {slot.wordings[-1]}").segments > 2


def test_the_most_needed_comes_first() -> None:
    """What has no room is passed over, and what comes behind it may still have some."""
    besides = [Slot(("b" * 100,)), Slot(("c" * 60,)), Slot(("d" * 30,), is_sentence=True)]
    assert filled(Slot(("a",)), besides, 1, whole) == f"a, {'b' * 100}. {'d' * 30}."
    text = filled(Slot(("a",)), besides, 2, whole)
    assert text == f"a, {'b' * 100}, {'c' * 60}. {'d' * 30}."


def test_what_closes_a_text_is_said_briefly_before_anything_else() -> None:
    """At the end of it, whatever was there before; in full as soon as there is room."""
    closing = Slot(("z" * 60, "z" * 20), is_sentence=True, is_closing=True)
    lead = Slot(("a" * 130, "a" * 40))
    more = Slot(("b" * 80,), is_sentence=True)
    assert filled(lead, [closing, more], 1, whole) == f"{'a' * 130}. {'z' * 20}."
    assert filled(lead, [closing, more], 2, whole) == f"{'a' * 130}. {'b' * 80}. {'z' * 60}."
    # Where even the lead's briefest wording leaves it none, it is not said.
    assert filled(Slot(("a" * 150,)), [closing, more], 1, whole) == f"{'a' * 150}."


def test_a_lead_without_any_room_is_said_all_the_same() -> None:
    """Two segments of a script of its own: an honest price is worth the second one."""
    lead = Slot(("দু" * 50, "দুধ" * 30))
    assert filled(lead, [Slot(("more",))], 1, whole) == f"{'দুধ' * 30}."


def test_a_mark_has_its_room_too() -> None:
    lead, besides = Slot(("a" * 100,)), [Slot(("b" * 57,))]
    assert len(filled(lead, besides, 1, whole)) == 160
    assert filled(lead, besides, 1, lambda text: f"DEMO {text}") == f"DEMO {'a' * 100}."
