"""Every address of ours, tried by everybody: who may not come in sees and changes nothing."""

from collections import defaultdict

import pytest

from app.staff.models import StaffRole
from tests.app.dashboard.desk import Desk
from tests.security.doors import DESK, DOORS, Door
from tests.security.house import LEAVER, ROLES, House
from tests.security.walking import READING, WRITING, ask, walk

# What is asked of an address that has nothing of the kind.
ODD = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "BREW")
LOGIN = "/dashboard/login"


def higher_than(role: StaffRole) -> tuple[Door, ...]:
    """The doors that this role does not open."""
    return tuple(door for door in DESK if door.role is not None and not role.may(door.role))


def test_every_address_has_a_door_and_every_door_an_address(house: House) -> None:
    without = [str(rule) for rule in house.rules if rule.endpoint not in DOORS]
    assert without == [], "say in tests/security/doors.py who may open them"
    there = {rule.endpoint for rule in house.rules}
    assert {name.rpartition(":")[2] for name in DOORS} - there == set()


def test_the_desk_says_of_every_view_what_the_table_says(house: House) -> None:
    for rule in house.rules:
        if rule.endpoint.startswith("desk."):
            view = house.web.view_functions[rule.endpoint]
            door = DOORS[rule.endpoint]
            assert getattr(view, "needs", "nobody") == door.role, rule
            assert door.role or door is Door.LOGIN, rule


def test_nobody_is_led_to_the_login_and_changes_nothing(house: House) -> None:
    before = house.seal()
    for rule, method in walk(house, *DESK, Door.OWN, methods=READING + WRITING):
        answer = ask(house.nobody, method, house.address_of(rule))
        assert answer.status_code == 302, rule
        assert answer.location.partition("?")[0] == LOGIN, rule
        assert len(answer.data) < 500, rule  # a few words, nothing of the page
    assert house.seal() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_there_for_whoever_may_see_it_and_reading_writes_nothing(
    house: House, role: StaffRole
) -> None:
    """So the addresses of this walk are real ones: what others are refused is there."""
    before = house.seal()
    mine = [Door.OPEN, *(door for door in DESK if door not in higher_than(role))]
    for rule, method in walk(house, *mine, methods=READING):
        answer = ask(house.browsers[role], method, house.address_of(rule))
        assert answer.status_code == 200, (rule, answer.status_code)
        if rule.endpoint.startswith("desk."):
            assert answer.headers["Cache-Control"] == "no-store", rule
    assert house.seal() == before


@pytest.mark.parametrize("role", [StaffRole.VIEWER, StaffRole.MODERATOR])
def test_a_role_opens_nothing_above_it_even_with_a_token(house: House, role: StaffRole) -> None:
    token = house.token(role)
    before = house.seal()
    for rule, method in walk(house, *higher_than(role), methods=READING + WRITING):
        data = {"csrf_token": token} if method in WRITING else None
        answer = ask(house.browsers[role], method, house.address_of(rule), data=data)
        assert answer.status_code == 403, (rule, answer.status_code)
        assert "csrf_token" not in answer.text.partition("<main")[2], rule  # no form of the page
    assert house.seal() == before


def test_what_a_viewer_may_post_changes_nothing(house: House) -> None:
    """To look for somebody and to have a text read are posted, so that no address names them."""
    token = house.token(StaffRole.VIEWER)
    before = house.seal()
    for rule, method in walk(house, Door.VIEWER, methods=WRITING):
        if rule.endpoint == "desk.log_out":
            continue
        form = {"csrf_token": token, "msisdn": "+254711000001", "text": "price milk nakuru"}
        answer = ask(house.browsers[StaffRole.VIEWER], method, house.address_of(rule), data=form)
        assert answer.status_code != 403, rule
    assert house.seal() == before


@pytest.mark.parametrize("token", [None, "", "forged", "x" * 5_000])
def test_without_a_token_of_ours_a_form_changes_nothing(house: House, token: str | None) -> None:
    before = house.seal()
    data = None if token is None else {"csrf_token": token}
    for rule, method in walk(house, *DESK, Door.OWN, Door.LOGIN, methods=WRITING):
        answer = ask(house.browsers[StaffRole.ADMIN], method, house.address_of(rule), data=data)
        assert answer.status_code == 400, (rule, answer.status_code)
    assert house.seal() == before


def test_somebody_elses_token_is_none(house: House) -> None:
    before = house.seal()
    data = {"csrf_token": house.token(StaffRole.VIEWER)}
    for rule, method in walk(house, Door.ADMIN, methods=WRITING):
        answer = ask(house.browsers[StaffRole.ADMIN], method, house.address_of(rule), data=data)
        assert answer.status_code == 400, rule
    assert house.seal() == before


