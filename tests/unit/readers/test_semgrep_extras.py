from typing import Any

import pytest

from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Suppression
from aggregator.normalize.secrets import seal
from tests.unit.readers.semgrep_reports import KEY, match, one, read

SECRET = "s3cr3t-Value-000"


@pytest.mark.parametrize(
    "extra",
    [
        {"metadata": {"product": "secrets"}},
        {"metadata": {"technology": ["secrets"]}},
        {"metadata": {"technology": "gitleaks"}},
        {"rule": "generic.secrets.security.demo"},
        {"validation_state": "CONFIRMED_INVALID"},
        {"validation_state": "VALIDATION_ERROR"},
    ],
)
def test_secrets_are_told_by_product_folder_or_validation(extra: dict[str, Any]) -> None:
    """A secret's message may print it, so only the rule's words are kept."""
    result = one(message=f"Found {SECRET}", lines=f"key = '{SECRET}'", **extra)
    assert (result.kind, result.snippet) == (Kind.SECRET, "")
    assert SECRET not in str(result)


def test_no_validator_is_no_secret() -> None:
    """Ordinary results carry that state too."""
    assert one(validation_state="NO_VALIDATOR").kind is Kind.SAST


def test_a_validated_secret_tells_whether_it_opens_anything() -> None:
    """A live secret is certain; the commit of an old one is named."""
    live = one(
        validation_state="CONFIRMED_VALID",
        metadata={"product": "secrets", "confidence": "LOW"},
        historical_info={"git_commit": "ab12", "git_blob": "x"},
    )
    assert live.confidence == 100
    assert "accepts this secret" in live.message
    assert "ab12" in live.message
    assert live.commit == "ab12"
    dead = one(validation_state="CONFIRMED_INVALID", historical_info={"git_commit": "<b>"})
    assert dead.message == "Demo. The service refuses this secret."
    assert dead.commit == ""
    assert dead.suppression == Suppression("mitigated", "the service refuses this secret")
    assert live.suppression is None


def test_a_secrets_value_is_masked_and_sealed() -> None:
    """Quoted literals of metavariables go to the redactor; a single one is sealed for comparison."""
    metavars = {"$X": {"abstract_content": f'"{SECRET}"'}, "$Y": {"abstract_content": "plain"}}
    report = read(match(metadata={"product": "secrets"}, metavars=metavars, lines="key = load('other-value')"))
    assert report.secrets.reveal() == {SECRET}
    assert report.scans[0].results[0].secret == seal(SECRET, KEY)


def test_without_metavariables_the_lines_tell_the_value() -> None:
    """Several literals are all masked, and none is taken for the secret."""
    report = read(match(metadata={"product": "secrets"}, lines=f"f('{SECRET}', `another-value`)"))
    assert report.secrets.reveal() == {SECRET, "another-value"}
    assert report.scans[0].results[0].secret == ""


@pytest.mark.parametrize("metavars", ["requires login", [], {"$X": "requires login"}])
def test_withheld_metavariables_lose_no_secret(metavars: object) -> None:
    """Whatever stands where they should be, the result is read and the lines tell the value."""
    report = read(match(metadata={"product": "secrets"}, metavars=metavars, lines=f"k = '{SECRET}'"))
    assert [result.secret for result in report.scans[0].results] == [seal(SECRET, KEY)]


@pytest.mark.parametrize(
    "rule", [{"metadata": {"cwe": "CWE-798: x"}, "rule": "rules.demo"}, {"rule": "rules.demo-hardcoded-password"}]
)
def test_a_rule_about_credentials_keeps_no_text_either(rule: dict[str, Any]) -> None:
    """A hard-coded password is no secret's kind, and printed all the same; its rule's number or name tells it."""
    report = read(match(message=f"Found {SECRET}", lines=f"p = '{SECRET}'", **rule))
    (result,) = report.scans[0].results
    assert (result.kind, result.weaknesses, result.message) == (Kind.SAST, (798,), result.title)
    assert (result.snippet, result.secret) == ("", "")
    assert report.secrets.reveal() == {SECRET}
    assert SECRET not in str(report.scans)


