import json
from pathlib import Path

import pytest

from aggregator.cli.check import MISTAKES, check
from aggregator.model.errors import UsageError
from aggregator.resources import read_resource
from aggregator.state import encode
from aggregator.writers.board_json import render_board
from aggregator.writers.board_outcome import board_of
from aggregator.writers.findings_json import render_findings
from aggregator.writers.merged_sarif import render_merged
from tests.builders import finding, outcome

STATE = encode(outcome(finding()).state)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"".join(render_merged(outcome(finding()))), "sarif"),
        (b"".join(render_findings(outcome(finding()))), "findings"),
        (b"".join(render_board(board_of(outcome(finding())))), "export"),
        (STATE, "state"),
        (b"gate:\n  fail_on: [breached]\n", "config"),
        (b"", "config"),
        (b"exceptions: []\n", "exceptions"),
        (b"exceptions: {longest-days: {high: 90}}\n", "config"),
        (b"exceptions:  # ours\n\n  # a week\n  warn-days: 7\n", "config"),
        (b"\xef\xbb\xbfproduct: shop\n", "config"),
        (b"{gate: {fail-on: [breached]}}", "config"),
        (b'\n{ "gate": {"fail-on": ["breached"]}, "exceptions": {"warn-days": 7} }', "config"),
        (b'{"exceptions": {"longest-days": {"high": 90}}}', "config"),
        (b"{exceptions: [], }", "exceptions"),
        (b'{\n  "exceptions": []\n}', "exceptions"),
    ],
)
def test_what_we_write_and_read_is_valid(data: bytes, kind: str) -> None:
    """Every kind of file is recognised by its content, and what we write ourselves is valid."""
    checked = check(data, "file")
    assert (checked.kind, checked.mistakes) == (kind, ())


def test_mistakes_have_a_place_and_no_value() -> None:
    """A mistake names its place and the broken rule, and quotes nothing of the file."""
    broken = {"version": "2.1.0", "runs": [{"results": "canary"}]}
    checked = check(json.dumps(broken).encode(), "x.sarif")
    assert checked.kind == "sarif"
    assert any(line.startswith("/runs/0/results: breaks the rule `type`") for line in checked.mistakes)
    assert any("'tool' is a required property" in line for line in checked.mistakes)
    assert not any("canary" in line for line in checked.mistakes)


def test_many_mistakes_are_counted() -> None:
    """Twenty mistakes are listed and the others counted."""
    broken = {"version": "2.1.0", "runs": [7] * (MISTAKES + 5)}
    checked = check(json.dumps(broken).encode(), "x.sarif")
    assert (len(checked.mistakes), checked.more) == (MISTAKES, 5)


def test_newer_state_is_no_valid_state() -> None:
    """A state that the schema lets pass and the reader does not is not valid."""
    newer = STATE.replace(b'"schema_version":"0.4"', b'"schema_version":"7.0"')
    assert newer != STATE
    checked = check(newer, "s.json")
    assert checked.kind == "state"
    assert checked.mistakes


@pytest.mark.parametrize(
    "text",
    [
        "gate: {fail_on: [sometimes]}\n",
        "exceptions: [{reason: x}]\n",
        "{gat: {}}",
        '{"gate": {"fail_on": ["some',
        '{"exceptions": [{"reason": "x"}]}',
    ],
)
def test_mistakes_of_people_are_told_in_words(text: str) -> None:
    """The policy and the exceptions are checked by their own readers."""
    assert "file:1" in "".join(check(text.encode(), "file").mistakes)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"{", b"{}", b"{" * 100_000, b'{"findings": []}', b'{"runs": ['])
def test_what_we_do_not_know_is_refused(data: bytes) -> None:
    """A file that is nothing we know is the caller's mistake."""
    with pytest.raises(UsageError):
        check(data, "file")


def test_shipped_schema_is_the_vendored_one() -> None:
    """The SARIF schema inside the package is, to the byte, the one published in schemas/."""
    published = Path(__file__).parents[3] / "schemas" / "sarif-2.1.0.json"
    assert read_resource("aggregator.cli", "data/sarif-2.1.0.json") == published.read_bytes()
