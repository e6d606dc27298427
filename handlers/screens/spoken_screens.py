"""What each screen of a call says: what was asked for first, the keys last.

A caller who knows the keys presses before the end.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from handlers.screens import root
from handlers.screens.book_frames import MyMilk
from handlers.screens.caller import Caller
from handlers.screens.frames import (
    AddAlert,
    Alerts,
    AlertView,
    Asked,
    BulletinView,
    Commodities,
    Frame,
    GroupView,
    Languages,
    MyGroups,
    Places,
    PriceView,
    Root,
    WatchMark,
    WatchSide,
    WatchView,
)
from handlers.screens.groups import MY_MILK, PEOPLE
from handlers.screens.people_frames import Elections, ElectionView, MeetingView, People
from handlers.screens.screen import BACK, MORE, MOST_OPTIONS, OTHER
from handlers.screens.spoken_milk import milk_aloud
from handlers.screens.spoken_people import people_aloud
from handlers.screens.spoken_prices import commodity_name, place_name, price_aloud, today
from handlers.screens.spoken_watching import list_aloud, watching_aloud
from messaging.phrases import languages, say
from messaging.phrases.aloud import read_aloud
from messaging.phrases.catalogue import SOURCE_LANGUAGE
from messaging.phrases.formats import language_name
from messaging.phrases.numbers import in_words
from prices.kinds import PlaceKind

# The keys of the first screen that have a voice, and what they have on a screen too.
PRICES, GROUP, ALERTS, LANGUAGE = "1", "4", "5", "7"
BRANCHES = frozenset({PRICES, GROUP, ALERTS, LANGUAGE, root.SHORTCUT})
# Where there is no more of a list, its key says an answer once more.
AGAIN = MORE


def what_is_said(  # noqa: C901 – one case each
    frame: Frame, caller: Caller
) -> tuple[list[str], int]:
    """A screen's sentences, and how many options are numbered in it."""
    match frame:
        case Root():
            return _root(frame, caller), root.BRANCHES
        case Languages():
            return _choose_language(frame, caller), len(frame.options)
        case Commodities(options=options):
            named = [commodity_name(code, caller) for code in options]
            return _list(_which(frame, caller), named, caller)
        case Places():
            return _list(_where(frame, caller), list(_places(frame, caller)), caller)
        case MyGroups(options):
            return _list(say(caller.language, "Which group?"), _groups(options, caller), caller)
        case Alerts():
            title, named, add = list_aloud(frame, caller)
            return _list(title, named, caller, other=add)
        case AlertView() | WatchView() | AddAlert() | WatchMark() | WatchSide():
            return watching_aloud(frame, caller), 0
        case People() | MeetingView() | Elections() | ElectionView():
            said, named = people_aloud(frame, caller)
            return _list(" ".join(filter(None, said)), named, caller)
        case _:
            return [*_answer(frame, caller), *_last_keys(caller)], 0


def spoken_languages(caller: Caller) -> tuple[str, ...]:
    """The languages of the caller's country that Bei speaks, its first one first, and English."""
    country = caller.vocabulary.country
    meant = (country.language, *country.languages, SOURCE_LANGUAGE)
    return tuple(code for code in dict.fromkeys(meant) if code in languages())


def _root(frame: Root, caller: Caller) -> list[str]:
    """The branches that have a voice, under the keys they have on a screen."""
    language = caller.language
    return [
        "Bei.",
        _shortcut(frame, caller),
        say(language, "For prices press {key}.", key=_key(PRICES, language)),
        say(language, "For the bulletin of your group press {key}.", key=_key(GROUP, language)),
        say(language, "For your alerts press {key}.", key=_key(ALERTS, language)),
        # Whoever cannot follow the others understands one of these.
        *(
            say(each, "To change the language press {key}.", key=_key(LANGUAGE, each))
            for each in spoken_languages(caller)
        ),
    ]


def _shortcut(frame: Root, caller: Caller) -> str:
    if frame.asked is None or frame.told is not None or frame.office is not None:
        return ""
    return say(
        caller.language,
        "For the price of {commodity} at {place} press {key}.",
        commodity=commodity_name(frame.asked.commodity, caller),
        place=place_name(frame.asked.place_id, caller),
        key=_key(root.SHORTCUT, caller.language),
    )


def _choose_language(frame: Languages, caller: Caller) -> list[str]:
    """Each language is offered in its own words."""
    offered = [
        _choice(language_name(code), number, code)
        for number, code in enumerate(frame.options, start=1)
    ]
    return ["Bei.", *offered] if frame.is_welcome else [*offered, _back(caller)]


def _answer(frame: Frame, caller: Caller) -> list[str]:
    match frame:
        case PriceView():
            key = _key(OTHER, caller.language)
            other = say(caller.language, "For another place press {key}.", key=key)
            return [*price_aloud(frame, caller), other]
        case GroupView(group_id):
            return [*_bulletin(group_id, caller), *_ways_on(group_id, caller)]
        case BulletinView(group_id):
            return _bulletin(group_id, caller)
        case MyMilk():
            return milk_aloud(frame, caller)
        case Asked():
            question = caller.facts.question()
            over = say(caller.language, "Nothing is asked any more.")
            return [_aloud(question.text if question else over, caller)]
        case _:
            how = say(caller.language, "Ask the secretary of a group how to join it.")
            return [say(caller.language, "You are in no group."), how]


