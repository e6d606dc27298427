"""What `bei doctor` says of prices, and `bei price` of those who sell and buy."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.health.prices import labels_in_words, reports_in_words, waiting_in_words
from db.session import Database
from prices.audit import Audit
from prices.estimates import Confidence
from prices.filter import VERSION
from prices.kinds import ObservationStatus
from prices.models import CellBelief, PriceCell, PriceObservation
from tests.app.commandline import bei
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU

STANDINGS = Counter(
    {
        ObservationStatus.ACCEPTED: 1_179,
        ObservationStatus.HELD: 2,
        ObservationStatus.UNANSWERED: 7,
        ObservationStatus.FLAGGED: 3,
        ObservationStatus.DROPPED: 12,
    }
)


def test_how_good_prices_are_in_a_line() -> None:
    audit = Audit(1_203, STANDINGS, 36, 800, 0.0571, 0.1432, 0.8123)
    assert reports_in_words(audit, 30) == (
        "1,203 reports in 30 days, half within 6 % of what was believed before them, nine of ten "
        "within 14 %, 81 % in the range foretold (80 % would be right), 3 % asked back, 1 % dropped"
    )
    assert waiting_in_words(audit) == "12 wait for a look: 2 held, 7 unanswered, 3 flagged"
    labels = Counter({Confidence.OLD: 4, Confidence.GOOD: 1_040, Confidence.ONE: 7})
    assert labels_in_words(labels) == "1,051 published: 1,040 good, 7 on one, 4 old"


def test_a_single_first_report() -> None:
    one = Audit(1, Counter({ObservationStatus.FLAGGED: 1}), 0, 0, None, None, None)
    assert reports_in_words(one, 30) == (
        "1 report in 30 days, none where enough was known to judge it by, 0 % asked back, "
        "0 % dropped"
    )
    assert waiting_in_words(one) == "1 waits for a look: 0 held, 0 unanswered, 1 flagged"


def said_by(database_url: str, *, code: int = 0) -> list[str]:
    ran = bei("doctor", database_url=database_url)
    assert ran.code == code, ran.out
    return ran.out.splitlines()


def test_doctor_of_a_new_service(database_url: str) -> None:
    said = said_by(database_url)
    assert "ok    price reports: none in 30 days" in said
    assert "ok    beliefs: every report is heard" in said


def test_doctor_tells_how_good_prices_are(database_url: str) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    bei("text", ACHIENG, "report milk nakuru 470", database_url=database_url)
    said = said_by(database_url)
    [reports] = [line for line in said if "price reports: 2 reports in 30 days" in line]
    assert "50 % asked back, 0 % dropped" in reports
    assert "ok    doubts: 1 waits for a look: 1 held, 0 unanswered, 0 flagged" in said
    assert "ok    prices: 1 published: 1 on one" in said


def test_doctor_leaves_made_up_prices_out(database: Database, database_url: str) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    with database.begin() as session:
        session.execute(update(PriceObservation).values(is_demo=True))
    assert "ok    price reports: none in 30 days" in said_by(database_url)


def test_doctor_names_what_the_worker_has_to_do(database: Database, database_url: str) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    with database.begin() as session:
        today = (datetime.now(UTC) - timedelta(days=1)).date()
        session.execute(update(PriceCell).values(pending_from=today))
    assert "ok    beliefs: 1 with reports not heard yet: start the worker where none runs" in (
        said_by(database_url)
    )


def test_doctor_names_an_upgrade_that_was_not_finished(
    database: Database, database_url: str
) -> None:
    bei("text", OTIENO, "report milk nakuru 47", database_url=database_url)
    with database.begin() as session:
        session.execute(update(CellBelief).values(version=VERSION - 1))
    [wrong] = [line for line in said_by(database_url, code=1) if line.startswith("WRONG")]
    assert "run `bei db seed`, and start the worker" in wrong
    bei("db", "seed", database_url=database_url)
    assert "with reports not heard yet" in " ".join(said_by(database_url))


@pytest.mark.parametrize("form", ["json", "words"])
def test_price_tells_the_gap_between_sellers_and_buyers(database_url: str, form: str) -> None:
    for who, text in (
        (OTIENO, "sold milk nakuru 46"),
        (KAMAU, "nimeuza maziwa nakuru 47"),
        (ACHIENG, "bought milk nakuru 44"),
        (MUTISO, "nanunua maziwa nakuru 44.5"),
        (WANJIKU, "milk nakuru 45"),
    ):
        bei("text", who, text, database_url=database_url)
    if form == "json":
        told = json.loads(bei("price", "milk", "nakuru", "--json", database_url=database_url).out)
        assert (told["sellers"], told["buyers"], told["gap"]) == ("46.5", "44.25", "0.051")
    else:
        out = bei("price", "milk", "nakuru", database_url=database_url).out
        assert "sellers      46.5\nbuyers       44.25\ngap          0.051\n" in out


def test_price_without_sides_says_so(database_url: str) -> None:
    bei("text", OTIENO, "sold milk nakuru 46", database_url=database_url)
    told = json.loads(bei("price", "milk", "nakuru", "--json", database_url=database_url).out)
    assert [told[name] for name in ("sellers", "buyers", "gap")] == [None] * 3
    nothing = json.loads(bei("price", "milk", "lodwar", "--json", database_url=database_url).out)
    assert [nothing[name] for name in ("price", "gap")] == [None] * 2
