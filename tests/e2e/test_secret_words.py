"""A word may be a password here, and a package, a folder or a name in code there; and what hides from masks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import Job, onefold

WORDS = ("wordpress", "customer-service-v2")


def gitleaks(*values: str) -> str:
    """Default passwords, each on a line of one file."""
    return json.dumps(
        [
            {
                "RuleID": "hashicorp-tf-password",
                "Description": "A password.",
                "File": "deploy/main.tf",
                "StartLine": line,
                "EndLine": line,
                "StartColumn": 1,
                "EndColumn": 30,
                "Secret": value,
                "Match": f'password = "{value}"',
                "Fingerprint": f"deploy/main.tf:hashicorp-tf-password:{line}",
            }
            for line, value in enumerate(values, 1)
        ]
    )


def trivy(*packages: str) -> str:
    """One vulnerability that each of the packages has."""
    flaws = [
        {"VulnerabilityID": "CVE-2024-31210", "PkgName": name, "InstalledVersion": "6.0.0", "Severity": "HIGH"}
        | {"Title": f"{name}: deserialisation", "PkgIdentifier": {"PURL": f"pkg:npm/{name}@6.0.0"}}
        for name in packages
    ]
    target = {"Target": f"{packages[0]}/package-lock.json", "Class": "lang-pkgs", "Type": "npm"}
    results = [{**target, "Vulnerabilities": flaws}]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": results})


def sarif(*places: tuple[str, int], message: str = "Eval is bad.") -> str:
    """One rule that flags each of the places."""
    results = [
        {
            "ruleId": "eval",
            "message": {"text": message},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}],
        }
        for path, line in places
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Tool"}}, "results": results}]})


def told(job: Job, days: Sequence[dict[str, str]]) -> Iterator[dict[str, dict[str, Any]]]:
    """The findings of a run a day, by id."""
    for day, reports in enumerate(days, 1):
        for name, text in reports.items():
            (job.workspace / name).write_text(text)
        place = ("--out", "out", "--state", "state", "--source-root", ".", "--now", f"2026-11-{day:02}T00:00:00Z")
        done = onefold(
            "run", *place, *(f"gitleaks={name}" if name[0] == "g" else name for name in reports), cwd=job.workspace
        )
        assert done.returncode == 0
        findings = json.loads((job.workspace / "out/findings.json").read_bytes())["findings"]
        yield {each["id"]: each for each in findings}


@pytest.mark.parametrize("word", WORDS)
def test_what_is_called_like_a_password_keeps_its_name_and_its_id(word: str, job: Job) -> None:
    """Found, found again and gone: neither the package, nor the folder, nor the code changes by what Gitleaks knows."""
    (job.workspace / word).mkdir()
    for name in ("a", "b"):
        lines = "".join(f'{name}{line} = eval(x{line}, "{word}")\n' for line in range(9))
        (job.workspace / word / f"{name}.py").write_text(lines)
    others = {
        "t.json": trivy(word, "lodash"),
        "s.sarif": sarif(*((f"{word}/{name}.py", 3) for name in ("a", "b", "a"))),
    }
    days = [{"g.json": gitleaks(*found), **others} for found in ((), (word,), (word,), ())]
    first, *later = told(job, days)
    assert len(first) == 4
    for findings in later:
        assert {each for each in findings if findings[each]["kind"] != "secret"} == set(first)
        assert {each["baseline"] for name, each in findings.items() if name in first} == {"unchanged"}
    written = json.dumps(list(first.values()))
    assert f"pkg:npm/{word}" in written
    assert f"{word}/a.py" in (job.workspace / "out/upload.sarif").read_text()


def test_two_packages_that_are_called_like_passwords_stay_two(job: Job) -> None:
    """Masked, they would be one package with two accepted vulnerabilities."""
    days = [{"g.json": gitleaks("wordpress", "nextcloud"), "t.json": trivy("wordpress", "nextcloud")}]
    (findings,) = told(job, days)
    purls = {each["component"]["purl"] for each in findings.values() if each["component"]}
    assert purls == {"pkg:npm/wordpress", "pkg:npm/nextcloud"}


def test_a_random_secret_in_a_name_is_masked(job: Job) -> None:
    """No folder and no package is called like that."""
    value = "Zq7Xk7Lm9Tv2Rw"
    (findings,) = told(job, [{"g.json": gitleaks(value), "s.sarif": sarif((f"backup/{value}/a.py", 3))}])
    assert "backup/[redacted]/a.py" in json.dumps(list(findings.values()))
    written = [path.read_bytes() for path in (job.workspace / "out").iterdir() if path.is_file()]
    assert [data for data in written if value.encode() in data] == []


def test_a_file_that_begins_as_a_token_does_is_no_token(job: Job) -> None:
    """Two workflows that publish to PyPI are two files with a finding each."""
    paths = {f".github/workflows/pypi-publish-{name}.yml" for name in ("on-release-tag", "nightly-build")}
    (findings,) = told(job, [{"s.sarif": sarif(*((path, 12) for path in sorted(paths)))}])
    assert {each["locations"][0]["path"] for each in findings.values()} == paths


@pytest.mark.parametrize("value", ["Zq7Xk7Lm9Tv2Rw", "wordpress-admin"])
def test_an_invisible_character_hides_no_secret(value: str, job: Job, tmp_path: Path) -> None:
    """Whoever looks at the message sees the whole value, so it is masked, and explain prints none of it."""
    message = f"value {value[:6]}\u200b{value[6:]} here"
    (findings,) = told(job, [{"g.json": gitleaks(value), "s.sarif": sarif(("a.py", 3), message=message)}])
    for finding in findings:
        done = onefold("explain", finding, "--out", "out", cwd=job.workspace)
        assert value not in done.stdout.decode().replace("\u200b", "")
    text = (job.workspace / "out/merged.sarif").read_text()
    assert "value [redacted] here" in text
    assert value[6:] not in text
