"""Secrets that a scanner finds in the history: what is committed meanwhile says nothing about a place in a commit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from aggregator.run.run import run
from aggregator.settings import Settings, Surroundings
from tests.checkouts import Checkout, git
from tests.unit.run.consoles import FakeConsole

KEY = "a-key-of-the-users-that-is-long-enough"
ONE, TWO, THREE = "kT9xQ2mW7vB4nL8pR3sD6fGh", "Zr5yU1oP0aC3eV6bN9mK2jHt", "Wd4gJ7lX0zS5qE8tY1uI6oPa"
ENV = f'import os\n\nfirst = "{ONE}"\n\nsecond = "{TWO}"\n'
Leak = tuple[str, int, str]
"""Path, line, value."""
LEAKS: tuple[Leak, ...] = (("env.py", 3, ONE), ("env.py", 5, TWO))


def gitleaks(commit: str, *leaks: Leak) -> str:
    """What ``gitleaks git`` writes about a commit; without one, what ``gitleaks dir`` writes."""
    rows = []
    for path, line, value in leaks:
        columns = {"StartColumn": 10, "EndColumn": 10 + len(value)}
        named = {"RuleID": "generic-api-key", "Description": "A key", "File": path, "Commit": commit}
        rows.append({**named, **columns, "StartLine": line, "EndLine": line, "Secret": value, "Match": f'= "{value}"'})
    return json.dumps(rows)


def sarif(driver: str, commit: str | None, *leaks: Leak, key: str = "partialFingerprints") -> str:
    """A log of a scanner of secrets, which tells the commit as Gitleaks or as Kingfisher does, or not at all."""
    results = []
    for path, line, value in leaks:
        region = {"startLine": line, "endLine": line, "startColumn": 10, "snippet": {"text": value}}
        place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}
        entry = {"ruleId": "generic-api-key", "message": {"text": "A key."}, "locations": [place]}
        if commit is not None and key == "properties":
            place["properties"] = {"git_metadata": {"commit": {"id": commit}, "file": {"path": path}}}
        elif commit is not None:
            entry["partialFingerprints"] = {"commitSha": commit, "author": "ann"}
        results.append(entry)
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": driver}}, "results": results}]})


def semgrep(commit: str, *leaks: Leak) -> str:
    """What Semgrep finds in its historical scan."""
    results = [
        {
            "check_id": "generic.secrets.security.detected-generic-api-key",
            "path": path,
            "start": {"line": line, "col": 10},
            "end": {"line": line, "col": 34},
            "extra": {
                "message": "A key.",
                "metadata": {"category": "security", "technology": ["secrets"], "cwe": ["CWE-798: x"]},
                "severity": "ERROR",
                "lines": "requires login",
                "historical_info": {"git_commit": commit, "git_commit_timestamp": "2026-01-01T00:00:00Z"},
            },
        }
        for path, line, _ in leaks
    ]
    return json.dumps({"version": "1.130.0", "errors": [], "paths": {"scanned": ["env.py"]}, "results": results})


def kingfisher(commit: str, *leaks: Leak) -> str:
    return sarif("kingfisher", commit, *leaks, key="properties")


def untold(_: str, *leaks: Leak) -> str:
    return sarif("TruffleHog", None, *leaks)


def gitleaks_sarif(commit: str, *leaks: Leak) -> str:
    return sarif("gitleaks", commit, *leaks)


FORMATS = (gitleaks, gitleaks_sarif, kingfisher, semgrep, untold)
Write = Callable[..., str]


def report_on(folder: Path, report: str, commit: str, day: int, **settings: object) -> dict[Leak, str]:
    """The ids of what one run over a report and a checkout observed, by path, line and status."""
    (folder / "report.json").write_text(report)
    given: dict[str, object] = {
        "reports": (f"{folder}/report.json",),
        "state": f"{folder}/state",
        "out": folder / "out",
        "source_root": folder / "code",
        "commit": commit,
        "now": datetime(2026, 10, day, 8, tzinfo=UTC),
    }
    console = FakeConsole()
    assert run(Settings.model_validate({**given, **settings}), Surroundings(), console) is Exit.OK, console.warned
    answer = json.loads((folder / "out" / "findings.json").read_bytes())
    found = {}
    for item in answer["findings"]:
        if item["observation"] == "observed" and item["baseline"] != "absent":
            (where,) = item["locations"]
            found[where["path"], where["start_line"], item["status"]] = item["id"]
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository in the folder of a job."""
    return Checkout(tmp_path / "code")


