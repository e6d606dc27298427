"""Groups: who is in them, who holds an office, how far they are; an admin changes that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.bulletin_wishes import language_wished
from app.dashboard.group_words import NEEDS, OFFICES, STEPS
from app.dashboard.guard import moment, needs, note_change, service
from app.dashboard.milk_chart import milk_chart
from app.named import commodity_named, place_named
from app.staff.models import StaffRole
from app.web.listing import PAGE, after_of, sort_of, words_of
from groups.audience_lists import places_named
from groups.book import find_book
from groups.book_looks import litres_by_day
from groups.founding import NAME_LENGTH, open_group
from groups.group_lists import groups_page, members_page, officers_page
from groups.groups import find_group
from groups.members import Member, find_members, member_by_id
from groups.mode import standing
from groups.models import Group, Role
from groups.offices import Appointed, HasNoPhone, HasOffice, IsHeld, appoint
from groups.order_models import GroupOrder
from groups.orders import Tally, open_orders, tally_of
from groups.progress import progress_of
from groups.relieving import relieve
from handlers.keywords.order_words import article_name, counted
from handlers.telling_offices import tell_office
from messaging.phrases import languages
from messaging.phrases.formats import local_date
from prices.vocabulary import Vocabulary, fold

pages = Blueprint("groups", __name__)

DAYS_SHOWN = timedelta(days=30)
MEMBERS_A_PAGE = 100


@dataclass(frozen=True)
class OrderLine:
    """Something the group buys together now, and how much of it is ordered."""

    order: GroupOrder
    tally: Tally

    @property
    def what(self) -> str:
        """Its name, as officers type it."""
        return article_name(self.order, "en")

    @property
    def missing(self) -> int:
        """How many more make the price."""
        return max(0, self.order.threshold - self.tally.ordered)

    def counted(self, number: int) -> str:
        """So many of it: 3 bags."""
        return counted(number, self.order, "en")


@dataclass(frozen=True)
class _Asked:
    """A group as it was asked for, checked."""

    name: str
    place_id: int
    commodity: str
    language: str


@pages.get("/groups")
@needs(StaffRole.VIEWER)
def show() -> str:
    """Every group, by code or name."""
    return _list_page(None)


@pages.post("/groups")
@needs(StaffRole.ADMIN)
def create() -> Response | tuple[str, int]:
    """Create a group with nobody in it yet."""
    with service().database.begin() as session:
        vocabulary = service().catalogue.vocabulary(session, service().settings.country)
        try:
            asked = _asked(vocabulary)
        except ValueError as fault:
            return _list_page(str(fault)), 400
        group = open_group(
            session,
            vocabulary.country,
            name=asked.name,
            place_id=asked.place_id,
            language=asked.language,
            commodity=asked.commodity,
        )
        told = {"name": group.name, "of": f"{asked.commodity} at place {asked.place_id}"}
        _note(session, "create group", group, {}, told)
    flash(f"{group.name} is there. Members text JOIN {group.code}; then give offices.", "good")
    return redirect(url_for("desk.groups.show_one", code=group.code))


@pages.get("/groups/<code>")
@needs(StaffRole.VIEWER)
def show_one(code: str) -> str:
    """One group: its offices, its milk of 30 days, what it orders, its members."""
    words = words_of(request.args)
    with service().database.read() as session:
        group = group_or_404(session, code)
        today = local_date(moment(), group.timezone)
        members = members_page(
            session,
            group,
            words=words,
            after_number=after_of(request.args),
            limit=MEMBERS_A_PAGE + 1,
        )
        days = litres_by_day(session, group.id, today - DAYS_SHOWN, today + timedelta(days=1))
        more = len(members) > MEMBERS_A_PAGE
        return render_template(
            "dashboard/group.html",
            group=group,
            place=places_named(session, [group.place_id])[group.place_id],
            officers=officers_page(session, group),
            members=members[:MEMBERS_A_PAGE],
            after=members[MEMBERS_A_PAGE - 1].member.number if more else None,
            q=words,
            book=find_book(session, group.id),
            days=days,
            chart=milk_chart(days),
            orders=[
                OrderLine(one, tally_of(session, one))
                for one in open_orders(session, group, moment())
            ],
            offices=OFFICES,
        )


@pages.get("/groups/<code>/mode")
@needs(StaffRole.VIEWER)
def show_mode(code: str) -> str:
    """How far the group is, out of 90 days of its book: a page, or a part of the group's."""
    with service().database.read() as session:
        group = group_or_404(session, code)
        vocabulary = service().catalogue.vocabulary(session, group.country)
        record = progress_of(session, vocabulary, group, moment())
    template = "group_standing" if "HX-Request" in request.headers else "group_mode"
    return render_template(
        f"dashboard/{template}.html",
        group=group,
        record=record,
        standing=standing(record),
        needs_told=NEEDS,
        steps=STEPS,
        currency=vocabulary.country.currency,
    )


