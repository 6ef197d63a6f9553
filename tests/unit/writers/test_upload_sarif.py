import gzip
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Decision, Disposition, Finding, Observation, UploadIdentity
from aggregator.model.location import Component, Location, Resource
from aggregator.model.outcome import Outcome
from aggregator.model.result import Kind, Rule
from aggregator.model.severity import Severity
from aggregator.model.state import ScopeRecord, State
from aggregator.writers import upload_categories, upload_sarif
from aggregator.writers.upload_categories import MAX_RESULTS
from aggregator.writers.upload_sarif import (
    is_worth_sending,
    render_batch,
    render_upload,
    upload_batches,
    upload_notes,
)
from tests.builders import BEFORE, LINE, NOW, RUN, finding, outcome, result, scan, tracked
from tests.contract.github_rules import refusals
from tests.writers import uploaded, value

HOSTILE = st.text(max_size=40) | st.sampled_from(["", "  ", "../../x", "https://evil.example/x", "a" * 3000, "nginx:1"])


def runs(of: Outcome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = value(render_upload, of)["runs"]
    return found


def queued(count: int, **fields: Any) -> tuple[Finding, ...]:
    return uploaded(*(finding(id=f"F-{number:05}", **fields) for number in range(count)))


def test_whole_run() -> None:
    """A run has the stable driver and category, complete rules, and results as code scanning reads them."""
    rule = Rule("python.sql-injection", description="Input reaches a query.")
    items = uploaded(finding(result(message="User input flows into execute.")))
    identity = items[0].upload
    assert identity is not None
    assert runs(outcome(*items, scans=(scan(rules=(rule,)),))) == [
        {
            "tool": {
                "driver": {
                    "name": "Semgrep (Onefold)",
                    "rules": [
                        {
                            "id": "python.sql-injection",
                            "shortDescription": {"text": "SQL query built from user input"},
                            "fullDescription": {"text": "Input reaches a query."},
                            "help": {"text": "Input reaches a query.", "markdown": "Input reaches a query."},
                            "defaultConfiguration": {"level": "error"},
                            "properties": {"security-severity": "8.0", "tags": ["security", "external/cwe/cwe-089"]},
                        }
                    ],
                }
            },
            "automationDetails": {"id": "onefold/shop/Semgrep/src/"},
            "results": [
                {
                    "ruleId": "python.sql-injection",
                    "ruleIndex": 0,
                    "level": "error",
                    "message": {
                        "text": "SQL query built from user input\nUser input flows into execute.\n\n"
                        "Found by Semgrep. Onefold F-1111111111"
                    },
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "app.py"},
                                "region": {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 40},
                            }
                        }
                    ],
                    "partialFingerprints": {"primaryLocationLineHash": identity.line_hash},
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", "SQL query built from user input"),
        ("SQL query built from user input: x", "SQL query built from user input: x"),
    ],
)
def test_message_says_nothing_twice(said: str, shown: str) -> None:
    """A message that begins with the title stands alone, and so does a title without message."""
    (run,) = runs(outcome(*uploaded(finding(result(message=said)))))
    assert run["results"][0]["message"]["text"].startswith(f"{shown}\n\nFound by")


def test_unseen_stays() -> None:
    """In an observed category a finding that was not seen is still there."""
    unseen = replace(uploaded(finding())[0], sources=(), observation=Observation.NOT_COVERED)
    (run,) = runs(outcome(unseen, scans=(scan(completeness=Completeness.PARTIAL),)))
    assert len(run["results"]) == 1


def test_category_that_no_scope_has_any_more() -> None:
    """It was observed where a finding in it was; so it is emptied when the last one is fixed, and not before."""
    known, other = uploaded(finding(), finding(result(tool="Bandit"), id="F-2"))
    (moved,) = (replace(each, scope="new") for each in known.sightings)
    now = tracked(replace(known, sightings=(moved,), sources=(), closed_at=NOW))
    here = scan(result(scope="new"))
    of = outcome(scans=(here,), state=State(line=LINE, run=RUN, at=NOW, findings=(tracked(other), now)))
    assert [(run["automationDetails"]["id"], run["results"]) for run in runs(of)] == [("onefold/shop/Semgrep/src/", [])]
    assert not runs(replace(of, scans=(scan(result(scope="other")), scan(result(tool="Bandit", scope="new")))))


def test_category_of_a_scope_that_was_not_looked_at() -> None:
    """That another scope shows a finding too says nothing: places are told by what was seen last."""
    (known,) = uploaded(finding())
    both = (*known.sightings, *(replace(each, scope="new") for each in known.sightings))
    state = State(
        line=LINE,
        run=RUN,
        at=NOW,
        findings=(tracked(replace(known, sightings=both)),),
        scopes=(ScopeRecord("Semgrep", "src", NOW, 1),),
    )
    assert not runs(outcome(scans=(scan(result(scope="new")),), state=state))


