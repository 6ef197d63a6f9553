"""Every reason for which GitHub refuses a SARIF file, as far as its documentation and users' reports tell.

Our own reading of them, written without the writers' code: a stand-in for the real service, which no test reaches.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")


def refusals(document: bytes) -> list[str]:
    """Why GitHub would refuse this file; empty when it would not."""
    log = json.loads(document)
    found = ["larger than 10 MB"] if len(gzip.compress(document, 6)) > 10_000_000 else []
    found += [] if log.get("version") == "2.1.0" and log.get("$schema") else ["no version or schema"]
    runs = log["runs"]
    found += [] if runs else ["no runs"]
    found += ["more than 20 runs"] if len(runs) > 20 else []
    names = [(run["tool"]["driver"].get("name"), _category(run)) for run in runs]
    found += ["multiple runs with the same category"] if len(set(names)) < len(names) else []
    for run in runs:
        found += _run(run)
    return found


def _category(run: dict[str, Any]) -> str:
    return str(run.get("automationDetails", {}).get("id", "")).rpartition("/")[0]


def _run(run: dict[str, Any]) -> Iterator[str]:
    driver = run["tool"]["driver"]
    yield from _limits(run)
    if not driver.get("name"):
        yield "no driver name"
    if not _category(run):
        yield "no category"
    if "results" not in run:
        yield "no results"
    for rule in driver.get("rules", ()):
        yield from _rule(rule)
    ids = [rule["id"] for rule in driver.get("rules", ())]
    for result in run.get("results", ()):
        if ids[result["ruleIndex"]] != result["ruleId"]:
            yield "rule index names another rule"
        yield from _result(result)


def _limits(run: dict[str, Any]) -> Iterator[str]:
    if len(run.get("results", ())) > 5000:
        yield "more results than are kept"
    if len(run["tool"]["driver"].get("rules", ())) > 25000:
        yield "more than 25 000 rules"
    if len(run["tool"].get("extensions", ())) > 100:
        yield "more than 100 extensions"


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    if not rule.get("id"):
        yield "rule without id"
    for text in ("shortDescription", "fullDescription"):
        words = rule.get(text, {}).get("text", "")
        if not 0 < len(words) <= 1024:
            yield f"bad {text}"
    if not rule.get("help", {}).get("text"):
        yield "rule without help"
    if len(rule.get("name", "")) > 255:
        yield "rule name too long"
    properties = rule.get("properties", {})
    if len(properties.get("tags", ())) > 20:
        yield "more than 20 tags"
    score = properties.get("security-severity", "0.0")
    if not isinstance(score, str) or not re.fullmatch(r"\d+\.\d+", score) or not 0 <= float(score) <= 10:
        yield "invalid security severity"


def _result(result: dict[str, Any]) -> Iterator[str]:
    if not result.get("message", {}).get("text"):
        yield "no message"
    if not result.get("partialFingerprints", {}).get("primaryLocationLineHash"):
        yield "no fingerprint"
    locations = result.get("locations", ())
    if not locations:
        yield "expected at least one location"
    if len(locations) > 1000:
        yield "more than 1 000 locations"
    for location in locations:
        yield from _location(location.get("physicalLocation", {}))


def _location(place: dict[str, Any]) -> Iterator[str]:
    if "artifactLocation" not in place:
        yield "expected artifact location"
        return
    uri = place["artifactLocation"].get("uri", "")
    if not uri:
        yield "empty uri"
    elif not _URI.fullmatch(uri):
        yield "invalid URI"
    elif urlsplit(uri).scheme:
        yield "unrecognized SARIF location URI scheme"
    elif uri.startswith("/"):
        yield "absolute path"
    region = place.get("region", {})
    if not {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys():
        yield "region is not whole"
    elif min(region.values()) < 1 or region["endLine"] < region["startLine"]:
        yield "region is not possible"
