"""The worker at the files that were brought in: each is checked, and applied when somebody said so.

Web and worker share nothing but the database, so the file comes from there and what was found goes
back there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.imports import jobs
from app.imports.jobs import Claimed
from app.imports.outcomes import (
    MOST_LINES,
    Outcome,
    differences,
    of_observations,
    of_rows,
    of_series,
)
from app.imports.reporters import looking, meeting
from app.service import Service
from app.staff.change_log import write_change
from messaging.msisdn import mask_numbers
from prices.importers.csv_file import ImportFileError
from prices.importers.named_series import import_bei, import_kamis
from prices.importers.observations import import_observations
from prices.importers.reference_csv import bring_rows
from prices.importers.series import ImportSummary, Progress
from prices.importers.wfp import import_wfp
from prices.reference_tables import BY_NAME, ReferenceTable

BEAT_SECONDS = 1.0
CHANGED_MEANWHILE = (
    "The table changed after the dry run, and a line does not fit any more. Nothing was changed: "
    "send the file again to see which."
)

log = structlog.get_logger()


class _ToldToStop(Exception):  # noqa: N818 – nobody did anything wrong
    """The worker ends: the file waits for the next one."""


@dataclass(frozen=True)
class _Run:
    """A file on this worker's disk."""

    service: Service
    claimed: Claimed
    path: Path
    progress: Progress
    now: Callable[[], datetime]

    @property
    def dry_run(self) -> bool:
        return not self.claimed.is_to_apply


def import_files(service: Service, now: Callable[[], datetime], stopping: Event) -> int:
    """Check and apply what waits, one file after the other; how many that were."""
    with service.database.read() as session:
        if not jobs.is_something_due(session, now()):
            return 0
    with service.database.begin() as session:
        jobs.discard_forgotten(session, now())
    done = 0
    while not stopping.is_set():
        with service.database.begin() as session:
            claimed = jobs.claim_next(session, now())
        if claimed is None:
            break
        _take_care_of(service, claimed, now, stopping)
        done += 1
    return done


def _take_care_of(
    service: Service, claimed: Claimed, now: Callable[[], datetime], stopping: Event
) -> None:
    """Whatever happens to a file is written down: it is never left as if somebody were at it."""
    database = service.database
    try:
        with (
            TemporaryDirectory(prefix="bei-import-") as folder,
            _heard_of(service, claimed, now, stopping) as progress,
        ):
            path = Path(folder) / claimed.file_name
            with database.read() as session, path.open("wb") as file:
                file.writelines(jobs.parts(session, claimed.id))
            _bring_in(_Run(service, claimed, path, progress, now))
    except ImportFileError as fault:
        with database.begin() as session:
            jobs.refuse(session, claimed, mask_numbers(str(fault)), now())
    except _ToldToStop:
        with database.begin() as session:
            jobs.put_back(session, claimed, counts=False)
    except Exception:
        log.exception("import_failed", file=claimed.id, what_to_do="it is tried three times")
        with database.begin() as session:
            jobs.put_back(session, claimed, counts=True)


@contextmanager
def _heard_of(
    service: Service, claimed: Claimed, now: Callable[[], datetime], stopping: Event
) -> Iterator[Progress]:
    """Tell every second how far it is.

    By a thread of its own: whoever imports may be the one writer of a SQLite file just then, and
    would wait for itself.
    """
    far, is_over = [0, 0], Event()

    def told(done: int, total: int) -> None:
        if stopping.is_set():
            raise _ToldToStop
        far[:] = done, total

    def tell() -> None:
        while not is_over.wait(BEAT_SECONDS):
            try:
                with service.database.begin() as session:
                    jobs.beat(session, claimed, far[0], far[1], now())
            except OperationalError:
                continue  # whoever imports will say so

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield told
    finally:
        is_over.set()
        teller.join()


def _bring_in(run: _Run) -> None:
    """Bring a file in, or see what that would do, and write down what came of it."""
    table = BY_NAME.get(run.claimed.form)
    if table is not None:
        _bring_in_rows(run, table)
        return
    outcome = _reports(run) if run.claimed.form == "observations" else of_series(_series(run))
    with run.service.database.begin() as session:
        _finish(session, run, outcome)


def _series(run: _Run) -> ImportSummary:
    country = run.service.settings.country

    def half(done: int, total: int) -> None:
        """To read is half of the work, and all of a dry run."""
        run.progress(min(2 * done, total), total)

    bring: Callable[..., ImportSummary] = import_wfp
    match run.claimed.form:
        case "kamis":
            bring = import_kamis
        case "bei":
            bring = partial(import_bei, country=country)
    progress = half if run.dry_run else run.progress
    return bring(run.service.database, run.path, dry_run=run.dry_run, progress=progress)


def _reports(run: _Run) -> Outcome:
    country = run.service.settings.country
    summary = import_observations(
        run.service.database,
        run.path,
        country=country,
        meet=looking(country) if run.dry_run else meeting(country),
        vocabulary_of=run.service.catalogue.vocabulary,
        now=run.now(),
        dry_run=run.dry_run,
        progress=run.progress,
        most_named=MOST_LINES,
        hear=False,  # the timetable has a job for that, and texts are answered meanwhile
    )
    return of_observations(summary)


def _bring_in_rows(run: _Run, table: ReferenceTable) -> None:
    """All of a table's file in one transaction, or nothing: a dry run is one that is undone."""
    with run.service.database.begin() as session:
        outcome = of_rows(table, bring_rows(session, table, run.path))
        is_undone = run.dry_run or outcome.left_out > 0
        if is_undone:
            session.rollback()
        else:
            _finish(session, run, outcome)
    if is_undone:
        _tell_dry_run(run, outcome)


def _tell_dry_run(run: _Run, outcome: Outcome) -> None:
    """Of a file that was to be applied only where it cannot be any more: see what is wrong."""
    claimed = run.claimed
    with run.service.database.begin() as session:
        if run.dry_run:
            jobs.finish(session, claimed, outcome.counts, outcome.detail, run.now())
        else:
            jobs.refuse(session, claimed, CHANGED_MEANWHILE, run.now())


def _finish(session: Session, run: _Run, outcome: Outcome) -> None:
    claimed, now = run.claimed, run.now()
    is_ours = jobs.finish(session, claimed, outcome.counts, outcome.detail, now)
    if run.dry_run or not is_ours:
        return
    note = f"import {claimed.id}"
    table = BY_NAME.get(claimed.form)
    for change in outcome.rows if table is not None else ():
        before, after = differences(change.before, change.after)
        write_change(
            session,
            claimed.applied_by,
            action="add row" if change.before is None else "change row",
            subject=table.subject(change.after) if table is not None else "",
            before=before,
            after=after,
            now=now,
            note=note,
        )
    write_change(
        session,
        claimed.applied_by,
        action="apply import",
        subject=note,
        before={},
        after={"file": claimed.file_name, "form": claimed.form, **outcome.counts},
        now=now,
    )
