"""What is asked back about a fare that cannot be kept as it was told."""

from dataclasses import dataclass, replace
from itertools import permutations

from handlers.asking import Choice, Question, Wanted, choose, drop_it
from handlers.commands import Item, TransportReport
from handlers.conversation import Conversation
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.naming import place_name
from handlers.keywords.place_questions import QUOTED_LENGTH, ask_for_place, which_place_in
from handlers.keywords.to_type import largest_market
from handlers.keywords.transport_words import EXAMPLE_KG, fare_example, load_words, roughly
from handlers.keywords.verbs import Verb
from handlers.parser.places import suggest_place
from messaging.phrases import say
from messaging.phrases.formats import amount
from prices.fare_reports import FareRefused, FareUnlikely
from prices.loads import LoadUnknown, LoadUnsaid
from prices.observations import RefusalReason
from prices.vocabulary import PlaceEntry


@dataclass(frozen=True)
class Road:
    """Where something is carried from, and where to: two places."""

    start: PlaceEntry
    goal: PlaceEntry


def road_of(conversation: Conversation, command: TransportReport) -> Road | Question:
    """From where to where, or the question that must be answered first."""
    goal_verb = Verb(
        lambda about, _, place: fare_example(about, command, place),
        lambda item: replace(command, item=item),
    )
    start_verb = Verb(
        lambda about, _, place: fare_example(about, command, _goal(about, command), place),
        lambda item: replace(command, start=replace(item, commodity=None)),
    )
    goal = _place(conversation, command.item, goal_verb, _to_where(conversation, command))
    if isinstance(goal, Question):
        return goal
    start = _place(conversation, command.start, start_verb, _from_where(conversation, command))
    if isinstance(start, Question):
        return start
    return _two_places(conversation, command, goal) if start == goal else Road(start, goal)


def which_fare(conversation: Conversation, command: TransportReport) -> Question:
    """Two figures, of which either may be the fare; the other one is the load."""
    language, figures = conversation.language, command.item.prices

    def compose(_: int) -> tuple[str, list[Choice]]:
        return say(language, "Which is the fare?"), [
            Choice(
                say(language, "for {figure}", figure=amount(fare, language)),
                replace(command, item=replace(command.item, price=fare, quantity=load, prices=())),
            )
            for fare, load in permutations(figures)
        ]

    return choose(conversation, compose)


def for_a_fare(command: TransportReport, text: str) -> Question:
    """A question that a figure alone answers."""
    about = replace(command.item, price=None, currency=None, prices=())
    return Question(text, wants=Wanted.PRICE, about=replace(command, item=about))


def which_load(
    conversation: Conversation, command: TransportReport, unknown: LoadUnsaid | LoadUnknown
) -> str:
    """A fare means something only for a load whose weight is known."""
    language = conversation.language
    by_weight = replace(command.item, unit="kg", quantity=EXAMPLE_KG)
    goal = _goal(conversation, command)
    example = fare_example(conversation, replace(command, item=by_weight), goal)
    if isinstance(unknown, LoadUnsaid):
        return say(language, "For how much? Send: {example}", example=example)
    unit = conversation.vocabulary.unit_name(unknown.unit, language)
    return say(language, "How heavy is that {unit}? Send: {example}", unit=unit, example=example)


def refused_fare(
    conversation: Conversation, command: TransportReport, refused: FareRefused
) -> Question:
    """A figure that cannot be a fare: what is wrong with it, kindly."""
    again = replace(command, item=replace(command.item, price=None))
    example = fare_example(conversation, again, _goal(conversation, command))
    return for_a_fare(command, _fault(conversation, refused.reason, example))


def is_it_so(
    conversation: Conversation, command: TransportReport, unlikely: FareUnlikely
) -> Question:
    """A fare that is hardly meant: what is usual, or what it all brings, and a likelier figure."""
    item = replace(command.item, price=None, quantity=unlikely.quantity, unit=unlikely.unit)
    about, meant = replace(command, item=item), unlikely.meant
    if meant is None:
        example = fare_example(conversation, about, _goal(conversation, command))
        please = Part(say(conversation.language, "Please send: {example}", example=example), rank=1)
        return for_a_fare(
            about,
            fit(lambda most: [Part(_doubt(conversation, command, unlikely, most)), please]),
        )

    def compose(longest: int) -> tuple[str, list[Choice]]:
        language = conversation.language
        figure = say(language, "for {figure}", figure=amount(meant, language))
        yes = Choice(figure, replace(about, item=replace(item, price=meant)))
        return _doubt(conversation, command, unlikely, longest), [yes, drop_it(conversation)]

    return choose(conversation, compose, wants=Wanted.PRICE, about=about)


