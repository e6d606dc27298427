"""There is no milk book yet, and nobody is left to believe there is one."""

from decimal import Decimal

import pytest

from handlers.commands import Command, Delivery, Item, LossReason, LossRecord, MilkRecord, Statement
from tests.cast import WANJIKU
from tests.handlers.keywords.talking import Talk


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (MilkRecord((Delivery("Jane", Decimal(12)),)), "nothing was written down"),
        (LossRecord(Item("milk", quantity=Decimal(5)), LossReason.SOUR), "nothing was written"),
        (Statement(), "knows no deliveries"),
    ],
)
def test_nothing_is_written_down_and_that_is_said(talk: Talk, command: Command, said: str) -> None:
    assert said in (talk.says(WANJIKU, command) or "")
    assert "Bei bado haina kitabu cha maziwa" in (talk.says(WANJIKU, command, "sw") or "").replace(
        "lakini ", ""
    )
    assert talk.kept() == []
