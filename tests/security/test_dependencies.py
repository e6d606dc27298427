"""What we rest on, looked over without a network: it is what was pinned, whole, and may be used.

It shows that the machine runs what the repository names and what was installed, byte for byte. It
knows nothing of faults that became known since: that takes a network, and whoever compiles the
requirements anew asks there.
"""

import base64
import hashlib
import importlib.metadata as metadata
import re
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SERVES, TESTS = "requirements.txt", "requirements-dev.txt"
# What installs and compiles, and ourselves.
TOOLS = {"pip", "setuptools", "wheel", "uv", "bei"}
# What lets us pass it on and use it in a service.
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL[- ]2|Mozilla|LGPL|Lesser|Unlicense|"
    r"Zlib|0BSD|CC0|HPND|Public Domain",
    re.IGNORECASE,
)
BARRED = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|Affero|Commons Clause|BUSL|Proprietary|SSPL")


def pins(name: str) -> dict[str, str]:
    """The versions that a file names, of what this Python and machine need."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate():
            (only,) = wanted.specifier
            assert only.operator == "==", line
            found[canonicalize_name(wanted.name)] = only.version
    return found


def installed() -> dict[str, str]:
    """What stands in the environment."""
    return {canonicalize_name(one.name): one.version for one in metadata.distributions()}


@pytest.mark.parametrize("name", [SERVES, TESTS])
def test_every_package_is_there_in_the_version_that_is_pinned(name: str) -> None:
    there = installed()
    wrong = {
        package: (version, there.get(package))
        for package, version in pins(name).items()
        if there.get(package) != version
    }
    assert wrong == {}, "`make install-dev` puts it right"


def test_nothing_is_there_that_nobody_pinned() -> None:
    assert installed().keys() - pins(TESTS).keys() - TOOLS == set()


def test_what_serves_is_pinned_alike_for_tests() -> None:
    for_tests = pins(TESTS)
    assert {name: for_tests.get(name) for name in pins(SERVES)} == pins(SERVES)


def test_everything_our_packages_ask_for_is_pinned() -> None:
    wanted = metadata.distribution("bei").requires or []
    asked = {
        canonicalize_name(one.name)
        for one in map(Requirement, wanted)
        if one.marker is None or one.marker.evaluate({"extra": ""})
    }
    assert asked <= pins(SERVES).keys()


def test_no_file_differs_from_what_was_installed() -> None:
    changed, looked_at = [], 0
    for package in pins(SERVES):
        for path, expected, digest in _recorded(metadata.distribution(package)):
            looked_at += 1
            if not path.is_file() or _digest(path, digest) != expected:
                changed.append(str(path))
    assert changed == []
    assert looked_at > 1_000


def _recorded(package: Distribution) -> Iterator[tuple[Path, str, str]]:
    for file in package.files or ():
        # Programs in bin/ are written for each environment.
        if file.hash is not None and ".." not in file.parts:
            yield Path(str(file.locate())), file.hash.value, file.hash.mode


def _digest(path: Path, digest: str) -> str:
    made = hashlib.new(digest, path.read_bytes()).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def licence_of(package: str) -> str:
    """What a package says of its licence, in whichever of the three places."""
    told = metadata.metadata(package)
    classifiers = [one for one in told.get_all("Classifier") or () if one.startswith("License")]
    written = (told.get("License-Expression") or "", *classifiers, told.get("License") or "")
    return next((one.strip() for one in written if one.strip()), "")[:200]


@pytest.mark.parametrize("package", sorted(pins(SERVES)))
def test_what_serves_may_be_passed_on(package: str) -> None:
    licence = licence_of(package)
    assert FREE.search(licence), licence
    assert not BARRED.search(licence), licence
