"""The bargaining card of a group for the table: one page, with room for what is agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from groups.bargaining import BuyerRecord, Card, arguments, net_of
from handlers.keywords.bargain_words import (
    aim_sentence,
    argument_words,
    elsewhere_sentence,
    money_after,
    percent_words,
    quality_sentence,
    supply_sentence,
    target_sentence,
    told_sentence,
    unknown_sentence,
    usual_sentence,
    whole_litres,
)
from handlers.keywords.fitting import clip
from handlers.keywords.plain_words import buyer_words
from messaging.phrases import say, say_many
from messaging.phrases.formats import amount, dated, price
from prices.nearby import Offer
from prices.vocabulary import Vocabulary

# So long a name stands in a table of seven columns; so many buyers leave room for the signatures.
NAME_LENGTH = 32
MOST_BUYERS = 6
LATELY_DAYS = 30
# A4 upright; black on white, for any printer. It is read at arm's length, over a table.
_STYLE = """
@page { size: A4; margin: 14mm }
body { font: 11pt/1.3 sans-serif; color: #000; background: #fff; margin: 0 }
h1 { font-size: 18pt; margin: 0 } h2 { font-size: 11pt; margin: 4mm 0 1mm } p { margin: 1mm 0 }
.lead { font-size: 14pt; font-weight: bold; border: 0.6mm solid #000; padding: 3mm; margin: 4mm 0 }
ol { margin: 1mm 0; padding-left: 7mm; font-size: 12pt }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 }
th, td { border: 0.3mm solid #000; padding: 1mm 2mm; text-align: right; vertical-align: top }
th { font-weight: normal; font-size: 9pt } th.name, td.name { text-align: left }
.blank td { height: 9mm } .blank th { text-align: left }
tr { break-inside: avoid } section { break-inside: avoid }
small { font-size: 9pt }
"""


@dataclass(frozen=True)
class Reader:
    """For whom a sheet is written: nobody in particular, in the language of the group."""

    language: str
    vocabulary: Vocabulary
    now: datetime


def bargaining_html(reader: Reader, card: Card, *, group: str) -> str:
    """The whole page. Names are what people typed: nothing of them is taken for HTML."""
    language = reader.language
    title = f"{say(language, 'Bargaining card')} – {group}"
    with_whom = "" if card.buyer is None else say(language, "With {buyer}", buyer=card.buyer)
    day = dated(card.today, card.today, language)
    worked_out = say(language, "Worked out on {day}.", day=f"{day} {card.today.year}")
    note = say(
        language,
        "From what people told, and from the group's milk book. Nobody promises these prices.",
    )
    demo = say(language, "DEMO") if card.is_demo else ""
    lead = " ".join(filter(None, (told_sentence(reader, card), aim_sentence(reader, card))))
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{escape(language)}">',
            f'<head><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head>\n<body>",
            f"<h1>{escape(' '.join(filter(None, (demo, title))))}</h1>",
            f"<p><b>{escape(with_whom)}</b></p><p>{escape(worked_out)}</p>",
            f'<p class="lead">{escape(lead)}</p>',
            _arguments(reader, card),
            _buyers(reader, card),
            _here(reader, card.here),
            f"<p>{escape(_milk(reader, card))}</p>",
            _agreed(language),
            f"<p><small>{escape(note)}</small></p>",
            "</body></html>\n",
        ]
    )


def bargaining_lines(reader: Reader, card: Card, *, group: str) -> list[str]:
    """The same for a terminal, a sentence a line."""
    language = reader.language
    with_whom = "" if card.buyer is None else say(language, "With {buyer}", buyer=card.buyer)
    head = " ".join(filter(None, (say(language, "DEMO") if card.is_demo else "", group)))
    buyers = [one for one in (card.target, *card.others) if one is not None]
    lines = [
        ", ".join(filter(None, (head, with_whom))),
        told_sentence(reader, card),
        "" if card.target is not None else target_sentence(reader, card, NAME_LENGTH),
        *(
            ": ".join((one.name, ", ".join(filter(None, _cells(reader, card, one)))))
            for one in buyers
        ),
        elsewhere_sentence(reader, card, NAME_LENGTH),
        _milk(reader, card),
        *(f"- {argument_words(reader, card, one, NAME_LENGTH)}" for one in arguments(card)),
        aim_sentence(reader, card),
        unknown_sentence(reader, card),
    ]
    return [line for line in lines if line]


def _arguments(reader: Reader, card: Card) -> str:
    found = [argument_words(reader, card, one, NAME_LENGTH) for one in arguments(card)]
    elsewhere = elsewhere_sentence(reader, card, NAME_LENGTH)
    more = [usual_sentence(reader, card), elsewhere, unknown_sentence(reader, card)]
    listed = "".join(f"<li>{escape(one)}</li>" for one in found)
    lines = "".join(f"<p>{escape(one)}</p>" for one in more if one)
    listed = f"<ol>{listed}</ol>" if listed else ""
    if not listed and not lines:
        return ""
    head = escape(say(reader.language, "What to say"))
    return f"<section><h2>{head}</h2>{listed}{lines}</section>"


def _buyers(reader: Reader, card: Card) -> str:
    """The buyer the talk is with, then the others."""
    language = reader.language
    records = [one for one in (card.target, *card.others) if one is not None][:MOST_BUYERS]
    if not records:
        return _section(say(language, "Our buyers"), [target_sentence(reader, card, NAME_LENGTH)])
    head = [
        say(language, "Buyer"),
        say(language, "Paid a litre"),
        say(language, "Litres in {n} days", n=LATELY_DAYS),
        say(language, "Money after"),
        say(language, "Refused"),
        say(language, "Owed"),
        say(language, "Last sale"),
    ]
    rows = [
        _row([_name(one.name), *_figures(reader, card, one)], is_bold=one is card.target)
        for one in records
    ]
    note = "" if card.target is not None else target_sentence(reader, card, NAME_LENGTH)
    below = f"<p>{escape(note)}</p>" if note else ""
    title = escape(say(language, "Our buyers"))
    return f"<section><h2>{title}</h2>{_table(head, rows)}{below}</section>"


def _name(name: str) -> str:
    """A buyer as the book spells them, in whatever script: paper takes all of them."""
    return clip(name, NAME_LENGTH)


def _figures(reader: Reader, card: Card, buyer: BuyerRecord) -> list[str]:
    language = reader.language
    return [
        price(buyer.price, language),
        whole_litres(buyer.litres, language) if buyer.is_lately else "",
        money_after(reader, card, buyer),
        f"{percent_words(buyer.refused, language)}%" if buyer.is_lately else "",
        amount(buyer.owed, language) if buyer.owed else "",
        dated(buyer.last_on, card.today, language),
    ]


def _cells(reader: Reader, card: Card, buyer: BuyerRecord) -> list[str]:
    """What is told of a buyer in one line."""
    language = reader.language
    refused = percent_words(buyer.refused, language)
    owed = amount(buyer.owed, language)
    return [
        price(buyer.price, language),
        f"{whole_litres(buyer.litres, language)} L" if buyer.is_lately else "",
        money_after(reader, card, buyer),
        say(language, "{percent}% refused", percent=refused) if buyer.is_lately else "",
        f"{say(language, 'Owed')} {owed}" if buyer.owed else "",
        say(language, "last on {day}", day=dated(buyer.last_on, card.today, language)),
    ]


def _here(reader: Reader, here: Sequence[Offer]) -> str:
    """What kinds of buyers pay at the group's own place, as people tell it."""
    told = [one for one in here if one.buyer is not None]
    if not told:
        return ""
    language = reader.language
    rows = []
    for one in told:
        if one.buyer is not None:
            name = _name(one.terms.name or buyer_words(language, one.buyer))
            reports = say_many(language, "{n} report", "{n} reports", one.estimate.reports)
            days = one.terms.days_to_pay
            after = "" if days is None else say_many(language, "{n} day", "{n} days", days)
            rows.append(_row([name, price(net_of(one), language), after, reports]))
    head = [
        say(language, "Buyer"),
        say(language, "Price a litre"),
        say(language, "Money after"),
        "",
    ]
    title = escape(say(language, "Buyers here, as people tell"))
    return f"<section><h2>{title}</h2>{_table(head, rows)}</section>"


def _milk(reader: Reader, card: Card) -> str:
    """How much there is, and how good it is."""
    return " ".join(filter(None, (supply_sentence(reader, card), quality_sentence(reader, card))))


def _agreed(language: str) -> str:
    """What is agreed is written by hand, and signed by both."""
    head = [
        say(language, "Price a litre"),
        say(language, "Litres a day"),
        say(language, "Days to pay"),
        say(language, "From which day"),
    ]
    signed = [say(language, "For the buyer"), say(language, "For the group")]
    title = escape(say(language, "Agreed today"))
    return (
        f'<section class="blank"><h2>{title}</h2>{_table(head, [_row([""] * len(head))])}'
        f"{_table(signed, [_row([''] * len(signed))])}</section>"
    )


def _section(title: str, sentences: Sequence[str]) -> str:
    told = "".join(f"<p>{escape(one)}</p>" for one in sentences if one)
    return f"<section><h2>{escape(title)}</h2>{told}</section>" if told else ""


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    heads = "".join(
        f'<th class="{"name" if at == 0 else "sum"}">{escape(one)}</th>'
        for at, one in enumerate(head)
    )
    return f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{chr(10).join(rows)}</tbody></table>"


def _row(cells: Sequence[str], *, is_bold: bool = False) -> str:
    told = [f"<b>{escape(one)}</b>" if is_bold else escape(one) for one in cells]
    return "<tr>{}</tr>".format(
        "".join(
            f'<td class="{"name" if at == 0 else "sum"}">{one}</td>' for at, one in enumerate(told)
        )
    )
