"""A file by browser: sent, looked at before anything is written, applied, and what became of it."""

import gzip
from datetime import timedelta
from html import unescape
from threading import Event

import pytest
from sqlalchemy import func, select

from app.dashboard import imports_pages
from app.imports import running
from app.imports.models import ImportJob, ImportPart, ImportState
from app.imports.running import import_files
from app.imports.upload import LARGEST_UPLOAD
from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from prices.importers.reference import load_reference
from prices.models import PriceBound, PriceObservation, PublishedPrice
from prices.settling import settle
from tests.app.dashboard.desk import Desk, sit_down
from tests.app.imports.files import IMPORTS, REPORTS, apply, bring, brought, tiles, work
from tests.conftest import NOON
from tests.prices.wfp_files import HEADER, line

PRICES = "\n".join(
    [
        HEADER,
        line("42"),
        line("43", day="2026-02-15"),
        line("none", day="2026-03-15"),
        line("44", product="Snails"),
        line("45", product="Snails", day="2026-02-15"),
        line("50", market="Mabonde", point="-0.90,36.10"),
        "2026-01-15,too,short",
        "",
    ]
)


@pytest.fixture
def admin(service: Service, database: Database) -> Desk:
    return sit_down(service, database, StaffRole.ADMIN)


def published(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(PublishedPrice)) or 0


def parts(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ImportPart)) or 0


def test_prices_are_shown_first_and_written_when_somebody_says_so(
    admin: Desk, service: Service, database: Database
) -> None:
    sent = bring(admin, "wfp", PRICES)
    waiting = admin.open(sent.location).text
    assert 'hx-trigger="every 1s"' in waiting
    assert "waits to be looked at" in waiting
    work(service)
    page = unescape(admin.open(sent.location).text)
    assert tiles(page) == {
        "Rows read": "7", "Would be new": "3", "Would be changed": "0",
        "There already": "0", "Left out": "4",
    }  # fmt: skip
    assert "hx-trigger" not in page
    for told in (
        "<td>no price above zero: 'none'</td><td>4</td>",
        "<td>a product not in the catalogue: Snails</td><td>5, 6</td>",
        "<td>too few or too many fields</td><td>8</td>",
        "Mabonde (KE)",
        "Maize, Mabonde, 2026-01-15, wholesale",
        "42 KES per KG",
    ):
        assert told in page, told
    assert published(database) == 0
    done = apply(admin, service, sent.location)
    assert tiles(done)["New"] == "3"
    assert "Applied by admin@example.org" in done
    assert published(database) == 3
    assert parts(database) == 0  # the file is done with
    with database.read() as session:
        told_ = [(change.action, change.subject) for change in changes(session)]
    assert told_ == [
        ("apply import", "import 1"),
        ("ask to apply import", "import 1"),
        ("send file", "import 1"),
    ]
    assert "prices.csv" in admin.open(IMPORTS).text


def test_a_corrected_price_is_shown_beside_what_it_was(
    admin: Desk, service: Service, database: Database
) -> None:
    apply(admin, service, brought(admin, service, "wfp", PRICES))
    page = admin.open(brought(admin, service, "wfp", PRICES.replace(",42,", ",48,"))).text
    assert tiles(page)["Would be changed"] == "1"
    assert "<td>42 KES per KG</td><td>48 KES per KG</td>" in page
    again = admin.open(brought(admin, service, "wfp", PRICES)).text
    assert "The very same file was applied before" in again
    assert "There is nothing to apply: all of it is there already" in again
    refused = admin.send(f"{IMPORTS}/3/apply", page=f"{IMPORTS}/3")
    assert refused.status_code == 409


def test_the_lines_left_out_can_be_kept_as_a_file(admin: Desk, service: Service) -> None:
    page = brought(admin, service, "wfp", PRICES)
    file = admin.open(f"{page}/left-out.csv")
    assert file.mimetype == "text/csv"
    assert file.text.splitlines()[:2] == ["line,reason", "4,no price above zero: 'none'"]


def test_reports_go_through_the_door_and_show_no_number(
    admin: Desk, service: Service, database: Database
) -> None:
    content = REPORTS + (
        "2026-11-23T08:00,+254711000001,milk,Githunguri,45,litre\n"
        "2026-11-23T08:05,0711000002,milk,Githunguri,46,litre\n"
        "2026-11-23T08:05,0711000002,milk,Githunguri,46,litre\n"
        "2026-11-23T08:06,nobody,milk,Githunguri,46,litre\n"
        "2026-11-23T08:07,+254711000003,milk,0711000003,46,litre\n"
    )
    where = brought(admin, service, "observations", content, name="reports 0711000009.csv")
    page = admin.open(where).text
    assert tiles(page)["Would be new"] == "2"
    assert tiles(page)["There already"] == "1"
    assert "its reporter is no phone number" in page
    assert "0711***003" in page
    for number in ("0711000003", "711000003", "0711000009"):
        assert number not in page + admin.open(IMPORTS).text
    assert parts(database) == 1
    done = apply(admin, service, where)
    assert "heard within a minute" in done
    assert parts(database) == 0
    settle(database, service.catalogue.vocabulary, NOON)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PriceObservation)) == 2


