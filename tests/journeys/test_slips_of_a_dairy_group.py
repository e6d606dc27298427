"""What three months of a dairy group brought to light, each as small as it can be told."""

import pytest

from db.session import Database
from tests.cast import NJERI, WANJIKU
from tests.conftest import NOON
from tests.handlers.keywords.dairy import PETER, ROSE, Dairy
from tests.handlers.test_ussd import Call
from tests.handlers.texting import Phones


@pytest.fixture
def dairy(database: Database) -> Dairy:
    """It is December; Jane brought 10 litres in November, at 45."""
    dairy = Dairy(Phones(database, NOON))
    dairy.text(ROSE, "SCHEME BASE 45")
    dairy.text(NJERI, "YES")
    dairy.text(PETER, "MILK JANE 10")
    dairy.phones.wait(days=8)
    return dairy


def own_milk(dairy: Dairy) -> str:
    call = Call(dairy.phones.database, WANJIKU, now=dairy.phones.now)
    return call.press("4", "2").text.splitlines()[1]


def test_what_was_paid_is_not_due_on_the_menu(dairy: Dairy) -> None:
    """It said "To pay 0 by 5 Dec." where STATEMENT said what was paid."""
    assert own_milk(dairy) == "To pay 450 by 5 Dec."
    dairy.text(ROSE, "PAID ALL")
    dairy.text(ROSE, "YES")
    assert "Paid in full: 450." in dairy.text(WANJIKU, "STATEMENT")
    assert own_milk(dairy) == "Paid in full: 450."


def test_a_part_that_was_paid_is_not_due_either(dairy: Dairy) -> None:
    dairy.text(ROSE, "PAID JANE 200")
    assert own_milk(dairy) == "To pay 250 by 5 Dec."
