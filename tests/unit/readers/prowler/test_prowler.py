import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.location import Location
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.readers import prowler
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in
from aggregator.readers.registry import read_report

CONTEXT = ReadContext(name="r", place="here")


def row(code: str | None = "FAIL", uid: str = "arn:aws:s3:::logs", **more: Any) -> dict[str, Any]:
    """A row of version 5."""
    base: dict[str, Any] = {
        "class_uid": 2004,
        "metadata": {"event_code": "s3_public", "product": {"name": "Prowler", "version": "5.1.0"}},
        "status": "New",
        "status_code": code,
        "severity": "High",
        "finding_info": {"uid": f"prowler-{uid}", "title": "Bucket is private", "desc": "d"},
        "resources": [{"uid": uid, "name": "logs", "type": "AwsS3Bucket", "region": "eu-west-1"}],
        "cloud": {"provider": "aws", "account": {"uid": "123456789012"}, "region": "eu-west-1"},
        "time": 1,
    }
    return {**base, **more}


def read(*rows: Any) -> Report:
    """What is read from these rows."""
    return prowler.read(json.dumps(list(rows)).encode(), CONTEXT)


def uid_of(provider: str, **resource: str) -> str:
    """The id a resource of a provider is known by."""
    cloud = {"provider": provider, "account": {"uid": "acc"}}
    found = read(row(resources=[resource], cloud=cloud)).scans[0].results[0].resource
    assert found is not None
    return found.uid


def test_prowler_is_told_by_its_name() -> None:
    """OCSF of others is not claimed, nor are the compliance tables."""

    def claims(text: str) -> bool:
        return prowler.sniff(take_in(text.encode()).head)

    assert claims(json.dumps([row()]))
    assert claims(json.dumps(row()))
    assert not claims(json.dumps([row(metadata={"product": {"name": "Other"}})]))
    assert not claims(json.dumps([row(metadata={})]))
    assert not claims(json.dumps([row(metadata=7)]))
    assert not claims(json.dumps([{"class_uid": 1}]))
    header = "AUTH_METHOD;FINDING_UID;CHECK_ID;STATUS;RESOURCE_UID\n"
    assert claims(header)
    assert not claims("REQUIREMENTS_ID;" + header)
    assert not claims("PROVIDER;CHECK_ID\n")


def test_only_the_status_code_decides() -> None:
    """Passed rows carry ``status: New`` and their check's severity: none of that is a finding."""
    report = read(
        row("FAIL"), row("PASS", "b"), row("MANUAL", "c"), row("pass", "d"), row("SKIPPED", "e"), row("", "f")
    )
    (scan,) = report.scans
    assert (len(scan.results), scan.passed, scan.manual, scan.refused) == (1, 2, 1, 2)
    assert [diagnostic.pointer for diagnostic in report.diagnostics] == ["/4", "/5"]


def test_every_decided_row_is_evidence() -> None:
    """A finding closes only where its own check looked at its own resource; a manual row looked at nothing."""
    coverage = read(row("FAIL", "a"), row("PASS", "b"), row("MANUAL", "c"), row("MUTED", "d")).scans[0].coverage
    assert coverage.extent is Extent.LISTED
    assert coverage.evaluated == frozenset(f"s3_public\x1f{uid}" for uid in "abd")
    assert coverage.passed == frozenset({"s3_public\x1fb\x1feu-west-1", "s3_public\x1fb\x1f"})


def test_a_row_that_passed_tells_of_its_own_region() -> None:
    """What failed in one region passed only in the other."""
    elsewhere = row("PASS", "a", resources=[{"uid": "a", "region": "us-east-1"}])
    coverage = read(row("FAIL", "a"), elsewhere).scans[0].coverage
    assert coverage.passed == frozenset({"s3_public\x1fa\x1fus-east-1"})
    assert coverage.regions == frozenset({"eu-west-1", "us-east-1"})


def test_muted_rows_are_suppressed() -> None:
    """By their status code or beside it; a muted pass is a pass."""
    (scan,) = read(
        row("MUTED", "a"), row("FAIL", "b", status="Suppressed"), row("PASS", "c", status="Suppressed")
    ).scans
    assert [bool(result.suppression) for result in scan.results] == [True, True]
    assert scan.passed == 1


def test_one_scan_for_each_account() -> None:
    """Provider and account are the scope; leading zeros that a spreadsheet ate are put back."""
    other = {"provider": "aws", "account": {"uid": 12345678901}}
    azure = {"provider": "azure", "account": {"uid": "AbC"}}
    bare = {"provider": "gcp", "account": {"uid": "<none>"}}
    scans = read(row(), row(cloud=other), row(cloud=azure), row(cloud=bare), row(cloud=None)).scans
    assert [scan.scope for scan in scans] == ["aws:123456789012", "aws:012345678901", "azure:abc", "gcp", "here"]


