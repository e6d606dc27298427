"""Every setting Bei reads, typed and explained: the environment, or a `.env` file beside it."""

import os
import re
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from dotenv import dotenv_values
from pydantic import (
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.gateway_addresses import Networks, parse_addresses
from app.staff.kinds import SecondStep
from db.retention import Keeping, Kept
from messaging.kinds import OutboundKind
from messaging.quiet_hours import QuietHours, parse_quiet_hours
from messaging.sms_prices import SmsLimit, SmsPrice, parse_limit, parse_price

# NumPy's threads would take the signal that ends the worker, and our arrays are too small for them.
# It is read when NumPy is first imported: this module comes before whoever does that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Where web's processes count together: the library that counts looks for it by this name.
_COUNTED_IN = "PROMETHEUS_MULTIPROC_DIR"

NIGHT = "21-6"
SHORTEST_KEY = 32
SHORTEST_TOKEN = 16
# Desk and doctor tell of the last month.
SHORTEST_KEPT_DAYS = 31
CALLING_GATEWAYS = ("africastalking", "twilio")
EMBEDDED_DATABASE_URL = "sqlite:///var/bei.db"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it in one line."""


def _empty_means_unset(value: object) -> object:
    return None if value == "" else value


Secret = Annotated[SecretStr | None, BeforeValidator(_empty_means_unset)]
Text = Annotated[str | None, BeforeValidator(_empty_means_unset)]
Money = Annotated[
    Annotated[Decimal, Field(gt=0, le=10_000_000)] | None, BeforeValidator(_empty_means_unset)
]
Address = Annotated[HttpUrl | None, BeforeValidator(_empty_means_unset)]


class LogFormat(StrEnum):
    """For whom a log is written."""

    JSON = "json"  # programs: one object a line
    CONSOLE = "console"  # people


class Settings(BaseSettings):
    """What the operator decides. A secret never shows in a log: it prints as asterisks."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix="BEI_", extra="ignore", validate_default=True
    )

    database_url: str = Field(EMBEDDED_DATABASE_URL, validation_alias="DATABASE_URL")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    web_concurrency: int = Field(1, validation_alias="WEB_CONCURRENCY", ge=1, le=64)

    # The address web listens on. With the simulator anybody who reaches it may text as anybody:
    # then it is this machine alone, unless it is set.
    host: Text = None
    # Signs cookies where the web keeps any, and keys the pseudonyms of exported reports; a long
    # random text, the same for every process.
    secret_key: Secret = None
    # Seals the phone numbers in the database; a long random text, kept apart from its backups.
    number_key: Secret = None
    # Where gateways reach us, without a path: https://bei.example.org
    public_base_url: Address = None
    country: str = Field("KE", pattern="^[A-Z]{2}$")
    # The phone page and its gateway: on where no gateway is configured, unless it is set.
    simulator: bool | None = None
    # What people dial; shown in help texts and answered by the simulator.
    ussd_code: str = Field("*384*123#", pattern=r"^\*[0-9*]+#$")

    at_username: Text = None
    at_api_key: Secret = None
    at_sender: Text = None
    # The unguessable part of Africa's Talking's webhook addresses: they carry no signature.
    at_webhook_secret: Secret = None
    at_base_url: Address = None

    twilio_account_sid: Text = None
    twilio_auth_token: Secret = None
    twilio_from: Text = None
    twilio_base_url: Address = None

    # Which gateway a number is written through, by its beginning, the first choice first:
    # "+254=africastalking,twilio; +256=twilio".
    routes: Text = None
    # Segments a second, by all workers together.
    at_rate: float = Field(100, gt=0, le=10_000)
    twilio_rate: float = Field(10, gt=0, le=10_000)
    # When nothing is sent but replies, by the clock of whoever it is for; empty: never. Where it
    # is not set nobody is woken who has a phone; a simulated one may be tried at night.
    quiet_hours: str | None = None
    # Segments, money, or both: "5000, KES 4000". Money needs the price of a segment.
    daily_sms_budget: Text = None
    monthly_sms_budget: Text = None
    sms_price: Text = None
    # Which kinds of message are sent once more when nobody knows whether they went.
    resend_unknown: Text = None

    # So long after its time a bulletin still goes out, where nothing ran at that time.
    bulletin_grace_hours: int = Field(12, ge=1, le=72)
    # Where the scripts for radio stations are written.
    radio_dir: str = Field("var/radio", min_length=1)
    # Where `bei backup` keeps its files where it is told no other place, and how old the newest one
    # may be before `bei doctor` complains.
    backup_dir: Text = None
    backup_days: int = Field(2, ge=1, le=366)
    # For trying out: webhooks out may lead to this machine, by http:// too.
    hooks_to_loopback: bool = False
    # Where what came is kept while the database is away; beside the embedded one where not set.
    spool_dir: Text = None

    # Where rate limits are counted for several hosts together: redis://…; this process alone where
    # it is not set.
    redis_url: Text = None
    # How many proxies of ours stand before web, each of which adds who asked it: without it an
    # address that a proxy tells is not believed.
    proxies: int = Field(0, ge=0, le=5)
    # What whoever reads /metrics has to show; where it is not set, private addresses alone may.
    metrics_token: Secret = None
    # How web and worker log: where it is not set, for people on a terminal, else as JSON.
    log_format: LogFormat | None = None

    # From which addresses gateways call: "africastalking=192.0.2.0/24; twilio=198.51.100.7". Of one
    # that is not named any address will do that knows its secret.
    gateway_addresses: Text = None
    # What one number may send in a minute and be answered at once; 0: as much as comes.
    texts_per_minute: int = Field(30, ge=0, le=10_000)
    hops_per_minute: int = Field(60, ge=0, le=10_000)

    # For how many days what is kept of people is kept; 0: for ever. The words of texts, what was
    # typed and shown in calls, what gateways reported, who waited for a price or was asked for one.
    keep_texts_days: int = Field(400, ge=0, le=36_500)
    keep_calls_days: int = Field(90, ge=0, le=36_500)
    keep_reports_of_gateways_days: int = Field(90, ge=0, le=36_500)
    keep_asked_days: int = Field(400, ge=0, le=36_500)

    # Who shows a phone's code beside the password, and when somebody at the desk logs in anew:
    # so long after the last click, and after the log-in.
    staff_totp: SecondStep = SecondStep.OPTIONAL
    staff_idle_minutes: int = Field(120, ge=5, le=1440)
    staff_session_hours: int = Field(12, ge=1, le=168)

    # How many reporters a day are texted for a price that somebody waits for, and for prices that
    # are often asked for; 0 turns it off.
    daily_asks: int = Field(200, ge=0, le=1_000_000)
    daily_nudges: int = Field(50, ge=0, le=1_000_000)

    # What a report earns where few are known, as "KES 5"; not set: nothing.
    airtime_amount: Text = None
    airtime_per_person_day: int = Field(1, ge=1, le=100)
    # Money a day for everybody together, in the same currency: nothing is paid without a limit.
    airtime_daily_budget: Money = None

    @field_validator("airtime_amount")
    @classmethod
    def _an_amount_of_money(cls, written: str | None) -> str | None:
        if written is not None and not re.fullmatch(r"[A-Z]{3} [1-9]\d{0,6}(\.\d\d?)?", written):
            raise ValueError("it must be a currency and an amount: KES 5")
        return written

    @field_validator(
        "keep_texts_days", "keep_calls_days", "keep_reports_of_gateways_days", "keep_asked_days"
    )
    @classmethod
    def _longer_than_anybody_looks_back(cls, days: int) -> int:
        if 0 < days < SHORTEST_KEPT_DAYS:
            raise ValueError(f"it must be {SHORTEST_KEPT_DAYS} or more, or 0 to keep it for ever")
        return days

    @field_validator("number_key")
    @classmethod
    def _a_key_nobody_guesses(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"it must have {SHORTEST_KEY} letters or more, all of them random")
        return key

    @field_validator("metrics_token")
    @classmethod
    def _a_token_nobody_guesses(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"it must have {SHORTEST_TOKEN} letters or more, all of them random")
        return token

    @field_validator("log_format", mode="before")
    @classmethod
    def _a_format(cls, written: object) -> object:
        return _empty_means_unset(written)

    @field_validator("redis_url")
    @classmethod
    def _a_redis(cls, written: str | None) -> str | None:
        if written is not None and not written.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it must begin with redis://")
        return written

    @field_validator("gateway_addresses")
    @classmethod
    def _addresses_of_gateways(cls, written: str | None) -> str | None:
        parse_addresses(written or "", CALLING_GATEWAYS)
        return written

    @field_validator("quiet_hours")
    @classmethod
    def _hours_of_the_day(cls, written: str | None) -> str | None:
        parse_quiet_hours(written or "")
        return written

    @field_validator("daily_sms_budget", "monthly_sms_budget")
    @classmethod
    def _segments_or_money(cls, written: str | None) -> str | None:
        if written is not None:
            parse_limit(written)
        return written

    @field_validator("sms_price")
    @classmethod
    def _price_of_a_segment(cls, written: str | None) -> str | None:
        if written is not None:
            parse_price(written)
        return written

    @field_validator("resend_unknown")
    @classmethod
    def _kinds_of_message(cls, written: str | None) -> str | None:
        for kind in _listed(written):
            if kind not in list(OutboundKind):
                raise ValueError(f"{kind} is no kind of message: {', '.join(OutboundKind)}")
        return written

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        try:
            backend = make_url(url).get_backend_name()
        except ArgumentError:
            backend = None
        if backend not in {"sqlite", "postgres", "postgresql"}:
            # The address itself may hold a password, so it is not said back.
            raise ValueError("it must begin with sqlite:/// or postgresql://")
        return url

    @model_validator(mode="after")
    def _whole_gateways(self) -> Self:
        """Half a way out is a mistake: name what is missing.

        What only lets texts in – the webhook secret, Twilio's token – may stand alone, to try the
        webhooks before there is an account to send with; the replies are the simulator's then.
        """
        if self.at_username or self.at_api_key:
            self._need("at_username", "at_api_key", "at_webhook_secret")
        if self.twilio_account_sid or self.twilio_from:
            self._need("twilio_account_sid", "twilio_auth_token", "twilio_from", "public_base_url")
        if self.simulator is None:
            self.simulator = not self.has_gateway
        return self

    @model_validator(mode="after")
    def _whole_airtime(self) -> Self:
        """Whoever gives airtime has said how much a day, and has a way to."""
        if self.airtime_amount is None:
            return self
        if self.airtime_daily_budget is None:
            raise ValueError("BEI_AIRTIME_DAILY_BUDGET is missing beside BEI_AIRTIME_AMOUNT")
        if not (self.has_africastalking or self.simulator):
            raise ValueError("BEI_AIRTIME_AMOUNT needs BEI_AT_USERNAME: only they pay airtime")
        return self

    @model_validator(mode="after")
    def _whole_budgets(self) -> Self:
        """Money can only be held back where a price says what a text takes of it."""
        for name in ("daily_sms_budget", "monthly_sms_budget"):
            _, currency = _limit(getattr(self, name))
            if currency is None:
                continue
            if self.segment_price is None:
                raise ValueError(f"BEI_SMS_PRICE is missing beside the money in BEI_{name.upper()}")
            if self.segment_price.currency != currency:
                raise ValueError(f"BEI_{name.upper()} is not in the money of BEI_SMS_PRICE")
        return self

    def _need(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) is None:
                raise ValueError(
                    f"BEI_{name.upper()} is missing beside the gateway's other settings"
                )

    @property
    def listen_address(self) -> str:
        """The address that web listens on."""
        return self.host or ("127.0.0.1" if self.simulator else "0.0.0.0")  # noqa: S104

    @property
    def browse_address(self) -> str:
        """The address a browser on this machine opens."""
        return "localhost" if self.listen_address == "0.0.0.0" else self.listen_address  # noqa: S104

    @property
    def has_africastalking(self) -> bool:
        """True when texts go through Africa's Talking."""
        return self.at_username is not None

    @property
    def has_twilio(self) -> bool:
        """True when texts go through Twilio."""
        return self.twilio_account_sid is not None

    @property
    def has_gateway(self) -> bool:
        """True when real phones are reached."""
        return self.has_africastalking or self.has_twilio

    @property
    def quiet(self) -> QuietHours | None:
        """When nothing is sent but replies."""
        by_default = NIGHT if self.has_gateway else ""
        return parse_quiet_hours(by_default if self.quiet_hours is None else self.quiet_hours)

    @property
    def segment_price(self) -> SmsPrice | None:
        """What a segment is reckoned at; None where nobody said."""
        return None if self.sms_price is None else parse_price(self.sms_price)

    @property
    def daily_sms_limit(self) -> SmsLimit:
        """What texts may take in a day."""
        return _limit(self.daily_sms_budget)[0]

    @property
    def monthly_sms_limit(self) -> SmsLimit:
        """What texts may take in a month."""
        return _limit(self.monthly_sms_budget)[0]

    @property
    def has_sms_budget(self) -> bool:
        """True where there is a limit to what texts may take."""
        return bool(self.daily_sms_budget or self.monthly_sms_budget)

    def addresses_of(self, gateway: str) -> Networks | None:
        """From where a gateway calls; None where nobody said."""
        return parse_addresses(self.gateway_addresses or "", CALLING_GATEWAYS).get(gateway)

    @property
    def resent_kinds(self) -> frozenset[OutboundKind]:
        """The kinds of message that are sent once more when nobody knows whether they went."""
        return frozenset(OutboundKind(kind) for kind in _listed(self.resend_unknown))

    @property
    def keeping(self) -> Keeping:
        """How long what is kept of people is kept."""
        return Keeping(
            {
                Kept.TEXTS: self.keep_texts_days,
                Kept.CALLS: self.keep_calls_days,
                Kept.REPORTS: self.keep_reports_of_gateways_days,
                Kept.ASKED: self.keep_asked_days,
            }
        )

    @property
    def spool_folder(self) -> Path:
        """Where what came is kept while the database is away, the same for all our processes."""
        if self.spool_dir is not None:
            return Path(self.spool_dir)
        file = make_url(self.database_url).database if self.is_embedded else None
        return Path("var/spool") if file in {None, "", ":memory:"} else Path(f"{file}-spool")

    @property
    def is_embedded(self) -> bool:
        """True for SQLite: one machine, one file."""
        return self.database_url.startswith("sqlite")