def _ways_on(group_id: int, caller: Caller) -> list[str]:
    """What else of a group can be heard, under the keys of its screen."""
    language = caller.language
    if all(group.id != group_id for group in caller.facts.groups()):
        return []
    return [
        say(language, "For your milk press {key}.", key=_key(MY_MILK, language)),
        say(language, "For meetings and elections press {key}.", key=_key(PEOPLE, language)),
    ]


def _bulletin(group_id: int, caller: Caller) -> list[str]:
    """The last bulletin, as it was sent; it begins with the group's name."""
    group = next((one for one in caller.facts.groups() if one.id == group_id), None)
    text = None if group is None else caller.facts.bulletin(group_id)
    if group is None:
        return [say(caller.language, "You are not in this group any more.")]
    if text is None:
        name = _aloud(group.name, caller)
        return [say(caller.language, "There is no bulletin of {group} yet.", group=name)]
    language = _written_in(text, caller)
    return [read_aloud(text, language, this_year=today(caller).year)]


def _written_in(text: str, caller: Caller) -> str:
    """The language of a bulletin: who joined later has it in that of the group."""
    for language in (caller.language, *spoken_languages(caller)):
        words = (say(language, "farm gate"), say(language, "wholesale"), say(language, "shops"))
        if any(word in text for word in words):
            return language
    return caller.language


def _groups(options: Sequence[int], caller: Caller) -> list[str]:
    """The caller's groups by name; with their code where they share one."""
    groups = [group for group in caller.facts.groups() if group.id in options]
    often = Counter(group.name for group in groups)
    return [
        _aloud(group.name if often[group.name] == 1 else f"{group.name} {group.code}", caller)
        for group in groups
    ]


def _aloud(text: str, caller: Caller) -> str:
    return read_aloud(text, caller.language, this_year=today(caller).year)


def _which(frame: Commodities, caller: Caller) -> str:
    if frame.place_id is None:
        return say(caller.language, "Which product?")
    place = place_name(frame.place_id, caller)
    return say(caller.language, "Which product, at {place}?", place=place)


def _where(frame: Places, caller: Caller) -> str:
    which = say(caller.language, "Which place?")
    if frame.commodity is None:
        return which
    return f"{commodity_name(frame.commodity, caller)}. {which}"


def _places(frame: Places, caller: Caller) -> Iterator[str]:
    """Every place by its name; markets and counties that share one are told apart."""
    names = [place_name(place_id, caller) for place_id in frame.options]
    named = list(zip(frame.options, names, strict=True))
    often = Counter(names)
    markets = Counter(name for place_id, name in named if caller.is_trading_place(place_id))
    for place_id, name in named:
        if place_id == frame.county_id:
            yield say(caller.language, "All of {place}", place=name)
        elif caller.is_trading_place(place_id):
            yield name if markets[name] == 1 else _with_what_it_lies_in(place_id, name, caller)
        else:
            yield name if often[name] == 1 else _as_county(place_id, name, caller)


def _with_what_it_lies_in(place_id: int, name: str, caller: Caller) -> str:
    above_id = caller.vocabulary.places[place_id].parent_id
    return name if above_id is None else f"{name}, {place_name(above_id, caller)}"


def _as_county(place_id: int, name: str, caller: Caller) -> str:
    if caller.vocabulary.places[place_id].kind is not PlaceKind.ADMIN1:
        return name
    county = say(caller.language, caller.vocabulary.country.admin1_word)
    return say(caller.language, "{place} {county}", place=name, county=county)


def _list(
    title: str, labels: Sequence[str], caller: Caller, *, other: str = ""
) -> tuple[list[str], int]:
    """As many options as have a key; the rest wait behind 9. `other` is what 8 does, if it does."""
    language = caller.language
    choices = [
        _choice(label, number, language)
        for number, label in enumerate(labels[:MOST_OPTIONS], start=1)
    ]
    said = [title, *choices]
    if len(labels) > MOST_OPTIONS:
        said.append(say(language, "For more press {key}.", key=_key(MORE, language)))
    return [*said, other, _back(caller)], len(choices)


def _choice(label: str, number: int, language: str) -> str:
    return say(language, "For {choice} press {key}.", choice=label, key=in_words(number, language))


def _last_keys(caller: Caller) -> list[str]:
    key = _key(AGAIN, caller.language)
    return [say(caller.language, "To hear it again press {key}.", key=key), _back(caller)]


def _back(caller: Caller) -> str:
    return say(caller.language, "To go back press {key}.", key=_key(BACK, caller.language))


def _key(key: str, language: str) -> str:
    return in_words(int(key), language)
