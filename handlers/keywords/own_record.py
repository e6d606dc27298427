"""A member's own side: what they say they brought, and that a receipt of theirs is wrong."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from groups.book import (
    DISPUTED_WITHIN,
    TOLD,
    dispute_of,
    last_told,
    line_by_number,
    line_in_its_place,
    lines_of,
    open_book,
    write_lines,
)
from groups.book_kinds import EntryKind
from groups.book_lines import Line, NewLine
from groups.groups import groups_of
from groups.members import Member, member_by_id, member_of, officers_of
from groups.models import Group
from handlers.asking import Choice, Question, ask, choose, drop_it
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
    # Held from here on: what they wrote before cannot change in between.
    open_book(session, group, conversation.now)
    before = _own_before(conversation, group, new)
    if before and command.instead_of in {line.number for line in before}:
        meant = next(line for line in before if line.number == command.instead_of)
        new = replace(new, corrects_id=meant.id)
    elif before and not command.is_more:
        return ask(conversation, _written_already(conversation, group, command, new, before[-1]))
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


def _own_before(conversation: Conversation, group: Group, new: NewLine) -> list[Line]:
    """What they wrote of the same milking before, of themselves."""
    lines = lines_of(
        conversation.session,
        group.id,
        since=new.day,
        until=new.day + timedelta(days=1),
        kinds={EntryKind.OWN},
        member_id=new.member_id,
    )
    return [one for one in lines if one.of_line_id is None and one.milking is new.milking]


def _written_already(
    conversation: Conversation, group: Group, command: OwnRecord, new: NewLine, before: Line
) -> Question:
    """Their own side is never changed silently: it is more milk, or other litres, or nothing."""
    language, litres = conversation.language, litres_told(new.litres, conversation.language)
    sure = replace(command, is_sure=True)

    def compose(_: int) -> tuple[str, list[Choice]]:
        asked = say(
            language,
            "You wrote {litres} L of {day} {milking} before (no. {number}).",
            litres=litres_told(before.litres, language),
            day=day_month(before.day, language),
            milking=milking_words(before.milking, language),
            number=before.number,
        )
        more = Choice(
            say(language, "{litres} L more", litres=litres), replace(sure, is_more=True), stays=True
        )
        other = Choice(
            say(language, "{litres} L instead", litres=litres),
            replace(sure, instead_of=before.number),
            stays=True,
        )
        choices = [more] if new.litres == before.litres else [other, more]
        return asked, [*choices, drop_it(conversation)]

    return choose(conversation, compose)


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
    last = _receipt_meant(conversation, command)
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
    asked = _is_it_meant(conversation, group, command, last, before, litres)
    if asked is not None:
        return ask(conversation, asked)
    if before is None or (litres is not None and litres != before.litres):
        _write_dispute(conversation, group, last, before, litres)
    return _disputes(conversation, group, last, litres)


def _receipt_meant(conversation: Conversation, command: Dispute) -> Line | None:
    """The line that they were told of last, or the one of theirs that they were asked about."""
    session = conversation.session
    if command.number is None:
        return last_told(session, conversation.subscriber.id, conversation.now)
    for group in groups_of(session, conversation.subscriber):
        member = member_of(session, group, conversation.subscriber)
        line = line_by_number(session, group.id, command.number)
        if group.code == command.group and member is not None and line is not None:
            line = line_in_its_place(session, line)
            is_theirs = line.member_id == member.id and line.kind in TOLD
            return line if is_theirs else None
    return None


def _is_it_meant(
    conversation: Conversation,
    group: Group,
    command: Dispute,
    last: Line,
    before: Line | None,
    litres: Decimal | None,
) -> Question | None:
    """What is asked once: of a receipt of hours ago, and where they said other litres before."""
    if command.number is not None:
        return None
    is_old = last.written_at is not None and last.written_at < conversation.now - DISPUTED_WITHIN
    said_before = None if before is None else before.litres
    differs = None not in (litres, said_before) and litres != said_before
    if not (is_old or differs):
        return None
    language = conversation.language
    day = f"{day_month(last.day, language)} {milking_words(last.milking, language)}".strip()

    def compose(_: int) -> tuple[str, list[Choice]]:
        told = say(
            language,
            "Your receipt no. {number}: {milk}, {day}.",
            number=last.number,
            milk=milk_told(conversation, last),
            day=day,
        )
        meant = replace(command, number=last.number, group=group.code)
        yes = Choice(say(language, "yes"), meant, stays=True)
        return f"{told} {_asked_of_it(conversation, litres, said_before)}", [
            yes,
            drop_it(conversation),
        ]

    return choose(conversation, compose)


def _asked_of_it(
    conversation: Conversation, litres: Decimal | None, said_before: Decimal | None
) -> str:
    language = conversation.language
    if litres is None:
        return say(language, "Is it wrong?")
    told = litres_told(litres, language)
    if said_before is None:
        return say(language, "Was it {litres} L?", litres=told)
    return say(
        language,
        "You said {before} L. Was it {litres} L?",
        before=litres_told(said_before, language),
        litres=told,
    )


def _write_dispute(
    conversation: Conversation,
    group: Group,
    last: Line,
    before: Line | None,
    litres: Decimal | None,
) -> None:
    new = replace(_own_side(conversation, last, litres), of_line_id=last.id)
    if before is not None:
        new = replace(new, corrects_id=before.id)
    ((line, _),) = write_lines(conversation.session, group, [new], conversation.now)
    _tell_officers(conversation, group, last, line)


def _disputes(conversation: Conversation, group: Group, last: Line, litres: Decimal | None) -> str:
    language = conversation.language
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
            return [Part(told), Part(way, rank=1)]
        litres = litres_told(own.litres, language)
        said = say(language, "They say {litres} L.", litres=litres)
        way = say(
            language,
            "To correct: CORRECT {number} {litres}",
            number=line.number,
            litres=typed(own.litres),
        )
        return [Part(told), Part(said), Part(way, rank=1)]

    return fit(compose)
