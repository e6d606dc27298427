"""How often somebody may ask: by address for reading, by key for writing. Gateways never count."""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Flask, request
from flask_limiter import Limiter

from app.api.who import key_of_request
from app.limits import REDIS_OPTIONS
from app.service import Service

READS = "600 per minute"


def limit(flask_app: Flask) -> None:
    """Count what is asked of the API, in memory, or in Redis where several hosts serve."""
    service: Service = flask_app.extensions["bei"]
    redis_url = service.settings.redis_url
    limiter = Limiter(
        key_func=_reader,
        app=flask_app,
        storage_uri=redis_url or "memory://",
        storage_options={} if redis_url is None else REDIS_OPTIONS,
        headers_enabled=True,
        # A limiter that is out of reach must not shut the door.
        swallow_errors=True,
        in_memory_fallback_enabled=redis_url is not None,
    )
    for name, blueprint in cast(Mapping[str, Blueprint], flask_app.blueprints).items():
        if blueprint.url_prefix and blueprint.url_prefix.startswith("/api/v1/"):
            limiter.limit(READS, key_func=_reader, exempt_when=_is_not_counted)(blueprint)
            if name == "observations":
                limiter.limit(_of_key, key_func=_writer, exempt_when=_is_read)(blueprint)


def _reader() -> str:
    return f"address:{request.remote_addr}"


def _writer() -> str:
    key = key_of_request()
    return "nobody" if key is None else f"key:{key.id}"


def _of_key() -> str:
    key = key_of_request()
    return "60 per minute" if key is None else f"{key.per_minute} per minute"


def _is_read() -> bool:
    return request.method != "POST"


def _is_not_counted() -> bool:
    """Writing has its own count; behind a proxy nobody told us of all have one address."""
    return request.method == "POST" or request.remote_addr in {"127.0.0.1", "::1", None}
