"""The files a station gets: a mail that is ready to be sent, each written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from textwrap import fill
from zoneinfo import ZoneInfo

from groups.models import RadioScript, RadioStation
from messaging.phrases import say
from scheduler.radio_script import count_words, seconds_of

# Everybody on the machine may read them: the program that sends them is somebody else.
READABLE = 0o644
LINE = 72  # letters: a line that is quoted twice still stays whole


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file of its own beside the one that is meant, whose place it takes when the block ends.

    Where the block fails nothing is left of it, and what stood there before still stands.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.chmod(READABLE)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def file_name(station: RadioStation, due_at: datetime) -> str:
    """What a script's files are called, without their ending: nakuru-fm-2026-11-23-0600."""
    local = due_at.astimezone(ZoneInfo(station.timezone))
    return f"{station.code.replace(' ', '-')}-{local:%Y-%m-%d-%H%M}"


def mail_of(script: RadioScript, station: RadioStation, *, host: str) -> bytes:
    """The script as a mail (RFC 5322): any mail program opens and sends it.

    Written again it is the same mail, by its Message-ID. `host` is where it comes from.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = script.subject
    mail["From"] = Address("Bei", "bei", host)
    if station.email is not None:
        mail["To"] = Address(station.name, addr_spec=station.email)
    mail["Date"] = script.made_at
    mail["Message-ID"] = f"<radio-{station.id}-{script.due_at:%Y%m%dT%H%M}@{host}>"
    mail["X-Unsent"] = "1"  # a draft, for the programs that know it
    body = _body(script)
    mail.set_content(body, cte="7bit" if body.isascii() else "quoted-printable")
    mail["Content-Language"] = script.language
    return bytes(mail)


def _body(script: RadioScript) -> str:
    paragraphs = script.text.split("\n")
    words = count_words(paragraphs)
    length = say(
        script.language,
        "{words} words, about {seconds} seconds.",
        words=words,
        seconds=seconds_of(words, script.language),
    )
    wrapped = [fill(one, LINE, break_on_hyphens=False) for one in (*paragraphs, f"({length})")]
    return "\n\n".join(wrapped) + "\n"
