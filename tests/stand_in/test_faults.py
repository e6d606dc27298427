"""Both SDKs against everything a gateway may do, over real HTTP: what we think it made of a text.

Each case says what was really accepted, which is what a person gets, and what we believe.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from messaging.gateways.africastalking import AfricasTalking
from messaging.gateways.gateway import SmsGateway
from messaging.gateways.twilio import Twilio
from messaging.message import SendOutcome, SendResult, SmsToSend
from tests.cast import ACHIENG, KAMAU, NJERI, OTIENO, WANJIKU
from tests.stand_in.journal import Heard, read_journal
from tests.stand_in.plan import Fault, Plan, Word
from tests.stand_in.standin import StandIn

# Nobody waits longer than this for a gateway: half a minute would hold up a whole lane.
PATIENCE_SECONDS = 12
PUBLIC = "http://127.0.0.1:1"

# What we believe, after how many were really accepted. A text that was accepted is never sent
# again: nothing that accepts may lead to RETRY.
BELIEFS: Mapping[Fault, tuple[SendOutcome, int]] = {
    Fault.NONE: (SendOutcome.ACCEPTED, 1),
    Fault.SLOW: (SendOutcome.ACCEPTED, 1),
    Fault.HANGS: (SendOutcome.UNKNOWN, 1),
    Fault.CUTS: (SendOutcome.UNKNOWN, 1),
    Fault.HALF: (SendOutcome.UNKNOWN, 1),
    Fault.HTML: (SendOutcome.UNKNOWN, 1),
    Fault.PAGE: (SendOutcome.UNKNOWN, 0),  # looks the same: nobody can tell it from the one above
    Fault.TIMEOUT: (SendOutcome.UNKNOWN, 1),
    Fault.ERROR: (SendOutcome.RETRY, 0),
    Fault.TOO_MANY: (SendOutcome.RETRY, 0),
    Fault.NO_BALANCE: (SendOutcome.PAUSE, 0),
}
QUICK = [fault for fault in BELIEFS if fault is not Fault.HANGS]


class Line:
    """Both gateways, pointed at one stand-in."""

    def __init__(self, stand_in: StandIn, journal: Path) -> None:
        self.journal = journal
        self.gateways: dict[str, SmsGateway] = {
            "africastalking": AfricasTalking("bei", "key", sender="BEI", base_url=stand_in.url),
            "twilio": Twilio("AC1", "token", "+15005550006", PUBLIC, base_url=stand_in.url),
        }

    def send(self, gateway: str, *numbers: str, text: str = "KES 47/L") -> list[SendResult]:
        messages = [SmsToSend(n, number, text) for n, number in enumerate(numbers, 1)]
        return list(self.gateways[gateway].send_sms(messages))

    def calls(self) -> list[Heard]:
        return read_journal(self.journal)

    def accepted(self) -> list[str]:
        return [number for call in self.calls() for number, _ in call.accepted]


@contextmanager
def line(plan: Plan, folder: Path) -> Iterator[Line]:
    """A line to a stand-in of this plan."""
    journal = folder / "journal"
    with StandIn(plan, journal) as stand_in:
        yield Line(stand_in, journal)


@pytest.mark.parametrize("fault", QUICK)
@pytest.mark.parametrize("gateway", ["africastalking", "twilio"])
def test_what_we_believe_of_a_text(gateway: str, fault: Fault, tmp_path: Path) -> None:
    outcome, accepted = BELIEFS[fault]
    with line(Plan(script=(fault,), slow_seconds=1), tmp_path) as to:
        (result,) = to.send(gateway, WANJIKU)
        assert result.outcome is outcome
        assert to.accepted() == [WANJIKU] * accepted
        if outcome is SendOutcome.ACCEPTED:
            ((_, id_),) = to.calls()[0].accepted
            assert result.gateway_message_id == id_


@pytest.mark.parametrize("gateway", ["africastalking", "twilio"])
def test_a_gateway_is_believed_that_says_it_failed(gateway: str, tmp_path: Path) -> None:
    """Both document 500 as "try again". One that takes a text and says so gets it twice: the
    other choice would lose every text of a bad hour.
    """
    with line(Plan(script=(Fault.LIES,)), tmp_path) as to:
        (result,) = to.send(gateway, WANJIKU)
        assert (result.outcome, to.accepted()) == (SendOutcome.RETRY, [WANJIKU])


def test_every_fault_is_looked_at() -> None:
    assert BELIEFS.keys() | {Fault.LIES} == set(Fault)
    assert all(
        outcome is not SendOutcome.RETRY for outcome, accepted in BELIEFS.values() if accepted
    )


def test_a_gateway_that_hangs_is_given_up(tmp_path: Path) -> None:
    """It waits for the SDKs' own time-outs, of both at once."""
    plan = Plan(script=(Fault.HANGS, Fault.HANGS), hangs_seconds=PATIENCE_SECONDS)
    with line(plan, tmp_path) as to, ThreadPoolExecutor() as together:
        sending = [together.submit(to.send, name, WANJIKU) for name in to.gateways]
        results = [result for each in sending for result in each.result()]
        assert [result.outcome for result in results] == [SendOutcome.UNKNOWN] * 2
        assert to.accepted() == [WANJIKU] * 2
    assert [call.answered for call in to.calls()] == [False, False]