@pages.post("/groups/<code>/officers")
@needs(StaffRole.ADMIN)
def give_office(code: str) -> Response:
    """Give a member an office that is free, and tell them."""
    role = request.form.get("role", "")
    if role not in OFFICES:
        abort(400, "Choose an office.")
    with service().database.begin() as session:
        group = group_or_404(session, code)
        member = _one_member(session, group, request.form.get("member", ""))
        refusal = _refusal(appoint(session, group, member, Role(role)), member)
        if refusal is not None:
            abort(409, refusal)
        _tell(session, group, member, Role(role), holds=True)
        before = {"member": member.number, "office": Role.MEMBER.value}
        _note(session, "give office", group, before, {"member": member.number, "office": role})
    flash(f"{member.name} is {role} now, and is told by text.", "good")
    return redirect(url_for("desk.groups.show_one", code=group.code))


@pages.post("/groups/<code>/officers/<int:member_id>/end")
@needs(StaffRole.ADMIN)
def take_office(code: str, member_id: int) -> Response:
    """Take somebody's office, and tell them; with the reason, in the log."""
    why = " ".join(request.form.get("why", "").split())[:200]
    if not why:
        abort(400, "Say why: an elected office is taken by nobody but you.")
    with service().database.begin() as session:
        group = group_or_404(session, code)
        member = member_by_id(session, group, member_id)
        if member is None:
            abort(404, "Nobody in the group has this place.")
        held = relieve(session, group, member)
        if held is None:
            abort(409, f"{member.name} holds no office.")
        _tell(session, group, member, held, holds=False)
        before = {"member": member.number, "office": held.value}
        after = {"member": member.number, "office": Role.MEMBER.value}
        _note(session, "take office", group, before, after, why)
    flash(f"{member.name} is no longer {held}, and is told by text.", "good")
    return redirect(url_for("desk.groups.show_one", code=group.code))


def group_or_404(session: Session, code: str) -> Group:
    """The group of an address."""
    group = find_group(session, code)
    if group is None:
        abort(404, "There is no group of this code.")
    return group


def today_of(group: Group) -> date:
    """The day it is there."""
    return local_date(moment(), group.timezone)


def _list_page(fault: str | None) -> str:
    words = words_of(request.args)
    sort = sort_of(request.args, ("code", "name"), "code")
    with service().database.read() as session:
        found = groups_page(
            session,
            words=words,
            by_name=sort.key == "name",
            is_descending=sort.is_descending,
            after=after_of(request.args),
            limit=PAGE + 1,
        )
    after = found[PAGE - 1].group.id if len(found) > PAGE else None
    return render_template(
        "dashboard/groups.html",
        lines=found[:PAGE],
        q=words,
        sort=sort,
        after=after,
        fault=fault,
        languages=languages(),
        longest=NAME_LENGTH,
    )


def _asked(vocabulary: Vocabulary) -> _Asked:
    """What the form asks for; ValueError with one sentence where something in it cannot be."""
    typed = {
        name: " ".join(request.form.get(name, "").split())[:100]
        for name in ("name", "place", "commodity", "language")
    }
    if not any(letter.isalpha() for letter in fold(typed["name"])):
        raise ValueError("a group's name needs letters: people text its code, made of them")
    return _Asked(
        name=typed["name"],
        place_id=place_named(typed["place"], vocabulary).id,
        commodity=commodity_named(typed["commodity"], vocabulary),
        language=language_wished(typed["language"]),
    )


def _one_member(session: Session, group: Group, words: str) -> Member:
    """The member of a number or a name; 4xx where that is nobody, or several."""
    found = find_members(session, group, words)
    if not found:
        abort(404, f"Nobody in {group.code} has that number or name.")
    if len(found) > 1:
        several = ", ".join(f"{one.number} {one.name}" for one in found[:5])
        abort(409, f"That may be {several}: write the number.")
    return found[0]


def _refusal(done: Appointed | IsHeld | HasOffice | HasNoPhone, member: Member) -> str | None:
    """Why somebody gets no office; None where they have it."""
    match done:
        case Appointed():
            return None
        case IsHeld(holder):
            return f"{holder.name} is {holder.role}: take that office first, or let them elect."
        case HasOffice(role):
            return (
                f"{member.name} is {role} already: nobody holds two, so that one checks the other."
            )
        case HasNoPhone():
            return f"{member.name} has no phone here, and an office is held by text."
        case _:
            assert_never(done)


def _tell(session: Session, group: Group, member: Member, role: Role, *, holds: bool) -> None:
    vocabulary = service().catalogue.vocabulary(session, group.country)
    tell_office(session, vocabulary, group, member, role, moment(), holds=holds)


def _note(
    session: Session,
    action: str,
    group: Group,
    before: Mapping[str, object],
    after: Mapping[str, object],
    why: str = "",
) -> None:
    note_change(
        session,
        action=action,
        subject=f"group {group.code}",
        before=before,
        after=after,
        note=why,
    )
