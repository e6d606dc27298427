"""Settings: what they are when nothing is said, and what is told of a mistake."""

from datetime import time
from decimal import Decimal
from ipaddress import ip_network

import pytest

from app.config import Settings, SettingsError, load_settings
from app.staff.kinds import SecondStep
from messaging.kinds import OutboundKind
from messaging.quiet_hours import QuietHours
from messaging.sms_prices import SmsLimit, SmsPrice

AFRICASTALKING = {
    "BEI_AT_USERNAME": "bei",
    "BEI_AT_API_KEY": "key",
    "BEI_AT_WEBHOOK_SECRET": "secret",
}
TWILIO = {
    "BEI_TWILIO_ACCOUNT_SID": "AC1",
    "BEI_TWILIO_AUTH_TOKEN": "token",
    "BEI_TWILIO_FROM": "+15005550006",
    "BEI_PUBLIC_BASE_URL": "https://bei.example.org",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch):
    """Read the settings from an environment that holds just these."""

    def read_from(environment: dict[str, str]) -> Settings:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return load_settings(env_file=None)

    return read_from


def test_nothing_set_is_a_service_to_try_out(read) -> None:
    settings = read({})
    assert settings.simulator
    assert settings.is_embedded
    assert settings.listen_address == "127.0.0.1"


@pytest.mark.parametrize("gateway", [AFRICASTALKING, TWILIO])
def test_beside_a_gateway_the_simulator_is_off(read, gateway: dict[str, str]) -> None:
    settings = read(gateway)
    assert settings.has_gateway
    assert not settings.simulator
    assert settings.listen_address == "0.0.0.0"


@pytest.mark.parametrize("missing", sorted({*AFRICASTALKING, *TWILIO}))
def test_half_a_gateway_is_named(read, missing: str) -> None:
    whole = AFRICASTALKING if missing in AFRICASTALKING else TWILIO
    rest = {name: value for name, value in whole.items() if name != missing}
    with pytest.raises(SettingsError, match=f"^{missing} is missing"):
        read(rest)


@pytest.mark.parametrize("name", ["BEI_AT_WEBHOOK_SECRET", "BEI_TWILIO_AUTH_TOKEN"])
def test_webhooks_can_be_tried_without_an_account(read, name: str) -> None:
    settings = read({name: "x"})
    assert not settings.has_gateway
    assert settings.simulator


def test_an_empty_setting_is_none(read) -> None:
    assert read({"BEI_AT_USERNAME": "", "BEI_PUBLIC_BASE_URL": ""}).at_username is None


def test_secrets_do_not_print(read) -> None:
    settings = read(AFRICASTALKING | TWILIO | {"BEI_SECRET_KEY": "sesame"})
    for secret in ("sesame", "'key'", "'token'", "'secret'"):
        assert secret not in repr(settings)


def test_the_shop_window_is_the_env_file_too(tmp_path, read) -> None:
    (tmp_path / ".env").write_text("BEI_COUNTRY=UG\nBEI_COUNTRYY=KE\n")
    with pytest.raises(SettingsError, match=r"^BEI_COUNTRYY is no setting of Bei; did you mean"):
        load_settings(str(tmp_path / ".env"))


AIRTIME = {"BEI_AIRTIME_AMOUNT": "KES 5", "BEI_AIRTIME_DAILY_BUDGET": "500"}


def test_airtime_is_off_and_asking_is_on(read) -> None:
    settings = read({})
    assert (settings.daily_asks, settings.daily_nudges) == (200, 50)
    assert settings.airtime_amount is None


@pytest.mark.parametrize("written", ["5", "KES", "KES 0", "KES -5", "kes 5", "KES 5.555", "KES5"])
def test_an_amount_of_airtime_names_its_money(read, written: str) -> None:
    with pytest.raises(SettingsError, match=r"^BEI_AIRTIME_AMOUNT is wrong: .*KES 5"):
        read(AIRTIME | {"BEI_AIRTIME_AMOUNT": written})


def test_airtime_without_a_limit_is_an_error(read) -> None:
    with pytest.raises(SettingsError, match=r"^BEI_AIRTIME_DAILY_BUDGET is missing"):
        read(AIRTIME | {"BEI_AIRTIME_DAILY_BUDGET": ""})


@pytest.mark.parametrize("budget", ["0", "-1", "much"])
def test_a_limit_is_an_amount_of_money(read, budget: str) -> None:
    with pytest.raises(SettingsError, match=r"^BEI_AIRTIME_DAILY_BUDGET is wrong"):
        read(AIRTIME | {"BEI_AIRTIME_DAILY_BUDGET": budget})


