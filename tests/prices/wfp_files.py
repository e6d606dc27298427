"""Price files in the WFP's form, made for a story, and what became of them."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from db.session import Database
from prices.importers.wfp import ImportSummary, SkipReason
from prices.models import PublishedPrice

HEADER = (
    "date,admin1,admin2,market,market_id,latitude,longitude,category,commodity,commodity_id,unit,"
    "priceflag,pricetype,currency,price,usdprice"
)


def line(
    price: str = "42",
    *,
    day: str = "2026-01-15",
    market: str = "Nakuru",
    point: str = "-0.28,36.07",
    product: str = "Maize",
    unit: str = "KG",
    flag: str = "actual",
    price_type: str = "Wholesale",
    currency: str = "KES",
) -> str:
    return (
        f"{day},Rift Valley,Nakuru,{market},188,{point},cereals and tubers,{product},51,{unit},"
        f"{flag},{price_type},{currency},{price},0.3"
    )


def write(folder: Path, lines: Sequence[str], header: str = HEADER) -> Path:
    path = folder / "wfp_food_prices_ken.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def counts(summary: ImportSummary) -> dict[SkipReason, int]:
    return {reason: skipped.count for reason, skipped in summary.skipped.items()}


def stored(database: Database) -> list[PublishedPrice]:
    with database.read() as session:
        return list(session.scalars(select(PublishedPrice).order_by(PublishedPrice.id)))


def assert_every_line_is_counted_once(summary: ImportSummary) -> None:
    kept = summary.inserted + summary.updated + summary.unchanged + summary.duplicates
    assert summary.read == kept + sum(counts(summary).values())