def test_unobserved_category_is_omitted() -> None:
    """A category of which nothing was scanned, or only in vain, is left out: an empty run would close it."""
    items = uploaded(finding())
    assert runs(outcome(*items, scans=())) == []
    assert runs(outcome(*items, scans=(scan(completeness=Completeness.FAILED),))) == []


def test_closed_leaves() -> None:
    """A closed finding is not in its run any more; the run stays, even empty, so that the alert closes."""
    (run,) = runs(outcome(replace(uploaded(finding())[0], closed_at=NOW), scans=(scan(),)))
    assert run["results"] == []


def test_accepted_stays() -> None:
    """An accepted finding stays in: leaving it out would say it is fixed."""
    accepted = replace(uploaded(finding())[0], decision=Decision(Disposition.RISK_ACCEPTED))
    (run,) = runs(outcome(accepted))
    assert len(run["results"]) == 1


def test_without_identity() -> None:
    """A finding that was given no upload identity, and a tool that has none, are not uploaded."""
    assert runs(outcome(finding())) == []


def test_identity_is_frozen() -> None:
    """Category, driver, rule and line hash are those of the first upload, whatever the finding says now."""
    known = UploadIdentity("onefold/shop/Semgrep/src/", "Semgrep (Onefold)", "old.rule", "h:1", 1)
    (run,) = runs(outcome(finding(result(rule_id="new.rule"), upload=known)))
    assert run["results"][0]["ruleId"] == "old.rule"
    assert run["results"][0]["partialFingerprints"] == {"primaryLocationLineHash": "h:1"}


def test_one_severity_for_each_rule() -> None:
    """A rule has the worst severity among its findings, each result the level of its own."""
    items = uploaded(
        finding(result(severity=Severity.LOW), id="F-1"), finding(result(severity=Severity.CRITICAL), id="F-2")
    )
    (run,) = runs(outcome(*items))
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "9.5"
    assert sorted(found["level"] for found in run["results"]) == ["error", "note"]


def test_results_are_cut_and_said() -> None:
    """More results than GitHub keeps are cut by the queue's order, and the run says how many are left out."""
    (run,) = runs(outcome(*queued(MAX_RESULTS + 7)))
    assert len(run["results"]) == MAX_RESULTS
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("7 more findings are left out")


