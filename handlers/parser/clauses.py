"""Several items in one text: "milk 45, maize 2800 eldoret" has two clauses, one for each price."""

from collections.abc import Sequence
from itertools import takewhile

from handlers.parser.places import are_near, are_related, place_names
from handlers.parser.tag import Tag
from prices.vocabulary import Vocabulary

Clause = tuple[Tag, ...]

_BREAKS = frozenset({",", ";", "\n", "&", "+"})
SEVERAL = 2
_STRONG_BREAKS = frozenset({";", "\n"})


def split_clauses(tags: Sequence[Tag], vocabulary: Vocabulary) -> list[Clause]:
    """Cut where a second commodity or place begins, at the break before it if there is one."""
    if _is_one(tags):
        return [tuple(tags)] if any(map(_counts, tags)) else []
    clauses: list[list[Tag]] = [[]]
    for at, tag in enumerate(tags):
        current = clauses[-1]
        if _breaks_off(tag, tags[at + 1 :]) and _is_complete(current):
            clauses.append([])
        elif _begins_anew(tag, current, vocabulary) or _is_next(tag, current, tags[at + 1 :]):
            cut = _cut(current)
            clauses[-1:] = [current[:cut], current[cut:]]
        clauses[-1].append(tag)
    return [tuple(clause) for clause in clauses if any(map(_counts, clause))]


def _is_one(tags: Sequence[Tag]) -> bool:
    """True where nothing is said twice: no thing, no place and no number."""
    things = places = numbers = 0
    for tag in tags:
        sense = tag.sense
        things += bool(sense.commodities)
        places += bool(sense.places)
        numbers += sense.number is not None
    return things < SEVERAL and places < SEVERAL and numbers < SEVERAL


def _breaks_off(tag: Tag, rest: Sequence[Tag]) -> bool:
    """True at a new line, and at a comma before another price: "330, kienyeji 450"."""
    if tag.text in _STRONG_BREAKS:
        return True
    if tag.text != ",":
        return False
    segment = list(takewhile(lambda other: other.text not in _BREAKS, rest))
    is_another = any(other.grade or other.price_type or other.commodities for other in segment)
    return is_another and any(other.number is not None for other in segment)


def commodity_tags(tags: Sequence[Tag]) -> list[Tag]:
    """The commodities named; in "ng'ombe wa maziwa", the cow that gives milk, only the cow."""
    return [tag for at, tag in enumerate(tags) if tag.commodities and not _is_described(tags[:at])]


def _is_described(before: Sequence[Tag]) -> bool:
    """True when the words before say what the next commodity only describes: "ng'ombe wangu wa"."""
    if not before or not before[-1].plays("of"):
        return False
    named = next((tag for tag in reversed(before[:-1]) if not tag.is_padding), None)
    return named is not None and bool(named.commodities)


def _counts(tag: Tag) -> bool:
    return bool(tag.commodities or tag.places or tag.number is not None or not tag.is_known)


def _is_complete(clause: Sequence[Tag]) -> bool:
    return any(tag.commodities for tag in clause) and any(tag.number is not None for tag in clause)


def _begins_anew(tag: Tag, clause: list[Tag], vocabulary: Vocabulary) -> bool:
    if tag.commodities:
        return _is_other_commodity(tag, clause)
    if tag.sense.places and any(other.sense.places for other in clause):
        new = place_names([tag])[0]
        if clause and clause[-1].places and are_near(clause[-1].places, tag.places, vocabulary):
            return False  # "kibuye ksm": the town that the market is in
        named = dict.fromkeys(place_names(clause))  # each name once, however often it is said
        return any(not are_related(new, name, vocabulary) for name in named)
    return False


def _is_other_commodity(tag: Tag, clause: list[Tag]) -> bool:
    if _is_described(clause):
        return False
    named = next((other.commodities for other in clause if other.commodities), tag.commodities)
    return not {code for code, _ in tag.commodities} & {code for code, _ in named}


def _is_next(tag: Tag, clause: list[Tag], rest: Sequence[Tag]) -> bool:
    """True for Karatina in "nyeri milk 46 karatina 48": all was said of Nyeri, and more follows."""
    if not (tag.sense.places or tag.sense.commodities) or not _is_complete(clause):
        return False
    return any(other.places for other in clause) and any(o.number is not None for o in rest)


def _cut(clause: list[Tag]) -> int:
    """Where the new clause begins: at the last break, or at a number that leads its clause."""
    last_name = max(at for at, tag in enumerate(clause) if tag.commodities or tag.places)
    for at in range(len(clause) - 1, last_name, -1):
        if clause[at].text in _BREAKS or clause[at].plays("and"):
            return at
    first_name = min(at for at, tag in enumerate(clause) if tag.commodities or tag.places)
    leads = any(tag.number is not None for tag in clause[:first_name])
    return last_name + 1 if leads else len(clause)
