"""Events on their way: told in order, repeated until they are taken, given up after three days."""

import hmac
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from db.session import Database, open_database
from messaging import hook_events
from messaging.hook_events import KEPT, PATIENCE, claim, give_up, record, try_again
from messaging.hook_models import Hook, HookDelivery, HookState
from messaging.hook_posting import Answer, Line
from messaging.hooks import hook_of, remove_hook, renew_secret, switch_off
from prices.models import PriceCell
from scheduler.hooks import HookDesk, tell_hooks
from tests.messaging.receivers import Heard, Receiver, says, takes
from tests.scheduler.hook_stories import KEY, Hooks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hooks(database: Database) -> Hooks:
    """A service with four cells, 1 to 4."""
    hooks = Hooks(database)
    for place in ("Nakuru", "Molo", "Njoro", "Githunguri"):
        hooks.told(47, place, people=1)
    with database.read() as session:
        assert session.scalars(select(PriceCell.id).order_by(PriceCell.id)).all() == [1, 2, 3, 4]
    return hooks


def states(hooks: Hooks) -> list[HookState]:
    return [one.state for one in hooks.deliveries()]


def rested(hooks: Hooks, hook_id: int) -> None:
    """Wait until everything of a hook is tried again by itself."""
    ends = [hooks.hook(hook_id).rests_until, *(one.due_at for one in hooks.deliveries())]
    hooks.now = max(hooks.now, *filter(None, ends))


def test_a_change_of_a_price_arrives_signed_and_only_once(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url, commodities=("milk",))
        hooks.notice()
        assert hooks.send() == 4
        assert hooks.send() == 0
    keys = [event.key for event in hooks.events()]
    assert sorted(heard.id for heard in receiver.heard) == sorted(keys)
    first = receiver.heard[0]
    assert first.headers["Bei-Timestamp"] == str(int(hooks.now.timestamp()))
    assert is_signed(first, hooks.secrets[hook_id])
    assert {heard.data["commodity"] for heard in receiver.heard} == {"milk"}
    assert set(states(hooks)) == {HookState.DELIVERED}
    assert {(one.answer_code, one.answer, one.attempts) for one in hooks.deliveries()} == {
        (200, "thanks", 1)
    }


def is_signed(heard: Heard, secret: str) -> bool:
    """As a receiver finds out, by the story's own clock."""
    told = heard.headers["Bei-Timestamp"].encode() + b"." + heard.body
    expected = "v1=" + hmac.new(secret.encode(), told, sha256).hexdigest()
    return hmac.compare_digest(expected, heard.headers["Bei-Signature"])


@pytest.mark.parametrize("code", [302, 400, 401, 404, 409, 422, 429, 500, 503])
def test_whatever_is_not_taken_is_told_again_with_the_same_id(hooks: Hooks, code: int) -> None:
    with Receiver(says(code, "not now")) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1)
        assert hooks.send() == 0
        (waits,) = hooks.deliveries()
        assert (waits.state, waits.answer_code, waits.answer) == (
            HookState.WAITING, code, "not now",
        )  # fmt: skip
        assert waits.due_at > hooks.now
        assert hooks.send() == 0
        assert len(receiver.heard) == 1
        receiver.manner = takes
        rested(hooks, hook_id)
        assert hooks.send() == 1
    assert len({heard.id for heard in receiver.heard}) == 1
    assert hooks.hook(hook_id).failures_in_a_row == 0


def test_events_of_one_cell_come_in_their_order_and_of_others_meanwhile(hooks: Hooks) -> None:
    """The first of cell 1 is turned away: the second waits for it, those of cell 2 do not."""

    def turns_away_the_first(_: BaseHTTPRequestHandler, heard: Heard) -> tuple[int, str]:
        return (503 if heard.data["of"] == 1 else 200), ""

    with Receiver(turns_away_the_first) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 1, 2, 2, 2)
        assert hooks.send() == 3
        assert [heard.data["of"] for heard in receiver.heard].count(1) == 1
        receiver.manner, receiver.heard = takes, []
        rested(hooks, hook_id)
        assert hooks.send() == 2
    ids = [event.key for event in hooks.events()]
    assert [heard.id for heard in receiver.heard] == ids[:2]


