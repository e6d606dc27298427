"""Which door every address of ours has: the one table in which that is written down.

A new page without a line here fails `test_doors.py`, and so does a line whose page is gone.
"""

from collections.abc import Mapping
from enum import StrEnum

from werkzeug.routing import Rule

from app.staff.models import StaffRole


class Door(StrEnum):
    """Who may come in."""

    OPEN = "open"  # everybody reads it
    VIEWER = StaffRole.VIEWER.value
    MODERATOR = StaffRole.MODERATOR.value
    ADMIN = StaffRole.ADMIN.value
    OWN = "own"  # whoever is logged in, for their own account alone
    LOGIN = "login"  # the desk's door itself: for all, with a token
    KEY = "key"  # programs that tell prices
    SECRET = "secret"  # Africa's Talking: who knows the address
    SIGNATURE = "signature"  # Twilio
    NEAR = "near"  # private addresses, or who shows the token of the numbers
    PHONE = "phone"  # the simulator's own page; absent where a gateway is set

    @property
    def role(self) -> StaffRole | None:
        """Which role at the desk it takes; None where it is no door of the desk."""
        if self is Door.OWN:
            return StaffRole.VIEWER
        return StaffRole(self.value) if self.value in list(StaffRole) else None


DESK = (Door.VIEWER, Door.MODERATOR, Door.ADMIN)

_TABLE = {
    Door.OPEN: """
        board.home.show board.home.table board.commodity.show board.commodity.table
        board.market.show board.market.table board.market.show_one board.market.table_of_one
        board.map.show board.map.table board.sheet.show board.find.show
        api_docs.read api-docs.openapi_json bulletins.Bulletins commodities.Commodities
        coverage.CoverageView markets.Markets observations.Observations prices.Prices
        web.static phone.static phone.page phone.people phone.thread
        status.healthz status.readyz
        """,
    Door.NEAR: "metrics.show",
    Door.KEY: "POST:observations.Observations",
    Door.PHONE: "phone.text phone.dial phone.bulletin",
    Door.SECRET: """
        africastalking.text_from_africastalking africastalking.report_from_africastalking
        africastalking.opt_out_from_africastalking africastalking.ussd_from_africastalking
        africastalking.session_end_from_africastalking africastalking.call_from_africastalking
        africastalking.airtime_report_from_africastalking
        africastalking.airtime_check_from_africastalking
        """,
    Door.SIGNATURE: "twilio.text_from_twilio twilio.report_from_twilio",
    Door.LOGIN: "desk.log_in desk.logged_in desk.code desk.coded",
    Door.OWN: """
        desk.prove desk.proved desk.account.show desk.account.begin desk.account.show_second
        desk.account.confirm desk.account.renew_codes desk.account.turn_off
        desk.account.log_out_everywhere
        """,
    Door.VIEWER: """
        desk.log_out desk.today.show desk.moderation.show desk.prices.show desk.prices.cell
        desk.coverage.show desk.coverage.counties desk.log.show desk.costs.show
        desk.reporters.show desk.reporters.find desk.reporters.person
        desk.groups.show desk.groups.show_one desk.groups.show_mode
        desk.books.show desk.books.export desk.books.check desk.books.audit
        desk.books.payment desk.books.payment_csv desk.books.payment_sheet desk.books.payment_pdf
        desk.bulletins.show desk.bulletins.show_one desk.editions.show desk.editions.show_one
        desk.broadcasts.show desk.broadcasts.show_one desk.broadcasts.show_going
        desk.radio.show desk.radio.show_one
        desk.messages.show desk.messages.find desk.messages.show_thread desk.messages.show_text
        desk.messages.show_read desk.messages.read
        desk.subscribers.show desk.subscribers.show_one
        desk.reference.show desk.reference.show_table desk.reference.show_row desk.reference.export
        desk.imports.show desk.imports.show_one desk.imports.show_state desk.imports.left_out
        """,
    Door.MODERATOR: """
        desk.moderation.accept_report desk.moderation.correct_report desk.moderation.reject_report
        desk.bulletins.change desk.bulletins.look desk.bulletins.open_new_list
        desk.editions.confirm desk.editions.send
        desk.broadcasts.show_new desk.broadcasts.begin desk.broadcasts.write
        desk.broadcasts.measure_texts desk.broadcasts.send_test desk.broadcasts.show_confirm
        desk.broadcasts.confirm desk.broadcasts.stop
        desk.radio.add desk.radio.end desk.messages.retry
        """,
    Door.ADMIN: """
        desk.groups.create desk.groups.give_office desk.groups.take_office
        desk.imports.bring desk.imports.apply desk.imports.discard
        desk.hooks.show desk.hooks.show_one desk.hooks.add desk.hooks.again desk.hooks.test
        desk.hooks.change_on desk.hooks.renew desk.hooks.remove
        desk.reference.show_new desk.reference.add desk.reference.change desk.reference.leave
        desk.reference.remove
        desk.settings.show desk.settings.show_doctor
        desk.staff.show desk.staff.change_open desk.staff.change_role
        desk.staff.turn_second_step_off
        desk.subscribers.change_consent desk.subscribers.change_reachable
        desk.subscribers.erase_one desk.subscribers.export_one
        """,
}

DOORS: Mapping[str, Door] = {name: door for door, names in _TABLE.items() for name in names.split()}


def door_of(rule: Rule, method: str) -> Door | None:
    """Which door an address has for this method; None where nobody has said it."""
    return DOORS.get(f"{method}:{rule.endpoint}", DOORS.get(rule.endpoint))
