"""The group's milk book by text, and what we keep of a person: deliveries, losses, statements."""

from dataclasses import replace

from groups.book_kinds import Reason
from handlers.commands import (
    Balance,
    Delivery,
    Item,
    LossRecord,
    MilkRecord,
    Statement,
)
from handlers.parser.items import read_whole
from handlers.parser.sentence import Sentence
from handlers.parser.tag import Tag

_MILK, _LITRE = "milk", "litre"
_REASONS = {
    "sour": Reason.SOUR,
    "spilt": Reason.SPILT,
    "rejected": Reason.OTHER,
}
_MONEY = ("@", "/=", "/-", "at")
_LONGEST_GRADE = 1  # "A", "b"


def read_statement(sentence: Sentence) -> Statement | None:
    """STATEMENT, TAARIFA: alone, because banks send statements too."""
    return Statement() if sentence.is_bare("statement") else None


def read_balance(sentence: Sentence) -> Balance | None:
    """BALANCE, SALIO: alone, because carriers write of balances all day."""
    return Balance() if sentence.is_bare("balance") else None


def read_loss(sentence: Sentence) -> LossRecord | None:
    """LOSS 5 SOUR, SPILL 3: the verb first, one number, and no story around it."""
    if not sentence.opens_with("loss", "spilt") or sentence.numbers != 1 or sentence.loose:
        return None
    item = read_whole(sentence)
    if (item.price is None and item.quantity is None) or not _is_poured(item, sentence):
        return None
    if item.quantity is None:
        item = replace(item, quantity=item.price, price=None)
    reasons = [why for role, why in _REASONS.items() if sentence.has(role)]
    return LossRecord(item, reasons[0] if reasons else None)


def _is_poured(item: Item, sentence: Sentence) -> bool:
    """True for milk, said or left out; a lost cow is no entry of the book."""
    commodity = sentence.vocabulary.commodities.get(item.commodity or _MILK)
    return commodity is not None and commodity.base_unit == _LITRE


def read_milk_record(sentence: Sentence) -> MilkRecord | None:
    """RECORD JANE 12 A: whoever says so means the book; officers are read before, more closely."""
    if not sentence.opens_with("record"):
        return None
    if sentence.is_question or sentence.is_other_talk or sentence.has("currency", *_MONEY):
        return None
    deliveries = _deliveries(sentence)
    return MilkRecord(deliveries) if deliveries else None


def _deliveries(sentence: Sentence) -> tuple[Delivery, ...]:
    """Each name with the number behind it; none at all where a number has no name."""
    deliveries: list[Delivery] = []
    name: list[Tag] = []
    for at, tag in enumerate(sentence.tags):
        if tag.number is not None:
            if not name or tag.number <= 0:
                return ()
            after = sentence.tags[at + 1 : at + 3]
            deliveries.append(
                Delivery(sentence.said(name), tag.number, _unit(after), _grade(after))
            )
            name = []
        elif not tag.is_known and not _is_grade(tag):
            name.append(tag)
    return () if name else tuple(deliveries)


def _unit(after: tuple[Tag, ...]) -> str | None:
    return after[0].units[0] if after and after[0].units else None


def _grade(after: tuple[Tag, ...]) -> str | None:
    letters = [tag.text.upper() for tag in after if _is_grade(tag)]
    return letters[0] if letters else None


def _is_grade(tag: Tag) -> bool:
    return len(tag.text) == _LONGEST_GRADE and tag.text.isalpha()
