"""What is shipped to run Bei with names what there is: commands, settings, files, services."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dotenv import dotenv_values

from app.cli import bei
from app.config import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMAND = re.compile(r"\bbei ([a-z]+)\b")


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return told


def known_settings() -> set[str]:
    return {
        str(field.validation_alias or f"BEI_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def test_the_example_names_settings_that_there_are_and_starts_nothing_by_itself() -> None:
    example = dotenv_values(DEPLOY / "bei.env.example")
    assert set(example) <= known_settings()
    secrets = [name for name in example if name.endswith(("_KEY", "_SECRET"))]
    assert len(secrets) == 4
    assert not any(example[name] for name in secrets)


def test_the_example_is_whole_once_its_secrets_are_filled_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in dotenv_values(DEPLOY / "bei.env.example").items():
        monkeypatch.setenv(name, value or "filled in by somebody who read it all")
    settings = Settings(_env_file=None)
    assert settings.has_africastalking
    assert not settings.simulator


def test_every_container_of_ours_runs_a_command_there_is_with_least_rights() -> None:
    services = compose()["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "bei"}
    assert set(ours) == {"release", "web", "worker"}
    for one in ours.values():
        assert set(COMMAND.findall(one["command"])) <= set(bei.commands)
        assert set(one["environment"]) <= known_settings()
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
    assert services["web"]["deploy"]["replicas"] == 2
    assert services["worker"]["deploy"]["replicas"] == 2


def test_only_the_proxy_is_open_to_the_world() -> None:
    ports = {name: one["ports"] for name, one in compose()["services"].items() if "ports" in one}
    assert ports.pop("caddy") == ["80:80", "443:443"]
    assert all(port.startswith("127.0.0.1:") for told in ports.values() for port in told)
    assert "respond /metrics 404" in (DEPLOY / "Caddyfile").read_text()


def test_what_containers_read_of_this_folder_is_there() -> None:
    for name, one in compose()["services"].items():
        for volume in one.get("volumes", ()):
            here = volume.partition(":")[0]
            if here.startswith("./"):
                assert (DEPLOY / here).exists(), (name, here)
            else:
                assert here in compose()["volumes"], (name, here)


def test_both_prometheus_read_the_same_rules() -> None:
    for name in ("prometheus.yml", "compose.yml"):
        told = yaml.safe_load((DEPLOY / "prometheus" / name).read_text())
        assert told["rule_files"] == ["alerts.yml"]
        assert [one["job_name"] for one in told["scrape_configs"]] == ["bei"]


def test_the_image_runs_as_nobody_in_particular_and_leaves_tests_out() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER bei" in lines
    assert lines[-1] == 'CMD ["bei", "web"]'
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var", "tests"} <= set(left_out)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_there_is(unit: Path) -> None:
    starts = re.findall(r"^ExecStart=/opt/bei/\.venv/bin/(.+)$", unit.read_text(), re.MULTILINE)
    assert [COMMAND.match(start)[1] in bei.commands for start in starts] == [True]  # type: ignore[index]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_understood_and_has_least_rights(unit: Path) -> None:
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    # Bei is not installed there on the machine that tests.
    faults = [line for line in verified.stderr.splitlines() if "is not executable" not in line]
    assert faults == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-300:]
