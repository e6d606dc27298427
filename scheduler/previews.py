"""A bulletin before it goes: its texts, whom they are for, and what they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from groups.bulletin_settings import BulletinChange, change_bulletin
from groups.models import Form
from groups.schedules import schedule_of
from prices.vocabulary import Vocabulary
from scheduler.audiences import Audience, is_texted
from scheduler.drafts import draft
from scheduler.fire_times import next_fire


@dataclass(frozen=True)
class PreviewText:
    """One text as it would be sent now, and to how many."""

    language: str
    form: Form
    text: str
    segments: int
    people: int


@dataclass(frozen=True)
class Preview:
    """What a bulletin would say now, and when it is due.

    One that is read on the menu is texted to nobody; its readers are all who may look.
    """

    texts: Sequence[PreviewText]
    is_texted: bool
    due_at: datetime

    @property
    def recipients(self) -> int:
        """How many would get it."""
        return sum(text.people for text in self.texts)

    @property
    def segments(self) -> int:
        """What all the texts take together."""
        return sum(text.people * text.segments for text in self.texts) if self.is_texted else 0


def preview(
    session: Session,
    vocabulary: Vocabulary,
    audience: Audience,
    now: datetime,
    *,
    also: Sequence[str] = (),
) -> Preview:
    """What the audience's next bulletin would say now, as whoever would get it reads it.

    A text that nobody of them reads is left out, but for the members' in the audience's language
    and in those that are asked for `also`.
    """
    words = draft(session, vocabulary, audience, now, also=also)
    people = {(one.language, one.form): one.people for one in words.readers}
    texts = [
        PreviewText(
            text.language,
            text.form,
            text.text,
            text.segments,
            people.get((text.language, text.form), 0),
        )
        for text in words.texts
    ]
    return Preview(
        texts=[
            text
            for number, text in enumerate(texts)
            if text.people or number == 0 or (text.language in also and text.form is Form.SHORT)
        ],
        is_texted=is_texted(audience),
        due_at=audience.next_bulletin_at or next_fire(schedule_of(audience), now),
    )


def preview_changed(
    session: Session,
    vocabulary: Vocabulary,
    audience: Audience,
    change: BulletinChange,
    now: datetime,
    *,
    also: Sequence[str] = (),
) -> Preview:
    """The same with something decided anew, which is not kept.

    The audience is let go of: nothing that is changed on it reaches the database.
    """
    session.expunge(audience)
    change_bulletin(audience, change, now)
    return preview(session, vocabulary, audience, now, also=also)
