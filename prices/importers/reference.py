"""The reference data: catalogue, units and map, as the files in db/seed/data tell them."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import db
from db.base import Base
from prices.importers.tables import Changes, Values, bring_to, remove_others
from prices.kinds import PlaceKind, PriceType
from prices.models import (
    Commodity,
    CommodityTerm,
    Country,
    Place,
    PlaceAlias,
    ReferenceStamp,
    Unit,
    UnitFactor,
    UnitTerm,
)

SEED_DATA = Path(db.__file__).parent / "seed" / "data"
STAMP = "reference"

Line: TypeAlias = dict[str, str]


class ReferenceFileError(Exception):
    """A reference file that cannot be read as it stands; its one line says where and why."""


@dataclass(frozen=True)
class ReferenceSummary:
    """What loading did to each table."""

    tables: Mapping[str, Changes]

    @property
    def changed(self) -> bool:
        """False when everything was there already."""
        return any(self.tables.values())


@dataclass(frozen=True)
class _File:
    """A file, the table it fills, and how a line becomes a row."""

    name: str
    model: type[Base]
    key: Sequence[str]
    row: Callable[[Line], dict[str, Any]]
    # Words follow their file exactly; anything else may be what a price refers to, and stays.
    are_words: bool = False


def load_reference(session: Session, folder: Path = SEED_DATA) -> ReferenceSummary:
    """Bring the catalogue, the units and the map to what the files say.

    The files win over the tables, except that nothing a price may refer to is ever deleted.
    """
    tables = {file.model.__tablename__: _load(session, folder, file) for file in _FILES}
    tables |= _load_places(session, sorted(folder.glob("*/places.csv")))
    tables["unit_factor"] = _load_factors(session, folder / "unit_factors.csv")
    summary = ReferenceSummary(tables)
    if summary.changed:
        _count_up(session)
    return summary


def _as_it_stands(line: Line) -> dict[str, Any]:
    return dict(line)


def _commodity(line: Line) -> dict[str, Any]:
    return line | {
        "price_type": PriceType(line["price_type"]),
        "shop_code": line["shop_code"] or None,
        "rank": int(line["rank"]),
    }


def _term(line: Line) -> dict[str, Any]:
    return line | {"is_name": line["is_name"] == "yes"}


_FILES = (
    _File("countries.csv", Country, ["code"], _as_it_stands),
    _File("units.csv", Unit, ["code"], _as_it_stands),
    _File("commodities.csv", Commodity, ["code"], _commodity),
    _File(
        "commodity_terms.csv", CommodityTerm, ["commodity_code", "language", "term"], _term, True
    ),
    _File("unit_terms.csv", UnitTerm, ["unit_code", "country", "language", "term"], _term, True),
)


def _load(session: Session, folder: Path, file: _File) -> Changes:
    rows: list[Values] = list(_read(folder / file.name, file.row))
    # A commodity may name another as its shop form: that one has to be there first.
    rows.sort(key=lambda row: row.get("shop_code") is not None)
    changes = bring_to(session, file.model, file.key, rows)
    if file.are_words:
        changes += remove_others(session, file.model, file.key, rows)
    return changes


def _read(path: Path, convert: Callable[[Line], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for line in reader:
            try:
                yield convert(line)
            except (LookupError, ValueError, ArithmeticError, TypeError) as error:
                raise ReferenceFileError(f"{path} line {reader.line_num}: {error}") from error


def _load_places(session: Session, paths: Iterable[Path]) -> dict[str, Changes]:
    lines = [line for path in paths for line in _read(path, _place)]
    places = Changes()
    for kind in PlaceKind:  # from the country down: a parent is there before its children
        wave = [line for line in lines if line["kind"] is kind]
        places += _load_wave(session, wave)
    return {"place": places, "place_alias": _load_aliases(session, lines)}


def _place(line: Line) -> dict[str, Any]:
    return line | {
        "country": line["code"][:2].upper(),
        "kind": PlaceKind(line["kind"]),
        "latitude": float(line["latitude"]) if line["latitude"] else None,
        "longitude": float(line["longitude"]) if line["longitude"] else None,
        "population": int(line["population"]) if line["population"] else None,
        "aliases": list(filter(None, line["aliases"].split("|"))),
    }


def _load_wave(session: Session, lines: list[dict[str, Any]]) -> Changes:
    above = _ids_by_code(session)
    rows: list[Values] = []
    for line in lines:
        row = {name: line[name] for name in _PLACE_COLUMNS}
        parent_id, admin1_id = above.get(line["parent_code"], (None, None))
        if line["parent_code"] and parent_id is None:
            raise ReferenceFileError(f"{line['code']}: no place has the code {line['parent_code']}")
        row["parent_id"] = parent_id
        if line["kind"] is not PlaceKind.ADMIN1:
            row["admin1_id"] = admin1_id
        rows.append(row)
    changes = bring_to(session, Place, ["code"], rows)
    # An admin1 is its own admin1; its id is known only once it is there.
    session.execute(
        update(Place)
        .where(Place.kind == PlaceKind.ADMIN1, Place.admin1_id.is_(None))
        .values(admin1_id=Place.id)
    )
    return changes


_PLACE_COLUMNS = (
    "code",
    "country",
    "kind",
    "name",
    "latitude",
    "longitude",
    "population",
    "source",
)


def _ids_by_code(session: Session) -> dict[str, tuple[int, int | None]]:
    found = session.execute(select(Place.code, Place.id, Place.admin1_id))
    return {code: (id_, admin1_id) for code, id_, admin1_id in found}


def _load_aliases(session: Session, lines: Iterable[dict[str, Any]]) -> Changes:
    ids = _ids_by_code(session)
    rows: list[Values] = [
        {"place_id": ids[line["code"]][0], "alias": alias}
        for line in lines
        for alias in line["aliases"]
    ]
    key = ["place_id", "alias"]
    return bring_to(session, PlaceAlias, key, rows) + remove_others(session, PlaceAlias, key, rows)


def _load_factors(session: Session, path: Path) -> Changes:
    ids = _ids_by_code(session)

    def factor(line: Line) -> dict[str, Any]:
        place = line.pop("place_code")
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

    rows: list[Values] = list(_read(path, factor))
    _refuse_edits(session, rows)
    return bring_to(session, UnitFactor, ["key", "version"], rows)


def _refuse_edits(session: Session, rows: Iterable[Values]) -> None:
    found = session.execute(select(UnitFactor.key, UnitFactor.version, UnitFactor.quantity))
    stored = {(key, version): quantity for key, version, quantity in found}
    for row in rows:
        known = stored.get((row["key"], row["version"]), row["quantity"])
        if known != row["quantity"]:
            raise ReferenceFileError(
                f"unit_factors.csv: {row['key']} version {row['version']} is {known}, and prices "
                f"rest on it; add {row['quantity']} as version {row['version'] + 1}"
            )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _count_up(session: Session) -> None:
    stamp = session.get(ReferenceStamp, STAMP)
    if stamp is None:
        session.add(ReferenceStamp(name=STAMP, version=1))
    else:
        stamp.version += 1
    session.flush()
