"""Tests of ``onefold exceptions``: hold the file against its rules, list it, add to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.cli.arguments import ExceptionsCommand, parse
from aggregator.cli.commands import answer
from aggregator.cli.screen import Screen
from aggregator.model.errors import UsageError
from aggregator.model.finding import Finding, Observation
from aggregator.model.location import Component, Location
from aggregator.model.result import Kind
from aggregator.policy import read_exceptions
from aggregator.run.exits import Exit
from aggregator.writers.findings_json import render_findings
from tests.builders import finding, outcome, result

FILE = Path(".github/onefold-exceptions.yml")
NARROW = "Narrow what it selects, or raise what it expects."
ENTRY = "  - {status: risk_accepted, reason: r, owner: kim, expires: 2027-01-31, %s}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository to work in."""
    monkeypatch.chdir(tmp_path)
    Path(".github").mkdir()
    return tmp_path


def ran(*findings: Finding) -> None:
    """A run left these findings."""
    Path("onefold-out").mkdir(exist_ok=True)
    Path("onefold-out/findings.json").write_bytes(b"".join(render_findings(outcome(*findings))))


def accepted(*entries: str) -> None:
    FILE.write_text("exceptions:\n" + "".join(ENTRY % entry for entry in entries), encoding="utf-8")


def onefold(*argv: str) -> Exit:
    command = parse(["exceptions", *argv, "--now", "2026-11-22T12:00:00Z"])
    assert isinstance(command, ExceptionsCommand)
    return answer(command, Screen())


def test_every_mistake_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A file with mistakes is refused with all of them, each with its line, and exit code 1."""
    accepted("id: F-1, line: 3", "path: tests/", "reson: x")
    assert onefold("lint") is Exit.GATE
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0].strip() for line in said[1:]] == [f"{FILE}:{line}" for line in (2, 4, 4)]


def test_what_entries_match_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """An entry that means nothing, or more than it expects, is named with its line; the file is valid all the same."""
    ran(finding(), finding(id="F-2"))
    accepted("id: F-9", "rule: 'python.*', expect: 1", "id: F-2")
    assert onefold("lint") is Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        f"{FILE}:2: note: The exception matches no finding. Remove it, or correct what it selects.",
        f"{FILE}:3: warning: The exception matches 2 findings and expects 1. {NARROW}",
        f"{FILE} is valid: 3 exceptions, 2 remarks",
    ]


def test_what_a_run_did_not_look_at_is_matched(capsys: pytest.CaptureFixture[str]) -> None:
    """An entry about a rule stays in use when a run does not look: any of the tools that reported it may be meant."""
    both = (result(), result(tool="Bandit", rule_id="B608"))
    ran(finding(*both, observation=Observation.NOT_COVERED))
    accepted("rule: B608, tool: Bandit")
    assert onefold("lint") is Exit.OK
    assert capsys.readouterr().out == f"{FILE} is valid: 1 exception\n"
    onefold("list")
    assert "(70 days left), 1 finding\n" in capsys.readouterr().out


def test_without_a_run_the_clock_alone_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no run left its findings that is said, and nothing is called unused."""
    accepted("id: F-9")
    assert onefold("lint") is Exit.OK
    told = capsys.readouterr()
    assert told.out == f"{FILE} is valid: 1 exception\n"
    assert "What they match is not known" in told.err


def test_the_usual_file_may_end_in_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    """The commands work with the file that a run reads."""
    accepted("id: F-9")
    file = FILE.rename(FILE.with_suffix(".yaml"))
    assert onefold("lint") is Exit.OK
    assert capsys.readouterr().out == f"{file} is valid: 1 exception\n"
    ran(finding())
    onefold("suggest", "F-1111111111")
    assert f"at the end of {file}" in capsys.readouterr().err


def test_limits_of_the_policy_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The policy beside the file is read: an entry that it will cut is named and shown as cut."""
    Path(".github/onefold.yml").write_text("exceptions: {longest-days: {high: 10}}\n", encoding="utf-8")
    ran(finding())
    accepted("id: F-1111111111")
    assert onefold("lint", str(FILE)) is Exit.OK
    assert "longer than the policy allows for 1 finding; the first of them is accepted until 2026-12-02." in (
        capsys.readouterr().out
    )
    onefold("list")
    assert "until 2027-01-31 (70 days left, cut by the policy for 1 finding), 1 finding\n" in capsys.readouterr().out


def test_what_is_accepted_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each entry with status, owner, end and findings, what it selects by, and why."""
    ran(finding(), finding(id="F-2"))
    entries = (
        ENTRY % "rule: 'python.*'",
        ENTRY.replace("2027-01-31", "2026-11-22") % "id: F-9",
        "  - status: not_affected\n",
        "    reason: |\n      Never\n      called.\n    owner: kim\n    expires: 2026-11-23\n",
        "    justification: component_not_present\n    purl: pkg:npm/x\n",
        ENTRY.replace("2027-01-31", "2026-11-21") % "tool: Semgrep, path: src/, product: shop-*",
    )
    FILE.write_text("exceptions:\n" + "".join(entries), encoding="utf-8")
    assert onefold("list") is Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        f"{FILE}:2: risk accepted, by kim, until 2027-01-31 (70 days left), 2 findings",
        "  rule python.*",
        "  r",
        f"{FILE}:3: risk accepted, by kim, until 2026-11-22 (its last day), 0 findings",
        "  id F-9",
        "  r",
        f"{FILE}:4: not affected, by kim, until 2026-11-23 (1 day left), 0 findings",
        "  purl pkg:npm/x",
        "  component not present: Never called.",
        f"{FILE}:12: risk accepted, by kim, expired on 2026-11-21, 0 findings",
        "  tool Semgrep, path src/, product shop-*",
        "  r",
    ]


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """No entry is an answer as well, and without a run none is counted."""
    FILE.write_text("exceptions: []\n", encoding="utf-8")
    assert onefold("list") is Exit.OK
    assert capsys.readouterr().out == f"{FILE} holds no exception\n"
    accepted("id: F-9")
    assert onefold("list") is Exit.OK
    assert "(70 days left)\n" in capsys.readouterr().out