def test_resources_are_known_by_their_full_id() -> None:
    """Azure has no case, Kubernetes objects go by name, a missing id by place, type and name, then by the account."""
    assert uid_of("azure", uid="/subscriptions/A/B", name="b") == "/subscriptions/a/b"
    assert uid_of("kubernetes", uid="0e1d", name="web", type="Pod", namespace="shop") == "shop/Pod/web"
    assert uid_of("kubernetes", uid="0e1d") == "0e1d"
    assert uid_of("gcp", uid="<none>", name="net", type="Network", region="eu") == "eu/Network/net"
    assert uid_of("aws", uid="", name="NONE_PROVIDED") == "acc"


def test_infrastructure_as_code_is_trivys() -> None:
    """Its rows are Trivy's findings in files, under Trivy's ids of every age."""
    metadata = {"event_code": "AVD-AWS-0086", "product": {"name": "Prowler"}}
    more = {"provider": "iac", "provider_uid": "repo"}
    (scan,) = read(row(uid="./deploy/main.tf", cloud=None, unmapped=more, metadata=metadata)).scans
    found = scan.results[0]
    assert (found.kind, found.rule_id, found.rule_aliases) == (Kind.IAC, "AWS-0086", ("AVD-AWS-0086",))
    assert (found.location, found.resource, scan.scope) == (Location("deploy/main.tf"), None, "iac:repo")


def test_lines_of_code_stand_in_the_id() -> None:
    """And make it no identity: another line above, and it is another id."""
    more = {"provider": "iac", "provider_uid": "repo"}
    told = {"uid": "prowler-iac-AVD-AWS-0086-repo-global-main.tf-12:20", "title": "t", "desc": "d"}
    (found,) = read(row(uid="main.tf", cloud=None, unmapped=more, finding_info=told)).scans[0].results
    assert (found.location, found.native_id) == (Location("main.tf", 12, end_line=20), "")


def test_shared_ids_are_no_identity() -> None:
    """Resources of one name share Prowler's id: then it tells nothing apart."""
    twin = {"uid": "same", "title": "t", "desc": "d"}
    results = read(row(uid="a", finding_info=twin), row(uid="b", finding_info=twin), row(uid="c")).scans[0].results
    assert [result.native_id for result in results] == ["", "", "prowler-c"]


def test_rules_are_described_once() -> None:
    """Risk and remediation are the help; commands among the references are no links."""
    told = {"desc": "Block it.", "references": ["aws s3 block", "https://docs.example/1", "https://docs.example/1"]}
    more = {"categories": ["internet-exposed"]}
    (scan,) = read(row(risk_details="Leak.", remediation=told, unmapped=more), row(uid="b")).scans
    (rule,) = scan.rules
    assert (rule.help, rule.references, rule.tags) == (
        "Leak.\n\nBlock it.",
        ("https://docs.example/1",),
        ("internet-exposed",),
    )


def test_a_killed_run_is_partial() -> None:
    """Prowler ends its file only when it is done: complete rows are kept, and what is missing is not fixed."""
    text = "[" + json.dumps(row()) + "," + json.dumps(row("PASS", "b")) + ","
    report = read_report(text.encode(), "p.json")
    assert isinstance(report, Report)
    assert (report.scans[0].completeness, len(report.scans[0].results)) == (Completeness.PARTIAL, 1)


@pytest.mark.parametrize("joint", ["][", "]\n[", ",", "]"])
def test_a_run_appended_to_another_supersedes_it(joint: str) -> None:
    """Prowler opens its output to append: of two looks at one resource the later holds, and that is said."""
    first, second = [row(time=1), row(uid="only-before", time=1)], [row("PASS", time=2), row(uid="b", time=2)]
    text = json.dumps(first)[:-1] + joint + json.dumps(second)[1:]
    report = read_report(text.encode(), "p.json")
    assert isinstance(report, Report)
    (scan,) = report.scans
    assert [result.resource and result.resource.uid for result in scan.results] == ["only-before", "b"]
    assert scan.passed == 1
    assert "rows-superseded" in [diagnostic.code for diagnostic in report.diagnostics]


def test_no_rows_prove_nothing() -> None:
    """An empty array is a run of nothing: no result, and nothing evaluated."""
    (scan,) = read().scans
    assert (scan.scope, scan.results, scan.coverage.evaluated) == ("here", (), frozenset())


def test_a_bad_row_costs_only_itself() -> None:
    """It is refused with its place, and counted."""
    report = read(row(), {"metadata": 7})
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 1)
    assert report.diagnostics[0].pointer == "/1"


def test_a_single_finding_is_a_report() -> None:
    """One object instead of an array."""
    assert len(prowler.read(json.dumps(row()).encode(), CONTEXT).scans[0].results) == 1


