"""STOP comes before every other reading: who wants to be left alone is left alone at once."""

from dataclasses import replace
from itertools import pairwise

from handlers.commands import Coming, Item, Stop, Unsubscribe
from handlers.parser.items import read_items, read_whole
from handlers.parser.sentence import Sentence

LONGEST_COMPLAINT = 12
_ABOUT_STOPPING = (
    "stop", "stop_all", "unsubscribe", "no_more", "remove", "messages", "send", "price",
    "subscribe", "alert", "question", "help", "repeat", "yes", "no", "to",
)  # fmt: skip


def read_stop(sentence: Sentence) -> Stop | None:
    """STOP in any language, alone or with words around it that name nothing else."""
    if sentence.names_something or _forbids_to_stop(sentence):
        return None
    first = next((tag for tag in sentence.tags if not tag.mark), None)
    if first is not None and first.plays("stop_all"):
        return Stop()
    if sentence.has("stop_all") and _is_all_about_it(sentence):
        return Stop()
    if not sentence.opens_with("stop", "unsubscribe", "no_more", "remove"):
        return Stop() if _plainly_asks(sentence) else None
    if sentence.opens_with("stop", "unsubscribe") and _is_whole_body(sentence):
        return Stop()
    return Stop() if sentence.has("messages", "send", "price") else None


def read_unsubscribe(sentence: Sentence) -> Unsubscribe | None:
    """STOP MILK, "sitaki bei ya nyanya tena": one thing less, the rest goes on."""
    asks = sentence.opens_with("unsubscribe") or (
        sentence.has("unsubscribe", "stop", "no_more", "remove")
        and sentence.has("price", "messages", "alert", "subscribe")
        and not sentence.is_question
    )
    if not (asks or _ends_unsubscribing(sentence)):
        return None
    if not sentence.names_something:
        return _every_alert(sentence)
    if _is_advert(sentence) or _forbids_to_stop(sentence):
        return None
    items = read_items(sentence) or (read_whole(sentence),)
    # "Toa maziwa nakuru 45" gives a price: toa is to take away and to bring forth.
    if sentence.opens_with("report") and any(item.price is not None for item in items):
        return None
    only = Coming.ALERTS if sentence.has("alert") else None
    return Unsubscribe(tuple(dict.fromkeys(replace(item, price=None) for item in items)), only)


def _every_alert(sentence: Sentence) -> Unsubscribe | None:
    """ACHA ARIFA; what may mean every message, as STOP ALERTS may, is read so before this."""
    asks = _is_all_about_it(sentence) and sentence.has("alert")
    is_stop = read_stop(sentence) is not None
    return Unsubscribe((Item(),), Coming.ALERTS) if asks and not is_stop else None


def _ends_unsubscribing(sentence: Sentence) -> bool:
    """True for "alu bondho korun": the verb comes last, and nothing is told or asked."""
    words = [tag for tag in sentence.tags if not (tag.mark or tag.is_padding)]
    ends = bool(words) and words[-1].plays("unsubscribe")
    return ends and not sentence.numbers and not sentence.is_question


def _plainly_asks(sentence: Sentence) -> bool:
    """True for a short complaint about messages: "nimechoka na hizi sms wacheni".

    Advertising tells how to stop it too: it names a number, money or a bank, and goes on longer.
    """
    if len(sentence.tags) > LONGEST_COMPLAINT or sentence.numbers:
        return False
    return _ends_with_it(sentence) or (_refuses(sentence) and not _is_advert(sentence))


def _is_advert(sentence: Sentence) -> bool:
    """True for an offer, money, a link or a code: what people who sell something write."""
    return sentence.has("other", "currency", "offer") or any(tag.aside for tag in sentence.tags)


def _forbids_to_stop(sentence: Sentence) -> bool:
    """True for "please don't stop"."""
    words = [tag for tag in sentence.tags if not tag.mark]
    return any(
        one.plays("dont") and other.plays("stop", "stop_all") for one, other in pairwise(words)
    )


def _refuses(sentence: Sentence) -> bool:
    """True for "no more texts", "delete my number": the refusal and what is refused, together."""
    words = [tag for tag in sentence.tags if not (tag.mark or tag.is_padding)]
    return any(
        one.plays("stop", "stop_all", "no_more", "remove", "leave")
        and other.plays("messages", "send")
        for one, other in (*pairwise(words), *pairwise(reversed(words)))
    )


def _ends_with_it(sentence: Sentence) -> bool:
    """True for "wrong number. I am no farmer, stop": set off from what goes before."""
    words = [tag for tag in sentence.tags if tag.text not in {".", "*"} or not tag.mark]
    return len(words) > 1 and words[-1].plays("stop_all") and words[-2].mark


def _is_all_about_it(sentence: Sentence) -> bool:
    """True where every word is about messages and their end: "how do I stop these"."""
    return all(tag.plays(*_ABOUT_STOPPING) or tag.mark or tag.is_padding for tag in sentence.tags)


def _is_whole_body(sentence: Sentence) -> bool:
    return all(
        tag.plays("stop", "stop_all", "unsubscribe") or tag.mark or tag.is_padding
        for tag in sentence.tags
    )
