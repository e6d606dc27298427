"""Phone numbers: one written form (E.164) for all, and one in which they may be shown."""

import re

import phonenumbers

ERASED = "erased"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
# A number as people write it among other words: +254 711 000 001, 0711-000-001, 254711000001. With
# spaces only behind a + or a 0: "40 45 50 55 60" are prices.
_AMONG_WORDS = re.compile(
    r"(?<![\w.])(?:\+\d(?:[ -]?\d){6,14}|0(?:[ -]?\d){8,12}|\d{9,15})(?!\w)", re.ASCII
)


class MsisdnError(ValueError):
    """What was written is no phone number; the message says so in one line."""


def normalise(text: str, region: str) -> str:
    """The number in E.164, read as somebody in `region` (ISO 3166-1) would dial it.

    Raises MsisdnError where no phone can have that number.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise MsisdnError(f"{text!r} is no phone number") from None
    # `is_possible_number` would let a number pass that is one digit short.
    if not phonenumbers.is_valid_number(number):
        raise MsisdnError(f"{text!r} is no phone number in {region}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_phone_number(sender: str) -> bool:
    """Tell a phone in E.164 from a label such as "MTN" or a short code, which nobody can answer.

    Only the form counts: a new range of numbers texts us before any table of ranges knows it.
    """
    return _E164.fullmatch(sender) is not None


def read_sender(written: str) -> str:
    """The sender as a gateway wrote it: in E.164 where that is meant, else the bare label.

    A `+` that was not percent-encoded arrives as a space, and some networks leave it out.
    """
    bare = written.strip()
    if bare.isascii() and bare.isdigit() and len(bare) >= 10:
        try:
            return normalise(f"+{bare}", "ZZ")
        except MsisdnError:
            return bare
    return bare


def region_of(msisdn: str) -> str | None:
    """The country (ISO 3166-1) a number belongs to, None where the number does not tell."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(msisdn))
    except phonenumbers.NumberParseException:
        return None


def erased(subscriber_id: int) -> str:
    """What stands where the number of somebody stood who was erased."""
    return f"{ERASED} {subscriber_id}"


def is_erased(msisdn: str) -> bool:
    """Whether nobody has this number any more."""
    return msisdn.startswith(ERASED)


def mask(msisdn: str) -> str:
    """The number as it may be shown and logged: +254711***001."""
    if is_erased(msisdn):
        return ERASED
    return f"{msisdn[:-6]}***{msisdn[-3:]}"


def mask_numbers(text: str) -> str:
    """A text as it may be shown and logged: every phone number in it is masked."""
    return _AMONG_WORDS.sub(lambda found: mask(re.sub("[ -]", "", found[0])), text)


def blank_numbers(text: str) -> str:
    """A text with three noughts in every phone number: it may be shown, and reads as it did."""
    return _AMONG_WORDS.sub(lambda found: _blanked(found[0]), text)


def _blanked(number: str) -> str:
    hidden = [at for at, sign in enumerate(number) if sign.isdecimal()][-6:-3]
    return "".join("0" if at in hidden else sign for at, sign in enumerate(number))
