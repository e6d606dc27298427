"""Stories of `bei person export`: what is kept of somebody, in their own hands."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.staff.change_log import write_change
from app.staff.models import StaffChange
from db.session import Database
from messaging.inbox import store_inbound
from messaging.message import InboundSms
from tests.app.commandline import Ran, bei
from tests.app.test_cli import assert_one_line
from tests.cast import OTIENO, WANJIKU
from tests.messaging.stories import meet


def export(database_url: str, *words: str) -> Ran:
    return bei("person", "export", *words, database_url=database_url)


def has_texted(database: Database, now: datetime) -> None:
    sms = InboundSms(
        gateway="at", gateway_message_id="m1", sender=WANJIKU, recipient="20880",
        text=f"milk nakuru, says {OTIENO}", payload={"from": WANJIKU},
    )  # fmt: skip
    with database.begin() as session:
        store_inbound(session, sms, default_country="KE", now=now)
        person = meet(session, WANJIKU, now)
        write_change(
            session, None, action="switch off", subject=f"subscriber {person.id}",
            before={"gets_messages": True}, after={"gets_messages": False},
            now=now, note=f"rang from {OTIENO}",
        )  # fmt: skip


def test_a_file_for_somebody_with_their_number_and_no_others(
    database_url: str, database: Database, now: datetime, tmp_path: Path
) -> None:
    has_texted(database, now)
    file = tmp_path / "wanjiku.json"
    ran = export(database_url, "0711000001", str(file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{file}: everything that is kept of +254711***001, for them alone\n"
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(file.read_text())
    assert (told["form"], told["person"]["number"]) == ("bei-person/1", WANJIKU)
    assert told["texts_from_them"][0]["text"] == "milk nakuru, says +254722***002"
    assert told["changed_at_the_desk"][0]["note"] == "rang from +254722***002"
    assert OTIENO not in file.read_text()
    # That it was made is written down, without the number.
    with database.read() as session:
        change = session.scalars(select(StaffChange).order_by(StaffChange.id.desc())).first()
    assert change is not None
    assert (change.staff_id, change.action, change.subject) == (
        None,
        "export person",
        "subscriber 1",
    )
    assert change.after == {"bytes": file.stat().st_size}


def test_without_a_file_it_is_told_here(
    database_url: str, database: Database, now: datetime
) -> None:
    has_texted(database, now)
    ran = export(database_url, WANJIKU)
    assert json.loads(ran.out)["person"]["number"] == WANJIKU


def test_what_cannot_be_is_told_in_a_line(
    database_url: str, database: Database, now: datetime, tmp_path: Path
) -> None:
    has_texted(database, now)
    assert_one_line(export(database_url, "+254799000000"), "nobody has the number +254799***000")
    assert_one_line(export(database_url, "many"), "no phone number")
    there = tmp_path / "there.json"
    there.write_text("mine")
    assert_one_line(export(database_url, WANJIKU, str(there)), "is there already")
    assert there.read_text() == "mine"
    nowhere = str(tmp_path / "none" / "there.json")
    assert_one_line(export(database_url, WANJIKU, nowhere), "cannot be written")
    with database.read() as session:
        assert [one.action for one in session.scalars(select(StaffChange))] == ["switch off"]
