"""A member's own side: what they say they brought, and that a receipt of theirs is wrong."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from groups.book import dispute_of, last_told, lines_of, open_book, write_lines
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.members import Member, member_by_id, officers_of
from groups.models import Group
from handlers.asking import Choice, Question, ask, choose
from handlers.commands import Dispute, Item, OwnRecord, PriceReport
from handlers.conversation import Conversation
from handlers.first_word import addressing
from handlers.keywords.fitting import Part, clip, fit, quotable
from handlers.keywords.milk_record_receipts import called, milk_told
from handlers.keywords.milk_record_settling import (
    impossible,
    in_litres,
    litres_told,
    milking_words,
    on_day,
    which_milking,
)
from handlers.keywords.price_report import take_reports
from messaging.kinds import OutboundKind
from messaging.models import Subscriber
from messaging.outbox import enqueue
from messaging.phrases import say
from messaging.phrases.formats import day_month, money, typed
from prices.answers import NearestPrice, NoPrice, OwnPrice, Published
from prices.queries import answer_price

# "MILK 12" may tell litres or money. It is like what they brought last within these shares of it,
# and like the price within these of what is told there.
LIKE_MILK = Decimal("0.5"), Decimal("1.5")
LIKE_PRICE = Decimal("0.6"), Decimal("1.6")
MILK = "milk"


def record_own(conversation: Conversation, command: OwnRecord) -> str:
    """Write what a member says they brought beside what was received; or take it for a price."""
    last = last_told(conversation.session, conversation.subscriber.id, conversation.now)
    as_price = PriceReport((Item(MILK, price=command.delivery.quantity),))
    if last is None:
        return take_reports(conversation, as_price)
    if not (command.is_sure or _says_milk(command)):
        is_price = _is_like_a_price(conversation, command.delivery.quantity)
        is_milk = _is_between(command.delivery.quantity, last.litres, LIKE_MILK)
        if is_price and not is_milk:
            return take_reports(conversation, as_price)
        if is_price == is_milk:
            return ask(conversation, _milk_or_money(conversation, command, as_price))
    return _write_own(conversation, command, last)


def _says_milk(command: OwnRecord) -> bool:
    """12 L, a grade, a milking, a day: nobody says these of a price alone."""
    one = command.delivery
    return bool(one.unit or one.grade or one.milking or command.day)


def _is_like_a_price(conversation: Conversation, figure: Decimal) -> bool:
    """Whether a litre may cost that where they are, as far as it is known."""
    if conversation.home is None:
        return False
    answer = answer_price(
        conversation.session,
        conversation.vocabulary,
        commodity=MILK,
        place_id=conversation.home.id,
        price_type=None,
        now=conversation.now,
    )
    match answer:
        case OwnPrice() | NearestPrice():
            return _is_between(figure, answer.estimate.price, LIKE_PRICE)
        case Published():
            return _is_between(figure, answer.price, LIKE_PRICE)
        case NoPrice():
            return False
        case _:
            assert_never(answer)


def _is_between(figure: Decimal, of: Decimal | None, shares: tuple[Decimal, Decimal]) -> bool:
    least, most = shares
    return of is not None and least * of <= figure <= most * of


def _milk_or_money(
    conversation: Conversation, command: OwnRecord, as_price: PriceReport
) -> Question:
    language = conversation.language
    figure = litres_told(command.delivery.quantity, language)
    sign = conversation.vocabulary.country.currency_sign

    def compose(_: int) -> tuple[str, list[Choice]]:
        brought = say(language, "{litres} L you brought", litres=figure)
        price = say(language, "{price} a litre", price=money(figure, sign, language))
        return say(language, "What is {figure}?", figure=figure), [
            Choice(brought, replace(command, is_sure=True)),
            Choice(price, as_price),
        ]

    return choose(conversation, compose)


def _write_own(conversation: Conversation, command: OwnRecord, last: Line) -> str:
    session, language = conversation.session, conversation.language
    group = session.get_one(Group, last.group_id)
    day = on_day(conversation, group, command.day)
    if isinstance(day, Question):
        return ask(conversation, day)
    one = command.delivery
    litres = in_litres(one.quantity, one.unit)
    refused = impossible(conversation, called(conversation), litres)
    if refused is not None:
        return ask(conversation, refused)
    new = replace(
        _own_side(conversation, last, litres),
        day=day,
        milking=which_milking(conversation, group, one.milking),
        grade=one.grade,
    )
    ((line, _),) = write_lines(session, group, [new], conversation.now)
    told = say(
        language,
        "Written on your own side, {group}: {milk}, {day} {milking} (no. {number}).",
        group=group.code,
        milk=milk_told(conversation, line),
        day=day_month(line.day, language),
        milking=milking_words(line.milking, language),
        number=line.number,
    )
    return f"{told} {_beside(conversation, line)}"


def _beside(conversation: Conversation, own: Line) -> str:
    """What was received of the same milking, as the collector wrote it."""
    lines = lines_of(
        conversation.session,
        own.group_id,
        since=own.day,
        until=own.day + timedelta(days=1),
        kinds={EntryKind.DELIVERY},
        member_id=own.member_id,
    )
    same = [line.litres or Decimal(0) for line in lines if line.milking is own.milking]
    if not same:
        return say(conversation.language, "The collector has written nothing yet.")
    told = litres_told(sum(same, Decimal(0)), conversation.language)
    return say(conversation.language, "The collector wrote {litres} L.", litres=told)


def _own_side(conversation: Conversation, of: Line, litres: Decimal | None) -> NewLine:
    return NewLine(
        EntryKind.OWN,
        of.day,
        written_by=conversation.subscriber.id,
        source_key=f"{conversation.source_key}:0",
        raw_text=conversation.raw_text,
        milking=of.milking,
        member_id=of.member_id,
        litres=litres,
    )


def dispute(conversation: Conversation, command: Dispute) -> str:
    """Keep that a member says the last receipt is wrong, and tell every officer, not one."""
    session, language = conversation.session, conversation.language
    last = last_told(session, conversation.subscriber.id, conversation.now)
    if last is None:
        return say(language, "There is no receipt of yours. Nothing was written.")
    group = session.get_one(Group, last.group_id)
    litres = None if command.quantity is None else in_litres(command.quantity, command.unit)
    refused = None if not litres else impossible(conversation, called(conversation), litres)
    if refused is not None:
        return ask(conversation, refused)
    # Held from here on: two texts at once are one dispute.
    open_book(session, group, conversation.now)
    before = dispute_of(session, last)
    new = replace(_own_side(conversation, last, litres), of_line_id=last.id)
    if before is not None:
        new = replace(new, corrects_id=before.id)
    ((line, _),) = write_lines(session, group, [new], conversation.now)
    _tell_officers(conversation, group, last, line)
    if litres is None:
        return say(
            language,
            "Thank you. The officers of {group} are told that no. {number} is wrong. "
            "How many litres was it? Reply NO and the litres, as NO 10.",
            group=group.code,
            number=last.number,
        )
    return say(
        language,
        "Thank you. The officers of {group} are told that no. {number} was {litres} L.",
        group=group.code,
        number=last.number,
        litres=litres_told(litres, language),
    )


def _tell_officers(conversation: Conversation, group: Group, line: Line, own: Line) -> None:
    session = conversation.session
    member = member_by_id(session, group, line.member_id) if line.member_id else None
    for officer in officers_of(session, group):
        person = session.get(Subscriber, officer.subscriber_id) if officer.subscriber_id else None
        if member is None or person is None or person.id == conversation.subscriber.id:
            continue
        words = addressing(session, conversation.vocabulary, person, conversation.now)
        enqueue(
            session,
            recipient=person,
            text=_disputed(words, group, member, line, own),
            language=words.language,
            kind=OutboundKind.ALERT,
            dedupe_key=f"dispute:{own.id}:{person.id}",
            now=conversation.now,
        )


def _disputed(words: Conversation, group: Group, member: Member, line: Line, own: Line) -> str:
    """KIRIMA: Jane Wanjiku says no. 41 is wrong (12 L, 24 Nov morning). It was 10 L."""
    language = words.language
    day = f"{day_month(line.day, language)} {milking_words(line.milking, language)}".strip()

    def compose(longest: int) -> list[Part]:
        told = say(
            language,
            "{group}: {name} says no. {number} is wrong ({milk}, {day}).",
            group=group.code,
            name=clip(quotable(member.name), longest),
            number=line.number,
            milk=milk_told(words, line),
            day=day,
        )
        if own.litres is None:
            way = say(language, "To correct: CORRECT {number} and the litres", number=line.number)
            return [Part(told), Part(way)]
        litres = litres_told(own.litres, language)
        said = say(language, "They say {litres} L.", litres=litres)
        way = say(
            language,
            "To correct: CORRECT {number} {litres}",
            number=line.number,
            litres=typed(own.litres),
        )
        return [Part(told), Part(said), Part(way)]

    return fit(compose)