@pytest.mark.parametrize("secret", ["wrong", "a-long-random-secre", "a-long-random-secretx", "é"])
def test_who_does_not_know_the_secret_finds_nothing(house: House, secret: str) -> None:
    before = house.seal()
    for rule, method in walk(house, Door.SECRET, methods=(*READING, *WRITING)):
        address = house.address_of(rule, secret=secret)
        answer = ask(house.nobody, method, address, data={"id": "1", "from": "+254711000001"})
        assert answer.status_code == 404, rule
    assert house.seal() == before


@pytest.mark.parametrize("signature", [None, "", "bm9uZSBvZiB0aGVpcnM=", "é", "x" * 5_000])
def test_what_twilio_did_not_sign_is_refused(house: House, signature: str | None) -> None:
    before = house.seal()
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    form = {"MessageSid": "SM1", "From": "+254711000001", "Body": "price milk"}
    for rule, method in walk(house, Door.SIGNATURE, methods=(*READING, *WRITING)):
        answer = ask(house.nobody, method, house.address_of(rule), headers=headers, data=form)
        assert answer.status_code == 403, rule
    assert house.seal() == before


@pytest.mark.parametrize(
    "key", [None, "", "Bearer", "Bearer bei_", "Bearer bei_0000_x", "Basic YTpi", "Bearer é"]
)
def test_a_program_without_a_key_tells_nothing(house: House, key: str | None) -> None:
    before = house.seal()
    headers = {"Idempotency-Key": "1"} | ({} if key is None else {"Authorization": key})
    told = {"reporter": "+254711000001", "commodity": "milk", "market": "Nakuru", "price": 47}
    for rule, method in walk(house, Door.KEY, methods=WRITING):
        answer = ask(house.nobody, method, house.address_of(rule), headers=headers, json=told)
        assert answer.status_code == 401, rule
    assert house.seal() == before


def test_the_numbers_of_the_service_are_told_to_who_is_near(house: House) -> None:
    before = house.seal()
    for rule, method in walk(house, Door.NEAR, methods=READING):
        address = house.address_of(rule)
        assert ask(house.nobody, method, address).status_code == 200, rule
        for caller in ("41.90.1.1", "2c0f:fe38::1", "not an address"):
            far = {"REMOTE_ADDR": caller}
            answer = ask(house.nobody, method, address, environ_base=far)
            assert answer.status_code in {401, 403, 404}, (rule, caller)
    assert house.seal() == before


def test_another_site_cannot_text_by_the_simulators_page(house: House) -> None:
    before = house.seal()
    told = {"msisdn": "+254711000001", "text": "price milk nakuru"}
    for rule, method in walk(house, Door.PHONE, methods=WRITING):
        assert ask(house.nobody, method, house.address_of(rule), json=told).status_code == 403
    assert house.seal() == before


def test_a_method_that_an_address_does_not_know_does_nothing(house: House) -> None:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for rule in house.rules:
        known[str(rule)] |= rule.methods or set()
    before = house.seal()
    for rule in house.rules:
        for method in ODD:
            if method in known[str(rule)] and method != "OPTIONS":
                continue
            answer = ask(house.browsers[StaffRole.ADMIN], method, house.address_of(rule))
            is_told = method == "OPTIONS" and answer.status_code in {200, 302, 403, 404}
            assert is_told or answer.status_code in {400, 403, 404, 405}, (method, rule, answer)
    assert house.seal() == before


def test_an_account_that_was_closed_opens_nothing_any_more(house: House) -> None:
    """The leaver's: nobody else sits at it."""
    leaver = Desk(house.web.test_client())
    assert leaver.log_in(LEAVER).status_code == 302
    assert leaver.open("/dashboard/").status_code == 200
    page = "/dashboard/staff"
    admin = Desk(house.browsers[StaffRole.ADMIN])
    closed = admin.send(f"{page}/{house.found['staff_id']}/open", page=page, is_open="0")
    assert closed.status_code == 302, closed.text
    assert leaver.open("/dashboard/").status_code == 302


def test_with_a_token_the_forms_are_read(house: House) -> None:
    """What the walks above were refused is there for who may: an empty form is answered in words.

    Last in this file, because what has no fields – to stop, to end, to try again – is done.
    """
    token = house.token(StaffRole.ADMIN)
    for rule, method in walk(house, Door.MODERATOR, Door.ADMIN, methods=WRITING):
        address = house.address_of(rule)
        answer = ask(house.browsers[StaffRole.ADMIN], method, address, data={"csrf_token": token})
        assert answer.status_code in {200, 302, 400, 404, 409}, (rule, answer.status_code)
        assert LOGIN not in (answer.location or ""), rule
