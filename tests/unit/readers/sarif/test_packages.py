from typing import Any

from aggregator.model.location import Component, Resource
from aggregator.model.result import Kind
from tests.unit.readers.sarif.logs import place, result, result_of

TRIVY = (
    "Package: busybox\nInstalled Version: 1.31\nVulnerability CVE-2020-10001\nSeverity: LOW\nFixed Version: \nLink: x"
)


def found_by(tool: str, rule_id: str, message: str, path: str, rule: dict[str, Any] | None = None, **more: Any) -> Any:
    """The one result of a tool about a package."""
    entry = result(ruleId=rule_id, message={"text": message}, locations=[place(path)])
    return result_of(entry, tool=tool, rules=[{"id": rule_id, **(rule or {})}], **more)


def test_trivy_writes_packages_into_messages() -> None:
    """Name, installed and fixed versions are lines of the message; the lock file tells the ecosystem."""
    message = "Package: a/b\nInstalled Version: 1\nVulnerability CVE-2020-10001\nFixed Version: 2, 3"
    found = found_by("Trivy", "CVE-2020-10001", message, "web/package-lock.json")
    assert found.component == Component("pkg:npm/a/b", "a/b", "1", ("2", "3"), "web/package-lock.json")
    assert (found.kind, found.vulnerability_ids) == (Kind.SCA, ("CVE-2020-10001",))
    assert found.location.start_line is None
    assert found_by("Trivy", "CVE-2020-10001", "odd", "x").component is None
    assert found_by("Trivy", "CVE-2020-10001", "Package: a", "x").component == Component("pkg:generic/a", "a", path="x")


def test_a_secret_in_an_image_is_in_a_file_of_it() -> None:
    """As the JSON of Trivy tells it: no file of the repository, and another one in another file."""
    rules = [{"id": "aws", "properties": {"tags": ["secret"]}}]
    entry = result(ruleId="aws", locations=[place("app/a.env", 2)])
    found = result_of(entry, tool="Trivy", rules=rules, properties={"imageName": "shop:1.4"})
    resource = Resource("shop!app/a.env", type="image-file", name="app/a.env")
    assert (found.kind, found.location, found.resource) == (Kind.SECRET, None, resource)


def test_an_image_is_no_file() -> None:
    """In an image the location names the repository: the component carries it, and it is the scope."""
    found = found_by("Trivy", "CVE-2020-10001", TRIVY, "library/alpine", properties={"imageName": "alpine:3.11"})
    assert found.component == Component("pkg:generic/busybox", "busybox", "1.31", image="alpine")
    assert (found.kind, found.location, found.scope) == (Kind.CONTAINER, None, "alpine")


def test_trivy_checks_and_licences_have_their_kinds() -> None:
    """Trivy's tags tell misconfigurations, secrets and licences apart; old check ids become new ones."""
    check = found_by("Trivy", "DS002", "m", "Dockerfile", {"properties": {"tags": ["misconfiguration", "HIGH"]}})
    assert (check.kind, check.rule_id, check.rule_aliases) == (Kind.IAC, "DS-0002", ("DS002",))
    new = found_by("Trivy", "DS-0002", "m", "Dockerfile", {"properties": {"tags": ["misconfiguration", "HIGH"]}})
    assert (new.rule_id, new.rule_aliases) == ("DS-0002", ())
    licence = found_by("Trivy", "x:GPL", "m", "x", {"properties": {"tags": ["license", "HIGH"]}})
    assert licence.kind is Kind.LICENSE


def test_grype_appends_the_package_to_the_rule() -> None:
    """The rule id is the vulnerability's; the purl stands in the rule's properties, else the message's type serves."""
    message = "A high vulnerability in python package: Django, version 2.2 was found at: /requirements.txt"
    rule = {"properties": {"purls": ["pkg:pypi/django@2.2", 7, "pkg:pypi/Django@2.2"]}}
    found = found_by("Grype", "GHSA-aaaa-bbbb-cccc-Django", message, "/requirements.txt", rule)
    assert (found.rule_id, found.component.purl) == ("GHSA-aaaa-bbbb-cccc", "pkg:pypi/django")
    for odd in ({}, {"properties": {"purls": "x"}}, {"properties": [1]}):
        assert found_by("Grype", "CVE-2020-10001-D", message, "x", odd).component.purl == "pkg:pypi/django"
    assert found_by("Grype", "CVE-2020-10001-D", "odd", "x").component is None