def test_old_words_for_a_status() -> None:
    """Version 3 calls muted rows "Other" and those for a person "Unknown"; the first of version 4 has PASS and FAIL."""

    def old(status: str, uid: str) -> dict[str, Any]:
        return row(None, uid, status=status)

    (scan,) = read(*(old(word, word) for word in ("Success", "Failure", "Other", "Unknown", "FAIL", "PASS"))).scans
    assert [bool(result.suppression) for result in scan.results] == [False, True, False]
    assert (scan.passed, scan.manual, scan.refused) == (2, 1, 0)


def test_a_check_may_be_named_in_the_id_only() -> None:
    """The first of version 4 have no event code."""
    metadata = {"product": {"name": "Prowler"}}
    named = {"uid": "prowler-aws-s3_public-1-eu-west-1-logs"}
    (scan,) = read(row(metadata=metadata, finding_info=named), row(metadata=metadata, finding_info={"uid": "x"})).scans
    assert ([result.rule_id for result in scan.results], scan.refused) == (["s3_public"], 1)


def test_a_severity_nobody_knows_is_said_aloud() -> None:
    """It is taken for INFO, with one warning for each word; passed rows have no severity of their own."""
    report = read(
        row(severity="Odd"),
        row(uid="b", severity="Odd"),
        row("PASS", "c", severity="x"),
        row(uid="d", severity="Informational"),
    )
    assert {result.severity for result in report.scans[0].results} == {Severity.INFO}
    assert [(each.code, each.pointer) for each in report.diagnostics] == [("severity-unknown", "/0")]


HEADER = (
    "AUTH_METHOD;TIMESTAMP;ACCOUNT_UID;FINDING_UID;PROVIDER;CHECK_ID;STATUS;STATUS_EXTENDED;MUTED;SEVERITY;"
    "RESOURCE_TYPE;RESOURCE_UID;RESOURCE_NAME;REGION;COMPLIANCE"
)


def table(*rows: str) -> Report:
    """What is read from a table."""
    return prowler.read("\r\n".join((HEADER, *rows, "")).encode(), CONTEXT)


def test_tables_say_what_ocsf_says() -> None:
    """Muted is a text, a cell may hold line breaks, a namespace stands in the region, zeros of accounts are lost."""
    report = table(
        'p;t;12345678901;f1;aws;c;FAIL;"two\nlines; one cell";True;high;T;arn:1;n;eu;CIS-2.0: 1.20 | X: 1',
        "p;t;12345678901;f2;aws;c;FAIL;x;False;informational;T;arn:2;n;eu;",
        "p;t;12345678901;f3;aws;c;PASS;x;False;critical;T;arn:3;n;eu;",
        "p;t;12345678901;f4;aws;c;MANUAL;x;False;low;T;arn:4;n;eu;",
        "p;t;ctx;f5;kubernetes;c;FAIL;x;False;low;Pod;0e1d;web;namespace: shop;",
    )
    aws, cluster = report.scans
    assert (aws.scope, aws.passed, aws.manual) == ("aws:012345678901", 1, 1)
    assert [bool(result.suppression) for result in aws.results] == [True, False]
    assert [result.severity for result in aws.results] == [Severity.HIGH, Severity.INFO]
    assert aws.results[0].message == "two\nlines; one cell"
    assert cluster.results[0].resource is not None
    assert (
        cluster.results[0].resource.uid
        == "shop/Pod/web"
        == uid_of("kubernetes", uid="0e1d", name="web", type="Pod", namespace="shop")
    )


def test_a_table_that_is_continued_or_cut() -> None:
    """A second header and a row that breaks off are refused; the rows around them are read."""
    line = "p;t;1;f1;aws;c;FAIL;x;False;low;T;arn:1;n;eu;"
    (scan, *_) = table(line, HEADER, "p;t;1;f2;aws;c;FA").scans
    assert len(scan.results) == 1
    assert [each.code for each in table(line, HEADER, "p;t;1;f2").diagnostics].count("entry-refused") == 2


def test_the_regions_of_the_rows_were_looked_at() -> None:
    """By account; a provider without regions names none."""
    west = {"uid": "arn:aws:s3:::web", "region": "us-west-2"}
    there = read(row(), row("PASS", resources=[west]), row(cloud={"provider": "aws", "account": {"uid": "2"}}))
    assert [scan.coverage.regions for scan in there.scans] == [
        frozenset({"eu-west-1", "us-west-2"}),
        frozenset({"eu-west-1"}),
    ]
    nowhere = {"provider": "github", "account": {"uid": "acc"}}
    assert read(row(resources=[{"uid": "repo"}], cloud=nowhere)).scans[0].coverage.regions is None