def test_twilio_pays_no_airtime(read) -> None:
    with pytest.raises(SettingsError, match=r"^BEI_AIRTIME_AMOUNT needs BEI_AT_USERNAME"):
        read(TWILIO | AIRTIME)
    assert read(TWILIO | AFRICASTALKING | AIRTIME).airtime_amount == "KES 5"


# The rules of sending


def test_how_texts_are_sent_when_nothing_is_said(read) -> None:
    settings = read({})
    assert (settings.at_rate, settings.twilio_rate) == (100, 10)
    assert settings.quiet is None, "nobody is woken by a simulated phone"
    assert read(AFRICASTALKING).quiet == QuietHours(time(21), time(6))
    assert not settings.has_sms_budget
    assert settings.segment_price is None
    assert settings.resent_kinds == frozenset()
    assert (settings.bulletin_grace_hours, settings.radio_dir) == (12, "var/radio")


def test_how_texts_are_sent_when_all_is_said(read) -> None:
    settings = read(
        {
            "BEI_AT_RATE": "20.5",
            "BEI_QUIET_HOURS": "",
            "BEI_DAILY_SMS_BUDGET": "5000, KES 4000",
            "BEI_MONTHLY_SMS_BUDGET": "100000",
            "BEI_SMS_PRICE": "KES 0.80",
            "BEI_RESEND_UNKNOWN": "reply, bulletin",
        }
    )
    assert settings.at_rate == 20.5
    assert settings.quiet is None
    assert settings.daily_sms_limit == SmsLimit(5000, Decimal(4000))
    assert settings.monthly_sms_limit == SmsLimit(segments=100_000)
    assert settings.segment_price == SmsPrice("KES", Decimal("0.80"))
    assert settings.resent_kinds == {OutboundKind.REPLY, OutboundKind.BULLETIN}


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("BEI_AT_RATE", "0", "greater than 0"),
        ("BEI_TWILIO_RATE", "fast", "valid number"),
        ("BEI_QUIET_HOURS", "9pm-6am", "two hours of the day: 21-6"),
        ("BEI_DAILY_SMS_BUDGET", "much", "segments, money, or both: 5000, KES 4000"),
        ("BEI_MONTHLY_SMS_BUDGET", "5,000", "segments, money, or both: 5000, KES 4000"),
        ("BEI_SMS_PRICE", "0.80", "a currency and an amount: KES 0.80"),
        ("BEI_RESEND_UNKNOWN", "bulletins", "bulletins is no kind of message: reply, alert"),
        ("BEI_BULLETIN_GRACE_HOURS", "0", "greater than or equal to 1"),
        ("BEI_RADIO_DIR", "", "at least 1 character"),
    ],
)
def test_what_is_wrong_with_the_rules_of_sending(read, name: str, written: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: .*{told}"):
        read({name: written})


@pytest.mark.parametrize("name", ["BEI_DAILY_SMS_BUDGET", "BEI_MONTHLY_SMS_BUDGET"])
def test_a_budget_in_money_needs_a_price_in_the_same(read, name: str) -> None:
    with pytest.raises(SettingsError, match=f"^BEI_SMS_PRICE is missing beside .* {name}$"):
        read({name: "KES 4000"})
    with pytest.raises(SettingsError, match=f"^{name} is not in the money of BEI_SMS_PRICE$"):
        read({name: "KES 4000", "BEI_SMS_PRICE": "USD 0.0100"})


# Who may come in


def test_who_comes_in_when_nothing_is_said(read) -> None:
    settings = read({})
    assert settings.staff_totp is SecondStep.OPTIONAL
    assert (settings.staff_idle_minutes, settings.staff_session_hours) == (120, 12)
    assert (settings.texts_per_minute, settings.hops_per_minute) == (30, 60)
    assert settings.addresses_of("twilio") is None


def test_a_gateway_that_is_not_named_calls_from_anywhere(read) -> None:
    settings = read({"BEI_GATEWAY_ADDRESSES": "africastalking=192.0.2.0/24"})
    assert settings.addresses_of("africastalking") == (ip_network("192.0.2.0/24"),)
    assert settings.addresses_of("twilio") is None


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("BEI_GATEWAY_ADDRESSES", "192.0.2.0/24", "no gateway: africastalking, twilio"),
        ("BEI_GATEWAY_ADDRESSES", "twilio=nowhere", "no address or range: 192.0.2.0/24"),
        ("BEI_TEXTS_PER_MINUTE", "-1", "greater than or equal to 0"),
        ("BEI_HOPS_PER_MINUTE", "some", "valid integer"),
        ("BEI_STAFF_TOTP", "some", "'optional', 'admin' or 'all'"),
        ("BEI_STAFF_IDLE_MINUTES", "0", "greater than or equal to 5"),
        ("BEI_STAFF_SESSION_HOURS", "0", "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_with_the_doors(read, name: str, written: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: .*{told}"):
        read({name: written})
