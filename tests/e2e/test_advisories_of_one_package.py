"""Advisories that no CVE names yet, as Snyk reports them: each is a finding, whatever package it is about."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.job import onefold

START = date(2026, 9, 1)
POLLUTION, REGEX, LICENCE = "SNYK-JS-XLSX-5457926", "SNYK-JS-XLSX-6252523", "snyk:lic:npm:xlsx:GPL-3.0"
PACKAGE = "xlsx@0.16.2"
"""What Snyk describes a rule with when it knows no CVE; once it was taken for the name of a vulnerability."""


def snyk(*rules: str) -> Any:
    """Snyk's log about one package."""
    place = {"physicalLocation": {"artifactLocation": {"uri": "package-lock.json"}, "region": {"startLine": 1}}}
    named = {**place, "logicalLocations": [{"fullyQualifiedName": PACKAGE}]}
    about = [{"id": rule, "fullDescription": {"text": PACKAGE}} for rule in rules]
    results = [{"ruleId": rule, "message": {"text": rule}, "level": "error", "locations": [named]} for rule in rules]
    driver = {"name": "Snyk Open Source", "rules": about}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def run(folder: Path, day: int, *rules: str) -> dict[str, Any]:
    """One run, and the findings by the rules that report them."""
    (folder / "snyk.sarif").write_text(json.dumps(snyk(*rules)))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    done = onefold("run", "snyk.sarif", "--state", "state", "--now", now, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    findings = json.loads((folder / "onefold-out" / "findings.json").read_bytes())["findings"]
    return {source["rule_id"]: each for each in findings for source in each["sources"]}


def judge(folder: Path, id_: str) -> None:
    """An exception for one finding."""
    (folder / ".github").mkdir()
    entry = f"{{status: not_affected, reason: we only write., owner: kim, expires: 2027-06-30, id: {id_}}}"
    (folder / ".github" / "onefold-exceptions.yml").write_text(f"exceptions:\n  - {entry}\n")


def remember_as_before(folder: Path) -> None:
    """Make the state as early ones were: the findings of the package are one, by the package's own name."""
    (file,) = (folder / "state").glob("*.json")
    state = json.loads(file.read_bytes())
    first, *others = state["findings"]
    first["vulnerability_ids"] = [POLLUTION, PACKAGE, REGEX]
    first["sightings"] += [sighting for each in others for sighting in each["sightings"]]
    for sighting in first["sightings"]:
        if sighting["rule_id"] == LICENCE:
            sighting["keys"] = [f"v1:component:{PACKAGE}", f"v1:moved-component:{PACKAGE}"]
    state["findings"] = [first]
    file.write_text(json.dumps(state))


def test_a_later_advisory_is_new(tmp_path: Path) -> None:
    """Whatever was decided about another one of the same package, of which it is no part either."""
    first = run(tmp_path, 0, POLLUTION)[POLLUTION]
    judge(tmp_path, first["id"])
    assert run(tmp_path, 1, POLLUTION)[POLLUTION]["status"] == "not_affected"
    found = run(tmp_path, 2, POLLUTION, REGEX, LICENCE)
    assert {rule: (each["status"], each["baseline"]) for rule, each in found.items()} == {
        POLLUTION: ("not_affected", "unchanged"),
        REGEX: ("active", "new"),
        LICENCE: ("active", "new"),
    }
    assert [found[rule]["vulnerability_ids"] for rule in (POLLUTION, REGEX, LICENCE)] == [[POLLUTION], [REGEX], []]


def test_what_an_early_state_made_one_is_parted(tmp_path: Path) -> None:
    """Nothing of it is new or closed; what was judged stays so, and what it silenced beside it is open again."""
    first = run(tmp_path, 0, POLLUTION, REGEX, LICENCE)[POLLUTION]
    judge(tmp_path, first["id"])
    remember_as_before(tmp_path)
    found = run(tmp_path, 1, POLLUTION, REGEX, LICENCE)
    assert {rule: (each["status"], each["baseline"]) for rule, each in found.items()} == {
        POLLUTION: ("not_affected", "unchanged"),
        REGEX: ("active", "updated"),
        LICENCE: ("active", "updated"),
    }
    assert found[POLLUTION]["id"] == first["id"]
    assert PACKAGE not in json.dumps([each["vulnerability_ids"] for each in found.values()])
    assert {rule: each["id"] for rule, each in run(tmp_path, 2, POLLUTION, REGEX, LICENCE).items()} == {
        rule: each["id"] for rule, each in found.items()
    }
