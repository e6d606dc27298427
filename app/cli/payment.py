"""`bei payment`: what a group's period comes to, on paper; another scheme tried on its book."""

import io
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.opening import now, open_ready
from app.sheets.payment import COLUMNS, Page, payment_page, payment_rows
from app.sheets.payment_html import payment_html
from app.tables import write_csv
from groups.groups import currency_of, find_group
from groups.members import Member
from groups.models import Group
from groups.payments import NoScheme, Sheet, Trial, payees, sheet_of, try_scheme
from groups.schemes import NoPrice, Period, period_named
from handlers.keywords.scheme_words import scheme_told
from handlers.keywords.statement_words import signed
from handlers.parser.scheme_terms import NotATerm, read_terms
from messaging.phrases.formats import local_date

_OUT = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def payment() -> None:
    """Pay for milk: `bei payment sheet KIRIMA --period 2026-11a`."""


@payment.command("sheet")
@click.argument("group_code", metavar="GROUP")
@click.option("--period", required=True, help="2026-11a, 2026-11b, or 2026-11.")
@click.option("--format", "form", type=click.Choice(["html", "pdf", "csv"]), default="html")
@_OUT
def sheet_command(group_code: str, period: str, form: str, output: Path | None) -> None:
    """What each member of GROUP gets for a period, to be printed and signed."""
    service = open_ready()
    with service.database.read() as session:
        group = _group(session, group_code)
        sheet = _sheet(session, group, _period(period))
        members = payees(session, group)
        page = payment_page(
            sheet,
            members,
            group=group.name,
            language=group.language,
            currency=currency_of(session, group),
        )
    written = _csv(sheet, members) if form == "csv" else _drawn(page, form)
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_bytes(written.encode() if isinstance(written, str) else written)


@payment.command("try")
@click.argument("group_code", metavar="GROUP")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def try_command(group_code: str, file: Path) -> None:
    """Try the scheme in FILE, written as in a text (BASE 45 A +1 LEVY 1%), on GROUP's book."""
    terms = read_terms(file.read_text("utf-8"))
    if isinstance(terms, NotATerm):
        where = f"it is not understood at {terms.word!r}" if terms.word else "it says no price"
        raise click.ClickException(f"{file} holds no scheme: {where}")
    service = open_ready()
    with service.database.read() as session:
        group = _group(session, group_code)
        trial = try_scheme(session, group, terms, local_date(now(), group.timezone))
        if trial is None:
            raise click.ClickException(
                f"{group.code} was paid by no scheme in the last months: nothing to compare with"
            )
        members = payees(session, group)
    click.echo(scheme_told("en", terms))
    for line in _trial_lines(trial, members):
        click.echo(line)


def _csv(sheet: Sheet, members: dict[int, Member]) -> str:
    out = io.StringIO()
    write_csv(out, COLUMNS, payment_rows(sheet, members))
    return out.getvalue()


def _drawn(page: Page, form: str) -> str | bytes:
    if form == "html":
        return payment_html(page)
    # A fifth of a second to load, for whoever wants it.
    from app.sheets.payment_pdf import payment_pdf

    return payment_pdf(page)


def _trial_lines(trial: Trial, members: dict[int, Member]) -> list[str]:
    """The sums, then each member, who gains most first."""
    change = trial.change
    ranked = sorted(trial.by_member.items(), key=lambda one: (-one[1], one[0]))
    return [
        f"since {trial.since}: {signed(change.in_all, 'en')} in all, "
        f"{change.gain} gain, {change.lose} lose, {change.same} as before",
        *(
            f"{signed(difference, 'en'):>14}  {_named(members, member_id)}"
            for member_id, difference in ranked
            if difference
        ),
    ]


def _named(members: dict[int, Member], member_id: int) -> str:
    return f"#{members[member_id].number} {members[member_id].name}"


def _sheet(session: Session, group: Group, period: Period) -> Sheet:
    found = sheet_of(session, group, period)
    match found:
        case Sheet():
            return found
        case NoScheme():
            raise click.ClickException(f"{group.code} had no scheme by {period.since}")
        case NoPrice():
            raise click.ClickException(
                f"{group.code} pays what its buyers pay, and no sale is written in {period.label}"
            )


def _period(label: str) -> Period:
    period = period_named(label)
    if period is None:
        raise click.ClickException(f"{label} is no period: 2026-11a, 2026-11b, or 2026-11")
    return period


def _group(session: Session, code: str) -> Group:
    group = find_group(session, code)
    if group is None:
        raise click.ClickException(f"there is no group {code}")
    return group
