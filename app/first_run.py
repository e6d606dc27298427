"""Fill a new embedded database, so that `bei run` serves on a machine that has nothing yet."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.demo import seed_demo
from app.number_seal import bring_up_to_date
from app.progress import progress_bar
from app.service import Service
from db.seed import SEED_DATA
from prices.importers.reference import load_reference
from prices.importers.wfp import import_wfp
from prices.models import PublishedPrice

Tell = Callable[[str], None]


def prepare(service: Service, tell: Tell) -> None:
    """Bring the embedded database up to date; a shared one is the operator's own step."""
    if not service.settings.is_embedded:
        return
    bring_up_to_date(service)
    with service.database.begin() as session:
        load_reference(session)
    _load_price_history(service, tell)
    if service.settings.simulator:
        # Every start, so that the demo reports are fresh on the day somebody looks.
        seed_demo(service, datetime.now(UTC))


def price_history_of(country: str) -> Path | None:
    """The published series shipped for a country, if there is one."""
    path = SEED_DATA / country / "wfp_food_prices.csv.gz"
    return path if path.exists() else None


def _load_price_history(service: Service, tell: Tell) -> None:
    path = price_history_of(service.settings.country)
    with service.database.read() as session:
        loaded = session.scalar(select(PublishedPrice.id).limit(1)) is not None
    if path is None or loaded:
        return
    tell("Loading the published price history (WFP – World Food Programme, via HDX) …")
    with progress_bar("Prices") as progress:
        summary = import_wfp(service.database, path, progress=progress)
    tell(f"{summary.inserted:,} published prices loaded.")
