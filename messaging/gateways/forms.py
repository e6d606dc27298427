"""Reading what a gateway posts: every field is a stranger's text."""

from collections.abc import Mapping

from messaging.gateways.gateway import GatewayError
from messaging.msisdn import is_phone_number, read_sender


def required(form: Mapping[str, str], name: str, most: int) -> str:
    """A field without which nothing can be done; GatewayError names it where it is missing."""
    value = optional(form, name, most)
    if value is None:
        raise GatewayError(f"the form has no {name}")
    return value


def optional(form: Mapping[str, str], name: str, most: int) -> str | None:
    """A field that may be missing or empty, cut to what we can keep of it."""
    value = _storable(form.get(name, "")).strip()[:most]
    return value or None


def phone(form: Mapping[str, str], name: str) -> str:
    """A field that must hold a phone number; in E.164."""
    written = read_sender(required(form, name, 20))
    if not is_phone_number(written):
        raise GatewayError(f"{name} is no phone number")
    return written


def payload_of(form: Mapping[str, str], *, without: str = "") -> dict[str, str]:
    """The form as it came, for the record, but for the field that holds a phone number."""
    return {_storable(name): _storable(value) for name, value in form.items() if name != without}


def _storable(value: str) -> str:
    # PostgreSQL keeps no NUL, neither as text nor as JSON; half a letter, which JSON can
    # hold, is kept by nobody.
    return value.replace("\0", "").encode("utf-8", "replace").decode()
