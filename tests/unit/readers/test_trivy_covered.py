"""Tests of :mod:`aggregator.readers.trivy.covered`: which targets a report names, clean ones too."""

from typing import Any

import pytest

from tests.unit.readers.trivy_reports import CONFIG, LOCK, flaw, image, read

SUMMARY = {"MisconfSummary": {"Successes": 3, "Failures": 0}}
OTHER = {**LOCK, "Target": "api/package-lock.json"}
SECRET = {"Target": "config/.env", "Class": "secret"}


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([{**CONFIG, **SUMMARY}, {**CONFIG, "Target": "infra", **SUMMARY}], {"iac\x1finfra/main.tf", "iac\x1finfra"}),
        ([{**LOCK, "Vulnerabilities": [flaw()]}], {"sca\x1f."}),
        (
            [{**LOCK, "Vulnerabilities": [flaw()]}, OTHER],
            {"sca\x1fweb/package-lock.json", "sca\x1fapi/package-lock.json"},
        ),
        ([SECRET], {"secret\x1f."}),
        ([{"Target": "Loose File License(s)", "Class": "license-file"}], {"license\x1f."}),
        ([{"Target": "x", "Class": "custom"}, {"Target": "y"}], set()),
    ],
)
def test_targets_are_named_by_kind(targets: list[Any], expected: set[str]) -> None:
    """File by file where the report lists clean ones, as a whole where it does not, not at all for unknown classes."""
    assert read(*targets).scans[0].coverage.targets == expected


SYSTEM = {"Target": "shop (alpine 3.18)", "Class": "os-pkgs", "Type": "alpine"}
JAR = {"Target": "Java", "Class": "lang-pkgs", "Type": "jar"}
LICENCES = {"Target": "OS Packages", "Class": "license"}
ALPINE = {"OS": {"Family": "alpine", "Name": "3.18"}}


@pytest.mark.parametrize(
    ("targets", "metadata", "expected"),
    [
        ([SYSTEM, JAR, LICENCES], ALPINE, set()),
        ([SYSTEM], ALPINE, {"license"}),
        ([JAR, LICENCES], ALPINE, {"container\x1fsystem"}),
        ([JAR, LICENCES], None, {"container\x1fsystem"}),
        ([JAR, LICENCES], {"ImageID": "sha256:ab"}, set()),
        ([SECRET], ALPINE, {"container", "container\x1fsystem", "license"}),
        ([], {"ImageID": "sha256:ab"}, {"container", "license"}),
        ([{"Target": "shop (alpine 3.18)", "Type": "alpine"}, {"Target": "app.jar", "Type": "jar"}], None, set()),
    ],
)
def test_what_nobody_looked_for_in_an_image(targets: list[Any], metadata: Any, expected: set[str]) -> None:
    """Packages of its system and licences are listed when they are clean; an image may have no system."""
    assert image(*targets, Metadata=metadata).scans[0].coverage.unsought == expected


def test_what_nobody_looked_for_in_a_folder() -> None:
    """Licences alone: of packages some versions list none when they are clean."""
    assert read(CONFIG).scans[0].coverage.unsought == {"license"}
    assert read(LICENCES).scans[0].coverage.unsought == set()


def test_packages_of_an_image_are_a_kind_of_their_own() -> None:
    """The system's packages are no file."""
    assert image({**SYSTEM, "Vulnerabilities": [flaw()]}).scans[0].coverage.targets == {"container\x1f."}


@pytest.mark.parametrize(
    ("metadata", "system"),
    [
        (ALPINE, "alpine"),
        (None, ""),
        ({"ImageID": "sha256:ab"}, ""),
        ({"OS": {}}, ""),
        ({"OS": {"Family": 7}}, ""),
        ({"OS": None}, ""),
    ],
)
def test_the_system_of_an_image(metadata: Any, system: str) -> None:
    """What Trivy tells of it, if it does."""
    assert image(SYSTEM, Metadata=metadata).scans[0].coverage.system == system
    assert read(SYSTEM, Metadata=metadata).scans[0].coverage.system == ""
