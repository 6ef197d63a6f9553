"""When two results are about one leaked secret."""

from itertools import permutations

import pytest

from aggregator.dedupe.correlation.compatibility import Refusal, compare
from aggregator.dedupe.entry import Entry
from aggregator.dedupe.fold import fold
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import NOW, flaw, folded, report


def leak(
    rule: str,
    tool: str,
    line: int | None = 5,
    columns: tuple[int, int] | None = None,
    *,
    end: int | None = None,
    secret: str = "",
    path: str = ".env",
) -> Result:
    """Build a result of a secret scanner."""
    return flaw(
        rule, path, line, end=end, columns=columns, tool=tool, scope=f"{tool}.json", kind=Kind.SECRET, secret=secret
    )


def groups(*leaks: Result) -> set[frozenset[str]]:
    """Fold the leaks in every order and return who stands together, as ``tool rule``."""
    found = set()
    for order in permutations(leaks):
        by_tool: dict[str, list[Result]] = {}
        for each in order:
            by_tool.setdefault(each.tool, []).append(each)
        reports = [report(*rows) for rows in by_tool.values()]
        findings = fold(reports, (), product="shop", sources={}, redact=str, now=NOW).findings
        found.add(frozenset(frozenset(f"{row.tool} {row.rule_id}" for row in each.sources) for each in findings))
    assert len(found) == 1, "the order of reports changed a merge"
    return set(found.pop())


def is_one(*leaks: Result) -> bool:
    """Whether all leaks are one finding."""
    return len(groups(*leaks)) == 1


GITHUB = leak("github-pat", "Gitleaks", columns=(15, 55))
NPM = leak("npm-access-token", "Gitleaks", columns=(80, 120))


def test_values_decide_where_they_are_known() -> None:
    """The same value on a line is one secret under any name; different values on it never are."""
    named, vague = leak("github-pat", "Gitleaks", secret="s1"), leak("Secret Keyword", "detect-secrets", secret="s1")
    assert is_one(named, vague)
    assert is_one(leak("npm-access-token", "Gitleaks", secret="s1"), leak("Slack Token", "detect-secrets", secret="s1"))
    assert not is_one(named, leak("GitHub Token", "detect-secrets", secret="s2"))
    assert not is_one(named, leak("github-pat", "Trivy", 6, secret="s1"))


def test_columns_tell_secrets_of_one_line_apart() -> None:
    """Two tokens on a line: each with the one in its columns; a whole assignment overlaps its value."""
    both = groups(GITHUB, NPM, leak("generic-api-key", "Semgrep", columns=(79, 121)))
    assert both == {
        frozenset({"Gitleaks github-pat"}),
        frozenset({"Gitleaks npm-access-token", "Semgrep generic-api-key"}),
    }
    assert is_one(GITHUB, leak("detected-github-token", "Semgrep", columns=(1, 55)))


def test_kinds_tell_secrets_of_one_line_apart() -> None:
    """Without columns the provider tells which token is meant."""
    both = groups(GITHUB, NPM, leak("npm-access-token", "Trivy"))
    assert both == {
        frozenset({"Gitleaks github-pat"}),
        frozenset({"Gitleaks npm-access-token", "Trivy npm-access-token"}),
    }


def test_an_id_and_its_secret_are_two() -> None:
    """An AWS key id and the key that belongs to it, on one line, are two secrets."""
    assert not is_one(leak("aws-access-key-id", "Trivy"), leak("aws-secret-access-key", "Semgrep"))


def test_two_candidates_and_nothing_to_choose_by() -> None:
    """A vague result on a line with two secrets joins neither."""
    assert len(groups(GITHUB, NPM, leak("Base64 High Entropy String", "detect-secrets"))) == 3
    assert is_one(GITHUB, leak("Base64 High Entropy String", "detect-secrets"))


