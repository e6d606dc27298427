"""A price comes in: whoever waits for it is texted, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from groups.asks import note_answer
from groups.models import PriceWish
from groups.waiting import unless_anybody_waits, who_waits
from groups.wishes import grant_wishes, late_answers
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name
from handlers.keywords.plain_words import price_type_words
from handlers.keywords.price_notes import demo_mark, price_per_unit
from messaging.kinds import OutboundKind
from messaging.outbox import enqueue
from messaging.phrases import say, say_many
from messaging.phrases.formats import clock_time, local_date, price
from prices.catalogue import Catalogue
from prices.cells import Cell
from prices.models import Place
from prices.observations import Recorded, recorded
from prices.vocabulary import Vocabulary


def call_back(reporter: Conversation, kept: Sequence[Recorded]) -> None:
    """Text the prices that have just been kept to those who wait for them.

    To be called for what somebody has texted or dialled; a file of past reports calls nobody back.
    Of what is only worked out, and kept later, nothing is to be kept where somebody waits.
    """
    # In one order, for of two reports at once one waits for the wishes that the other holds.
    for told in sorted(kept, key=lambda one: (one.commodity, one.place_id, one.price_type)):
        cell = Cell(told.commodity, told.place_id, told.price_type)
        if reporter.beside is not None:
            reporter.beside.append(unless_anybody_waits(reporter.subscriber, cell, reporter.now))
            continue
        waiting = who_waits(reporter.session, reporter.subscriber, cell, reporter.now)
        if waiting.is_asked:
            note_answer(reporter.session, reporter.subscriber, cell, reporter.now)
        if waiting.is_wished:
            _tell_who_waits(
                reporter.session,
                reporter.vocabulary,
                told,
                reporter_id=reporter.subscriber.id,
                is_demo=reporter.subscriber.is_demo,
                now=reporter.now,
            )


def call_back_late(session: Session, *, catalogue: Catalogue, now: datetime) -> int:
    """Text whoever still waits for a price that is there; how many reports were told.

    It was reported at the very moment they asked, or was held then and is believed now.
    """
    late = late_answers(session, now)
    for report in late:
        vocabulary = catalogue.vocabulary(session, session.get_one(Place, report.place_id).country)
        _tell_who_waits(
            session,
            vocabulary,
            recorded(report),
            reporter_id=report.reporter_id,
            is_demo=report.is_demo,
            now=now,
        )
    return len(late)


def _tell_who_waits(
    session: Session,
    vocabulary: Vocabulary,
    told: Recorded,
    *,
    reporter_id: int,
    is_demo: bool,
    now: datetime,
) -> None:
    cell = Cell(told.commodity, told.place_id, told.price_type)
    for wish, person in grant_wishes(session, cell, besides=reporter_id, is_demo=is_demo, now=now):
        words = addressing(session, vocabulary, person, now)
        enqueue(
            session,
            recipient=person,
            text=_text(words, told, wish, is_demo=is_demo),
            language=words.language,
            # We begin it, so it never reaches somebody who opted out meanwhile.
            kind=OutboundKind.ALERT,
            # With its moment: SQLite gives the id of a row that was erased to another.
            dedupe_key=f"wish:{wish.id}:{wish.asked_at:%Y%m%d%H%M%S}",
            now=now,
        )


def _text(words: Conversation, told: Recorded, wish: PriceWish, *, is_demo: bool) -> str:
    language, vocabulary = words.language, words.vocabulary
    unit = vocabulary.commodities[told.commodity].base_unit
    figure = price(told.price_per_base_unit, language)

    def compose(longest: int) -> list[Part]:
        news = say(
            language,
            "{commodity} {place} {price_type} {price}, just in ({reports}).",
            commodity=commodity_name(words, told.commodity, longest).upper(),
            place=place_name(words, vocabulary.places[told.place_id], longest),
            price_type=price_type_words(language, told.price_type),
            price=price_per_unit(words, figure, told.currency, unit),
            reports=say_many(language, "{n} report", "{n} reports", 1),
        )
        return [demo_mark(words, is_demo), Part(news), Part(_asked_when(words, wish))]

    return fit(compose)


def _asked_when(words: Conversation, wish: PriceWish) -> str:
    """By their own clock; a wish never waits longer than a day."""
    time = clock_time(wish.asked_at, words.timezone, words.language)
    if local_date(wish.asked_at, words.timezone) == words.today - timedelta(days=1):
        return say(words.language, "You asked yesterday at {time}.", time=time)
    return say(words.language, "You asked at {time}.", time=time)