def _doubt(
    conversation: Conversation, command: TransportReport, unlikely: FareUnlikely, longest: int
) -> str:
    language, goal = conversation.language, _goal(conversation, command)
    gaps = {
        "fare": amount(unlikely.fare, language),
        "quantity": load_words(conversation, unlikely.quantity, unlikely.unit),
        "place": place_name(conversation, goal, longest),
    }
    if unlikely.worth is not None and unlikely.fare >= unlikely.worth:
        return say(
            language,
            "{fare} for {quantity} to {place}? All of it sells for {worth} there.",
            worth=roughly(unlikely.worth, language),
            **gaps,
        )
    return say(
        language,
        "{fare} for {quantity} to {place}? Usual is about {usual}.",
        usual=roughly(unlikely.usual or unlikely.fare, language),
        **gaps,
    )


def _fault(conversation: Conversation, reason: RefusalReason, example: str) -> str:
    language = conversation.language
    match reason:
        case RefusalReason.NOT_POSITIVE:
            return say(
                language, "A fare must be more than 0. Please send: {example}", example=example
            )
        case RefusalReason.TOO_HIGH:
            return say(
                language,
                "That fare is too high to be kept. Please check it and send: {example}",
                example=example,
            )
        case RefusalReason.OTHER_CURRENCY:
            return say(
                language,
                "We keep prices in {currency} here. Please send: {example}",
                currency=conversation.vocabulary.country.currency_sign,
                example=example,
            )


def _place(
    conversation: Conversation, item: Item, verb: Verb, unsaid: str
) -> PlaceEntry | Question:
    """The place that is meant; asked where a name fits several, none, an area, or none was said."""
    place = conversation.vocabulary.places.get(item.place_id or 0)
    if place is not None:
        is_area = not place.kind.is_trading_place
        return which_place_in(conversation, place, item, verb) if is_area else place
    words = item.unknown_words or ""
    if item.places or suggest_place(words, conversation.vocabulary):
        return ask_for_place(conversation, item, verb)
    about = verb.command(replace(item, unknown_words=None))
    return Question(_unknown(conversation, words, unsaid), wants=Wanted.PLACE, about=about)


def _unknown(conversation: Conversation, words: str, unsaid: str) -> str:
    """The question for a place, behind what was said where nobody knows that."""
    quoted = quotable(words)
    if not quoted:
        return unsaid

    def compose(longest: int) -> list[Part]:
        name = clip(quoted, min(longest, QUOTED_LENGTH))
        told = say(conversation.language, "{words} is not a place we know.", words=name)
        return [Part(told, rank=1), Part(unsaid)]

    return fit(compose)


def _to_where(conversation: Conversation, command: TransportReport) -> str:
    example = fare_example(conversation, command, _goal(conversation, command))
    return say(conversation.language, "To where? Send: {example}", example=example)


def _from_where(conversation: Conversation, command: TransportReport) -> str:
    goal = _goal(conversation, command)
    example = fare_example(conversation, command, goal, _town_near(conversation, goal))
    return say(conversation.language, "From where? Send: {example}", example=example)


def _two_places(
    conversation: Conversation, command: TransportReport, place: PlaceEntry
) -> Question:
    """Nothing is carried to where it is."""
    goal = _town_near(conversation, place)
    example = fare_example(conversation, command, goal, place)
    return Question(
        say(conversation.language, "From where to where? Send: {example}", example=example)
    )


def _goal(conversation: Conversation, command: TransportReport) -> PlaceEntry:
    """Where it goes; for an example a larger town near where it comes from."""
    places = conversation.vocabulary.places
    goal = places.get(command.item.place_id or 0)
    return goal or _town_near(conversation, places.get(command.start.place_id or 0))


def _town_near(conversation: Conversation, place: PlaceEntry | None) -> PlaceEntry:
    """The largest other town of the county, else of the country: for an example."""
    every = conversation.vocabulary.places
    others = [one for one in every.values() if one != place]
    near = [one for one in others if place is not None and one.admin1_id == place.admin1_id]
    return largest_market(near) or largest_market(others) or next(iter(every.values()))
