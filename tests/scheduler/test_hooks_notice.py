"""A price changes for whoever reads it: an event of it is written, once, for whoever wants it."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.api.prices import PriceSchema
from db.session import Database
from messaging.hooks import hook_of, remove_hook, switch_off, switch_on
from prices.catalogue import Catalogue
from prices.changed_estimates import keep_marks, looks
from prices.models import EstimateMark, PriceCell, PriceObservation
from prices.moderation import Judge, Why, drop
from prices.open_data import PriceFilter, open_prices
from prices.open_price import price_row, published
from prices.vocabulary import Vocabulary
from tests.groups.watched import words_of
from tests.scheduler.hook_stories import DAY, Hooks

HOOK = "https://example.org/prices"


@pytest.fixture
def hooks(database: Database) -> Hooks:
    return Hooks(database)


class Counting(Catalogue):
    """How often the words are asked for: each time the database is asked whether they changed."""

    asked = 0

    def vocabulary(self, *what: Any, **more: Any) -> Vocabulary:
        self.asked += 1
        return super().vocabulary(*what, **more)


def data_of(hooks: Hooks) -> list[Any]:
    return [json.loads(event.body)["data"] for event in hooks.events()]


def as_the_api_tells(hooks: Hooks, place: str = "ke-nakuru") -> Any:
    """The row that GET /api/v1/prices has of milk there, over all buyers and grades."""
    with hooks.database.read() as session:
        words = words_of(session)
        found = open_prices(
            session, words, PriceFilter("milk"), now=hooks.now, after=None, limit=100
        )
        rows = [price_row(words, one.cell, published(one.estimate)) for one in found.prices]
    told = PriceSchema(many=True).dump(rows)
    return next(row for row in told if row["place"] == place and row["buyer"] is None)


def test_a_first_price_is_told_as_the_api_tells_it(hooks: Hooks) -> None:
    hooks.add(HOOK)
    hooks.told(47)
    assert hooks.notice() == 1
    (event,) = hooks.events()
    body = json.loads(event.body)
    assert (body["id"], body["type"]) == (event.key, "estimate.changed")
    assert body["created_at"] == hooks.now.isoformat()
    before = body["data"].pop("before")
    assert body["data"] == as_the_api_tells(hooks)
    assert before == {
        "price": None, "low": None, "high": None, "confidence": None, "newest_at": None,
        "reports": 0, "reporters": 0,
    }  # fmt: skip


def test_many_prices_are_noticed_with_no_more_questions_than_one(database: Database) -> None:
    """A first look at a whole country asked one of each price."""
    asked = []
    for places in (["Nakuru"], ["Molo", "Njoro", "Githunguri", "Kitale", "Eldoret"]):
        hooks = Hooks(database, catalogue=Counting())
        if not asked:
            hooks.add(HOOK)
        for place in places:
            hooks.told(47, place)
        assert hooks.notice() == len(places)
        asked.append(hooks.catalogue.asked)
    assert asked[0] == asked[1]


def test_a_change_is_told_once_with_what_was_told_before(hooks: Hooks) -> None:
    hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    was = as_the_api_tells(hooks)
    assert hooks.notice() == 0
    hooks.wait(hours=1)
    hooks.told(60)
    assert hooks.notice() == 1
    assert hooks.notice() == 0
    told = data_of(hooks)[-1]
    before = told.pop("before")
    assert told == as_the_api_tells(hooks)
    assert before == {name: was[name] for name in before}
    assert before["price"] != told["price"]


def test_a_price_of_a_buyer_or_a_grade_alone_is_no_event(hooks: Hooks) -> None:
    """One event of the price over all of them, and none of each part."""
    hooks.add(HOOK)
    hooks.told(47, grade="A")
    assert hooks.notice() == 1
    assert data_of(hooks)[0]["grade"] is None


def test_by_age_alone_a_label_changes_and_in_the_end_there_is_no_recent_price(
    hooks: Hooks,
) -> None:
    hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    labels = []
    for _ in range(31):
        hooks.now += DAY
        hooks.widen()
        hooks.notice()
        labels.append(data_of(hooks)[-1]["confidence"])
    assert labels[0] == "good"
    assert "old" in labels
    last = data_of(hooks)[-1]
    assert (last["price"], last["low"], last["high"], last["confidence"]) == (None,) * 4
    assert (last["reports"], last["place"], last["unit"]) == (0, "ke-nakuru", "litre")
    assert last["before"]["confidence"] == "old"
    assert last["newest_at"] == last["before"]["newest_at"]
    count = len(hooks.events())
    hooks.now += DAY
    hooks.widen()
    assert hooks.notice() == 0
    hooks.told(50)
    assert hooks.notice() == 1
    assert data_of(hooks)[-1]["before"]["price"] is None
    assert len(hooks.events()) == count + 1


def test_a_price_grows_too_old_where_nobody_widens_too(hooks: Hooks) -> None:
    """A worker that stood still for a month says so as soon as it runs."""
    hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    hooks.wait(days=40)
    assert hooks.notice() == 1
    assert data_of(hooks)[-1]["price"] is None
    assert hooks.notice() == 0


def test_at_the_beginning_of_a_day_what_is_not_worked_out_yet_is_not_told(hooks: Hooks) -> None:
    hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    hooks.now += DAY
    assert hooks.notice() == 0
    hooks.widen()
    assert hooks.notice() == 1
    told = data_of(hooks)[-1]
    told.pop("before")
    assert told == as_the_api_tells(hooks)


def test_a_report_more_that_changes_nothing_is_no_event(hooks: Hooks) -> None:
    hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    with hooks.database.begin() as session:
        for cell in session.scalars(select(PriceCell)):
            cell.reports += 1
    assert hooks.notice() == 0
    with hooks.database.read() as session:
        mark = session.scalars(select(EstimateMark)).one()
    assert (mark.reports, mark.number) == (5, 2)


def test_made_up_prices_are_told_to_who_wants_them(hooks: Hooks) -> None:
    real, shown = hooks.add(HOOK), hooks.add(HOOK, "show", with_demo=True)
    hooks.told(47, is_demo=True)
    assert hooks.notice() == 1
    assert [one.hook_id for one in hooks.deliveries()] == [shown]
    hooks.wait(hours=1)
    hooks.told(80)
    assert hooks.notice() == 2
    for_real = next(one for one in hooks.deliveries(real))
    told = next(data for data, event in zip(data_of(hooks), hooks.events(), strict=True)
                if event.id == for_real.event_id)  # fmt: skip
    assert told["before"]["price"] is None
    told.pop("before")
    assert told == as_the_api_tells(hooks)
    assert hooks.notice() == 0


def test_hooks_hear_of_what_they_want(hooks: Hooks) -> None:
    every = hooks.add(HOOK)
    milk = hooks.add(HOOK, "milk", commodities=("milk",))
    kiambu = hooks.add(HOOK, "kiambu", counties=("ke-county-kiambu",))
    ghana = hooks.add(HOOK, "ghana", country="GH")
    hooks.told(47)
    hooks.told(120, "Githunguri", "beans")
    hooks.notice()
    about = {event.id: json.loads(event.body)["data"] for event in hooks.events()}
    heard = {
        hook: [about[one.event_id]["commodity"] for one in hooks.deliveries(hook)]
        for hook in (every, milk, kiambu, ghana)
    }
    assert sorted(heard[every]) == ["beans", "milk"]
    assert (heard[milk], heard[kiambu], heard[ghana]) == (["milk"], ["beans"], [])
    assert len(hooks.events()) == 2


def test_a_new_hook_is_not_flooded_with_what_was_there(hooks: Hooks) -> None:
    hooks.told(47)
    new = hooks.add(HOOK, is_started=False)
    assert hooks.notice() == 0
    assert hooks.hook(new).started_at == hooks.now
    hooks.wait(hours=1)
    hooks.told(60)
    assert hooks.notice() == 1
    assert data_of(hooks)[0]["before"]["price"] is not None


def test_a_new_hook_beside_an_old_one_begins_after_its_first_look(hooks: Hooks) -> None:
    old = hooks.add(HOOK, country="GH")
    hooks.told(47)
    hooks.notice()
    new = hooks.add(HOOK, "new", is_started=False)
    assert hooks.notice() == 0
    hooks.wait(hours=1)
    hooks.told(60)
    assert hooks.notice() == 1
    assert ([*hooks.deliveries(old)], len(hooks.deliveries(new))) == ([], 1)


def test_while_it_is_off_nothing_is_written_and_afterwards_it_begins_anew(hooks: Hooks) -> None:
    hook_id = hooks.add(HOOK)
    hooks.told(47)
    hooks.notice()
    with hooks.database.begin() as session:
        switch_off(hook_of(session, hook_id), "enough", hooks.now)  # type: ignore[arg-type]
    hooks.wait(hours=1)
    hooks.told(60)
    assert hooks.notice() == 0
    with hooks.database.begin() as session:
        switch_on(hook_of(session, hook_id))  # type: ignore[arg-type]
    assert hooks.notice() == 0
    hooks.wait(hours=2)
    hooks.told(80)
    assert hooks.notice() == 1
    assert len(hooks.events()) == 2


def test_where_no_hook_is_there_nothing_is_looked_at(hooks: Hooks) -> None:
    hook_id = hooks.add(HOOK)
    with hooks.database.begin() as session:
        remove_hook(hook_of(session, hook_id), hooks.now)  # type: ignore[arg-type]
    hooks.told(47)
    assert hooks.notice() == 0
    with hooks.database.read() as session:
        assert session.scalars(select(EstimateMark)).all() == []


def test_two_workers_write_no_event_twice(hooks: Hooks) -> None:
    """Both see the same change before either writes; whoever is second finds it marked."""
    hooks.add(HOOK)
    hooks.told(47)
    both = Barrier(2)
    written: list[int] = []

    def look() -> None:
        with hooks.database.read() as session:
            seen = looks(
                session, hooks.catalogue.vocabulary, ["KE"], is_real=True, after_id=0, now=hooks.now
            )
        both.wait()
        with hooks.database.begin() as session:
            written.append(len(keep_marks(session, seen, is_real=True)))

    for moment in ("new", "known"):
        written.clear()
        workers = [Thread(target=look) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(written) == [0, 1], moment
        hooks.wait(hours=1)
        hooks.told(60)


def test_two_workers_side_by_side_write_each_change_once(hooks: Hooks) -> None:
    hooks.add(HOOK)
    for place in ("Nakuru", "Molo", "Githunguri", "Njoro"):
        hooks.told(47, place)
    workers = [Thread(target=hooks.notice) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    places = [data["place"] for data in data_of(hooks)]
    assert len(places) == len(set(places)) == 4


def test_what_staff_reject_changes_a_price_too(hooks: Hooks) -> None:
    hooks.add(HOOK)
    hooks.told(47, people=1)
    hooks.notice()
    with hooks.database.begin() as session:
        (report,) = session.scalars(select(PriceObservation))
        judge = Judge(1, hooks.now)
        drop(session, words_of(session), report, judge, seen=report.status, why=Why.TEST)
    assert hooks.notice() == 1
    told = data_of(hooks)[-1]
    assert (told["price"], told["before"]["confidence"]) == (None, "one")
