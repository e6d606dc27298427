"""`python -m bench.growth`: what the same thing costs where there is ten times more of everything.

Two countries side by side – one with the places that Kenya has, one with ten times as many, ten
times the people, reports and texts – are asked the same in turns, in this process, by what web and
worker call. Costs that grow no faster than the work have a ratio of 1. On SQLite it is the time of
the core that counts, on PostgreSQL, whose work is another process's, the clock.
"""

import csv
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import click
from sqlalchemy import make_url

from app.config import Settings
from app.intake import take_hop, take_text
from app.logs import configure_logs
from app.memory import collect_rarely
from app.service import Service, open_service
from bench.bulletin_world import let_it_be_due, promised
from bench.growth_world import MEMBERS_SHARE, NOW, Size, fill, homes_of, people_of, wards_of
from bench.reports import meet
from bench.results import Figure, Goal
from bench.sms_texts import KINDS, Kind
from bench.ussd_calls import SERVICE_CODE
from bench.ussd_floor import is_sqlite
from bench.ussd_world import postgresql
from messaging.gateways import simulator
from prices.answers import OwnPrice
from prices.importers.observation_lines import FORM
from prices.importers.observations import import_observations
from prices.queries import answer_price
from scheduler.bulletins import publish_due
from tests.cast import NUMBER_KEY

TIMES, GOAL = 10, 1.3
TURNS = 5  # of what is done once for very many
IMPORTED, MARKETS = 2_000, 50  # rows of a file; the markets that are asked about
MOST_ASKED = 2_000  # people
CALL = ("", "1", "1*1")
ASKS, REPORTS, WHERE_TO_SELL = (
    "a text that asks",
    "a text that reports",
    "a text that asks where to sell",
)


@dataclass
class Country:
    """One of the two, and whom of it is asked for."""

    service: Service
    size: Size
    people: list[str]
    homes: list[int]
    wards: list[int]
    took: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """The middle one, in milliseconds."""
        return median(self.took[name]) * 1000


# Does a thing in a country for the so manieth time, and says for how many it was.
Work = Callable[[Country, int], int]
Clock = Callable[[], float]


@click.command()
@click.option("--people", default=20_000, show_default=True, help="Subscribers of the smaller.")
@click.option("--rows", default=100_000, show_default=True, help="Reports in the smaller.")
@click.option("--runs", default=300, show_default=True, help="How often each thing is done.")
@click.option(
    "--database",
    "wanted",
    type=click.Choice(["sqlite", "postgresql", "both"]),
    default="both",
    show_default=True,
)
def main(people: int, rows: int, runs: int, wanted: str) -> list[Figure]:
    """Fill two countries on each database, and compare what the same costs in both."""
    configure_logs(logging.ERROR)
    collect_rarely()  # as the processes that serve do
    found: list[Figure] = []
    sizes = [Size(1, people, rows), Size(TIMES, people * TIMES, rows * TIMES)]
    with TemporaryDirectory() as folder:
        if wanted in {"sqlite", "both"}:
            urls = [f"sqlite:///{folder}/{name}.db" for name in ("small", "large")]
            found += _compare("SQLite", urls, sizes, Path(folder), runs)
        if wanted in {"postgresql", "both"}:
            with postgresql() as url:
                beside = make_url(url).set(database="floor").render_as_string(hide_password=False)
                found += _compare("PostgreSQL", [url, beside], sizes, Path(folder), runs)
    return found


def _compare(
    name: str, urls: list[str], sizes: list[Size], folder: Path, runs: int
) -> Iterator[Figure]:
    clock = thread_time if is_sqlite(urls[0]) else perf_counter
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(_country(url, size)) for url, size in zip(urls, sizes, strict=True)
        )
        works: dict[str, tuple[Work, int]] = {what: (work, runs) for what, work in OFTEN.items()}
        works["a bulletin, for each who gets it"] = _bulletin, TURNS
        works["a row of a file of reports"] = _imported(folder), TURNS
        for what, (work, times) in works.items():
            _take_turns(what, work, (small, large), times, clock)
    took = {what: (small.median(what), large.median(what)) for what in small.took}
    took["a text, as they come"] = _as_they_come(small), _as_they_come(large)
    for what, (floor, ours) in took.items():
        click.echo(f"{f'{name}: {what}':<52}{floor:>9.3f} ms{ours:>9.3f} ms  x {ours / floor:.2f}")
        # Ten times as many markets within reach are ten times the work: that of one text in twelve.
        goal = None if what == WHERE_TO_SELL else Goal(GOAL, of_ratio=True)
        yield Figure(f"{name}, {TIMES}×: {what}", ours, "ms", floor, goal)


def _as_they_come(country: Country) -> float:
    """A text of all kinds, by their shares, in milliseconds."""
    return sum(kind.share * country.median(_costs_as(kind)) for kind in KINDS) / 100


