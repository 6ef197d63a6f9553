"""What changes around a flaw without saying anything about it: edits of reports, in place."""

import uuid
from collections.abc import Callable
from typing import Any

Edit = Callable[[Any], None]


def one_line_above(content: Any) -> None:
    """Insert one line above every Semgrep finding."""
    for result in content["results"]:
        for end in ("start", "end"):
            result[end]["line"] += 1
            result[end]["offset"] += 40


def one_line_above_in_sarif(content: Any) -> None:
    """Insert one line above every result of the first run."""
    for result in content["runs"][0]["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        region["startLine"] += 1
        region["endLine"] = region.get("endLine", region["startLine"] - 1) + 1


def renamed_file(content: Any) -> None:
    """Rename one file that has findings."""
    old = content["results"][0]["path"]
    for result in content["results"]:
        result["path"] = "moved/place.py" if result["path"] == old else result["path"]
    scanned = content["paths"]["scanned"]
    content["paths"]["scanned"] = ["moved/place.py" if path == old else path for path in scanned]


def other_words(content: Any) -> None:
    """Re-word every message."""
    for result in content["results"]:
        result["extra"]["message"] = "In other words: " + result["extra"]["message"][::-1]


def other_rating(content: Any) -> None:
    """Rescore every rule."""
    for result in content["results"]:
        result["extra"]["severity"] = "INFO" if result["extra"]["severity"] == "ERROR" else "ERROR"


def every_flaw(**fields: Any) -> Edit:
    """The vendor's database says something else about every vulnerability."""

    def change(content: Any) -> None:
        for target in content["Results"]:
            for flaw in target.get("Vulnerabilities", ()):
                flaw.update(fields)

    return change


def patched_in_vain(content: Any) -> None:
    """Raise every installed version; all of them stay vulnerable."""
    for target in content["Results"]:
        for flaw in target.get("Vulnerabilities", ()):
            flaw["InstalledVersion"] += "+deb12u1"
            flaw["PkgIdentifier"] = {"PURL": flaw["PkgIdentifier"]["PURL"].partition("@")[0] + "@9.9.9"}
            flaw["PkgID"] = f"{flaw['PkgName']}@{flaw['InstalledVersion']}"


def image_tag(name: str) -> Edit:
    """The image is scanned under another tag, which every target repeats."""

    def change(content: Any) -> None:
        old, content["ArtifactName"] = content["ArtifactName"], name
        for target in content["Results"]:
            target["Target"] = target["Target"].replace(old, name)

    return change


def other_risk(content: Any) -> None:
    """Re-rate the first two alerts."""
    for alert in content["site"][0]["alerts"][:2]:
        alert["riskcode"], alert["riskdesc"] = "1", "Low (Medium)"


def rewritten_history(content: Any) -> None:
    """Give every commit another id and day."""
    for number, leak in enumerate(content):
        commit = f"{number:040x}"
        leak["Fingerprint"] = leak["Fingerprint"].replace(leak["Commit"], commit)
        leak["Commit"], leak["Date"] = commit, "2026-11-01T00:00:00Z"


def three_lines_down(content: Any) -> None:
    """Move every secret of the files by three lines."""
    for leak in content:
        leak["StartLine"] += 3
        leak["EndLine"] += 3
        leak["Fingerprint"] = f"{leak['File']}:{leak['RuleID']}:{leak['StartLine']}"


def new_scan_ids(content: Any) -> None:
    """Scan again a day later: new ids, new times, the same rows."""
    for row in content:
        row["unmapped"]["scan_id"] = str(uuid.UUID(int=7))
        row["finding_info"]["created_time"] += 86_400
