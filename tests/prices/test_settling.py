"""Reports in bulk: whatever their order and way, the same is believed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.session import Database
from prices.bookkeeping import cells_of, mark_pending
from prices.catalogue import Catalogue
from prices.kinds import Buyer, ObservationStatus
from prices.models import CellBelief, ObservationChange, PriceCell, PriceObservation
from prices.observations import record_observation
from prices.published import estimates_of
from prices.settling import settle
from prices.vocabulary import Vocabulary
from prices.widening import widen
from tests.cast import ACHIENG, KAMAU, MUTISO, OTIENO, WANJIKU
from tests.prices.stories import kenya, place_named, reporter

PEOPLE = (WANJIKU, OTIENO, KAMAU, ACHIENG, MUTISO)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """What somebody says of milk somewhere."""

    at: datetime
    msisdn: str
    place: str
    price: Decimal
    buyer: Buyer | None = None


def lines(now: datetime, days: int = 40) -> list[Line]:
    """Two places, five people, one of whom reports at both; slips, repeats and copies among it."""
    chance = Random("settling")
    told = []
    for age in range(days, 0, -1):
        for msisdn in chance.sample(PEOPLE, 2):
            place = "Nakuru" if msisdn in PEOPLE[:3] or chance.random() < 0.5 else "Molo"
            price = Decimal(round(46 * chance.gauss(1, 0.06)))
            if chance.random() < 0.1:
                price *= 10
            buyer = Buyer.TRADER if chance.random() < 0.4 else None
            at = now - DAY * age + timedelta(minutes=chance.randrange(400), seconds=7)
            told.append(Line(at, msisdn, place, price, buyer))
    return sorted(told, key=lambda line: line.at)


def text(database: Database, told: Sequence[Line]) -> None:
    """Each comes by itself, in its time; nobody answers what is asked back."""
    for number, line in enumerate(told):
        with database.begin() as session:
            vocabulary = kenya(session)
            record_observation(session, vocabulary, **_values(session, vocabulary, number, line))


def bring(database: Database, told: Sequence[Line], now: datetime) -> None:
    """All of them come at once, in an order of their own."""
    shuffled = list(enumerate(told))
    Random(7).shuffle(shuffled)
    with database.begin() as session:
        vocabulary = kenya(session)
        for number, line in shuffled:
            values = _values(session, vocabulary, number, line)
            row = PriceObservation(
                source_key=values["source_key"],
                reporter_id=values["reporter_id"],
                commodity_code="milk",
                place_id=values["place_id"],
                price_type=vocabulary.commodities["milk"].price_type,
                buyer=line.buyer,
                currency="KES",
                price=line.price,
                unit_code="litre",
                price_per_base_unit=line.price,
                reported_at=line.at,
                reported_on=line.at.date(),
                raw_text="",
            )
            session.add(row)
            mark_pending(session, vocabulary, dict.fromkeys(cells_of(row), row.reported_on))
    settle(database, Catalogue("KE").vocabulary, now)


def _values(session: Session, vocabulary: Vocabulary, number: int, line: Line) -> dict:  # type: ignore[type-arg]
    return {
        "source_key": f"line:{number}",
        "reporter_id": reporter(session, line.msisdn, "KE", line.at),
        "commodity": "milk",
        "place_id": place_named(vocabulary, line.place).id,
        "price": line.price,
        "unit": "litre",
        "price_type": None,
        "buyer": line.buyer,
        "raw_text": "",
        "now": line.at,
        # Asked or not, the filter weighs what was said; and nothing waits for an answer here.
        "is_confirmed": False,
    }


def checkpoints(database: Database) -> dict[tuple[str, str, date], bytes]:
    """Every belief, by place, buyer and day."""
    with database.read() as session:
        found = session.execute(
            select(PriceCell.place_id, PriceCell.buyer, CellBelief.day, CellBelief.belief).join(
                PriceCell, PriceCell.id == CellBelief.cell_id
            )
        )
        return {(place, buyer, day): belief for place, buyer, day, belief in found}  # type: ignore[misc]


def figures(database: Database, now: datetime) -> list[tuple[object, ...]]:
    """What is published at a moment."""
    with database.read() as session:
        found = estimates_of(session, kenya(session), commodity="milk", place_ids=None, now=now)
        return sorted(
            (one.cell.place_id, one.cell.buyer or "", one.estimate.price, one.estimate.reports)
            for one in found
        )


@pytest.fixture
def told(now: datetime) -> list[Line]:
    return lines(now)


def test_a_file_hears_them_day_by_day_whatever_its_order(
    database: Database, told: list[Line], now: datetime
) -> None:
    bring(database, told, now)
    with database.read() as session:
        cells = session.scalars(select(PriceCell)).all()
        assert {cell.pending_from for cell in cells} == {None}
        assert len(cells) == 4  # two places, each over all buyers and of traders
        for cell in cells:
            assert cell.price is not None, (cell.place_id, cell.buyer, cell.newest_at)
            assert 42 < cell.price < 50
        reports = session.scalars(select(PriceObservation)).all()
        slips = [report for report in reports if report.price > 300]
        assert slips
        assert {report.status for report in slips} <= {
            ObservationStatus.UNANSWERED,
            ObservationStatus.FLAGGED,
            # The very first of a place: nobody could know better yet.
            ObservationStatus.ACCEPTED,
        }
        changes = session.scalars(select(ObservationChange)).all()
        assert {change.changed_by for change in changes} == {"door"}


def test_told_by_text_or_by_file_the_same_is_believed(
    database: Database, told: list[Line], now: datetime
) -> None:
    honest = [line for line in told if line.price < 100]
    text(database, honest)
    texted, published = checkpoints(database), figures(database, now)
    with database.begin() as session:
        held = session.scalars(
            select(PriceObservation).where(PriceObservation.status == ObservationStatus.HELD)
        ).all()
        assert not held
        session.execute(update(PriceCell).values(pending_from=honest[0].at.date()))
        session.execute(
            update(PriceObservation).values(
                error=None,
                error_deviation=None,
                slip_probability=None,
                reporter_bias=None,
                reporter_noise=None,
                reporter_slip_share=None,
            )
        )
    settle(database, Catalogue("KE").vocabulary, now)
    assert checkpoints(database) == texted
    assert figures(database, now) == published


def test_a_past_day_is_told_from_its_checkpoints(
    database: Database, told: list[Line], now: datetime
) -> None:
    """What a day publishes is what was published on it: later reports are not in it."""
    then = (now - 20 * DAY).replace(hour=20, minute=59)  # a minute to midnight in Nairobi
    bring(database, [line for line in told if line.at <= then], then)
    known = figures(database, then)
    assert known
    bring_rest = [line for line in told if line.at > then]
    for number, line in enumerate(bring_rest):
        with database.begin() as session:
            vocabulary = kenya(session)
            values = _values(session, vocabulary, 1_000 + number, line)
            record_observation(session, vocabulary, **values)
    assert figures(database, then) == known
    assert figures(database, now) != known


def test_days_widen_what_is_published_with_or_without_the_worker(
    database: Database, told: list[Line], now: datetime
) -> None:
    bring(database, told, now)
    later = now + 5 * DAY
    alone = figures(database, later)

    def width() -> Decimal:
        with database.read() as session:
            vocabulary = kenya(session)
            [one] = estimates_of(
                session,
                vocabulary,
                commodity="milk",
                place_ids=[place_named(vocabulary, "Nakuru").id],
                now=later,
                is_whole=True,
            )
            return one.estimate.high / one.estimate.low

    with database.read() as session:
        nakuru = place_named(kenya(session), "Nakuru").id
        before = session.scalars(select(PriceCell).filter_by(place_id=nakuru, buyer="")).one()
        assert before.high is not None
        assert before.low is not None
        assert width() > before.high / before.low
    assert widen(database, Catalogue("KE").vocabulary, later) == 4
    assert widen(database, Catalogue("KE").vocabulary, later) == 0
    assert figures(database, later) == alone


def test_broken_off_it_goes_on(
    database: Database, told: list[Line], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[object] = []
    real = Catalogue("KE").vocabulary

    def fail(session: Session, country: str) -> Vocabulary:
        whole.append(country)
        if len(whole) == 3:
            raise RuntimeError("the power went")
        return real(session, country)

    monkeypatch.setattr(Catalogue, "vocabulary", lambda _, session, country: fail(session, country))
    with pytest.raises(RuntimeError):
        bring(database, told, now)
    monkeypatch.undo()
    with database.read() as session:
        assert any(session.scalars(select(PriceCell.pending_from)))
    settle(database, real, now)
    broken = checkpoints(database)
    with database.begin() as session:
        session.execute(update(PriceCell).values(pending_from=told[0].at.date()))
    settle(database, real, now)
    assert checkpoints(database) == broken
