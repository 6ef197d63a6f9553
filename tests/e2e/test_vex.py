"""OpenVEX from a run: only when the policy asks for it and there is something to say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.cli import main

REPORTS = Path(__file__).parents[2] / "examples" / "reports" / "first"
ACCEPTED = """exceptions:
  - {status: risk_accepted, reason: Behind a login, owner: kim, expires: 2027-01-31, vulnerability: CVE-2018-18074}
  - status: not_affected
    reason: Only our own files are loaded.
    owner: kim
    expires: 2027-01-31
    vulnerability: CVE-2020-14343
    purl: pkg:pypi/pyyaml
    justification: vulnerable_code_cannot_be_controlled_by_adversary
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(report: str, policy: str) -> Path:
    """A run with a policy and two exceptions; where its VEX would be."""
    Path("policy.yml").write_text(policy, encoding="utf-8")
    Path("accepted.yml").write_text(ACCEPTED, encoding="utf-8")
    flags = ["--config", "policy.yml", "--exceptions", "accepted.yml", "--now", "2026-11-22", "--quiet"]
    assert main(["run", str(REPORTS / report), *flags]) == 0
    return Path("onefold-out/openvex.json")


def test_vex_is_written_when_it_is_asked_for() -> None:
    """What was accepted is affected, what was judged is not affected with its justification, the rest is open."""
    document = json.loads(ran("trivy-fs.json", "outputs: {vex: true}\n").read_bytes())
    said = {each["vulnerability"]["name"]: each for each in document["statements"]}
    assert said["CVE-2018-18074"]["status"] == "affected"
    assert said["CVE-2018-18074"]["action_statement"].startswith("The risk is accepted. Behind a login. Fixed in ")
    assert said["CVE-2020-14343"]["justification"] == "vulnerable_code_cannot_be_controlled_by_adversary"
    assert said["CVE-2020-1747"]["status"] == "under_investigation"


@pytest.mark.parametrize(
    ("report", "policy"),
    [("trivy-fs.json", ""), ("semgrep.json", "outputs: {vex: true}\n")],
    ids=["unasked", "nothing"],
)
def test_vex_is_not_written_otherwise(report: str, policy: str) -> None:
    """Without a word in the policy, or without a package, there is no document."""
    assert not ran(report, policy).exists()
