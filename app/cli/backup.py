"""`bei backup`, `bei restore`, `bei move`: a service's data kept, put back, and moved."""

from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from app.backup.keys import keys_of, whereabouts
from app.backup.making import check_backup, keep_newest, make_backup, name_at
from app.backup.manifest import BackupError, Manifest
from app.backup.moving import move
from app.backup.restoring import name_of, refuse_unfit, restore
from app.cli.opening import database_revisions, now, open_bare
from app.config import Settings, load_settings
from app.number_seal import bring_up_to_date
from app.progress import progress_bar
from db.sealed import SealedError
from db.session import Database, open_database

_FILE = click.Path(path_type=Path)


@click.command("backup")
@click.argument("target", type=_FILE, required=False)
@click.option("--keep", type=click.IntRange(min=1), help="Of a folder's backups, keep the newest.")
@click.option("--with-keys", is_flag=True, help="Put the keys in: who has it can read it all.")
@click.option("--check", is_flag=True, help="Read the backup TARGET, and write nothing.")
def backup(target: Path | None, keep: int | None, with_keys: bool, check: bool) -> None:
    """Keep the database of this moment in TARGET, a file or a folder, while all is at work.

    Without TARGET it goes into BEI_BACKUP_DIR.
    """
    settings = load_settings()
    target = target or _folder_set(settings)
    try:
        if check:
            _tell(target, check_backup(target, thoroughly=True))
        else:
            _back_up(settings, target, keep, with_keys)
    except BackupError as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        raise click.ClickException(f"{target}: {fault.strerror}") from None


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
def restore_command(file: Path, replace: bool) -> None:
    """Put the backup FILE into the empty database at DATABASE_URL. Stop web and worker first."""
    settings = load_settings()
    try:
        manifest = refuse_unfit(settings, file)
        database = _opened(settings.database_url)
        if replace:
            _ask_for_name(database)
        remarks = restore(settings, database, file, replace=replace)
        bring_up_to_date(open_bare())
    except (BackupError, SealedError) as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        raise click.ClickException(f"{file}: {fault.strerror}") from None
    except OperationalError as fault:
        raise _out_of_reach("DATABASE_URL", fault) from None
    _tell(file, manifest)
    for remark in remarks:
        click.echo(remark)


@click.command("move")
@click.argument("address", required=False)
def move_command(address: str | None) -> None:
    """Copy the database at DATABASE_URL into the empty one at ADDRESS. Stop web and worker first.

    An address with a password is asked for: a command line is there for everybody to see.
    """
    settings = load_settings()
    target = open_database(_checked(address))
    source = _opened(settings.database_url)
    current, newest = database_revisions(source)
    if current != newest:
        raise click.ClickException(
            f"the database is at revision {current or 'none'}, not {newest}: run `bei db upgrade`"
        )
    source.engine.dispose()
    try:
        with progress_bar("Rows") as progress:
            counts = move(source, target, progress)
    except BackupError as fault:
        raise click.ClickException(str(fault)) from None
    except OperationalError as fault:
        raise _out_of_reach("the new address", fault) from None
    finally:
        target.engine.dispose()
    click.echo(f"{sum(counts.values()):,} rows in {len(counts)} tables moved")
    for place in whereabouts(settings):
        click.echo(f"Its data needs the key in {place}: keep it the same")


def _back_up(settings: Settings, target: Path, keep: int | None, with_keys: bool) -> None:
    if keep is not None and not target.is_dir():
        raise BackupError(_no_folder(target))
    moment = now()
    place = target / name_at(moment) if target.is_dir() else target
    try:
        manifest = make_backup(
            _opened(settings.database_url), place, now=moment, keys=keys_of(settings),
            with_keys=with_keys,
        )  # fmt: skip
    except OperationalError as fault:
        raise _out_of_reach("DATABASE_URL", fault) from None
    _tell(place, manifest)
    if with_keys:
        click.echo("Its keys are in it: whoever has it can read the phone numbers.")
    elif kept_apart := whereabouts(settings):
        click.echo(f"Its keys are not in it; keep them apart: {', '.join(kept_apart)}")
    if keep is not None:
        for old in keep_newest(target, keep):
            click.echo(f"removed {old}")


def _no_folder(target: Path) -> str:
    """What to do where so many of a folder were to be kept."""
    if target.exists():
        return f"--keep is for a folder of backups, and {target} is a file"
    return f"there is no folder {target}: make it first, or leave --keep out to write that one file"


def _tell(path: Path, manifest: Manifest) -> None:
    click.echo(
        f"{path}: {manifest.total:,} rows of {manifest.database} at {manifest.revision},"
        f" made {manifest.made_at:%Y-%m-%d %H:%M} UTC by Bei {manifest.bei},"
        f" {path.stat().st_size / 1e6:,.1f} MB, whole"
    )


def _folder_set(settings: Settings) -> Path:
    if settings.backup_dir is None:
        raise click.UsageError("where to? Give a file or a folder, or set BEI_BACKUP_DIR")
    folder = Path(settings.backup_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _opened(url: str) -> Database:
    database = open_database(url)
    if database.is_a_file and database.engine.url.database in {None, "", ":memory:"}:
        raise click.ClickException("a database in memory has nothing to keep")
    click.get_current_context().call_on_close(database.engine.dispose)
    return database


def _ask_for_name(database: Database) -> None:
    name = name_of(database)
    said: str = click.prompt(f"All that is in {name} will be replaced. Type its name to go on")
    if said.strip() != name:
        raise click.ClickException(f"that is not {name}: nothing was changed")


def _checked(address: str | None) -> str:
    """An address to move to, asked for where none was given."""
    given = address or click.prompt("The address to move to", hide_input=True)
    try:
        url = make_url(given.strip())
        known = url.get_backend_name() in {"sqlite", "postgres", "postgresql"}
    except ArgumentError:
        known = False
    if not known:
        raise click.ClickException("the address must begin with sqlite:/// or postgresql://")
    if address is not None and url.password:
        raise click.ClickException(
            "a password on a command line is there for everybody to see: run `bei move` without"
            " the address, and it is asked for"
        )
    return given.strip()


def _out_of_reach(what: str, fault: OperationalError) -> click.ClickException:
    reason = str(fault.orig).strip().splitlines()[0]
    return click.ClickException(f"the database at {what} is out of reach: {reason}")
