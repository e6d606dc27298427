"""In the morning reporters are asked for the prices that would help most people most."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.session import Database
from groups.asks import can_be_told
from groups.demand import Supply, demand, supply
from groups.models import AskReason
from messaging.budgets import spent
from messaging.phrases.formats import local_date
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.models import Country
from prices.vocabulary import Vocabulary

# When markets open, and who is asked may still go there.
FIRST_HOUR, LAST_HOUR = 7, 11
# So many of the prices most asked for are looked at closely, for each that may be nudged.
LOOKED_AT = 10
# What a report adds to those of the week, by how many there are: none, and it is worth 1.
NEED = {1: 0.6, 2: 0.35, 3: 0.25}

# Asks one reporter for a price, and tells whether anybody was. The handlers know whom and in which
# words; `app` hands it in, because the clock and whoever writes to us do not know each other.
Ask = Callable[[Session, Vocabulary, Cell, datetime], bool]

log = structlog.get_logger()


@dataclass(frozen=True)
class Nudging:
    """How many may be asked in a day, and how one is."""

    a_day: int
    ask: Ask


def nudge_reporters(
    database: Database, catalogue: Catalogue, nudging: Nudging, now: datetime
) -> int:
    """Ask for what would help most, where it is morning; how many were asked.

    Any number of workers may do it at once, any number of times: the day's budget and the days of
    each person are kept by the database.
    """
    if nudging.a_day <= 0:
        return 0
    with database.read() as session:
        every = session.execute(select(Country.code, Country.timezone).order_by(Country.code)).all()
    return sum(
        _nudge_country(database, catalogue, code, local_date(now, timezone), nudging, now)
        for code, timezone in every
        if FIRST_HOUR <= now.astimezone(ZoneInfo(timezone)).hour < LAST_HOUR
    )


def help_of(demand: float, told: Supply | None) -> float:
    """How much a report would help: as the price is asked for, thin and stale; 0: told today."""
    return demand if told is None else demand * NEED.get(told.votes, 0.0) * told.age


def _nudge_country(
    database: Database,
    catalogue: Catalogue,
    country: str,
    today: date,
    nudging: Nudging,
    now: datetime,
) -> int:
    with database.read() as session:
        left = nudging.a_day - int(spent(session, AskReason.NUDGE, today))
        asked_for = demand(session, country, today) if left > 0 else {}
        if not asked_for:
            return 0
        vocabulary = catalogue.vocabulary(session, country)
        cells = _most_helpful(session, vocabulary, asked_for, today, left * LOOKED_AT)
    asked = 0
    for cell in cells:
        if asked >= left:
            break
        asked += _ask(database, vocabulary, nudging, cell, now)
    return asked


def _most_helpful(
    session: Session, vocabulary: Vocabulary, asked_for: dict[Cell, float], today: date, most: int
) -> list[Cell]:
    """The prices in which a report would help most, the most helpful first."""
    wanted = {cell: of for cell, of in asked_for.items() if can_be_told(vocabulary, cell)}
    # Only those most asked for are looked at: the rest could not come first.
    cells = sorted(wanted, key=lambda cell: (-wanted[cell], cell.commodity, cell.place_id))[:most]
    told = supply(session, vocabulary, cells, today)
    helpful = {cell: help_of(wanted[cell], told.get(cell)) for cell in cells}
    return sorted((cell for cell in cells if helpful[cell] > 0), key=lambda cell: -helpful[cell])


def _ask(
    database: Database, vocabulary: Vocabulary, nudging: Nudging, cell: Cell, now: datetime
) -> bool:
    """One nudge; a fault of its own does not hold up the others."""
    try:
        with database.begin() as session:
            return nudging.ask(session, vocabulary, cell, now)
    except OperationalError:
        raise  # the database itself: the others would fare no better
    except Exception:
        log.exception(
            "nudge_failed",
            commodity=cell.commodity,
            place_id=cell.place_id,
            what_to_do="nobody was asked; it is tried again by itself",
        )
        return False
