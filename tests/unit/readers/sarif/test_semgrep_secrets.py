import pytest

from aggregator.model.result import Kind
from tests.unit.readers.sarif.logs import place, read, result, result_of, run

HIDDEN = "hidden-7731-value"


def of_rule(rule: str, tags: list[str]) -> dict[str, object]:
    """The keywords for one Semgrep result whose message and snippet print a secret."""
    entry = result(
        ruleId=rule,
        message={"text": f"The key {HIDDEN} is in the code."},
        locations=[place("a.py", 3, snippet={"text": f"k = '{HIDDEN}'"})],
    )
    return {"entry": entry, "tool": "Semgrep OSS", "rules": [{"id": rule, "properties": {"tags": tags}}]}


@pytest.mark.parametrize("rule", ["generic.secrets.security.detected-x.detected-x", "generic.secrets.gitleaks.y.y"])
def test_rules_about_secrets_find_secrets(rule: str) -> None:
    """By the folder they stand in, as in Semgrep's own JSON: else one leak would be two kinds of problem."""
    found = result_of(**of_rule(rule, []))  # type: ignore[arg-type]
    assert (found.kind, found.weaknesses, found.snippet) == (Kind.SECRET, (798,), "")
    assert found.message == f"{found.title}."


def test_a_rule_about_credentials_keeps_no_text_of_the_code() -> None:
    """Semgrep's messages have metavariables expanded; the title stands for one that may print a password."""
    found = result_of(**of_rule("python.lang.password", ["CWE-798: Use of Hard-coded Credentials"]))  # type: ignore[arg-type]
    assert (found.kind, found.snippet, found.message) == (Kind.SAST, "", found.title)


def test_the_flagged_literal_is_given_away_for_masking() -> None:
    """Another tool may print it."""
    about = of_rule("generic.secrets.security.detected-x.detected-x", [])
    report = read(run(about["entry"], tool="Semgrep OSS"))
    assert report.secrets.reveal() == {HIDDEN}
