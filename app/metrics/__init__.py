"""`/metrics`: what a Prometheus reads, and nobody else."""

from datetime import UTC, datetime
from hmac import compare_digest
from importlib.metadata import version
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request

from app.metrics.counting import Counts, count_requests, processes
from app.metrics.gauges import Gauge, Gauges
from app.service import Service
from scheduler.beats import resident_kib

TYPE = "text/plain; version=0.0.4; charset=utf-8"
# What a proxy adds that we were not told of: then an address is the proxy's, and tells nothing.
BY_A_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")

metrics = Blueprint("metrics", __name__)


def open_metrics(flask_app: Flask) -> Counts:
    """Count what this application answers, and tell it where that is asked for."""
    counts = Counts()
    flask_app.extensions["bei.counts"] = counts
    flask_app.extensions["bei.gauges"] = Gauges(flask_app.extensions["bei"])
    count_requests(flask_app, counts)
    flask_app.register_blueprint(metrics)
    return counts


@metrics.get("/metrics")
def show() -> Response:
    """How the service stands. To whoever may not read it the page is not there."""
    service = cast(Service, current_app.extensions["bei"])
    token = service.settings.metrics_token
    if not (_is_near(service) if token is None else _shows(token.get_secret_value())):
        abort(404)
    counts = cast(Counts, current_app.extensions["bei.counts"])
    gauges = cast(Gauges, current_app.extensions["bei.gauges"])
    standing = [*_own(), *_kept(service), *gauges.collect(datetime.now(UTC))]
    return Response(counts.told() + _told(standing), content_type=TYPE)


def _told(gauges: list[Gauge]) -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Read(Collector):
        def collect(self) -> list:  # type: ignore[type-arg]
            return [gauge.family() for gauge in gauges]

    registry = CollectorRegistry()
    registry.register(Read())
    return generate_latest(registry)


def _own() -> list[Gauge]:
    """Which Bei answers, and the memory of the processes that serve here."""
    memory = {pid: resident_kib(pid) for pid in processes() if _is_beside_us(pid)}
    return [
        Gauge("bei_version", "Which Bei this is.", ("version",), [((version("bei"),), 1.0)]),
        Gauge(
            "bei_web_resident_bytes",
            "The memory that a process holds that serves here.",
            ("process",),
            [((pid,), kib * 1024) for pid, kib in memory.items() if kib is not None],
        ),
    ]


def _kept(service: Service) -> list[Gauge]:
    """What waits on this host's disk for the database: told also where that is away."""
    spool = service.spool
    return [
        Gauge(
            "bei_kept_on_disk",
            "What gateways brought and waits on this host's disk for the database.",
            (),
            [((), len(spool.names()))],
        ),
        Gauge(
            "bei_kept_apart",
            "What could not be taken in from this host's disk, and was set apart.",
            (),
            [((), len(spool.apart()))],
        ),
    ]


def _is_beside_us(pid: str) -> bool:
    """Whether a process was started by whoever started us: a number comes round again."""
    return _parent(pid) == _parent("self")


def _parent(pid: str) -> str | None:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The name of the program stands before it in brackets, and may hold anything.
    return told.rpartition(")")[2].split()[1]


def _shows(token: str) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    is_token = compare_digest(shown.strip().encode(), token.encode())
    return scheme.lower() == "bearer" and is_token


def _is_near(service: Service) -> bool:
    """Whether it is asked from this machine, or from a network of our own."""
    if not service.settings.proxies and any(name in request.headers for name in BY_A_PROXY):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_private
