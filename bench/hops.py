"""`python -m bench.hops`: what happens between a text and its reply, with no HTTP around it.

On a SQLite as a new service has it. The floor, in turns with each: one durable commit of one row.
"""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import insert

from app.config import Settings
from app.demo import seed_demo
from app.first_run import price_history_of
from app.number_seal import bring_up_to_date
from app.service import Service, open_service
from bench.measure import Comparison, compare
from bench.results import Figure
from db.session import Database
from handlers.parser import parse
from handlers.sms import handle_sms
from handlers.ussd import handle_ussd
from messaging.gateways import simulator
from messaging.models import ConsentEvent, Subscriber
from prices.importers.reference import load_reference
from prices.importers.wfp import import_wfp

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RUNS = 200


@click.command()
def main() -> list[Figure]:
    """Fill a database as a new service has it, then measure each hop beside its floor."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        service = _filled(Path(folder))
        floor = _Floor(service.database)
        print(f"{'median of ' + str(RUNS):<34} {'median':>12} {'p95':>12}")
        for comparison in (
            _sms(service, floor, "SMS price query to reply", "bei maziwa nakuru"),
            _sms(service, floor, "SMS price report to reply", "report milk nakuru 47"),
            _ussd(service, floor),
            _parse(service),
        ):
            print(comparison)
            found.append(comparison.figure)
        service.database.engine.dispose()
    return found


def _filled(folder: Path) -> Service:
    settings = Settings(_env_file=None, DATABASE_URL=f"sqlite:///{folder / 'bench.db'}")
    service = open_service(settings)
    bring_up_to_date(service)
    with service.database.begin() as session:
        load_reference(session)
    history = price_history_of("KE")
    if history is not None:
        import_wfp(service.database, history)
    seed_demo(service, NOW)
    return service


class _Floor:
    """One durable commit of one row: no answer that keeps what it was asked can be faster."""

    name = "one durable commit of one row"

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as session:
            person = Subscriber(msisdn="+254799999999", country="KE", created_at=NOW)
            session.add(person)
            session.flush()
            self.subscriber_id = person.id

    def __call__(self, run: int) -> None:
        with self.database.begin() as session:
            session.execute(
                insert(ConsentEvent).values(
                    subscriber_id=self.subscriber_id,
                    opted_in=True,
                    channel="sms",
                    wording=str(run),
                    happened_at=NOW,
                )
            )


def _sms(service: Service, floor: _Floor, name: str, text: str) -> Comparison:
    def hop(run: int) -> None:
        sms = simulator.inbound_sms(sender=f"+2547110{run:05d}", text=text)
        with service.database.begin() as session:
            handle_sms(
                session,
                sms,
                catalogue=service.catalogue,
                default_country="KE",
                now=NOW + timedelta(seconds=run),
            )

    return compare(name, hop, floor_name=floor.name, floor=floor, runs=RUNS)


def _ussd(service: Service, floor: _Floor) -> Comparison:
    def hop(run: int) -> None:
        request = simulator.ussd_request(
            msisdn=f"+2547220{run:05d}",
            session_id=f"bench-{run}",
            service_code="*384*123#",
            transcript="1*1",
        )
        with service.database.begin() as session:
            handle_ussd(
                session, request, catalogue=service.catalogue, default_country="KE", now=NOW
            )

    return compare("USSD dial and two screens", hop, floor_name=floor.name, floor=floor, runs=RUNS)


def _parse(service: Service) -> Comparison:
    texts = ("bei maziwa nakuru", "mahindi gunia 90kg 2800 bungoma", "how much is milk in molo?")
    with service.database.read() as session:
        vocabulary = service.catalogue.vocabulary(session, "KE")

    def understand(run: int) -> None:
        parse(texts[run % 3], vocabulary)

    def look_up(run: int) -> None:
        for word in texts[run % 3].casefold().split():
            vocabulary.place_words.get(word)
            vocabulary.commodity_words.get(word)

    return compare(
        "parse a text that was sent before",
        understand,
        floor_name="split it and look each word up",
        floor=look_up,
        runs=RUNS * 5,
    )


if __name__ == "__main__":
    main()
