import json
from typing import Any

import pytest

from aggregator.model.report import Report
from aggregator.model.result import Kind, Result, Suppression
from aggregator.model.severity import Severity
from aggregator.readers import grype
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in
from aggregator.readers.registry import read_report

CONTEXT = ReadContext(name="grype.json", place="scans/grype.json")
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"
FLAW = {"id": "GHSA-g3rq-g295-4j3m", "severity": "Medium", "description": "Slow.", "fix": {"versions": ["2.11.3"]}}
ARTIFACT = {
    "name": "Jinja2",
    "version": "2.10",
    "type": "python",
    "purl": "pkg:pypi/jinja2@2.10",
    "locations": [{"path": "/web/requirements.txt"}],
}
FOLDER = {"type": "directory", "target": "."}


def match(flaw: Any = None, artifact: Any = None, **fields: Any) -> dict[str, Any]:
    related = [{"id": "CVE-2020-28493", "namespace": "nvd:cpe"}]
    mine = {"vulnerability": FLAW | (flaw or {}), "artifact": ARTIFACT | (artifact or {})}
    return mine | {"relatedVulnerabilities": related} | fields


def read(*matches: Any, **fields: Any) -> Report:
    document = {"matches": matches, "source": FOLDER, "descriptor": {"name": "grype", "version": "0.99.1"}}
    return grype.read(json.dumps(document | fields).encode(), CONTEXT)


def one(flaw: Any = None, artifact: Any = None, **fields: Any) -> Result:
    (result,) = read(match(flaw, artifact), **fields).scans[0].results
    return result


def image(**target: Any) -> dict[str, Any]:
    return {"type": "image", "target": {"userInput": "registry.example/team/shop:1.4", **target}}


def claims(document: Any) -> bool:
    return grype.sniff(take_in(json.dumps(document).encode()).head)


def test_a_match_in_a_folder_stands_in_its_manifest() -> None:
    """The path starts at the scanned folder; the related CVE is another name of the advisory."""
    result = one()
    assert (result.kind, result.rule_id, result.severity) == (Kind.SCA, "GHSA-g3rq-g295-4j3m", Severity.MEDIUM)
    assert result.vulnerability_ids == ("CVE-2020-28493", "GHSA-g3rq-g295-4j3m")
    assert result.location is not None
    assert result.location.path == "web/requirements.txt"
    assert result.component is not None
    assert (result.component.purl, result.component.path) == ("pkg:pypi/jinja2", "web/requirements.txt")
    assert result.component.fixed_versions == ("2.11.3",)
    assert result.suppression is None


def test_the_scanned_folder_prefixes_its_paths() -> None:
    """Of ``grype dir:services`` the paths start below it; outside the repository nothing is put before them."""
    result = one(source={"type": "directory", "target": "./services"})
    assert result.scope == "services"
    assert result.component is not None
    assert result.component.path == "services/web/requirements.txt"
    far = one(source={"type": "directory", "target": "/srv/elsewhere"})
    assert far.scope == "scans/grype.json"
    assert far.component is not None
    assert far.component.path == "web/requirements.txt"


def test_a_single_file_is_not_put_below_itself() -> None:
    """Where the scanned thing is the file, its name is said twice."""
    result = one(
        artifact={"locations": [{"path": "web/requirements.txt"}]},
        source={"type": "file", "target": "web/requirements.txt"},
    )
    assert result.component is not None
    assert result.component.path == "web/requirements.txt"


def test_an_image_is_its_repository() -> None:
    """Tags and digests change from build to build, so they are no part of it; a file in it is no file of ours."""
    result = one(source=image())
    assert (result.kind, result.scope, result.location) == (Kind.CONTAINER, "registry.example/team/shop", None)
    assert result.component is not None
    assert (result.component.image, result.component.path) == ("registry.example/team/shop", "web/requirements.txt")


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ({"userInput": "shop.tar", "tags": ["shop:1"]}, "shop"),
        ({"userInput": "sha256:ab", "tags": [], "repoDigests": ["r.example/shop@sha256:cd"]}, "r.example/shop"),
        ({"userInput": "shop.tar", "tags": None}, "shop.tar"),
        ({"userInput": None}, "scans/grype.json"),
    ],
)
def test_an_image_of_a_file_is_named_by_its_tags(target: Any, name: str) -> None:
    """What the caller asked for names an image only where it is a name."""
    assert one(source=image(**target)).scope == name


