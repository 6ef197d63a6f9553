"""What users write in a workflow: action.yml, the settings, the README and the exit codes say the same."""

import ast
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from aggregator.planning.compose import FILE_OUTPUTS
from aggregator.run.exits import Exit
from aggregator.settings import INPUTS, VARIABLES, Settings
from tests.meta.source import PACKAGE, ROOT, parse


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return found


def input_names() -> dict[str, str]:
    """Give each setting's input, as a workflow spells it."""
    return {setting: variable.removeprefix("INPUT_").lower() for setting, variable in INPUTS.items()}


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def first_column() -> list[str]:
    """Give the first cell of every table row in the README that is a name in code font."""
    return re.findall(r"^\| *`([^`]+)` *\|", readme(), re.MULTILINE)


def test_action_declares_the_inputs_that_are_read() -> None:
    """Every input of action.yml is read as a setting, and every setting an input can give is declared."""
    assert set(action()["inputs"]) == set(input_names().values())


def test_inputs_are_settings() -> None:
    """Every input belongs to a field of the settings."""
    assert INPUTS.keys() <= Settings.model_fields.keys()


def test_variables_are_what_the_runner_makes_of_the_names() -> None:
    """The runner writes an input's name in upper case, blanks as underscores, and keeps hyphens."""
    made = {f"INPUT_{name.upper().replace(' ', '_')}" for name in action()["inputs"]}
    assert made == set(INPUTS.values())


def test_no_input_is_required() -> None:
    """No input is declared as required: the runner would not enforce it, so a default or the program has to."""
    assert [name for name, about in action()["inputs"].items() if about.get("required")] == []


def test_defaults_agree() -> None:
    """A default that action.yml states is the settings' own, or the settings have none."""
    declared = {name: str(about.get("default", "")) for name, about in action()["inputs"].items()}
    disagree = {}
    for setting, name in input_names().items():
        own = Settings.model_fields[setting].default
        shown = {None: "", (): "", False: "false", True: "true"}.get(own, str(own))
        if declared[name] not in {"", shown} and shown not in {"", "false"}:
            disagree[name] = (declared[name], shown)
    assert disagree == {}


def written_outputs() -> set[str]:
    """Give every output that the plan can set: the documents' and those named where they are made."""
    calls = [node for node in ast.walk(parse(PACKAGE / "planning" / "compose.py")) if isinstance(node, ast.Call)]
    named = [call.args[0] for call in calls if ast.unparse(call.func) == "SetOutput"]
    return {str(name.value) for name in named if isinstance(name, ast.Constant)} | set(FILE_OUTPUTS.values())


def test_action_declares_the_outputs_that_are_written() -> None:
    """Every output of action.yml is written, and every output written is declared."""
    assert set(action()["outputs"]) == written_outputs()


def test_every_setting_has_a_flag() -> None:
    """What an input can ask for, a flag of `onefold run` can too, or a variable; no secret stands on a command line."""
    command = [sys.executable, "-m", "aggregator", "run", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    fields = Settings.model_fields.keys() - {"reports", "token", *VARIABLES}
    assert {f"--{field.replace('_', '-')}" for field in fields} <= set(re.findall(r"--[a-z-]+", shown))


@pytest.mark.parametrize("part", ["inputs", "outputs"])
def test_each_name_is_explained(part: str) -> None:
    """Every input and output has a description of its own and a row in the README."""
    declared = action()[part]
    assert [name for name, about in declared.items() if not about.get("description", "").strip()] == []
    assert declared.keys() - set(first_column()) == set()


def test_action_runs_the_dockerfile() -> None:
    """The action starts the image's own entry point: no arguments, no shell between the runner and the program."""
    runs = action()["runs"]
    assert runs["using"] == "docker"
    assert runs["image"] == "Dockerfile" or runs["image"].startswith("docker://")
    assert runs.keys() == {"using", "image"}


def test_exit_codes_are_documented() -> None:
    """The README's table of exit codes has exactly the codes a run can end with."""
    documented = {int(code) for code in first_column() if code.isdecimal()}
    assert documented == {int(code) for code in Exit}
