from decimal import Decimal

import pytest

from app.config import Settings, SettingsError
from app.service import open_service
from handlers.allowance import Allowance
from messaging.airtime import AirtimeOffer
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