def test_the_system_of_an_image() -> None:
    """What Grype tells of it; that of a folder is the machine's, or nobody's."""
    assert read(match(), source=image(), distro={"name": "alpine"}).scans[0].coverage.system == "alpine"
    assert read(match(), distro={"name": "alpine"}).scans[0].coverage.system == ""


@pytest.mark.parametrize(
    "source", [{"type": "purl", "target": "pkg:npm/x@1"}, {"type": "sbom"}, None, {"type": "directory", "target": {}}]
)
def test_what_is_no_folder_is_known_by_the_report(source: Any) -> None:
    """Lists of package URLs and bills of materials have no place in the repository."""
    assert one(source=source).scope == "scans/grype.json"


def test_a_package_of_the_system_has_no_manifest() -> None:
    """The database of the package manager is nobody's manifest; other tools name none either."""
    result = one(artifact={"type": "deb", "purl": "pkg:deb/debian/libssl1.1@1?distro=debian-11", "name": "libssl1.1"})
    assert result.component is not None
    assert (result.component.purl, result.component.path) == ("pkg:deb/debian/libssl1.1", "")


@pytest.mark.parametrize(
    ("artifact", "distro", "purl"),
    [
        ({"type": "deb", "purl": "", "name": "tar"}, "ubuntu", "pkg:deb/ubuntu/tar"),
        ({"type": "rpm", "purl": "pkg:rpm/rhel/nss@3", "name": "nss"}, "", "pkg:rpm/redhat/nss"),
        ({"type": "npm", "purl": None, "name": "@babel/core"}, "ubuntu", "pkg:npm/%40babel/core"),
        ({"type": "apk", "purl": None, "name": "zlib"}, "", "pkg:apk/alpine/zlib"),
        (
            {"type": "go-module", "purl": "pkg:golang/a.example/b/c@v2#v2", "name": "a.example/b/c/v2"},
            "",
            "pkg:golang/a.example/b/c/v2",
        ),
    ],
)
def test_a_package_is_spelled_as_other_tools_spell_it(artifact: Any, distro: str, purl: str) -> None:
    """By its package URL, by the distribution where it has none, and a module of Go by its whole name."""
    component = one(artifact=artifact, distro={"name": distro}).component
    assert component is not None
    assert component.purl == purl


def test_the_file_that_proves_the_package_stands_for_all() -> None:
    """A Python package is installed with several files; without a mark the first one counts, and none is no place."""
    proof = {"path": "/lib/METADATA", "annotations": {"evidence": "primary"}}
    for places, path in (
        ([{"path": "/lib/RECORD"}, proof], "lib/METADATA"),
        ([{"path": "/a"}, {"path": "/b"}], "a"),
        ([], ""),
    ):
        component = one(artifact={"locations": places}).component
        assert component is not None
        assert component.path == path


def test_the_rating_comes_from_the_advisory_or_a_related_one() -> None:
    """A vector that nobody can read is passed over; a word that says nothing leaves it to the score."""
    own = one({"severity": "Unknown", "cvss": [{"vector": "x"}, {"vector": VECTOR, "source": "nvd"}]})
    assert own.cvss is not None
    assert (own.cvss.score, own.cvss.source, own.severity) == (5.3, "nvd", Severity.MEDIUM)
    related = [{"id": "CVE-2020-28493", "cvss": [{"vector": VECTOR, "metrics": {"baseScore": 5.3}}]}]
    (other,) = read(match(relatedVulnerabilities=related)).scans[0].results
    assert other.cvss is not None
    assert other.cvss.score == 5.3


def test_weaknesses_are_read_where_they_stand() -> None:
    """Each with the CVE that it belongs to."""
    assert one({"cwes": [{"cve": "CVE-2020-28493", "cwe": "CWE-400"}, {"cve": "x"}]}).weaknesses == (400,)


