import json
from typing import Any

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Baseline, Decision, Disposition, Merge, Observation, RunnerUp, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.outcome import Context, Outcome
from aggregator.model.result import Kind, Suppression
from aggregator.model.severity import Severity
from aggregator.writers.merged_sarif import render_merged
from tests.builders import LINE, NOW, RUN, finding, note, outcome, result, scan
from tests.writers import value


def runs(of: Outcome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = value(render_merged, of)["runs"]
    return found


def only(of: Outcome) -> dict[str, Any]:
    """The only result of the only run."""
    (run,) = runs(of)
    (found,) = run["results"]
    assert isinstance(found, dict)
    return found


def test_run_for_each_tool_and_scope() -> None:
    """Each tool and scope has one run, in their order, with one result for each source."""
    sources = (result(), result(tool="Bandit", report="b.json"), result(scope="web", report="w.json"))
    found = runs(outcome(finding(*sources)))
    assert [run["automationDetails"]["id"] for run in found] == [
        "onefold/shop/Bandit/src/4711",
        "onefold/shop/Semgrep/src/4711",
        "onefold/shop/Semgrep/web/4711",
    ]
    assert [len(run["results"]) for run in found] == [1, 1, 1]
    assert [run["results"][0]["fingerprints"] for run in found] == [{"onefold/v1": "F-1111111111"}] * 3


def test_whole_result() -> None:
    """A result carries rule, place, dates, tickets, rank, baseline, weakness and the way back to the report."""
    source = result(message="Use parameters.", native_id="abc", vulnerability_ids=("CVE-1",))
    item = finding(source, tickets=("https://jira.example/A-1", "A-2"), due_at=NOW, standing=Standing.WITHIN)
    assert only(outcome(item)) == {
        "ruleId": "python.sql-injection",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Use parameters."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "app.py"},
                    "region": {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 40},
                }
            }
        ],
        "fingerprints": {"onefold/v1": "F-1111111111"},
        "partialFingerprints": {"native/v1": "abc"},
        "baselineState": "unchanged",
        "rank": 75.0,
        "provenance": {
            "firstDetectionTimeUtc": "2026-10-01T08:30:00Z",
            "lastDetectionTimeUtc": "2026-11-22T12:00:00Z",
        },
        "taxa": [{"id": "89", "index": 0, "toolComponent": {"name": "CWE", "index": 0}}],
        "workItemUris": ["https://jira.example/A-1"],
        "properties": {
            "finding": "F-1111111111",
            "severity": "HIGH",
            "report": "semgrep.json",
            "pointer": "/results/0",
            "status": "active",
            "nativeSeverity": "ERROR",
            "vulnerabilityIds": ["CVE-1"],
            "standing": "within",
            "dueAt": "2026-11-22T12:00:00Z",
            "tickets": ["https://jira.example/A-1", "A-2"],
        },
    }


def test_sources_point_at_each_other() -> None:
    """The primary source lists all others, each of them the primary, and a merge says why."""
    merges = (
        Merge("Bandit", "B1", "certain", "same-place", ("app.py",)),
        Merge("Ruff", "S1", "high", "near", ()),
    )
    sources = (
        result(related=(Location("other.py", 3),)),
        result(tool="Bandit", rule_id="B1", report="b"),
        result(tool="Ruff", rule_id="S1", report="r"),
    )
    bandit, ruff, semgrep = (run["results"][0] for run in runs(outcome(finding(*sources, merges=merges))))
    assert [place["message"]["text"] for place in semgrep["relatedLocations"]] == [
        "Related place",
        "Bandit: B1",
        "Ruff: S1",
    ]
    assert [place["message"]["text"] for place in ruff["relatedLocations"]] == ["Semgrep: python.sql-injection"]
    assert bandit["properties"]["merge"] == {"tier": "certain", "key": "same-place", "inputs": ["app.py"]}
    assert "merge" not in semgrep["properties"]


def test_related_places_and_tickets_are_distinct() -> None:
    """Sources that look alike are related once, and a ticket is named once: the schema wants unique items."""
    twins = (result(), *(result(tool="Bandit", pointer=f"/{number}") for number in range(3)))
    (bandit, semgrep) = runs(outcome(finding(*twins, tickets=("https://j/A-1", "https://j/A-1"))))
    assert len(semgrep["results"][0]["relatedLocations"]) == 1
    assert len(bandit["results"]) == 3
    assert semgrep["results"][0]["workItemUris"] == ["https://j/A-1"]


def test_what_was_kept_apart_is_told_once() -> None:
    """The primary source says what was compared and kept apart, and why; the others do not repeat it."""
    other = RunnerUp("Ruff", "S1", "c.py:1", "different weaknesses")
    (bandit, semgrep) = runs(outcome(finding(result(), result(tool="Bandit"), runners_up=(other,))))
    assert semgrep["results"][0]["properties"]["runnersUp"] == [
        {"tool": "Ruff", "ruleId": "S1", "where": "c.py:1", "veto": "different weaknesses"}
    ]
    assert "runnersUp" not in bandit["results"][0]["properties"]


