"""Stage six: where a word may mean several things, let the rest of the text decide.

Kale is a vegetable and a village, kasuku a tin and a town.
The reading that gives the text both a commodity and a place wins.
"""

from dataclasses import dataclass

from handlers.parser.senses import NOTHING, PADDING, Sense
from handlers.parser.sentence import Sender
from handlers.parser.tag import Tag

# Nai is Nairobi, but "na", "la" and "on" are never a place, whatever the map says.
SHORTEST_NAME = 4
# Hola is a greeting and a town, Kikuyu a language and a town.
_OVERRULED_BY_A_NAME = frozenset({"greeting", "language_name", "stop", "ending"})
_CALLS_FOR_A_PLACE = ("price", "report", "subscribe", "home", "register", "transport")


@dataclass(frozen=True)
class _Known:
    """What the text says beyond doubt, and whether it calls for a place at all."""

    commodity: bool
    place: bool
    wants_place: bool


def settle(tags: tuple[Tag, ...], sender: Sender) -> tuple[Tag, ...]:
    """The tags with one meaning each."""
    if not any(tag.sense.is_ambiguous or tag.grade for tag in tags):
        return tags
    tags = _without_namesakes(tuple(_without_small_places(tag) for tag in tags))
    known = _Known(
        commodity=any(_is_only_commodity(tag) for tag in tags),
        place=any(_is_only_place(tag) for tag in tags),
        wants_place=any(tag.plays(*_CALLS_FOR_A_PLACE) for tag in tags),
    )
    settled: list[Tag] = []
    for at, tag in enumerate(tags):
        if tag.sense.is_ambiguous:
            tag = _settle_unit(tag, known, sender, after=tags[at + 1 : at + 2])
            is_led = at > 0 and tags[at - 1].plays("in")
            tag = _settle_place(tag, known, is_led=is_led)
            known = _Known(
                commodity=known.commodity or _is_only_commodity(tag),
                place=known.place or _is_only_place(tag),
                wants_place=known.wants_place,
            )
        settled.append(tag)
    return tuple(settled)


def _without_small_places(tag: Tag) -> Tag:
    if not tag.places or len(tag.text) >= SHORTEST_NAME:
        return tag
    is_word = bool(tag.roles) or tag.number is not None
    return tag.narrowed(places=()) if is_word else tag


def _without_namesakes(tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """A variety that is no variety of what the text is about is a person: Mama Wairimu's milk."""
    if not any(tag.grade for tag in tags):
        return tags
    plain = [tag for tag in tags if not tag.grade or " " in tag.text]
    named = {code for tag in plain for code, _ in tag.commodities}
    tells_a_name = any(tag.plays("name", "register") for tag in tags)

    def is_person(tag: Tag) -> bool:
        codes = {code for code, _ in tag.commodities}
        is_name = bool(tag.grade) and " " not in tag.text
        return is_name and bool(codes and not codes & named and (named or tells_a_name))

    return tuple(
        _variety_or_name(tag, tags[at + 1 : at + 2]) if is_person(tag) else tag
        for at, tag in enumerate(tags)
    )


def _variety_or_name(tag: Tag, after: tuple[Tag, ...]) -> Tag:
    """Before a number it is a variety still: "eggs 330, kienyeji 450"."""
    is_priced = bool(after) and after[0].number is not None
    return tag.narrowed(commodities=(), places=()) if is_priced else _bare(tag)


def _is_only_commodity(tag: Tag) -> bool:
    return bool(tag.commodities) and not (tag.places or tag.units)


def _is_only_place(tag: Tag) -> bool:
    other = tag.commodities or tag.units or tag.roles or tag.sense.is_shorthand
    return bool(tag.places) and not other and tag.number is None


def _settle_unit(tag: Tag, known: _Known, sender: Sender, after: tuple[Tag, ...]) -> Tag:
    """A bale of hay and a kasuku of beans are measures; a bale alone is hay, Kasuku a town."""
    if not tag.units:
        return tag
    if tag.commodities:
        return tag.narrowed(commodities=(), places=()) if known.commodity else tag
    if tag.places:
        measured = bool(after) and after[0].plays("of")
        unit = known.place or measured or sender.home_place_id is not None
        return tag.narrowed(places=()) if unit else tag.narrowed(units=())
    return tag


def _settle_place(tag: Tag, known: _Known, *, is_led: bool) -> Tag:
    """Where a place is wanted some words are names; behind "in" so is any small word: in Wote."""
    if not tag.places:
        return tag
    if tag.commodities:
        place = known.commodity and not known.place
        return tag.narrowed(commodities=()) if place else tag.narrowed(places=())
    if _is_only_place(tag):
        return tag
    wanted = (known.commodity or known.wants_place) and not known.place
    overruled = _OVERRULED_BY_A_NAME | PADDING if is_led else _OVERRULED_BY_A_NAME
    if wanted and tag.roles.keys() <= overruled:
        return tag.meaning(Sense(places=tag.places), tag.likeness)
    return tag.narrowed(places=())


def _bare(tag: Tag) -> Tag:
    return tag.meaning(NOTHING)
