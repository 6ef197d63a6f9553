"""What the README promises, held against the code."""

import ast
import re
import subprocess
import sys
from functools import cache

import pytest
import yaml

from aggregator.cli.arguments import SCHEMAS
from aggregator.policy.policy import Policy
from aggregator.readers.registry import READERS
from aggregator.run.exits import WORST_FIRST, Exit
from aggregator.writers.registry import ALL
from tests.meta.source import PACKAGE, ROOT, parse

LONGEST = 10


SCREEN = 20
"""Lines that people see before they scroll."""


@cache
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


@cache
def troubleshooting() -> str:
    return (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Give the text below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^## |^### |\Z)", readme(), re.DOTALL | re.MULTILINE)
    assert found, f"the README has no heading {title!r}"
    return found[1]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", readme(), re.DOTALL | re.MULTILINE)


def rows(title: str) -> list[list[str]]:
    """Give the cells of a section's table, heading and rule left out."""
    return table(section(title))


def table(text: str) -> list[list[str]]:
    """Give the cells of the one table of a text, heading and rule left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_first_screen_tells_what_why_and_how() -> None:
    """Whoever opens the README sees what it is for and the step to copy before they scroll."""
    screen = "\n".join(readme().splitlines()[:SCREEN])
    assert "same flaw four times" in screen
    assert "GitHub Action" in screen
    assert "- uses: onefold/onefold@" in screen


def test_example_runs_without_any_environment() -> None:
    """The library example runs as it stands with an empty environment, and finds nothing new the second time."""
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= LONGEST
    done = subprocess.run(
        [sys.executable, "-I", "-c", example], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 6
    assert done.stdout.splitlines()[-1] == "0 new"


def test_formats_are_those_that_are_read() -> None:
    """The table of what is read has exactly the formats there is a reader for, each beside its tool."""
    told = {re.findall(r"`([a-z-]+)`", row[1])[0]: row[0] for row in rows("What it reads")}
    assert told.keys() == {reader.FORMAT for reader in READERS}
    assert [reader.FORMAT for reader in READERS if reader.TOOL not in told[reader.FORMAT]] == []


@pytest.mark.parametrize("format_name", [reader.FORMAT for reader in READERS])
def test_every_format_has_samples(format_name: str) -> None:
    """Every format that is promised has a folder of samples."""
    folder = ROOT / "tests" / "samples" / format_name.removesuffix("-json")
    assert any(path.is_file() for path in folder.rglob("*"))


def test_documents_are_those_that_are_written() -> None:
    """The outputs' table names every document a run writes."""
    named = set(re.findall(r"`([a-z]+\.[a-z]+)`", section("Outputs")))
    assert named == {writer.filename for writer in ALL}


def test_defaults_are_those_of_the_action() -> None:
    """Where action.yml gives an input a default, the README's table shows the same."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    shown = {row[0].strip("`"): row[2] for row in rows("Inputs")}
    defaults = {name: str(about["default"]) for name, about in declared.items() if "default" in about}
    assert shown.keys() == declared.keys()
    assert {name: shown[name].strip("`") for name in defaults} == defaults


def test_outputs_are_those_of_the_action() -> None:
    """The outputs' table has exactly the outputs that action.yml declares."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["outputs"]
    assert {row[0].strip("`") for row in rows("Outputs")} == declared.keys()


def test_order_of_the_exit_codes_is_the_one_that_holds() -> None:
    """When several exit codes hold, the one that the README puts first wins."""
    told = re.search(r"When several hold: ([\d, ]+)\.", section("Exit codes"))
    assert told
    assert [int(code) for code in told[1].split(", ")] == [int(code) for code in WORST_FIRST if code is not Exit.OK]


def test_commands_are_those_there_are() -> None:
    """The README shows each command, and none that does not exist."""
    helped = subprocess.run(
        [sys.executable, "-m", "aggregator", "--help"], capture_output=True, text=True, check=True
    ).stdout
    listed = set(re.findall(r"^    ([a-z]+)(?: +\S.*)?$", helped, re.MULTILINE))
    assert set(re.findall(r"(?:^|\| )onefold ([a-z]+)", blocks("sh")[1], re.MULTILINE)) == listed


def test_schemas_are_those_there_are() -> None:
    """The README names every schema that `onefold schema` prints."""
    told = re.search(r"`onefold schema` knows (.+?)\.", section("On the command line"), re.DOTALL)
    assert told
    assert set(re.findall(r"`([a-z]+)`", told[1])) == set(SCHEMAS)


def test_terms_are_the_defaults() -> None:
    """The SLA's days that the README calls the defaults are the defaults."""
    shown = next(loaded["sla"] for block in blocks("yaml") if "sla" in (loaded := yaml.safe_load(block)))
    defaults = Policy.default().sla
    assert {name: getattr(defaults, name) for name in shown} == shown


@cache
def said() -> str:
    """Give every text of the program that is no docstring, with `…` where a value is filled in."""
    texts = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.JoinedStr):
                texts.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
                texts.append(node.value)
    return "\n".join(texts)


def test_messages_are_those_that_are_said() -> None:
    """Every message that is explained to users is one that the program says."""
    messages = [message for row in table(troubleshooting()) for message in re.findall("`(.+?)`", row[0])]
    assert len(messages) > 10
    assert [message for message in messages if message not in said()] == []


def test_every_page_is_linked() -> None:
    """Every page of the documentation can be reached from the README."""
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages - set(re.findall(r"\]\((docs/[^)#]+)", readme())) == set()
