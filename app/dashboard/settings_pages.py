"""What is set, and whether all is in place: as `bei doctor` sees it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.config import Settings
from app.dashboard.guard import moment, needs, service
from app.health.examination import examine
from app.staff.models import StaffRole

pages = Blueprint("settings", __name__, url_prefix="/settings")

# Addresses in which a password may stand.
_ADDRESSES = {"database_url", "redis_url"}


@dataclass(frozen=True)
class Setting:
    """A setting by its name; what is secret is "set", or None."""

    name: str
    value: str | None
    is_default: bool


@pages.get("")
@needs(StaffRole.ADMIN)
def show() -> str:
    """Every setting of this process."""
    return render_template("dashboard/settings.html", settings=_listed(service().settings))


@pages.get("/doctor")
@needs(StaffRole.ADMIN)
def show_doctor() -> str:
    """What `bei doctor` finds now; it looks at a month of reports and calls, and takes its time."""
    findings = list(examine(service(), moment()))
    is_part = request.headers.get("HX-Request") == "true"
    template = "dashboard/findings.html" if is_part else "dashboard/doctor.html"
    return render_template(template, findings=findings)


def _listed(settings: Settings) -> list[Setting]:
    listed = []
    for name, field in Settings.model_fields.items():
        shown = str(field.validation_alias or f"BEI_{name.upper()}")
        value = getattr(settings, name)
        listed.append(Setting(shown, _shown(name, value), value == field.default))
    return sorted(listed, key=lambda one: one.name)


def _shown(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, SecretStr):
        return "set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return _without_password(str(value)) if name in _ADDRESSES else str(value)


def _without_password(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return "set"
