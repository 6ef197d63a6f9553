"""Read the reports far enough to say which entry stands where: for the labels only, not a reader of Onefold."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

WORKSPACE = "file:///github/workspace/"


@dataclass(frozen=True)
class Entry:
    """One entry of a report: its rule, its lines, and the names that its subject goes by."""

    pointer: str
    rule: str
    path: str = ""
    start: int = 0
    end: int = 0
    subjects: tuple[str, ...] = ()


def read(report: Path) -> list[Entry]:
    """The entries that say something is wrong."""
    return list(READERS[report.name](report.read_text()))


def _gitleaks(text: str) -> Iterator[Entry]:
    for index, leak in enumerate(json.loads(text)):
        yield Entry(f"/{index}", leak["RuleID"], leak["File"], leak["StartLine"], leak["EndLine"])


def _semgrep(text: str) -> Iterator[Entry]:
    for index, match in enumerate(json.loads(text)["results"]):
        rule = match["check_id"].rpartition(".")[2]
        yield Entry(f"/results/{index}", rule, match["path"], match["start"]["line"], match["end"]["line"])


def _sarif(text: str) -> Iterator[Entry]:
    for index, result in enumerate(json.loads(text)["runs"][0]["results"]):
        place = result["locations"][0]["physicalLocation"]
        path = place["artifactLocation"]["uri"].removeprefix(WORKSPACE)
        start = place["region"]["startLine"]
        yield Entry(f"/runs/0/results/{index}", result["ruleId"], path, start, place["region"].get("endLine", start))


def _trivy(text: str) -> Iterator[Entry]:
    for index, target in enumerate(json.loads(text)["Results"]):
        for list_name, read_item in TRIVY_LISTS.items():
            for number, item in enumerate(target.get(list_name, [])):
                yield read_item(f"/Results/{index}/{list_name}/{number}", target["Target"], item)


def _trivy_package(pointer: str, target: str, item: dict[str, Any]) -> Entry:
    return Entry(pointer, item["VulnerabilityID"], target.partition(" (")[0], subjects=(item["PkgName"],))


def _trivy_misconfiguration(pointer: str, target: str, item: dict[str, Any]) -> Entry:
    cause = item["CauseMetadata"]
    return Entry(pointer, item["ID"], target, cause.get("StartLine", 0), cause.get("EndLine", 0))


def _trivy_secret(pointer: str, target: str, item: dict[str, Any]) -> Entry:
    return Entry(pointer, item["RuleID"], target, item["StartLine"], item["EndLine"])


def _prowler(text: str) -> Iterator[Entry]:
    """A resource goes by its own names, or by the name that the sentence about it gives."""
    for index, row in enumerate(json.loads(text)):
        if row["status_code"] == "FAIL":
            resource = row["resources"][0]
            subjects = (resource["uid"], resource["name"], *row["status_detail"].split())
            yield Entry(f"/{index}", row["metadata"]["event_code"], subjects=subjects)


def _zap_json(text: str) -> Iterator[Entry]:
    for number, site in enumerate(json.loads(text)["site"]):
        for index, alert in enumerate(site["alerts"]):
            for row, instance in enumerate(alert["instances"]):
                pointer = f"/site/{number}/alerts/{index}/instances/{row}"
                yield Entry(pointer, alert["alertRef"], subjects=(site["@name"], instance["nodeName"]))


def _zap_xml(text: str) -> Iterator[Entry]:
    for number, site in enumerate(ET.fromstring(text).iter("site")):
        for index, alert in enumerate(site.iter("alertitem")):
            for row, instance in enumerate(alert.iter("instance")):
                pointer = f"/site/{number}/alerts/{index}/instances/{row}"
                subjects = (site.get("name", ""), instance.findtext("nodeName", ""))
                yield Entry(pointer, alert.findtext("alertRef", ""), subjects=subjects)


TRIVY_LISTS: dict[str, Callable[[str, str, dict[str, Any]], Entry]] = {
    "Vulnerabilities": _trivy_package,
    "Misconfigurations": _trivy_misconfiguration,
    "Secrets": _trivy_secret,
}
READERS: dict[str, Callable[[str], Iterator[Entry]]] = {
    "gitleaks.json": _gitleaks,
    "semgrep.json": _semgrep,
    "bandit.sarif": _sarif,
    "trivy-fs.json": _trivy,
    "trivy-image.json": _trivy,
    "prowler.ocsf.json": _prowler,
    "codeql.sarif": _sarif,
    "zap-shop.json": _zap_json,
    "zap-help-desk.xml": _zap_xml,
}