@pytest.mark.parametrize(
    ("rules", "suppression"),
    [
        (
            [{"vex-status": "not_affected", "vex-justification": "not called"}],
            Suppression("not_affected", "not called"),
        ),
        ([{"vex-status": "fixed"}], Suppression("mitigated", "ignored by a rule of Grype")),
        ([{"fix-state": "wont-fix"}, {"reason": "too small"}], Suppression("suppressed", "too small")),
    ],
)
def test_an_ignored_match_is_suppressed(rules: Any, suppression: Suppression) -> None:
    """With the status and the reason of the rule that took it out."""
    (result,) = read(ignoredMatches=[match(appliedIgnoreRules=rules)]).scans[0].results
    assert (result.pointer, result.suppression) == ("/ignoredMatches/0", suppression)


def test_bad_entries_are_refused_one_by_one() -> None:
    """The others are read; a list that is none counts as one entry."""
    report = read(match(), {"vulnerability": 1}, match({"id": " "}), ignoredMatches={})
    assert [each.pointer for each in report.diagnostics] == ["/matches/1", "/matches/2", "/ignoredMatches"]
    assert len(report.scans[0].results) == 1


def test_a_version_that_is_none_is_left_out() -> None:
    """A build without one says so in brackets."""
    assert read(descriptor={"name": "grype", "version": "[not provided]"}).scans[0].tool_version == ""
    assert read(descriptor=None).scans[0].tool_version == ""
    assert read().scans[0].tool_version == "0.99.1"


def test_its_reports_are_known_by_their_content() -> None:
    """A vulnerability and an artifact in each match; without matches the descriptor tells."""
    tool = {"name": "grype"}
    assert claims({"matches": [match()], "descriptor": tool})
    assert claims({"matches": [], "descriptor": tool})
    assert not claims({"matches": [], "descriptor": {"name": "xeol"}})
    assert not claims({"matches": [{"Cycle": {}}], "descriptor": {"name": "xeol"}})
    assert not claims({"matches": [1], "descriptor": tool})
    assert not claims({"matches": []})


def test_a_rule_is_told_once() -> None:
    """One vulnerability of two packages is one rule."""
    assert [rule.id for rule in read(match(), match(artifact={"name": "other"})).scans[0].rules] == [
        "GHSA-g3rq-g295-4j3m"
    ]


def sarif(message: str, uri: str, rule: str = "GHSA-g3rq-g295-4j3m-Jinja2") -> Report:
    """What Grype writes about the match above when it is asked for SARIF."""
    region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    rules = [{"id": rule, "properties": {"security-severity": "5.3", "purls": ["pkg:pypi/jinja2@2.10"]}}]
    result = {"ruleId": rule, "message": {"text": message}, "locations": [place]}
    run = {"tool": {"driver": {"name": "Grype", "version": "0.99.1", "rules": rules}}, "results": [result]}
    read = read_report(json.dumps({"version": "2.1.0", "runs": [run]}).encode(), "grype.sarif")
    assert isinstance(read, Report)
    return read


def test_its_sarif_of_a_folder_tells_the_same() -> None:
    """Rule, kind, package and place are one and the same in both formats."""
    said = "A medium vulnerability in python package: Jinja2, version 2.10 was found at: /web/requirements.txt"
    (other,) = sarif(said, "/web/requirements.txt").scans[0].results
    mine = one()
    assert (other.rule_id, other.kind, other.location) == (mine.rule_id, mine.kind, mine.location)
    assert other.component is not None
    assert mine.component is not None
    assert (other.component.purl, other.component.path) == (mine.component.purl, mine.component.path)


def test_its_sarif_of_an_image_tells_the_same() -> None:
    """The image stands in the message only; the path of the package in it nowhere that can be trusted."""
    found = "was found in image registry.example/team/shop:1.4 at: /web/requirements.txt"
    said = f"A medium vulnerability in python package: Jinja2, version 2.10 {found}"
    (other,) = sarif(said, "shop//web/requirements.txt").scans[0].results
    mine = one(source=image())
    assert (other.rule_id, other.kind, other.location, other.scope) == (mine.rule_id, mine.kind, None, mine.scope)
    assert other.component is not None
    assert mine.component is not None
    assert (other.component.purl, other.component.image) == (mine.component.purl, mine.component.image)
