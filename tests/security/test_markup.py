"""Whatever people, groups, stations and gateways are called, and whatever they wrote: words.

Every column that holds a text is filled with markup that is a formula too, but for those in which
only we write. A new column is filled without anybody saying so; one that cannot be is named here.
"""

import csv
import io
from collections.abc import Iterator
from threading import Event

import pytest
from sqlalchemy import Column, Enum, String, Table, cast, func, literal, update
from sqlalchemy.types import TypeDecorator

from app.imports.running import import_files
from app.staff.models import StaffRole
from db.base import Base
from db.session import Database, open_database
from tests.app.commandline import bei
from tests.app.dashboard.desk import Desk
from tests.conftest import NOON
from tests.prices.wfp_files import HEADER, line
from tests.security.doors import DESK, Door
from tests.security.hostile import MARKUP
from tests.security.house import House, house_on
from tests.security.walking import ask, has_no_formula, text_of, walk

ADMIN = StaffRole.ADMIN
SHORTEST, ID = len("=<xss7>"), 6  # no two are called the same: the key of the row follows
# What holds a word of ours, a code, a hash, a number or a moment as a text: by any table.
OURS = {
    "language", "languages", "currency", "timezone", "code", "country", "encoding", "buyer",
    "grade", "source", "unit_quoted", "flag", "msisdn", "msisdn_key", "gateway", "scopes",
    "prefix", "key_hash", "password_hash", "session_key", "pin_hash", "digest", "claim", "form",
    "buyer_kind", "seen", "bulletin_markets", "previous_hash", "hash", "last_hash",
    "confidence", "key", "row_key", "table_name", "network_code", "service_code",
    "commodity_code", "article",
}  # fmt: skip
# Besides, of one table: where a name is looked up by what it is, or a row is written by us alone.
ALSO_OURS = {"staff.email", "inbound_message.intent", "ussd_session.screen"}


def texts_of_others() -> Iterator[tuple[Table, Column[str]]]:
    """Every column with words of somebody else."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
            is_key = column.primary_key or column.foreign_keys
            is_ours = column.name in OURS or f"{table.name}.{column.name}" in ALSO_OURS
            if is_text and not isinstance(column.type, TypeDecorator) and not (is_key or is_ours):
                yield table, column


def vandalise(database: Database) -> int:
    """Write markup wherever a text stands; tells in how many columns something stood."""
    filled = 0
    with database.begin() as session:
        for table, column in texts_of_others():
            length = getattr(column.type, "length", None) or 200
            if length < SHORTEST + ID:
                continue
            key = func.substr(cast(next(iter(table.primary_key)), String), 1, ID)
            words = literal(MARKUP[: length - ID]).concat(key)
            there = column.is_not(None) & (column != "")
            done = session.execute(update(table).where(there).values({column: words}))
            filled += done.rowcount > 0  # type: ignore[attr-defined]
    return filled


def bring(house: House) -> str:
    """A file whose name and cells are markup; its page."""
    desk = Desk(house.browsers[ADMIN])
    csv_file = "\n".join([HEADER, line("none"), line(product=CELL), line(market=CELL), ""])
    file = (io.BytesIO(csv_file.encode()), f"{MARKUP}.csv")
    form = {"csrf_token": desk.token("/dashboard/imports"), "form": "wfp", "file": file}
    sent = desk.browser.post("/dashboard/imports", data=form, content_type="multipart/form-data")
    import_files(house.service, lambda: NOON, Event())
    assert sent.status_code == 302, sent.text
    assert sent.location is not None
    return sent.location


@pytest.fixture(scope="module")
def vandalised(house_url: str) -> Iterator[House]:
    """A house in which every name is markup."""
    database = open_database(house_url)
    assert vandalise(database) > 25
    database.engine.dispose()
    with house_on(house_url) as opened:
        yield opened


CELL = '"' + MARKUP.replace('"', '""') + '"'
SEEN = (
    "desk.reporters.person", "desk.subscribers.show_one", "desk.messages.show_text",
    "desk.messages.show_thread", "desk.groups.show", "desk.groups.show_one", "desk.books.show",
    "desk.books.export", "desk.radio.show", "desk.broadcasts.show", "desk.imports.show_one",
    "desk.editions.show_one", "desk.reference.export", "board.home.show", "board.home.table",
    "board.market.show", "markets.Markets", "commodities.Commodities",
)  # fmt: skip


def test_every_page_and_table_shows_it_as_words(vandalised: House) -> None:
    shown: set[str] = set()
    for rule, method in walk(vandalised, Door.OPEN, Door.LOGIN, *DESK, methods=("GET",)):
        answer = ask(vandalised.browsers[ADMIN], method, vandalised.address_of(rule))
        if "xss7" in text_of(answer):
            shown.add(rule.endpoint)
    assert set(SEEN) - shown == set(), "nothing was there to be shown"


def test_a_file_that_is_brought_in_is_shown_as_words(vandalised: House) -> None:
    browser, page = vandalised.browsers[ADMIN], bring(vandalised)
    shown = ask(browser, "GET", page).text
    assert shown.count("xss7") >= 3  # its name, what was left out, what would be new
    assert "xss7" in ask(browser, "GET", f"{page}/left-out.csv").text
    ask(browser, "GET", "/dashboard/imports")


def test_every_list_of_the_api_as_csv_is_no_formula(vandalised: House) -> None:
    for rule, method in walk(vandalised, Door.OPEN, methods=("GET",)):
        if str(rule).startswith("/api/v1/"):
            address = vandalised.address_of(rule, format="csv", limit="100")
            answer = ask(vandalised.nobody, method, address)
            assert answer.mimetype == "text/csv", address


@pytest.mark.parametrize("what", ["estimates", "observations", "outbox"])
def test_what_the_command_line_exports_is_no_formula(vandalised: House, what: str) -> None:
    url = vandalised.service.database.engine.url.render_as_string(hide_password=False)
    done = bei("export", what, "--format", "csv", database_url=url, BEI_SECRET_KEY="k")
    assert done.code == 0, done.err
    assert len(list(csv.reader(io.StringIO(done.out)))) > 1
    has_no_formula(done.out, what)
