"""A watched price came to its mark: its owner is told, all that came in the hour in one text."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from groups.alert_rules import AlertWay
from groups.crossing_news import News
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.alert_words import (
    is_crisis,
    mark_words,
    other_type,
    paid_per_unit,
    price_told,
    stop_alert_example,
    type_words,
    unusual_words,
    usual_words,
)
from handlers.keywords.fitting import NAME_LENGTHS, Part, fit, fits
from handlers.keywords.naming import commodity_name, place_name
from handlers.keywords.price_notes import basis, demo_mark
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from prices.vocabulary import Vocabulary

SEGMENTS_FOR_SEVERAL = 2
# What goes first where room lacks: how to end it, what the price rests on.
BASIS, END = 1, 2


def tell_crossings(
    session: Session,
    vocabulary: Vocabulary,
    person: Subscriber,
    news: Sequence[News],
    now: datetime,
) -> int:
    """Promise somebody one text of what came to its mark; of how many, the first first.

    What has no room in it waits for the next hour. 0: they were promised one this hour already.
    """
    words = addressing(session, vocabulary, person, now)
    text, count = _text(words, news)
    message = enqueue(
        session,
        recipient=person,
        text=text,
        language=words.language,
        # We begin it, so it never reaches somebody who opted out meanwhile.
        kind=OutboundKind.ALERT,
        dedupe_key=f"alert:{person.id}:{now:%Y%m%d%H}",
        now=now,
    )
    return count if message.created_at == now else 0


def _text(words: Conversation, news: Sequence[News]) -> tuple[str, int]:
    """As many as two segments hold, and how many; a single one has one, and says more of itself."""
    # By the shortest names, and with all that is said besides.
    fitting = (
        count
        for count in range(len(news), 1, -1)
        if fits(_together(words, news[:count], NAME_LENGTHS[-1]), SEGMENTS_FOR_SEVERAL)
    )
    count = next(fitting, 1)
    if count == 1:
        return fit(lambda longest: _alone(words, news[0], longest)), count
    told = news[:count]
    return fit(lambda longest: _together(words, told, longest), SEGMENTS_FOR_SEVERAL), count


def _alone(words: Conversation, news: News, longest: int) -> list[Part]:
    """MILK Nakuru farm gate KES 52/L, 6 reports, today. You asked for 50 or more."""
    language, wanted, seen = words.language, news.crossing.alert.wanted, news.seen
    told = say(
        language,
        "{commodity} {place} {price_type} {price}, {basis}.",
        commodity=commodity_name(words, wanted.cell.commodity, longest).upper(),
        place=place_name(words, words.vocabulary.places[wanted.cell.place_id], longest),
        price_type=type_words(words, wanted.cell),
        price=_paid(words, news),
        basis=", ".join(basis(words, seen.estimate)),
    )
    end = say(language, "To end: {example}", example=stop_alert_example(words, wanted.cell))
    return [
        demo_mark(words, seen.estimate.is_demo),
        Part(told),
        Part(_why(words, news)),
        Part(end, END),
    ]


def _why(words: Conversation, news: News) -> str:
    """Why they are told: what they asked for, or what is usual."""
    wanted = news.crossing.alert.wanted
    if wanted.way is not AlertWay.UNUSUAL or news.usual is None:
        return say(words.language, "You asked for {mark}.", mark=mark_words(words, wanted))
    is_far = is_crisis(news.usual, news.seen.estimate.price)
    unusual = unusual_words(words, news.crossing.zone, is_crisis=is_far)
    return f"{unusual} {usual_words(words, news.usual)}"


def _together(words: Conversation, news: Sequence[News], longest: int) -> list[Part]:
    """MILK Nakuru KES 52/L (50 or more). MAIZE Kitale KES 60/kg. Far above usual."""
    is_demo = any(one.seen.estimate.is_demo for one in news)
    end = say(words.language, "To end one send STOP ALERT and its name.")
    return [
        demo_mark(words, is_demo),
        *(Part(_briefly(words, one, longest)) for one in news),
        Part(end, END),
    ]


def _briefly(words: Conversation, news: News, longest: int) -> str:
    wanted = news.crossing.alert.wanted
    cell = wanted.cell
    named = [
        commodity_name(words, cell.commodity, longest).upper(),
        place_name(words, words.vocabulary.places[cell.place_id], longest),
        other_type(words, cell),
        _paid(words, news),
    ]
    told = " ".join(filter(None, named))
    if wanted.way is AlertWay.UNUSUAL:
        return f"{told}. {unusual_words(words, news.crossing.zone)}"
    return f"{told} ({mark_words(words, wanted)})."


def _paid(words: Conversation, news: News) -> str:
    """The price now, for the unit of the mark: KES 3,650/90 kg bag."""
    wanted = news.crossing.alert.wanted
    return paid_per_unit(words, wanted, price_told(words, wanted, news.seen.estimate.price))
