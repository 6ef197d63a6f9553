import json

from jsonschema.validators import validator_for

from aggregator.writers.board_json import render_board
from aggregator.writers.board_outcome import board_of
from aggregator.writers.findings_schema import findings_schema
from tests.builders import finding, outcome


def test_findings_are_of_the_published_shape() -> None:
    """Every finding is as the schema of findings.json defines one, and the lines stand before them."""
    items = [finding(id=f"F-{number}") for number in range(600)]
    document = json.loads(b"".join(render_board(board_of(outcome(*items)))))
    schema = findings_schema()
    wanted = {**schema, "$ref": "#/$defs/PublishedFinding"}
    judge = validator_for(schema)(wanted)
    assert len(document["findings"]) == 600
    assert [error for each in document["findings"][:3] for error in judge.iter_errors(each)] == []
    assert [line["product"] for line in document["lines"]] == ["shop"]


def test_nothing_found_is_a_document() -> None:
    """A board without findings has an empty list of them."""
    assert json.loads(b"".join(render_board(board_of(outcome()))))["findings"] == []