def test_places_without_file() -> None:
    """Components, resources and endpoints are logical locations beside a file-like place."""
    things = {
        "lock.json": result(location=None, component=Component("pkg:npm/x", "x", "1", path="lock.json")),
        "arn%3Ax": result(location=None, resource=Resource("arn:x", name="logs")),
        "shop.example/p": result(location=None, endpoint=Endpoint("shop.example", "/p", "GET")),
    }
    names = []
    for uri, source in things.items():
        (place,) = only(outcome(finding(source)))["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == uri
        names.append(place["logicalLocations"][0]["fullyQualifiedName"])
    assert names == ["pkg:npm/x", "arn:x", "GET shop.example/p"]


def test_no_place_at_all() -> None:
    """A result that names no place stands where its finding does."""
    item = finding(result(location=None), location=Location("known.py", 7))
    uri = only(outcome(item))["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "known.py"


def test_suppressions() -> None:
    """What the tool set aside and what people decided are both suppressions, each with its reason."""
    source = result(suppression=Suppression("suppressed", "nosem"))
    by_people = Decision(Disposition.RISK_ACCEPTED, "Behind the firewall.", origin="exceptions")
    assert only(outcome(finding(source, decision=by_people)))["suppressions"] == [
        {"kind": "inSource", "justification": "nosem"},
        {"kind": "external", "justification": "risk_accepted: Behind the firewall."},
    ]
    bare = Decision(Disposition.FALSE_POSITIVE, origin="exceptions")
    assert only(outcome(finding(decision=bare)))["suppressions"][0]["justification"] == "false_positive"
    by_tool = Decision(Disposition.SUPPRESSED, "nosem", origin="tool")
    assert "suppressions" not in only(outcome(finding(decision=by_tool)))
    assert "suppressions" not in only(outcome(finding(decision=Decision(Disposition.VERIFIED))))


def test_secret_fingerprint_stays_inside() -> None:
    """A secret's native fingerprint may be a hash of the value, so it is not written."""
    assert "partialFingerprints" not in only(outcome(finding(result(kind=Kind.SECRET, native_id="abc"))))


def test_closed_now_is_absent() -> None:
    """What was closed in this run is there as the state remembers it, once for each of its sources."""
    gone = finding(
        result(), result(tool="Bandit"), baseline=Baseline.ABSENT, closed_at=NOW, observation=Observation.OBSERVED
    )
    found = runs(outcome(gone, scans=(scan(),)))
    assert [run["results"][0]["baselineState"] for run in found] == ["absent", "absent"]
    assert found[0]["automationDetails"]["id"] == "onefold/shop/Bandit/src/4711"
    assert "invocations" not in found[0]


def test_unseen_is_left_out() -> None:
    """What was not seen and not closed has no result: this log is about this run."""
    unseen = finding(observation=Observation.NOT_COVERED)
    (run,) = runs(outcome(unseen, scans=(scan(),)))
    assert run["results"] == []


def test_failed_scan_was_not_successful() -> None:
    """A failed scan is a run that says it was not successful, which is not the same as none found."""
    (run,) = runs(outcome(scans=(scan(completeness=Completeness.FAILED, reason="Empty."),)))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False


def test_reports_of_one_scope() -> None:
    """Several reports of one scope are invocations of one run, each with its messages; the newest version counts."""
    scans = (scan(tool_version="1.2"), scan(report="b.json", tool_version="1.3"))
    (run,) = runs(outcome(scans=scans, diagnostics=(note(), note(subject="elsewhere"))))
    assert run["tool"]["driver"]["version"] == "1.3"
    assert ["toolExecutionNotifications" in item for item in run["invocations"]] == [True, False]


def test_rule_has_worst_severity() -> None:
    """A rule carries the worst severity and all weaknesses among its results."""
    items = [
        finding(result(severity=Severity.LOW, pointer="/0"), id="F-1"),
        finding(result(severity=Severity.CRITICAL, weaknesses=(564,), pointer="/1"), id="F-2"),
        finding(result(severity=Severity.LOW, weaknesses=(), pointer="/2"), id="F-3"),
    ]
    (run,) = runs(outcome(*items))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"] == {
        "security-severity": "9.5",
        "tags": ["security", "external/cwe/cwe-089", "external/cwe/cwe-564"],
    }
    assert [taxon["id"] for taxon in run["taxonomies"][0]["taxa"]] == ["89", "564"]


def test_first_run_has_no_baseline() -> None:
    """Without an accepted base no result says what it is against it."""
    assert "baselineState" not in only(outcome(finding(baseline=None), is_baseline=True))


def test_nothing_is_cut() -> None:
    """Two tools' hundreds of results on hundreds of findings are all there, and the bytes come in pieces."""
    items = [finding(result(), result(tool="Bandit", report="b"), id=f"F-{number}") for number in range(600)]
    chunks = list(render_merged(outcome(*items)))
    log = json.loads(b"".join(chunks))
    assert sum(len(run["results"]) for run in log["runs"]) == 1200
    assert max(map(len, chunks)) < 400_000
    assert log["properties"]["verdict"] == "pass"


def test_where_results_belong() -> None:
    """The log names the run's own product and engagement; a result that belongs elsewhere says so itself."""
    context = Context(line=LINE, run=RUN, product_type="platform", engagement="nightly", examination="Pen test")
    own = finding(result(pointer="/1"), id="F-2", belonging=Belonging("retail", "till", "Audit", "staging"))
    log = value(render_merged, outcome(finding(), own, context=context))
    told = {name: log["properties"][name] for name in ("productType", "product", "engagement")}
    assert told == {"productType": "platform", "product": "shop", "engagement": "Pen test"}
    mine, other = (each["properties"] for each in log["runs"][0]["results"])
    names = ("productType", "product", "engagement", "environment")
    assert [other[name] for name in names] == ["retail", "till", "Audit", "staging"]
    assert not mine.keys() & set(names)
