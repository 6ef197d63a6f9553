import json
from pathlib import Path

from jsonschema import Draft202012Validator

from aggregator.model.severity import Severity
from aggregator.model.upgrade import Upgrade
from aggregator.writers.board_json import export_schema, render_board
from aggregator.writers.board_outcome import board_of
from aggregator.writers.board_part import board
from aggregator.writers.board_state import state_part
from aggregator.writers.dashboard_data import Board
from aggregator.writers.findings_schema import findings_schema
from tests.builders import finding, outcome

SCHEMA = Path("schemas/export.schema.json")


def mistakes(of: Board) -> list[str]:
    document = json.loads(b"".join(render_board(of)))
    return [each.message for each in Draft202012Validator(export_schema()).iter_errors(document)]


def test_document_fits_its_schema() -> None:
    """A board of a run, of a state, of hundreds of findings and of none fits the published schema."""
    many = outcome(*(finding(id=f"F-{number}") for number in range(600)))
    assert mistakes(board_of(many)) == []
    assert mistakes(board_of(outcome())) == []
    assert mistakes(board([state_part(many.state)])) == []


def test_schema_is_the_code() -> None:
    """The schema in the repository is the one made from the code, its findings are those of `findings.json`."""
    assert json.loads(SCHEMA.read_bytes()) == json.loads(json.dumps(export_schema()))
    ours, theirs = (json.loads(json.dumps(made))["$defs"] for made in (export_schema(), findings_schema()))
    assert ours["PublishedFinding"] == theirs["PublishedFinding"]


def test_every_key_is_always_there() -> None:
    """What a page leaves out is written here: empty, null, or the first line's index."""
    raised = Upgrade("pkg:npm/x", "x", "package-lock.json", "", (), "2", ("F-1",), Severity.HIGH)
    made = board_of(outcome(finding(), upgrades=(raised,)))
    document = json.loads(b"".join(render_board(made)))
    assert document["upgrades"] == [
        {
            "purl": "pkg:npm/x",
            "name": "x",
            "to": "2",
            "severity": "HIGH",
            "closes": ["F-1"],
            "line": 0,
            "path": "package-lock.json",
            "image": "",
            "installed": [],
        }
    ]
    (line,) = document["lines"]
    assert (line["product"], line["environment"], line["url"]) == ("shop", "", "")
    short = {key: value for key, value in document["lines"][0].items() if key != "environment"}
    assert [*Draft202012Validator(export_schema()).iter_errors({**document, "lines": [short]})]


def test_nothing_found_is_a_document() -> None:
    """A board without findings has an empty list of them."""
    assert json.loads(b"".join(render_board(board_of(outcome()))))["findings"] == []
