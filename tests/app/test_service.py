from datetime import time
from decimal import Decimal

import pytest

from app.config import Settings, SettingsError
from app.service import open_service
from handlers.allowance import Allowance
from messaging.airtime import AirtimeOffer
from messaging.kinds import OutboundKind
from messaging.quiet_hours import QuietHours
from messaging.sms_prices import SmsLimit, SmsLimits
from tests.app.gateways import settings_with_gateways

MEMORY = "sqlite:///:memory:"


def test_alone_there_is_the_simulator() -> None:
    service = open_service(Settings(_env_file=None, DATABASE_URL=MEMORY))
    assert list(service.gateways) == ["simulator", "console"]
    assert service.default_gateway == "simulator"


def test_both_gateways_are_opened_and_the_first_is_the_default() -> None:
    service = open_service(settings_with_gateways(MEMORY))
    assert list(service.gateways) == ["africastalking", "twilio", "console"]
    assert service.default_gateway == "africastalking"
    assert {name: gateway.name for name, gateway in service.gateways.items()} == {
        "africastalking": "africastalking",
        "twilio": "twilio",
        "console": "console",
    }


def test_the_simulator_beside_a_gateway_is_never_the_default() -> None:
    settings = settings_with_gateways(MEMORY).model_copy(
        update={"at_username": None, "simulator": True}
    )
    service = open_service(settings)
    assert list(service.gateways) == ["twilio", "simulator", "console"]
    assert service.default_gateway == "twilio"


def test_with_no_way_out_the_start_says_so() -> None:
    settings = Settings(_env_file=None, DATABASE_URL=MEMORY, simulator=False)
    with pytest.raises(SettingsError, match=r"^BEI_SIMULATOR is off and no gateway"):
        open_service(settings)


def test_what_may_be_spent() -> None:
    off = open_service(Settings(_env_file=None, DATABASE_URL=MEMORY, daily_asks=7))
    assert off.allowance == Allowance(asks_a_day=7)
    on = Settings(
        _env_file=None,
        DATABASE_URL=MEMORY,
        airtime_amount="KES 7.50",
        airtime_daily_budget="500",
        airtime_per_person_day=2,
    )
    offer = AirtimeOffer(Decimal("7.50"), "KES", per_person_day=2, a_day=Decimal(500))
    assert open_service(on).allowance == Allowance(asks_a_day=200, airtime=offer)


def test_who_pays_airtime() -> None:
    both = settings_with_gateways(MEMORY)
    assert open_service(both).airtime_gateway.name == "africastalking"
    twilio = both.model_copy(update={"at_username": None})
    assert open_service(twilio).airtime_gateway is None
    alone = open_service(Settings(_env_file=None, DATABASE_URL=MEMORY))
    assert alone.airtime_gateway.name == "simulator"


def test_what_the_operator_decided_about_sending(database_url: str) -> None:
    settings = settings_with_gateways(database_url).model_copy(
        update={
            "routes": "+254=africastalking,twilio; +256=twilio",
            "twilio_rate": 7.0,
            "monthly_sms_budget": "100000",
            "resend_unknown": "alert",
            "country": "BO",
        }
    )
    service = open_service(settings)
    rules = service.rules
    service.database.engine.dispose()
    assert rules.routes.ways("+254711000001") == ("africastalking", "twilio")
    assert rules.routes.ways("+256772000007") == ("twilio",)
    assert rules.routes.ways("+251911000000") == ("africastalking",)
    assert rules.rates == {"africastalking": 100, "twilio": 7}
    assert rules.quiet_hours == QuietHours(time(21), time(6))
    assert rules.limits == SmsLimits("America/La_Paz", month=SmsLimit(segments=100_000))
    assert rules.resends == {OutboundKind.ALERT}


def test_without_a_budget_there_are_no_limits() -> None:
    service = open_service(settings_with_gateways(MEMORY))
    assert service.rules.limits is None
    assert service.rules is service.rules, "worked out once"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("+254=vodafone", "vodafone"),
        ("254", "254"),
    ],
)
def test_a_route_that_leads_nowhere_stops_the_start(written: str, told: str) -> None:
    settings = settings_with_gateways(MEMORY).model_copy(update={"routes": written})
    with pytest.raises(SettingsError, match=rf"^BEI_ROUTES is wrong: .*{told}"):
        open_service(settings)