def test_a_receiver_that_is_down_for_a_day_is_spared_and_loses_nothing(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
    tries = 0
    for hour in range(24):
        hooks.promise(hook_id, hour % 4 + 1)
        for _ in range(60):
            before = sum(one.attempts for one in hooks.deliveries())
            hooks.send()
            tries += sum(one.attempts for one in hooks.deliveries()) - before
            hooks.wait(minutes=1)
    assert hooks.tidy() == 0
    # An hour apart at most, and not every minute.
    assert 20 <= tries <= 45
    rested(hooks, hook_id)
    with receiver:
        delivered = 0
        while some := hooks.send():
            delivered += some
    assert delivered == 24
    of_cell = [heard.id for heard in receiver.heard if heard.data["of"] == 1]
    written = [event.key for event in hooks.events()]
    assert of_cell == sorted(of_cell, key=written.index)


def test_waits_grow_to_an_hour_and_are_a_little_apart(hooks: Hooks) -> None:
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1)
        waits = []
        for _ in range(12):
            began = hooks.now
            rested(hooks, hook_id)
            waits.append(hooks.now - began)
            hooks.send()
    assert waits[1] >= timedelta(seconds=30)
    assert all(later >= earlier * 0.9 for earlier, later in pairwise(waits))
    assert timedelta(hours=1) <= waits[-1] <= timedelta(hours=2)


def test_what_is_put_back_while_a_hook_fails_is_not_told_by_whoever_saw_it_well(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hooks.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    hook_id = hooks.add("https://union.example/prices")
    hooks.promise(hook_id, 1, 2, 3, 4)
    with hooks.database.begin() as session:
        first = claim(session, hook_id, hooks.now)
    assert first is not None
    due = hook_events._due

    def meanwhile_it_fails(most: int) -> Any:
        with hooks.database.begin() as session:
            record(session, first, [Answer(500, "")] * 3, hooks.now)
        return due(most)

    monkeypatch.setattr(hook_events, "_due", meanwhile_it_fails)
    with hooks.database.begin() as session:
        assert claim(session, hook_id, hooks.now) is None
    assert [one.attempts for one in hooks.deliveries()] == [1, 1, 1, 0]


def test_of_a_hook_that_fails_one_event_is_tried_by_one_worker(hooks: Hooks) -> None:
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2, 3, 4)
        with capture_logs() as logs:
            hooks.send()
        assert len(receiver.heard) == 3
        assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["hook_rests"]
        assert hooks.send() == 0
        rested(hooks, hook_id)
        receiver.heard = []
        with hooks.database.begin() as session:
            first = claim(session, hook_id, hooks.now)
        assert first is not None
        assert len(first.events) == 1
        with hooks.database.begin() as session:
            assert claim(session, hook_id, hooks.now) is None


def test_a_slow_receiver_does_not_hold_up_another(hooks: Hooks) -> None:
    """One that answers only when the other has heard everything: both begin in one round."""
    has_heard_all = Event()

    def waits(_: BaseHTTPRequestHandler, __: Heard) -> tuple[int, str]:
        has_heard_all.wait(20)  # longer than anybody may take: else it would be too late
        return 200, "thanks"

    def hears(_: BaseHTTPRequestHandler, __: Heard) -> tuple[int, str]:
        if len(quick.heard) == 3:
            has_heard_all.set()
        return 200, "thanks"

    with Receiver(waits) as slow, Receiver(hears) as quick:
        slow_id, quick_id = hooks.add(slow.url, "slow"), hooks.add(quick.url, "quick")
        hooks.promise(slow_id, 1)
        hooks.promise(quick_id, 1, 2, 3)
        assert hooks.send() == 4
    assert (len(slow.heard), len(quick.heard)) == (1, 3)


def test_after_three_days_an_event_is_given_up_and_shown(hooks: Hooks) -> None:
    with Receiver(says(500, "broken")) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1)
        hooks.send()
        hooks.wait(days=3)
        with capture_logs() as logs:
            assert hooks.tidy() == 1
        assert [one["event"] for one in logs] == ["hook_events_given_up"]
        assert hooks.send() == 0
    (over,) = hooks.deliveries()
    assert (over.state, over.answer_code, over.answer) == (HookState.GIVEN_UP, 500, "broken")


def test_what_nobody_tried_is_not_given_up(hooks: Hooks) -> None:
    """The worker stood still for four days; its receiver is well."""
    with Receiver() as receiver:
        hooks.promise(hooks.add(receiver.url), 1)
        hooks.wait(days=4)
        assert hooks.tidy() == 0
        assert hooks.send() == 1


