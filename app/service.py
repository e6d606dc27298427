"""The service as it runs: its settings and what they open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from pydantic import HttpUrl

from app.config import Settings, SettingsError
from app.limits import Limits, limits_by
from app.outage import Outage
from app.secret_key import number_key_of
from app.spool import Spool
from db.sealed import seal_with
from db.session import Database, open_database
from handlers.allowance import Allowance
from messaging.airtime import AirtimeOffer
from messaging.gateways import africastalking, simulator, twilio
from messaging.gateways.africastalking import AfricasTalking
from messaging.gateways.africastalking_airtime import AfricasTalkingAirtime
from messaging.gateways.gateway import AirtimeGateway, SmsGateway
from messaging.gateways.simulator import Simulator
from messaging.gateways.twilio import Twilio
from messaging.routes import Routes, parse_routes
from messaging.sending_rules import SendingRules
from messaging.sms_prices import SmsLimits
from prices.catalogue import Catalogue
from prices.models import Country

# What goes out without a gateway of its own takes the first of these that is configured.
PREFERRED = (africastalking.NAME, twilio.NAME, simulator.NAME)


@dataclass(frozen=True)
class Service:
    """What every edge needs: the web, the worker, the command line."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    gateways: dict[str, SmsGateway]
    default_gateway: str
    routes: Routes
    allowance: Allowance
    spool: Spool
    outage: Outage = field(default_factory=Outage)
    airtime_gateway: AirtimeGateway | None = None

    @cached_property
    def limits(self) -> Limits:
        """What may come of one number, or of one address; counted by this process."""
        return limits_by(self.settings)

    @cached_property
    def rules(self) -> SendingRules:
        """What the operator decided about sending.

        Asked for once the database is there: a day of the budget is one of the operator's country.
        """
        settings = self.settings
        return SendingRules(
            routes=self.routes,
            rates={africastalking.NAME: settings.at_rate, twilio.NAME: settings.twilio_rate},
            quiet_hours=settings.quiet,
            limits=self._limits() if settings.has_sms_budget else None,
            resends=settings.resent_kinds,
        )

    def _limits(self) -> SmsLimits:
        with self.database.read() as session:
            country = session.get(Country, self.settings.country)
        return SmsLimits(
            timezone="UTC" if country is None else country.timezone,
            day=self.settings.daily_sms_limit,
            month=self.settings.monthly_sms_limit,
            price=self.settings.segment_price,
        )


def open_service(settings: Settings, *, patience_seconds: float | None = None) -> Service:
    """Open what the settings name; SettingsError where nothing could ever be sent.

    `patience_seconds` is for who has somebody waiting: see `open_database`.
    """
    gateways = _gateways(settings)
    if not gateways:
        raise SettingsError("BEI_SIMULATOR is off and no gateway is configured: no text could go")
    default_gateway = next(name for name in PREFERRED if name in gateways)
    seal_with(number_key_of(settings))
    return Service(
        settings=settings,
        database=open_database(settings.database_url, patience_seconds=patience_seconds),
        catalogue=Catalogue(default_country=settings.country),
        # What the command line says in somebody's name is printed and never reaches their phone.
        gateways={**gateways, simulator.CONSOLE: Simulator(simulator.CONSOLE)},
        default_gateway=default_gateway,
        routes=_routes(settings, default_gateway, gateways),
        allowance=Allowance(settings.daily_asks, _airtime_offer(settings)),
        spool=Spool(settings.spool_folder),
        airtime_gateway=_airtime_gateway(settings),
    )


def _routes(settings: Settings, default: str, gateways: Collection[str]) -> Routes:
    try:
        return parse_routes(settings.routes or "", default, gateways)
    except ValueError as fault:
        raise SettingsError(f"BEI_ROUTES is wrong: {fault}") from None


def _gateways(settings: Settings) -> dict[str, SmsGateway]:
    gateways: dict[str, SmsGateway] = {}
    if settings.at_username and settings.at_api_key:
        gateways[africastalking.NAME] = AfricasTalking(
            username=settings.at_username,
            api_key=settings.at_api_key.get_secret_value(),
            sender=settings.at_sender,
            base_url=_address(settings.at_base_url),
        )
    if settings.twilio_account_sid and settings.twilio_auth_token and settings.twilio_from:
        gateways[twilio.NAME] = Twilio(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token.get_secret_value(),
            sender=settings.twilio_from,
            public_base_url=str(settings.public_base_url),
            base_url=_address(settings.twilio_base_url),
        )
    if settings.simulator:
        gateways[simulator.NAME] = Simulator()
    return gateways


def _airtime_offer(settings: Settings) -> AirtimeOffer | None:
    if settings.airtime_amount is None or settings.airtime_daily_budget is None:
        return None
    currency, amount = settings.airtime_amount.split()
    return AirtimeOffer(
        amount=Decimal(amount),
        currency=currency,
        per_person_day=settings.airtime_per_person_day,
        a_day=settings.airtime_daily_budget,
    )


def _airtime_gateway(settings: Settings) -> AirtimeGateway | None:
    """Where there is a way at all, so that what was promised is paid after it was turned off."""
    if settings.at_username and settings.at_api_key:
        return AfricasTalkingAirtime(
            username=settings.at_username,
            api_key=settings.at_api_key.get_secret_value(),
            base_url=_address(settings.at_base_url),
        )
    return Simulator() if settings.simulator else None


def _address(url: HttpUrl | None) -> str | None:
    return None if url is None else str(url)
