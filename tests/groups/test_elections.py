"""How an election ends, by its votes alone."""

import pytest

from groups.elections import Decision, decide
from groups.office_models import ElectionEnd

ELECTED, RUN_OFF, VOID = ElectionEnd.ELECTED, ElectionEnd.RUN_OFF, ElectionEnd.VOID


@pytest.mark.parametrize(
    ("votes", "voters", "is_run_off", "decision"),
    [
        ({}, 40, False, Decision(VOID)),
        ({}, 0, False, Decision(VOID)),
        ({7: 14}, 40, False, Decision(ELECTED, (7,))),
        ({7: 13}, 40, False, Decision(VOID)),  # 13 of 40 are fewer than a third
        ({7: 13}, 39, False, Decision(ELECTED, (7,))),
        ({7: 12, 3: 9}, 40, False, Decision(ELECTED, (7,))),
        ({7: 9, 3: 9, 5: 2}, 40, False, Decision(RUN_OFF, (3, 7))),
        ({7: 9, 3: 9}, 40, True, Decision(VOID, (3, 7))),
        ({7: 1}, 1, False, Decision(ELECTED, (7,))),
    ],
)
def test_how_it_ends(
    votes: dict[int, int], voters: int, is_run_off: bool, decision: Decision
) -> None:
    assert decide(votes, voters, is_run_off=is_run_off) == decision