MEANWHILE: dict[str, dict[str, str | bytes | None]] = {
    "two lines above": {"env.py": f"# one\n# two\n{ENV}"},
    "a line between": {"env.py": ENV.replace("\n\nsecond", "\n# more\n\nsecond")},
    "turned round": {"env.py": f'import os\n\nsecond = "{TWO}"\n\nfirst = "{ONE}"\n'},
    "renamed": {"env.py": None, "settings/env.py": f"# one\n{ENV}"},
    "back, and one line above": {"env.py": f"# one\n{ENV}", "settings/env.py": None},
    "deleted": {"env.py": None},
}


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize("write", FORMATS)
def test_equal_reports_have_equal_ids(write: Write, key: str, checkout: Checkout, tmp_path: Path) -> None:
    """Whatever is committed between reports that are equal, byte by byte, each finding keeps its id and its word."""
    commit = checkout.commit({"env.py": ENV, "other.py": "import os\n"})
    report = write(commit, *LEAKS)
    first = report_on(tmp_path, report, commit, 1, secret_key=key)
    judged = first["env.py", 3, "active"]
    said = tmp_path / "said.yml"
    word = "status: false_positive, reason: An example., owner: ann, expires: 2026-12-01"
    said.write_text(f"exceptions:\n- {{id: {judged}, {word}}}\n")
    expected = {("env.py", 3, "false_positive"): judged, ("env.py", 5, "active"): first["env.py", 5, "active"]}
    for day, (what, files) in enumerate(MEANWHILE.items(), 2):
        now = checkout.commit(files)
        assert report_on(tmp_path, report, now, day, secret_key=key, exceptions=said) == expected, what


@pytest.mark.parametrize("write", FORMATS[:-1])
def test_one_more_commit_is_one_more_finding(write: Write, checkout: Checkout, tmp_path: Path) -> None:
    """What a later commit brings to the same file is new, also where another one is not reported any more."""
    commit = checkout.commit({"env.py": ENV})
    first = report_on(tmp_path, write(commit, *LEAKS), commit, 1)
    later = checkout.commit({"env.py": f'third = "{THREE}"\n{ENV}'})
    both = json.loads(write(commit, *LEAKS[:1]))
    one_more = json.loads(write(later, ("env.py", 1, THREE)))
    now = checkout.commit({"env.py": f'# more\nthird = "{THREE}"\n{ENV}'})
    found = report_on(tmp_path, _joined(both, one_more), now, 2)
    assert found.pop(("env.py", 3, "active")) == first["env.py", 3, "active"]
    assert list(found) == [("env.py", 1, "active")]
    assert not set(found.values()) & set(first.values())


def _joined(one: Any, two: Any) -> str:
    """Two reports of one format as one."""
    if isinstance(one, list):
        return json.dumps(one + two)
    ours, theirs = (report["runs"][0] if "runs" in report else report for report in (one, two))
    ours["results"] += theirs["results"]
    return json.dumps(one)


def test_a_shallow_clone_is_looked_at_as_it_is(checkout: Checkout, tmp_path: Path) -> None:
    """Where the clone has one commit, a scan of its history is one of the files: secrets are followed as lines are."""
    old = checkout.commit({"env.py": ENV})
    first = report_on(tmp_path, gitleaks(old, *LEAKS), old, 1)
    new = checkout.commit({"env.py": f"# one\n# two\n{ENV}"})
    git(tmp_path, "clone", "--quiet", "--depth=1", checkout.root.as_uri(), "shallow")
    checkout.root.rename(tmp_path / "whole")
    (tmp_path / "shallow").rename(checkout.root)
    found = report_on(tmp_path, gitleaks(new, ("env.py", 5, ONE), ("env.py", 7, TWO)), new, 2)
    assert found == {
        ("env.py", 5, "active"): first["env.py", 3, "active"],
        ("env.py", 7, "active"): first["env.py", 5, "active"],
    }


@pytest.mark.parametrize("write", [gitleaks, gitleaks_sarif])
def test_a_scan_of_the_files_is_followed_as_lines_are(write: Write, checkout: Checkout, tmp_path: Path) -> None:
    """``gitleaks dir`` names no commit: its lines are those of the checkout, in a renamed file too."""
    old = checkout.commit({"env.py": ENV})
    first = report_on(tmp_path, write("", *LEAKS), old, 1)
    new = checkout.commit({"env.py": None, "settings.py": f"# one\n# two\n{ENV}"})
    found = report_on(tmp_path, write("", ("settings.py", 5, ONE), ("settings.py", 7, TWO)), new, 2)
    assert found == {
        ("settings.py", 5, "active"): first["env.py", 3, "active"],
        ("settings.py", 7, "active"): first["env.py", 5, "active"],
    }


def test_a_rewritten_history_keeps_its_findings(checkout: Checkout, tmp_path: Path) -> None:
    """Commits that have other names since a rewrite hold the same places; what moved besides is new."""
    commit = checkout.commit({"env.py": ENV})
    now = checkout.commit({"env.py": f"# one\n{ENV}"})
    first = report_on(tmp_path, gitleaks(commit, *LEAKS), now, 1)
    later = checkout.commit({"env.py": f"# one\n# two\n{ENV}"})
    assert report_on(tmp_path, gitleaks("ab" * 20, *LEAKS), later, 2) == first