def test_behind_a_receiver_that_fails_what_is_too_old_is_given_up_untried(hooks: Hooks) -> None:
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 1, 1)
        hooks.send()
        hooks.wait(days=3)
        assert hooks.tidy() == 3
        assert len(receiver.heard) == 1


def test_given_up_events_are_told_again_where_nothing_later_was(hooks: Hooks) -> None:
    """Of cell 1 something newer arrived meanwhile: the old event would undo it."""
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2)
        hooks.send()
        hooks.wait(days=3)
        assert hooks.tidy() == 2
        receiver.manner = takes
        hooks.promise(hook_id, 1)
        rested(hooks, hook_id)
        assert hooks.send() == 1
        receiver.heard = []
        with hooks.database.begin() as session:
            hook = session.get_one(Hook, hook_id)
            assert try_again(session, hook, hooks.now) == 1
        assert hooks.send() == 1
    assert [heard.data["of"] for heard in receiver.heard] == [2]
    assert states(hooks) == [HookState.GIVEN_UP, HookState.DELIVERED, HookState.DELIVERED]


def test_try_again_ends_a_rest_at_once(hooks: Hooks) -> None:
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2, 3)
        hooks.send()
        rests_until = hooks.hook(hook_id).rests_until
        assert rests_until is not None
        assert rests_until > hooks.now
        hooks.wait(seconds=5)
        # What is being told this moment is left to whoever tells it: here its worker is long gone.
        with hooks.database.begin() as session:
            session.execute(update(HookDelivery).values(tried_at=hooks.now - timedelta(minutes=3)))
        with hooks.database.begin() as session:
            try_again(session, session.get_one(Hook, hook_id), hooks.now)
        receiver.manner = takes
        assert hooks.send() == 3


def test_a_receiver_that_says_gone_is_not_told_any_more(hooks: Hooks) -> None:
    with Receiver(says(410, "we moved on")) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2)
        with capture_logs() as logs:
            assert hooks.send() == 0
        assert "hook_off" in [one["event"] for one in logs]
        hook = hooks.hook(hook_id)
        assert hook.off_at == hooks.now
        assert hook.off_because == "its receiver answered 410: we moved on"
        hooks.wait(days=1)
        assert (hooks.send(), len(receiver.heard)) == (0, 1)
        assert hooks.notice() == 0
        assert hooks.tidy() == 2
    assert set(states(hooks)) == {HookState.GIVEN_UP}


@pytest.mark.parametrize("how", ["off", "removed"])
def test_what_waits_for_a_hook_that_is_over_is_put_away(hooks: Hooks, how: str) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2)
        with hooks.database.begin() as session:
            hook = hook_of(session, hook_id)
            assert hook is not None
            if how == "removed":
                remove_hook(hook, hooks.now)
            else:
                switch_off(hook, "enough", hooks.now)
        assert hooks.send() == 0
        assert hooks.tidy() == 2
        assert receiver.heard == []
    assert {one.answer for one in hooks.deliveries()} == {"the hook was switched off or removed"}


def test_with_another_secret_nothing_is_lost(hooks: Hooks) -> None:
    """The receiver knows the old one for an hour: what it turns away comes signed anew."""
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        known = [hooks.secrets[hook_id]]

        def checks(_: BaseHTTPRequestHandler, heard: Heard) -> tuple[int, str]:
            return (200, "") if is_signed(heard, known[0]) else (401, "who are you?")

        receiver.manner = checks
        hooks.promise(hook_id, 1)
        assert hooks.send() == 1
        with hooks.database.begin() as session:
            new = renew_secret(session.get_one(Hook, hook_id), KEY)
        assert new != known[0]
        hooks.promise(hook_id, 1, 2)
        assert hooks.send() == 0
        known[0] = new
        hooks.wait(hours=1)
        rested(hooks, hook_id)
        delivered = hooks.send()
        rested(hooks, hook_id)
        assert delivered + hooks.send() == 2


def test_under_another_key_of_the_operators_nothing_is_sent_wrongly_signed(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1)
        hooks.key = "another key"
        assert hooks.send() == 0
        assert receiver.heard == []
        (waits,) = hooks.deliveries()
        assert waits.answer == "BEI_SECRET_KEY was changed: the hook needs a new secret"


