import pytest

from app.config import Settings, SettingsError
from app.service import open_service
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