def _costs_as(kind: Kind) -> str:
    if kind.reports:
        return REPORTS
    return WHERE_TO_SELL if kind.name == "where to sell" else ASKS


def _take_turns(
    what: str, work: Work, countries: tuple[Country, Country], runs: int, clock: Clock
) -> None:
    """Do it in both in turns; the first tenth warms up. A time is a share of that of all it did."""
    warm_up = max(1, runs // 10)
    for run in range(warm_up + runs):
        for country in countries:
            began = clock()
            many = work(country, run)
            took = clock() - began
            if run >= warm_up:
                country.took.setdefault(what, []).append(took / many)


@contextmanager
def _country(url: str, size: Size) -> Iterator[Country]:
    """A country that is filled, on a database of its own."""
    settings = Settings(_env_file=None, DATABASE_URL=url, number_key=NUMBER_KEY, simulator=True)
    service = open_service(settings)
    began = perf_counter()
    fill(service, size)
    click.echo(
        f"{size.people:,} people, {size.rows:,} reports, {size.rows // 2:,} texts, filled in"
        f" {perf_counter() - began:,.0f} s"
    )
    homes = homes_of(service.database)
    # At as many homes in both, so that what a process learns of a place is as often new to it.
    people = people_of(service.database, homes[:MARKETS], MOST_ASKED)
    yield Country(service, size, people, homes, wards_of(service.database))
    service.database.engine.dispose()


# What is asked


def _text(words: str) -> Work:
    """A text of the next one, as a webhook takes it."""

    def text(country: Country, run: int) -> int:
        sms = simulator.inbound_sms(sender=country.people[run % len(country.people)], text=words)
        reply = take_text(country.service, sms, NOW + timedelta(milliseconds=10 * run))
        if reply is None:
            raise click.ClickException(f"no reply to {words}")
        return 1

    return text


def _call(country: Country, run: int) -> int:
    """Dial and two screens: a price at home."""
    for transcript in CALL:
        hop = simulator.ussd_request(
            msisdn=country.people[run % len(country.people)],
            session_id=f"bench-{run}",
            service_code=SERVICE_CODE,
            transcript=transcript,
        )
        answer = take_hop(country.service, hop, NOW + timedelta(milliseconds=10 * run))
    if "KES" not in answer.text:
        raise click.ClickException(f"no price at the end of a call: {answer.text}")
    return len(CALL)


def _question(country: Country, run: int) -> int:
    service, home = country.service, country.homes[run % MARKETS]
    with service.database.read() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")
        found = answer_price(
            session, vocabulary, commodity="milk", place_id=home, price_type=None, now=NOW
        )
    if not isinstance(found, OwnPrice):
        raise click.ClickException(f"no price of its own: {found}")
    return 1


def _nearest(country: Country, run: int) -> int:
    """What has no price of its own: the nearest that has one, or the newest published."""
    service, ward = country.service, country.wards[run % MARKETS]
    with service.database.read() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")
        answer_price(
            session, vocabulary, commodity="maize", place_id=ward, price_type=None, now=NOW
        )
    return 1


OFTEN: dict[str, Work] = {
    "a hop": _call,
    ASKS: _text("bei maziwa"),
    REPORTS: _text("report milk 45"),
    WHERE_TO_SELL: _text("best milk"),
    "a price query": _question,
    "a price query, answered from the nearest": _nearest,
}


def _bulletin(country: Country, run: int) -> int:
    """Due, written, promised to everybody; for how many."""
    database, now = country.service.database, NOW + timedelta(hours=1 + run)
    before = promised(database)
    let_it_be_due(database, now)
    publish_due(database, country.service.catalogue, now)
    made = promised(database) - before
    if made != country.size.people // MEMBERS_SHARE:
        raise click.ClickException(f"{made:,} were promised a bulletin")
    return made


def _imported(folder: Path) -> Work:
    """A file of reports, another one each time but of one size."""

    def bring_in(country: Country, run: int) -> int:
        with country.service.database.read() as session:
            places = country.service.catalogue.vocabulary(session, "KE").places
        file = folder / "reports.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            lines = csv.writer(out, lineterminator="\n")
            lines.writerow((*FORM.required, "unit"))
            for number in range(IMPORTED):
                at = NOW - timedelta(seconds=1 + run + number * 15_485_863 % (30 * 86_400))
                home = country.homes[number % MARKETS]
                person = country.people[number % len(country.people)]
                lines.writerow((at.isoformat(), person, "milk", places[home].code, 45, "litre"))
        summary = import_observations(
            country.service.database,
            file,
            country="KE",
            meet=meet,
            vocabulary_of=country.service.catalogue.vocabulary,
            now=NOW,
        )
        if summary.kept < summary.read:
            raise click.ClickException(f"{summary.read - summary.kept:,} rows were not new")
        return summary.read

    return bring_in


if __name__ == "__main__":
    main()
