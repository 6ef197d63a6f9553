"""Microsoft's SARIF multitool as a judge: schema, SARIF rules and the rules of GitHub Advanced Security."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

_TOOL = Path("tests/node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool").resolve()


class Complaint(NamedTuple):
    """One thing the multitool has to say."""

    level: str
    rule: str
    where: str


def complaints(*documents: Path) -> list[Complaint]:
    """What the multitool says about files, notes included. Its exit code is 0 even then, so its own log is read."""
    log = documents[0].with_suffix(".judged.sarif")
    arguments: list[str | Path] = [
        _TOOL,
        "validate",
        *documents,
        "--rule-kind",
        "Sarif;Ghas",
        "--level",
        "Error;Warning;Note",
        "--max-file-size-in-kb",
        "200000",
    ]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run([*arguments, "-o", log, "--log", "ForceOverwrite"], env=environment, check=True, capture_output=True)
    (run,) = json.loads(log.read_text(encoding="utf-8-sig"))["runs"]
    said = [note for item in run.get("invocations", ()) for note in item.get("toolExecutionNotifications", ())]
    assert said == [], "the multitool could not do its work"
    return [
        Complaint(found.get("level", "warning"), found["ruleId"], " ".join(found["message"].get("arguments", ())))
        for found in run.get("results", ())
    ]
