from typing import Any

import pytest

from aggregator.model.errors import UnreadableReport
from aggregator.model.location import Location
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.readers import semgrep
from tests.unit.readers.semgrep_reports import CONTEXT, match, one, read, scan


def test_a_match_is_a_result() -> None:
    """Place, rule, words and scope are where the model says they are."""
    result = one()
    assert result.location == Location("src/a.py", 3, 5, 4, 9)
    assert (result.kind, result.scope, result.report, result.pointer) == (
        *(Kind.SAST, "scans/semgrep.json", "semgrep.json", "/results/0"),
    )
    assert (result.title, result.message, result.native_severity) == ("Demo", "Do not.", "ERROR")


@pytest.mark.parametrize(
    ("word", "metadata", "severity"),
    [
        ("CRITICAL", {}, Severity.CRITICAL),
        ("HIGH", {}, Severity.HIGH),
        ("MEDIUM", {}, Severity.MEDIUM),
        ("LOW", {}, Severity.LOW),
        ("ERROR", {}, Severity.HIGH),
        ("WARNING", {}, Severity.MEDIUM),
        ("INFO", {}, Severity.INFO),
        ("INFO", {"category": "security", "impact": "MEDIUM"}, Severity.LOW),
        ("INFO", {"category": "security", "impact": "LOW"}, Severity.INFO),
        ("INVENTORY", {}, Severity.INFO),
        ("EXPERIMENT", {"category": "security", "impact": "HIGH"}, Severity.INFO),
        ("ERROR", {"sca-severity": "LOW"}, Severity.LOW),
    ],
)
def test_every_severity_word_has_its_step(word: str, metadata: dict[str, str], severity: Severity) -> None:
    """Old and new words, the deprecated ones too, and the supply chain's own."""
    report = read(match(severity=word, metadata=metadata))
    assert report.scans[0].results[0].severity is severity
    assert report.diagnostics == ()


def test_an_unknown_severity_is_info_and_said_once_a_rule() -> None:
    """A word nobody knows stops nothing; the diagnostic points at its first use and does not repeat it."""
    report = read(match(severity="DREADFUL"), match(severity="DREADFUL"))
    assert [result.severity for result in report.scans[0].results] == [Severity.INFO, Severity.INFO]
    (diagnostic,) = report.diagnostics
    assert diagnostic.pointer == "/results/0/extra/severity"
    assert "DREADFUL" not in diagnostic.sentence()


@pytest.mark.parametrize(
    ("check_id", "source", "rule_id", "aliases"),
    [
        ("demo", None, "demo", ()),
        ("tmp.checkout.rules.demo", None, "demo", ("tmp.checkout.rules.demo",)),
        ("ends-with-dot.", None, "ends-with-dot.", ()),
        ("python.x.demo", "https://semgrep.dev/r/python.x.demo", "python.x.demo", ("demo",)),
        ("sg.python.x.demo", "https://semgrep.dev/r/python.x.demo", "python.x.demo", ("sg.python.x.demo", "demo")),
        ("python.x.demo", "https://semgrep.dev/r/other", "demo", ("python.x.demo",)),
        ("python.x.demo", "https://example.org/rules", "demo", ("python.x.demo",)),
        ("python.x.demo", 7, "demo", ("python.x.demo",)),
    ],
)
def test_a_rule_is_named_without_the_path_of_its_configuration(
    check_id: str, source: object, rule_id: str, aliases: tuple[str, ...]
) -> None:
    """The id does not depend on how Semgrep was called; the full one stays an alias."""
    result = one(rule=check_id, metadata={"source": source})
    assert (result.rule_id, result.rule_aliases) == (rule_id, aliases)


@pytest.mark.parametrize(
    ("cwe", "weaknesses"),
    [("CWE-95: Eval", (95,)), (["CWE-78: x", "CWE-88: y"], (78, 88)), (None, ()), ({"a": 1}, ())],
)
def test_weaknesses_come_as_text_or_list(cwe: object, weaknesses: tuple[int, ...]) -> None:
    """Rules are written by people: any shape is taken."""
    assert one(metadata={"cwe": cwe}).weaknesses == weaknesses


def test_metadata_of_another_shape_is_no_metadata() -> None:
    """A rule whose metadata is no object still has results."""
    report = read(match(metadata=[1]), match(rule="other", metadata="x"))
    assert len(report.scans[0].results) == 2


