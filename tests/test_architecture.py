"""What has to stay true of the house as a whole."""

import csv
import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app import create_app
from app.config import Settings
from app.service import open_service
from db.base import Base
from db.session import Database

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "handlers", "scheduler", "groups", "messaging", "prices", "db")


def tracked_files() -> list[Path]:
    """Every file of the project, as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nobody_elses_package_bears_our_names() -> None:
    """`pip install prices` would silently replace ours."""
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["bei"])) <= {"bei"}, package


def test_every_test_folder_is_a_package() -> None:
    """A test folder that mirrors a package would shadow it otherwise."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert (path.parent / "__init__.py").exists(), path.parent


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_webhook_is_authenticated(database_url: str) -> None:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        public_base_url="https://bei.example.org",
        at_username="bei",
        at_api_key="key",
        at_webhook_secret="right",
        twilio_account_sid="AC1",
        twilio_auth_token="token",
        twilio_from="+15005550006",
    )
    service = open_service(settings)
    client = create_app(settings, service).test_client()
    rules = [
        str(rule)
        for rule in client.application.url_map.iter_rules()
        if str(rule).startswith("/webhooks/")
    ]
    assert len(rules) >= 6
    for rule in rules:
        response = client.post(re.sub("<[^>]+>", "wrong", rule), data={"id": "1", "text": "x"})
        assert response.status_code in {403, 404}, rule
    service.database.engine.dispose()


def test_the_simulator_is_absent_beside_a_real_gateway(database_url: str) -> None:
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        secret_key="k",
        at_username="bei",
        at_api_key="key",
        at_webhook_secret="right",
    )
    service = open_service(settings)
    assert create_app(settings, service).test_client().get("/phone").status_code == 404
    service.database.engine.dispose()


def test_requirements_name_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("package", PACKAGES)
def test_nobody_reads_outside_the_project(package: str) -> None:
    for path in tracked_files():
        if path.suffix == ".py" and path.is_relative_to(ROOT / package):
            assert "../shared" not in path.read_text(), path


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        assert f"`{alias or 'BEI_' + name.upper()}`" in documented, name


VERBS = {
    "price", "report", "subscribe", "unsubscribe", "stop", "stop_all", "start", "help",
    "register", "name", "home", "language", "join", "group", "transport",
}  # fmt: skip


def test_every_verb_is_documented() -> None:
    """The first English and Swahili word of every verb stands in the guide to texting."""
    guide = (ROOT / "docs" / "texting.md").read_text().casefold()
    with (ROOT / "handlers" / "parser" / "keywords.csv").open(newline="") as file:
        first_words = {
            (row["action"], row["language"]): row["keyword"]
            for row in reversed(list(csv.DictReader(file)))
            if row["action"] in VERBS and row["language"] in {"en", "sw"}
        }
    assert {action for action, _ in first_words} == VERBS
    for verb, keyword in first_words.items():
        assert keyword in guide, verb
