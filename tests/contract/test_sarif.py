"""Both logs are held against the SARIF schema and against Microsoft's multitool with GitHub's rules."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Baseline, Decision, Disposition, Merge
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Outcome
from aggregator.model.result import Kind, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.writers.merged_sarif import render_merged
from aggregator.writers.upload_sarif import render_batch, render_upload, upload_batches
from tests.builders import NOW, finding, note, outcome, result, scan
from tests.contract.github_rules import refusals
from tests.contract.multitool import complaints
from tests.writers import uploaded

Render = Callable[[Outcome], Iterable[bytes]]
BOTH = pytest.mark.parametrize("render", [render_merged, render_upload], ids=["merged", "upload"])
HOSTILE = 'a b:c%20"\\é\u202e\U0001f600{0}[x](y)'


def everything() -> Outcome:
    """One outcome with every kind of finding and everything that can be said about one."""
    rules = (
        Rule("r", "RuleName", "What it means.", "Do this.", "https://a.example/r", ("https://b.example",), ("tag",)),
        Rule("unused", description="Nobody broke it."),
    )
    sources = (result(rule_id="r", related=(Location("b.py", 2),), native_id="n"), result(tool="Bandit", rule_id="B1"))
    package = Component("pkg:npm/x", "x", "1", ("2",), "lock.json")
    image = Component("pkg:deb/x", "x", "1", image="acme/shop")
    accepted = Decision(Disposition.RISK_ACCEPTED, "ok", "ann", "exceptions", NOW, NOW)
    items = [
        finding(
            *sources, id="F-01", merges=(Merge("Bandit", "B1", "high", "near", ("x",)),), tickets=("https://j/A-1",)
        ),
        finding(result(kind=Kind.SECRET, tool="Gitleaks", report="g.json", severity=Severity.CRITICAL), id="F-02"),
        finding(result(kind=Kind.SCA, tool="Trivy", location=None, component=package), id="F-03", due_at=NOW),
        finding(result(kind=Kind.CONTAINER, tool="Trivy", location=None, component=image), id="F-04"),
        finding(result(kind=Kind.IAC, tool="Trivy", resource=Resource("aws_s3_bucket.logs")), id="F-05"),
        finding(result(kind=Kind.CLOUD, tool="Prowler", location=None, resource=Resource("arn:aws:s3:::x")), id="F-06"),
        finding(
            result(kind=Kind.DAST, tool="ZAP", location=None, endpoint=Endpoint("h:8080", "/a/{}", "GET")), id="F-07"
        ),
        finding(result(kind=Kind.LICENSE, tool="Trivy", location=None, severity=Severity.INFO), id="F-08"),
        finding(result(suppression=Suppression("suppressed", "nosem")), id="F-09", decision=accepted),
        finding(result(title=HOSTILE, message=HOSTILE, scope=HOSTILE, rule_id=HOSTILE, location=Location(HOSTILE, 1))),
    ]
    closed = finding(id="F-11", baseline=Baseline.ABSENT, closed_at=NOW)
    scans = (
        scan(rules=rules, tool_version="1.2.3", completeness=Completeness.PARTIAL, reason="One file timed out."),
        scan(tool="Broken", completeness=Completeness.FAILED, reason="Empty.", next_step="Run it again."),
        *(scan(source) for item in items for source in item.sources),
    )
    return outcome(*uploaded(*items), closed, scans=scans, diagnostics=(note(),))


@BOTH
@pytest.mark.parametrize("of", [outcome(), everything()], ids=["empty", "everything"])
def test_schema(render: Render, of: Outcome) -> None:
    """Both logs are valid SARIF 2.1.0 by the published schema."""
    schema = json.loads(Path("schemas/sarif-2.1.0.json").read_bytes())
    Draft4Validator(schema).validate(json.loads(b"".join(render(of))))


@BOTH
def test_multitool(render: Render, tmp_path: Path) -> None:
    """The multitool finds no error in either log, by the rules of SARIF and of GitHub."""
    path = tmp_path / "log.sarif"
    path.write_bytes(b"".join(render(everything())))
    assert [complaint for complaint in complaints(path) if complaint.level == "error"] == []


WEIRD = (
    *(
        "a b.py",
        "100%.py",
        "%zz.py",
        "\u00fcn\u00ef/\u65e5\u672c.py",
        "a?b#c.py",
        "x" * 3000,
        " x.py",
        "\u202e.py",
        "nul\x01.py",
    ),
    *("c:evil.py", "C:\\x\\y.py", "../../up.py", "/abs/x.py", "", "//host/x.py", ".", "./x.py"),
    *("https://e.com/x", "file:///x"),
)


def crowded(count: int) -> Outcome:
    """So many results of one run, and twins that point at each other."""
    twins = (result(), *(result(tool="Bandit", pointer=f"/{number}") for number in range(3)))
    items = [finding(id=f"F-{number:05}", location=Location("a.py", number + 1)) for number in range(count)]
    return outcome(*uploaded(finding(*twins, id="F-twins"), *items))


def weird() -> Outcome:
    """Findings at places that no repository should have."""
    return outcome(*uploaded(*(finding(result(location=Location(p, 1)), id=f"F-{n}") for n, p in enumerate(WEIRD))))


def broken() -> Outcome:
    """The only scan failed."""
    return outcome(scans=(scan(completeness=Completeness.FAILED, reason="Cut off.", next_step="Run it again."),))


@BOTH
@pytest.mark.parametrize("of", [outcome, broken, weird])
def test_no_judge_complains(render: Render, of: Callable[[], Outcome], tmp_path: Path) -> None:
    """Nothing at all, a failed scan, weird paths: the multitool and GitHub's reasons find nothing."""
    judge(render, of(), tmp_path / "log.sarif")


