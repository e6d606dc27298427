"""How the workers fare, in the operator's words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler.beats import Beat, JobNote, jobs_of_all

# So many are named.
MOST_NAMED = 3
# A bulletin or an import may keep its own job for long; beyond this it hangs, or every try fails.
LATE_AFTER = timedelta(hours=1)


def workers_in_words(workers: Sequence[Beat], now: datetime) -> tuple[bool, str]:
    """Whether all is well with them, and what there is to say."""
    if not workers:
        return True, "none ran in a day: nothing is sent before `bei worker` is started"
    living = [worker for worker in workers if worker.lives(now)]
    if not living:
        last = max(worker.beat_at for worker in workers)
        return False, f"none since {last:%Y-%m-%d %H:%M} UTC: start `bei worker`"
    amiss = _amiss(jobs_of_all(workers), now)
    count = f"{len(living)} at work"
    if not amiss:
        return True, f"{count}; every job runs at its time"
    named = "; ".join(amiss[:MOST_NAMED])
    more = f" and {len(amiss) - MOST_NAMED} more" if len(amiss) > MOST_NAMED else ""
    return False, f"{count}; {named}{more}: see the worker's log"


def _amiss(jobs: dict[str, JobNote], now: datetime) -> list[str]:
    failing = [f"`{name}` fails" for name, note in jobs.items() if note.fails]
    late = [
        f"`{name}` did not end well for {note.late_by(now) // timedelta(hours=1)} h"
        for name, note in jobs.items()
        if not note.fails and note.late_by(now) > LATE_AFTER
    ]
    return failing + late
