"""Take what came in, by whichever edge: act on it in one transaction, and lose no text."""

from datetime import datetime

import structlog

from app.service import Service
from handlers.sms import handle_sms, store_unhandled
from handlers.ussd import handle_ussd, keep, look_at_ussd
from handlers.voice import VoiceAnswer, handle_voice
from messaging.message import InboundSms, UssdAnswer, UssdRequest
from messaging.models import OutboundMessage

log = structlog.get_logger()


def take_text(service: Service, sms: InboundSms, now: datetime) -> OutboundMessage | None:
    """Act on a text and give back the promised reply; where acting fails, at least keep the text.

    It raises only when even that fails: then the gateway must not hear 200, so that it repeats.
    """
    country = service.settings.country
    try:
        with service.database.begin() as session:
            return handle_sms(
                session,
                sms,
                catalogue=service.catalogue,
                default_country=country,
                now=now,
                allowance=service.allowance,
            )
    except Exception as error:
        log.exception("text_not_handled", gateway=sms.gateway, id=sms.gateway_message_id)
        reason = f"{type(error).__name__}: {error}"
        with service.database.begin() as session:
            store_unhandled(session, sms, error=reason, default_country=country, now=now)
        return None


def take_hop(service: Service, hop: UssdRequest, now: datetime) -> UssdAnswer:
    """Answer one hop of a USSD session.

    Most only show a screen: those are worked out with nothing held, and kept if nobody was faster.
    """
    answer = _look_first(service, hop, now)
    if answer is not None:
        return answer
    with service.database.begin() as session:
        return handle_ussd(
            session,
            hop,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
            allowance=service.allowance,
        )


def _look_first(service: Service, hop: UssdRequest, now: datetime) -> UssdAnswer | None:
    """The answer to a hop that only shows a screen; None for any other.

    None too where the session has changed before it could be kept.
    """
    database = service.database
    with database.look() as session:
        found = look_at_ussd(
            session,
            hop,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
        )
        if found is None or found.kept is None:
            return None if found is None else found.answer
        if found.is_one_row:
            with database.turn:
                return found.answer if keep(session, found) else None
    with database.begin() as session:
        return found.answer if keep(session, found) else None


def take_call(service: Service, hop: UssdRequest, now: datetime) -> VoiceAnswer:
    """Answer one step of a call."""
    with service.database.begin() as session:
        return handle_voice(
            session,
            hop,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
            allowance=service.allowance,
        )