@pytest.mark.parametrize(("render", "count"), [(render_merged, 600), (render_upload, 6000)], ids=["merged", "upload"])
def test_no_judge_complains_about_a_crowd(render: Render, count: int, tmp_path: Path) -> None:
    """Of more than GitHub takes of one run an upload holds what it takes; in the merged log no number is special."""
    judge(render, crowded(count), tmp_path / "log.sarif")


def judge(render: Render, of: Outcome, path: Path) -> None:
    """Neither judge has anything against the log."""
    path.write_bytes(b"".join(render(of)))
    assert [complaint for complaint in complaints(path) if complaint.level == "error"] == []
    if render is render_upload:
        assert set(refusals(path.read_bytes())) <= {"no runs"}  # an upload without a run is not to be sent


def test_no_judge_complains_about_batches(tmp_path: Path) -> None:
    """Of several files each is taken, and the multitool has nothing against one that only closes a retired tool."""
    shown = [finding(result(scope=f"s{number:02}"), id=f"F-{number}") for number in range(20)]
    late = finding(result(tool="Bandit"), id="F-21", first_seen=NOW)
    scans = tuple(scan(source) for item in shown for source in item.sources)
    of = outcome(*uploaded(*shown, late), scans=scans, retired=("Bandit",))
    batches = upload_batches(of)
    files = [b"".join(render_batch(of, batch)) for batch in batches]
    assert [len(batch.names) for batch in batches] == [20, 1]
    assert [refusals(file) for file in files] == [[], []]
    assert json.loads(files[1])["runs"][0]["results"] == []
    path = tmp_path / "retired.sarif"
    path.write_bytes(files[1])
    assert [complaint for complaint in complaints(path) if complaint.level == "error"] == []


def test_multitool_would_complain(tmp_path: Path) -> None:
    """The multitool does find errors: a log without locations is refused by its rules for GitHub."""
    log = json.loads(b"".join(render_upload(everything())))
    del log["runs"][0]["results"][0]["locations"]
    path = tmp_path / "log.sarif"
    path.write_text(json.dumps(log), encoding="utf-8")
    assert "GH1015" in {complaint.rule for complaint in complaints(path) if complaint.level == "error"}
