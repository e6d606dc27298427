"""The moderation queue: what it shows, and what its forms do to a price and to who told it."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.service import Service
from app.staff.change_log import changes
from app.staff.models import StaffRole
from db.session import Database
from messaging.models import OutboundMessage
from prices.held_reports import find_held, stand_by
from prices.kinds import ObservationStatus
from prices.models import PriceObservation
from tests.app.dashboard.desk import Desk, sit_down
from tests.cast import ACHIENG, OTIENO
from tests.prices.doubts import log_of, make_usual, price_of, standings, told_by
from tests.prices.stories import kenya, near, report_price
from tests.prices.test_moderation import hold

ACCEPTED, DROPPED = ObservationStatus.ACCEPTED, ObservationStatus.DROPPED
HELD, FLAGGED = ObservationStatus.HELD, ObservationStatus.FLAGGED


@pytest.fixture
def now() -> datetime:
    """The desk looks at the clock on the wall: what it shows has to be of this hour."""
    return datetime.now(UTC) - timedelta(minutes=5)


@pytest.fixture
def githunguri(database: Database, now: datetime) -> Database:
    """Everybody knows that milk costs 45 at Githunguri."""
    make_usual(database, now, "milk", "Githunguri", 45)
    return database


@pytest.fixture
def jane(service: Service, githunguri: Database) -> Desk:
    """A moderator at the desk."""
    return sit_down(service, githunguri, StaffRole.MODERATOR)


def verdict(desk: Desk, report_id: int, action: str, **form: str) -> str:
    """Press a button of the report's page; where it leads."""
    page = f"/dashboard/moderation?report={report_id}"
    seen = re.search(r'name="seen" value="(\w+)"', desk.open(page).text)
    assert seen is not None
    done = desk.send(
        f"/dashboard/moderation/{report_id}/{action}", page=page, **({"seen": seen[1]} | form)
    )
    assert done.status_code == 303, done.text
    assert done.location is not None
    return done.location


