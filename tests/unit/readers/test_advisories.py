import pytest

from aggregator.model.severity import Cvss, Severity
from aggregator.readers.advisories import advice, advisory_name, cleaned, names_of_one, rated


def test_an_advisory_has_one_name() -> None:
    """Case is mended where the scheme is known; what is of no scheme stays as it is."""
    assert advisory_name(" cve-2020-1 ") == "CVE-2020-1"
    assert advisory_name("house rule") == "house rule"


def test_aliases_stand_behind_the_best_known_name() -> None:
    """An advisory and the CVE it is about are one vulnerability."""
    assert names_of_one("GHSA-ABCD-0000-1111", ["CVE-2020-1"]) == ("CVE-2020-1", "GHSA-abcd-0000-1111")
    assert names_of_one("house rule", []) == ("house rule",)


def test_two_cves_are_no_aliases() -> None:
    """A bulletin of a distribution fixes several vulnerabilities: none of them is another name of it."""
    assert names_of_one("ALAS-2023-1", ["CVE-2020-1", "CVE-2020-2"]) == ("ALAS-2023-1",)


def test_the_advice_says_what_to_do() -> None:
    """Package, vulnerability and repair in one sentence, also where the version or the repair is not known."""
    assert advice("a", "1", "CVE-1", ["2", "3"]) == "a 1 is affected by CVE-1; fixed in 2, 3."
    assert advice("a", "", "CVE-1", []) == "a is affected by CVE-1; no fixed version is known."


@pytest.mark.parametrize(
    ("word", "score", "severity"),
    [("High", 1.0, Severity.HIGH), ("Unknown", 9.8, Severity.CRITICAL), ("", None, Severity.INFO)],
)
def test_a_word_comes_before_a_score(word: str, score: float | None, severity: Severity) -> None:
    """The tool's word decides; where it says nothing the rating does."""
    assert rated(word, Cvss("3.1", score) if score is not None else None) is severity


def test_empty_texts_are_left_out() -> None:
    """Lists of versions and links may hold blanks, or be missing."""
    assert cleaned(["1.0 ", "", " "]) == ("1.0",)
    assert cleaned(None) == ()
