"""The files of radio scripts: written by whoever claims them first, with no transaction open.

A dead worker's claim is taken back; what was written twice is the same files.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import structlog
from sqlalchemy import ColumnElement, or_, select, update

from db.session import Database
from groups.models import RadioScript, RadioStation
from scheduler.radio_files import file_name, mail_of, written_whole
from scheduler.radio_voice import speak, voice_program

# Much longer than it takes to write and speak one.
CLAIM_LASTS = timedelta(minutes=5)
# So long a script's files are tried again; then it is old, and `bei radio write` still has it.
WRITTEN_WITHIN = timedelta(days=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class RadioDesk:
    """What scripts are written with."""

    directory: Path
    number: str | None = None  # where listeners text their price to
    host: str = "localhost"  # in the mail's own address
    grace: timedelta = timedelta(hours=12)  # after its time a script is still news


@dataclass(frozen=True)
class Written:
    """The files of a script, and why there is no sound where there is none."""

    mail: Path
    sound: Path | None
    silent_because: str | None = None


def write_scripts(
    database: Database, desk: RadioDesk, now: datetime, *, stopping: Event | None = None
) -> int:
    """Write the files of scripts that have none; how many scripts that were.

    Once it is `stopping` no other one is begun: each may take a second to be spoken.
    """
    written = 0
    with database.read() as session:
        waiting = session.scalars(
            select(RadioScript.id).where(_is_unwritten(now)).order_by(RadioScript.id)
        ).all()
    for id_ in waiting:
        if stopping is not None and stopping.is_set():
            break
        written += _write_claimed(database, desk, id_, now)
    return written


def write_files(script: RadioScript, station: RadioStation, desk: RadioDesk) -> Written:
    """Write a script's mail, and its sound where espeak-ng is; a fault there never costs the mail.

    OSError where nothing can be written in the directory.
    """
    desk.directory.mkdir(parents=True, exist_ok=True)
    name = file_name(station, script.due_at)
    mail, sound = desk.directory / f"{name}.eml", desk.directory / f"{name}.wav"
    with written_whole(mail) as unfinished:
        unfinished.write_bytes(mail_of(script, station, host=desk.host))
    program = voice_program()
    if program is None:
        return Written(mail, None)
    fault = speak(program, script.text, script.language, sound)
    return Written(mail, sound if fault is None else None, fault)


def _is_unwritten(now: datetime) -> ColumnElement[bool]:
    row = RadioScript
    is_free = or_(row.claimed_at.is_(None), row.claimed_at <= now - CLAIM_LASTS)
    return row.written_at.is_(None) & (row.made_at > now - WRITTEN_WITHIN) & is_free


def _write_claimed(database: Database, desk: RadioDesk, id_: int, now: datetime) -> bool:
    """Claim a script, write its files with no transaction open, and say that it is written."""
    with database.begin() as session:
        claim = update(RadioScript).where(RadioScript.id == id_, _is_unwritten(now))
        if session.scalar(claim.values(claimed_at=now).returning(RadioScript.id)) is None:
            return False
        script = session.get_one(RadioScript, id_)
        station = session.get_one(RadioStation, script.radio_station_id)
    try:
        written = write_files(script, station, desk)
    except OSError as fault:
        log.error(  # noqa: TRY400 – where it was raised says nothing more
            "radio_script_not_written",
            radio_station_id=station.id,
            reason=str(fault),
            what_to_do=f"make BEI_RADIO_DIR writable; it is tried again in {CLAIM_LASTS}",
        )
        return False
    mark_written(database, script.id, now)
    _tell(written, station)
    return True


def mark_written(database: Database, script_id: int, now: datetime) -> None:
    """Say that a script's files are there."""
    with database.begin() as session:
        session.execute(
            update(RadioScript).where(RadioScript.id == script_id).values(written_at=now)
        )


def _tell(written: Written, station: RadioStation) -> None:
    log.info("radio_script_written", radio_station_id=station.id, mail=str(written.mail))
    if written.silent_because is not None:
        log.warning(
            "radio_script_not_spoken",
            radio_station_id=station.id,
            reason=written.silent_because,
            what_to_do="the mail is written; `bei radio write` tries the sound again",
        )