def test_osv_scanner_lists_aliases_as_old_ids() -> None:
    """One result for a group of ids: all of them are kept, the best known first."""
    message = "Package 'minimist@1.2.5' is vulnerable to 'GHSA-xvch-5gv4-984h'."
    rule = {"deprecatedIds": ["GHSA-xvch-5gv4-984h", "CVE-2021-44906"]}
    found = found_by("osv-scanner", "GHSA-xvch-5gv4-984h", message, "package-lock.json", rule)
    assert found.vulnerability_ids == ("CVE-2021-44906", "GHSA-xvch-5gv4-984h")
    assert found.component == Component("pkg:npm/minimist", "minimist", "1.2.5", path="package-lock.json")
    assert found_by("osv-scanner", "CVE-2021-44906", "odd", "x").component is None


def test_checkov_writes_the_package_into_the_rule() -> None:
    """``CVE_package@version`` is split at the first underscore; licences and secrets are theirs by prefix."""
    found = found_by("Bridgecrew", "CVE-2020-10001_@a/b_c@1.0", "m", "package.json")
    assert (found.tool, found.rule_id, found.kind) == ("Checkov", "CVE-2020-10001", Kind.SCA)
    assert found.component == Component("pkg:npm/%40a/b_c", "@a/b_c", "1.0", path="package.json")
    assert found_by("Checkov", "LIC_lib@1", "m", "x").kind is Kind.LICENSE
    assert found_by("Checkov", "CKV_SECRET_6", "m", "x").kind is Kind.SECRET
    assert found_by("Checkov", "CKV_AWS_1", "m", "x.tf").kind is Kind.IAC


def test_snyk_and_others_name_packages_as_logical_locations() -> None:
    """``name@version`` or a package URL; Snyk's CVE stands in the rule's description only."""
    names = [{"fullyQualifiedName": "no version"}, {"fullyQualifiedName": "@s/lodash@4.17.15"}]
    entry = result(ruleId="SNYK-JS-LODASH-590103", locations=[{**place("package.json"), "logicalLocations": names}])
    rule = {"id": "SNYK-JS-LODASH-590103", "fullDescription": {"text": "(CVE-2020-8203) lodash@4.17.15"}}
    found = result_of(entry, tool="Snyk Open Source", rules=[rule])
    assert found.vulnerability_ids == ("CVE-2020-8203", "SNYK-JS-LODASH-590103")
    assert found.component == Component("pkg:npm/%40s/lodash", "@s/lodash", "4.17.15", path="package.json")
    named = result(ruleId="CVE-2020-10001", locations=[{**place("pom.xml"), "logicalLocations": [{"index": 0}]}])
    listed = [{"fullyQualifiedName": "pkg:maven/g/a@1"}]
    assert result_of(named, logicalLocations=listed).component == Component("pkg:maven/g/a", "a", "1", path="pom.xml")
    nameless = result(ruleId="CVE-2020-10001", locations=[{"logicalLocations": [{"index": 5}, {"name": "@1"}]}])
    assert result_of(nameless).component is None
    assert result_of({"ruleId": "CVE-2020-10001"}).component is None


def test_an_id_of_no_vulnerability_is_a_rule() -> None:
    """Only whole ids of other schemes count; a rule of CodeQL may look like anything."""
    assert found_by("Tool", "RUSTSEC-2021-0001", "m", "Cargo.lock").kind is Kind.SCA
    assert found_by("Tool", "GO-2022-1-thing_x", "m", "x").kind is Kind.SAST
    assert found_by("CodeQL", "CVE-2020-10001", "m", "x").kind is Kind.SAST


def test_cloud_results_name_resources() -> None:
    """What Prowler writes as a path is a resource."""
    found = found_by("Prowler", "s3_public", "m", "logs")
    assert (found.kind, found.location, found.resource.uid) == (Kind.CLOUD, None, "logs")
