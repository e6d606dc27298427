"""The backtest's reports as a file, for the whole road through import and database."""

import csv
import io
from collections.abc import Callable, Mapping

from bench.quality_world import World


def as_csv(
    world: World,
    *,
    markets: Mapping[str, str] | None = None,
    commodities: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    phone: Callable[[int], str] = lambda reporter: f"+256772{reporter:06}",
) -> str:
    """The reports as a file for `bei import observations`.

    The mappings give our name or code for a published one; what they lack stands as published.
    Prices have four decimals, as the store keeps them. Every reporter has a number of Uganda.
    """
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(
        (
            "reported_at",
            "reporter",
            "commodity",
            "market",
            "price",
            "unit",
            "currency",
            "price_type",
        )
    )
    for report in world.reports:
        cell = world.cells[report.cell]
        lines.writerow(
            (
                report.at.isoformat(),
                phone(report.reporter),
                (commodities or {}).get(cell.commodity, cell.commodity),
                (markets or {}).get(cell.market, cell.market),
                f"{report.price:.4f}",
                (units or {"KG": "kg", "L": "litre"}).get(cell.unit, cell.unit),
                cell.currency,
                cell.price_type.lower().replace(" ", "_"),
            )
        )
    return out.getvalue()
