"""`bei book map`: litres by place, route, month and milking, for a spreadsheet or a map."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

import click
from sqlalchemy.orm import Session

from app.cli.opening import open_ready
from app.tables import write_csv
from groups.groups import find_group
from groups.milk_map import MAP_COLUMNS, MonthOfMilk, as_feature, as_row, milk_map, real_groups
from groups.models import Group

Write = Callable[[TextIO, Iterable[MonthOfMilk]], None]


@click.command("map")
@click.argument("group", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every group that is not a demo.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "geojson"]), default="csv", show_default=True
)
def map_command(group: str | None, is_all: bool, form: str) -> None:
    """Print the milk map of GROUP, or of all: a line a month and route, no word of any person.

    A month in which fewer than three members brought milk is left out.
    """
    if (group is None) is not is_all:
        raise click.UsageError("name one GROUP, or --all of them")
    service = open_ready()
    with service.database.read() as session:
        groups = real_groups(session) if group is None else [_asked(session, group)]
        _WRITERS[form](sys.stdout, milk_map(session, groups))


def _asked(session: Session, code: str) -> Group:
    group = find_group(session, code)
    if group is None:
        raise click.BadParameter(f"there is no group {code}", param_hint="GROUP")
    return group


def _write_csv(out: TextIO, months: Iterable[MonthOfMilk]) -> None:
    write_csv(out, MAP_COLUMNS, map(as_row, months))


def _write_geojson(out: TextIO, months: Iterable[MonthOfMilk]) -> None:
    """One feature a line, so that a long map is read as it comes."""
    out.write('{"type": "FeatureCollection", "features": [')
    for number, month in enumerate(months):
        out.write(f"{',' if number else ''}\n{json.dumps(as_feature(month))}")
    out.write("\n]}\n")


_WRITERS: Mapping[str, Write] = {"csv": _write_csv, "geojson": _write_geojson}