def dependency(**found: Any) -> dict[str, Any]:
    match_ = {"found_dependency": found, "lockfile": "web/yarn.lock"}
    return {"dependency_match": match_, "reachable": False, "kind": ["Upgrade", {"x": 1}]}


def test_a_supply_chain_match_names_the_package() -> None:
    """Component, fix and vulnerability come from the dependency match and the metadata."""
    metadata = {"sca-vuln-database-identifier": "cve-2021-23337", "sca-fix-versions": [{"lodash": "4.17.21"}, 7]}
    found = dependency(package="lodash", version="4.17.15", ecosystem="npm", lockfile_path="./web/package-lock.json")
    result = one(metadata=metadata, sca_info=found, message="lodash is open. Update it.")
    assert (result.kind, result.vulnerability_ids, result.title) == (Kind.SCA, ("CVE-2021-23337",), "lodash is open.")
    assert result.component == Component("pkg:npm/lodash", "lodash", "4.17.15", ("4.17.21",), "web/package-lock.json")
    old = one(sca_info=dependency(package="Flask", ecosystem="pypi"), message="").component
    assert old == Component("pkg:pypi/flask", "Flask", path="web/yarn.lock")


def test_a_fix_of_another_package_is_none_of_this_one() -> None:
    """An advisory lists the fixes of all its packages; names are compared as their ecosystem spells them."""
    fixes = [{"lodash": "4.17.21"}, {"lodash-es": "4.17.22"}, {"lodash": "4.17.21"}, {"Lodash": "5.0.0", "x": ""}]
    result = one(
        metadata={"sca-fix-versions": fixes}, sca_info=dependency(package="lodash", version="4.17.15", ecosystem="npm")
    )
    assert result.component is not None
    assert result.component.fixed_versions == ("4.17.21", "5.0.0")


def test_a_supply_chain_rule_is_told_by_its_id() -> None:
    """Even where the match names no package."""
    assert one(rule="ssc-0a1b2c").kind is Kind.SCA


@pytest.mark.parametrize("sca_info", [None, dependency(), dependency(package="")])
def test_without_a_package_it_is_no_supply_chain_match(sca_info: object) -> None:
    """Nothing is made up."""
    assert one(sca_info=sca_info).kind is Kind.SAST


@pytest.mark.parametrize(
    "source",
    [
        ["CliLoc", [{"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}}, "x"]],
        [
            "CliCall",
            [[{"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}}, "x"], [], []],
        ],
        {
            "location": {"path": "src/b.py", "start": {"line": 1, "col": 2}, "end": {"line": 1, "col": 9}},
            "content": "x",
        },
    ],
)
def test_the_source_of_a_data_flow_is_related(source: object) -> None:
    """Every generation nests it differently; its text is not kept."""
    result = one(dataflow_trace={"taint_source": source, "taint_sink": ["CliLoc", []]})
    assert result.related == (Location("src/b.py", 1, 2, 1, 9),)


@pytest.mark.parametrize(
    ("trace", "related"),
    [
        (None, ()),
        ({}, ()),
        ({"taint_source": ["CliLoc", "x"]}, ()),
        ({"taint_source": [[[[[[[[{"path": "deep"}]]]]]]]]}, ()),
        ({"taint_source": {"path": "src/b.py", "start": {"line": "x"}, "end": 7}}, (Location("src/b.py"),)),
        (
            {"taint_source": {"path": "src/a.py", "start": {"line": 3, "col": 5}, "end": {"line": 4, "col": 9}}},
            (),
        ),
    ],
)
def test_a_data_flow_without_a_source_of_its_own_adds_nothing(trace: object, related: tuple[Location, ...]) -> None:
    """Odd shapes are no reason to lose the result."""
    assert one(dataflow_trace=trace).related == related
