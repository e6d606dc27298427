"""Published prices of the WFP, from the files HDX publishes, into the price store."""

from collections.abc import Sequence
from pathlib import Path

from db.session import Database
from prices.importers.csv_file import BrokenLine, CsvFile, ImportFileError
from prices.importers.published import PricedLine, SkippedLine, SkipReason
from prices.importers.series import ImportSummary, Progress, Skipped, import_series
from prices.importers.wfp_file import FORM, Line, read_lines
from prices.importers.wfp_lines import load_lookups, understand
from prices.importers.wfp_markets import Market

__all__ = ["ImportFileError", "ImportSummary", "SkipReason", "Skipped", "import_wfp"]


def import_wfp(
    database: Database, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportSummary:
    """Bring the published series to what a WFP file says, all of it or, when it fails, nothing.

    The file wins over what is stored: WFP corrects past months. What it does not name stays. A
    file of another form raises ImportFileError. `progress` hears (lines done, lines in all).
    """
    file = CsvFile(path, FORM)
    return import_series(
        database,
        read_lines(file),
        _Reader(database),
        total=file.count(),
        dry_run=dry_run,
        progress=progress,
    )


class _Reader:
    def __init__(self, database: Database) -> None:
        with database.read() as session:
            self._known = load_lookups(session)

    def understand(self, line: Line | BrokenLine) -> PricedLine | SkippedLine:
        return understand(line, self._known)

    @property
    def new_markets(self) -> Sequence[Market]:
        return self._known.markets.new
