"""USSD sessions: one row each, held by one hop at a time."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from messaging.message import UssdRequest
from messaging.models import Subscriber, UssdSession


def storable(request: UssdRequest) -> UssdRequest:
    """The request as every database can keep it, however odd what a phone sent."""
    network_code = request.network_code
    return replace(
        request,
        gateway_session_id=_storable(request.gateway_session_id)[:120],
        service_code=_storable(request.service_code)[:40],
        transcript=_storable(request.transcript),
        network_code=None if network_code is None else _storable(network_code)[:10],
    )


def hold_session(session: Session, request: UssdRequest) -> UssdSession | None:
    """The session of a request, held until the transaction ends; None for one not yet seen.

    A carrier that repeats a hop while the first is still at work waits here for its answer.
    """
    return session.scalar(
        select(UssdSession)
        .where(
            UssdSession.gateway == request.gateway,
            UssdSession.gateway_session_id == request.gateway_session_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def open_session(
    session: Session,
    request: UssdRequest,
    subscriber: Subscriber,
    *,
    state: dict[str, Any],
    now: datetime,
) -> UssdSession:
    """Begin a session, or find the one that another process began a moment ago."""
    opened = UssdSession(
        gateway=request.gateway,
        gateway_session_id=request.gateway_session_id,
        subscriber_id=subscriber.id,
        service_code=request.service_code,
        network_code=request.network_code,
        transcript="",
        state=state,
        answer="",  # no answer yet: just begun
        started_at=now,
        updated_at=now,
    )
    try:
        # On PostgreSQL the insert waits for a rival's transaction to end, then knows who was first.
        with session.begin_nested():
            session.add(opened)
    except IntegrityError:
        first = hold_session(session, request)
        if first is None:
            raise
        return first
    return opened


def _storable(text: str) -> str:
    """The text without NUL and halves of letters: no database keeps those."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
