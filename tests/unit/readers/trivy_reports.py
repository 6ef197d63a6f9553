"""Trivy reports in few words, for the tests of its reader."""

from __future__ import annotations

import json
from typing import Any

from aggregator.model.report import Report
from aggregator.model.result import Result
from aggregator.readers import trivy
from aggregator.readers.base import ReadContext

CONTEXT = ReadContext(name="trivy.json", place="scans/trivy.json")

LOCK = {"Target": "web/package-lock.json", "Class": "lang-pkgs", "Type": "npm"}

CONFIG = {"Target": "infra/main.tf", "Class": "config", "Type": "terraform"}


def read(*targets: Any, **envelope: Any) -> Report:
    parts = {"ArtifactName": ".", "ArtifactType": "filesystem", **envelope}
    document = {
        "SchemaVersion": 2,
        "Results": targets,
        **{key: part for key, part in parts.items() if part is not None},
    }
    return trivy.read(json.dumps(document).encode(), CONTEXT)


def image(*targets: Any, name: str = "registry.example:5000/shop/web:1.4@sha256:ab", **envelope: Any) -> Report:
    return read(*targets, ArtifactName=name, ArtifactType="container_image", **envelope)


def flaw(**fields: Any) -> dict[str, Any]:
    return {"VulnerabilityID": "CVE-2021-1", "PkgName": "lodash", "InstalledVersion": "4.17.15", **fields}


def one(report: Report) -> Result:
    (result,) = report.scans[0].results
    return result


def vulnerability(**fields: Any) -> Result:
    return one(read({**LOCK, "Vulnerabilities": [flaw(**fields)]}))


def misconfiguration(**fields: Any) -> Result:
    check = {"ID": "AWS-0086", "Title": "Public", "Message": "It is public.", "Severity": "HIGH", "Status": "FAIL"}
    return one(read({**CONFIG, "Misconfigurations": [{**check, **fields}]}))
