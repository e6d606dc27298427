"""What carrying goods costs, what is carried at a time, and what buyers do besides, from files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Base
from prices.importers.reference_files import Line, ReferenceFileError, read
from prices.importers.tables import BadRowsError, Changes, Row, bring_to, remove_others
from prices.kinds import Buyer, TransportMode
from prices.models import BuyerTerms, CommodityLoad, Place, TransportTariff

LOADS, TARIFFS, TERMS = "commodity_loads.csv", "transport_tariffs.csv", "buyer_terms.csv"


def load_transport(session: Session, folder: Path) -> dict[str, Changes]:
    """Bring the three tables to what the files say; nothing else refers to their rows.

    A country may have a file of tariffs, and one of buyers' terms, in its folder.
    """
    loads = list(read(folder / LOADS, _load))
    tariffs = list(_of_countries(folder, TARIFFS, _tariff_of))
    place_ids = dict(session.execute(select(Place.code, Place.id)).all())
    terms = list(_of_countries(folder, TERMS, lambda _: _terms_at(place_ids)))
    return {
        "commodity_load": _follow(session, LOADS, CommodityLoad, ["commodity_code"], loads),
        "transport_tariff": _follow(
            session, TARIFFS, TransportTariff, ["country", "mode", "valid_from"], tariffs
        ),
        "buyer_terms": _follow(
            session, TERMS, BuyerTerms, ["place_id", "commodity_code", "buyer"], terms
        ),
    }


def _follow(
    session: Session, name: str, model: type[Base], key: Sequence[str], rows: Sequence[Row]
) -> Changes:
    try:
        changes = bring_to(session, model, key, rows)
    except BadRowsError as error:
        raise ReferenceFileError(f"{name}: {error}") from error
    return changes + remove_others(session, model, key, rows)


def _of_countries(
    folder: Path, name: str, converter: Callable[[str], Callable[[Line], Row]]
) -> Iterator[Row]:
    for path in sorted(folder.glob(f"*/{name}")):
        yield from read(path, converter(path.parent.name))


def _load(line: Line) -> Row:
    return line | {
        "quantity": _more_than_nothing(line["quantity"]),
        "kg_per_base_unit": _more_than_nothing(line["kg_per_base_unit"]),
    }


def _tariff_of(country: str) -> Callable[[Line], Row]:
    def tariff(line: Line) -> Row:
        return line | {
            "country": country,
            "mode": TransportMode(line["mode"]),
            "base_fare": _more_than_nothing(line["base_fare"]),
            "fare_per_km": _at_least_nothing(line["fare_per_km"]),
            "load_kg": _more_than_nothing(line["load_kg"]),
            "most_loads": int(_more_than_nothing(line["most_loads"])),
            "valid_from": date.fromisoformat(line["valid_from"]),
        }

    return tariff


def _terms_at(place_ids: Mapping[str, int]) -> Callable[[Line], Row]:
    def terms(line: Line) -> Row:
        place, days = line["place_code"], line["days_to_pay"]
        if place not in place_ids:
            raise ValueError(f"no place has the code {place}")
        return {
            "place_id": place_ids[place],
            "commodity_code": line["commodity_code"],
            "buyer": Buyer(line["buyer"]),
            "name": line["name"] or None,
            "reject_share": _share(line["reject_share"]),
            "bonus": _at_least_nothing(line["bonus"] or "0"),
            "days_to_pay": int(_at_least_nothing(days)) if days else None,
            "source": line["source"],
        }

    return terms


def _share(text: str) -> Decimal:
    share = _at_least_nothing(text or "0")
    if share >= 1:
        raise ValueError(f"{text} is no share: write 5 % as 0.05")
    return share


def _more_than_nothing(text: str) -> Decimal:
    value = Decimal(text)
    if not value > 0:
        raise ValueError(f"{text} must be more than 0")
    return value


def _at_least_nothing(text: str) -> Decimal:
    value = Decimal(text)
    if not value >= 0:
        raise ValueError(f"{text} must not be less than 0")
    return value
