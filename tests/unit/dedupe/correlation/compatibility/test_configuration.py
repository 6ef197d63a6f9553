"""Misconfigurations of several tools: the same control on the same block."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility import compare
from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, MEDIUM, Agreement, Refusal
from aggregator.dedupe.entry import Entry
from aggregator.knowledge.knowledge import Knowledge, Teaching
from aggregator.model.location import Location
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import flaw, folded, report

MAIN = "infra/main.tf"
HEAD = (1, 9)


def check(tool: str, rule: str, line: int | None = 1, end: int | None = None, **more: str) -> Result:
    """A failed check in a file of Terraform, unless another path is given."""
    made = flaw(rule, more.get("path", MAIN), line, end=end, tool=tool, kind=Kind.IAC, resource=more.get("at", ""))
    return replace(made, title=more.get("title", made.title))


def semgrep(rule: str, line: int = 1, end: int | None = None, columns: tuple[int, int] | None = None) -> Result:
    """A result of Semgrep in the same file; its reader cannot know that it is no code."""
    return flaw(rule, MAIN, line, end=end, columns=columns)


def answer(one: Result, two: Result, knowledge: Knowledge | None = None) -> Agreement | Refusal:
    """What both ways of asking say."""
    knowledge = knowledge or Knowledge()
    there = compare(Entry((one,), one.tool), Entry((two,), two.tool), knowledge)
    back = compare(Entry((two,), two.tool), Entry((one,), one.tool), knowledge)
    assert type(there) is type(back)
    return there


def test_one_control_on_one_block() -> None:
    """Both name the block; where in it they point does not matter."""
    versioning = check("Trivy", "AWS-0090", 4, at="aws_s3_bucket.logs")
    same = answer(versioning, check("Checkov", "CKV_AWS_21", 1, 9, at="aws_s3_bucket.logs"))
    assert same == Agreement(
        CERTAIN,
        "same-control-same-block",
        (f"path {MAIN}", "lines 4-4 and 1-9", "control aws-s3-versioning"),
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("aws_s3_bucket.logs", "module.shop.aws_s3_bucket.logs"),
        ("aws_s3_bucket.logs[0]", "aws_s3_bucket.logs"),
        ('aws_s3_bucket.logs["a.b"]', "aws_s3_bucket.logs"),
        ("Logs", "AWS::S3::Bucket.Logs"),
    ],
)
def test_one_block_in_two_spellings(one: str, two: str) -> None:
    """With its module or its type before it, and with or without the number that repeats it."""
    assert isinstance(
        answer(check("Trivy", "AWS-0090", 4, at=one), check("Checkov", "CKV_AWS_21", 1, 9, at=two)), Agreement
    )


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("aws_s3_bucket.a", "aws_s3_bucket.b"),
        ("aws_s3_bucket.a[0]", "aws_s3_bucket.a[1]"),
        ("module.one", "module.two.aws_s3_bucket.a"),
        ("module.one.aws_s3_bucket.a", "module.two.aws_s3_bucket.a"),
    ],
)
def test_another_block_is_another_problem(one: str, two: str) -> None:
    """Also where the lines meet: a module that is used twice has each block twice."""
    ours, theirs = check("Trivy", "AWS-0090", 1, 9, at=one), check("Checkov", "CKV_AWS_21", 1, 9, at=two)
    assert answer(ours, theirs) == Refusal("different resources")


def test_a_bucket_is_described_by_several_blocks() -> None:
    """Since Terraform split it, one tool points at the bucket, another at the block of that side of it."""
    bucket = check("Checkov", "CKV_AWS_21", 1, 9, at="module.a.aws_s3_bucket.logs")
    side = check("Trivy", "AWS-0090", 40, at="module.a.aws_s3_bucket_versioning.logs")
    found = answer(bucket, side)
    assert isinstance(found, Agreement)
    assert (found.tier, found.key, found.must_be_best) == (MEDIUM, "same-control-same-bucket", True)
    assert [len(finding.sources) for finding in folded(report(bucket), report(side)).findings] == [2]
    for other in ("module.b.aws_s3_bucket_versioning.logs", "aws_s3_bucket_versioning.audit", "aws_sqs_queue.logs"):
        assert answer(bucket, check("Trivy", "AWS-0090", 40, at=other)) == Refusal("different resources")


def test_a_module_is_no_block() -> None:
    """Trivy names the module alone: in it, the regions must meet."""
    within = check("Trivy", "AWS-0090", 2, 4, at="module.one")
    block = check("Checkov", "CKV_AWS_21", 2, 4, at="module.one.aws_s3_bucket.this")
    assert isinstance(answer(within, block), Agreement)
    below = check("Checkov", "CKV_AWS_21", 6, 9, at="module.one.aws_s3_bucket.other")
    assert answer(within, below) == Refusal("the flagged regions do not meet")


def test_another_control_is_another_problem() -> None:
    """What the table knows to be different never stands in one finding."""
    found = answer(check("Trivy", "AWS-0090"), check("Checkov", "CKV_AWS_18"))
    assert found == Refusal("different controls: aws-s3-versioning and aws-s3-logging")


def test_a_rule_for_more_is_a_little_less_sure() -> None:
    """Trivy's check for SSH and RDP goes with Checkov's for SSH, after those that ask for the same only."""
    found = answer(check("Trivy", "AWS-0107"), check("Checkov", "CKV_AWS_24", 1, 9))
    assert isinstance(found, Agreement)
    assert (found.tier, found.inputs[-1]) == (HIGH, "control aws-security-group-ingress-ssh")


def test_a_tool_for_code_is_heard_in_files_of_infrastructure_only() -> None:
    """Semgrep's rules for Terraform meet Checkov's; two results of code analysis there may agree as well."""
    versioning = semgrep("aws-s3-bucket-versioning-not-enabled", 1, 9)
    assert isinstance(answer(versioning, check("Checkov", "CKV_AWS_21", 1, 9)), Agreement)
    key, other = (
        semgrep("azure-key-no-expiration-date"),
        replace(semgrep("keyvault-ensure-key-expires"), tool="Opengrep"),
    )
    assert isinstance(answer(key, other), Agreement)
    here, there = (replace(each, location=Location("app.py", 1)) for each in (key, other))
    assert isinstance(answer(here, there), Refusal)


def test_the_head_of_a_block_means_the_block() -> None:
    """Semgrep flags the word ``resource`` alone; what is flagged below may be in the block, if nothing is nearer."""
    head = semgrep("aws-s3-bucket-versioning-not-enabled", 10, columns=HEAD)
    found = answer(head, check("Trivy", "AWS-0090", 14))
    assert isinstance(found, Agreement)
    assert (found.tier, found.key, found.rank, found.must_be_best) == (MEDIUM, "same-control-nearby", 4, True)
    assert answer(head, check("Trivy", "AWS-0090", 7)) == Refusal("the flagged regions do not meet", is_veto=False)
    assert isinstance(answer(head, check("Trivy", "AWS-0090", 200)), Refusal)
    assert isinstance(answer(head, check("Trivy", "AWS-0090", None)), Agreement)


def test_the_nearest_below_a_head_wins() -> None:
    """Of two blocks with the same flaw, each head takes its own."""
    heads = [semgrep("aws-s3-bucket-versioning-not-enabled", line, columns=HEAD) for line in (10, 30)]
    lines = [check("Trivy", "AWS-0090", line, at=f"aws_s3_bucket.b{line}") for line in (14, 34)]
    findings = folded(report(*heads), report(*lines)).findings
    assert sorted(
        tuple(sorted(source.location.start_line or 0 for source in finding.sources if source.location))
        for finding in findings
    ) == [(10, 14), (30, 34)]


def test_a_block_ends_where_the_next_begins() -> None:
    """A head reaches no further than the next block that any result tells of."""
    head = semgrep("aws-s3-bucket-versioning-not-enabled", 10, columns=HEAD)
    below = check("Trivy", "AWS-0090", 24)
    assert [len(each.sources) for each in folded(report(head), report(below)).findings] == [2]
    between = check("Checkov", "CKV_AWS_7", 20, 26)
    findings = folded(report(head), report(below), report(between)).findings
    assert [len(each.sources) for each in findings] == [1, 1, 1]


def test_a_line_beside_the_block() -> None:
    """Trivy points one line above the document in some files; two parts of a block are two problems."""
    pod = check("Checkov", "CKV_K8S_28", 10, 20, path="pod.yaml")
    found = answer(check("Trivy", "KSV-0119", 9, path="pod.yaml"), pod)
    assert isinstance(found, Agreement)
    assert found.tier == MEDIUM
    assert answer(check("Trivy", "KSV-0119", 7, path="pod.yaml"), pod) == Refusal(
        "the flagged regions do not meet", is_veto=False
    )
    assert answer(check("Trivy", "KSV-0119", 21, 30, path="pod.yaml"), pod) == Refusal(
        "the flagged regions do not meet"
    )


def test_what_is_missing_in_a_file_is_missing_nowhere_in_particular() -> None:
    """One tool names the file, the other all its lines; of rules that no table names, that is not enough."""
    whole = check("Trivy", "DS-0026", None, path="Dockerfile")
    assert isinstance(answer(whole, check("Checkov", "CKV_DOCKER_2", 1, 14, path="Dockerfile")), Agreement)
    own = check("Trivy", "own", None, path="Dockerfile")
    assert answer(own, check("Checkov", "own", 1, 14, path="Dockerfile")) == Refusal(
        "the flagged regions do not meet", is_veto=False
    )


def test_alike_titles_join_what_no_table_names() -> None:
    """Weaker than any control, and only where nothing fits as well."""
    known = check("Trivy", "AWS-0089", 1, 9, title="S3 Bucket Logging")
    found = answer(known, check("Terrascan", "AC_AWS_1", 1, 9, title="Ensure the bucket has access logging"))
    assert isinstance(found, Agreement)
    assert (found.tier, found.key, found.must_be_best) == (MEDIUM, "alike-titles-same-block", True)
    assert found.inputs[-1] == "titles alike to 0.71"
    named = check("Semgrep", "aws-s3-bucket-versioning-not-enabled", 1, 9, title="Data may be lost")
    kept = check("Terrascan", "AC_AWS_2", 1, 9, title="Enabling versioning keeps what is overwritten")
    assert isinstance(answer(named, kept), Refusal)
    assert isinstance(answer(named, check("Terrascan", "AC_AWS_2", 1, 9, title="Enable S3 versioning")), Agreement)
    for title in ("Ensure the bucket is versioned", "Access should be controlled and told in logs"):
        refused = answer(known, check("Terrascan", "AC_AWS_2", 1, 9, title=title))
        assert refused == Refusal("the rules are not known to be the same", is_veto=False)


def test_what_the_table_would_know_is_not_guessed() -> None:
    """Between tools that were gone through rule by rule, titles join only what the table has of neither."""
    known, new = (check("Trivy", rule, 1, 9, title="S3 Bucket Logging") for rule in ("AWS-0089", "AWS-9999"))
    other = check("Checkov", "CKV_AWS_9999", 1, 9, title="Ensure the bucket has access logging")
    assert answer(known, other) == Refusal("the rules are not known to be the same", is_veto=False)
    assert isinstance(answer(new, other), Agreement)


def test_a_secret_is_no_misconfiguration() -> None:
    """However alike their titles are."""
    key = replace(check("Gitleaks", "aws-access-token", 4, title="AWS access key"), kind=Kind.SECRET)
    disk = check("Terrascan", "own", 1, 9, title="Encrypt by a customer managed key")
    assert answer(key, disk) == Refusal("a secret and a misconfiguration")


def test_a_rule_by_any_of_its_names() -> None:
    """Another program that passes the check on names it as it is."""
    found = answer(check("Trivy", "XYZ-0001", 1, 9), check("Wrapper", "XYZ-0001", 1, 9))
    assert isinstance(found, Agreement)
    assert found.key == "same-rule-same-block"


def test_two_rules_of_one_scan_that_ask_for_one_control() -> None:
    """Semgrep has two rules for a key's expiry, one of them on the head alone: one finding, Checkov's with it."""
    findings = folded(
        report(
            semgrep("azure-key-no-expiration-date", 1, columns=HEAD),
            semgrep("keyvault-ensure-key-expires", 1, 9),
            semgrep("azure-key-backedby-hsm", 1, columns=HEAD),
        ),
        report(check("Checkov", "CKV_AZURE_40", 1, 9), check("Checkov", "CKV_AZURE_112", 1, 9)),
    ).findings
    assert sorted(len(finding.sources) for finding in findings) == [2, 3]


def test_rules_of_one_scan_stay_apart_otherwise() -> None:
    """Two checks of one control on two lines, or of tools for infrastructure alone, are two."""
    twice = [check("Trivy", "AWS-0124", line, at="aws_security_group.web") for line in (4, 8)]
    assert len(folded(report(*twice)).findings) == 2
    apart = [semgrep("azure-key-no-expiration-date"), semgrep("keyvault-ensure-key-expires", 30)]
    assert len(folded(report(*apart)).findings) == 2
    unknown = [semgrep("azure-key-no-expiration-date"), semgrep("own-rule")]
    assert len(folded(report(*unknown)).findings) == 2


def test_people_teach_controls() -> None:
    """A rule of one's own, told to mean what Checkov's means, joins it."""
    knowledge = Knowledge((Teaching("Semgrep", "house-rule-7", "aws-s3-versioning"),))
    one, two = semgrep("house-rule-7", 1, 9), check("Checkov", "CKV_AWS_21", 1, 9)
    assert isinstance(answer(one, two), Refusal)
    assert isinstance(answer(one, two, knowledge), Agreement)


_RULES = {
    "Trivy": ("AWS-0090", "AWS-0107", "new-1"),
    "Checkov": ("CKV_AWS_21", "CKV_AWS_24", "CKV_AWS_25", "new-2"),
    "Terrascan": ("AC_AWS_0214", "new-3"),
}
_BLOCKS = (
    "",
    "aws_s3_bucket.a",
    "aws_s3_bucket.a[0]",
    "aws_s3_bucket_versioning.a",
    "module.m",
    "module.m.aws_s3_bucket.a",
)


@st.composite
def _checks(draw: st.DrawFn) -> Result:
    tool = draw(st.sampled_from(sorted(_RULES)))
    first = draw(st.integers(1, 12))
    return check(
        tool,
        draw(st.sampled_from(_RULES[tool])),
        first,
        first + draw(st.integers(0, 6)),
        at=draw(st.sampled_from(_BLOCKS)),
        title=draw(st.sampled_from(["Enable versioning", "Port 22 is open", "Block it"])),
    )


@given(st.lists(_checks(), max_size=14), st.randoms(use_true_random=False))
def test_no_order_changes_a_merge_and_no_merge_breaks_a_veto(results: list[Result], chance: Random) -> None:
    """Reports may come in any order; in one finding nothing stands that a comparison forbids."""
    shuffled = chance.sample(results, len(results))

    def merged(rows: list[Result]) -> set[frozenset[tuple[str, str, str]]]:
        reports = [report(*own) for tool in _RULES if (own := [row for row in rows if row.tool == tool])]
        findings = folded(*reports).findings
        for finding in findings:
            for one, two in combinations(finding.sources, 2):
                if one.tool != two.tool:
                    said = answer(one, two)
                    assert isinstance(said, Agreement) or not said.is_veto
        return {frozenset((row.tool, row.rule_id, row.pointer) for row in each.sources) for each in findings}

    assert merged(results) == merged(shuffled)
