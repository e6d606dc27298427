"""The codes of a phone: those of the RFC, each around its moment."""

from datetime import UTC, datetime, timedelta

import pytest

from app.staff.totp import as_key, as_link, code_at, secret_of, step_of, step_of_code
from tests.conftest import NOON

# RFC 6238, appendix B: a secret, moments, and the last six figures of their codes.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC_SECRET, step_of(moment)) == code


@pytest.mark.parametrize(
    ("seconds", "is_known"), [(-60, False), (-30, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_off(seconds: int, is_known: bool) -> None:
    code = code_at(RFC_SECRET, step_of(NOON))
    found = step_of_code(RFC_SECRET, code, NOON + timedelta(seconds=seconds))
    assert (found == step_of(NOON)) is is_known


@pytest.mark.parametrize("code", ["", "1", "é23456", "１２３４５６", "000000", "2870820"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert step_of_code(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_another_key_or_another_account_has_another_secret() -> None:
    secrets = {secret_of(key, salt) for key in ("k", "l") for salt in ("a", "b")}
    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {20}


def test_it_is_told_as_a_key_to_type_and_as_a_link_to_read() -> None:
    assert as_key(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert as_link(RFC_SECRET, "jane+1@example.org", "Bei") == (
        "otpauth://totp/Bei:jane%2B1%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Bei&algorithm=SHA1&digits=6&period=30"
    )
