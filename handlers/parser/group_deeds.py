"""What is done in a group by its members and officers: the verb first, then whom it is about."""

import re

from handlers.commands import Deed, GroupDeed
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag

_DEEDS = {
    "members": Deed.MEMBERS,
    "add_member": Deed.ADD,
    "remove_member": Deed.REMOVE,
    "dismiss": Deed.DISMISS,
    "meeting": Deed.MEET,
    "coming": Deed.COME,
    "not_coming": Deed.STAY_AWAY,
    "elect": Deed.ELECT,
    "nominate": Deed.NOMINATE,
    "vote": Deed.VOTE,
    "pin": Deed.SET_PIN,
    "new_sim": Deed.NEW_SIM,
}
# The roles of the group by the words for them; their values are those of `groups.models.Role`.
_OFFICES = ("chair", "secretary", "treasurer", "collector")
ROLES = frozenset({*_DEEDS, *_OFFICES, "remove"})
# "Mary Wanjiku wa Kamau" has four words; more of them tell a story.
_LONGEST_NAME = 5
# Of what is not about one member, so many words may follow: a code, a day and what it is about.
_LONGEST = {Deed.MEMBERS: 1, Deed.MEET: 20, Deed.COME: 1, Deed.STAY_AWAY: 1}
# Figures that are no name, in their form: a PIN; a group's code, a member's number and their PIN.
_FORMS = {
    Deed.SET_PIN: re.compile(r"\d{4,6}"),
    Deed.NEW_SIM: re.compile(r"\S+ #?\d{1,5} \d{4,6}"),
}
_NUMBER = re.compile(r"#?\s?\d{1,5}")
_AROUND = " \n:,.;-*"


def read_deed(sentence: Sentence) -> GroupDeed | None:
    """MEMBERS, ADD MEMBER JANE WANJIRU, COLLECTOR PETER; whatever follows the verb is a name."""
    opening = sentence.opening
    if opening is None or sentence.has("?"):
        return None
    words = sentence.text[opening.end :].strip(_AROUND)
    deed = _deed(sentence, opening)
    if deed in _LONGEST:
        return GroupDeed(deed, words) if len(words.split()) <= _LONGEST[deed] else None
    if deed in _FORMS:
        return GroupDeed(deed, words) if _FORMS[deed].fullmatch(words) else None
    if deed is Deed.ELECT:
        return _election(sentence)
    if deed is Deed.VOTE and not words:
        return GroupDeed(deed)
    if not _is_name(words):
        return None
    if deed is not None:
        return GroupDeed(deed, words)
    office = _office(opening)
    return None if office is None else GroupDeed(Deed.APPOINT, words, office)


def _deed(sentence: Sentence, opening: Tag) -> Deed | None:
    told = next((deed for role, deed in _DEEDS.items() if opening.plays(role)), None)
    # Of anybody else REMOVE is about our own messages.
    is_plain = opening.text == "remove" and sentence.sender.keeps_book
    if told is None and is_plain and not sentence.names_something:
        return None if sentence.has("messages", "price", "alert") else Deed.REMOVE
    return told


def _election(sentence: Sentence) -> GroupDeed | None:
    """ELECT CHAIR: the office and nothing else."""
    offices = [_office(tag) for tag in sentence.tags if tag.plays(*_OFFICES)]
    is_all = sentence.is_bare("elect", *_OFFICES)
    return GroupDeed(Deed.ELECT, office=offices[0]) if is_all and len(offices) == 1 else None


def _office(opening: Tag) -> str | None:
    return next((office for office in _OFFICES if opening.plays(office)), None)


def _is_name(words: str) -> bool:
    """A member's number, or up to five words without a figure."""
    if _NUMBER.fullmatch(words):
        return True
    is_plain = not any(letter.isdigit() for letter in words)
    return is_plain and 1 <= len(words.split()) <= _LONGEST_NAME