def test_a_table_comes_in_whole_or_not_at_all(
    admin: Desk, service: Service, database: Database
) -> None:
    header = "country,commodity_code,low,high,source\n"
    faulty = header + "KE,milk,10,300,desk\nKE,unobtainium,1,2,desk\nKE,maize,9,3,desk\nKE,rice\n"
    where = brought(admin, service, "price_bounds", faulty)
    page = unescape(admin.open(where).text)
    assert "whole or not at all" in page
    assert "<td>commodity_code: No commodity has the code 'unobtainium'.</td>" in page
    assert "<td>high: Between 9 and 3 lies no price.</td>" in page
    assert "<td>too few or too many fields</td>" in page
    assert "/apply" not in page
    assert admin.send(f"{where}/apply", page=where).status_code == 409

    good = header + "KE,milk,11,301,=desk\n"
    where = brought(admin, service, "price_bounds", good)
    assert "low: 11" in admin.open(where).text
    assert tiles(apply(admin, service, where))["Changed"] == "1"
    with database.begin() as session:
        load_reference(session)  # a release does not undo it
        bound = session.scalars(
            select(PriceBound).where(
                PriceBound.country == "KE", PriceBound.commodity_code == "milk"
            )
        ).one()
        assert (bound.low, bound.high) == (11, 301)
        (_, change, *_) = changes(session)
    assert (change.action, change.subject) == ("change row", "price bound KE/milk")
    assert change.after["high"] == "301"
    assert change.note == "import 2"


def test_a_table_that_changed_after_the_dry_run_is_not_half_applied(
    admin: Desk, service: Service, database: Database
) -> None:
    rows = "commodity_code,language,term,confidence,is_name\nmilk,sgs,Pens,high,yes\n"
    where = brought(admin, service, "commodity_terms", rows)
    words = "/dashboard/reference/commodity_terms/add"
    admin.send(
        words, page=words, commodity_code="milk", language="sgs", term="Pienas",
        confidence="high", is_name="yes",
    )  # fmt: skip
    page = apply(admin, service, where)
    assert "The table changed after the dry run" in page
    assert "Pens" not in admin.open("/dashboard/reference/commodity_terms?q=pens").text.replace(
        'value="pens"', ""
    )


def test_what_was_exported_comes_back_unchanged(admin: Desk, service: Service) -> None:
    for name in ("places", "unit_factors", "transport_tariffs", "commodities", "unit_terms"):
        file = admin.open(f"/dashboard/reference/{name}.csv").data
        page = admin.open(brought(admin, service, name, file)).text
        numbers = tiles(page)
        assert numbers["There already"] == numbers["Rows read"] != "0", (name, page)


def test_a_file_of_another_kind_is_refused_in_a_sentence(
    admin: Desk, service: Service, database: Database
) -> None:
    where = brought(admin, service, "kamis", PRICES)
    page = admin.open(where).text
    assert "prices.csv is no KAMIS price file: no column wholesale, retail" in page
    assert "Nothing was written" in page
    assert parts(database) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "This is a spreadsheet or an archive"),
        (b"\x1f\x8bnot gzip at all", "This is a damaged gzip file"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "This is a damaged gzip file"),
    ],
)
def test_what_is_no_text_is_not_taken(
    admin: Desk, database: Database, content: bytes, sentence: str
) -> None:
    sent = bring(admin, "wfp", content)
    assert sent.status_code == 400
    assert sentence in sent.text
    with database.read() as session:
        assert session.scalar(select(ImportJob.id)) is None


def test_a_gzipped_file_is_a_file(admin: Desk, service: Service) -> None:
    page = admin.open(brought(admin, service, "wfp", gzip.compress(PRICES.encode()))).text
    assert tiles(page)["Would be new"] == "3"


def test_without_a_file_or_a_kind_nothing_is_taken(admin: Desk) -> None:
    assert "No file came" in bring(admin, "wfp", b"", name="").text
    assert bring(admin, "staff", PRICES).status_code == 400


def test_a_file_that_is_too_large_is_told_how_large_it_may_be(admin: Desk) -> None:
    sent = bring(admin, "wfp", b"x" * (LARGEST_UPLOAD + 100_000))
    assert sent.status_code == 413
    assert "more than 20 MB" in sent.text
    # Other forms stay as small as they were.
    token = admin.token(IMPORTS)
    other = admin.browser.post(
        "/dashboard/reference/units/add", data={"csrf_token": token, "code": "x" * 100_000}
    )
    assert other.status_code == 413