def test_the_better_fit_wins() -> None:
    """Where one candidate is of the same kind, the vague one is no rival."""
    vague = leak("generic-api-key", "Gitleaks", columns=(80, 120))
    assert frozenset({"Gitleaks github-pat", "Trivy github-pat"}) in groups(GITHUB, vague, leak("github-pat", "Trivy"))


def test_two_rules_of_one_tool_on_one_secret_are_no_rivals() -> None:
    """A tool that flags one secret by two rules does not thereby make it two candidates for another tool."""
    rules = [leak("generic-api-key", "Semgrep", columns=(15, 55)), leak("high-entropy", "Semgrep", columns=(10, 55))]
    assert is_one(*rules, leak("Secret Keyword", "detect-secrets"))
    same = [
        leak("Base64 High Entropy String", "detect-secrets", secret="s"),
        leak("GitHub Token", "detect-secrets", secret="s"),
    ]
    assert is_one(*same, GITHUB)


@pytest.mark.parametrize(
    "other", [leak("private-key", "Trivy", 3), leak("Private Key", "detect-secrets", 3, secret="h")]
)
def test_private_keys_span_lines(other: Result) -> None:
    """The first line of a key, with a digest of that line alone, is the key; the line above it is not."""
    key = leak("private-key", "Gitleaks", 3, (6, 33), end=7, secret="whole")
    assert is_one(key, other)
    assert not is_one(key, leak("Private Key", "detect-secrets", 2, secret="h"))


def test_a_url_holds_a_password() -> None:
    """The URL, and the password that another tool found in it, are one secret although their texts differ."""
    assert is_one(
        leak("curl-auth-user", "Gitleaks", secret="a"), leak("Basic Auth Credentials", "detect-secrets", secret="b")
    )


def test_an_end_before_the_first_column_is_the_line_before() -> None:
    """Semgrep ends a region that takes in the line break on the next line, or before its own start."""
    assert is_one(GITHUB, leak("github-pat", "Semgrep", columns=(14, 1), end=6))
    assert is_one(GITHUB, leak("github-pat", "Semgrep", columns=(14, 1)))
    assert not is_one(leak("generic-api-key", "Gitleaks", 6), leak("github-pat", "Semgrep", columns=(14, 1), end=6))


def test_one_value_in_a_line_of_what_another_rule_flags() -> None:
    """Two rules of one tool that found one value in one call are one finding; in two calls, or by one rule, two."""
    call = leak("curl-auth-header", "Gitleaks", 2, end=4, secret="s")
    for other, count in (
        (leak("generic-api-key", "Gitleaks", 4, secret="s"), 1),
        (leak("generic-api-key", "Gitleaks", 4, secret="t"), 2),
        (leak("generic-api-key", "Gitleaks", 5, secret="s"), 2),
        (leak("curl-auth-header", "Gitleaks", 4, secret="s"), 2),
    ):
        assert len(folded(report(call, other)).findings) == count


def test_secrets_of_whole_files() -> None:
    """Two tools that name only the file mean the file; a line in it is not the file."""
    assert is_one(leak("pkcs12-file", "Gitleaks", None), leak("pkcs12", "Trivy", None))
    assert not is_one(leak("pkcs12-file", "Gitleaks", None), leak("pkcs12", "Trivy", 5))
    here, there = leak("github-pat", "Gitleaks"), leak("github-pat", "Trivy", path="other")
    assert not is_one(here, there)
    answer = compare(Entry((here,), "gitleaks-json"), Entry((there,), "trivy-json"), Knowledge())
    assert answer == Refusal("the flagged regions do not meet")


def test_the_record_says_how_it_is_known() -> None:
    """A merge names the rule that joined it and the kind, never a value."""
    (finding,) = fold(
        [report(GITHUB), report(leak("github-pat", "Trivy"))], (), product="shop", sources={}, redact=str, now=NOW
    ).findings
    (merge,) = finding.merges
    assert (merge.tier, merge.key) == ("certain", "same-place-same-kind")
    assert merge.inputs[-1] == "kind of secret github/classic"
