"""`bei text` and `bei dial`: be a phone, through the code path of the webhooks."""

from uuid import uuid4

import click

from app.cli.opening import now, open_ready
from app.intake import take_hop, take_text
from app.service import Service
from messaging.gateways import simulator
from messaging.message import UssdAnswer
from messaging.msisdn import MsisdnError, normalise


@click.command()
@click.argument("msisdn")
@click.argument("text")
def text(msisdn: str, text: str) -> None:
    """Print the reply that phone would get to this text, and nothing else."""
    service = open_ready()
    sms = simulator.inbound_sms(
        sender=_msisdn(msisdn, service), text=text, gateway=simulator.CONSOLE
    )
    reply = take_text(service, sms, now())
    if reply is not None:
        click.echo(reply.text)


@click.command()
@click.argument("msisdn")
@click.argument("inputs", nargs=-1)
def dial(msisdn: str, inputs: tuple[str, ...]) -> None:
    """Print the USSD screen that phone would see after these inputs."""
    service = open_ready()
    caller, session_id = _msisdn(msisdn, service), f"dial-{uuid4()}"
    answer = _hop(service, caller, session_id, "")
    for position in range(1, len(inputs) + 1):
        if answer.ends:
            break
        answer = _hop(service, caller, session_id, "*".join(inputs[:position]))
    click.echo(answer.text)


def _hop(service: Service, caller: str, session_id: str, transcript: str) -> UssdAnswer:
    request = simulator.ussd_request(
        msisdn=caller,
        session_id=session_id,
        service_code=service.settings.ussd_code,
        transcript=transcript,
        gateway=simulator.CONSOLE,
    )
    return take_hop(service, request, now())


def _msisdn(written: str, service: Service) -> str:
    try:
        return normalise(written, service.settings.country)
    except MsisdnError as fault:
        raise click.ClickException(str(fault)) from None
