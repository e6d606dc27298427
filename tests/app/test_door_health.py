"""What the doctor says of secrets, https and addresses."""

import pytest

from app.config import Settings
from app.health.doors import doors_amiss

LONG = "a-long-random-secret"
PUBLIC = {"public_base_url": "https://bei.example.org", "proxies": 1}
ADDRESSES = {"gateway_addresses": "twilio=192.0.2.1"}


@pytest.mark.parametrize(
    ("said", "amiss"),
    [
        ({}, ""),
        ({"at_webhook_secret": LONG, "secret_key": LONG, **PUBLIC, **ADDRESSES}, ""),
        ({"at_webhook_secret": "sesame"}, "BEI_AT_WEBHOOK_SECRET is short"),
        ({"secret_key": "sesame"}, "BEI_SECRET_KEY is short"),
        ({"public_base_url": "http://bei.example.org"}, "not https"),
        ({**ADDRESSES, **PUBLIC, "proxies": 0}, "no gateway gets in"),
    ],
)
def test_a_door_that_is_not_what_it_seems_is_named(said: dict[str, object], amiss: str) -> None:
    found = doors_amiss(Settings(_env_file=None, **said))
    assert len(found) == bool(amiss)
    assert all(amiss in words and "sesame" not in words for words in found)
