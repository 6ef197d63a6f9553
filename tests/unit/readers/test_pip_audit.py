import json
from typing import Any

import pytest

from aggregator.model.coverage import Extent
from aggregator.model.report import Report
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.readers import pip_audit
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in

CONTEXT = ReadContext(name="audit.json", place="scans/audit.json")
FLAW = {"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"], "aliases": ["CVE-2020-28493"], "description": "Slow. Very."}


def dependency(**fields: Any) -> dict[str, Any]:
    return {"name": "Jinja2", "version": "2.10", "vulns": [FLAW]} | fields


def read(*dependencies: Any) -> Report:
    return pip_audit.read(json.dumps({"dependencies": dependencies, "fixes": []}).encode(), CONTEXT)


def claims(document: Any) -> bool:
    return pip_audit.sniff(take_in(json.dumps(document).encode()).head)


def test_a_vulnerability_is_a_result_without_a_manifest() -> None:
    """The format names no file; package and vulnerability are spelled as everywhere, and nobody rated it."""
    (result,) = read(dependency()).scans[0].results
    assert (result.kind, result.rule_id, result.severity) == (Kind.SCA, "PYSEC-2021-66", Severity.MEDIUM)
    assert result.vulnerability_ids == ("CVE-2020-28493", "PYSEC-2021-66")
    assert result.component is not None
    assert (result.component.purl, result.component.version, result.component.path) == ("pkg:pypi/jinja2", "2.10", "")
    assert result.component.fixed_versions == ("2.11.3",)
    assert result.location is None
    assert (result.title, result.pointer) == ("Slow.", "/dependencies/0/vulns/0")
    assert result.message == "Jinja2 2.10 is affected by PYSEC-2021-66; fixed in 2.11.3."


def test_optional_outputs_may_be_missing() -> None:
    """Without ``--desc`` and ``--aliases`` the id is all there is."""
    (result,) = read(dependency(vulns=[{"id": "PYSEC-2021-66", "fix_versions": []}])).scans[0].results
    assert (result.title, result.vulnerability_ids) == ("PYSEC-2021-66", ("PYSEC-2021-66",))


def test_the_old_array_is_read_as_well() -> None:
    """Version 1 wrote the dependencies alone."""
    report = pip_audit.read(json.dumps([dependency()]).encode(), CONTEXT)
    assert [result.pointer for result in report.scans[0].results] == ["/0/vulns/0"]
    assert report.scans[0].scope == "scans/audit.json"


def test_a_skipped_dependency_was_not_looked_at() -> None:
    """What the report leaves out may be what it could not look up: nothing is closed by it, and that is said."""
    report = read(dependency(), {"name": "tools", "skip_reason": "Dependency not found on PyPI"})
    assert report.scans[0].coverage.extent is Extent.UNKNOWN
    assert [each.code for each in report.diagnostics] == ["dependencies-skipped"]
    assert report.diagnostics[0].reason.startswith("1 dependency was")
    two = read(*[{"name": name, "skip_reason": "no"} for name in "ab"])
    assert two.diagnostics[0].reason.startswith("2 dependencies were")


def test_the_project_itself_is_skipped_without_loss() -> None:
    """An editable installation is no package of the index."""
    report = read(dependency(), {"name": "shop", "skip_reason": "distribution marked as editable"})
    assert report.scans[0].coverage.extent is Extent.SCOPE
    assert report.diagnostics == ()


def test_bad_entries_are_refused_one_by_one() -> None:
    """Each with its place in the report; the others are read."""
    report = read({"name": 1}, dependency(vulns={}), dependency(vulns=[{"id": 3}, {"id": ""}, FLAW]))
    assert [each.pointer for each in report.diagnostics] == [
        *("/dependencies/0", "/dependencies/1/vulns", "/dependencies/2/vulns/0", "/dependencies/2/vulns/1"),
    ]
    assert len(report.scans[0].results) == 1
    assert report.scans[0].refused == 4


def test_a_dependency_of_which_nothing_is_said_is_refused() -> None:
    """An audited one has a list, if an empty one; any other says why it was skipped."""
    report = read(dependency(vulns=[]), dependency(vulns=None), {"name": "a", "version": "1"})
    assert [each.pointer for each in report.diagnostics] == ["/dependencies/1/vulns", "/dependencies/2/vulns"]
    assert report.scans[0].refused == 2


@pytest.mark.parametrize(
    "document",
    [
        {"dependencies": [dependency()]},
        {"dependencies": [], "fixes": []},
        {"dependencies": [{"name": "a", "skip_reason": "b"}], "fixes": []},
        [dependency()],
    ],
)
def test_its_reports_are_known_by_their_content(document: Any) -> None:
    """By what stands in a dependency, and by the two lists where there is none."""
    assert claims(document)


@pytest.mark.parametrize(
    "document",
    [
        {"dependencies": []},
        {"dependencies": {}, "fixes": []},
        {"dependencies": [{"name": "a", "version": "1"}], "fixes": []},
        {"dependencies": ["a"], "fixes": []},
        [{"name": "a"}],
        {"packages": []},
    ],
)
def test_other_lists_of_dependencies_are_not_its_reports(document: Any) -> None:
    """Many tools list dependencies."""
    assert not claims(document)


def test_a_rule_is_told_once() -> None:
    """One vulnerability of two packages is one rule."""
    report = read(dependency(), dependency(name="other"))
    assert [(rule.id, rule.description) for rule in report.scans[0].rules] == [("PYSEC-2021-66", "Slow. Very.")]