def test_an_overrun_gateway_says_how_long_it_wants_to_rest(tmp_path: Path) -> None:
    plan = Plan(script=(Fault.TOO_MANY,) * 2, retry_after_seconds=77)
    with line(plan, tmp_path) as to:
        rests = [to.send(name, WANJIKU)[0].gateway_rests_seconds for name in to.gateways]
    assert rests == [77, 77]


@pytest.mark.parametrize("gateway", ["africastalking", "twilio"])
def test_nobody_there_is_no_call(gateway: str, tmp_path: Path) -> None:
    with line(Plan(), tmp_path) as to:
        pass  # it is gone again
    (result,) = to.send(gateway, WANJIKU)
    assert (result.outcome, result.status) == (SendOutcome.RETRY, "no connection")
    assert to.accepted() == []


# Of one call, some recipients

OF_ONE_NUMBER = {
    Word.TAKEN: SendOutcome.ACCEPTED,
    Word.NO_SUCH_NUMBER: SendOutcome.PERMANENT,
    Word.BLACKLISTED: SendOutcome.SUPPRESS,
    Word.INTERNAL: SendOutcome.RETRY,
}


@pytest.mark.parametrize("word", OF_ONE_NUMBER)
@pytest.mark.parametrize("gateway", ["africastalking", "twilio"])
def test_what_we_believe_of_a_number(gateway: str, word: Word, tmp_path: Path) -> None:
    with line(Plan(words={word: 1.0}), tmp_path) as to:
        (result,) = to.send(gateway, WANJIKU)
        assert result.outcome is OF_ONE_NUMBER[word]
        assert bool(to.accepted()) == (word is Word.TAKEN)


def test_an_answer_that_leaves_somebody_out(tmp_path: Path) -> None:
    plan = Plan(words={Word.LEFT_OUT: 0.5}, seed=5)
    numbers = [WANJIKU, OTIENO, NJERI, KAMAU, ACHIENG]
    left_out = [number for number in numbers if plan.word(0, number) is Word.LEFT_OUT]
    assert 0 < len(left_out) < len(numbers)
    with line(plan, tmp_path) as to:
        results = to.send("africastalking", *numbers)
        assert to.accepted() == numbers
    unknown = [numbers[r.outbound_id - 1] for r in results if r.outcome is SendOutcome.UNKNOWN]
    assert unknown == left_out


def test_a_hundred_texts_are_one_call(tmp_path: Path) -> None:
    numbers = [f"+2547110{number:05}" for number in range(250)]
    with line(Plan(), tmp_path) as to:
        results = to.send("africastalking", *numbers)
        ids = {id_ for call in to.calls() for _, id_ in call.accepted}
        assert [len(call.accepted) for call in to.calls()] == [100, 100, 50]
    assert {result.gateway_message_id for result in results} == ids
    assert len(ids) == 250
