"""The two example workflows for forks: the half that runs foreign code may do nothing, the half that may runs none."""

from typing import Any

import yaml

from tests.meta.source import ROOT

FOLDER = ROOT / "examples" / "workflows"


def workflow(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def triggers(name: str) -> dict[str, Any]:
    """Give what starts it; YAML 1.1 reads the word ``on`` as true."""
    found: dict[str, Any] = workflow(name)[True]
    return found


def granted(name: str) -> dict[str, str]:
    """Give all permissions of all its jobs."""
    return {scope: grant for job in workflow(name)["jobs"].values() for scope, grant in job["permissions"].items()}


def test_untrusted_half_only_reads() -> None:
    """What scans a pull request may read the code and nothing else, and knows no secret."""
    assert "pull_request" in triggers("forks-scan.yml")
    assert "pull_request_target" not in triggers("forks-scan.yml")
    assert granted("forks-scan.yml") == {"contents": "read"}
    assert "secrets." not in text("forks-scan.yml")


def test_what_is_scanned_is_what_the_other_half_is_told_of() -> None:
    """The run that follows knows a pull request's head; a scan of its merge would have the target's news as well."""
    for job in workflow("forks-scan.yml")["jobs"].values():
        (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        assert checkout["with"]["ref"] == "${{ github.event.pull_request.head.sha || github.sha }}"


def test_trusted_half_runs_nothing_foreign() -> None:
    """What may write follows the other half, checks out the default branch only and has no step of shell."""
    assert triggers("forks-report.yml") == {"workflow_run": {"workflows": ["Scan"], "types": ["completed"]}}
    assert workflow("forks-scan.yml")["name"] == "Scan"
    (job,) = workflow("forks-report.yml")["jobs"].values()
    assert [step for step in job["steps"] if "run" in step] == []
    (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": False}


def test_trusted_half_has_what_it_needs() -> None:
    """It may fetch reports, comment and fill the Security tab, and its pattern finds the other half's artifact."""
    assert granted("forks-report.yml") == {
        "actions": "read",
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    assert "          artifacts: report-*\n" in text("forks-report.yml")
    assert "          name: report-code\n" in text("forks-scan.yml")