def test_a_rule_is_described_by_a_message_that_all_its_results_share() -> None:
    """A message with metavariables differs from place to place and describes no rule."""
    about = {
        "short_description": "A demo",
        "references": "https://example.org",
        "owasp": ["A03:2021"],
        "category": "security",
        "technology": ["flask"],
        "shortlink": "https://sg.run/x",
        "confidence": "high",
    }
    same, differing = scan(
        *(match(metadata=about), match(metadata=about)),
        *(match(rule="x.other", message="a is bad"), match(rule="x.other", message="b is bad")),
    ).rules
    assert (same.id, same.description, same.help_uri) == ("demo", "Do not.", "https://sg.run/x")
    assert (same.references, same.tags) == (("https://example.org",), ("security", "flask", "A03:2021"))
    assert (differing.id, differing.description) == ("other", "")
    assert (one(metadata=about).title, one(metadata=about).confidence) == ("A demo", 90)


def test_one_rule_with_two_severities_is_one_rule() -> None:
    """A rule is listed once, whatever differs between its results."""
    assert len(scan(match(severity="LOW"), match(severity="HIGH")).rules) == 1


def test_withheld_words_are_absent() -> None:
    """Logged out, the same two words stand for every fingerprint and every line."""
    withheld = one(fingerprint="requires login", lines="requires login")
    assert (withheld.native_id, withheld.snippet) == ("", "")
    known = one(fingerprint="ab" * 64 + "_0", lines="    eval(x)")
    assert (known.native_id, known.snippet) == ("ab" * 64 + "_0", "    eval(x)")


def test_a_nosemgrep_comment_suppresses() -> None:
    """An ignored match is a result that is not to be acted on."""
    ignored = one(is_ignored=True).suppression
    assert ignored is not None
    assert ignored.disposition == "suppressed"
    assert one(is_ignored=False).suppression is None


def test_one_bad_match_is_refused_alone() -> None:
    """Wrong types, missing parts and unreadable rare parts cost that entry only."""
    bad_rare = match(sca_info={"dependency_match": 7})
    report = read(match(), {"check_id": "x"}, match(), bad_rare, {**match(), "path": 7})
    (found,) = report.scans
    assert ([result.pointer for result in found.results], found.refused) == (["/results/0", "/results/2"], 3)
    assert sorted(diagnostic.pointer for diagnostic in report.diagnostics) == ["/results/1", "/results/3", "/results/4"]


def test_texts_are_cleaned() -> None:
    """Terminal sequences and NULs stay outside."""
    assert one(message="\x1b[31mred\x00").message == "red"


def test_the_same_file_is_named_the_same() -> None:
    """Paths and messages that repeat are worked out once."""
    first, second = scan(match(path="./src/a.py"), match(path="./src/a.py")).results
    assert first.location == second.location
    assert first.message is second.message


def test_a_report_without_results_is_refused() -> None:
    """An object without the list is no clean scan."""
    with pytest.raises(UnreadableReport):
        semgrep.read(b'{"errors": [], "paths": {}}', CONTEXT)


def test_the_version_may_be_absent() -> None:
    """Versions before 0.92 do not say theirs."""
    assert scan(version=None).tool_version == ""
    assert scan().tool_version == "1.2.3"


@pytest.mark.parametrize(
    ("word", "confidence"), [("LOW", 30), ("Medium", 60), ("HIGH", 90), ("CERTAIN", None), (None, None), (3, None)]
)
def test_confidence_is_the_rules_word(word: object, confidence: int | None) -> None:
    """Three words on the common scale; anything else says nothing."""
    assert one(metadata={"confidence": word}).confidence == confidence


def test_texts_stand_where_lists_may() -> None:
    """One OWASP category or reference is as good as a list of them."""
    (rule,) = scan(match(metadata={"owasp": "A03:2021", "references": ["https://a", "https://b"]})).rules
    assert (rule.tags, rule.references) == (("A03:2021",), ("https://a", "https://b"))


def test_a_fix_is_not_taken_along() -> None:
    """Fixes, of every generation and shape, hold code with its metavariables: none of it is kept."""
    fixes: dict[str, Any] = {
        "fix": "n3ighbour",
        "fix_regex": {"regex": "n3ighbour", "count": 1},
        "fixed_lines": ["n3ighbour"],
    }
    report = read(match(**fixes), interfile_languages_used=[], profiling_results=[], time=None)
    assert report.scans[0].refused == 0
    assert "n3ighbour" not in str(report)


@pytest.mark.parametrize("offset", [{}, {"offset": 0}, {"offset": -1}])
def test_an_offset_says_nothing(offset: dict[str, int]) -> None:
    """It may be absent, zero or negative; line and column are the place."""
    point = {"line": 3, "col": 5, **offset}
    (result,) = scan({**match(), "start": point, "end": point}).results
    assert result.location == Location("src/a.py", 3, 5, 3, 5)


@pytest.mark.parametrize("path", ["src/a%20b.py", "src/c:d.py", "src/ä b!.py"])
def test_a_path_is_no_address(path: str) -> None:
    """Nothing in it is decoded."""
    location = scan(match(path=path)).results[0].location
    assert location is not None
    assert location.path == path
