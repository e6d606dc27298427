"""Somebody wants these prices every week."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from groups.models import BulletinList
from groups.schedules import schedule_of
from groups.subscriptions import subscribe as put_on_list
from handlers.asking import Question, ask
from handlers.commands import Item, Subscribe
from handlers.conversation import Conversation
from handlers.keywords.days import days_words
from handlers.keywords.fitting import Part, fit
from handlers.keywords.naming import commodity_name, place_name, subscribe_example
from handlers.keywords.questions import settle
from handlers.keywords.verbs import Subject, Verb
from messaging.consent import opt_in
from messaging.phrases import say
from messaging.phrases.formats import hour_of_day

MOST_NAMED = 6
# A question about one thing, beside what was done about another.
QUESTION = 1


def subscribe(conversation: Conversation, command: Subscribe) -> str:
    """Put the person on the weekly lists; who was out is back in, because they ask for messages."""
    items = _at_one_place(command.items)
    settled = [settle(conversation, item, _subscription()) for item in items]
    subjects = [one for one in settled if isinstance(one, Subject)]
    unsettled = [
        item for item, one in zip(items, settled, strict=True) if isinstance(one, Question)
    ]
    question = _first_question(conversation, unsettled)
    if question is not None and not subjects:
        return ask(conversation, question)
    lists = [_put_on_list(conversation, subject) for subject in subjects]
    welcome_back(conversation)
    asked = "" if question is None else question.text
    reply = fit(
        lambda longest: [
            *(Part(text) for text in _told_lists(conversation, lists, longest)),
            Part(say(conversation.language, "Free. Reply STOP to end.")),
            Part(asked, rank=QUESTION),
        ],
        segments=1 if len(lists) <= 2 and not asked else 2,
    )
    if question is not None and asked in reply:
        ask(conversation, question)
    return reply


def _subscription(*beside: Item) -> Verb:
    """A subscription to one thing, and to those beside it that wait for the same answer."""
    return Verb(subscribe_example, lambda item: Subscribe((item, *beside)))


def _at_one_place(items: Sequence[Item]) -> Sequence[Item]:
    """What was said with no place is meant at the place that was said for another."""
    placed = next((item for item in items if item.place_id is not None), None)
    if placed is None:
        return items
    return [
        item
        if item.place_id or item.places or item.unknown_words
        else replace(item, place_id=placed.place_id)
        for item in items
    ]


def _first_question(conversation: Conversation, items: Sequence[Item]) -> Question | None:
    """What is missing of the first of these; its answer goes on with the others."""
    if not items:
        return None
    question = settle(conversation, items[0], _subscription(*items[1:]))
    return question if isinstance(question, Question) else None


def _put_on_list(conversation: Conversation, subject: Subject) -> BulletinList:
    return put_on_list(
        conversation.session,
        conversation.subscriber,
        commodity=subject.commodity,
        place_id=subject.place.id,
        timezone=conversation.timezone,
        now=conversation.now,
    )


def _told_lists(
    conversation: Conversation, lists: Sequence[BulletinList], longest: int
) -> Iterator[str]:
    """What comes when; those that come together in one sentence."""
    by_clock = groupby(sorted(lists, key=_clock), _clock)
    language = conversation.language
    for _, together in by_clock:
        same = list(together)
        when = schedule_of(same[0])
        clock = {
            "weekday": days_words(when, language),
            "hour": hour_of_day(when.hour, language),
        }
        first, *others = [_names(conversation, one, longest) for one in same]
        if others:
            yield say(
                language,
                "You will get these prices every {weekday} at {hour}: {things}.",
                things=_listed([" ".join(names.values()) for names in (first, *others)]),
                **clock,
            )
        else:
            yield say(
                language,
                "You will get {commodity} prices for {place} every {weekday} at {hour}.",
                **first,
                **clock,
            )


def _clock(bulletin_list: BulletinList) -> tuple[int, tuple[int, ...], int]:
    """What sorts them, those of the week first; lists at one place have one zone."""
    when = schedule_of(bulletin_list)
    return when.month_day or 0, when.weekdays, when.hour


def _names(conversation: Conversation, one: BulletinList, longest: int) -> dict[str, str]:
    place = conversation.vocabulary.places[one.place_id]
    return {
        "commodity": commodity_name(conversation, one.commodity_code, longest),
        "place": place_name(conversation, place, longest),
    }


def _listed(things: Sequence[str]) -> str:
    """As many as can be read, and how many more there are."""
    more = f" +{len(things) - MOST_NAMED}" if len(things) > MOST_NAMED else ""
    return ", ".join(things[:MOST_NAMED]) + more


def welcome_back(conversation: Conversation) -> None:
    """Opt somebody in again who had opted out and now asks for messages."""
    if conversation.subscriber.opted_out_at is not None:
        opt_in(
            conversation.session,
            conversation.subscriber,
            channel=conversation.channel,
            wording=conversation.raw_text,
            now=conversation.now,
        )
