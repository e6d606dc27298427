"""As days pass: what is published of each cell, as of today, so that a question reads one row."""

from datetime import datetime, timedelta

from sqlalchemy import select

from db.session import Database
from prices.book_reads import load_books
from prices.bookkeeping import publish
from prices.catalogue import VocabularyOf
from prices.estimates import OLDEST
from prices.models import Place, PriceCell
from prices.published import local_day

AT_ONCE = 200


def widen(database: Database, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Publish every cell with reports of the last month as of today; count them.

    Until this is done, or if nobody does it, a question works the same figures out for itself.
    """
    done = 0
    while some := _widen_some(database, vocabulary_of, now):
        done += some
    return done


def _widen_some(database: Database, vocabulary_of: VocabularyOf, now: datetime) -> int:
    """Some of the cells of one country where anybody ever told a price."""
    row = PriceCell
    with database.begin() as session:
        told_in = select(Place.country).join(row, row.place_id == Place.id).distinct()
        countries = session.scalars(told_in).all()
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
