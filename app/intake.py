"""Take what came in, by whichever edge: act on it in one transaction, and lose no text."""

from datetime import datetime

import structlog

from app.service import Service
from db.away import is_away
from handlers.floods import keep_sms
from handlers.sms import store_unhandled
from handlers.sms_taking import take_sms
from handlers.ussd import handle_ussd, keep, look_at_ussd
from handlers.voice import VoiceAnswer, handle_voice
from messaging.airtime_reports import record_airtime_notice
from messaging.consent import opt_out_by_gateway
from messaging.delivery_reports import record_delivery_notice
from messaging.message import (
    AirtimeNotice,
    DeliveryNotice,
    InboundSms,
    OptOut,
    SessionEnd,
    UssdAnswer,
    UssdRequest,
)
from messaging.models import OutboundMessage
from messaging.session_ends import record_session_end
from messaging.subscribers import get_or_create_subscriber
from messaging.traces import trace_in, trace_of_report, trace_out

log = structlog.get_logger()


def take_text(
    service: Service,
    sms: InboundSms,
    now: datetime,
    *,
    at_once: bool = True,
    told_at: datetime | None = None,
) -> OutboundMessage | None:
    """Act on a text and give back the promised reply; where acting fails, at least keep the text.

    Not `at_once`: it is one of very many of its number, and kept for later. `told_at`: it came at
    `now` and waited until then for the database.

    It raises only when even that fails: then it has to be kept elsewhere, or to come again.
    """
    with service.database.thinking:
        reply, is_handled = _take_text(service, sms, now, at_once=at_once, told_at=told_at)
    service.database.sync()
    if is_handled:
        _tell_of_text(sms, reply)
    return reply


def _take_text(
    service: Service, sms: InboundSms, now: datetime, *, at_once: bool, told_at: datetime | None
) -> tuple[OutboundMessage | None, bool]:
    """The promised reply, and whether the text was acted upon."""
    try:
        reply = (
            _act_on_text(service, sms, now, told_at)
            if at_once
            else _keep_for_later(service, sms, now)
        )
    except Exception as error:
        if is_away(error):  # to ask it for less would take as long, and end the same way
            raise
        log.exception("text_not_handled", gateway=sms.gateway, id=sms.gateway_message_id)
        reason = f"{type(error).__name__}: {error}"
        country = service.settings.country
        with service.database.begin(is_synced=False) as session:
            store_unhandled(session, sms, error=reason, default_country=country, now=now)
        return None, False
    return reply, True


def _act_on_text(
    service: Service, sms: InboundSms, now: datetime, told_at: datetime | None
) -> OutboundMessage | None:
    return take_sms(
        service.database,
        sms,
        catalogue=service.catalogue,
        default_country=service.settings.country,
        now=now,
        allowance=service.allowance,
        told_at=told_at,
    )


def _keep_for_later(service: Service, sms: InboundSms, now: datetime) -> OutboundMessage | None:
    with service.database.begin(is_synced=False) as session:
        return keep_sms(
            session,
            sms,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
            allowance=service.allowance,
        )


def _tell_of_text(sms: InboundSms, reply: OutboundMessage | None) -> None:
    """One line a text, with what its reply is called from here to its delivery report."""
    log.info(
        "text_taken",
        gateway=sms.gateway,
        id=sms.gateway_message_id,
        text=None if reply is None else trace_in(reply.in_reply_to_id),
        trace=None if reply is None else trace_out(reply.id),
    )


def take_hop(service: Service, hop: UssdRequest, now: datetime) -> UssdAnswer:
    """Answer one hop of a USSD session.

    Most only show a screen: those are worked out with nothing held, and kept if nobody was faster.
    """
    database = service.database
    with service.outage:
        with database.thinking:
            answer = _look_first(service, hop, now) or _act_on_hop(service, hop, now)
        database.sync()
        return answer


def _act_on_hop(service: Service, hop: UssdRequest, now: datetime) -> UssdAnswer:
    with service.database.begin(is_synced=False) as session:
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
    with database.begin(is_synced=False) as session:
        return found.answer if keep(session, found) else None


def take_call(service: Service, hop: UssdRequest, now: datetime) -> VoiceAnswer:
    """Answer one step of a call."""
    with service.outage, service.database.begin() as session:
        return handle_voice(
            session,
            hop,
            catalogue=service.catalogue,
            default_country=service.settings.country,
            now=now,
            allowance=service.allowance,
        )


def take_delivery_notice(service: Service, notice: DeliveryNotice, now: datetime) -> None:
    """Keep a gateway's later word on a text of ours."""
    with service.database.begin() as session:
        has_message = record_delivery_notice(session, notice, now)
        trace = trace_of_report(session, notice.gateway, notice.gateway_message_id)
    log.info(
        "delivery_report",
        gateway=notice.gateway,
        id=notice.gateway_message_id,
        status=notice.status,
        has_message=has_message,
        trace=trace if has_message else None,
    )


def take_session_end(service: Service, notice: SessionEnd, now: datetime) -> None:
    """Keep how a call ended."""
    with service.database.begin() as session:
        has_session = record_session_end(session, notice, now)
    log.info(
        "session_end",
        gateway=notice.gateway,
        id=notice.gateway_session_id,
        status=notice.status,
        has_session=has_session,
    )


def take_airtime_notice(service: Service, notice: AirtimeNotice, now: datetime) -> None:
    """Keep a gateway's later word on airtime we paid."""
    with service.database.begin() as session:
        has_payout = record_airtime_notice(session, notice, now)
    log.info(
        "airtime_report",
        id=notice.gateway_request_id,
        status=notice.status,
        detail=notice.detail,
        has_payout=has_payout,
    )


def take_opt_out(service: Service, left: OptOut, now: datetime) -> None:
    """Write down that somebody left us through their network's menu."""
    with service.database.begin() as session:
        subscriber = get_or_create_subscriber(
            session, left.msisdn, default_country=service.settings.country, now=now
        )
        wording = f"{left.gateway}: opt-out"
        opt_out_by_gateway(session, subscriber, wording=wording, now=now)
