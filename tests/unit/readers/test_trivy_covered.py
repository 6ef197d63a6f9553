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


def test_packages_of_an_image_are_a_kind_of_their_own() -> None:
    """The system's packages are no file."""
    system = {"Target": "shop (alpine 3.18)", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [flaw()]}
    assert image(system).scans[0].coverage.targets == {"container\x1f."}
