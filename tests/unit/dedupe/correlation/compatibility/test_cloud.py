"""Checks of cloud resources: the same full id, the same rule or control."""

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility import compare
from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, Agreement, Refusal
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.resource_ids import is_full_id, place_in_cloud
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Resource
from aggregator.model.result import Result
from tests.unit.dedupe.flaws import folded, misconfigured, report

LOGS = "arn:aws:s3:::logs"


def row(rule: str = "s3_bucket_object_versioning", tool: str = "Prowler", **resource: str) -> Result:
    """A failed check of a bucket; ``resource`` replaces parts of it."""
    made = misconfigured(rule)
    where = replace(Resource(LOGS, "aws", "1", "eu-west-1"), **resource)
    return replace(made, tool=tool, scope=tool, report=tool, resource=where)


def answer(one: Result, two: Result, formats: tuple[str, str] = ("a", "b")) -> Agreement | Refusal:
    """What the comparison says."""
    return compare(Entry((one,), formats[0]), Entry((two,), formats[1]), Knowledge())


def test_one_rule() -> None:
    """Two exports of one tool, or two tools that use one rule."""
    assert answer(row(), row()) == Agreement(CERTAIN, "same-rule-same-resource", ("rule s3_bucket_object_versioning",))


def test_one_control() -> None:
    """Other tools ask for it under another name; one tool renamed its check."""
    found = answer(row(), row("AWS-0090", "Trivy"))
    assert isinstance(found, Agreement)
    assert (found.tier, found.key, found.must_be_best) == (HIGH, "same-control-same-resource", False)
    assert found.inputs == ("control aws-s3-versioning", "rules s3_bucket_object_versioning and AWS-0090")
    renamed = answer(row("apigateway_logging_enabled"), row("apigateway_restapi_logging_enabled"))
    assert isinstance(renamed, Agreement)
    assert renamed.must_be_best


@pytest.mark.parametrize(
    ("two", "why"),
    [
        (row("AWS-0089", "Trivy"), "different controls: aws-s3-versioning and aws-s3-logging"),
        (row("own", "Trivy"), "the rules are not known to be the same"),
        (row(uid="arn:aws:s3:::other"), "different resources"),
        (row(region="us-east-1"), "different regions"),
        (row(account="2"), "different accounts"),
        (row(provider="azure"), "different providers"),
        (replace(row(), resource=None), "the resource is not known"),
    ],
)
def test_what_keeps_checks_apart(two: Result, why: str) -> None:
    """Each is a veto."""
    assert answer(row(), two) == Refusal(why)


def test_what_one_tool_leaves_out_does_not_part() -> None:
    """An ARN needs no region beside it."""
    assert isinstance(answer(row(), row(tool="Steampipe", region="", account="")), Agreement)


def test_a_name_alone_is_no_id() -> None:
    """Of one tool it will do, where account and region are the same."""
    assert isinstance(answer(row(uid="default"), row(uid="default")), Agreement)
    refused = answer(row(uid="default"), row(uid="default", tool="Steampipe"))
    assert refused == Refusal("a name alone does not tell which resource it is")


def test_places_of_names_hold_their_account() -> None:
    """So that ``default`` of one region is never compared with that of another."""
    assert is_full_id("/subscriptions/1/resourcegroups/a")
    assert place_in_cloud(Resource(LOGS, "aws", "1", "eu")) == (LOGS,)
    assert place_in_cloud(Resource("default", "aws", "1", "eu")) == ("aws", "1", "eu", "default")


def test_a_hundred_checks_of_one_account_are_compared_by_what_they_ask_for() -> None:
    """Two tools with hundreds of rows about one account stay far below what may be compared."""
    account = "arn:aws:iam::1:root"
    ours = [row(f"rule-{n}", uid=account) for n in range(300)]
    theirs = [row(f"rule-{n}", "Steampipe", uid=account) for n in range(300)]
    answer_ = folded(report(*ours), report(*theirs))
    assert len(answer_.findings) == 300
    assert all(len(finding.sources) == 2 for finding in answer_.findings)
