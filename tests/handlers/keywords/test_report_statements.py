"""What a report asks the database: each statement is a way there and back that somebody waits."""

from handlers.act import act
from handlers.commands import PriceReport
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.handlers.keywords.talking import Talk
from tests.statements import statements_in

# The cell and all that it is looked at with; the report, what is believed now, what is published;
# who waits for it. What others said is known by then.
MOST = 6


def reports(talk: Talk, who: str, price: str) -> list[str]:
    """Somebody reports milk at Nakuru: which statements that took."""
    talk.wait(minutes=11)  # nobody has it from anybody
    conversation = talk.conversation(who)
    command = PriceReport((talk.item("milk", "Nakuru", price),))
    with statements_in(talk.session) as asked:
        reply = act(conversation, command)
    assert reply is not None
    assert reply.startswith("Thank you.")
    return asked


def test_a_report_costs_few_statements_however_many_came_before(talk: Talk) -> None:
    for who in (KAMAU, OTIENO, WANJIKU):
        reports(talk, who, "45")
    talk.wait(days=1)
    assert len(reports(talk, WANJIKU, "46")) <= MOST
    for price in ("44", "45", "47"):
        for who in (KAMAU, OTIENO, ACHIENG, MUTISO):
            reports(talk, who, price)
    talk.wait(days=1)
    reports(talk, KAMAU, "45")
    assert len(reports(talk, WANJIKU, "46")) <= MOST


def test_others_are_written_anew_only_where_they_look_otherwise(talk: Talk) -> None:
    for who in (KAMAU, OTIENO, WANJIKU):
        reports(talk, who, "45")
    talk.wait(days=1)
    reports(talk, KAMAU, "45")
    reports(talk, OTIENO, "46")
    corrected = reports(talk, KAMAU, "47")
    assert sum("UPDATE price_observation" in one for one in corrected) == 1
    assert len(reports(talk, WANJIKU, "46")) <= MOST  # Kamau's first price is still there, unseen


def test_what_a_place_begins_with_is_looked_up_once(talk: Talk) -> None:
    first = reports(talk, KAMAU, "45")
    assert sum("price_bound" in one for one in first) == 1
