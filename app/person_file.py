"""Everything that is kept of one person as a file that they can take with them."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.staff.change_log import changes
from groups.person_export import everything_of
from messaging.models import Subscriber
from messaging.msisdn import mask_numbers

FORM = "bei-person/1"
# Of one person's log: nobody is looked after so much.
MOST_CHANGES = 10_000


def person_file(session: Session, person: Subscriber, now: datetime) -> str:
    """One JSON object; docs/privacy.md says what its parts are."""
    told = {
        "form": FORM,
        "made_at": now.isoformat(),
        **everything_of(session, person),
        "changed_at_the_desk": _changed(session, person.id),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def subject_of(person: Subscriber) -> str:
    """What the log of changes calls somebody."""
    return f"subscriber {person.id}"


def _changed(session: Session, person_id: int) -> list[dict[str, Any]]:
    """What staff did; who of them is told to nobody outside."""
    found = changes(session, subject=f"subscriber {person_id}", limit=MOST_CHANGES)
    return [
        {
            "happened_at": one.happened_at.isoformat(),
            "action": one.action,
            "before": dict(one.before),
            "after": dict(one.after),
            "note": mask_numbers(one.note),
        }
        for one in reversed(found)
    ]
