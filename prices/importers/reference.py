"""The reference data: catalogue, units and map, as the files in db/seed/data tell them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import db
from db.base import Base
from prices.importers.kept import count_kept, left_to_files
from prices.importers.reference_files import Line, ReferenceFileError, read
from prices.importers.reference_transport import load_transport
from prices.importers.tables import BadRowsError, Changes, Row, bring_to, remove_others
from prices.kinds import Pace, PlaceKind, PriceType
from prices.models import (
    Commodity,
    CommodityTerm,
    Country,
    Place,
    PlaceAlias,
    PriceBound,
    ReferenceStamp,
    Unit,
    UnitFactor,
    UnitTerm,
)

__all__ = ["SEED_DATA", "ReferenceFileError", "ReferenceSummary", "load_reference"]

SEED_DATA = Path(db.__file__).parent / "seed" / "data"
STAMP = "reference"


@dataclass(frozen=True)
class ReferenceSummary:
    """What loading did to each table."""

    tables: Mapping[str, Changes]
    kept: int = 0  # rows of which the desk decided

    @property
    def changed(self) -> bool:
        """False when everything was there already."""
        return any(self.tables.values())


def load_reference(session: Session, folder: Path = SEED_DATA) -> ReferenceSummary:
    """Bring the catalogue, the units and the map to what the files say.

    The files win over the tables, except that nothing a price may refer to is ever deleted, and
    that what was decided at the desk stays.
    """
    tables = {file.model.__tablename__: _load(session, folder, file) for file in _FILES}
    tables |= _load_places(session, sorted(folder.glob("*/places.csv")))
    tables["unit_factor"] = _load_factors(session, folder / "unit_factors.csv")
    tables |= load_transport(session, folder)
    summary = ReferenceSummary(tables, count_kept(session))
    if summary.changed:
        count_change(session)
    return summary


@dataclass(frozen=True)
class _File:
    """A file, the table it fills, and how a line becomes a row."""

    name: str
    model: type[Base]
    key: Sequence[str]
    row: Callable[[Line], Row]
    # Words follow their file exactly; anything else may be what a price refers to, and stays.
    are_words: bool = False


def _as_it_stands(line: Line) -> Row:
    return dict(line)


def _commodity(line: Line) -> Row:
    return line | {
        "price_type": PriceType(line["price_type"]),
        "shop_code": line["shop_code"] or None,
        "rank": int(line["rank"]),
        "pace": Pace(line["pace"]),
    }


def _bound(line: Line) -> Row:
    low, high = Decimal(line["low"]), Decimal(line["high"])
    if not 0 < low < high:
        raise ValueError(f"between {low} and {high} lies no price")
    return line | {"low": low, "high": high}


def _term(line: Line) -> Row:
    return line | {"is_name": line["is_name"] == "yes"}


_FILES = (
    _File("countries.csv", Country, ["code"], _as_it_stands),
    _File("units.csv", Unit, ["code"], _as_it_stands),
    _File("commodities.csv", Commodity, ["code"], _commodity),
    _File(
        "commodity_terms.csv", CommodityTerm, ["commodity_code", "language", "term"], _term, True
    ),
    _File("price_bounds.csv", PriceBound, ["country", "commodity_code"], _bound),
    _File("unit_terms.csv", UnitTerm, ["unit_code", "country", "language", "term"], _term, True),
)


def _load(session: Session, folder: Path, file: _File) -> Changes:
    rows = list(read(folder / file.name, file.row))
    # A commodity may name another as its shop form: that one has to be there first.
    rows.sort(key=lambda row: row.get("shop_code") is not None)
    changes = _bring(session, file.name, file.model, file.key, rows)
    if file.are_words:
        changes += remove_others(session, file.model, file.key, rows)
    return changes


def _bring(
    session: Session, name: str, model: type[Base], key: Sequence[str], rows: Sequence[Row]
) -> Changes:
    try:
        return bring_to(session, model, key, rows)
    except BadRowsError as error:
        raise ReferenceFileError(f"{name}: {error}") from error


def _load_places(session: Session, paths: Iterable[Path]) -> dict[str, Changes]:
    lines = [line for path in paths for line in read(path, _place_of(path.parent.name))]
    places = Changes()
    for kind in PlaceKind:  # from the country down: a parent is there before its children
        places += _load_wave(session, [line for line in lines if line["kind"] is kind])
    return {"place": places, "place_alias": _load_aliases(session, lines)}


def _place_of(country: str) -> Callable[[Line], Row]:
    def place(line: Line) -> Row:
        return {
            "code": line["code"],
            "country": country,
            "kind": PlaceKind(line["kind"]),
            "parent_code": line["parent_code"],
            "name": line["name"],
            "latitude": _float(line["latitude"]),
            "longitude": _float(line["longitude"]),
            "population": int(line["population"]) if line["population"] else None,
            "source": line["source"],
            "aliases": [alias for alias in line["aliases"].split("|") if alias],
        }

    return place


def _load_wave(session: Session, lines: Iterable[Row]) -> Changes:
    above = _ids_by_code(session)
    rows = [_below(line, above) for line in lines]
    changes = _bring(session, "places.csv", Place, ["code"], rows)
    # An admin1 is its own admin1, and its id is known only once it is there.
    session.execute(
        update(Place)
        .where(Place.kind == PlaceKind.ADMIN1, Place.admin1_id.is_(None))
        .values(admin1_id=Place.id)
    )
    return changes


def _below(line: Row, above: Mapping[str, tuple[int, int | None]]) -> Row:
    row = {name: line[name] for name in line if name not in {"parent_code", "aliases"}}
    parent_code = line["parent_code"]
    if parent_code and parent_code not in above:
        raise ReferenceFileError(f"places.csv: {line['code']} lies in {parent_code}, which is none")
    row["parent_id"], admin1_id = above.get(parent_code, (None, None))
    if line["kind"] is not PlaceKind.ADMIN1:
        row["admin1_id"] = admin1_id
    return row


def _ids_by_code(session: Session) -> dict[str, tuple[int, int | None]]:
    found = session.execute(select(Place.code, Place.id, Place.admin1_id))
    return {code: (id_, admin1_id) for code, id_, admin1_id in found}


def _load_aliases(session: Session, lines: Iterable[Row]) -> Changes:
    ids = _ids_by_code(session)
    rows = [
        {"place_id": ids[line["code"]][0], "alias": alias}
        for line in lines
        for alias in line["aliases"]
    ]
    key = ["place_id", "alias"]
    changes = _bring(session, "places.csv", PlaceAlias, key, rows)
    return changes + remove_others(session, PlaceAlias, key, rows)


def _load_factors(session: Session, path: Path) -> Changes:
    ids = _ids_by_code(session)

    def factor(line: Line) -> Row:
        place = line.pop("place_code")
        if place and place not in ids:
            raise ValueError(f"no place has the code {place}")
        scope = (line["unit_code"], line["country"], line["commodity_code"], place)
        return line | {
            "key": "/".join(part or "*" for part in scope),
            "version": int(line["version"]),
            "country": line["country"] or None,
            "commodity_code": line["commodity_code"] or None,
            "place_id": ids[place][0] if place else None,
            "quantity": _decimal(line["quantity"]),
            "low": _decimal(line["low"]),
            "high": _decimal(line["high"]),
            "valid_from": date.fromisoformat(line["valid_from"]),
        }

    rows = list(read(path, factor))
    _refuse_edits(session, left_to_files(session, UnitFactor, ["key"], rows))
    return _bring(session, path.name, UnitFactor, ["key", "version"], rows)


def _refuse_edits(session: Session, rows: Iterable[Row]) -> None:
    found = session.execute(select(UnitFactor.key, UnitFactor.version, UnitFactor.quantity))
    stored = {(key, version): quantity for key, version, quantity in found}
    for row in rows:
        known = stored.get((row["key"], row["version"]))
        if known is not None and known != row["quantity"]:
            raise ReferenceFileError(
                f"unit_factors.csv: {row['key']} version {row['version']} is {known}, and prices "
                f"rest on it; add {row['quantity']} as version {row['version'] + 1}"
            )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _float(text: str) -> float | None:
    return float(text) if text else None


def count_change(session: Session) -> None:
    """Let every process see that its copy of the reference data is old."""
    stamp = session.get(ReferenceStamp, STAMP)
    if stamp is None:
        session.add(ReferenceStamp(name=STAMP, version=1))
    else:
        stamp.version += 1
    session.flush()
