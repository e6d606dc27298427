"""Who I am, which language I read, which group I am of; and how to ask for help."""

import re

from handlers.commands import (
    Confirm,
    Help,
    Item,
    JoinGroup,
    Register,
    SetHome,
    SetLanguage,
    Start,
)
from handlers.parser.items import read_items, read_whole
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag

_CHOICES = range(10)
_CODE_LENGTHS = (2, 3)
# Words of a group's name: "join mwangaza dairy self help group".
LONGEST_CODE = 4
# A verb, a name and what it is padded with; more of them tell a story.
LONGEST_FOUNDING = 10
_MEMBER_NUMBER = re.compile(r"(?P<member>#\s?\d{1,5})[\s.,;]*$")
_AROUND = " \n:,;.*-"
_PHONE = re.compile(r"\+?\d(?:[ -]?\d){7,14}")


def read_start(sentence: Sentence) -> Start | None:
    """START alone; with a commodity it is a subscription."""
    return Start() if sentence.opens_with("start") and sentence.is_bare("start") else None


def read_help(sentence: Sentence) -> Help | None:
    """HELP, MSAADA, a lone question mark; not "help, what is the price of milk"."""
    if sentence.tags and all(tag.text == "?" for tag in sentence.tags):
        return Help()
    if sentence.names_something:
        return None
    if sentence.has("service") and (sentence.is_question or sentence.has("price")):
        return Help()  # what does this cost me?
    # "How do I treat mastitis" begins like a call for help with us, and is none.
    called = sentence.opens_with("help") and not sentence.opens_with("question")
    alone = sentence.has("help", "service") and sentence.is_bare("help", "service", "question")
    return Help() if called or alone else None


def read_language(sentence: Sentence) -> SetLanguage | None:
    """LANG SW, KISWAHILI, LUGHA; the word must not be part of a longer story."""
    if not (sentence.is_bare("language", "language_name") or sentence.opens_with("language")):
        return None
    named = [tag for tag in sentence.tags if tag.plays("language_name")]
    if named:
        return SetLanguage(named[0].roles["language_name"][0])
    if not sentence.opens_with("language"):
        return None
    others = [tag for tag in sentence.tags if not (tag.mark or tag.plays("language"))]
    codes = [tag.text for tag in others if len(tag.text) in _CODE_LENGTHS]  # "en" is a word too
    return SetLanguage(codes[0] if codes else None)


def read_join(sentence: Sentence) -> JoinGroup | Register | None:
    """JOIN KIRIMA, GROUP 1203 JOIN, LEAVE GROUP KIRIMA; JOIN alone asks to be registered."""
    is_leaving = sentence.has("leave") and sentence.has("group")
    is_founding = sentence.has("group_verb") and sentence.has("group")
    if not (is_leaving or is_founding or sentence.has("join") or sentence.opens_with("group")):
        return None
    if sentence.is_question or sentence.is_other_talk or _counts_in_words(sentence):
        return None
    if sentence.has("stop_all") and not is_leaving:
        return None  # "Stop wasting money. Join us now"
    if (not sentence.names_a_group and "commodity" in sentence.signs) or len(
        sentence.loose
    ) > LONGEST_CODE:
        return None
    code = _group_named(sentence)
    if sentence.has("found"):
        return JoinGroup(code or None, is_founding=True)
    if code or is_leaving:
        return JoinGroup(code.upper() or None, is_leaving)
    return JoinGroup(None) if sentence.has("group") else Register()


def read_founding(sentence: Sentence) -> JoinGroup | None:
    """CREATE GROUP KIRIMA DAIRY, INVITE 0711…: whatever follows the verb is a name or a phone."""
    if not sentence.opens_with("found", "invite") or sentence.has("?"):
        return None
    if len(sentence.tags) > LONGEST_FOUNDING:
        return None
    if sentence.opens_with("found"):
        return JoinGroup(_group_named(sentence) or None, is_founding=True)
    phone = _phone(sentence)
    until, place_of = _place_in_group(sentence)
    code = _group_named(sentence, until).replace(phone, "").strip().upper()
    return JoinGroup(code or None, invited=phone, place_of=place_of)


