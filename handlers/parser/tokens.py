"""Stage two: cut a clean text into words, numbers and marks."""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from prices.vocabulary import fold


class Shape(Enum):
    """What a piece of text looks like, before anyone knows what it means."""

    WORD = "word"
    NUMBER = "number"
    MARK = "mark"
    # A date, a clock time, a phone number, a code: a number that can never be a price.
    ASIDE = "aside"


class Token(NamedTuple):
    """A piece of the clean text, from `start` to `end`; words are folded."""

    shape: Shape
    text: str
    start: int
    end: int
    number: Decimal | None = None


_PATTERN = re.compile(
    r"""
    (?P<gap> [ ]+ )                                            # passed over in one step
    | (?P<usual> [^\W\d_]+(?=[\s,?!]|\Z) )       # nearly every word, found at once
    | (?P<count> (?<![\w.,/:+-])[1-9]\d{0,5}(?=[\s?!]|\Z)(?!\s?%) )
    | (?P<aside> https?://\S+ | www\.\S+                        # addresses
        | (?<![\w.+-])[\w.+-]{1,64}@[A-Za-z][\w-]{0,63}\.[A-Za-z]{2,}
        | \*[\d*]{2,40}\#                                      # *544#
        | \d{1,4}[/.:-]\d{1,2}[/.:-]\d{2,4} | \d{1,2}:\d{2}    # 12/11/2026, 6:40
        | \d+(?:\.\d+)?\s?%
        | \+?\d{9,} | 0\d{3}[ -]\d{3}[ -]\d{3} | 0\d{6,}       # phone numbers
        | (?<![\d(])[1-9]\)(?=\s) | (?:(?<=\n)|(?<!.))[1-9]\.(?=\s)   # 1) and 1. of a list
        | \b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{10}\b             # receipts of mobile money
        | [1-9]\d{0,2}(?:,\d{3}){3,} )
    | (?P<number>
        (?P<minus> (?<!\d\s)(?:(?<=[\s@=(])|(?<!.))-(?=\d) )?
        (?: (?P<half>1/[248])(?![\d/])
          | (?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)? | [1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?
            | \d{1,2}(?:,\d{2})+,\d{3})(?![\d])           # 1,250.50, 1.250,50 and 1,20,000
          | (?P<comma>\d+,\d{1,2})(?![\d,])
          | (?P<plain>\d+(?:\.\d+)?) )
        (?P<scale>[kKmM](?![^\W_]))? )
    | (?P<sign> (?<!\w)[Ss]/\.?(?=\s?\d) | GH[¢₵] | [$€£¢₵৳₦₹] )       # money before its figure
    | (?P<word> (?:[^\W\d_]|[\u0300-\u036f\u0980-\u09e3])+
        (?:'(?:[^\W\d_]|[\u0300-\u036f\u0980-\u09e3])+)* )
    | (?P<mark> /\s?[=-] | [?,;\n*@/=.:&+-] )
    """,
    re.VERBOSE | re.DOTALL,
)


_SCALES = {"k": 1_000, "m": 1_000_000}


def split(text: str) -> tuple[Token, ...]:
    """Cut a clean text into tokens; whatever is none of them (emoji, quotes) is passed over."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for match in _PATTERN.finditer(text):
        start, end = match.span()
        match match.lastgroup:
            case "count":
                yield Token(Shape.NUMBER, match[0], start, end, Decimal(match[0]))
            case "number":
                yield _number(match)
            case "gap":
                continue
            case "usual" | "word":
                yield Token(Shape.WORD, fold(match[0]), start, end)
            case "mark" | "sign":
                yield Token(Shape.MARK, match[0].replace(" ", ""), start, end)
            case _:
                yield Token(Shape.ASIDE, match[0], start, end)


def _number(match: re.Match[str]) -> Token:
    value = _value(match)
    if scale := match["scale"]:
        value *= _SCALES[scale.lower()]
    if match["minus"]:
        value = -value
    return Token(Shape.NUMBER, match[0], *match.span(), value)


def _value(match: re.Match[str]) -> Decimal:
    if half := match["half"]:
        return Decimal(1) / Decimal(half[2:])
    if grouped := match["grouped"]:
        return Decimal(_ungroup(grouped))
    return Decimal((match["comma"] or match["plain"]).replace(",", "."))


def _ungroup(written: str) -> str:
    """1,250.50 → 1250.50, 1.800 → 1800 and 1.250,50 → 1250.50: no price has three decimals."""
    if written.rfind(",") > written.rfind(".") >= 0:
        return written.replace(".", "").replace(",", ".")
    return written.replace(",", "") if "," in written else written.replace(".", "")
