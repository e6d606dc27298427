"""Who reads the board: in which language, at which moment; what every page is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from app.service import Service
from handlers.conversation import Conversation
from messaging.kinds import Channel
from messaging.models import Subscriber
from messaging.phrases import languages
from messaging.phrases.catalogue import SOURCE_LANGUAGE
from prices.kinds import PlaceKind
from prices.menus import Menu
from prices.published import local_day
from prices.vocabulary import CountryEntry, PlaceEntry, Vocabulary


@dataclass(frozen=True)
class Reader:
    """Somebody before a page."""

    session: Session
    vocabulary: Vocabulary
    menu: Menu  # which things have a price where, held for a minute
    language: str
    now: datetime
    number: str | None  # to text to, where there is one

    @property
    def today(self) -> date:
        """The day by the country's clock."""
        return local_day(self.vocabulary, self.now)

    @property
    def timezone(self) -> str:
        """The country's clock."""
        return self.vocabulary.country.timezone

    @cached_property
    def conversation(self) -> Conversation:
        """The reader as whoever texts: so that they read the same words. Nobody is remembered."""
        return Conversation(
            session=self.session,
            subscriber=Subscriber(),
            vocabulary=self.vocabulary,
            language=self.language,
            channel=Channel.SMS,
            source_key="",
            raw_text="",
            now=self.now,
        )

    @cached_property
    def counties(self) -> list[PlaceEntry]:
        """The counties, districts or regions, by name."""
        places = self.vocabulary.places
        return sorted((places[id_] for id_ in self.menu.counties(None)), key=lambda one: one.name)

    @cached_property
    def country(self) -> PlaceEntry:
        """The country itself, as a place."""
        places = self.vocabulary.places.values()
        return next(one for one in places if one.kind is PlaceKind.COUNTRY)

    def place(self, code: str | None) -> PlaceEntry | None:
        """A place by its code."""
        wanted = (code or "").strip().lower()
        return next((one for one in self.vocabulary.places.values() if one.code == wanted), None)

    def commodity(self, code: str | None) -> str | None:
        """A commodity's code as it is written in the catalogue, where there is one."""
        wanted = (code or "").strip().lower()
        return wanted if wanted in self.vocabulary.commodities else None


@contextmanager
def reading() -> Iterator[Reader]:
    """The reader of this request, with what is read all at one moment."""
    home, now = service(), datetime.now(UTC)
    with home.database.read() as session:
        vocabulary = home.catalogue.vocabulary(session, home.settings.country)
        g.offered = offered(vocabulary.country)
        g.language = language_for(vocabulary.country)
        yield Reader(
            session=session,
            vocabulary=vocabulary,
            menu=home.catalogue.menus.menu(session, vocabulary, now),
            language=g.language,
            now=now,
            number=home.settings.at_sender or home.settings.twilio_from,
        )


def offered(country: CountryEntry) -> tuple[str, ...]:
    """The languages of a board: those of its country that we speak, and English."""
    own = [one for one in country.languages if one in languages()]
    return tuple(dict.fromkeys([*own, SOURCE_LANGUAGE]))


def language_for(country: CountryEntry) -> str:
    """The one that is asked for; at a first visit what the browser likes, else the country's own.

    An address without ?lang= is another page for another browser: so answers vary by it.
    """
    known = offered(country)
    asked = request.args.get("lang", "")
    if asked in known:
        return asked
    # "en-GB" likes English.
    liked = (value.split("-")[0].lower() for value, _ in request.accept_languages)
    return next((one for one in liked if one in known), known[0])


def service() -> Service:
    """What the edges work with."""
    return cast(Service, current_app.extensions["bei"])