def _group_named(sentence: Sentence, until: int | None = None) -> str:
    """What is left of the words about joining, as far as a letter of the text."""
    tags = (tag for tag in sentence.tags if until is None or tag.start < until)
    return sentence.said(tag for tag in tags if not _is_about_joining(tag))


def read_confirm(sentence: Sentence) -> Confirm | None:
    """YES, NO or a lone number where we asked; without a question they answer nothing."""
    if not sentence.sender.awaits_answer:
        return None
    if sentence.is_bare("yes"):
        return Confirm(1, is_word=True)
    if sentence.is_bare("no"):
        return Confirm(0, is_word=True)
    words = [tag for tag in sentence.tags if not (tag.mark or tag.is_padding)]
    if len(words) != 1:
        return None
    number = words[0].number
    is_choice = number is not None and number in _CHOICES
    return Confirm(int(number)) if number is not None and is_choice else None


def read_home(sentence: Sentence) -> SetHome | None:
    """HOME NYERI, NYUMBANI NYERI: the keyword and a place."""
    opening = sentence.opening
    if opening is None or not opening.plays("home") or " " in opening.text:
        return None
    return SetHome(read_whole(sentence))


def read_register(sentence: Sentence) -> Register | None:
    """REG*Peter Mwangi*Nyeri, NAME Jane, "change my market to Nyeri", "naitwa Hassan"."""
    if sentence.opens_with("home"):
        return Register(item=read_whole(sentence))
    if not (sentence.has("register") or sentence.opens_with("name")):
        return None
    if sentence.has("price") and sentence.names_something:
        return None  # "register me for milk prices" is a subscription
    said = read_whole(sentence)
    home = _home(sentence)
    item = Item(commodity=said.commodity, place_id=home.place_id, places=home.places)
    return Register(name=_name(sentence), item=item, language=_language(sentence))


def _home(sentence: Sentence) -> Item:
    """Where the place is: people name themselves first, and Quispe is a village too."""
    placed = [item for item in read_items(sentence) if item.place_id or item.places]
    return placed[-1] if placed else Item()


def _counts_in_words(sentence: Sentence) -> bool:
    """True for "mia tano": a group's number is written in figures."""
    return any(tag.sense.in_words for tag in sentence.tags)


def _phone(sentence: Sentence) -> str:
    """A phone's number as it was typed: "0711 000 001", "+254-711-000001"."""
    found = _PHONE.search(sentence.text)
    return found[0] if found else ""


def _place_in_group(sentence: Sentence) -> tuple[int | None, str | None]:
    """Into whose place somebody is invited, behind the phone: FOR JANE, FOR #7, #7.

    And where in the text that begins.
    """
    phone = _PHONE.search(sentence.text)
    behind = len(sentence.text) if phone is None else phone.end()
    for tag in sentence.tags:
        if tag.plays("for") and tag.start >= behind:
            return tag.start, sentence.text[tag.end :].strip(_AROUND) or None
    number = _MEMBER_NUMBER.search(sentence.text, behind)
    return (None, None) if number is None else (number.start(), number["member"])


def _is_about_joining(tag: Tag) -> bool:
    about = (
        tag.plays("join", "group", "group_verb", "leave", "found", "invite")
        or tag.is_padding
        or tag.aside
    )
    return about or tag.text in {"-", ".", ",", ":", "*"}


def _name(sentence: Sentence) -> str | None:
    """The words behind the verb that belong to no place, up to the end of their field."""
    name: list[Tag] = []
    for tag in _from_the_name_on(sentence):
        is_letter = not (tag.mark or tag.aside or tag.number is not None)
        if is_letter and not tag.is_known:
            name.append(tag)
        elif name:
            break
    return sentence.said(name) or None


def _from_the_name_on(sentence: Sentence) -> tuple[Tag, ...]:
    for at, tag in enumerate(sentence.tags):
        if tag.plays("name"):
            return sentence.tags[at + 1 :]
    return sentence.tags


def _language(sentence: Sentence) -> str | None:
    named = [tag for tag in sentence.tags if tag.plays("language_name")]
    return named[0].roles["language_name"][0] if named else None
