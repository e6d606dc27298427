"""As days pass: what is published of each cell, as of today, so that a question reads one row."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.session import Database
from prices.book_reads import load_books
from prices.bookkeeping import publish
from prices.estimates import OLDEST
from prices.models import Place, PriceCell
from prices.published import local_day
from prices.vocabulary import Vocabulary

AT_ONCE = 200

VocabularyOf = Callable[[Session, str], Vocabulary]


def widen(database: Database, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Publish every cell with reports of the last month as of today; count them.

    Until this is done, or if nobody does it, a question works the same figures out for itself.
    """
    done = 0
    while some := _widen_some(database, vocabulary_of, now):
        done += some
    return done


def _widen_some(database: Database, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Some of one country's cells, those first that wait longest."""
    row = PriceCell
    with database.begin() as session:
        countries = session.scalars(select(Place.country).distinct()).all()
        for country in countries:
            vocabulary = vocabulary_of(session, country)
            today = local_day(vocabulary, now)
            rows = session.scalars(
                select(row)
                .join(Place, Place.id == row.place_id)
                .where(Place.country == country, row.estimated_on < today)
                .where(row.newest_at > now - OLDEST - timedelta(days=1))
                .where(row.pending_from.is_(None))
                .order_by(row.id)
                .limit(AT_ONCE)
                .with_for_update(of=row, skip_locked=True)
            ).all()
            if rows:
                following = today + timedelta(days=1)
                books = load_books(session, vocabulary, rows, [following] * len(rows), back=OLDEST)
                publish(session, books, today)
                return len(rows)
    return 0
