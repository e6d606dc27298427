"""What a doubtful report may have meant: the readings that its reporter would be asked about."""

from sqlalchemy.orm import Session

from handlers.commands import Item
from handlers.first_word import addressing
from handlers.keywords.price_readings import PriceReading, readings
from handlers.keywords.verbs import Subject
from messaging.models import Subscriber
from prices.cases import Case
from prices.catalogue import conversions
from prices.observations import KNOWN, Held
from prices.vocabulary import Vocabulary

MOST_READINGS = 3


def may_have_meant(session: Session, vocabulary: Vocabulary, case: Case) -> list[PriceReading]:
    """Other prices that would be about what was expected, the likeliest first."""
    line, expected, score = case.report, case.expected, case.report.score
    if expected is None or score is None:
        return []
    held = Held(
        observation_id=line.id,
        commodity=line.commodity_code,
        place_id=line.place_id,
        price_type=line.price_type,
        currency=line.currency,
        price=line.price,
        unit=line.unit_code,
        price_per_base_unit=line.price_per_base_unit,
        # Nobody wrote down whether it was said: who names the base unit mostly names none.
        is_unit_said=line.unit_code != vocabulary.commodities[line.commodity_code].base_unit,
        usual=expected.price,
        is_usual_known=score.deviation < KNOWN,
    )
    person = session.get_one(Subscriber, line.reporter_id)
    words = addressing(session, vocabulary, person, line.reported_at)
    subject = Subject(line.commodity_code, vocabulary.places[line.place_id], Item())
    as_said = (line.price, line.unit_code)
    found = readings(words, subject, held)
    return [one for one in found if (one.price, one.unit) != as_said][:MOST_READINGS]


def units_of(session: Session, vocabulary: Vocabulary, case: Case) -> list[str]:
    """The units in which it may be told there, the one that was said first."""
    line = case.report
    known = conversions(
        session,
        commodity=line.commodity_code,
        country=vocabulary.country.code,
        place_id=line.place_id,
        on=line.reported_on,
    )
    names = sorted(known, key=lambda unit: vocabulary.unit_name(unit, "en"))
    return [line.unit_code, *(unit for unit in names if unit != line.unit_code)]
