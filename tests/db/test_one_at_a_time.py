"""Threads of one process that think before they write: one at a time, whoever came first."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from db.session import Database, _OneAtATime


def queue(lock: _OneAtATime, names: list[str], done: list[str]) -> list[threading.Thread]:
    """Threads that wait for a lock that is held, one after the other."""
    threads = []
    for name in names:

        def wait(name: str = name) -> None:
            with lock:
                done.append(name)

        thread = threading.Thread(target=wait)
        waiting = len(lock._waiting)
        thread.start()
        while len(lock._waiting) == waiting:
            pass
        threads.append(thread)
    return threads


def test_whoever_came_first_goes_first() -> None:
    lock, done = _OneAtATime(-1), list[str]()
    names = [str(number) for number in range(8)]
    with lock:
        threads = queue(lock, names, done)
        assert done == []
    for thread in threads:
        thread.join()
    assert done == names
    with lock:  # and it is free again
        pass


def test_who_waits_too_long_hears_so_and_holds_up_nobody() -> None:
    lock, done = _OneAtATime(0.02), list[str]()
    with lock, pytest.raises(OperationalError, match="others write for long"), lock:
        pass
    with lock:
        done.append("free again")
    assert done == ["free again"]


def test_whose_turn_came_as_they_gave_up_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is handed to them between the end of their patience and their leaving the queue."""
    lock = _OneAtATime(0.02)
    gives_up = lock._gives_up

    def handed_over_first(mine: threading.Lock) -> bool:
        lock.__exit__()
        return gives_up(mine)

    monkeypatch.setattr(lock, "_gives_up", handed_over_first)
    lock.__enter__()
    with lock:
        assert lock._is_taken
    assert not lock._is_taken


def test_a_server_lets_all_think_at_once(database: Database) -> None:
    with database.thinking:
        if database.is_a_file:
            return
        with database.thinking:
            pass
