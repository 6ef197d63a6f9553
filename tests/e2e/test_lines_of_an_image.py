"""Two lines of one image, looked at in turns: production by night, the main branch at each push."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import onefold

START = date(2026, 9, 1)
IMAGE = "ghcr.io/acme/shop"
OLD = frozenset(range(16))
MAIN = OLD - {1, 2, 3}


def trivy(tag: str, flaws: frozenset[int]) -> Any:
    """Trivy's report of an image."""
    found = [
        {
            "VulnerabilityID": f"CVE-2024-{4000 + number}",
            "PkgName": f"pkg{number}",
            "PkgIdentifier": {"PURL": f"pkg:deb/debian/pkg{number}@1.0"},
            "InstalledVersion": "1.0",
            "FixedVersion": "2.0",
            "Severity": ("MEDIUM", "CRITICAL", "HIGH", "LOW")[number % 4],
        }
        for number in sorted(flaws)
    ]
    name = f"{IMAGE}:{tag}"
    target = {"Target": f"{name} (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": found}
    return {"SchemaVersion": 2, "ArtifactName": name, "ArtifactType": "container_image", "Results": [target]}


class Life:
    """Runs over reports of images, one a day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day = 0

    def run(self, **tags: frozenset[int]) -> Any:
        """One run over a report of each tag."""
        self._day += 1
        for tag, flaws in tags.items():
            (self._folder / f"{tag}.json").write_text(json.dumps(trivy(tag, flaws)))
        now = f"{START + timedelta(days=self._day):%Y-%m-%d}T08:00:00Z"
        done = onefold("run", *(f"{tag}.json" for tag in tags), "--state", "state", "--now", now, cwd=self._folder)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return json.loads((self._folder / "onefold-out" / "findings.json").read_bytes())


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """No run so far."""
    return Life(tmp_path)


def counts(told: Any) -> tuple[int, int, int, int]:
    """What is open, new, closed and open again."""
    return tuple(told["totals"][each] for each in ("open", "new", "absent", "reopened"))


def test_each_line_speaks_for_itself(life: Life) -> None:
    """What is mended on main is open as long as production shows it, and neither closed nor opened again meanwhile."""
    turns = [life.run(prod=OLD) if day % 2 == 0 else life.run(main=MAIN) for day in range(8)]
    assert [counts(told) for told in turns] == [(16, 0, 0, 0)] * 8
    (left,) = {each["observation_reason"] for each in turns[1]["findings"] if each["observation"] == "not_covered"}
    assert left == f"No report of this run says that Trivy looked at {IMAGE}:prod."
    assert counts(life.run(prod=MAIN)) == (13, 0, 3, 0)


def test_a_flaw_of_two_lines_is_one_finding(life: Life) -> None:
    """A flaw that both have is one finding, in one run or in turns, and closes when both have looked again."""
    assert counts(life.run(prod=OLD, main=OLD)) == (16, 0, 0, 0)
    assert counts(life.run(main=OLD | {20})) == (17, 1, 0, 0)
    assert counts(life.run(prod=OLD | {20})) == (17, 0, 0, 0)
    assert counts(life.run(main=OLD)) == (17, 0, 0, 0)
    assert counts(life.run(prod=OLD)) == (16, 0, 1, 0)


def test_a_release_is_the_same_line(life: Life) -> None:
    """The next version of an image shows the same findings, and closes what it mends at once."""
    told = [life.run(**{tag: flaws}) for tag, flaws in (("1.0", OLD), ("1.1", MAIN), ("latest", MAIN), ("v2", MAIN))]
    assert [counts(each) for each in told] == [(16, 0, 0, 0), (13, 0, 3, 0), (13, 0, 0, 0), (13, 0, 0, 0)]
