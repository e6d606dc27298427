"""The comparison itself: what it would have caught."""

from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.kinds import OutboundState
from tests.cast import KAMAU, WANJIKU
from tests.chaos.books import Books, Page, taken_after
from tests.stand_in.journal import Heard
from tests.stand_in.plan import Fault

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KILLED = "host:1"


def call(number: int = 0, fault: Fault = Fault.NONE, **what: Any) -> Heard:
    """A call that brought Wanjiku one, and was answered, unless said otherwise."""
    values: dict[str, Any] = {"accepted": [(WANJIKU, "id-1")], "answered": True} | what
    return Heard(number, "africastalking", fault, "KIRIMA", NOON, **values)


def page(state: OutboundState, *accepted: Heard, others: tuple[Heard, ...] = ()) -> Page:
    """Wanjiku's."""
    id_ = "id-1" if state is OutboundState.SENT else None
    pairs = tuple((each, each.accepted[0][1]) for each in accepted)
    return Page(WANJIKU, state, id_, "host:2", pairs, others)


def test_both_books_say_the_same() -> None:
    assert page(OutboundState.SENT, call()).is_right
    assert page(OutboundState.FAILED).is_right


def test_what_we_believe_wrongly_shows() -> None:
    assert not page(OutboundState.SENT).is_right
    assert not page(OutboundState.FAILED, call()).is_right
    assert not page(OutboundState.SENT, call(accepted=[(WANJIKU, "id-2")])).is_right


def test_a_second_one_shows() -> None:
    twice = page(OutboundState.SENT, call(0), call(1, accepted=[(WANJIKU, "id-2")]))
    assert Books([twice, page(OutboundState.SENT, call())]).twice == [twice]
    assert not twice.is_right


def test_only_who_was_cut_may_be_unknown() -> None:
    unknown = OutboundState.UNKNOWN
    assert page(unknown, call(answered=None)).was_cut(set())
    assert page(unknown, call(answered=False)).was_cut(set())
    assert page(unknown, call(left_out=[WANJIKU])).was_cut(set())
    assert page(unknown, call(fault=Fault.HTML)).was_cut(set())
    assert page(unknown).was_cut({"host:2"})
    assert not page(unknown).was_cut({KILLED})
    assert not page(unknown, call()).was_cut({KILLED})


def test_the_last_call_counts() -> None:
    refused = call(0, accepted=[], refused=[(WANJIKU, "internal error")])
    nothing = call(1, Fault.PAGE, accepted=[], passed_over=[WANJIKU])
    failed = call(1, Fault.ERROR, accepted=[], passed_over=[WANJIKU])
    assert page(OutboundState.UNKNOWN, others=(refused, nothing)).was_cut(set())
    assert not page(OutboundState.UNKNOWN, others=(refused, failed)).was_cut(set())


def test_who_left_and_got_one_shows() -> None:
    calls = [call()]
    assert taken_after(calls, {WANJIKU: NOON - timedelta(seconds=1)}) == [WANJIKU]
    assert taken_after(calls, {WANJIKU: NOON + timedelta(seconds=1), KAMAU: NOON}) == []
