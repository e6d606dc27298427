"""Take what came in, by whichever edge: act on it in one transaction, and lose no text."""

from datetime import datetime

import structlog

from app.service import Service
from handlers.sms import handle_sms, store_unhandled
from handlers.ussd import handle_ussd
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
    """Answer one hop of a USSD session."""
    with service.database.begin() as session:
        return handle_ussd(
            session,
            hop,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
            allowance=service.allowance,
        )
