"""What the page asked for, checked: every refusal is one sentence that the page shows."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from app.phone.people import newcomers_number
from messaging.msisdn import MsisdnError, normalise

# Ten parts joined into one text: more than any phone of this kind can write.
LONGEST_TEXT = 1530
# What a network passes on of one reply to a menu (Safaricom 80, Airtel 90).
LONGEST_INPUT = 80
MOST_INPUTS = 60
SESSION_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class AskError(Exception):
    """The page asked for something that cannot be; the message says it to the person."""


def msisdn(asked: Mapping[str, Any], country: str) -> str:
    """The phone that is being used, in E.164."""
    written = _string(asked, "msisdn").strip()
    if not written:
        raise AskError("Enter a phone number first.")
    try:
        return normalise(written, country)
    except MsisdnError:
        example = newcomers_number(country)
        raise AskError(f"That is no phone number: write it like {example}.") from None


def text(asked: Mapping[str, Any]) -> str:
    """The words of a text."""
    words = _string(asked, "text")
    if not words.strip():
        raise AskError("Write a text first.")
    if len(words) > LONGEST_TEXT:
        raise AskError(f"That text is too long: at most {LONGEST_TEXT:,} characters.")
    return _typeable(words)


def code(asked: Mapping[str, Any]) -> str:
    """The code that was dialled."""
    dialled = _string(asked, "code").strip()
    if not dialled or len(dialled) > LONGEST_INPUT:
        raise AskError("Dial a code first.")
    return _typeable(dialled)


def session_id(asked: Mapping[str, Any]) -> str:
    """The name of a USSD session, made up by the page when it dialled."""
    name = _string(asked, "session")
    if not SESSION_ID.fullmatch(name):
        raise AskError("This call has no valid session: hang up and dial again.")
    return name


def inputs(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The replies to the menus so far, oldest first."""
    keyed = asked.get("inputs", [])
    if not isinstance(keyed, list) or not all(isinstance(each, str) for each in keyed):
        raise AskError("The replies of this call are damaged: hang up and dial again.")
    if len(keyed) > MOST_INPUTS:
        raise AskError("This call has gone on too long: hang up and dial again.")
    if any(len(each) > LONGEST_INPUT for each in keyed):
        raise AskError(f"That reply is too long: at most {LONGEST_INPUT} characters.")
    return tuple(map(_typeable, keyed))


def _string(asked: Mapping[str, Any], field: str) -> str:
    value = asked.get(field, "")
    return value if isinstance(value, str) else ""


def _typeable(words: str) -> str:
    """Refuse what no keypad writes and no database takes: NUL, half of a character pair."""
    for letter in words:
        if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t":
            raise AskError("That holds a character that no phone can write.")
    return words
