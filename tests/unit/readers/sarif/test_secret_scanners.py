"""SARIF of tools that look for secrets: what they find is a secret, and what they quote goes no further."""

import pytest

from aggregator.model.result import Kind
from tests.unit.readers.sarif.logs import place, read, result, run

VALUE = "correct-horse-battery-9"


@pytest.mark.parametrize(
    ("driver", "tool"),
    [
        ("Betterleaks", "Betterleaks"),
        ("gitleaks", "Gitleaks"),
        ("GitGuardian Shield", "ggshield"),
        ("kingfisher", "Kingfisher"),
        ("noseyparker", "Nosey Parker"),
        ("SARIF Pattern Matcher", "Spmi"),
        ("trufflehog", "TruffleHog"),
    ],
)
def test_a_quoted_secret_goes_to_the_redactor_alone(driver: str, tool: str) -> None:
    """Neither the snippet nor the message of such a tool keeps the value; the redactor learns it."""
    entry = result(
        message={"text": f"Found {VALUE}"}, locations=[place("a.env", 3, snippet={"text": VALUE})], ruleId="slack-token"
    )
    report = read(run(entry, tool=driver))
    (found,) = report.scans[0].results
    assert (found.tool, found.kind, found.snippet, found.weaknesses) == (tool, Kind.SECRET, "", (798,))
    assert VALUE not in found.message
    assert VALUE in report.secrets.reveal()
    assert bool(found.secret) is (tool == "Gitleaks")


def test_whispers_finds_secrets() -> None:
    """A tool that quotes nothing has nothing to give away."""
    report = read(run(result(), tool="whispers"))
    assert report.scans[0].results[0].kind is Kind.SECRET
    assert report.secrets.reveal() == frozenset()


@pytest.mark.parametrize(
    ("driver", "rule", "kind", "message", "left"),
    [
        (
            "secretlint",
            "rule-aws",
            Kind.SECRET,
            f"found AWS Secret Access Key: {VALUE}",
            "found AWS Secret Access Key: ",
        ),
        ("secretlint", "rule-db", Kind.SECRET, f"found URI: {VALUE}: and on", "found URI: "),
        (
            "ESLint",
            "no-secrets/no-secrets",
            Kind.SAST,
            f'Found a string with entropy 4.1 : "{VALUE}"',
            "Found a string ",
        ),
        ("ESLint", "no-secrets/no-pattern-match", Kind.SAST, f'Found text that matches "X": {VALUE}', "Found text "),
        ("Bandit", "B105", Kind.SAST, f"Possible hardcoded password: '{VALUE}'", "Possible hardcoded password: "),
    ],
)
def test_a_printed_secret_goes_to_the_redactor_alone(
    driver: str, rule: str, kind: Kind, message: str, left: str
) -> None:
    """A message that prints the value keeps all but it, whatever weakness the log names; the redactor learns it."""
    entry = result(message={"text": message}, locations=[place("a.js", 3, snippet={"text": VALUE})], ruleId=rule)
    report = read(run(entry, tool=driver))
    (found,) = report.scans[0].results
    assert (found.kind, found.snippet, found.weaknesses) == (kind, "", (798,))
    assert found.message.startswith(left)
    assert VALUE not in found.message
    assert any(VALUE in value for value in report.secrets.reveal())


@pytest.mark.parametrize(
    ("driver", "rule", "message"),
    [
        ("secretlint", "rule-gcp", "found GCP Service Account's private key(json): prod-account.json"),
        ("secretlint", "rule-gcp", "found GCP Service Account's private key(p12): prod-account.p12"),
        ("secretlint", "rule-aws", "found AWS Secret Access Key: ***"),
        ("secretlint", "rule-own", "something of our own"),
        ("ESLint", "sonarjs/no-hardcoded-passwords", "Review this potentially hard-coded password."),
        ("Ruff", "S105", 'Possible hardcoded password assigned to: "smtp_settings"'),
    ],
)
def test_what_a_message_prints_beside_a_secret_stays(driver: str, rule: str, message: str) -> None:
    """File names, names of variables and what was masked before are no values; the flagged text is dropped anyway."""
    entry = result(message={"text": message}, locations=[place("a.js", 3, snippet={"text": VALUE})], ruleId=rule)
    report = read(run(entry, tool=driver))
    assert (report.scans[0].results[0].message, report.scans[0].results[0].snippet) == (message, "")
    assert report.secrets.reveal() == frozenset()