def test_the_queue_tells_all_that_a_verdict_needs(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    page = jane.open("/dashboard/moderation").text
    assert '<blockquote class="text">milk 450</blockquote>' in page
    assert f"Report {report_id}, by text" in page
    assert "10 times what was expected" in page
    assert "+254722***002" in page
    assert OTIENO not in page
    assert "KES 45/L" in page
    assert "may answer until" in page
    assert "+254722***005" in page  # who else told it
    assert re.search(r'value="45\.0+ litre"', page)  # the likeliest it may have meant
    assert "100 % likely a slip" in page


def test_numbers_in_what_people_write_are_masked(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    with githunguri.begin() as session:
        row = session.get_one(PriceObservation, report_id)
        row.raw_text = "milk 450 <b> call 0711 000 099"
    page = jane.open("/dashboard/moderation").text
    assert "milk 450 &lt;b&gt; call 0711***099" in page


def test_an_accepted_report_moves_the_price_and_stands_in_the_log(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now, 90)
    before = price_of(githunguri, now, "milk", "Githunguri")
    verdict(jane, report_id, "accept")
    after = price_of(githunguri, now, "milk", "Githunguri")
    assert before is not None
    assert after is not None
    assert after > before
    page = jane.open("/dashboard/moderation").text
    assert f"Report {report_id} counts." in page
    assert "before." in page
    assert "Nothing waits" in page
    assert log_of(githunguri, OTIENO)[-1].by == "staff:1"
    with githunguri.read() as session:
        (change,) = changes(session)
        assert session.scalars(select(OutboundMessage)).all() == []
    assert (change.action, change.subject) == ("accept report", f"report {report_id}")
    assert (change.before["status"], change.after["status"]) == ("held", "accepted")
    assert (change.before["published"], change.after["published"]) == (str(before), str(after))


def test_a_correction_is_told_to_whoever_reported(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    verdict(jane, report_id, "correct", reading="45.0000 litre")
    assert standings(githunguri, OTIENO) == [(450, "litre", DROPPED), (45, "litre", ACCEPTED)]
    assert price_of(githunguri, now, "milk", "Githunguri") == near(45)
    with githunguri.read() as session:
        (message,) = session.scalars(select(OutboundMessage)).all()
        (change,) = changes(session)
    assert "Tumesoma KES 450/L kama KES 45/L." in message.text
    assert change.after["price"] == "45.0000"
    page = jane.open(f"/dashboard/moderation?report={report_id}").text
    assert "Its reporter is told." in page
    assert "Corrected by" in page
    assert "/accept" not in page


def test_a_correction_is_typed_with_its_unit(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    verdict(jane, report_id, "correct", price=" 1,900.50 ", unit="jerrycan_20l")
    assert standings(githunguri, OTIENO)[1][:2] == (Decimal("1900.50"), "jerrycan_20l")


def test_a_rejected_report_is_told_why_in_its_reporters_language(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    verdict(jane, report_id, "reject", why="far", note="called  +254711000099")
    assert standings(githunguri, OTIENO) == [(450, "litre", DROPPED)]
    with githunguri.read() as session:
        (message,) = session.scalars(select(OutboundMessage)).all()
        (change,) = changes(session)
    assert "iko mbali na bei za wengine" in message.text
    assert change.note == "called +254711***099"
    history = jane.open(f"/dashboard/moderation?report={report_id}").text
    assert "too far from what others tell there: called +254711***099" in history
    assert "moderator@example.org" in history


def test_after_a_verdict_the_next_report_is_looked_at(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    older = hold(githunguri, now - timedelta(minutes=9), 450)
    newer = hold(githunguri, now, 460, ACHIENG)
    page = jane.open("/dashboard/moderation?commodity=milk").text
    assert f"Report {newer}, by text" in page
    action = re.search(r'action="([^"]+/accept[^"]*)"', page)
    assert action is not None
    done = jane.send(action[1].replace("&amp;", "&"), page="/dashboard/moderation", seen="held")
    assert done.location == f"/dashboard/moderation?commodity=milk&report={older}"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"price": "lots", "unit": "litre"}, "Write the price as a figure"),
        ({"price": "NaN", "unit": "litre"}, "Write the price as a figure"),
        ({"price": "", "unit": "litre"}, "Write the price as a figure"),
        ({"price": "0", "unit": "litre"}, "must be more than 0"),
        ({"price": "99999999", "unit": "litre"}, "too high"),
        ({"price": "45", "unit": "acre"}, "Choose the unit"),
        ({"price": "45", "unit": "bunch"}, "Nobody knows how much one bunch holds"),
        ({"price": "450", "unit": "litre"}, "That is what was told"),
    ],
)
def test_what_is_no_price_changes_nothing_and_says_so(
    jane: Desk, githunguri: Database, now: datetime, form: dict[str, str], words: str
) -> None:
    report_id = hold(githunguri, now)
    page = f"/dashboard/moderation?report={report_id}"
    sent = jane.send(f"/dashboard/moderation/{report_id}/correct", page=page, seen="held", **form)
    assert sent.status_code == 400
    assert words in sent.text
    assert "Nothing was changed" in sent.text
    assert "milk 450" in sent.text
    assert standings(githunguri, OTIENO) == [(450, "litre", HELD)]
    with githunguri.read() as session:
        assert changes(session) == []


def test_a_report_that_was_answered_meanwhile_is_not_overruled(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    page = f"/dashboard/moderation?report={report_id}"
    token = jane.token(page)
    with githunguri.begin() as session:
        owner = told_by(githunguri, OTIENO)[0].reporter_id
        report = find_held(session, report_id, owner)
        assert report is not None
        stand_by(session, kenya(session), report, now)
    sent = jane.browser.post(
        f"/dashboard/moderation/{report_id}/reject",
        data={"csrf_token": token, "seen": "held", "why": "far"},
    )
    assert sent.status_code == 303
    shown = jane.open(sent.location or "").text
    assert "was judged meanwhile: it counts, in doubt now. Nothing was changed." in shown
    assert standings(githunguri, OTIENO) == [(450, "litre", FLAGGED)]
    with githunguri.read() as session:
        assert changes(session) == []
        assert session.scalars(select(OutboundMessage)).all() == []


def test_what_makes_no_sense_is_refused(jane: Desk, githunguri: Database, now: datetime) -> None:
    report_id = hold(githunguri, now)
    page = f"/dashboard/moderation?report={report_id}"
    sent = jane.send(f"/dashboard/moderation/{report_id}/accept", page=page, seen="gone")
    assert sent.status_code == 400
    sent = jane.send(f"/dashboard/moderation/{report_id}/reject", page=page, seen="held", why="x")
    assert sent.status_code == 400
    assert "Choose why" in sent.text
    missing = jane.send("/dashboard/moderation/999999/accept", page=page, seen="held")
    assert missing.status_code == 404
    assert "no report 999999" in missing.text
    huge = jane.send(f"/dashboard/moderation/{10**20}/accept", page=page, seen="held")
    assert huge.status_code == 404
    assert jane.open(f"/dashboard/moderation?report={10**20}&after={10**17}").status_code == 200
    assert standings(githunguri, OTIENO) == [(450, "litre", HELD)]


def test_a_viewer_sees_and_judges_nothing(
    service: Service, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    desk = sit_down(service, githunguri, StaffRole.VIEWER)
    page = desk.open("/dashboard/moderation").text
    assert "milk 450" in page
    assert "/accept" not in page
    for action in ("accept", "correct", "reject"):
        sent = desk.send(
            f"/dashboard/moderation/{report_id}/{action}", page="/dashboard/log", seen="held"
        )
        assert sent.status_code == 403
    assert standings(githunguri, OTIENO) == [(450, "litre", HELD)]


def test_a_form_without_its_token_judges_nothing(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    report_id = hold(githunguri, now)
    sent = jane.browser.post(f"/dashboard/moderation/{report_id}/accept", data={"seen": "held"})
    assert sent.status_code == 400
    assert standings(githunguri, OTIENO) == [(450, "litre", HELD)]


def test_the_queue_is_filtered_by_its_address(
    jane: Desk, githunguri: Database, now: datetime
) -> None:
    hold(githunguri, now)
    with githunguri.begin() as session:
        report_price(session, kenya(session), ACHIENG, "milk", "Githunguri", 200, now)

    def listed(query: str) -> list[str]:
        page = jane.open(f"/dashboard/moderation?{query}").text
        return re.findall(r"<b>Milk (KES \d+)/L</b>", page)

    assert sorted(listed("")) == ["KES 200", "KES 450"]
    assert listed("status=held") == ["KES 450"]
    assert listed("status=flagged") == ["KES 200"]
    assert len(listed("commodity=milk&county=ke-county-kiambu")) == 2
    assert listed("commodity=maize") == listed("county=ke-county-mombasa") == []
    assert listed("country=UG") == []
    assert "look at all" in jane.open("/dashboard/moderation?commodity=maize").text


def test_a_long_queue_comes_page_by_page(jane: Desk, githunguri: Database, now: datetime) -> None:
    hold(githunguri, now)
    (row,) = told_by(githunguri, OTIENO)
    columns = [one.key for one in PriceObservation.__table__.c if one.key != "id"]
    with githunguri.begin() as session:
        for number in range(1, 121):
            values = {name: getattr(row, name) for name in columns}
            values |= {"source_key": f"sms:{number}:9", "price": Decimal(1000 + number)}
            # Some at one moment: the id says which comes first.
            values["reported_at"] = now - timedelta(minutes=number // 3)
            session.add(PriceObservation(**values))
    seen: list[str] = []
    address = "/dashboard/moderation"
    while address:
        page = jane.open(address).text
        seen += re.findall(r"<b>Milk KES ([\d,]+)/L</b>", page)
        found = re.search(r'href="([^"]+)" rel="next">Next page', page)
        address = "" if found is None else found[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 121


def test_an_empty_queue_says_where_prices_are(service: Service, database: Database) -> None:
    page = sit_down(service, database, StaffRole.VIEWER).open("/dashboard/moderation").text
    assert "Nothing waits for a look" in page
