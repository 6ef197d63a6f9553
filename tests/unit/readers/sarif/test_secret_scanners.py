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