def test_a_file_of_noise_is_no_way_to_fill_the_database(
    admin: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.imports.upload.LARGEST_FILE", 3 * 1024 * 1024)
    sent = bring(admin, "wfp", gzip.compress(b"0" * 4 * 1024 * 1024))
    assert sent.status_code == 400
    assert "Unpacked it has more than 3 MB" in sent.text


def test_what_was_put_away_is_gone(admin: Desk, service: Service, database: Database) -> None:
    where = brought(admin, service, "wfp", PRICES)
    assert admin.send(f"{where}/discard", page=where).status_code == 302
    assert parts(database) == 0
    assert "Nothing of it was written" in admin.open(where).text
    for action in ("apply", "discard"):
        assert admin.send(f"{where}/{action}", page=IMPORTS).status_code == 409
    assert published(database) == 0


def test_what_nobody_decides_about_is_put_away_after_three_days(
    admin: Desk, service: Service, database: Database
) -> None:
    where = brought(admin, service, "wfp", PRICES)
    work(service, NOON + timedelta(days=2))
    assert parts(database) == 1
    work(service, NOON + timedelta(days=3, minutes=1))
    assert parts(database) == 0
    assert "Nobody applied it" in admin.open(where).text


def test_a_worker_that_died_leaves_the_file_to_the_next(
    admin: Desk, service: Service, database: Database
) -> None:
    where = bring(admin, "wfp", PRICES).location
    with database.begin() as session:
        job = session.get_one(ImportJob, 1)
        job.state, job.claim, job.beat_at, job.tries = ImportState.CHECKING, "dead", NOON, 1
    assert work(service, NOON + timedelta(minutes=4)) == 0
    assert work(service, NOON + timedelta(minutes=6)) == 1
    assert tiles(admin.open(where).text)["Would be new"] == "3"


def test_a_fault_of_ours_is_tried_three_times_and_then_told(
    admin: Desk, service: Service, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(running, "import_wfp", fail)
    where = bring(admin, "wfp", PRICES).location
    assert work(service) == 3
    page = admin.open(where).text
    assert "It failed three times" in page
    assert parts(database) == 0


def test_a_worker_that_is_told_to_stop_puts_the_file_back(
    admin: Desk, service: Service, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = Event()

    def stop(*_: object, progress: running.Progress, **__: object) -> None:
        stopping.set()
        progress(1, 2)

    with monkeypatch.context() as patched:
        patched.setattr(running, "import_wfp", stop)
        where = bring(admin, "wfp", PRICES).location
        import_files(service, lambda: NOON, stopping)
    with database.read() as session:
        job = session.get_one(ImportJob, 1)
        assert (job.state, job.tries) == (ImportState.TO_CHECK, 0)
    work(service)
    assert tiles(admin.open(where).text)["Would be new"] == "3"


def test_what_is_put_away_while_it_is_looked_at_stays_put_away(
    admin: Desk, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.import_wfp

    def slow(*args: object, **more: object) -> object:
        admin.send(f"{IMPORTS}/1/discard", page=f"{IMPORTS}/1/state")
        return real(*args, **more)  # type: ignore[arg-type]

    token = admin.token(IMPORTS)
    monkeypatch.setattr(admin, "token", lambda _: token)
    monkeypatch.setattr(running, "import_wfp", slow)
    where = bring(admin, "wfp", PRICES).location
    work(service)
    assert "put away" in admin.open(where).text


def test_without_a_worker_the_page_says_so(admin: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    where = bring(admin, "wfp", PRICES).location
    assert "bei worker" not in admin.open(where).text
    monkeypatch.setattr(imports_pages, "PATIENCE_SECONDS", -1)
    assert "is <code>bei worker</code> running?" in admin.open(where).text
    assert admin.open(f"{where}/state").text.lstrip().startswith('<div id="state"')


def test_a_viewer_and_a_moderator_see_imports_and_send_none(
    service: Service, database: Database
) -> None:
    for role in (StaffRole.VIEWER, StaffRole.MODERATOR):
        desk = sit_down(service, database, role)
        assert 'type="file"' not in desk.open(IMPORTS).text
        for path in (IMPORTS, f"{IMPORTS}/1/apply", f"{IMPORTS}/1/discard"):
            sent = desk.browser.post(path, data={"csrf_token": desk.token(IMPORTS)})
            assert sent.status_code == 403, path
        assert desk.open(f"{IMPORTS}/1").status_code == 404


def test_a_stranger_sends_nothing(service: Service, admin: Desk) -> None:
    assert admin.browser.post(IMPORTS, data={"form": "wfp"}).status_code == 400  # no token
    admin.send("/dashboard/logout", page=IMPORTS)
    away = admin.browser.post(IMPORTS, data=b"x" * 1_000_000)
    assert away.status_code == 302