def count_together_in(folder: str) -> None:
    """Let the processes that are started from now on count together in a folder."""
    os.environ[_COUNTED_IN] = folder


def counted_together_in() -> str | None:
    """Where this process counts together with others; None where it counts alone."""
    return os.environ.get(_COUNTED_IN)


def _listed(written: str | None) -> list[str]:
    return [part.strip() for part in (written or "").split(",") if part.strip()]


def _limit(written: str | None) -> tuple[SmsLimit, str | None]:
    return (SmsLimit(), None) if written is None else parse_limit(written)


def _known_names() -> set[str]:
    return {
        str(field.validation_alias or f"BEI_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def _written_names(env_file: str | None) -> set[str]:
    in_file = dotenv_values(env_file) if env_file else {}
    return {name for name in (*os.environ, *in_file) if name.startswith("BEI_")}


def _hint(name: str) -> str:
    """The setting that was meant, where one is very like it: a letter less, a prefix too much."""
    known, bare = _known_names(), name.removeprefix("BEI_")
    close = [bare] if bare in known else get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def load_settings(env_file: str | None = ".env") -> Settings:
    """Read every setting, or raise SettingsError naming the first that is wrong.

    An unknown BEI_… name is wrong too: it is most often a slip of the pen in a known one.
    """
    for name in sorted(_written_names(env_file) - _known_names()):
        raise SettingsError(f"{name} is no setting of Bei{_hint(name)}")
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise SettingsError(first["msg"].removeprefix("Value error, ")) from None
        name = str(first["loc"][0]).upper()
        name = name if name in _known_names() else f"BEI_{name}"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} is wrong: {reason}") from None
