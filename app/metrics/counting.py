"""What the web counts while it serves: how long requests took, and how they ended.

Several processes serve one port, and whoever asks for the metrics is answered by any one of them.
So they count together, each in a file of its own that all of them read (`together.py`).
"""

from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from app.config import counted_together_in

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Histogram

# When the server gave us a request, in what comes with it.
BEGAN = "bei.began"
# A hop that cannot be answered gets an apology, and the gateway a 200.
APOLOGY = "apology"

# A hop is to take a millisecond or two, a caller waits for half a second at most.
_HOOK_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
# The API is to answer within 0.1 s, pages within 0.3 s.
_PAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)
_GATEWAYS = {"africastalking", "twilio"}


class Counts:
    """What one process counts, and what all of them counted."""

    def __init__(self) -> None:
        # Imported here: where it counts, the library decides when it is first imported, and a
        # process that serves is forked from one that only starts it.
        from prometheus_client import CollectorRegistry, Histogram

        self._own = CollectorRegistry()
        # To find what counts takes the library as long as counting: a hop's is at hand.
        self._at_hand: dict[tuple[str, ...], Histogram] = {}
        self._hooks = Histogram(
            "bei_webhook_seconds",
            "How long gateways waited for our answer, by what they brought and how it ended.",
            ["gateway", "hook", "outcome"],
            buckets=_HOOK_BUCKETS,
            registry=self._own,
        )
        self._pages = Histogram(
            "bei_request_seconds",
            "How long whoever asked for a page waited, by part of the service and status.",
            ["part", "status"],
            buckets=_PAGE_BUCKETS,
            registry=self._own,
        )
        # So each process is known from its start, and not from the first that it counts.
        with suppress(OSError):
            self._pages.labels("status", "2xx")

    def hook(self, gateway: str, hook: str, outcome: str, seconds: float) -> None:
        """Count what a gateway brought."""
        self._observe(self._hooks, (gateway, hook, outcome), seconds)

    def page(self, part: str, status: str, seconds: float) -> None:
        """Count what somebody asked for."""
        self._observe(self._pages, (part, status), seconds)

    def told(self) -> bytes:
        """What all processes counted that serve here, in Prometheus' words."""
        from prometheus_client import generate_latest

        return generate_latest(self._together())

    def _observe(self, histogram: "Histogram", labels: tuple[str, ...], seconds: float) -> None:
        # No room for a new line of figures: that is no reason to leave anybody unanswered.
        with suppress(OSError):
            counting = self._at_hand.get(labels)
            if counting is None:
                counting = self._at_hand[labels] = histogram.labels(*labels)
            counting.observe(seconds)

    def _together(self) -> "CollectorRegistry":
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        folder = counted_together_in()
        if folder is None:
            return self._own
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return registry


def processes() -> list[str]:
    """The numbers of the processes that count together, also of those that have ended."""
    folder = counted_together_in()
    files = [] if folder is None else Path(folder).glob("histogram_*.db")
    return sorted({file.stem.rpartition("_")[2] for file in files})


def count_requests(flask_app: Flask, counts: Counts) -> None:
    """Count every request that Flask answers, whatever becomes of it."""

    @flask_app.after_request
    def _count(response: Response) -> Response:
        seconds = perf_counter() - request.environ[BEGAN]
        outcome = f"{response.status_code // 100}xx"
        part = request.blueprint or ""
        if part in _GATEWAYS:
            counts.hook(part, _hook(part), g.get("outcome", outcome), seconds)
        else:
            counts.page(_part(part), outcome, seconds)
        return response


def apologised() -> None:
    """What a gateway is told now is an apology."""
    g.outcome = APOLOGY


def _hook(gateway: str) -> str:
    """What was called, as its address says it behind what may be secret: "sms", "ussd"."""
    rule = "" if request.url_rule is None else request.url_rule.rule
    behind = rule.partition(f"/webhooks/{gateway}/")[2]
    return behind.removeprefix("<secret>/")


def _part(blueprint: str) -> str:
    """Which part of the service that is; the API's blueprints bear the names of what they tell."""
    if request.path.startswith("/api/"):
        return "api"
    return blueprint.partition(".")[0] or "none"