def test_two_workers_tell_no_event_twice(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, *[1, 2, 3, 4] * 40)
        workers = [Thread(target=hooks.send) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        while hooks.send():
            pass
    ids = [heard.id for heard in receiver.heard]
    written = [event.key for event in hooks.events()]
    assert sorted(ids) == sorted(written)
    for cell in (1, 2, 3, 4):
        of_cell = [heard.id for heard in receiver.heard if heard.data["of"] == cell]
        assert of_cell == sorted(of_cell, key=written.index)


def test_whoever_was_taken_for_dead_does_not_undo_what_another_did(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1)
        with hooks.database.begin() as session:
            late = claim(session, hook_id, hooks.now)
        assert late is not None
        hooks.wait(minutes=3)
        assert hooks.send() == 1
        with hooks.database.begin() as session:
            record(session, late, [Answer(None, "no answer in time")], hooks.now)
    (over,) = hooks.deliveries()
    assert (over.state, over.answer_code, over.attempts) == (HookState.DELIVERED, 200, 2)


def test_killed_between_post_and_note_the_same_event_comes_again(
    hooks: Hooks, database_url: str
) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 1)
        killed = subprocess.run(
            [sys.executable, "-m", "tests.scheduler.test_hooks_telling", database_url,
             hooks.now.isoformat()],
            cwd=ROOT, timeout=120, check=False,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL
        assert len(receiver.heard) == 1
        # The dead worker's claim holds for two minutes; nothing of the cell overtakes it.
        assert hooks.send() == 0
        hooks.wait(minutes=2)
        assert hooks.send() == 2
    ids = [event.key for event in hooks.events()]
    assert [heard.id for heard in receiver.heard] == [ids[0], ids[0], ids[1]]
    assert receiver.heard[0].body == receiver.heard[1].body


def test_old_events_are_deleted_with_all_that_became_of_them(hooks: Hooks) -> None:
    with Receiver() as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2)
        hooks.send()
        hooks.now += KEPT - timedelta(days=1)
        hooks.promise(hook_id, 3)
        hooks.send()
        assert hooks.tidy() == 0
        hooks.wait(days=1, seconds=1)
        assert hooks.tidy() == 2
    assert (len(hooks.events()), len(hooks.deliveries())) == (1, 1)


def test_more_than_one_batch_is_given_up_and_deleted(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messaging.hook_events.AT_ONCE", 2)
    with Receiver(says(500)) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2, 3, 4, 1)
        hooks.send()
        hooks.now += PATIENCE
        assert hooks.tidy() == 5
        with hooks.database.begin() as session:
            hook = session.get_one(Hook, hook_id)
            assert try_again(session, hook, hooks.now) == 5
            assert give_up(session, hook_id, hooks.now) == 0
        hooks.now += KEPT
        # Three that were tried before are given up once more; all five are deleted.
        assert hooks.tidy() == 3 + 5
        with hooks.database.read() as session:
            assert session.scalar(select(func.count()).select_from(HookDelivery)) == 0


def test_a_worker_that_is_told_to_stop_puts_back_what_it_did_not_tell(hooks: Hooks) -> None:
    stopping = Event()

    def stops(_: BaseHTTPRequestHandler, __: Heard) -> tuple[int, str]:
        stopping.set()
        return 200, ""

    with Receiver(stops) as receiver:
        hook_id = hooks.add(receiver.url)
        hooks.promise(hook_id, 1, 2, 3)
        desk = HookDesk(KEY, to_loopback=True)
        told = tell_hooks(hooks.database, desk, now=lambda: hooks.now, stopping=stopping)
        assert told == 1
        assert {one.attempts for one in hooks.deliveries()} == {0, 1}
        assert hooks.send() == 2
    assert len({heard.id for heard in receiver.heard}) == len(receiver.heard) == 3


def die_after_the_first(url: str, moment: str) -> None:
    """A worker whose power goes when its first event was taken, before that is written down."""
    post = Line.post

    def post_and_die(*arguments: Any) -> Any:
        post(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    Line.post = post_and_die  # type: ignore[method-assign]
    now = datetime.fromisoformat(moment)
    tell_hooks(open_database(url), HookDesk(KEY, to_loopback=True), now=lambda: now)


if __name__ == "__main__":
    die_after_the_first(*sys.argv[1:])
