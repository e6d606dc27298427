"""Whose key a request carries: looked up once, by whoever asks first."""

from flask import g, request

from app.api.answers import service
from app.api.keys import find_key
from app.api.models import ApiKey

SCHEME = "bearer"


def key_sent() -> str | None:
    """The words of the key; None where none is sent."""
    scheme, _, written = request.headers.get("Authorization", "").partition(" ")
    return written.strip() or None if scheme.lower() == SCHEME else None


def key_of_request() -> ApiKey | None:
    """The key that is known; None where it is not, or none was sent."""
    if "api_key" not in g:
        written = key_sent()
        g.api_key = None
        if written is not None:
            with service().database.read() as session:
                g.api_key = find_key(session, written)
    found: ApiKey | None = g.api_key
    return found
