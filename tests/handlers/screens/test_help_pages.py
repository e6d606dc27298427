"""Help on the screens: the keys, what to write by text, how messages end."""

from handlers.screens.frames import HelpPage
from tests.handlers.screens.account import after, at, caller, pressed, shown
from tests.handlers.screens.fakes import GITHUNGURI, KIAMBU, PLACES, own_price

AT_HOME = {"home_place_id": GITHUNGURI, "usual_commodity": "milk"}
PRICED = {("milk", GITHUNGURI): own_price("milk", PLACES[GITHUNGURI])}


def test_the_keys_come_first() -> None:
    assert shown(at(HelpPage()), caller(service_code="*384*123#")) == (
        "Dial *384*123# any time.\nPress the number of what you want, or type a name.\n"
        "0: one screen back\n00: the start\n9: more\n9 More 0 Back"
    )


def test_no_code_is_told_where_nobody_can_dial_it() -> None:
    assert shown(at(HelpPage()), caller()).startswith("Press the number of what you want")


def test_then_what_to_write_in_the_callers_own_things() -> None:
    assert after(at(HelpPage()), "9", caller(prices=PRICED, **AT_HOME)) == (
        "It works by SMS too.\nTo ask: PRICE MILK GITHUNGURI.\nTo tell your price: MILK 47.\n"
        "9 More 0 Back"
    )
    assert after(at(HelpPage()), "9", caller("sw", prices=PRICED, **AT_HOME)) == (
        "Unaweza pia kutumia SMS.\nKuuliza: BEI MAZIWA GITHUNGURI.\nKutoa bei: MAZIWA 47.\n"
        "9 Zaidi 0 Rudi"
    )


def test_who_said_nothing_of_themselves_sees_the_commonest_things() -> None:
    assert after(at(HelpPage()), "9", caller()) == (
        "It works by SMS too.\nTo ask: PRICE MILK NAKURU.\n"
        "To tell your price: MILK NAKURU and your price.\n9 More 0 Back"
    )
    assert "MILK KIAMBU" in after(at(HelpPage()), "9", caller(home_place_id=KIAMBU))


def test_last_how_messages_end() -> None:
    on_the_line = caller(**AT_HOME)
    last = pressed(at(HelpPage()), "9", on_the_line).state
    last = pressed(last, "9", on_the_line).state
    assert shown(last, on_the_line) == (
        "To end weekly prices: Alerts, key 5 at the start.\nTo end all messages send STOP\n"
        "To get them again send START\n0 Back 00 Home"
    )
    assert after(last, "9", on_the_line).startswith("Not on the list.")
    assert pressed(last, "0", on_the_line).state.frame == HelpPage(1)