def test_cut_is_sticky(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer, however bad, never takes the place of a finding that is shown; one that closes makes room."""
    monkeypatch.setattr(upload_categories, "MAX_RESULTS", 2)
    old = queued(3)
    both = uploaded(*old, finding(result(severity=Severity.CRITICAL), id="F-0"))
    shown = ids(outcome(*both))
    assert shown == ["F-00000", "F-00001"]
    closed = tuple(replace(item, closed_at=NOW) if item.id == "F-00000" else item for item in both)
    assert ids(outcome(*closed)) == ["F-00001", "F-00002"]


def ids(of: Outcome) -> list[str]:
    (run,) = runs(of)
    return [found["message"]["text"].split()[-1] for found in run["results"]]


def many_categories(count: int) -> Outcome:
    items = [
        finding(result(scope=f"s{number:02}"), id=f"F-{number}", first_seen=NOW if number < 3 else BEFORE)
        for number in range(count)
    ]
    return outcome(*uploaded(*items))


def test_runs_are_batched() -> None:
    """More than twenty categories go out in several files; the first has the oldest, and each is whole."""
    of = many_categories(23)
    names = [f"onefold/shop/Semgrep/s{number:02}/" for number in range(23)]
    assert [batch.names for batch in upload_batches(of)] == [tuple(names[3:]), tuple(names[:3])]
    assert upload_notes(of, upload_batches(of)) == ()
    for batch in upload_batches(of):
        assert refusals(b"".join(render_batch(of, batch))) == []


def test_file_for_people_is_the_first_batch() -> None:
    """People's own step sends one file: that of the oldest categories; the others are omitted, not emptied."""
    of = many_categories(23)
    assert b"".join(render_upload(of)) == b"".join(render_batch(of, upload_batches(of)[0]))


def test_nothing_to_send() -> None:
    """Without a category there is no batch, and nothing is worth sending."""
    assert upload_batches(outcome()) == ()
    assert not is_worth_sending(outcome())


def test_retired_tool_is_emptied() -> None:
    """A tool that people retired has an empty run, which closes its alerts; whatever its name's spelling."""
    of = outcome(*uploaded(finding()), scans=(), retired=("SEMGREP",))
    assert is_worth_sending(of)
    (run,) = runs(of)
    assert run["automationDetails"]["id"] == "onefold/shop/Semgrep/src/"
    assert run["results"] == run["tool"]["driver"]["rules"] == []


def test_retired_tool_that_reports() -> None:
    """A retired tool that reports all the same is shown: nothing that was found is hidden."""
    (run,) = runs(outcome(*uploaded(finding()), retired=("Semgrep",)))
    assert len(run["results"]) == 1


def test_only_the_retired_tool_is_emptied() -> None:
    """The categories of other tools that did not report are left alone."""
    assert runs(outcome(*uploaded(finding()), scans=(), retired=("Trivy",))) == []


def test_size_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that would be too large once packed has fewer results, and still says so."""
    monkeypatch.setattr(upload_sarif, "MAX_COMPRESSED", 100_000)
    noise = random.Random(1)  # noqa: S311 - incompressible, not secret
    items = uploaded(
        *(finding(result(title=noise.randbytes(200).hex(), rule_id=f"r{n}"), id=f"F-{n:04}") for n in range(600))
    )
    document = b"".join(render_upload(outcome(*items)))
    assert len(gzip.compress(document)) <= 100_000
    (run,) = json.loads(document)["runs"]
    assert 0 < len(run["results"]) < 600
    assert run["invocations"]


def test_size_that_packs_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is large only before it is packed is written whole."""
    monkeypatch.setattr(upload_sarif, "MAX_COMPRESSED", 100_000)
    (run,) = runs(outcome(*queued(600)))
    assert len(run["results"]) == 600


def test_size_is_met_by_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Categories that are too large together go out in files of their own, nothing left out."""
    monkeypatch.setattr(upload_sarif, "MAX_COMPRESSED", 100_000)
    noise = random.Random(1)  # noqa: S311 - incompressible, not secret
    items = uploaded(
        *(
            finding(result(title=noise.randbytes(200).hex(), scope=f"s{n % 4}", rule_id=f"r{n}"), id=f"F-{n:04}")
            for n in range(300)
        )
    )
    of = outcome(*items)
    batches = upload_batches(of)
    assert len(batches) > 1
    assert upload_notes(of, batches) == ()
    assert [name for batch in batches for name in batch.names] == [f"onefold/shop/Semgrep/s{n}/" for n in range(4)]
    assert all(len(gzip.compress(b"".join(render_batch(of, batch)))) <= 100_000 for batch in batches)


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a limit leaves out is named with its category and its number, whatever the limit."""
    of = outcome(*queued(3))
    monkeypatch.setattr(upload_categories, "MAX_RESULTS", 2)
    (said,) = upload_notes(of, upload_batches(of))
    assert said.subject == "onefold/shop/Semgrep/src/"
    assert said.reason.startswith("1 finding is not in the Security tab")
    (said,) = upload_notes(of, ())
    assert said.reason.startswith("3 findings are not in the Security tab")


def test_never_emptied_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """When not even one result fits there is no run: an empty one would close every alert."""
    monkeypatch.setattr(upload_sarif, "MAX_COMPRESSED", 10)
    assert runs(outcome(*queued(3))) == []


def test_no_file() -> None:
    """Components, resources and findings that name nothing have a valid place."""
    things = (
        result(kind=Kind.SCA, location=None, component=Component("pkg:npm/x", "x", path="lock.json")),
        result(kind=Kind.CLOUD, location=None, resource=Resource("arn:aws:s3:::logs")),
        result(location=None),
    )
    items = uploaded(*(finding(thing, id=f"F-{number}") for number, thing in enumerate(things)))
    (run,) = runs(outcome(*items))
    uris = {found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for found in run["results"]}
    assert uris == {"lock.json", "arn%3Aaws%3As3%3A%3A%3Alogs", "no-file-associated-with-this-finding"}


@settings(deadline=None)
@given(
    title=HOSTILE,
    message=HOSTILE,
    path=HOSTILE,
    tool=HOSTILE,
    scope=HOSTILE,
    lines=st.tuples(*[st.integers(-(2**33), 2**33) | st.none()] * 4),
    rule=st.builds(Rule, st.just("r"), HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.tuples(HOSTILE), st.tuples(HOSTILE)),
    severity=st.sampled_from(Severity),
)
def test_nothing_makes_github_refuse(  # one argument for each field a report fills
    title: str,
    message: str,
    path: str,
    tool: str,
    scope: str,
    lines: tuple[int | None, ...],
    rule: Rule,
    severity: Severity,
) -> None:
    """Whatever stands in a report, GitHub takes the file."""
    source = result(
        rule_id="r",
        tool=tool,
        scope=scope,
        title=title,
        message=message,
        severity=severity,
        location=Location(path, *lines),
    )
    of = outcome(*uploaded(finding(source)), scans=(scan(source, rules=(rule,)),))
    assert refusals(b"".join(render_upload(of))) == []


def test_many_categories_are_taken() -> None:
    """At all limits at once GitHub still takes the file."""
    items = [finding(result(scope=f"s{number % 25}", rule_id=f"r{number}"), id=f"F-{number}") for number in range(400)]
    rules = tuple(Rule(f"r{number}", tags=tuple(map(str, range(30)))) for number in range(400))
    scans = tuple(scan(scope=f"s{number}", rules=rules) for number in range(25))
    assert refusals(b"".join(render_upload(outcome(*uploaded(*items), scans=scans)))) == []