PACKAGE = result(
    kind=Kind.SCA,
    location=None,
    title="PyYAML: \u202ethe loader\nruns code",
    vulnerability_ids=("CVE-2020-1747",),
    component=Component("pkg:pypi/pyyaml", "PyYAML", path="requirements.txt"),
)


@pytest.mark.parametrize(
    ("item", "owner"),
    [
        (finding(PACKAGE), "@acme/py"),
        (finding(), "@kim"),
        (finding(result(location=Location("x.c", 1))), "your-team"),
        (finding(result(kind=Kind.CLOUD, location=None)), "your-team"),
        (finding(result(location=None, component=Component("pkg:deb/x", "x", path="app.py", image="i"))), "your-team"),
    ],
)
def test_a_suggestion_can_be_pasted(item: Finding, owner: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is a valid entry that means the finding and nothing else, owned by whom CODEOWNERS names."""
    Path(".github/CODEOWNERS").write_text("requirements.txt @acme/py\n*.py @kim\n*.c k\u00efm\n", encoding="utf-8")
    ran(item, finding(result(rule_id="other", location=None), id="F-2"))
    assert onefold("suggest", item.id) is Exit.OK
    told = capsys.readouterr()
    (rule,) = read_exceptions(told.out, str(FILE))
    assert (rule.owner, rule.expect) == (owner, 1)
    assert "\u202e" not in told.out
    FILE.write_text(told.out.replace("risk_accepted", "mitigated"), encoding="utf-8")
    assert onefold("list") is Exit.OK
    assert ", 1 finding\n" in capsys.readouterr().out


KEYS = ("status: risk_accepted", "reason: r", "owner: kim", "expires: 2027-01-31", "id: F-9")


def entry(indent: int, newline: str = "\n") -> str:
    """An entry whose dash stands behind so many blanks."""
    return newline.join([f"{' ' * indent}- {KEYS[0]}", *(f"{' ' * indent}  {key}" for key in KEYS[1:])])


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", 0),
        ("# Nothing is accepted.", 0),
        ("exceptions:\n", 0),
        ("exceptions: # none yet\n  # - id: F-8\n", 0),
        (f"exceptions:\n{entry(2)}\n", 1),
        (f"exceptions:\n{entry(0)}\n{entry(0)}\n", 2),
        (f"exceptions:\n{entry(4)}", 1),
        (f"\ufeff# top\r\nexceptions:\r\n{entry(4, chr(13) + chr(10))}\r\n", 1),
        (f"exceptions:\n{entry(2)}\n    justification: null\n\n# the end\n", 1),
    ],
)
def test_a_suggestion_fits_what_stands_there(text: str, entries: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Put at the end, it is one more entry of the list, however that is indented and however the file ends."""
    ran(finding())
    FILE.write_bytes(text.encode())
    assert onefold("suggest", "F-1111111111") is Exit.OK
    told = capsys.readouterr()
    FILE.write_bytes(text.encode() + told.out.encode())
    rules = read_exceptions(FILE.read_text("utf-8-sig"), str(FILE))
    assert (len(rules), rules[-1].id) == (entries + 1, "F-1111111111")
    assert f"Put this at the end of {FILE}, and say why" in told.err


@pytest.mark.parametrize("text", ["exceptions: []\n", "# top\nexceptions: null\n", "{}\n", "exceptions:\n  []\n"])
def test_a_suggestion_takes_the_place_of_an_empty_list(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Below empty brackets nothing can stand: the line to replace is named, and the file is valid then."""
    ran(finding())
    FILE.write_text(text, "utf-8")
    assert onefold("suggest", "F-1111111111") is Exit.OK
    told = capsys.readouterr()
    lines = text.splitlines()
    assert f"in the place of line {len(lines)} of {FILE}, where the list is empty, and say why" in told.err
    FILE.write_text("\n".join([*lines[:-1], told.out]), "utf-8")
    assert [rule.id for rule in read_exceptions(FILE.read_text("utf-8"), str(FILE))] == ["F-1111111111"]


def test_a_list_in_brackets_takes_no_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    """Where entries stand in brackets, that is said, with the line."""
    ran(finding())
    FILE.write_text(f"exceptions: [{{{', '.join(KEYS)}}}]\n", "utf-8")
    assert onefold("suggest", "F-1111111111") is Exit.OK
    assert f"The list in line 1 of {FILE} stands in brackets: write it with dashes" in capsys.readouterr().err


def test_a_suggestion_names_whom_the_run_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Where CODEOWNERS names nobody, the owner is that of the finding."""
    ran(finding(owners=("@acme/web",)))
    assert onefold("suggest", "F-1111111111") is Exit.OK
    assert '    owner: "@acme/web"\n' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["lint", "nope.yml"], "nope.yml is not there"),
        (["list"], "is not there"),
        (["suggest", "F-1"], "findings.json is not there"),
    ],
)
def test_what_is_not_there_is_named(argv: list[str], told: str) -> None:
    """A file that is needed and missing is the caller's mistake."""
    with pytest.raises(UsageError, match=told):
        onefold(*argv)
