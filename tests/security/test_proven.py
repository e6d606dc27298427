"""What cannot be taken back asks once more who does it; of every other deed it is said why not."""

from tests.security.house import House
from tests.security.walking import WRITING

# A deed at the desk is `proven`, or it stands here: by how it is put right again, or why it
# does no harm in whoever's hand. A new one without either fails below.
NOT_PROVEN = {
    "it finds or works something out, and changes nothing": """
        broadcasts.measure_texts bulletins.look imports.bring messages.find messages.read
        reporters.find
        """,
    "it is for whoever comes in or goes out": """
        log_out logged_in coded proved account.log_out_everywhere
        """,
    "its opposite is a button beside it": """
        hooks.change_on subscribers.change_consent subscribers.change_reachable
        groups.give_office groups.take_office radio.add radio.end
        moderation.accept_report moderation.correct_report moderation.reject_report
        """,
    "it is written anew from what the log of changes keeps of it": """
        bulletins.change bulletins.open_new_list groups.create
        reference.add reference.change reference.remove reference.leave
        """,
    "it is a draft, which goes to nobody": """
        broadcasts.begin broadcasts.write broadcasts.stop imports.discard
        """,
    "it does what would be done anyway, once": "messages.retry hooks.again",
    "it goes to one's own phone or to a hook's own address": """
        broadcasts.send_test hooks.test hooks.add
        """,
}


def deeds(house: House, *, are_proven: bool) -> set[str]:
    """What can be done at the desk."""
    return {
        rule.endpoint.removeprefix("desk.")
        for rule in house.rules
        if rule.endpoint.startswith("desk.") and rule.methods & set(WRITING)
        if hasattr(house.web.view_functions[rule.endpoint], "proven") is are_proven
    }


def test_every_deed_is_proven_or_can_be_taken_back(house: House) -> None:
    told = [name for names in NOT_PROVEN.values() for name in names.split()]
    assert len(told) == len(set(told))
    assert deeds(house, are_proven=False) == set(told)


def test_what_cannot_be_taken_back_is_proven(house: House) -> None:
    assert deeds(house, are_proven=True) >= {
        "broadcasts.confirm", "editions.send",  # nobody calls a text back, and each costs
        "imports.apply",  # thousands of rows
        "hooks.renew", "hooks.remove",  # the old secret is gone
        "staff.change_role", "staff.change_open", "staff.turn_second_step_off",
        "account.begin", "account.confirm", "account.renew_codes", "account.turn_off",
    }  # fmt: skip
