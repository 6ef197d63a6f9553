import csv
import hashlib
import io
import json
import zipfile
from typing import Any

from jsonschema.validators import validator_for

from aggregator.model.finding import Decision, Disposition
from aggregator.state import decode
from aggregator.writers.bundle import Paper
from aggregator.writers.evidence import run_evidence
from tests.builders import NOW, finding, outcome

DECIDED = finding(decision=Decision(Disposition.RISK_ACCEPTED, "Known.", "ada", "exceptions", NOW))


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bundled(*papers: Paper) -> bytes:
    return b"".join(run_evidence(outcome(DECIDED, finding(id="F-2")), papers))


def test_everything_is_there_and_hashed() -> None:
    """The bundle holds records, tables, rules and schemas, and every part but the sums is in both lists of hashes."""
    parts = opened(bundled(Paper("policy/onefold.yml", "The policy.", lambda: [b"gate: {}\n"])))
    assert parts.keys() == {
        "findings.json",
        "state.json",
        "report.md",
        "findings.csv",
        "decisions.csv",
        "history.csv",
        "policy/onefold.yml",
        "schemas/findings.schema.json",
        "schemas/state.schema.json",
        "schemas/config.schema.json",
        "schemas/exceptions.schema.json",
        "manifest.json",
        "SHA256SUMS",
    }
    lines = (line.split("  ") for line in parts["SHA256SUMS"].decode().splitlines())
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(parts[name]).hexdigest() for name in parts.keys() - {"SHA256SUMS"}}
    manifest = json.loads(parts["manifest.json"])
    told = {each["name"]: (each["bytes"], each["sha256"]) for each in manifest["files"]}
    others = parts.keys() - {"SHA256SUMS", "manifest.json"}
    assert told == {name: (len(parts[name]), sums[name]) for name in others}
    assert manifest["lines"] == [
        {
            "product": "shop",
            "environment": "",
            "branch": "main",
            "state_key": "",
            "commit": "",
            "run": "4711",
            "at": "2026-11-22T12:00:00Z",
        }
    ]


def test_records_keep_their_schemas() -> None:
    """The findings and the state in the bundle are what the schemas beside them say."""
    parts = opened(bundled())
    for name, schema in (("findings.json", "findings"), ("state.json", "state")):
        rules: Any = json.loads(parts[f"schemas/{schema}.schema.json"])
        assert list(validator_for(rules)(rules).iter_errors(json.loads(parts[name]))) == []
    assert len(decode(parts["state.json"], "state").findings) == 2
    (row,) = csv.DictReader(io.StringIO(parts["decisions.csv"].decode(), newline=""))
    assert (row["author"], row["decided_at"]) == ("ada", "2026-11-22T12:00:00Z")


def test_the_same_bytes() -> None:
    """The same run gives the same bundle, to the byte."""
    assert bundled() == bundled()
